package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/night"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/digest"
	"incrocio/writers/parquet"
)

// Tonight is the archive as one night sees it: all nights before it, and files of its own that nobody else sees before
// Place.
type Tonight struct {
	store *Store
	night Night
	dir   string // where the files are staged
	files [len(kinds)]indexed
	taken []Taken

	premise string
}

var _ night.Archive = (*Tonight)(nil)

// Begin opens a night. Its files are staged in a folder of the archive, or in elsewhere where that is not "": a trial
// run that must leave the home alone gives a folder of its own and never calls Place.
func (s *Store) Begin(n Night, elsewhere string) *Tonight {
	dir := elsewhere
	if dir == "" {
		dir = filepath.Join(s.root, stagingFolder)
	}
	return &Tonight{store: s, night: n, dir: dir}
}

// Take notes a file that was taken in. Its place in the note is that of the call.
func (t *Tonight) Take(file Taken) { t.taken = append(t.taken, file) }

// Premise says what the decisions of tonight rest on besides facts: who rests does so on the same premise only.
func (t *Tonight) Premise(premise string) { t.premise = premise }

// Units lists the row groups of the nights before.
func (t *Tonight) Units() ([]match.Unit, error) { return t.store.Units(t.night.Date) }

// Unheard tells whether the night before tonight did not look for corrections to other workers.
func (t *Tonight) Unheard() (bool, error) {
	nights, err := t.store.counting(t.night.Date - 1)
	if err != nil || len(nights) == 0 {
		return false, err
	}
	last, err := t.store.index(nights[len(nights)-1])
	return !last.Heard, err
}

// Staged opens the files of tonight, but those that are written after the others.
func (t *Tonight) Staged() (night.Facts, error) {
	var f night.Facts
	var errs [len(kinds)]error
	f.Communications, errs[0] = t.createKeyed()
	f.Submissions, errs[1] = create(t, 1, tables.ArchivedSubmissions)
	f.Notices, errs[2] = create(t, 2, tables.ArchivedNotices)
	f.Questions, errs[3] = create(t, 3, tables.ArchivedQuestions)
	f.Vouchers, errs[4] = create(t, 4, tables.ArchivedVouchers)
	if err := errors.Join(errs[:]...); err != nil {
		return night.Facts{}, fmt.Errorf("stage archive: %w", err)
	}
	return f, nil
}

// StagedDoubtful opens the file of doubtful communications.
func (t *Tonight) StagedDoubtful() (night.RowWriter[pipeline.Communication], error) {
	w, err := create(t, doubtfulFile, tables.DoubtfulCommunications)
	if err != nil {
		return nil, fmt.Errorf("stage archive: %w", err)
	}
	return w, nil
}

// StagedSheets opens the file of sheets. A night that never asks for it has none.
func (t *Tonight) StagedSheets() (night.RowWriter[tables.ArchivedSheet], error) {
	w, err := create(t, sheetsFile, tables.ArchivedSheets)
	if err != nil {
		return nil, fmt.Errorf("stage archive: %w", err)
	}
	return w, nil
}

// StagedRests opens the file of who may rest. A night that never asks for it, or for the one of sheets, has none.
func (t *Tonight) StagedRests() (night.RowWriter[tables.Rest], error) {
	w, err := create(t, restsFile, tables.Rests)
	if err != nil {
		return nil, fmt.Errorf("stage archive: %w", err)
	}
	return w, nil
}

// StagedUnits lists the row groups of tonight's files that are whole.
func (t *Tonight) StagedUnits() ([]match.Unit, error) {
	var units []match.Unit
	for k, f := range t.files {
		if f.SHA256 == "" || kinds[k].kind == 0 {
			continue
		}
		path := t.staged(k)
		f.Name = filepath.Base(path)
		t.store.seen.expect(t.dir, []indexed{f})
		for g := range f.Groups {
			units = append(units, match.Unit{Kind: kinds[k].kind, File: path, Group: g, Anchor: true})
		}
	}
	return units, nil
}

func (t *Tonight) staged(k int) string { return filepath.Join(t.dir, kinds[k].folder+".parquet") }

// Place puts tonight's files where later nights look for them: first the note of what is being done, then the files,
// then their index. A crash on the way is for [Store.Recover].
func (t *Tonight) Place() error {
	note, err := json.Marshal(journal{t.night, t.taken})
	if err == nil {
		err = makeDir(t.store.root)
	}
	if err != nil {
		return fmt.Errorf("place archive: %w", err)
	}
	if err := t.store.replace(journalFile, append(note, '\n')); err != nil {
		return fmt.Errorf("place archive: %w", err)
	}
	t.files[restsFile].Premise = t.premise
	files := t.files[:]
	for k := len(files) - 1; k >= sheetsFile; k-- {
		if files[k].SHA256 == "" {
			files = files[:k]
		}
	}
	for k := range files {
		if err := t.place(k); err != nil {
			return fmt.Errorf("place archive: %w", err)
		}
	}
	list, err := json.MarshalIndent(index{t.night, true, files}, "", "  ")
	if err != nil {
		return fmt.Errorf("place archive: %w", err)
	}
	if err := t.store.replace(indexFolder+"/"+t.night.name()+".json", append(list, '\n')); err != nil {
		return fmt.Errorf("place archive: %w", err)
	}
	return nil
}

func (t *Tonight) place(k int) error {
	f := &t.files[k]
	f.Name = kinds[k].folder + "/" + t.night.name() + ".parquet"
	to := filepath.Join(t.store.root, filepath.FromSlash(f.Name))
	if err := makeDir(filepath.Dir(to)); err != nil {
		return err
	}
	if err := os.Rename(t.staged(k), to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

// Source gives the functions that read units of the archive, staged or not, for a [match.Source].
func (s *Store) Source() match.Source {
	return match.Source{
		Communications: s.communications, Named: s.named,
		Submissions: read(s, tables.ArchivedSubmissions, func(r *tables.ArchivedSubmission) pipeline.Date { return r.Acquired }),
		Notices:     read(s, tables.ArchivedNotices, func(r *tables.ArchivedNotice) pipeline.Date { return r.Acquired }),
		Questions:   read(s, tables.ArchivedQuestions, func(r *tables.ArchivedQuestion) pipeline.Date { return r.Acquired }),
		Vouchers:    read(s, tables.ArchivedVouchers, func(r *tables.ArchivedVoucher) pipeline.Date { return r.Acquired }),
		Doubtful:    read(s, tables.DoubtfulCommunications, acquired),
	}
}

func acquired(c *pipeline.Communication) pipeline.Date { return c.Acquired }

// read reads units of a table whole, but for what other nights acquired.
func read[T any](s *Store, t *table.Table[T], acquired func(*T) pipeline.Date) func(context.Context, match.Unit, func(*T) error) error {
	return func(_ context.Context, u match.Unit, fn func(*T) error) (err error) {
		if err := s.seen.check(u.File); err != nil {
			return err
		}
		r, err := parquet.OpenReader(u.File, t)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		return r.ReadRowGroup(u.Group, func(rows []T) error {
			for i := range rows {
				if night := acquired(&rows[i]); u.Nights != (pipeline.Period{}) && (night < u.Nights.From || night > u.Nights.To) {
					continue
				}
				if err := fn(&rows[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// writer writes one file of tonight. It is whole, synced and read back when Close returns nil.
type writer[T any] struct {
	file  *os.File
	rows  *parquet.Writer[T]
	batch []T
	done  func(rows int64, path string) error
}

const batchRows = 1024

// groupRows is how many rows of the archive are read as one unit: what keeps a worker busy for a millisecond or two, and of which
// a writer holds the rows of one in memory.
const groupRows = 1 << 16

func create[T any](t *Tonight, k int, spec *table.Table[T]) (*writer[T], error) {
	if err := os.MkdirAll(t.dir, 0o750); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(t.staged(k), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, err
	}
	w, err := parquet.NewWriter(f, spec, parquet.Options{RowGroupRows: groupRows})
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &writer[T]{file: f, rows: w, done: func(rows int64, path string) error { return measure(&t.files[k], rows, path, spec) }}, nil
}

// measure notes what the file is.
func measure[T any](f *indexed, rows int64, path string, spec *table.Table[T]) (err error) {
	f.Rows = rows
	if f.SHA256, f.Bytes, err = digest.File(path); err != nil {
		return err
	}
	r, err := parquet.OpenReader(path, spec)
	if err != nil {
		return err
	}
	f.Groups = r.NumRowGroups()
	return r.Close()
}

// Write adds a row.
func (w *writer[T]) Write(row *T) error {
	w.batch = append(w.batch, *row)
	if len(w.batch) < batchRows {
		return nil
	}
	return w.flush()
}

func (w *writer[T]) flush() error {
	err := w.rows.Write(w.batch)
	w.batch = w.batch[:0]
	return err
}

// Close ends the file.
func (w *writer[T]) Close() error {
	err := w.flush()
	sum, cerr := w.rows.Close()
	if err = errors.Join(err, cerr, w.file.Sync(), w.file.Close()); err != nil {
		return err
	}
	if err := parquet.ReadBack(w.file.Name(), sum); err != nil {
		return err
	}
	return w.done(sum.Rows, w.file.Name())
}
