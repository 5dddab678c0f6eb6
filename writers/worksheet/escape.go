package worksheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// excelize writes characters that XML does not allow as U+FFFD, and escapes texts that look like escapes (_x0041_) so
// that two of them side by side are not read back. Texts are therefore handed to it with two marks in place of the
// escapes, which become escapes on the way into the file. A text that has a mark of its own has it escaped.
const (
	markOpen  = '\uf8fe' // becomes "_x"
	markClose = '\uf8fd' // becomes "_"
)

// escaped gives a text as excelize is to have it.
func escaped(s string) string {
	if !strings.ContainsFunc(s, unsafe) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if r == '_' && !literal(s[i:]) || r != '_' && !unsafe(r) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "%c%04X%c", markOpen, r, markClose)
	}
	return b.String()
}

// unsafe tells characters that need a look: those that XML 1.0 does not allow, carriage returns, which XML reads as line
// feeds, the underscore and the marks.
func unsafe(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' || r == '\ufffe' || r == '\uffff' || r == '_' || r == markOpen || r == markClose
}

// literal tells whether a text begins with what a reader would take for an escape.
func literal(s string) bool {
	const form = "_xHHHH_"
	if len(s) < len(form) || s[1] != 'x' || s[6] != '_' {
		return false
	}
	return strings.Trim(s[2:6], "0123456789abcdefABCDEF") == ""
}

// fixedZip is the container: every entry has the moment of the export, and marks become escapes.
type fixedZip struct {
	*zip.Writer
	at time.Time
}

func newFixedZip(at time.Time) func(io.Writer) excelize.ZipWriter {
	return func(w io.Writer) excelize.ZipWriter { return &fixedZip{zip.NewWriter(w), at} }
}

// Create begins an entry.
func (z *fixedZip) Create(name string) (io.Writer, error) {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: z.at})
	if err != nil {
		return nil, err
	}
	return &unmarker{w: w}, nil
}

// unmarker turns marks into escapes. Both marks begin with the same two bytes; what may be the beginning of one is kept
// until the next write. No text of a part ends with it, so that nothing is left at the end.
type unmarker struct {
	w    io.Writer
	held []byte
}

var marks = strings.NewReplacer(string(markOpen), "_x", string(markClose), "_")

// Write passes bytes on.
func (u *unmarker) Write(p []byte) (int, error) {
	whole := p
	if len(u.held) > 0 {
		whole = append(u.held, p...)
	}
	keep := 0
	for n := 1; n < utf8.UTFMax-1 && n <= len(whole); n++ {
		if bytes.HasPrefix([]byte(string(markOpen)), whole[len(whole)-n:]) {
			keep = n
		}
	}
	pass := whole[:len(whole)-keep]
	u.held = bytes.Clone(whole[len(whole)-keep:])
	if bytes.Contains(pass, []byte(string(markOpen))[:2]) {
		pass = []byte(marks.Replace(string(pass)))
	}
	_, err := u.w.Write(pass)
	return len(p), err
}
