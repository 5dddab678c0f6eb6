package inbox

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"incrocio/pipeline"
)

// breach is why a stream cannot be read on: it becomes a discard. One breach is told of once, however many readers lie
// over the stream.
type breach struct {
	code, message string
	corrupt       bool // what was read before it cannot be trusted either
	whole         bool // what was read before it had come to its end
	told          bool
}

func (b *breach) Error() string { return b.code + ": " + b.message }

// input is the file on disk. Read in order it hashes what passes.
type input struct {
	ctx   context.Context
	r     io.ReaderAt
	size  int64
	at    int64 // how far it was read in order, and hashed
	hash  hash.Hash
	fault error // what went wrong with the machine; kept, since readers above may hide it
}

func newInput(ctx context.Context, r io.ReaderAt, size int64) *input {
	return &input{ctx: ctx, r: r, size: size, hash: sha256.New()}
}

// Read reads in order up to the size the file had when it was opened.
func (in *input) Read(p []byte) (int, error) {
	if in.at >= in.size {
		return 0, io.EOF
	}
	n, err := in.ReadAt(p[:min(int64(len(p)), in.size-in.at)], in.at)
	in.hash.Write(p[:n])
	in.at += int64(n)
	return n, err
}

// ReadAt reads anywhere, without hashing.
func (in *input) ReadAt(p []byte, off int64) (int, error) {
	if in.fault == nil {
		in.fault = context.Cause(in.ctx)
	}
	if in.fault != nil {
		return 0, in.fault
	}
	if off < 0 || off >= in.size {
		return 0, io.EOF
	}
	n, err := in.r.ReadAt(p[:min(int64(len(p)), in.size-off)], off)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		in.fault = bare(err)
	case off+int64(n) < in.size && n < len(p): // shorter than it was when it was opened
		in.fault, err = ErrChanged, ErrChanged
	}
	return n, err
}

// drain hashes what was not read.
func (in *input) drain(buf []byte) error {
	for in.fault == nil && in.at < in.size {
		if _, err := in.Read(buf); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	return in.fault
}

// strand is a stream inside the file, at any depth. Reading it gives bytes and then, for good, io.EOF, a *breach or the
// fault of the machine; never another error.
type strand struct {
	t     *taker
	r     io.Reader
	what  string       // in Italian, what is broken when r gives an error of its own
	taken func() int64 // compressed bytes that went in; nil where nothing is compressed
	count bool         // counts against Limits.Unpacked

	lead []byte // read ahead
	used int    // how much of lead was given out
	out  int64  // bytes that came from r
	err  error
}

func (s *strand) Read(p []byte) (int, error) {
	if s.used < len(s.lead) {
		n := copy(p, s.lead[s.used:])
		s.used += n
		return n, nil
	}
	return s.pull(p)
}

// pull reads from beneath.
func (s *strand) pull(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	for range 100 { // so that nobody above has to give up on a reader that is slow to say something
		if n > 0 || err != nil || len(p) == 0 {
			break
		}
		n, err = s.r.Read(p)
	}
	s.out += int64(n)
	if excess, b := s.over(int64(n)); b != nil {
		n, err = n-int(min(excess, int64(n))), b
	}
	switch {
	case n == 0 && err == nil && len(p) > 0:
		s.err = s.t.judge(io.ErrNoProgress, s.what)
	case err == io.EOF: //nolint:errorlint // readers give it bare, and a wrapped one is a break
		s.err = io.EOF
	case err != nil:
		s.err = s.t.judge(err, s.what)
	}
	return n, s.err
}

// over tells whether n more bytes pass a cap, and by how many.
func (s *strand) over(n int64) (int64, *breach) {
	if s.count {
		s.t.unpacked += n
		if excess := s.t.unpacked - s.t.limits.Unpacked; excess > 0 {
			return excess, s.t.full()
		}
	}
	if s.taken != nil {
		if excess := s.out - max(s.t.limits.Grace, s.t.limits.Ratio*s.taken()); excess > 0 {
			return excess, &breach{
				code:    pipeline.DiscardRatio,
				message: fmt.Sprintf("i dati compressi si espandono di oltre %d volte", s.t.limits.Ratio),
			}
		}
	}
	return 0, nil
}

// ahead reads ahead until n bytes lie in front or there are no more, and gives all that do. It must not be called once
// Read was.
func (s *strand) ahead(n int) []byte {
	if s.lead == nil {
		s.lead = s.t.buffers.get()
	}
	for len(s.lead) < n && s.err == nil {
		s.lead = slices.Grow(s.lead, min(max(4096, len(s.lead)), n-len(s.lead)))
		m, _ := s.pull(s.lead[len(s.lead):min(cap(s.lead), n)])
		s.lead = s.lead[:len(s.lead)+m]
	}
	return s.lead
}

// sight gives the next n bytes where they are in memory or can be read ahead of what is counted, and no cap is passed; else
// nil, which says nothing.
func (s *strand) sight(n int) []byte {
	if ahead := s.lead[s.used:]; len(ahead) > 0 {
		if len(ahead) < n {
			return nil
		}
		return ahead[:n]
	}
	file, ok := s.r.(*bufio.Reader)
	if !ok || s.err != nil || n > file.Size() || s.count && s.t.unpacked+int64(n) > s.t.limits.Unpacked {
		return nil
	}
	b, err := file.Peek(n)
	if err != nil {
		return nil // it comes again where the bytes are read
	}
	return b
}

// pass goes over n bytes that are in sight, as reading them would.
func (s *strand) pass(n int) {
	if s.used < len(s.lead) {
		s.used += n
		return
	}
	k, _ := s.r.(*bufio.Reader).Discard(n) // they are there
	s.out += int64(k)
	if s.count {
		s.t.unpacked += int64(k)
	}
}

// believe reads ahead as much as a document may take, so that the checksum at the end of a small stream is seen before
// anything in the stream is believed.
func (s *strand) believe() {
	s.ahead(s.t.limits.Document)
	if b := s.breach(); b != nil && b.corrupt {
		s.lead = s.lead[:0]
	}
}

// release gives the room back. The strand must not be read afterwards.
func (s *strand) release() {
	if s.lead != nil {
		s.t.buffers.put(s.lead)
		s.lead = nil
	}
}

// breach gives the breach that ended the strand, or nil.
func (s *strand) breach() *breach {
	if s.err == nil || s.err == io.EOF { //nolint:errorlint // strands give it bare
		return nil
	}
	var b *breach
	if errors.As(s.err, &b) {
		return b
	}
	return nil
}

// buffers are rooms that strands read ahead into; there are never more than four in use.
type buffers [][]byte

func (b *buffers) get() []byte {
	if n := len(*b); n > 0 {
		r := (*b)[n-1]
		*b = (*b)[:n-1]
		return r
	}
	return make([]byte, 0, 4096)
}

func (b *buffers) put(r []byte) { *b = append(*b, r[:0]) }

// counter counts the bytes that pass.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
