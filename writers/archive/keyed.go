package archive

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

// Communications are many, and a night needs those of few persons. Their files lie in the order of the workers' keys, with
// keys and lengths of rows as bare columns in front: a night reads these, picks the rows of its persons and fetches
// nothing else. What is read whole is checked against a digest in the index, and each row against one of its own.

// keyed writes the communications of tonight, which come in the order of [tables.SealedCommunications].
type keyed struct {
	rows *writer[tables.KeyedCommunication]
	last uint64 // key of the row before
}

func (t *Tonight) createKeyed() (*keyed, error) {
	w, err := create(t, communicationsFile, tables.KeyedCommunications)
	if err != nil {
		return nil, err
	}
	done := w.done
	w.done = func(rows int64, path string) error {
		return errors.Join(done(rows, path), measureKeyed(&t.files[communicationsFile], path))
	}
	return &keyed{rows: w}, nil
}

// Write adds a row.
func (k *keyed) Write(s *tables.SealedCommunication) error {
	row, err := tables.Keyed(s)
	if err != nil {
		return err
	}
	if row.Key < k.last {
		panic("archive: communications do not come by key") // they would not be found again
	}
	k.last = row.Key
	return k.rows.Write(&row)
}

// seal adds a row that is not sealed yet.
func (k *keyed) seal(c *pipeline.Communication) error {
	s := tables.Sealed(c)
	return k.Write(&s)
}

// Close ends the file.
func (k *keyed) Close() error { return k.rows.Close() }

// abandon leaves the file as it is, for nobody to use: who is told to stop has not the time to make it whole.
func (k *keyed) abandon() error { return k.rows.file.Close() }

// measureKeyed notes the digests of what is read whole, and how rows are laid out.
func measureKeyed(f *indexed, path string) (err error) {
	r, err := parquet.OpenRaw(path, tables.KeyedCommunications)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	f.Layout, f.Parts = tables.CommunicationRows.Layout(), nil
	b := buffers.Get().(*buffer)
	defer buffers.Put(b)
	for g := range r.Groups() {
		var p parts
		if p.Keys, err = b.keysAndLengths(r, g); err != nil {
			return err
		}
		if p.Nights, err = b.readNights(r, g); err != nil {
			return err
		}
		if p.Names, err = b.readNames(r, g); err != nil {
			return err
		}
		f.Parts = append(f.Parts, p)
	}
	return nil
}

// buffer is what reading a row group takes; buffers are used again.
type buffer struct {
	raw     []byte
	keys    []uint64
	lengths []int32
	nights  []pipeline.Date
	names   []uint32
	cites   []uint32
	hits    []int32
}

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// keysAndLengths reads the keys and lengths of a row group and gives their digest.
func (b *buffer) keysAndLengths(r *parquet.Raw, g int) (sum string, err error) {
	h := sha256.New()
	var values []byte
	if values, b.raw, err = r.Numbers(g, tables.KeyColumn, b.raw); err != nil {
		return "", err
	}
	h.Write(values)
	b.keys = b.keys[:0]
	for i := 0; i < len(values); i += 8 {
		b.keys = append(b.keys, binary.LittleEndian.Uint64(values[i:]))
	}
	if values, b.raw, err = r.Numbers(g, tables.LengthColumn, b.raw); err != nil {
		return "", err
	}
	h.Write(values)
	b.lengths = b.lengths[:0]
	for i := 0; i < len(values); i += 4 {
		b.lengths = append(b.lengths, int32(binary.LittleEndian.Uint32(values[i:])))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// readNights reads the nights that acquired the rows of a row group and gives their digest.
func (b *buffer) readNights(r *parquet.Raw, g int) (sum string, err error) {
	var values []byte
	if values, b.raw, err = r.Numbers(g, tables.NightColumn, b.raw); err != nil {
		return "", err
	}
	b.nights = b.nights[:0]
	for i := 0; i < len(values); i += 4 {
		b.nights = append(b.nights, pipeline.DateFromUnixDays(int32(binary.LittleEndian.Uint32(values[i:]))))
	}
	h := sha256.Sum256(values)
	return hex.EncodeToString(h[:]), nil
}

// readNames reads the keys of the codes that the rows of a row group bear, and of those that they cite, and gives their digest.
func (b *buffer) readNames(r *parquet.Raw, g int) (sum string, err error) {
	h := sha256.New()
	for _, c := range [...]struct {
		column int
		to     *[]uint32
	}{{tables.NameColumn, &b.names}, {tables.CitesColumn, &b.cites}} {
		var values []byte
		if values, b.raw, err = r.Numbers(g, c.column, b.raw); err != nil {
			return "", err
		}
		h.Write(values)
		*c.to = (*c.to)[:0]
		for i := 0; i < len(values); i += 4 {
			*c.to = append(*c.to, binary.LittleEndian.Uint32(values[i:]))
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// communications reads a unit, or those of its rows whose keys are in keep.
func (s *Store) communications(ctx context.Context, u match.Unit, keep *match.Filter, fn func(*pipeline.Communication) error) error {
	e, err := s.seen.of(u.File)
	if err != nil {
		return err
	}
	if e.Layout == "" {
		return read(s, tables.Communications, acquired)(ctx, u, fn)
	}
	return picked(ctx, u, e, fn, func(b *buffer, r *parquet.Raw) error { return b.pick(r, e, u, keep) })
}

// picked reads those rows of a unit that pick notes.
func picked(
	ctx context.Context, u match.Unit, e *expected, fn func(*pipeline.Communication) error, pick func(*buffer, *parquet.Raw) error,
) (err error) {
	layout, err := tables.CommunicationRows.LaidOut(e.Layout)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(u.File), err)
	}
	r, err := e.open(u.File)
	if err != nil {
		return damaged(u, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	b := buffers.Get().(*buffer)
	defer buffers.Put(b)
	if err := pick(b, r); err != nil {
		return damaged(u, err)
	}
	return b.fetch(ctx, r, u, layout, fn)
}

// named gives the communications that are wanted by their names. Files of before, which have no keys of codes, are read whole.
func (s *Store) named(ctx context.Context, u match.Unit, wants match.ByName, fn func(*pipeline.Communication) error) error {
	e, err := s.seen.of(u.File)
	if err != nil {
		return err
	}
	if !e.hasNames() {
		all := func(ctx context.Context, u match.Unit, fn func(*pipeline.Communication) error) error {
			return s.communications(ctx, u, nil, fn)
		}
		return match.Named(all)(ctx, u, wants, fn)
	}
	return picked(ctx, u, e, fn, func(b *buffer, r *parquet.Raw) error { return b.pickNamed(r, e, u, wants) })
}

// pickNamed is pick by name.
func (b *buffer) pickNamed(r *parquet.Raw, e *expected, u match.Unit, wants match.ByName) error {
	if err := b.pick(r, e, u, nil); err != nil {
		return err
	}
	sum, err := b.readNames(r, u.Group)
	if err == nil && sum != e.Parts[u.Group].Names {
		err = errPart
	}
	if err != nil {
		return err
	}
	b.hits = slices.DeleteFunc(b.hits, func(i int32) bool { return !wants(b.keys[i], b.names[i], b.cites[i]) })
	return nil
}

// damaged says of an error on what a file holds that the archive is damaged. Those of the file system are no such errors.
func damaged(u match.Unit, err error) error {
	for _, of := range []error{errPart, parquet.ErrFile, parquet.ErrSchema, table.ErrBlock} {
		if errors.Is(err, of) {
			return fmt.Errorf("%w: %s: %w", ErrDamaged, filepath.Base(u.File), err)
		}
	}
	return fmt.Errorf("%s: %w", filepath.Base(u.File), err)
}

var errPart = errors.New("a part differs from its digest")

// pick reads the keys of a row group and notes which rows are wanted.
func (b *buffer) pick(r *parquet.Raw, e *expected, u match.Unit, keep *match.Filter) error {
	if u.Group >= len(e.Parts) || u.Group >= r.Groups() {
		return fmt.Errorf("%w: no row group %d", errPart, u.Group)
	}
	sum, err := b.keysAndLengths(r, u.Group)
	if err == nil && sum != e.Parts[u.Group].Keys {
		err = errPart
	}
	if err != nil {
		return err
	}
	if b.hits = b.hits[:0]; keep != nil {
		b.hits = keep.Pick(b.keys, b.hits)
	} else {
		for i := range b.keys {
			b.hits = append(b.hits, int32(i))
		}
	}
	if u.Nights == (pipeline.Period{}) || len(b.hits) == 0 {
		return nil
	}
	if sum, err = b.readNights(r, u.Group); err == nil && sum != e.Parts[u.Group].Nights {
		err = errPart
	}
	kept := b.hits[:0]
	for _, i := range b.hits {
		if u.Nights.From <= b.nights[i] && b.nights[i] <= u.Nights.To {
			kept = append(kept, i)
		}
	}
	b.hits = kept
	return err
}

// fetch hands over the rows that were picked.
func (b *buffer) fetch(ctx context.Context, r *parquet.Raw, u match.Unit, layout *table.Table[pipeline.Communication], fn func(*pipeline.Communication) error) error {
	if len(b.hits) == 0 {
		return nil
	}
	texts, err := r.Texts(u.Group, tables.RowColumn, b.lengths)
	if err != nil {
		return damaged(u, err)
	}
	for n, i := range b.hits {
		if n%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		row, err := texts.At(int(i))
		var c pipeline.Communication
		if err == nil {
			err = tables.OpenRow(row, b.keys[i], layout, &c)
		}
		if err != nil {
			return damaged(u, fmt.Errorf("row %d: %w", i, err))
		}
		if err := fn(&c); err != nil {
			return err
		}
	}
	return nil
}
