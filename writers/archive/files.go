package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"incrocio/writers/digest"
	"incrocio/writers/parquet"
)

// seen remembers what each file should be and whether it was found so. A Parquet file is opened only once its SHA-256
// was found right, since neither implementation of the format notices a changed byte. It is safe for concurrent use.
type seen struct {
	mu    sync.Mutex
	files map[string]*expected // by path
}

type expected struct {
	indexed
	once sync.Once
	err  error

	opened  sync.Once
	raw     *parquet.Raw // closed again; knows where columns lie
	openErr error
}

// open opens a file of communications by key.
func (e *expected) open(path string) (*parquet.Raw, error) {
	e.opened.Do(func() {
		if e.raw, e.openErr = openKeyed(path); e.openErr == nil {
			e.openErr = e.raw.Close()
		}
	})
	if e.openErr != nil {
		return nil, e.openErr
	}
	return e.raw.Again()
}

func (s *seen) expect(root string, files []indexed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil {
		s.files = map[string]*expected{}
	}
	for _, f := range files {
		path := filepath.Join(root, filepath.FromSlash(f.Name))
		if s.files[path] == nil {
			s.files[path] = &expected{indexed: f}
		}
	}
}

// of gives what a file should be.
func (s *seen) of(path string) (*expected, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.files[path]
	if e == nil {
		return nil, fmt.Errorf("%w: %s is in no index", ErrDamaged, filepath.Base(path))
	}
	return e, nil
}

// check reads the file the first time it is asked for.
func (s *seen) check(path string) error {
	e, err := s.of(path)
	if err != nil {
		return err
	}
	e.once.Do(func() { e.err = e.same(path) })
	return e.err
}

// same reads a file and compares it with what its note says of it.
func (f *indexed) same(path string) error {
	sum, n, err := digest.File(path)
	if err == nil && (sum != f.SHA256 || n != f.Bytes) {
		err = fmt.Errorf("%w: %s differs from its index", ErrDamaged, filepath.Base(path))
	}
	return err
}

// replace writes a small file in the staging folder, where a crash leaves nothing that lasts, syncs it, makes sure that it
// holds what was written and renames it to its place.
func (s *Store) replace(name string, data []byte) (err error) {
	path := s.path(name)
	tmp := filepath.Join(s.root, stagingFolder, "tmp")
	if err := errors.Join(makeDir(filepath.Dir(path)), makeDir(filepath.Dir(tmp))); err != nil {
		return err
	}
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		var there []byte
		if there, err = os.ReadFile(tmp); err == nil && !bytes.Equal(there, data) {
			err = fmt.Errorf("%s does not hold what was written", name)
		}
	}
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return syncDir(filepath.Dir(path))
}

// makeDir makes a folder that lasts; the folder it is in must be there.
func makeDir(path string) error {
	if err := os.Mkdir(path, 0o750); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes names that were added to or taken from a folder last.
func syncDir(path string) (err error) {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}
