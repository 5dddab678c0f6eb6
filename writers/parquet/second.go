package parquet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/s2"
	"github.com/xitongsys/parquet-go/compress"
	"github.com/xitongsys/parquet-go/encoding"
	"github.com/xitongsys/parquet-go/layout"
	"github.com/xitongsys/parquet-go/source"

	xformat "github.com/xitongsys/parquet-go/parquet"
)

// The second implementation's own column reader makes four objects of every cell, keeps whole chunks and drops the
// errors of pages. Here its parts are called one by one: it decodes page headers, Snappy, runs and plain values, a few
// cells at a time. What it spends on repeated and nested columns, which no table has, falls away.

// fewCells is how many cells the second implementation is asked for at a time; a multiple of 8.
const fewCells = 512

// maxPage is the largest page that is read back, compressed or not. Pages end at about 1 MiB and one row.
const maxPage = 256 << 20

var errPage = errors.New("a page that cannot be")

// secondColumn reads the pages of one column back.
type secondColumn struct {
	src      io.ReaderAt
	size     int64
	kind     xformat.Type
	optional bool
	digest   *digest

	raw  []byte // the page as it is in the file
	null []bool // of the cells of a page; none where the column is never null
	dict []any  // the values of the dictionary; nil before it
}

// chunk takes the cells of a column chunk.
func (c *secondColumn) chunk(meta *xformat.ColumnMetaData) error {
	start, size := meta.GetDataPageOffset(), meta.GetTotalCompressedSize()
	if meta.IsSetDictionaryPageOffset() {
		start = meta.GetDictionaryPageOffset()
	}
	if start < 0 || size < 0 || start > c.size || size > c.size-start || meta.GetType() != c.kind {
		return errPage
	}
	section := cursor{io.NewSectionReader(c.src, start, size)}
	in := source.ConvertToThriftReader(section, 0, min(max(size, minBuffer), maxBuffer))
	c.dict = nil
	for left := meta.GetNumValues(); left > 0; {
		// What states lists without end would be read for ever.
		if view, _ := in.Peek(minBuffer); !(&walker{b: view}).structure(0) {
			return errHeader
		}
		head, err := layout.ReadPageHeader(in)
		if err != nil {
			return err
		}
		n, err := c.page(head, in, meta.GetCodec(), left)
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// page takes the page that follows its header and gives how many cells it had: none where it is a dictionary.
func (c *secondColumn) page(head *xformat.PageHeader, in io.Reader, codec xformat.CompressionCodec, left int64) (int64, error) {
	size := int(head.GetCompressedPageSize())
	if size < 0 || size > maxPage {
		return 0, errPage
	}
	if cap(c.raw) < size {
		c.raw = make([]byte, size)
	}
	if _, err := io.ReadFull(in, c.raw[:size]); err != nil {
		return 0, err
	}
	b, err := unpack(c.raw[:size], int(head.GetUncompressedPageSize()), codec)
	if err != nil {
		return 0, err
	}
	switch {
	case head.IsSetDictionaryPageHeader():
		return 0, c.dictionary(b, int(head.DictionaryPageHeader.GetNumValues()))
	case head.IsSetDataPageHeader():
		n := head.DataPageHeader.GetNumValues()
		if n <= 0 || int64(n) > left {
			return 0, fmt.Errorf("%w: %d values where %d are left", errPage, n, left)
		}
		return int64(n), c.data(b, int(n), head.DataPageHeader.GetEncoding())
	}
	return 0, errPage
}

// unpack gives the bytes of a page; those of a bare column are as they are.
func unpack(raw []byte, size int, codec xformat.CompressionCodec) ([]byte, error) {
	switch codec {
	case xformat.CompressionCodec_UNCOMPRESSED:
		if len(raw) == size {
			return raw, nil
		}
	case xformat.CompressionCodec_SNAPPY:
		if n, err := s2.DecodedLen(raw); err == nil && n <= maxPage && n == size {
			return compress.Uncompress(raw, codec)
		}
	}
	return nil, errPage
}

// dictionary keeps the values of a dictionary.
func (c *secondColumn) dictionary(b []byte, n int) error {
	if n < 0 || n > len(b) || c.dict != nil {
		return errPage
	}
	var err error
	c.dict, err = c.values(b, bytes.NewReader(b), n)
	return err
}

// data takes n cells.
func (c *secondColumn) data(b []byte, n int, as xformat.Encoding) error {
	r, values := bytes.NewReader(b), n
	if c.optional {
		var err error
		if values, err = c.levels(r, n); err != nil {
			return err
		}
	}
	var each func() error
	switch {
	case as == xformat.Encoding_PLAIN_DICTIONARY || as == xformat.Encoding_RLE_DICTIONARY:
		each = c.indices(r, values)
	case as == xformat.Encoding_PLAIN && c.kind == xformat.Type_BOOLEAN:
		each = c.flags(r, values)
	case as == xformat.Encoding_PLAIN:
		each = c.plain(b, r, values)
	default:
		return fmt.Errorf("%w: encoding %s", errPage, as)
	}
	for i := range n {
		if c.optional && c.null[i] {
			c.digest.addNull()
		} else if err := each(); err != nil {
			return err
		}
	}
	return nil
}

// levels reads which of n cells are null and counts those that are not.
func (c *secondColumn) levels(r *bytes.Reader, n int) (values int, err error) {
	size, err := encoding.ReadPlainINT32(r, 1)
	if err != nil {
		return 0, err
	}
	length := int(size[0].(int32))
	if length < 0 || length > r.Len() {
		return 0, errLevels
	}
	rest := r.Len() - length
	levels := runs{r: r, end: rest, width: 1}
	c.null = c.null[:0]
	for len(c.null) < n {
		level, times, err := levels.next(n - len(c.null))
		if err != nil {
			return 0, err
		}
		for range times {
			c.null = append(c.null, level == 0)
		}
		values += int(level) * times
	}
	_, err = r.Seek(-int64(rest), io.SeekEnd)
	return values, err
}

// indices gives a function that takes the next of some cells that stand in the dictionary.
func (c *secondColumn) indices(r *bytes.Reader, values int) func() error {
	width, err := r.ReadByte()
	if err != nil && values > 0 || width > 32 {
		return func() error { return errShort }
	}
	indices := runs{r: r, width: uint64(width)}
	var cell any
	times := 0
	return func() error {
		if times == 0 {
			var i int64
			if i, times, err = indices.next(values); err != nil {
				return err
			}
			if i >= int64(len(c.dict)) {
				return fmt.Errorf("%w: no value %d in the dictionary", errPage, i)
			}
			cell = c.dict[i]
		}
		times--
		values--
		return c.digest.add(cell)
	}
}

// flags gives a function that takes the next of some booleans.
func (c *secondColumn) flags(r *bytes.Reader, values int) func() error {
	bits := runs{r: r, width: 1, groups: (values + 7) / 8}
	return func() error {
		bit, _, err := bits.next(1)
		c.digest.addNum(bit)
		return err
	}
}

// plain gives a function that takes the next of some values that stand one after another.
func (c *secondColumn) plain(b []byte, r *bytes.Reader, values int) func() error {
	var few []any
	return func() (err error) {
		if len(few) == 0 {
			k := min(values, fewCells)
			if few, err = c.values(b, r, k); err != nil {
				return err
			}
			values -= k
		}
		err = c.digest.add(few[0])
		few = few[1:]
		return err
	}
}

// values reads n values from r, which reads b to its end. The second implementation would make a text of any length
// that it finds.
func (c *secondColumn) values(b []byte, r *bytes.Reader, n int) ([]any, error) {
	rest := b[len(b)-r.Len():]
	if c.kind == xformat.Type_BYTE_ARRAY {
		for range n {
			if len(rest) < 4 || uint64(binary.LittleEndian.Uint32(rest)) > uint64(len(rest)-4) {
				return nil, errShort
			}
			rest = rest[4+binary.LittleEndian.Uint32(rest):]
		}
	}
	values, err := encoding.ReadPlain(r, c.kind, uint64(n), 0)
	if err == nil && len(values) != n {
		err = errShort
	}
	return values, err
}

// runs reads the hybrid of runs and packed groups as the second implementation does, but not more than it must at a
// time.
type runs struct {
	r      *bytes.Reader
	end    int // bytes that are left in r after the last run
	width  uint64
	groups int // packed groups of eight that are still to be read
	few    []any
}

// next gives a value and how many times it comes, at most limit.
func (s *runs) next(limit int) (value int64, times int, err error) {
	for len(s.few) == 0 {
		if s.groups > 0 {
			if err := s.unpack(); err != nil {
				return 0, 0, err
			}
			break
		}
		if s.r.Len() <= s.end {
			return 0, 0, errShort
		}
		head, err := encoding.ReadUnsignedVarInt(s.r)
		if err != nil {
			return 0, 0, err
		}
		if head&1 == 0 {
			return s.repeat(head, limit)
		}
		s.groups = int(min(head>>1, maxPage))
	}
	value = s.few[0].(int64)
	s.few = s.few[1:]
	return value, 1, nil
}

func (s *runs) repeat(head uint64, limit int) (value int64, times int, err error) {
	if head == 0 || uint64(s.r.Len()-s.end) < (s.width+7)/8 {
		return 0, 0, errShort
	}
	one, err := encoding.ReadRLE(s.r, 1<<1, s.width)
	if err != nil {
		return 0, 0, err
	}
	return one[0].(int64), int(min(head>>1, uint64(limit))), nil
}

func (s *runs) unpack() error {
	k := min(s.groups, fewCells/8)
	if uint64(s.r.Len()-s.end) < uint64(k)*s.width {
		return errShort
	}
	few, err := encoding.ReadBitPacked(s.r, uint64(k)<<1|1, s.width)
	if err == nil && len(few) != 8*k {
		err = errShort
	}
	s.few, s.groups = few, s.groups-k
	return err
}
