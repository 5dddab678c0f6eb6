package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"incrocio/pipeline"
)

// Fault is a file of the archive that is not what was placed.
type Fault struct {
	File string // below archive/, with slashes; a folder where that is all that can be said
	Err  error  // wraps [fs.ErrNotExist] or [ErrDamaged], or is that of the file system
}

// Verify reads every file of the archive again, byte by byte, against its note, and gives those that are not what was placed, in the
// order of their nights; none where all is well. Sheets and who may rest are looked at where they are: old ones are taken away. It
// needs no lock: where a file has gone it looks again, since a night may have put it together with others.
func (s *Store) Verify(ctx context.Context) (faults []Fault, err error) {
	for range 2 {
		if faults, err = s.verify(ctx); err != nil {
			return nil, fmt.Errorf("verify archive: %w", err)
		}
		if !slices.ContainsFunc(faults, func(f Fault) bool { return errors.Is(f.Err, fs.ErrNotExist) }) {
			break
		}
	}
	return faults, nil
}

func (s *Store) verify(ctx context.Context) (faults []Fault, err error) {
	bundles, _, err := s.bundles()
	if errors.Is(err, ErrDamaged) {
		return []Fault{{bundleFolder, err}}, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := s.unplaced(bundles); err != nil {
		faults = append(faults, Fault{bundleFolder, err})
	}
	placed, lost, err := s.placed(bundles)
	if err != nil {
		return nil, err
	}
	faults = append(faults, lost...)
	for i := range placed {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err := placed[i].same(s.path(placed[i].Name)); err != nil {
			faults = append(faults, Fault{placed[i].Name, err})
		}
	}
	return faults, nil
}

// placed lists the files that should be there, and the notes of nights that cannot be read.
func (s *Store) placed(bundles []bundle) (files []indexed, lost []Fault, err error) {
	for i := range bundles {
		files = append(append(files, bundles[i].File), bundles[i].Others...)
	}
	nights, err := s.counting(pipeline.MaxDate)
	if err != nil {
		return nil, nil, err
	}
	for _, n := range nights {
		x, err := s.index(n)
		if err != nil {
			lost = append(lost, Fault{indexFolder + "/" + n.name() + ".json", err})
			continue
		}
		for k, f := range x.Files {
			if k < factKinds && bundleOf(bundles, n, k) != nil || k >= factKinds && !s.there(f.Name) {
				continue
			}
			files = append(files, f)
		}
	}
	return files, lost, nil
}

// Lacking gives the faults of published nights of which the archive has nothing, each the note that should be there. Revision 0
// is any.
func (s *Store) Lacking(published []Night) (faults []Fault, err error) {
	nights, err := s.nights()
	if err != nil {
		return nil, fmt.Errorf("list archive: %w", err)
	}
	for _, p := range published {
		if !among(nights, p) {
			faults = append(faults, Fault{indexFolder + "/" + p.name() + ".json", fs.ErrNotExist})
		}
	}
	return faults, nil
}

// among tells whether a night is one of some. Revision 0 is any.
func among(nights []Night, p Night) bool {
	return slices.ContainsFunc(nights, func(n Night) bool { return n.Date == p.Date && (p.Revision == 0 || n.Revision == p.Revision) })
}

// Published lists the dates of which the archive has something, in order, but that of a night under way, which may come to
// nothing. It needs no lock; without one a night may have gone by the time the list is read.
func (s *Store) Published() (dates []pipeline.Date, err error) {
	nights, err := s.counting(pipeline.MaxDate)
	if err != nil {
		return nil, fmt.Errorf("list archive: %w", err)
	}
	var tried journal
	note, err := os.ReadFile(filepath.Join(s.root, journalFile)) // after the nights: what is listed and not named here is published
	if err == nil {
		err = json.Unmarshal(note, &tried)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list archive: %w: %s: %w", ErrDamaged, journalFile, err)
	}
	for _, n := range nights {
		if n.Date != tried.Date {
			dates = append(dates, n.Date)
		}
	}
	return dates, nil
}
