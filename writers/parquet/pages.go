package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"

	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/klauspost/compress/s2"
)

func init() {
	codec, err := compress.GetCodec(compress.Codecs.Snappy)
	if err != nil {
		panic(err)
	}
	compress.RegisterCodec(compress.Codecs.Snappy, safeSnappy{codec})
}

// safeSnappy is the library's Snappy codec, which panics on a damaged block. Here it gives nil, which the library
// reports as a page of the wrong length.
type safeSnappy struct{ compress.Codec }

// Decode decompresses src into dst, and gives nil where src is damaged or does not fit.
func (safeSnappy) Decode(dst, src []byte) []byte {
	if n, err := s2.DecodedLen(src); err != nil || n > len(dst) {
		return nil
	}
	d, err := s2.Decode(dst, src)
	if err != nil {
		return nil
	}
	return d
}

// maxRatio is more than Snappy can expand: three bytes make 64 at the most.
const maxRatio = 32

// chunkStream is the bytes of one column chunk. It looks at the header of each page before the library does, which
// would allocate whatever sizes are stated there.
type chunkStream struct {
	pq.BufferedReader
	left int // bytes of the chunk not read yet
}

var errHeader = errors.New("a page header that cannot be")

// Peek is called by the library at each page header, and only there.
func (s *chunkStream) Peek(n int) ([]byte, error) {
	view, err := s.BufferedReader.Peek(n)
	if len(view) == 0 || err != nil && !errors.Is(err, io.EOF) {
		return view, err
	}
	w := walker{b: view}
	if !w.structure(0) || w.sizes[0] > maxRatio*(w.sizes[1]+1) || w.sizes[1] > s.left {
		return nil, errHeader
	}
	return view, err
}

// Discard skips bytes.
func (s *chunkStream) Discard(n int) (int, error) {
	n, err := s.BufferedReader.Discard(n)
	s.left -= n
	return n, err
}

// Read reads bytes.
func (s *chunkStream) Read(p []byte) (int, error) {
	n, err := s.BufferedReader.Read(p)
	s.left -= n
	return n, err
}

// checkedPages looks at each page before the library decodes it. The library would run for ever on levels that end
// too soon, allocate for any dictionary index, and read past the end of flags.
type checkedPages struct {
	file.PageReader
	physical pq.Type
	optional bool
	left     int64 // values that may still come
	dict     int32 // values of the dictionary; 0 before it
	err      error
}

// Next goes to the next page; false at the end and at a page that is damaged, which Err tells apart.
func (p *checkedPages) Next() bool {
	if p.err != nil || !p.PageReader.Next() {
		return false
	}
	p.err = p.check(p.Page())
	return p.err == nil
}

// Err gives why Next gave false; nil at the end.
func (p *checkedPages) Err() error {
	if p.err != nil {
		return p.err
	}
	return p.PageReader.Err()
}

func (p *checkedPages) check(page file.Page) error {
	switch page := page.(type) {
	case *file.DictionaryPage:
		return p.checkDictionary(page)
	case *file.DataPageV1:
		return p.checkData(page)
	}
	return fmt.Errorf("a page of kind %s", page.Type())
}

// width is the least number of bytes of one value.
func (p *checkedPages) width() int {
	if p.physical == pq.Types.Int64 {
		return 8
	}
	return 4 // INT32, and the length of a BYTE_ARRAY
}

func (p *checkedPages) checkDictionary(page *file.DictionaryPage) error {
	n := page.NumValues()
	if p.dict != 0 || p.physical == pq.Types.Boolean || int(n) > len(page.Data())/p.width() {
		return errors.New("a dictionary that cannot be")
	}
	p.dict = n
	return nil
}

func (p *checkedPages) checkData(page *file.DataPageV1) error {
	n := int(page.NumValues())
	if n == 0 || int64(n) > p.left {
		return fmt.Errorf("a page of %d values where %d are left", n, p.left)
	}
	p.left -= int64(n)
	values := page.Data()
	if p.optional {
		if page.DefinitionLevelEncoding() != pq.Encodings.RLE {
			return errors.New("levels that are not run-length encoded")
		}
		var err error
		if n, values, err = checkLevels(values, n); err != nil {
			return err
		}
	}
	return p.checkValues(pq.Encoding(page.Encoding()), n, values)
}

// checkValues tells whether there is room in b for n values.
func (p *checkedPages) checkValues(encoding pq.Encoding, n int, b []byte) error {
	switch encoding {
	case pq.Encodings.Plain:
		need := n * p.width()
		if p.physical == pq.Types.Boolean {
			need = (n + 7) / 8
		}
		if len(b) < need {
			return errors.New("a page shorter than its values")
		}
		return nil
	case pq.Encodings.PlainDict, pq.Encodings.RLEDict:
		// The first byte is the width of an index in bits; no index needs more bits than the size of the dictionary.
		if n > 0 && (p.dict == 0 || len(b) == 0 || int(b[0]) > bits.Len32(uint32(p.dict))) {
			return errors.New("indices without their dictionary")
		}
		return nil
	}
	return fmt.Errorf("encoding %s", encoding)
}

var errLevels = errors.New("levels that do not cover the page")

// checkLevels walks the definition levels at the start of a page of n cells and gives how many cells have a value,
// and what follows the levels. Levels are a length of four bytes and runs of values of one bit (Parquet format,
// "Run Length Encoding / Bit-Packing Hybrid"): a varint whose lowest bit tells packed groups of eight from a repeat.
func checkLevels(b []byte, n int) (values int, rest []byte, err error) {
	if len(b) < 4 {
		return 0, nil, errLevels
	}
	size := binary.LittleEndian.Uint32(b)
	if uint64(size) > uint64(len(b)-4) {
		return 0, nil, errLevels
	}
	runs, rest := b[4:4+size], b[4+size:]
	for n > 0 {
		head, k := binary.Uvarint(runs)
		if k <= 0 || head>>1 == 0 || head>>1 > math.MaxInt32 {
			return 0, nil, errLevels
		}
		runs = runs[k:]
		var ones, cells, used int
		if head&1 == 1 {
			ones, cells, used = packed(runs, int(head>>1), n)
		} else {
			ones, cells, used = repeated(runs, int(head>>1), n)
		}
		if used < 0 {
			return 0, nil, errLevels
		}
		values, n, runs = values+ones, n-cells, runs[used:]
	}
	return values, rest, nil
}

// packed counts the ones among the next cells of a packed run of groups; used is negative where the run is cut.
func packed(b []byte, groups, n int) (ones, cells, used int) {
	if groups > len(b) {
		return 0, 0, -1
	}
	cells = min(8*groups, n)
	for i := range cells / 8 {
		ones += bits.OnesCount8(b[i])
	}
	if r := cells % 8; r != 0 {
		ones += bits.OnesCount8(b[cells/8] & (1<<r - 1))
	}
	return ones, cells, groups
}

// repeated is packed for a run of one value.
func repeated(b []byte, count, n int) (ones, cells, used int) {
	if len(b) == 0 || b[0] > 1 {
		return 0, 0, -1
	}
	cells = min(count, n)
	return int(b[0]) * cells, cells, 1
}
