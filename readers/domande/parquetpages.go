package domande

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// Most columns come plain or by dictionary. Those are decoded here, from the pages that the library has decompressed; columns
// that announce another encoding are left to the library.

// errPage: a page does not hold what its header or its column say.
var errPage = errors.New("damaged Parquet file: a page does not hold what is announced")

// readsPages tells whether pageValues can read a column.
func readsPages(m *metadata.ColumnChunkMetaData) bool {
	if m.CryptoMetadata() != nil {
		return false
	}
	return !slices.ContainsFunc(m.Encodings(), func(e parquet.Encoding) bool {
		switch e {
		case parquet.Encodings.Plain, parquet.Encodings.PlainDict, parquet.Encodings.RLEDict, parquet.Encodings.RLE, parquet.Encodings.BitPacked:
			return false
		}
		return true
	})
}

// pageValues reads the values of a column from its pages.
type pageValues[V any] struct {
	pages    file.PageReader
	optional bool
	plain    func(to []V, b []byte) (rest []byte, ok bool) // reads len(to) values that lie there plainly
	dict     []V
	known    bool // there is a dictionary
	err      error

	left    int    // rows of the page at hand that are still to be read
	levels  runs   // of those rows
	indexed bool   // values are places in the dictionary, in indices; else they are in bare
	indices runs   // of the values of those rows
	bare    []byte // those values
	at      []uint32
}

// Err gives why there are no more rows; nil at the end of the column.
func (p *pageValues[V]) Err() error { return p.err }

// HasNext tells whether rows are left.
func (p *pageValues[V]) HasNext() bool {
	for p.left == 0 && p.err == nil {
		if !p.pages.Next() {
			p.err = p.pages.Err()
			return false
		}
		p.err = p.page(p.pages.Page())
	}
	return p.err == nil
}

// ReadBatch reads the next rows, at most n: it gives their number and that of their values, which are not stored for null.
func (p *pageValues[V]) ReadBatch(n int64, values []V, defs, _ []int16) (levels int64, read int, err error) {
	for levels < n && p.HasNext() {
		rows := int(min(n-levels, int64(p.left)))
		there := rows
		if p.optional {
			part := defs[levels:][:rows]
			if !next(&p.levels, part) {
				return levels, read, errPage
			}
			there = 0
			for _, d := range part {
				there += int(d)
			}
		}
		if !p.take(values[read:][:there]) {
			return levels, read, errPage
		}
		p.left -= rows
		levels, read = levels+int64(rows), read+there
	}
	return levels, read, p.err
}

// take reads values of the page.
func (p *pageValues[V]) take(to []V) (ok bool) {
	if !p.indexed {
		p.bare, ok = p.plain(to, p.bare)
		return ok
	}
	p.at = slices.Grow(p.at[:0], len(to))[:len(to)]
	if !next(&p.indices, p.at) {
		return false
	}
	for i, at := range p.at {
		if uint64(at) >= uint64(len(p.dict)) {
			return false
		}
		to[i] = p.dict[at]
	}
	return true
}

// page begins a page; those that are neither values nor a dictionary are passed over.
func (p *pageValues[V]) page(page file.Page) error {
	switch page := page.(type) {
	case *file.DictionaryPage:
		return p.dictionary(page)
	case *file.DataPageV1:
		b := page.Data()
		if p.optional {
			var ok bool
			if p.levels, b, ok = levelsBefore(page.DefinitionLevelEncoding(), int(page.NumValues()), b); !ok {
				return errPage
			}
		}
		return p.data(page, b)
	case *file.DataPageV2:
		b := page.Data()
		repetition, definition := int(page.RepetitionLevelByteLen()), int(page.DefinitionLevelByteLen())
		if repetition < 0 || definition < 0 || repetition > len(b) || definition > len(b)-repetition {
			return errPage
		}
		p.levels = runs{b: b[repetition : repetition+definition], width: 1}
		return p.data(page, b[repetition+definition:])
	}
	return nil
}

// levelsBefore finds the levels that tell nulls from values at the start of a page of version 1, and what follows them.
func levelsBefore(e parquet.Encoding, n int, b []byte) (levels runs, rest []byte, ok bool) {
	switch e {
	case parquet.Encodings.RLE:
		if len(b) < 4 {
			return runs{}, nil, false
		}
		size := binary.LittleEndian.Uint32(b)
		if b = b[4:]; uint64(size) > uint64(len(b)) {
			return runs{}, nil, false
		}
		return runs{b: b[:size], width: 1}, b[size:], true
	case parquet.Encodings.BitPacked: // of old writers: no runs, and only as many bytes as are needed
		size := (n + 7) / 8
		if n < 0 || size > len(b) {
			return runs{}, nil, false
		}
		return runs{b: b[:size], width: 1, packed: n}, b[size:], true
	}
	return runs{}, nil, false
}

func (p *pageValues[V]) data(page file.Page, b []byte) error {
	p.left = int(page.NumValues())
	switch parquet.Encoding(page.Encoding()) {
	case parquet.Encodings.Plain:
		p.indexed, p.bare = false, b
	case parquet.Encodings.PlainDict, parquet.Encodings.RLEDict:
		if !p.known {
			return errPage
		}
		p.indexed, p.indices = true, runs{}
		if len(b) > 0 { // else every row is null
			p.indices = runs{b: b[1:], width: uint(b[0])}
		}
	default:
		return errPage
	}
	return nil
}

// dictionary reads the one dictionary of the column.
func (p *pageValues[V]) dictionary(page *file.DictionaryPage) error {
	e := parquet.Encoding(page.Encoding())
	n := int(page.NumValues())
	if p.known || n < 0 || n > len(page.Data()) || e != parquet.Encodings.Plain && e != parquet.Encodings.PlainDict {
		return errPage // every value of these columns takes a byte at least
	}
	p.dict = make([]V, n)
	_, p.known = p.plain(p.dict, page.Data())
	if !p.known {
		return errPage
	}
	return nil
}

// What lies plainly in a page: numbers in little-endian, texts after their length. A text reaches, by its capacity, to the end of
// the page.

func plainTexts(to []parquet.ByteArray, b []byte) (rest []byte, ok bool) {
	for i := range to {
		if len(b) < 4 {
			return nil, false
		}
		n := uint64(binary.LittleEndian.Uint32(b))
		if b = b[4:]; n > uint64(len(b)) {
			return nil, false
		}
		to[i] = b[:n]
		b = b[n:]
	}
	return b, true
}

func plainInt32(to []int32, b []byte) (rest []byte, ok bool) {
	if len(b) < 4*len(to) {
		return nil, false
	}
	for i := range to {
		to[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return b[4*len(to):], true
}

func plainInt64(to []int64, b []byte) (rest []byte, ok bool) {
	if len(b) < 8*len(to) {
		return nil, false
	}
	for i := range to {
		to[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return b[8*len(to):], true
}

// runs are small numbers of a width in bits, as runs of one of them and packed groups of eight (Parquet format, "Run Length
// Encoding / Bit-Packing Hybrid").
type runs struct {
	b      []byte
	width  uint
	same   int    // how often value still comes
	value  uint32 //
	packed int    // how many packed numbers come then
	bit    uint   // where the next of them begins in b
}

// next reads as many numbers as there is room for; false where there are not so many.
func next[T int16 | uint32](r *runs, to []T) bool {
	for len(to) > 0 {
		switch {
		case r.same > 0:
			n := min(r.same, len(to))
			for i := range to[:n] {
				to[i] = T(r.value)
			}
			r.same -= n
			to = to[n:]
		case r.packed > 0:
			n := min(r.packed, len(to))
			if !unpack(r, to[:n]) {
				return false
			}
			r.packed -= n
			to = to[n:]
		case !r.begin():
			return false
		}
	}
	return true
}

// begin begins the next run.
func (r *runs) begin() bool {
	r.b = r.b[min((r.bit+7)/8, uint(len(r.b))):]
	r.bit = 0
	head, k := binary.Uvarint(r.b)
	if k <= 0 || head>>1 == 0 || head>>1 > maxRows || r.width > 32 {
		return false
	}
	r.b = r.b[k:]
	if head&1 != 0 {
		r.packed = int(head>>1) * 8
		return true
	}
	size := int(r.width+7) / 8
	if size > len(r.b) {
		return false
	}
	r.value = 0
	for i, c := range r.b[:size] {
		r.value |= uint32(c) << (8 * i)
	}
	r.b = r.b[size:]
	r.same = int(head >> 1)
	return uint64(r.value)>>r.width == 0
}

// unpack reads packed numbers.
func unpack[T int16 | uint32](r *runs, to []T) bool {
	if uint(len(r.b))*8 < r.bit+r.width*uint(len(to)) {
		return false
	}
	mask := uint64(1)<<r.width - 1
	for i := range to {
		var word uint64
		if from := r.b[r.bit/8:]; len(from) >= 8 {
			word = binary.LittleEndian.Uint64(from)
		} else {
			for k, c := range from {
				word |= uint64(c) << (8 * k)
			}
		}
		to[i] = T(word >> (r.bit % 8) & mask)
		r.bit += r.width
	}
	return true
}
