package csvrows

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"incrocio/pipeline"
)

// MaxRow is the longest row, in bytes.
const MaxRow = 64 << 10

// Fault says why what lies in a file is no row; the zero Fault is none.
type Fault struct {
	Code    string // a discard code
	Message string // in Italian; never repeats the value
}

// Bad tells whether there is a fault.
func (f Fault) Bad() bool { return f.Code != "" }

// Reader reads rows one after another. After a row that is no row reading goes on at the next line, so that a quote
// left open costs its own line and no other. Where the source breaks off, rows that are whole before the break are
// still given, and then the error of the source. It is not safe for concurrent use.
type Reader struct {
	r      io.Reader
	buf    []byte // window [lo, hi) of the file
	lo, hi int
	offset int64 // of lo in the file
	end    bool  // the window holds the end of the file, or of what can be read of it
	err    error // why no more can be read; nil for the end of the file

	raw    []byte   // the last row, without its line end
	start  int64    // its offset
	fields []string // its fields, pieces of one string
	plain  []byte   // fields without their quotes
	cuts   []int    // ends of the fields in plain
}

// NewReader starts reading a table.
func NewReader(r io.Reader) *Reader { return &Reader{r: r, buf: make([]byte, 4*MaxRow)} }

// Split gives the fields of one row, as [Reader.Raw] gives it, and whether it is one. Carriage returns at its end do not
// count.
func Split(row []byte) ([]string, bool) {
	row = bytes.TrimRight(row, "\r")
	s := Reader{buf: row, hi: len(row), end: true}
	f, err := s.Next()
	return s.fields, err == nil && !f.Bad() && s.lo == s.hi
}

// Reset starts reading another table with the memory of this one.
func (s *Reader) Reset(r io.Reader) {
	*s = Reader{r: r, buf: s.buf, fields: s.fields[:0], plain: s.plain[:0], cuts: s.cuts[:0]}
}

// Raw gives the last row as it stands in the file, without its line end; of one that is too long, its beginning. It is
// valid until the next call of Next.
func (s *Reader) Raw() []byte { return s.raw }

// Offset is the place of the last row in the file, in bytes.
func (s *Reader) Offset() int64 { return s.start }

// Fields gives the fields of the last row; after a fault it means nothing. The slice is valid until the next call of
// Next, the texts for ever.
func (s *Reader) Fields() []string { return s.fields }

// Next reads a row, or gives why what lies there is no row. It returns io.EOF at the end, and an error of the source
// once everything whole before it was given.
func (s *Reader) Next() (Fault, error) {
	for {
		s.fill()
		if s.offset == 0 && bytes.HasPrefix(s.window(), []byte("\ufeff")) {
			s.skip(3)
		}
		if s.lo == s.hi {
			return Fault{}, s.ended()
		}
		line, size := s.line()
		switch {
		case size == 0:
			return s.longLine()
		case s.brokenOff(size):
			return Fault{}, s.ended()
		}
		if len(line) == 0 {
			s.skip(size)
			continue
		}
		s.start = s.offset
		if bytes.IndexByte(line, '"') >= 0 {
			return s.quoted(line, size)
		}
		s.raw = line
		s.fields = s.fields[:0]
		rest := string(line)
		for comma := strings.IndexByte(rest, ','); comma >= 0; comma = strings.IndexByte(rest, ',') {
			s.fields = append(s.fields, rest[:comma])
			rest = rest[comma+1:]
		}
		s.fields = append(s.fields, rest)
		s.skip(size)
		return Fault{}, nil
	}
}

// ended gives what Next returns after the last row.
func (s *Reader) ended() error {
	if s.err != nil {
		return s.err
	}
	return io.EOF
}

// brokenOff tells whether a row of a size ends where the source broke off, without a line end: it may not be whole.
func (s *Reader) brokenOff(size int) bool {
	return s.err != nil && size == s.hi-s.lo && s.buf[s.hi-1] != '\n'
}

func (s *Reader) window() []byte { return s.buf[s.lo:s.hi] }

func (s *Reader) skip(n int) {
	s.lo += n
	s.offset += int64(n)
}

// fill makes the window longer than the longest row, or reach to the end of the file.
func (s *Reader) fill() {
	if s.hi-s.lo > MaxRow+2 || s.end {
		return
	}
	s.hi = copy(s.buf, s.window())
	s.lo = 0
	for s.hi < len(s.buf) {
		n, err := s.r.Read(s.buf[s.hi:])
		s.hi += n
		if err == nil {
			continue
		}
		s.end = true
		if !errors.Is(err, io.EOF) {
			s.err = fmt.Errorf("at byte %d: %w", s.offset+int64(s.hi), err)
		}
		return
	}
}

// line gives the line at the start of the window, without its end, and its size with the end; size 0 where the line
// is longer than a row may be.
func (s *Reader) line() (line []byte, size int) {
	w := s.window()
	i := bytes.IndexByte(w[:min(len(w), MaxRow+2)], '\n')
	switch {
	case i >= 0:
		size = i + 1
	case s.end && len(w) <= MaxRow:
		i, size = len(w), len(w)
	default:
		return nil, 0
	}
	if line = bytes.TrimSuffix(w[:i], []byte("\r")); len(line) > MaxRow {
		return nil, 0
	}
	return line, size
}

// longLine steps over a line that is too long; raw is its beginning.
func (s *Reader) longLine() (Fault, error) {
	s.start = s.offset
	s.raw = append([]byte(nil), s.window()[:min(MaxRow, s.hi-s.lo)]...)
	f := Fault{pipeline.DiscardTooLong, "riga troppo lunga"}
	for {
		if i := bytes.IndexByte(s.window(), '\n'); i >= 0 {
			s.skip(i + 1)
			return f, nil
		}
		s.skip(s.hi - s.lo)
		if s.end {
			return f, nil
		}
		s.fill()
	}
}

// quoted reads a row that begins with the line and may go on after it.
func (s *Reader) quoted(line []byte, size int) (Fault, error) {
	w := s.window()[:min(s.hi-s.lo, MaxRow)]
	n, end := s.unquote(w)
	if end == rowWhole && s.brokenOff(n) || end == rowOpen && s.err != nil && n == s.hi-s.lo {
		return Fault{}, s.err
	}
	if cut := n == len(w) && n < s.hi-s.lo && w[max(n, 1)-1] != '\n'; end != rowWhole || cut {
		s.raw = line
		s.skip(size)
		return Fault{pipeline.DiscardCSV, "virgolette errate"}, nil
	}
	s.raw = bytes.TrimRight(s.window()[:n], "\r\n")
	all := string(s.plain)
	s.fields = s.fields[:0]
	from := 0
	for _, to := range s.cuts {
		s.fields = append(s.fields, all[from:to])
		from = to
	}
	s.skip(n)
	return Fault{}, nil
}

// How a row with quotes ends.
const (
	rowWhole = iota
	rowOpen  // a quote is open where the window ends
	rowBad
)

// unquote collects the fields of the row at the start of w and gives its size with the line end. The row is bad where
// a quote stands inside a field without quotes or is followed by something else than the end of the field.
func (s *Reader) unquote(w []byte) (size, end int) {
	s.plain, s.cuts = s.plain[:0], s.cuts[:0]
	i := 0
	for {
		if i < len(w) && w[i] == '"' {
			if i = s.quotedField(w, i+1); i < 0 {
				return len(w), rowOpen
			}
		} else {
			j := i
			for j < len(w) && w[j] != ',' && w[j] != '\n' && w[j] != '"' {
				j++
			}
			field := w[i:j]
			if j == len(w) || w[j] == '\n' {
				field = bytes.TrimSuffix(field, []byte("\r"))
			}
			s.plain = append(s.plain, field...)
			i = j
		}
		s.cuts = append(s.cuts, len(s.plain))
		if n, last := rowEnd(w, i); last {
			return i + n, rowWhole
		}
		if w[i] != ',' {
			return 0, rowBad
		}
		i++
	}
}

// quotedField collects a field from after its opening quote and gives the place after its closing one, or -1.
func (s *Reader) quotedField(w []byte, i int) int {
	for {
		n := bytes.IndexByte(w[i:], '"')
		if n < 0 {
			return -1
		}
		s.plain = append(s.plain, w[i:i+n]...)
		i += n + 1
		if i == len(w) || w[i] != '"' {
			return i
		}
		s.plain = append(s.plain, '"')
		i++
	}
}

// rowEnd tells whether the row ends at i and how long its line end is.
func rowEnd(w []byte, i int) (n int, last bool) {
	rest := w[i:]
	switch {
	case len(rest) == 0:
		return 0, true
	case rest[0] == '\n':
		return 1, true
	case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
		return 2, true
	case len(rest) == 1 && rest[0] == '\r':
		return 1, true
	}
	return 0, false
}
