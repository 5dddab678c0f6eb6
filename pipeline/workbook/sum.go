package workbook

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"incrocio/pipeline/table"
)

// digested are the columns that [Row.Sum] is taken of: all but those that are filled in, and the sum itself.
var digested = func() []table.Column[Row] {
	all := append(shown(), marks()...)
	return all[:len(all)-1]
}()

// breaks are the line ends that spreadsheet programs write in place of each other.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Sum is the digest of what was exported of a row (controllo): SHA-256, in hexadecimal digits, of its read-only cells in
// the order of the columns, each preceded by its length. It is taken of values, not of what a file wrote for them, and
// takes line ends as equal: a file that another program saved again has the same sums.
func (r *Row) Sum() string {
	var b []byte
	for i := range digested {
		c := &digested[i]
		v := c.Get(r)
		text := ""
		switch {
		case v.Null:
		case c.Kind == table.Text:
			text = breaks.Replace(v.Str)
		default:
			text = strconv.FormatInt(v.Num, 10)
		}
		b = append(append(strconv.AppendInt(b, int64(len(text)), 10), ':'), text...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Altered tells whether a read-only cell is not as it was exported.
func (r *Row) Altered() bool { return r.Check != r.Sum() }
