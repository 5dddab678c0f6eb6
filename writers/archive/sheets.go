package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

// Sheets gives the sheets that a night wrote, by kind and owner; a sheet is valid during the call only. A night whose file was
// removed since, being too old, gives none, and so does one of before there were sheets. It returns [ErrDamaged] for a file
// that is not what was placed.
func (s *Store) Sheets(ctx context.Context, n Night, fn func(*tables.ArchivedSheet) error) error {
	x, err := s.index(n)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // that a night has no index is for Require to say
	}
	if err != nil || len(x.Files) <= sheetsFile {
		return err
	}
	s.seen.expect(s.root, x.Files)
	path := s.path(x.Files[sheetsFile].Name)
	if err = s.seen.check(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = parquet.Each(ctx, path, tables.ArchivedSheets, func(row *tables.ArchivedSheet) error {
			if row.Night != n.Date {
				return fmt.Errorf("%w: a sheet of %s", ErrDamaged, row.Night)
			}
			return fn(row)
		})
	}
	if err != nil {
		return fmt.Errorf("read sheets of %s: %w", n.name(), err)
	}
	return nil
}
