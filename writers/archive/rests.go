package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

// Rests gives what a night left of who may rest, by key, if it was decided on a premise; ok is false where it was another one, or
// where the file is not there, and nobody may rest. It returns [ErrDamaged] for a file that is not what was placed: a night can
// do without.
func (s *Store) Rests(n Night, premise string) (rows func(context.Context, func(*tables.Rest) error) error, ok bool, err error) {
	x, err := s.index(n)
	if err != nil || len(x.Files) <= restsFile || x.Files[restsFile].Premise != premise {
		return nil, false, err
	}
	s.seen.expect(s.root, x.Files)
	path := s.path(x.Files[restsFile].Name)
	if err = s.seen.check(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return nil, false, err
	}
	return func(ctx context.Context, fn func(*tables.Rest) error) error {
		return parquet.Each(ctx, path, tables.Rests, fn)
	}, true, nil
}

// tidyRests takes away what nights before the last one left of who may rest: nobody asks for it any more.
func (s *Store) tidyRests(last Night) error {
	files, err := os.ReadDir(filepath.Join(s.root, kinds[restsFile].folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var gone []string
	for _, f := range files {
		if n, ok := parseName(strings.TrimSuffix(f.Name(), ".parquet")); ok && n.compare(last) < 0 {
			gone = append(gone, kinds[restsFile].folder+"/"+f.Name())
		}
	}
	if err := s.removeAll(gone); err != nil {
		return fmt.Errorf("tidy %s: %w", kinds[restsFile].folder, err)
	}
	return nil
}
