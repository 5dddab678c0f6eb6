package inbox

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"incrocio/pipeline"

	"github.com/klauspost/compress/flate"
)

// zipFile takes apart a zip that is the whole file, or that a compressed file holds.
func (t *taker) zipFile(s *strand, at place) error {
	if !at.compressed {
		if err := t.drain(); err != nil { // from here on it is read out of order
			return err
		}
		return t.zip(zipReader{t.in, t.in.size}, at, nil)
	}
	f, err := os.CreateTemp("", "incrocio-zip-")
	if err != nil {
		return fmt.Errorf("unpack compressed zip: %w", bare(err))
	}
	defer func() { _ = f.Close() }() // nobody reads it again
	if err := os.Remove(f.Name()); err != nil {
		return fmt.Errorf("unpack compressed zip: %w", bare(err))
	}
	return t.spooled(f, s, at)
}

// spooled copies a zip into f and takes it apart there.
func (t *taker) spooled(f *os.File, s *strand, at place) error {
	n, err := io.Copy(f, io.LimitReader(s, t.limits.Spool+1))
	b := s.breach()
	switch {
	case n > t.limits.Spool:
		return t.discard(at, 0, pipeline.DiscardTooLarge, fmt.Sprintf("zip compresso di oltre %d byte", t.limits.Spool))
	case err != nil && b == nil:
		return fmt.Errorf("unpack compressed zip: %w", bare(err))
	case b != nil && b.whole:
		if err := t.breach(b, at, s.out); err != nil {
			return err
		}
		b = nil
	}
	in := newInput(t.in.ctx, f, n)
	err = t.zip(zipReader{in, n}, at, b)
	return errors.Join(err, in.fault)
}

// zip takes apart a zip: the entries of its central directory or, where it was broken off and has none, those whose
// local headers can be followed from the start. cut is the break that is already known, or nil.
func (t *taker) zip(r zipReader, at place, cut *breach) error {
	if cut != nil {
		return t.zipSalvage(r, at, cut)
	}
	dir, err := r.directory()
	switch {
	case errors.Is(err, errNoDirectory):
		return t.zipSalvage(r, at, &breach{code: pipeline.DiscardContainer, message: "archivio zip: manca l'indice finale"})
	case err != nil:
		return t.machineOr(t.judge(err, "archivio zip"), at, 0)
	case dir.count > int64(t.limits.ZipEntries):
		message := fmt.Sprintf("archivio con oltre %d voci", t.limits.ZipEntries)
		return t.discard(at, dir.offset, pipeline.DiscardTooMany, message)
	}
	entries := zipReader{&near{r: r.ReaderAt, size: r.size}, r.size} // the directory, in between, is read by itself
	if err := r.survey(dir, entries); err != nil {
		return t.machineOr(t.judge(err, "archivio zip"), at, dir.offset)
	}
	return t.zipEntries(r, entries, dir, at)
}

// zipEntries takes apart the entries of a directory that was surveyed.
func (t *taker) zipEntries(r, entries zipReader, dir zipDirectory, at place) error {
	before := t.met()
	seen := map[zipKey]bool{}
	for w := r.walk(dir); w.left > 0; {
		h, err := w.next()
		if err != nil {
			return t.machineOr(t.judge(err, "archivio zip"), at, dir.offset)
		}
		key := h.key()
		err = t.zipEntry(entries, h, at, seen[key])
		if err != nil || t.filled != nil {
			return err
		}
		seen[key] = true
	}
	if t.met() == before {
		return t.discard(at, 0, pipeline.DiscardEmpty, "non contiene alcun documento")
	}
	return nil
}

// zipEntry reads one entry of the directory. Of two entries of one name the first is read.
func (t *taker) zipEntry(r zipReader, h zipHeader, at place, repeated bool) error {
	at = at.entry(h.name)
	code, message := h.refused(t.limits.Name)
	switch {
	case code != "":
		return t.discard(at, h.offset, code, message)
	case repeated:
		return t.discard(at, h.offset, pipeline.DiscardEntryName, "nome della voce ripetuto")
	case h.folder():
		return nil
	}
	start, scratch, err := r.data(h, t.scratch)
	if t.scratch = scratch; err != nil {
		return t.machineOr(t.judge(err, "voce dell'archivio zip"), at, h.offset)
	}
	if t.zipBuf == nil {
		t.zipBuf = bufio.NewReaderSize(nil, readSize)
	}
	t.zipBuf.Reset(io.NewSectionReader(r, start, h.packed))
	b := &zipBody{check: func(b *zipBody) error {
		if _, err := t.zipBuf.ReadByte(); err == nil { // bytes that belong to nothing
			return errZip
		}
		return b.agrees(h)
	}}
	_, err = t.zipContent(b, t.zipBuf, h, func() int64 { return h.packed }, at)
	return err
}

// zipContent takes apart what an entry holds, whose bytes as they lie in the archive come from packed. It tells whether
// the entry was read to its end.
func (t *taker) zipContent(b *zipBody, packed io.Reader, h zipHeader, taken func() int64, at place) (bool, error) {
	b.r = packed
	if h.method == zipDeflated {
		if t.inflate == nil {
			t.inflate = flate.NewReader(packed)
		} else if err := t.inflate.(flate.Resetter).Reset(packed, nil); err != nil {
			return false, fmt.Errorf("reset inflater: %w", err)
		}
		b.r = t.inflate
	}
	s := &strand{t: t, r: b, what: "voce dell'archivio zip", taken: taken, count: true}
	defer s.release()
	s.believe()
	if err := t.content(s, at); err != nil {
		return false, err
	}
	_, err := io.Copy(io.Discard, s) // within the caps, as all that s gives
	return err == nil, t.in.fault
}

// zipBody is the content of an entry. At the end it checks size and CRC-32.
type zipBody struct {
	r     io.Reader
	check func(*zipBody) error
	n     int64
	crc   uint32
}

func (b *zipBody) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	b.crc = crc32.Update(b.crc, crc32.IEEETable, p[:n])
	if errors.Is(err, io.EOF) {
		if e := b.check(b); e != nil {
			err = e
		}
	}
	return n, err
}

// agrees compares what was read with what a header says.
func (b *zipBody) agrees(h zipHeader) error {
	if b.n != h.size || b.crc != h.crc {
		return errZip
	}
	return nil
}

// zipSalvage reads entries one after another from the start, as long as each tells where it ends, and then tells of cut.
func (t *taker) zipSalvage(r zipReader, at place, cut *breach) error {
	c := &counter{r: io.NewSectionReader(r, 0, r.size)}
	q := bufio.NewReaderSize(c, readSize)
	for n := 0; n < t.limits.ZipEntries && t.filled == nil; n++ {
		h, err := readLocal(q, c.n-int64(q.Buffered()))
		if err != nil {
			break
		}
		whole, err := t.zipStreamed(q, c, h, at, cut)
		if err != nil {
			return err
		}
		if !whole {
			break
		}
	}
	if t.in.fault != nil {
		return t.in.fault
	}
	return t.breach(cut, at, c.n-int64(q.Buffered()))
}

// zipStreamed reads one entry whose data are in front of q; it gives false where the next one cannot be found.
func (t *taker) zipStreamed(q *bufio.Reader, c *counter, h zipHeader, at place, cut *breach) (bool, error) {
	at = at.entry(h.name)
	code, message := h.refused(t.limits.Name)
	later := h.flags&zipSizesLater != 0
	switch {
	case later && (code != "" || h.method != zipDeflated):
		return false, nil
	case code != "" || h.folder():
		if _, err := io.CopyN(io.Discard, q, h.packed); err != nil || h.folder() {
			return err == nil, nil
		}
		return true, t.discard(at, h.offset, code, message)
	}
	start := c.n - int64(q.Buffered())
	taken := func() int64 { return c.n - start }
	b := &zipBody{}
	if later {
		b.check = func(b *zipBody) error { return b.descriptor(q) }
		return t.zipContent(b, cutting{q, cut}, h, taken, at)
	}
	data := &io.LimitedReader{R: cutting{q, cut}, N: h.packed}
	b.check = func(b *zipBody) error { return b.agrees(h) }
	if _, err := t.zipContent(b, data, h, taken, at); err != nil {
		return false, err
	}
	_, err := io.Copy(io.Discard, data)
	return err == nil && data.N == 0, t.in.fault
}

// cutting gives the break of the archive where the archive ends, so that it is told of once. It passes bytes on singly
// as well: an inflater must not take more than its own.
type cutting struct {
	q   *bufio.Reader
	cut *breach
}

func (c cutting) Read(p []byte) (int, error) {
	n, err := c.q.Read(p)
	return n, c.end(err)
}

// ReadByte gives one byte.
func (c cutting) ReadByte() (byte, error) {
	b, err := c.q.ReadByte()
	return b, c.end(err)
}

func (c cutting) end(err error) error {
	if errors.Is(err, io.EOF) {
		return c.cut
	}
	return err
}

// descriptor reads what follows data whose size was not known before (APPNOTE 4.3.9) and compares: the signature is
// optional, and sizes take four bytes or eight.
func (b *zipBody) descriptor(q *bufio.Reader) error {
	p, err := q.Peek(24)
	if err != nil && len(p) < 12 {
		return io.ErrUnexpectedEOF
	}
	le := binary.LittleEndian
	skip := 0
	if le.Uint32(p) == zipDescriptor {
		skip = 4
	}
	d := p[skip:]
	if len(d) < 12 || le.Uint32(d) != b.crc {
		return errZip
	}
	if int64(le.Uint32(d[8:])) == b.n {
		_, err = q.Discard(skip + 12)
		return err
	}
	if len(d) >= 20 && le.Uint64(d[12:]) == uint64(b.n) {
		_, err = q.Discard(skip + 20)
		return err
	}
	return errZip
}
