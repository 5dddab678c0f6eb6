package backup

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"incrocio/writers/digest"

	"github.com/klauspost/compress/zstd"
)

// listName is the first entry of a backup.
const listName = "incrocio-backup.json"

// version is the form of the file.
const version = 1

// maxList is how long the list may be: about ten million files.
const maxList = 2 << 30

// Errors of reading a backup.
var (
	// ErrDamaged is wrapped where a backup is not whole or not what its list says.
	ErrDamaged = errors.New("the backup is damaged")
	// ErrNotEmpty is returned where the home to restore to is there already.
	ErrNotEmpty = errors.New("the home is there already")
)

// Entry is a file of the home.
type Entry struct {
	Name   string `json:"nome"`                  // below the home, with slashes
	Exact  []byte `json:"nome_esatto,omitempty"` // the same, of a name that is not UTF-8 and that JSON would change; else nil
	Bytes  int64  `json:"byte"`
	SHA256 string `json:"sha256"`
}

// List says what a backup holds.
type List struct {
	Version int     `json:"versione"`
	Files   []Entry `json:"file"` // in order of bytes of their names

	LeftOut []string `json:"-"` // names of what [Choice.Foreign] told of, in order; no part of the backup
}

// Bytes is the size of all files together.
func (l *List) Bytes() int64 {
	var n int64
	for _, f := range l.Files {
		n += f.Bytes
	}
	return n
}

// Choice says what of a home is backed up, by names below the home, with slashes.
type Choice struct {
	Skip func(name string) bool // is left out, a folder with all there is in it
	// Foreign tells where others than the program put files: links and devices there, and files that may not be read, are left
	// out and listed. Elsewhere they are refused. Nil: nowhere.
	Foreign func(name string) bool
}

// Write writes the files of a home. Who calls it keeps others from changing the home.
func Write(w io.Writer, home string, choice Choice) (*List, error) {
	home, err := filepath.EvalSymlinks(home) // of a link to the home nothing would be walked through
	if err != nil {
		return nil, fmt.Errorf("list home: %w", err)
	}
	list, err := listOf(home, choice)
	if err != nil {
		return nil, fmt.Errorf("list home: %w", err)
	}
	z, err := zstd.NewWriter(w)
	if err != nil {
		return nil, fmt.Errorf("write backup: %w", err)
	}
	t := tar.NewWriter(z)
	err = writeAll(t, home, list)
	if err = errors.Join(err, t.Close(), z.Close()); err != nil {
		return nil, fmt.Errorf("write backup: %w", err)
	}
	return list, nil
}

func listOf(home string, choice Choice) (*List, error) {
	skip := choice.Skip
	foreign := func(name string) bool { return choice.Foreign != nil && choice.Foreign(name) }
	list := &List{Version: version, Files: []Entry{}}
	err := filepath.WalkDir(home, func(file string, d fs.DirEntry, err error) error {
		if err != nil || file == home {
			return err
		}
		rel, err := filepath.Rel(home, file)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		switch {
		case skip(name) && d.IsDir():
			return fs.SkipDir
		case skip(name), d.IsDir():
			return nil
		case !d.Type().IsRegular() && foreign(name):
			list.LeftOut = append(list.LeftOut, name)
			return nil
		case !d.Type().IsRegular():
			return fmt.Errorf("%s is neither a file nor a folder", name)
		}
		e := Entry{Name: name}
		if !utf8.ValidString(name) {
			e.Exact = []byte(name)
		}
		e.SHA256, e.Bytes, err = digest.File(file)
		if errors.Is(err, fs.ErrPermission) && foreign(name) {
			list.LeftOut = append(list.LeftOut, name)
			return nil
		}
		if err != nil {
			return err
		}
		list.Files = append(list.Files, e)
		return nil
	})
	slices.Sort(list.LeftOut)
	slices.SortFunc(list.Files, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

func writeAll(t *tar.Writer, home string, list *List) error {
	content, err := json.Marshal(list)
	if err != nil {
		return err
	}
	if err := t.WriteHeader(header(listName, int64(len(content)))); err != nil {
		return err
	}
	if _, err := t.Write(content); err != nil {
		return err
	}
	for i := range list.Files {
		if err := writeOne(t, home, &list.Files[i]); err != nil {
			return fmt.Errorf("%s: %w", list.Files[i].Name, err)
		}
	}
	return nil
}

// header is the same for the same file wherever and whenever it is written.
func header(name string, n int64) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: n, Mode: 0o640, Format: tar.FormatPAX}
}

func writeOne(t *tar.Writer, home string, e *Entry) (err error) {
	f, err := os.Open(filepath.Join(home, filepath.FromSlash(e.Name)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := t.WriteHeader(header(e.Name, e.Bytes)); err != nil {
		return err
	}
	h := sha256.New()
	if _, err := io.CopyN(t, io.TeeReader(f, h), e.Bytes); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != e.SHA256 {
		return errors.New("it changed while it was copied")
	}
	return nil
}

// Restore makes a home from a backup. The home must not be there; it appears whole or not at all. It returns
// [ErrNotEmpty] and errors that wrap [ErrDamaged].
func Restore(r io.Reader, home string) (*List, error) {
	if _, err := os.Lstat(home); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(ErrNotEmpty, err)
	}
	made := home + ".restore"
	if err := os.RemoveAll(made); err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	list, err := restore(r, made)
	if err == nil {
		err = os.Rename(made, home)
	}
	if err == nil {
		err = syncDir(filepath.Dir(home))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("restore: %w", err), os.RemoveAll(made))
	}
	return list, nil
}

func restore(r io.Reader, home string) (*List, error) {
	z, err := zstd.NewReader(r)
	if err != nil {
		return nil, damaged(err)
	}
	defer z.Close()
	t := tar.NewReader(z)
	list, err := readList(t)
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(home, 0o750); err != nil {
		return nil, err
	}
	folders := map[string]bool{home: true}
	for i := range list.Files {
		if err := restoreOne(t, home, &list.Files[i], folders); err != nil {
			return nil, fmt.Errorf("%s: %w", list.Files[i].Name, err)
		}
	}
	if _, err := t.Next(); !errors.Is(err, io.EOF) {
		return nil, damaged(errors.New("it goes on after its last file"))
	}
	for f := range folders {
		if err := syncDir(f); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func damaged(err error) error { return fmt.Errorf("%w: %w", ErrDamaged, err) }

func readList(t *tar.Reader) (*List, error) {
	h, err := t.Next()
	if err != nil {
		return nil, damaged(err)
	}
	if h.Name != listName || h.Size > maxList {
		return nil, damaged(errors.New("it does not begin with its list"))
	}
	content, err := io.ReadAll(t)
	if err != nil {
		return nil, damaged(err)
	}
	var list List
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		return nil, damaged(err)
	}
	if list.Version != version {
		return nil, fmt.Errorf("the backup has version %d, this program reads %d", list.Version, version)
	}
	for i := range list.Files {
		f := &list.Files[i]
		if f.Exact != nil {
			f.Name = string(f.Exact)
		}
		if !localName(f.Name) || i > 0 && list.Files[i-1].Name >= f.Name {
			return nil, damaged(errors.New("a name of its list is not one"))
		}
	}
	return &list, nil
}

// localName tells a path that stays below the home. A backslash is a letter like others: rejected files have it for what cannot be shown.
func localName(name string) bool {
	return name == path.Clean(name) && filepath.IsLocal(filepath.FromSlash(name)) && !strings.Contains(name, "\x00")
}

func restoreOne(t *tar.Reader, home string, e *Entry, folders map[string]bool) (err error) {
	h, err := t.Next()
	if err != nil {
		return damaged(err)
	}
	if h.Name != e.Name || h.Size != e.Bytes || h.Typeflag != tar.TypeReg {
		return damaged(errors.New("it is not the file that the list names"))
	}
	file := filepath.Join(home, filepath.FromSlash(e.Name))
	for dir := filepath.Dir(file); !folders[dir]; dir = filepath.Dir(dir) {
		folders[dir] = true
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, sum), t)
	if err != nil {
		return errors.Join(damaged(err), f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != e.SHA256 {
		return damaged(errors.New("its content is another"))
	}
	return nil
}

func syncDir(dir string) (err error) {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}
