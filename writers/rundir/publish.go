package rundir

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"incrocio/pipeline"
)

// Digest gives the SHA-256 that the manifest will have, in hexadecimal, once all files are closed.
func (s *Stage) Digest(m Manifest) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Night, m.Files = s.night, s.files
	content, err := m.encode()
	if err != nil {
		return "", fmt.Errorf("digest manifest: %w", err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(content)), nil
}

// Publish writes the manifest, makes everything durable, moves the night to its place and points current at it. It
// gives the path of the published folder. The manifest's Night and Files are set here.
//
// After an error nothing is to be seen, and the stage can only be aborted; where the error wraps [ErrInPlace] the
// night is there all the same.
func (s *Stage) Publish(m Manifest) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.over:
		return "", fmt.Errorf("publish night %s: %w", s.night, ErrDone)
	case s.pending > 0:
		return "", fmt.Errorf("publish night %s: %w", s.night, ErrUnfinished)
	}
	m.Night, m.Files = s.night, s.files
	content, err := m.encode()
	if err == nil {
		_, err = parseManifest(content)
	}
	if err != nil {
		return "", fmt.Errorf("publish night %s: %w", s.night, err)
	}
	if err := s.settle(content); err != nil {
		return "", fmt.Errorf("publish night %s: %w", s.night, err)
	}
	if err := s.show(m.Revision, content); err != nil {
		return "", fmt.Errorf("publish night %s: %w", s.night, err)
	}
	s.over = true
	return Dir(s.home, s.night), nil
}

// settle writes the manifest and makes every name in the stage durable.
func (s *Stage) settle(manifest []byte) error {
	if err := writeFile(s.disk, filepath.Join(s.dir, ManifestFile), manifest); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	for _, folder := range s.deepestFirst() {
		if err := s.disk.SyncDir(folder); err != nil {
			return fmt.Errorf("sync folder: %w", err)
		}
	}
	return nil
}

// show makes the night visible, step by step, and takes the steps back in reverse where one fails.
func (s *Stage) show(revision int, manifest []byte) (err error) {
	var undo []func() error
	defer func() {
		if err == nil {
			return
		}
		for i := len(undo) - 1; i >= 0; i-- {
			if e := undo[i](); e != nil {
				err = errors.Join(err, fmt.Errorf("undo: %w", e))
				if s.notPublished() != nil {
					err = errors.Join(ErrInPlace, err)
				}
				return
			}
		}
	}()

	if err := s.notPublished(); err != nil {
		return err
	}
	seal := sealPath(s.home, s.night, revision)
	undo = append(undo, func() error { return s.disk.RemoveAll(seal) })
	if err := replaceFile(s.disk, seal, sealOf(manifest)); err != nil {
		return fmt.Errorf("seal manifest: %w", err)
	}

	place := Dir(s.home, s.night)
	if err := s.disk.Rename(s.dir, place); err != nil {
		return fmt.Errorf("move into place: %w", err)
	}
	undo = append(undo, func() error { return s.disk.Rename(place, s.dir) })
	if err := s.disk.SyncDir(filepath.Dir(place)); err != nil {
		return fmt.Errorf("sync %s: %w", runsDir, err)
	}

	before, err := readPointer(s.home)
	if err != nil {
		return err
	}
	undo = append(undo, func() error { return writePointer(s.disk, s.home, before) })
	if err := writePointer(s.disk, s.home, s.night); err != nil {
		return fmt.Errorf("replace %s: %w", currentFile, err)
	}
	s.undo = undo
	return nil
}

// Withdraw takes back a night that was published, for who learns only then that it was not theirs to publish; the stage
// can be aborted then. Readers may have seen the night. One that was not published stays as it is.
func (s *Stage) Withdraw() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.undo) - 1; i >= 0; i-- {
		if err := s.undo[i](); err != nil {
			return fmt.Errorf("withdraw night %s: %w", s.night, err)
		}
		s.undo, s.over = s.undo[:i], false
	}
	return nil
}

// writePointer points current at a night; night 0 takes the pointer away.
func writePointer(d disk, home string, night pipeline.Date) error {
	path := filepath.Join(home, currentFile)
	if night == 0 {
		return d.RemoveAll(path)
	}
	return replaceFile(d, path, []byte(runsDir+"/"+nightName(night)+"\n"))
}

// readPointer gives the night that current names, 0 where there is no pointer. It returns [ErrCurrent] for a pointer
// that is not written as this package does.
func readPointer(home string) (pipeline.Date, error) {
	b, err := os.ReadFile(filepath.Join(home, currentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", currentFile, err)
	}
	if len(b) > 0 && b[len(b)-1] == '\n' {
		if d, ok := parseDated(string(b[:len(b)-1]), runsDir+"/"+nightPrefix); ok {
			return d, nil
		}
	}
	return 0, fmt.Errorf("read %s: %w", currentFile, ErrCurrent)
}

// Mend points current at the last published night where a crash kept it from being replaced, or where it is damaged and
// the night can be told all the same (see [Current]). Who calls it holds the
// [Lock] of the home.
func Mend(home string) error { return mendPointer(realDisk{}, home) }

// mendPointer replaces the pointer where it does not name the last published night.
func mendPointer(d disk, home string) error {
	n, ok, err := Current(home)
	if err != nil || !ok || !n.Recovered {
		return err
	}
	if err := writePointer(d, home, n.Date); err != nil {
		return fmt.Errorf("mend %s: %w", currentFile, err)
	}
	return nil
}
