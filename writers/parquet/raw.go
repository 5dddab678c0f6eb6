package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"

	"incrocio/pipeline/table"
)

// Raw reads the bare columns of a file ([table.Column]): whole columns of numbers as they lie in the file, and single texts
// by their place. It decodes nothing and keeps nothing; what a column holds is for the caller to check against a digest.
// It is safe for concurrent use.
type Raw struct {
	src    *os.File
	size   int64
	groups []rawGroup
}

// rawGroup is where the columns of a row group lie.
type rawGroup struct {
	rows   int
	chunks []chunk
}

type chunk struct {
	at, size int64
	bare     bool
	physical pq.Type
}

// OpenRaw opens a file of table t. Errors wrap [ErrFile], [ErrSchema] or those of the file system.
func OpenRaw[T any](path string, t *table.Table[T]) (r *Raw, err error) {
	f, err := OpenReader(path, t)
	if err != nil {
		return nil, err
	}
	r = &Raw{src: f.owned.(*os.File), size: f.size}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open %s: %w", t.Name, err), f.Close())
		}
	}()
	defer damaged("open "+t.Name, &err)
	for i := range f.NumRowGroups() {
		g, err := rawGroupOf(f.file, i, f.size)
		if err != nil {
			return nil, fmt.Errorf("row group %d: %w", i, err)
		}
		r.groups = append(r.groups, g)
	}
	return r, nil
}

func rawGroupOf(f *file.Reader, i int, fileSize int64) (rawGroup, error) {
	meta := f.RowGroup(i).MetaData()
	g := rawGroup{rows: int(meta.NumRows())}
	for c := range meta.NumColumns() {
		m, err := meta.ColumnChunk(c)
		if err != nil {
			return g, fmt.Errorf("%w: column %d: %w", ErrFile, c, err)
		}
		k := chunk{at: m.DataPageOffset(), size: m.TotalCompressedSize(), physical: m.Type()}
		k.bare = m.Compression() == compress.Codecs.Uncompressed && !m.HasDictionaryPage() && m.CryptoMetadata() == nil &&
			m.NumValues() == meta.NumRows()
		if k.at < 0 || k.size < 0 || k.at > fileSize || k.size > fileSize-k.at {
			return g, fmt.Errorf("%w: column %d lies outside the file", ErrFile, c)
		}
		g.chunks = append(g.chunks, k)
	}
	return g, nil
}

// Again opens the file once more, without reading where its columns lie. It is for whoever reads one row group at a time of a
// file of many; a file that is another by then is no other to what digests tell.
func (r *Raw) Again() (*Raw, error) {
	f, err := os.Open(r.src.Name())
	if err != nil {
		return nil, err
	}
	return &Raw{src: f, size: r.size, groups: r.groups}, nil
}

// Close closes the file.
func (r *Raw) Close() error { return r.src.Close() }

// Groups gives the number of row groups.
func (r *Raw) Groups() int { return len(r.groups) }

// Rows gives the rows of a row group.
func (r *Raw) Rows(group int) int { return r.groups[group].rows }

// Numbers reads a whole bare column of 4 or 8 bytes a value, little-endian, one value after another. The bytes lie in buf where
// it is large enough, and the grown buffer is given back for the next call.
func (r *Raw) Numbers(group, column int, buf []byte) (values, grown []byte, err error) {
	g := &r.groups[group]
	c := &g.chunks[column]
	width := map[pq.Type]int{pq.Types.Int32: 4, pq.Types.Int64: 8}[c.physical]
	if !c.bare || width == 0 {
		return nil, buf, fmt.Errorf("%w: column %d is no bare column of numbers", ErrFile, column)
	}
	if int64(cap(buf)) < c.size {
		buf = make([]byte, c.size)
	}
	buf = buf[:c.size]
	if _, err := r.src.ReadAt(buf, c.at); err != nil {
		return nil, buf, err
	}
	n := 0 // bytes of values so far, moved over the headers between them
	for at := 0; at < len(buf); {
		h, err := pageHeader(buf[at:])
		if err != nil {
			return nil, buf, err
		}
		if at += h.header; h.size != h.values*width || h.size > len(buf)-at {
			return nil, buf, fmt.Errorf("%w: %w", ErrFile, errHeader)
		}
		copy(buf[n:], buf[at:at+h.size])
		n, at = n+h.size, at+h.size
	}
	if n != g.rows*width {
		return nil, buf, fmt.Errorf("%w: %d bytes for %d rows", ErrFile, n, g.rows)
	}
	return buf[:n], buf, nil
}

// maxHeader is more than the header of a page without statistics has.
const maxHeader = 64

// Texts opens a bare column of texts or bytes, to fetch single ones. lengths are those of all its values, in order.
func (r *Raw) Texts(group, column int, lengths []int32) (*Texts, error) {
	g := &r.groups[group]
	c := &g.chunks[column]
	if !c.bare || c.physical != pq.Types.ByteArray || len(lengths) != g.rows {
		return nil, fmt.Errorf("%w: column %d is no bare column of texts", ErrFile, column)
	}
	t := &Texts{src: r.src, lengths: lengths}
	var head [maxHeader]byte
	row := 0
	for at, end := c.at, c.at+c.size; at < end; {
		n, err := r.src.ReadAt(head[:min(maxHeader, end-at)], at)
		if err != nil && (!errors.Is(err, io.EOF) || n == 0) {
			return nil, err
		}
		h, err := pageHeader(head[:n])
		if err != nil {
			return nil, err
		}
		at += int64(h.header)
		if h.values > g.rows-row || int64(h.size) > end-at {
			return nil, fmt.Errorf("%w: %w", ErrFile, errHeader)
		}
		t.pages = append(t.pages, textPage{row: row, at: at, size: h.size})
		row, at = row+h.values, at+int64(h.size)
	}
	if row != g.rows {
		return nil, fmt.Errorf("%w: %d values in %d rows", ErrFile, row, g.rows)
	}
	return t, nil
}

// Texts fetches values of one column of a row group, in order of rows. It is not safe for concurrent use.
type Texts struct {
	src     *os.File
	lengths []int32
	pages   []textPage

	page   int   // present one
	row    int   // next row whose place is known
	offset int64 // of that row in the file
	window []byte
	buf    []byte
	from   int64 // place of window in the file
}

type textPage struct {
	row  int
	at   int64
	size int
}

// textWindow is how much is read at once: rows of one person lie side by side.
const textWindow = 4 << 10

const lengthSize = 4 // of the length in front of a value

// At gives the value of a row, which must come after those that were asked for before. It is valid until the next call.
func (t *Texts) At(row int) ([]byte, error) {
	if row < t.row {
		return nil, errors.New("rows are fetched in order")
	}
	for t.page+1 < len(t.pages) && t.pages[t.page+1].row <= row {
		t.page++
		t.row, t.offset = t.pages[t.page].row, t.pages[t.page].at
	}
	if t.offset == 0 {
		t.row, t.offset = t.pages[0].row, t.pages[0].at
	}
	for ; t.row < row; t.row++ {
		t.offset += lengthSize + int64(t.lengths[t.row])
	}
	p := &t.pages[t.page]
	n, at := int64(t.lengths[row]), t.offset
	if n < 0 || at < p.at || at+lengthSize+n > p.at+int64(p.size) {
		return nil, fmt.Errorf("%w: a value outside its page", ErrFile)
	}
	b, err := t.read(at, int(lengthSize+n), p.at+int64(p.size))
	if err != nil {
		return nil, err
	}
	if binary.LittleEndian.Uint32(b) != uint32(n) {
		return nil, fmt.Errorf("%w: a value of another length", ErrFile)
	}
	t.row, t.offset = row+1, at+lengthSize+n
	return b[lengthSize:], nil
}

// read gives n bytes at a place; it reads on to the end of the page where that is near.
func (t *Texts) read(at int64, n int, end int64) ([]byte, error) {
	if at < t.from || at+int64(n) > t.from+int64(len(t.window)) {
		size := int(min(int64(max(n, textWindow)), end-at))
		if cap(t.buf) < size {
			t.buf = make([]byte, size)
		}
		t.window, t.from = t.buf[:size], at
		if _, err := t.src.ReadAt(t.window, at); err != nil {
			t.window = nil
			return nil, err
		}
	}
	i := int(at - t.from)
	return t.window[i : i+n], nil
}

// rawPage is what the header of a page says.
type rawPage struct {
	header int // bytes of the header itself
	size   int // bytes of the page
	values int
}

// Fields of a page header and of a data page header (parquet.thrift), and the values that a bare page has.
const (
	pageType, pageSize, pagePacked, pageData = 1, 2, 3, 5
	dataValues, dataEncoding                 = 1, 2
	dataPage, plain                          = 0, 0
)

// pageHeader reads the header of a data page of plain values, uncompressed.
func pageHeader(b []byte) (rawPage, error) {
	w := walker{b: b}
	fields := map[uint64]int64{pageType: -1, pageSize: -1, pagePacked: -1}
	data := map[uint64]int64{dataValues: -1, dataEncoding: -1}
	ok := w.numbers(fields, func(id uint64) map[uint64]int64 {
		if id == pageData {
			return data
		}
		return nil
	})
	p := rawPage{header: len(b) - len(w.b), size: int(fields[pageSize]), values: int(data[dataValues])}
	if !ok || fields[pageType] != dataPage || data[dataEncoding] != plain || fields[pagePacked] != fields[pageSize] || p.size < 0 || p.values <= 0 {
		return rawPage{}, fmt.Errorf("%w: %w", ErrFile, errHeader)
	}
	return p, nil
}

// numbers steps over a structure and notes the numbers of the fields that are asked for; inner gives those that are asked of a
// structure within.
func (w *walker) numbers(want map[uint64]int64, inner func(id uint64) map[uint64]int64) bool {
	return w.fields(func(id uint64, kind byte) bool {
		switch {
		case kind == thriftI32:
			n, ok := w.varint()
			if _, asked := want[id]; asked {
				want[id] = int64(int32(unzigzag(n)))
			}
			return ok
		case kind == thriftStruct && inner != nil && inner(id) != nil:
			return w.numbers(inner(id), nil)
		}
		return w.field(id, kind, 1)
	})
}
