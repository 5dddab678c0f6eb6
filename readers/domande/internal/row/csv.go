package row

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"incrocio/pipeline"
)

// checkEvery is how many rows pass between two looks at the context.
const checkEvery = 4096

// ReadCSV reads a table of claims: a header and rows. It returns [ErrColumns] where the header is not as it must be.
func ReadCSV(ctx context.Context, r io.Reader, to *Delivery) error {
	rows := newRowReader(r)
	at, fields, err := readHeader(rows)
	if err != nil {
		return err
	}
	var claim pipeline.Claim
	var cells [Width]Cell // here and not in convert, where each row would allocate it
	for {
		if to.rows%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		f, err := rows.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !f.Bad() && len(rows.fields) != fields {
			f = Fault{pipeline.DiscardCSV, "numero di campi diverso dall'intestazione"}
		}
		if !f.Bad() && !utf8.Valid(rows.raw) {
			f = Fault{pipeline.DiscardEncoding, "riga non in UTF-8"}
		}
		claim.Number = ""
		if !f.Bad() {
			f = convert(rows.fields, &at, &cells, &claim)
		}
		if f.Bad() {
			err = to.Discard(claim.Number, f, rows.Place)
		} else {
			err = to.Claim(&claim, rows.Place)
		}
		if err != nil {
			return err
		}
	}
}

// readHeader gives where each column is and how many fields a row has.
func readHeader(rows *rowReader) (at [Width]int, fields int, err error) {
	f, err := rows.next()
	if errors.Is(err, io.EOF) {
		return at, 0, ColumnError("the file is empty")
	}
	if err != nil {
		return at, 0, err
	}
	if f.Bad() {
		return at, 0, ColumnError("the header is no row of a table")
	}
	at, err = Indexes(rows.fields)
	return at, len(rows.fields), err
}

func convert(fields []string, at *[Width]int, cells *[Width]Cell, claim *pipeline.Claim) Fault {
	for i := range Columns {
		cells[i].set(Columns[i].Kind, fields[at[i]])
	}
	return Assemble(cells, claim)
}

// maxRow is the longest row, in bytes.
const maxRow = 64 << 10

// rowReader cuts a file into rows and fields as RFC 4180 says: commas, double quotes doubled inside quotes, rows ended
// by LF or CR LF. A byte order mark at the start and empty lines are stepped over. After a row that is no row reading
// goes on at the next line, so that a quote left open costs its own line and no other.
type rowReader struct {
	r      io.Reader
	buf    []byte // window [lo, hi) of the file
	lo, hi int
	offset int64 // of lo in the file
	end    bool  // the window holds the end of the file

	raw    []byte   // the last row, without its line end
	start  int64    // its offset
	fields []string // its fields, pieces of one string
	plain  []byte   // fields without their quotes
	cuts   []int    // ends of the fields in plain
}

func newRowReader(r io.Reader) *rowReader {
	return &rowReader{r: r, buf: make([]byte, 4*maxRow)}
}

// place tells where the last row lies.
func (s *rowReader) Place() Place {
	sum := sha256.Sum256(s.raw)
	return Place{s.start, hex.EncodeToString(sum[:])}
}

// next reads a row into raw, start and fields, or gives why what lies there is no row. It returns io.EOF at the end.
func (s *rowReader) next() (Fault, error) {
	for {
		if err := s.fill(); err != nil {
			return Fault{}, err
		}
		if s.offset == 0 && bytes.HasPrefix(s.window(), []byte("\ufeff")) {
			s.skip(3)
		}
		if s.lo == s.hi {
			return Fault{}, io.EOF
		}
		line, size := s.line()
		if size == 0 {
			return s.longLine()
		}
		if len(line) == 0 {
			s.skip(size)
			continue
		}
		s.start = s.offset
		if bytes.IndexByte(line, '"') >= 0 {
			return s.quoted(line, size), nil
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

func (s *rowReader) window() []byte { return s.buf[s.lo:s.hi] }

func (s *rowReader) skip(n int) {
	s.lo += n
	s.offset += int64(n)
}

// fill makes the window longer than the longest row, or reach to the end of the file.
func (s *rowReader) fill() error {
	if s.hi-s.lo > maxRow+2 || s.end {
		return nil
	}
	s.hi = copy(s.buf, s.window())
	s.lo = 0
	for s.hi < len(s.buf) {
		n, err := s.r.Read(s.buf[s.hi:])
		s.hi += n
		if errors.Is(err, io.EOF) {
			s.end = true
			return nil
		}
		if err != nil {
			return fmt.Errorf("at byte %d: %w", s.offset+int64(s.hi), err)
		}
	}
	return nil
}

// line gives the line at the start of the window, without its end, and its size with the end; size 0 where the line
// is longer than a row may be.
func (s *rowReader) line() (line []byte, size int) {
	w := s.window()
	i := bytes.IndexByte(w[:min(len(w), maxRow+2)], '\n')
	switch {
	case i >= 0:
		size = i + 1
	case s.end && len(w) <= maxRow:
		i, size = len(w), len(w)
	default:
		return nil, 0
	}
	return bytes.TrimSuffix(w[:i], []byte("\r")), size
}

// longLine steps over a line that is too long; raw is its beginning.
func (s *rowReader) longLine() (Fault, error) {
	s.start = s.offset
	s.raw = append([]byte(nil), s.window()[:min(maxRow, s.hi-s.lo)]...)
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
		if err := s.fill(); err != nil {
			return f, err
		}
	}
}

// quoted reads a row that begins with the line and may go on after it.
func (s *rowReader) quoted(line []byte, size int) Fault {
	w := s.window()[:min(s.hi-s.lo, maxRow)]
	n, ok := s.unquote(w)
	if cut := n == len(w) && n < s.hi-s.lo && w[max(n, 1)-1] != '\n'; !ok || cut {
		s.raw = line
		s.skip(size)
		return Fault{pipeline.DiscardCSV, "virgolette errate"}
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
	return Fault{}
}

// unquote collects the fields of the row at the start of w and gives its size with the line end. It gives false where
// a quote stands inside a field without quotes, is followed by something else than the end of the field, or is open
// at the end of w.
func (s *rowReader) unquote(w []byte) (size int, ok bool) {
	s.plain, s.cuts = s.plain[:0], s.cuts[:0]
	i := 0
	for {
		if i < len(w) && w[i] == '"' {
			if i = s.quotedField(w, i+1); i < 0 {
				return 0, false
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
			return i + n, true
		}
		if w[i] != ',' {
			return 0, false
		}
		i++
	}
}

// quotedField collects a field from after its opening quote and gives the place after its closing one, or -1.
func (s *rowReader) quotedField(w []byte, i int) int {
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
