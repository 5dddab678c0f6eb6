package parquet

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow/memory"
	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"

	"incrocio/pipeline/table"
)

// texts writes a column of texts. It decides on pages, dictionary and statistics exactly as the library's column writer
// does, whose bytes it gives, but looks at a text that repeats once. The library still writes headers and statistics.
// Only where a dictionary grows too large is the library not followed: there it lists the encodings of pages in the
// order of a map, which differs from run to run.
type texts struct {
	bytes   bool // whatever they are
	notNull bool
	bare    bool // neither compressed nor with statistics
	repeats bool // begins with a dictionary
	digest  *digest
	scratch *scratch

	place chunkPlace
	pager pager
	out   tell // the chunk so far
	stats metadata.EncodingStats

	// The page that is being written.
	cells  int
	levels hybrid
	values []byte     // PLAIN, where there is no dictionary
	runs   []indexRun // where there is
	count  int        // of the runs' values
	least  *metadata.ByteArrayStatistics
	whole  *metadata.ByteArrayStatistics // of the chunk

	// The dictionary: nil where the column has none, or none any more.
	dict    map[string]uint32
	entries []byte // as its page has them
	waiting []*file.DataPageV1

	// The cells since the last commit.
	filled, nulls int
	last, lo, hi  string
	again         bool // last is of these cells
}

// indexRun is a value of the dictionary that comes some times.
type indexRun struct {
	index uint32
	times int
}

// scratch is memory that the columns of a file use one after another.
type scratch struct {
	page       []byte
	compressed []byte
}

// Limits of the library.
const (
	pageLimit  = int(pq.DefaultDataPageSize)
	dictLimit  = int(pq.DefaultDictionaryPageSizeLimit)
	statsLimit = int(pq.DefaultMaxStatsSize)
)

// pager is the library's page writer, with what it knows of its chunk.
type pager interface {
	file.PageWriter
	NumValues() int64
	DictionaryPageOffset() int64
	DataPageoffset() int64
	TotalCompressedSize() int64
	TotalUncompressedSize() int64
}

func (t *texts) begin(c chunkPlace) error {
	t.place, t.waiting = c, nil
	t.out.reset()
	t.stats = metadata.EncodingStats{DictEncodingStats: map[pq.Encoding]int32{}, DataEncodingStats: map[pq.Encoding]int32{}}
	t.least = metadata.NewByteArrayStatistics(c.meta.Descr(), c.props.Allocator())
	t.whole = metadata.NewByteArrayStatistics(c.meta.Descr(), c.props.Allocator())
	if t.entries = t.entries[:0]; t.repeats {
		t.dict = map[string]uint32{}
	}
	t.newPage()
	p, err := file.NewPageWriter(&t.out, codec(t.bare), compress.DefaultCompressionLevel, c.meta,
		c.group, c.column, c.props.Allocator(), false, nil, nil)
	if err != nil {
		return err
	}
	var ok bool
	if t.pager, ok = p.(pager); !ok {
		return fmt.Errorf("a page writer of type %T", p)
	}
	return nil
}

func (t *texts) newPage() {
	t.cells, t.count, t.values, t.runs = 0, 0, t.values[:0], t.runs[:0]
	t.levels.reset(t.levels.out[:0], 1)
}

// add takes one cell.
func (t *texts) add(c table.Value) error {
	if c.Null {
		if t.notNull {
			return fmt.Errorf("%w: null", ErrValue)
		}
		t.nulls++
		t.levels.put(0)
		t.digest.addNull()
		return nil
	}
	t.filled++
	if !t.notNull {
		t.levels.put(1)
	}
	if t.again && c.Str == t.last {
		t.digest.addText(t.last)
		t.repeat()
		return nil
	}
	if t.last, t.again = c.Str, true; !t.bytes {
		t.last = valid(c.Str)
	}
	t.digest.addText(t.last)
	if t.filled == 1 {
		t.lo, t.hi = t.last, t.last
	}
	t.lo, t.hi = min(t.lo, t.last), max(t.hi, t.last)
	if t.dict == nil {
		t.values = plainText(t.values, t.last)
		return nil
	}
	t.look()
	return nil
}

// valid gives s, which is the same for equal texts. Bytes that are not UTF-8, which only names of files can bring this
// far, become U+FFFD: other readers refuse a whole file for one such byte.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func plainText(b []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
}

// repeat takes the last text once more.
func (t *texts) repeat() {
	if t.dict == nil {
		t.values = plainText(t.values, t.last)
		return
	}
	t.runs[len(t.runs)-1].times++
	t.count++
}

// look finds the last text in the dictionary, or puts it there.
func (t *texts) look() {
	i, ok := t.dict[t.last]
	if !ok {
		i = uint32(len(t.dict))
		t.dict[strings.Clone(t.last)] = i
		t.entries = plainText(t.entries, t.last)
	}
	t.count++
	if n := len(t.runs); n > 0 && t.runs[n-1].index == i {
		t.runs[n-1].times++
		return
	}
	t.runs = append(t.runs, indexRun{i, 1})
}

// commit takes the cells into account: whether the page or the dictionary is full is only asked here.
func (t *texts) commit() error {
	t.least.IncNulls(int64(t.nulls))
	t.least.IncNumValues(int64(t.filled))
	if t.filled > 0 && !t.bare {
		t.least.SetMinMax([]byte(t.lo), []byte(t.hi))
	}
	t.cells += t.filled + t.nulls
	t.filled, t.nulls, t.again, t.last, t.lo, t.hi = 0, 0, false, "", "", ""
	if t.size() >= pageLimit {
		if err := t.endPage(); err != nil {
			return err
		}
	}
	if t.dict != nil && len(t.entries) >= dictLimit {
		return t.endDictionary()
	}
	return nil
}

// size is about how many bytes the values of the page take, as the library reckons.
func (t *texts) size() int {
	if t.dict == nil {
		return len(t.values)
	}
	width, groups := t.width(), (t.count+7)/8
	return 1 + max(groups*(1+width), groups*(1+(width+7)/8)) + max(1+8*maxGroups*width/8, binary.MaxVarintLen32+(width+7)/8)
}

// width is how many bits an index has.
func (t *texts) width() int {
	if len(t.dict) == 1 {
		return 1
	}
	return bits.Len32(uint32(max(len(t.dict)-1, 0)))
}

// endPage makes a page of the cells and writes it, or lets it wait until the dictionary is written.
func (t *texts) endPage() error {
	b := t.scratch.page[:0]
	if !t.notNull {
		runs := t.levels.finish()
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(runs))), runs...)
	}
	if t.dict == nil {
		b = append(b, t.values...)
	} else {
		b = t.indices(b)
	}
	t.scratch.page = b
	stats, err := t.statistics()
	if err != nil {
		return err
	}
	data := b
	if !t.bare {
		if data, err = t.scratch.compress(b); err != nil {
			return err
		}
	}
	if t.dict != nil {
		data = append([]byte(nil), data...)
	}
	page := file.NewDataPageV1WithStats(memory.NewBufferBytes(data), int32(t.cells), t.encoding(),
		pq.Encodings.RLE, pq.Encodings.RLE, int32(len(b)), stats)
	t.newPage()
	if t.dict != nil {
		t.waiting = append(t.waiting, page)
		return nil
	}
	return t.write(page)
}

// statistics gives those of the page, and adds them to those of the chunk.
func (t *texts) statistics() (metadata.EncodedStatistics, error) {
	if t.bare {
		return metadata.EncodedStatistics{}, nil
	}
	stats, err := t.least.Encode()
	if err != nil {
		return stats, err
	}
	stats.ApplyStatSizeLimits(statsLimit)
	t.whole.Merge(t.least)
	t.least.Reset()
	return stats, nil
}

func (t *texts) encoding() pq.Encoding {
	if t.dict == nil {
		return pq.Encodings.Plain
	}
	return t.place.props.DictionaryIndexEncoding()
}

// indices appends the runs of the page, and their width before them.
func (t *texts) indices(b []byte) []byte {
	var h hybrid
	h.reset(append(b, byte(t.width())), t.width())
	for _, r := range t.runs {
		h.repeat(r.index, r.times)
	}
	return h.finish()
}

// compress gives bytes that are valid until the next call.
func (s *scratch) compress(b []byte) ([]byte, error) {
	codec, err := compress.GetCodec(compress.Codecs.Snappy)
	if err != nil {
		return nil, err
	}
	if n := int(codec.CompressBound(int64(len(b)))); len(s.compressed) < n {
		s.compressed = make([]byte, n)
	}
	return codec.EncodeLevel(s.compressed, b, compress.DefaultCompressionLevel), nil
}

func (t *texts) write(page *file.DataPageV1) error {
	_, err := t.pager.WriteDataPage(page)
	t.stats.DataEncodingStats[pq.Encoding(page.Encoding())]++
	page.Release()
	return err
}

// endDictionary writes the dictionary and the pages that waited for it. What comes after them has none.
func (t *texts) endDictionary() error {
	encoding := t.place.props.DictionaryPageEncoding()
	page := file.NewDictionaryPage(memory.NewBufferBytes(t.entries), int32(len(t.dict)), encoding)
	_, err := t.pager.WriteDictionaryPage(page)
	page.Release()
	if err != nil {
		return err
	}
	t.stats.DictEncodingStats[encoding]++
	if t.cells > 0 {
		if err := t.endPage(); err != nil {
			return err
		}
	}
	for _, page := range t.waiting {
		if err := t.write(page); err != nil {
			return err
		}
	}
	t.dict, t.waiting = nil, nil
	return nil
}

// end writes the chunk to the file.
func (t *texts) end() (int64, error) {
	gaveUp := t.repeats && t.dict == nil
	var err error
	switch {
	case t.dict != nil:
		err = t.endDictionary()
	case t.cells > 0:
		err = t.endPage()
	}
	if err != nil {
		return 0, err
	}
	written := t.out.Tell()
	if !t.bare {
		stats, err := t.whole.Encode()
		if err != nil {
			return 0, err
		}
		stats.ApplyStatSizeLimits(statsLimit)
		t.place.meta.SetStats(stats)
	}
	if err := t.finish(gaveUp); err != nil {
		return 0, err
	}
	return written, t.out.writeTo(t.place.sink)
}

// finish says what the chunk is, which goes behind it and into the footer.
func (t *texts) finish(gaveUp bool) error {
	at := t.place.sink.Tell()
	info := metadata.ChunkMetaInfo{
		NumValues: t.pager.NumValues(), IndexPageOffset: -1, DataPageOffset: at + t.pager.DataPageoffset(),
		CompressedSize: t.pager.TotalCompressedSize(), UncompressedSize: t.pager.TotalUncompressedSize(),
	}
	if t.repeats {
		info.DictPageOffset = at + t.pager.DictionaryPageOffset()
	}
	if err := t.place.meta.Finish(info, t.repeats, gaveUp, t.stats, nil); err != nil {
		return err
	}
	// Pages with a dictionary came first; the greater number is theirs.
	kinds := t.place.meta.Contents().MetaData.EncodingStats
	sort.Slice(kinds, func(i, j int) bool {
		return kinds[i].PageType > kinds[j].PageType ||
			kinds[i].PageType == kinds[j].PageType && kinds[i].Encoding > kinds[j].Encoding
	})
	_, err := t.place.meta.WriteTo(&t.out)
	return err
}

func (t *texts) sum() *digest { return t.digest }

// tell is a file in memory, in pieces, so that a long one is not moved as it grows.
type tell struct {
	pieces [][]byte
	used   int // pieces that hold something
	size   int64
}

// pieceSize is how long a piece is.
const pieceSize = 1 << 20

func (t *tell) reset() { t.used, t.size = 0, 0 }

// Write adds bytes.
func (t *tell) Write(p []byte) (int, error) {
	t.size += int64(len(p))
	for rest := p; len(rest) > 0; {
		if t.used == 0 || len(t.pieces[t.used-1]) == pieceSize {
			t.next(len(rest))
		}
		last := &t.pieces[t.used-1]
		n := min(len(rest), pieceSize-len(*last))
		*last = append(*last, rest[:n]...)
		rest = rest[n:]
	}
	return len(p), nil
}

// next begins another piece. The first ones of a short file are short.
func (t *tell) next(n int) {
	if t.used == len(t.pieces) {
		t.pieces = append(t.pieces, make([]byte, 0, min(pieceSize, max(n, int(t.size)))))
	}
	t.pieces[t.used] = t.pieces[t.used][:0]
	t.used++
}

// Tell gives how many bytes there are.
func (t *tell) Tell() int64 { return t.size }

func (t *tell) writeTo(w io.Writer) error {
	for _, p := range t.pieces[:t.used] {
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}
