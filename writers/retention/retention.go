// Package retention removes from a home what is older than it may be kept, and leaves a certificate of what was
// removed. The certificate is written first: a removal that is cut short is known, and the next one ends it.
package retention

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/writers/digest"
)

// Folder holds the certificates, below the home.
const Folder = "certificati"

// places hold one folder a night, or one a night and revision, of what may not be kept for ever; or one file, where they have
// an ending.
var places = [...]struct{ folder, ending string }{
	{"archive/originali", ""},
	{"archive/scartati", ""},
	{"archive/schede", ".parquet"},
	{"sostituite", ""},
}

// nightName is the name of such a folder or file, without its ending.
var nightName = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})(-r\d{1,6})?$`)

// Item is a file to be removed, or one that was.
type Item struct {
	Name   string `json:"nome"` // below the home, with slashes
	Bytes  int64  `json:"byte"`
	SHA256 string `json:"sha256"`
}

// Certificate says what was removed and why it could be.
type Certificate struct {
	On     string `json:"data"`             // the day of the removal
	Before string `json:"notti_precedenti"` // nights before this one
	Done   bool   `json:"conclusa"`
	Items  []Item `json:"file"`

	file    string
	entries []string // folders and files that are removed
}

// Bytes is the size of all files together.
func (c *Certificate) Bytes() int64 {
	var n int64
	for _, i := range c.Items {
		n += i.Bytes
	}
	return n
}

// Plan lists what nights before a date have left: the originals, what could not be read, the sheets that operators were
// shown, and nights that were repeated since; and the folders also, which are named below the home, with slashes. Nothing is
// removed.
func Plan(home string, before, today pipeline.Date, also ...string) (*Certificate, error) {
	c := &Certificate{On: today.String(), Before: before.String(), Items: []Item{}}
	for _, p := range places {
		nights, err := os.ReadDir(filepath.Join(home, filepath.FromSlash(p.folder)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", p.folder, err)
		}
		for _, n := range nights {
			if !isBefore(n, p.ending, before) {
				continue
			}
			if err := c.add(home, p.folder+"/"+n.Name()); err != nil {
				return nil, fmt.Errorf("list %s: %w", p.folder, err)
			}
		}
	}
	for _, name := range also {
		if slices.Contains(c.entries, name) {
			continue
		}
		if err := c.add(home, name); err != nil {
			return nil, fmt.Errorf("list %s: %w", name, err)
		}
	}
	slices.SortFunc(c.Items, func(a, b Item) int { return strings.Compare(a.Name, b.Name) })
	return c, nil
}

// isBefore tells whether a folder, or with an ending a file, is named after a night before a date.
func isBefore(e fs.DirEntry, ending string, before pipeline.Date) bool {
	name, ended := strings.CutSuffix(e.Name(), ending)
	m := nightName.FindStringSubmatch(name)
	if m == nil || !ended || e.IsDir() != (ending == "") {
		return false
	}
	night, err := pipeline.ParseDate(m[1])
	return err == nil && night < before
}

// add lists the files of a folder, or one file.
func (c *Certificate) add(home, name string) error {
	c.entries = append(c.entries, name)
	return filepath.WalkDir(filepath.Join(home, filepath.FromSlash(name)), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(home, path)
		if err != nil {
			return err
		}
		i := Item{Name: filepath.ToSlash(rel)}
		if d.Type().IsRegular() {
			if i.SHA256, i.Bytes, err = digest.File(path); err != nil {
				return err
			}
		}
		c.Items = append(c.Items, i)
		return nil
	})
}

// Remove writes the certificate, removes what it lists, and closes the certificate. It gives the certificate's path
// below the home; "" where there was nothing to remove.
func (c *Certificate) Remove(home string) (string, error) {
	if len(c.entries) == 0 {
		return "", nil
	}
	if err := c.name(home); err != nil {
		return "", err
	}
	if err := c.write(home); err != nil {
		return "", err
	}
	for _, f := range c.entries {
		path := filepath.Join(home, filepath.FromSlash(f))
		if err := errors.Join(os.RemoveAll(path), syncDir(filepath.Dir(path))); err != nil {
			return "", fmt.Errorf("remove %s: %w", f, err)
		}
	}
	c.Done = true
	return c.file, c.write(home)
}

// name finds the first name that is free.
func (c *Certificate) name(home string) error {
	if err := os.MkdirAll(filepath.Join(home, Folder), 0o750); err != nil {
		return err
	}
	for n := 1; ; n++ {
		c.file = Folder + "/" + c.On + "-" + strconv.Itoa(n) + ".json"
		if _, err := os.Lstat(filepath.Join(home, filepath.FromSlash(c.file))); errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// write replaces the certificate in one step.
func (c *Certificate) write(home string) error {
	content, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(home, filepath.FromSlash(c.file))
	f, err := os.OpenFile(path+".tmp", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(append(content, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write certificate: %w", err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) (err error) {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}
