package rundir

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Modes of what is written, whatever the umask.
const (
	fileMode   = 0o640
	folderMode = 0o750
)

// disk is what publishing asks of a file system. Tests put one that fails in its place.
type disk interface {
	// Mkdir makes one folder; it returns [fs.ErrExist] where there is something.
	Mkdir(path string) error
	// Create makes a file that is not there yet; it returns [fs.ErrExist] where there is something.
	Create(path string) (handle, error)
	// Rename moves a file or folder; a file that is in the way is replaced.
	Rename(from, to string) error
	// SyncDir makes the names in a folder durable.
	SyncDir(path string) error
	// RemoveAll removes what is there, if anything.
	RemoveAll(path string) error
}

// handle is an open file.
type handle interface {
	io.Writer
	Sync() error
	Close() error
}

// realDisk is the operating system's.
type realDisk struct{}

var _ disk = realDisk{}

func (realDisk) Mkdir(path string) error {
	if err := os.Mkdir(path, folderMode); err != nil {
		return err
	}
	return os.Chmod(path, folderMode)
}

func (realDisk) Create(path string) (handle, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(fileMode); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (realDisk) Rename(from, to string) error { return os.Rename(from, to) }

func (realDisk) SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (realDisk) RemoveAll(path string) error { return os.RemoveAll(path) }

// ensureDir makes a folder where there is none.
func ensureDir(d disk, path string) error {
	err := d.Mkdir(path)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.SyncDir(filepath.Dir(path))
}

// writeFile writes a new file, makes its content durable, not its name, and makes sure that it is there.
func writeFile(d disk, path string, content []byte) error {
	f, err := d.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	there, err := os.ReadFile(path)
	if err == nil && !bytes.Equal(there, content) {
		err = fmt.Errorf("%s does not hold what was written", filepath.Base(path))
	}
	return err
}

// replaceFile puts content in place of a file in one step, whole or not at all.
func replaceFile(d disk, path string, content []byte) error {
	tmp := path + ".tmp"
	if err := d.RemoveAll(tmp); err != nil {
		return err
	}
	err := writeFile(d, tmp, content)
	if err == nil {
		err = d.Rename(tmp, path)
	}
	if err != nil {
		return errors.Join(err, d.RemoveAll(tmp))
	}
	return d.SyncDir(filepath.Dir(path))
}
