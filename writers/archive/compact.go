package archive

import (
	"cmp"
	"container/heap"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

// A night reads the keys of every file of communications, and all other files of facts, so the files of many nights are put together.
// A bundle (mazzo) has the facts of several nights in a row: communications by key in one file, and one file of each other kind. Its
// note under mazzi/ is placed once the files are there, and from then on the files it was made of count for nothing. Whoever meets
// both goes by the bundle that has more nights, so that a crash on the way changes nothing; [Store.Recover] takes away what is left.

const (
	bundleFolder = "mazzi"
	bundleMark   = "_" // between the first and the last night in the name of a bundle
)

// bundle is the note of a bundle.
type bundle struct {
	Nights []Night   `json:"notti"` // in order
	File   indexed   `json:"file"`  // of communications
	Others []indexed `json:"altri"` // of the other kinds of facts, in their order; none in a bundle of before
}

// has gives the bundle's file of a kind; nil where the nights have kept theirs.
func (b *bundle) has(k int) *indexed {
	switch {
	case k == communicationsFile:
		return &b.File
	case k <= len(b.Others):
		return &b.Others[k-1]
	}
	return nil
}

func (b *bundle) first() pipeline.Date { return b.Nights[0].Date }
func (b *bundle) last() pipeline.Date  { return b.Nights[len(b.Nights)-1].Date }

func (b *bundle) name() string {
	return b.Nights[0].name() + bundleMark + b.Nights[len(b.Nights)-1].name()
}

// named gives the file of a kind of a night or a bundle.
func named(k int, name string) string { return kinds[k].folder + "/" + name + ".parquet" }

// bundles lists the bundles that count, in order. It returns [ErrDamaged] for a note that cannot be read.
func (s *Store) bundles() (counting, replaced []bundle, err error) {
	entries, err := os.ReadDir(filepath.Join(s.root, bundleFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	var all []bundle
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok {
			continue
		}
		b, err := s.bundle(name)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b bundle) int {
		return cmp.Or(cmp.Compare(a.first(), b.first()), cmp.Compare(b.last(), a.last()))
	})
	for _, b := range all {
		switch n := len(counting); {
		case n == 0 || b.first() > counting[n-1].last():
			counting = append(counting, b)
		case b.last() <= counting[n-1].last():
			replaced = append(replaced, b)
		default:
			return nil, nil, fmt.Errorf("%w: bundles %s and %s overlap", ErrDamaged, counting[n-1].name(), b.name())
		}
	}
	return counting, replaced, nil
}

func (s *Store) bundle(name string) (b bundle, err error) {
	note, err := os.ReadFile(filepath.Join(s.root, bundleFolder, name+".json"))
	if err != nil {
		return b, fmt.Errorf("read bundle %s: %w", name, err)
	}
	if err := json.Unmarshal(note, &b); err != nil {
		return b, fmt.Errorf("read bundle %s: %w: %w", name, ErrDamaged, err)
	}
	if len(b.Nights) == 0 || !slices.IsSortedFunc(b.Nights, Night.compare) || b.name() != name || len(b.Others) > factKinds-1 {
		return b, fmt.Errorf("read bundle %s: %w: it speaks of others", name, ErrDamaged)
	}
	for k := range 1 + len(b.Others) {
		if b.has(k).Name != named(k, name) {
			return b, fmt.Errorf("read bundle %s: %w: file %q", name, ErrDamaged, b.has(k).Name)
		}
	}
	return b, nil
}

// piece is a file that may become part of a bundle.
type piece struct {
	nights []Night
	file   indexed
}

// Compact puts the facts of nights together where there are enough files of a size, and tells how many communications it wrote; 0
// where there was nothing to do. It takes away what nights before the last one left of who may rest. The night that was published
// last may still be repeated and stays apart. It needs the lock of the home. After an error or a crash the archive holds what it held.
func (s *Store) Compact(ctx context.Context, published Night) (rows int64, err error) {
	if err := s.tidyRests(published); err != nil {
		return 0, fmt.Errorf("compact archive: %w", err)
	}
	if err := s.complete(ctx); err != nil {
		return 0, fmt.Errorf("compact archive: %w", err)
	}
	pieces, err := s.pieces(published)
	if err != nil {
		return 0, fmt.Errorf("compact archive: %w", err)
	}
	from, to := together(pieces)
	if from == to {
		return 0, nil
	}
	b, err := s.join(ctx, pieces[from:to])
	if err == nil {
		err = s.placeBundle(b, communicationsFile)
	}
	if err == nil {
		err = s.tidy()
	}
	if err != nil {
		return 0, fmt.Errorf("compact archive: %w", err)
	}
	return b.File.Rows, nil
}

// pieces lists the files of communications of the nights before one, in order. Those in the form of before bundles are left
// as they are, and nothing is put together across them.
func (s *Store) pieces(before Night) ([]piece, error) {
	nights, err := s.counting(before.Date - 1)
	if err != nil {
		return nil, err
	}
	bundles, _, err := s.bundles()
	if err != nil {
		return nil, err
	}
	var out []piece
	for _, n := range nights {
		if len(bundles) > 0 && n.Date > bundles[0].last() {
			bundles = bundles[1:]
		}
		if len(bundles) > 0 && n.Date >= bundles[0].first() {
			if b := &bundles[0]; n.Date == b.first() {
				out = append(out, piece{b.Nights, b.File})
			}
			continue
		}
		x, err := s.index(n)
		if err != nil {
			return nil, err
		}
		if f := x.Files[communicationsFile]; f.Layout != "" {
			out = append(out, piece{[]Night{n}, f})
		} else {
			out = out[:0]
		}
	}
	return out, nil
}

const (
	fewest = 8  // files of a size that are put together
	most   = 32 // of which each takes memory for the keys of a row group
)

// size tells files of one night, of eight and more, of sixty-four and more, … apart.
func (p *piece) size() int {
	size := 0
	for n := len(p.nights); n >= fewest; n /= fewest {
		size++
	}
	return size
}

// together chooses which files to put together: the oldest of the first eight or more of a size that lie side by side. So a row is
// written again some three times a year, and there are a few files of each size.
func together(pieces []piece) (from, to int) {
	for from < len(pieces) {
		to = from + 1
		for to < len(pieces) && to-from < most && pieces[to].size() == pieces[from].size() {
			to++
		}
		if to-from >= fewest {
			return from, to
		}
		from = to
	}
	return 0, 0
}

// staging makes files that are of no night.
func (s *Store) staging() *Tonight {
	return &Tonight{store: s, dir: filepath.Join(s.root, stagingFolder)}
}

// join writes the bundle of some files in the staging folder.
func (s *Store) join(ctx context.Context, pieces []piece) (b *bundle, err error) {
	t := s.staging()
	w, err := t.createKeyed()
	if err != nil {
		return nil, err
	}
	if err := s.mergeInto(ctx, pieces, w.seal); err != nil {
		return nil, errors.Join(err, w.abandon())
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	b = &bundle{File: t.files[communicationsFile]}
	var rows int64
	for _, p := range pieces {
		b.Nights = append(b.Nights, p.nights...)
		rows += p.file.Rows
	}
	if rows != b.File.Rows {
		return nil, fmt.Errorf("%w: %d rows of %d", ErrDamaged, b.File.Rows, rows)
	}
	b.File.Name = named(communicationsFile, b.name())
	return b, s.joinOthers(ctx, t, b)
}

// placeBundle makes a bundle count, the files of which from one kind on are staged.
func (s *Store) placeBundle(b *bundle, from int) error {
	for k := from; k < factKinds; k++ {
		to := s.path(b.has(k).Name)
		err := os.Rename(filepath.Join(s.root, stagingFolder, kinds[k].folder+".parquet"), to)
		if err == nil {
			err = syncDir(filepath.Dir(to))
		}
		if err != nil {
			return err
		}
	}
	note, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return s.replace(bundleFolder+"/"+b.name()+".json", append(note, '\n'))
}

// tidy takes away what no longer counts: notes and files of bundles that became part of others, files of nights that are in a
// bundle, and files of bundles that were never placed. It returns [ErrDamaged], and takes nothing away, where that would be the only
// place of some night's facts: a bundle without a note, or a note whose file is not there as it was placed.
func (s *Store) tidy() error {
	counting, replaced, err := s.bundles()
	if err != nil {
		return err
	}
	var gone []string
	for _, b := range replaced {
		gone = append(gone, bundleFolder+"/"+b.name()+".json")
	}
	for i := range counting {
		b := &counting[i]
		for k := range 1 + len(b.Others) {
			info, err := os.Stat(s.path(b.has(k).Name))
			if err != nil || info.Size() != b.has(k).Bytes {
				return fmt.Errorf("%w: bundle %s is not what was placed", ErrDamaged, b.name())
			}
			for _, n := range b.Nights {
				gone = append(gone, named(k, n.name()))
			}
		}
	}
	unplaced, err := s.unplaced(counting)
	if err != nil {
		return err
	}
	return s.removeAll(append(gone, unplaced...))
}

// bundleOf gives the bundle that has a night's facts of a kind; nil for none.
func bundleOf(bundles []bundle, n Night, k int) *bundle {
	for i := range bundles {
		if _, in := slices.BinarySearchFunc(bundles[i].Nights, n, Night.compare); in && bundles[i].has(k) != nil {
			return &bundles[i]
		}
	}
	return nil
}

// unplaced gives the files of bundles that do not count, as a crash leaves them. All that is in them is elsewhere, or it returns
// [ErrDamaged].
func (s *Store) unplaced(counting []bundle) (names []string, err error) {
	for k := range factKinds {
		of, err := s.unplacedOf(k, counting)
		if err != nil {
			return nil, err
		}
		names = append(names, of...)
	}
	return names, nil
}

func (s *Store) unplacedOf(k int, counting []bundle) (names []string, err error) {
	files, err := os.ReadDir(filepath.Join(s.root, kinds[k].folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), ".parquet")
		first, last, bundled := strings.Cut(name, bundleMark)
		if !ok || !bundled || slices.ContainsFunc(counting, func(b bundle) bool { return b.name() == name && b.has(k) != nil }) {
			continue
		}
		from, okFrom := parseName(first)
		to, okTo := parseName(last)
		if !okFrom || !okTo {
			return nil, fmt.Errorf("%w: %s is no file of the archive", ErrDamaged, f.Name())
		}
		if err := s.elsewhere(k, from.Date, to.Date, counting); err != nil {
			return nil, fmt.Errorf("bundle %s has no note: %w", name, err)
		}
		names = append(names, named(k, name))
	}
	return names, nil
}

// elsewhere returns [ErrDamaged] naming the first night between two, both included, whose facts of a kind are neither in a bundle
// that counts nor in a file of their own.
func (s *Store) elsewhere(k int, from, to pipeline.Date, counting []bundle) error {
	nights, err := s.counting(to)
	if err != nil {
		return err
	}
	for _, n := range nights {
		if n.Date < from || bundleOf(counting, n, k) != nil || s.there(named(k, n.name())) {
			continue
		}
		x, err := s.index(n)
		if err != nil {
			return err
		}
		if k < len(x.Files) {
			return fmt.Errorf("%w: %s of %s is nowhere else", ErrDamaged, kinds[k].folder, n.name())
		}
	}
	return nil
}

// removeAll removes files that may be gone already.
func (s *Store) removeAll(names []string) error {
	dirs := map[string]bool{}
	for _, name := range names {
		path := s.path(name)
		err := os.Remove(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if dir := filepath.Dir(path); err == nil && !dirs[dir] {
			dirs[dir] = true
			defer func() { _ = syncDir(dir) }() // what comes back after a crash is taken away again
		}
	}
	return nil
}

// mergeInto hands over the rows of all files in the order of the archive.
func (s *Store) mergeInto(ctx context.Context, pieces []piece, write func(*pipeline.Communication) error) (err error) {
	m := &merging{}
	defer func() {
		for _, c := range m.all {
			err = errors.Join(err, c.file.Close())
		}
	}()
	for i := range pieces {
		c, err := s.openCursor(&pieces[i].file)
		if err != nil {
			return err
		}
		m.all = append(m.all, c)
		if err := m.advance(c); err != nil {
			return err
		}
	}
	var rows []pipeline.Communication
	for k := 0; len(m.live) > 0; k++ {
		if k%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if rows, err = m.next(rows[:0]); err != nil {
			return err
		}
		slices.SortFunc(rows, func(a, b pipeline.Communication) int { return tables.CommunicationsByKey.Compare(&a, &b) })
		for i := range rows {
			if err := write(&rows[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// merging is the heap of files by the key of the next row.
type merging struct {
	all, live []*cursor
}

func (m *merging) Len() int           { return len(m.live) }
func (m *merging) Less(i, j int) bool { return m.live[i].key() < m.live[j].key() }
func (m *merging) Swap(i, j int)      { m.live[i], m.live[j] = m.live[j], m.live[i] }
func (m *merging) Push(x any)         { m.live = append(m.live, x.(*cursor)) }
func (m *merging) Pop() any {
	last := m.live[len(m.live)-1]
	m.live = m.live[:len(m.live)-1]
	return last
}

// advance goes to a row of a file that is not on the heap, and puts it there unless the file has ended.
func (m *merging) advance(c *cursor) error {
	more, err := c.more()
	if more {
		heap.Push(m, c)
	}
	return err
}

// next takes all rows of the least key.
func (m *merging) next(rows []pipeline.Communication) ([]pipeline.Communication, error) {
	key := m.live[0].key()
	for len(m.live) > 0 && m.live[0].key() == key {
		c := m.live[0]
		rows = append(rows, pipeline.Communication{})
		if err := c.take(&rows[len(rows)-1]); err != nil {
			return rows, err
		}
		heap.Pop(m)
		if err := m.advance(c); err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// cursor is a place in one file.
type cursor struct {
	file   *parquet.Raw
	index  *indexed
	layout *table.Table[pipeline.Communication]
	buffer
	texts *parquet.Texts
	group int // that will be read next
	row   int // in the present one
}

func (s *Store) openCursor(f *indexed) (*cursor, error) {
	layout, err := tables.CommunicationRows.LaidOut(f.Layout)
	if err != nil {
		return nil, err
	}
	r, err := openKeyed(s.path(f.Name))
	if err != nil {
		return nil, err
	}
	return &cursor{file: r, index: f, layout: layout}, nil
}

func (c *cursor) key() uint64 { return c.keys[c.row] }

// more tells whether there is a row left, reading the next row group where it has to.
func (c *cursor) more() (bool, error) {
	for c.row == len(c.keys) {
		if c.group == c.file.Groups() {
			return false, nil
		}
		sum, err := c.keysAndLengths(c.file, c.group)
		if err == nil && (c.group >= len(c.index.Parts) || sum != c.index.Parts[c.group].Keys) {
			err = errPart
		}
		if err == nil {
			c.texts, err = c.file.Texts(c.group, tables.RowColumn, c.lengths)
		}
		if err != nil {
			return false, fmt.Errorf("%w: %s: %w", ErrDamaged, c.index.Name, err)
		}
		c.group, c.row = c.group+1, 0
	}
	return true, nil
}

// take reads the present row and goes on.
func (c *cursor) take(into *pipeline.Communication) error {
	row, err := c.texts.At(c.row)
	if err == nil {
		err = tables.OpenRow(row, c.keys[c.row], c.layout, into)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, c.index.Name, err)
	}
	c.row++
	return nil
}
