package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/table"
	"incrocio/writers/digest"
	"incrocio/writers/parquet"
	"incrocio/writers/rundir"
)

// publishedNight is a night under runs/. Its manifest is read when something of it is first asked for, by whichever of
// the goroutines that share the night comes first.
type publishedNight struct {
	dir  string
	date pipeline.Date
	// manifest gives the manifest of the night, read once.
	manifest func() (*rundir.Manifest, error)
}

// nightAt is the night published in a folder.
func nightAt(dir string, date pipeline.Date) publishedNight {
	return publishedNight{dir: dir, date: date, manifest: sync.OnceValues(func() (*rundir.Manifest, error) {
		m, err := rundir.ReadManifest(dir)
		if err != nil {
			return nil, &codeError{exitFailed, err, "incrocio verify " + date.String()}
		}
		return &m, nil
	})}
}

// publishedNights lists the nights of a home up to the current one, the oldest first.
func (a *app) publishedNights() ([]publishedNight, error) {
	all, err := rundir.Nights(a.home)
	if isNoHome(err) {
		return nil, a.errNoHome()
	}
	if err != nil {
		return nil, err
	}
	current, ok, err := rundir.Current(a.home)
	if err != nil {
		return nil, &codeError{exitFailed, err, "incrocio verify"}
	}
	var nights []publishedNight
	for _, n := range all {
		if ok && n.Date <= current.Date {
			nights = append(nights, nightAt(n.Dir, n.Date))
		}
	}
	return nights, nil
}

// wantHome makes sure that the home is there.
func (a *app) wantHome() error {
	if info, err := os.Stat(a.home); err != nil || !info.IsDir() {
		return a.errNoHome()
	}
	return nil
}

// wantFolders makes sure that no link leads out of the home where nights move files: they would be published, and then not tidied up.
func (a *app) wantFolders() error {
	for _, name := range [...]string{"inbox", "archive"} {
		path := filepath.Join(a.home, name)
		if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return &codeError{exitFailed, fmt.Errorf("%s is a link", path), oneDisk}
		}
	}
	return nil
}

// isNoHome tells whether an error says that the home is not there, or is no folder.
func isNoHome(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// errNoHome is given where the home is not there.
func (a *app) errNoHome() error {
	return &codeError{exitNoHome, fmt.Errorf("there is no home at %s", a.home), "name it with --home or INCROCIO_HOME"}
}

func (n *publishedNight) path(name string) string {
	return filepath.Join(n.dir, filepath.FromSlash(name))
}

// balance gives a line of the whole night's balance; 0 for one that is not there.
func (n *publishedNight) balance(item string) (int64, error) {
	m, err := n.manifest()
	if err != nil {
		return 0, err
	}
	for _, l := range m.Balance {
		if l.Scope == night.Total && l.Item == item {
			return l.Value, nil
		}
	}
	return 0, nil
}

// check makes sure that a file is the one that was published, before anything opens it: neither implementation of
// Parquet would notice a changed byte.
func (n *publishedNight) check(name string) error {
	m, err := n.manifest()
	if err != nil {
		return err
	}
	damaged := func(why string) error {
		return &codeError{exitFailed, fmt.Errorf("night %s: %s %s", n.date, name, why), "incrocio verify " + n.date.String()}
	}
	i := slices.IndexFunc(m.Files, func(f rundir.FileEntry) bool { return f.Name == name })
	if i < 0 {
		return damaged("is not in the manifest")
	}
	sum, _, err := digest.File(n.path(name))
	switch {
	case err != nil:
		return fmt.Errorf("night %s: %w", n.date, err)
	case sum != m.Files[i].SHA256:
		return damaged("is not what was published")
	}
	return nil
}

// scan reads a table of a night, once its file was found to be what was published.
func scan[T any](n *publishedNight, of *table.Table[T], fn func(*T)) error {
	if err := n.check(of.File); err != nil {
		return err
	}
	err := parquet.Read(n.path(of.File), of, func(rows []T) error {
		for i := range rows {
			fn(&rows[i])
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read night %s: %w", n.date, err)
	}
	return nil
}
