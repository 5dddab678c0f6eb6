package inbox

import (
	"archive/tar"
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"incrocio/pipeline"
	"incrocio/readers/csvrows"
	"incrocio/readers/xmlscan"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// taker takes one file apart. Documents and discards leave it in the order they stand in the file. Its methods return
// an error only for a fault of the machine or when nobody takes the documents any more.
type taker struct {
	in     *input
	limits Limits
	flow   pipeline.Flow
	out    *flight

	careful   bool     // no entry is taken at a glance
	columns   []string // see Box.Columns
	documents int64    // documents and discards so far
	tables    int64    // that had a header
	unpacked  int64
	filled    *breach // the breach of Limits.Unpacked, after which the rest of the file is left

	*tools
}

// tools are what a taker reads with; they serve one file of a box after another. There is one decoder of each kind, since
// neither containers nor layers of compression nest.
type tools struct {
	file    *bufio.Reader
	buffers buffers
	gz      *gzip.Reader
	gzBuf   *bufio.Reader
	zst     *zstd.Decoder
	inflate io.ReadCloser
	zipBuf  *bufio.Reader
	scratch []byte // of the headers of a zip
	rows    *csvrows.Reader
}

func newTools() any { return &tools{file: bufio.NewReaderSize(nil, readSize)} }

// readSize is how many bytes are read from a file at a time.
const readSize = 64 << 10

// place says where in the file a stream lies.
type place struct {
	file       string // as in pipeline.Source
	name       string // of the file or entry, without what is told by compression already undone
	compressed bool   // a layer of compression was undone
	contained  bool   // it is an entry of a container
}

// all takes apart the whole file.
func (t *taker) all(at place) error {
	t.file.Reset(t.in)
	s := &strand{t: t, r: t.file, what: "file"}
	err := t.content(s, at)
	s.release()
	if err != nil {
		return err
	}
	return t.drain()
}

// drain hashes what was not read of the file.
func (t *taker) drain() error {
	buf := slices.Grow(t.buffers.get(), readSize)
	defer t.buffers.put(buf)
	return t.in.drain(buf[:readSize])
}

// content takes apart a stream of any kind.
func (t *taker) content(s *strand, at place) error {
	k := sniff(s.ahead(sniffed), at.name)
	switch k {
	case kindXML:
		return t.xml(s, at)
	case kindJSON:
		return t.json(s, at)
	case kindLines:
		return t.lines(s, at)
	case kindTable:
		if t.flow == pipeline.FlowVoucher { // no other flow has tables, and a row of one says nothing without its columns
			return t.table(s, at)
		}
	case kindGzip, kindZstd:
		return t.compressed(k, s, at)
	case kindZip, kindTar:
		if at.contained {
			return t.refuse(s, at, pipeline.DiscardNested, "contenitore dentro un contenitore")
		}
		if k == kindZip {
			return t.zipFile(s, at)
		}
		return t.tar(s, at)
	case kindEmpty:
		return t.end(s, at, t.met())
	case kindBroken:
		return t.refuse(s, at, pipeline.DiscardContainer, "il contenuto non è quello che il nome promette")
	case kindForeign:
		return t.refuse(s, at, pipeline.DiscardEncoding, "codifica del file non ammessa")
	}
	return t.refuse(s, at, pipeline.DiscardType, "tipo di file non ammesso")
}

// refuse discards a stream that is not looked into; or, if it was broken where it was looked at, tells of the break.
func (t *taker) refuse(s *strand, at place, code, message string) error {
	if b := s.breach(); b != nil && !b.told {
		return t.breach(b, at, s.out)
	}
	return t.discard(at, 0, code, message)
}

// met counts what the file has told of so far, of which it must tell something: a table without rows says that there are none.
func (t *taker) met() int64 { return t.documents + t.tables }

// end closes a stream that held documents or entries, before which so much was met: a break is told of, and so is that there
// was nothing.
func (t *taker) end(s *strand, at place, before int64) error {
	switch b := s.breach(); {
	case b != nil:
		return t.breach(b, at, s.out)
	case t.in.fault != nil:
		return t.in.fault
	case t.met() == before:
		return t.discard(at, 0, pipeline.DiscardEmpty, "non contiene alcun documento")
	}
	return nil
}

// splitters are used again: the memory of one costs more than most files to read.
var splitters sync.Pool

// splitter gives a splitter of the stream with the cap of the box.
func (t *taker) splitter(s *strand) *splitter {
	if p, ok := splitters.Get().(*splitter); ok && p.most == t.limits.Document {
		p.Reset(s)
		return p
	}
	return &splitter{Splitter: xmlscan.NewSplitter(s, t.limits.Document), most: t.limits.Document}
}

// splitter is a splitter and the cap it was made with.
type splitter struct {
	*xmlscan.Splitter
	most int
}

// xml splits a stream into documents.
func (t *taker) xml(s *strand, at place) error {
	before := t.met()
	splitter := t.splitter(s)
	defer splitters.Put(splitter)
	for {
		doc, offset, err := splitter.Next()
		if err == io.EOF { //nolint:errorlint // it comes bare
			return t.end(s, at, before)
		}
		if err == nil {
			err = t.document(at, offset, XML, doc)
		} else {
			var e *xmlscan.Error
			if !errors.As(err, &e) {
				return t.end(s, at, before)
			}
			err = t.discard(at, e.Offset, e.Code, e.Msg)
		}
		if err != nil {
			return err
		}
	}
}

// json takes a stream as one document.
func (t *taker) json(s *strand, at place) error {
	doc := s.ahead(t.limits.Document + 1)
	switch {
	case t.cut(s):
		return t.end(s, at, t.met())
	case len(doc) > t.limits.Document:
		return t.discard(at, 0, pipeline.DiscardTooLarge, fmt.Sprintf("documento di oltre %d byte", t.limits.Document))
	case len(bytes.TrimSpace(bytes.TrimPrefix(doc, byteOrderMark))) == 0:
		return t.end(s, at, t.met())
	}
	if err := t.document(at, 0, JSON, doc); err != nil {
		return err
	}
	return t.end(s, at, t.met()-1)
}

// cut tells whether a stream was broken off before its end.
func (t *taker) cut(s *strand) bool {
	b := s.breach()
	return b != nil && !b.whole || t.in.fault != nil
}

// lines takes each line that is not blank as a document.
func (t *taker) lines(s *strand, at place) error {
	before := t.met()
	l := lineReader{r: bufio.NewReaderSize(s, readSize), limit: t.limits.Line}
	for {
		line, offset, err := l.next()
		if err != nil && t.cut(s) {
			return t.end(s, at, before) // the last line is not whole
		}
		switch text := bytes.TrimSpace(bytes.TrimPrefix(line, byteOrderMark)); {
		case l.long:
			message := fmt.Sprintf("riga di oltre %d byte", t.limits.Line)
			if e := t.discard(at, offset, pipeline.DiscardTooLong, message); e != nil {
				return e
			}
		case len(text) > 0:
			if e := t.document(at, offset, JSON, line); e != nil {
				return e
			}
		}
		if err != nil {
			return t.end(s, at, before)
		}
	}
}

// lineReader cuts a stream into lines.
type lineReader struct {
	r     *bufio.Reader
	limit int
	at    int64
	line  []byte
	long  bool // the line that next gave last is over the limit and was not kept
}

// next gives a line without its end and its offset; with io.EOF, or another error, the last one, which may be empty.
func (l *lineReader) next() (line []byte, offset int64, err error) {
	offset = l.at
	l.line, l.long = l.line[:0], false
	for {
		part, err := l.r.ReadSlice('\n')
		l.at += int64(len(part))
		if !l.long {
			l.line = append(l.line, part...)
		}
		if content := bytes.TrimRight(l.line, "\r\n"); len(content) > l.limit {
			l.long, l.line = true, l.line[:0]
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimRight(l.line, "\r\n"), offset, err
		}
	}
}

// compressed undoes one layer of compression.
func (t *taker) compressed(k kind, s *strand, at place) error {
	if at.compressed {
		return t.refuse(s, at, pipeline.DiscardNested, "compresso due volte")
	}
	c := &counter{r: s}
	r, err := t.decoder(k, c)
	if err != nil {
		return t.machineOr(t.judge(err, "dati compressi"), at, 0)
	}
	inner := &strand{t: t, r: r, what: "dati compressi", taken: func() int64 { return c.n }, count: true}
	defer inner.release()
	inner.believe()
	at.compressed = true
	at.name = uncompressedName(at.name)
	return t.content(inner, at)
}

// uncompressedName takes off what a compressor added to a name.
func uncompressedName(name string) string {
	for _, x := range [][2]string{{".gz", ""}, {".zst", ""}, {".tgz", ".tar"}, {".tzst", ".tar"}} {
		if n := len(name) - len(x[0]); n >= 0 && strings.EqualFold(name[n:], x[0]) {
			return name[:n] + x[1]
		}
	}
	return name
}

// decoder gives a reader of the decompressed bytes.
func (t *taker) decoder(k kind, r io.Reader) (io.Reader, error) {
	if k == kindZstd {
		var err error
		if t.zst == nil {
			t.zst, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
				zstd.WithDecoderMaxWindow(uint64(t.limits.Window)))
		}
		if err == nil {
			err = t.zst.Reset(r)
		}
		return t.zst, err
	}
	if t.gz == nil {
		t.gz, t.gzBuf = new(gzip.Reader), bufio.NewReaderSize(nil, readSize)
	}
	t.gzBuf.Reset(r)
	return t.gz, t.gz.Reset(t.gzBuf)
}

// tar takes apart a tar archive, entry after entry.
func (t *taker) tar(s *strand, at place) error {
	if !at.compressed { // else its bytes are counted where they are decompressed
		s.count, t.unpacked = true, t.unpacked+s.out
	}
	before := t.met()
	z := &tail{r: s}
	r := &tarReader{r: z}
	for n := 0; ; n++ {
		if n < t.limits.TarEntries && !t.careful {
			if done, err := t.soleEntry(s, z, r, at); err != nil {
				return err
			} else if done {
				continue
			}
		}
		h, err := r.next()
		switch {
		case err == io.EOF: //nolint:errorlint // it comes bare
			return t.tarEnd(s, z, at, before)
		case err != nil:
			return t.machineOr(t.judge(err, "archivio tar"), at, s.out)
		case n == t.limits.TarEntries:
			return t.discard(at, s.out, pipeline.DiscardTooMany, fmt.Sprintf("archivio con oltre %d voci", n))
		}
		whole, err := t.tarEntry(h, r, at)
		if err != nil || !whole {
			return err
		}
	}
}

// soleEntry takes an ordinary entry that is in memory and holds one XML document, as nearly all entries are and do, without
// the readers that lie over one another for all others. It gives false, and has taken nothing, where it cannot.
func (t *taker) soleEntry(s *strand, z *tail, r *tarReader, at place) (bool, error) {
	name, content, whole := r.inSight(s)
	if whole == nil || len(content) > t.limits.Document || badName(name, t.limits.Name) != "" ||
		sniff(content[:min(len(content), sniffed)], name) != kindXML {
		return false, nil
	}
	from, to, ok := xmlscan.Sole(content)
	if !ok {
		return false, nil
	}
	err := t.document(at.entry(name), int64(from), XML, content[from:to])
	z.note(whole)
	s.pass(len(whole))
	return true, err
}

// tarEntry reads one entry; it gives false where the archive cannot be read on.
func (t *taker) tarEntry(h *tar.Header, r io.Reader, at place) (bool, error) {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return true, nil
	}
	at = at.entry(h.Name)
	if bad := badName(h.Name, t.limits.Name); bad != "" {
		return true, t.discard(at, 0, pipeline.DiscardEntryName, bad)
	}
	switch {
	case h.Typeflag == tar.TypeDir:
		return true, nil
	case h.Typeflag != tar.TypeReg, sparse(h):
		return true, t.discard(at, 0, pipeline.DiscardEntryName, "la voce non è un file ordinario")
	}
	s := &strand{t: t, r: r, what: "archivio tar"}
	err := t.content(s, at)
	s.release()
	return s.breach() == nil && t.filled == nil, err
}

// sparse tells files with holes, which hold more than the archive does.
func sparse(h *tar.Header) bool {
	for k := range h.PAXRecords {
		if strings.HasPrefix(k, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// tarEnd checks that the archive ends as POSIX wants, with blocks of zeros, and that nothing follows.
func (t *taker) tarEnd(s *strand, z *tail, at place, before int64) error {
	ended := z.zeros == tarBlock
	z.other = false
	_, err := io.Copy(io.Discard, z)
	switch {
	case err != nil:
		return t.end(s, at, before)
	case !ended:
		return t.discard(at, s.out, pipeline.DiscardContainer, "archivio tar: manca la fine")
	case z.other:
		return t.discard(at, s.out, pipeline.DiscardContainer, "archivio tar: dati dopo la fine")
	}
	return t.end(s, at, before)
}

// tail looks at what a stream ends with.
type tail struct {
	r     io.Reader
	zeros int  // zeros since the last other byte, counted up to a block
	other bool // there was another byte since the caller cleared it
}

func (z *tail) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	z.note(p[:n])
	return n, err
}

// note takes note of bytes that pass.
func (z *tail) note(p []byte) {
	rest := p
	for len(rest) >= 8 && binary.LittleEndian.Uint64(rest[len(rest)-8:]) == 0 {
		rest = rest[:len(rest)-8]
	}
	rest = bytes.TrimRight(rest, "\x00")
	if len(rest) > 0 {
		z.zeros, z.other = 0, true
	}
	z.zeros = min(z.zeros+len(p)-len(rest), tarBlock)
}

// entry is the place of an entry of the container at at.
func (at place) entry(name string) place {
	at.file += "!" + source(name)
	at.name = name
	at.contained = true
	return at
}

// document hands a document on. The bytes are copied.
func (t *taker) document(at place, offset int64, format Format, doc []byte) error {
	return t.emit(item{source: t.source(at, offset), format: format}, doc)
}

// discard hands a discard on.
func (t *taker) discard(at place, offset int64, code, message string) error {
	return t.emit(item{source: t.source(at, offset), code: code, message: message}, nil)
}

func (t *taker) source(at place, offset int64) pipeline.Source {
	return pipeline.Source{Flow: t.flow, File: at.file, Index: t.documents, Offset: offset}
}

func (t *taker) emit(i item, doc []byte) error {
	t.documents++
	return t.out.add(i, doc)
}

// breach hands on the discard of a breach, the first time.
func (t *taker) breach(b *breach, at place, offset int64) error {
	if b.told {
		return nil
	}
	b.told = true
	return t.discard(at, offset, b.code, b.message)
}

// machineOr hands on the discard of a breach and gives back any other error.
func (t *taker) machineOr(err error, at place, offset int64) error {
	var b *breach
	if errors.As(err, &b) {
		return t.breach(b, at, offset)
	}
	return err
}

// judge makes a breach or a fault of whatever a reader of a format returned.
func (t *taker) judge(err error, what string) error {
	if t.in.fault != nil {
		return t.in.fault
	}
	var b *breach
	switch {
	case errors.As(err, &b):
		return b
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return &breach{code: pipeline.DiscardTooLarge, message: what + ": finestra di compressione troppo grande"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &breach{code: pipeline.DiscardContainer, message: what + ": troncato"}
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zstd.ErrMagicMismatch): // what came before passed its checksum
		return &breach{code: pipeline.DiscardContainer, message: what + ": seguiti da altro", whole: true}
	}
	return &breach{code: pipeline.DiscardContainer, message: what + ": danneggiato", corrupt: true}
}

// full is the breach of the cap on unpacked bytes, one for the whole file.
func (t *taker) full() *breach {
	if t.filled == nil {
		t.filled = &breach{
			code:    pipeline.DiscardTooLarge,
			message: fmt.Sprintf("contiene oltre %d byte una volta aperto", t.limits.Unpacked),
		}
	}
	return t.filled
}
