package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"incrocio/pipeline"
	"incrocio/writers/rundir"
)

// A repeated night is made and published in a home of its own below the staging folder, then takes the place of the
// older one, which moves to sostituite/<date>-r<revision>. Readers who come in the instant between the two moves find
// no such night; a crash in it is mended by the next start.

const (
	replacedFolder = "sostituite"
	sealsFolder    = "sigilli"
)

// shadow is the home in which a night is repeated.
func shadow(home string) string { return filepath.Join(home, "staging", "ripetizione") }

// beginReplacement opens the stage of a repeated night.
func beginReplacement(home string, date pipeline.Date) (*rundir.Stage, error) {
	dir := shadow(home)
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	return rundir.Begin(dir, date)
}

// exchange puts the repeated night, published in its own home, in the place of the older revision.
func exchange(home string, date pipeline.Date, older int) (err error) {
	place, kept := rundir.Dir(home, date), filepath.Join(home, replacedFolder, fmt.Sprintf("%s-r%d", date, older))
	if err := copySeals(home); err != nil {
		return fmt.Errorf("replace night %s: %w", date, err)
	}
	if err := makeFolder(filepath.Dir(kept)); err != nil {
		return fmt.Errorf("replace night %s: %w", date, err)
	}
	if err := moveFolder(place, kept); err != nil {
		return fmt.Errorf("replace night %s: %w", date, err)
	}
	if err := moveFolder(rundir.Dir(shadow(home), date), place); err != nil {
		return fmt.Errorf("replace night %s: %w", date, errors.Join(err, moveFolder(kept, place)))
	}
	return os.RemoveAll(shadow(home))
}

// exchangeBack puts the older revision in its place again, and the newer one away.
func exchangeBack(home string, date pipeline.Date, newer int) error {
	place, kept := rundir.Dir(home, date), filepath.Join(home, replacedFolder, fmt.Sprintf("%s-r%d", date, newer-1))
	away := rundir.Dir(shadow(home), date)
	err := os.MkdirAll(filepath.Dir(away), 0o750)
	if err == nil {
		err = moveFolder(place, away)
	}
	if err == nil {
		err = moveFolder(kept, place)
	}
	if err == nil {
		err = os.Remove(filepath.Join(home, sealsFolder, fmt.Sprintf("%s-r%d.sha256", date, newer)))
	}
	if err != nil {
		return fmt.Errorf("put revision %d of night %s back: %w", newer-1, date, err)
	}
	return os.RemoveAll(shadow(home))
}

// mendReplacement ends an exchange that a crash cut short, and removes what is left of a repetition in any case.
func mendReplacement(home string) error {
	nights, err := rundir.Nights(shadow(home))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("mend repetition: %w", err)
	}
	for _, n := range nights {
		place := rundir.Dir(home, n.Date)
		if _, err := os.Lstat(place); !errors.Is(err, fs.ErrNotExist) {
			continue // the older one was not moved yet, and stays
		}
		if err := errors.Join(copySeals(home), moveFolder(n.Dir, place)); err != nil {
			return fmt.Errorf("mend repetition: %w", err)
		}
	}
	return os.RemoveAll(shadow(home))
}

// copySeals brings the seal of the repeated night to the home, before the night that it answers for.
func copySeals(home string) error {
	entries, err := os.ReadDir(filepath.Join(shadow(home), sealsFolder))
	if err != nil {
		return err
	}
	for _, e := range entries {
		from, to := filepath.Join(shadow(home), sealsFolder, e.Name()), filepath.Join(home, sealsFolder, e.Name())
		if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.Link(from, to); err != nil {
			return err
		}
	}
	return syncFolder(filepath.Join(home, sealsFolder))
}

// moveFolder renames a folder and makes both ends last.
func moveFolder(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return errors.Join(syncFolder(filepath.Dir(from)), syncFolder(filepath.Dir(to)))
}

// makeFolder makes a folder that lasts.
func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o750); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
