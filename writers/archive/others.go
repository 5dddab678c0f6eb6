package archive

import (
	"context"
	"errors"
	"fmt"

	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

// joinOthers stages the files of a bundle for the kinds of facts besides communications: what its nights brought, one night after
// another.
func (s *Store) joinOthers(ctx context.Context, t *Tonight, b *bundle) error {
	known, _, err := s.bundles()
	if err != nil {
		return err
	}
	others := make([]indexed, 0, factKinds-1)
	for k := 1; k < factKinds; k++ {
		from, err := s.sources(k, b.Nights, known)
		if err == nil {
			err = t.joinKind(ctx, k, from)
		}
		if err != nil {
			return err
		}
		t.files[k].Name = named(k, b.name())
		others = append(others, t.files[k])
	}
	b.Others = others
	return nil
}

// complete gives bundles of before, which have communications only, the other files.
func (s *Store) complete(ctx context.Context) error {
	counting, _, err := s.bundles()
	if err != nil {
		return err
	}
	for i := range counting {
		b := &counting[i]
		if len(b.Others) > 0 {
			continue
		}
		if err := s.joinOthers(ctx, s.staging(), b); err != nil {
			return err
		}
		if err := s.placeBundle(b, communicationsFile+1); err != nil {
			return err
		}
		if err := s.tidy(); err != nil {
			return err
		}
	}
	return nil
}

// sources lists the files that have the facts of a kind of some nights.
func (s *Store) sources(k int, nights []Night, known []bundle) (files []indexed, err error) {
	for _, n := range nights {
		if b := bundleOf(known, n, k); b != nil {
			if n == b.Nights[0] {
				files = append(files, *b.has(k))
			}
			continue
		}
		x, err := s.index(n)
		if err != nil {
			return nil, err
		}
		if k < len(x.Files) {
			files = append(files, x.Files[k])
		}
	}
	return files, nil
}

// joinKind stages one file with the rows of others of a kind.
func (t *Tonight) joinKind(ctx context.Context, k int, from []indexed) error {
	switch k {
	case 1:
		return joinFiles(ctx, t, k, tables.ArchivedSubmissions, from)
	case 2:
		return joinFiles(ctx, t, k, tables.ArchivedNotices, from)
	case 3:
		return joinFiles(ctx, t, k, tables.ArchivedQuestions, from)
	case 4:
		return joinFiles(ctx, t, k, tables.ArchivedVouchers, from)
	case doubtfulFile:
		return joinFiles(ctx, t, k, tables.DoubtfulCommunications, from)
	}
	panic("archive: no such kind of facts") // factKinds says which there are
}

func joinFiles[T any](ctx context.Context, t *Tonight, k int, spec *table.Table[T], from []indexed) error {
	w, err := create(t, k, spec)
	if err != nil {
		return err
	}
	t.store.seen.expect(t.store.root, from)
	rows := int64(0)
	for i := range from {
		path := t.store.path(from[i].Name)
		if err = t.store.seen.check(path); err == nil {
			err = parquet.Each(ctx, path, spec, w.Write)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w", from[i].Name, err), w.file.Close())
		}
		rows += from[i].Rows
	}
	if err := w.Close(); err != nil {
		return err
	}
	if rows != t.files[k].Rows {
		return fmt.Errorf("%w: %d rows of %d in %s", ErrDamaged, t.files[k].Rows, rows, kinds[k].folder)
	}
	return nil
}
