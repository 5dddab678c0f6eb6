package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

// Load adds rows by COPY in binary, which the rows are encoded for as they come: the driver's own way through values of any
// type takes many times the processor time.
func (t tx) Load(ctx context.Context, into string, columns []store.Column, feed func(func([]table.Value) error) error) error {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = pgx.Identifier{columns[i].Name}.Sanitize()
	}
	sql := "COPY " + pgx.Identifier{into}.Sanitize() + " (" + strings.Join(names, ", ") + ") FROM STDIN (FORMAT binary)"
	r, w := io.Pipe()
	fed := make(chan error, 1)
	go func() {
		err := feedCopy(w, columns, feed)
		fed <- err
		if err != nil {
			err = errFeed
		}
		_ = w.CloseWithError(err) // never fails
	}()
	_, err := t.Conn().PgConn().CopyFrom(ctx, r, sql)
	_ = r.CloseWithError(errStopped)
	if feedErr := <-fed; feedErr != nil && !errors.Is(feedErr, errStopped) {
		return feedErr
	}
	return translate("load "+into, err)
}

// Errors on their way between the feed and the driver, which would send the text of any other to the server.
var (
	errFeed    = errors.New("the rows end in an error")
	errStopped = errors.New("stopped")
)

// copyBlock is how many bytes of rows are handed to the driver at a time.
const copyBlock = 64 << 10

// copyBuffers are the buffers of rows.
var copyBuffers = sync.Pool{New: func() any { b := make([]byte, 0, copyBlock+16<<10); return &b }}

// copyHeader begins a binary COPY: the signature, no flags, no extension.
const copyHeader = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// feedCopy writes the rows of a feed as a binary COPY, and its end where the feed ends well.
func feedCopy(w io.Writer, columns []store.Column, feed func(func([]table.Value) error) error) error {
	pooled := copyBuffers.Get().(*[]byte)
	b := append((*pooled)[:0], copyHeader...)
	defer func() {
		*pooled = b[:0]
		if cap(b) <= 16*copyBlock { // one enormous row is not kept
			copyBuffers.Put(pooled)
		}
	}()
	err := feed(func(row []table.Value) error {
		b = binary.BigEndian.AppendUint16(b, uint16(len(row)))
		for i := range row {
			b = appendValue(b, columns[i].Kind, row[i])
		}
		if len(b) < copyBlock {
			return nil
		}
		_, err := w.Write(b)
		b = b[:0]
		return err
	})
	if err != nil {
		return err
	}
	_, err = w.Write(binary.BigEndian.AppendUint16(b, 0xffff))
	return err
}

// appendValue writes a value with its length, as the receive functions of the types read it.
func appendValue(b []byte, k table.Kind, v table.Value) []byte {
	if v.Null {
		return append(b, 0xff, 0xff, 0xff, 0xff)
	}
	switch k {
	case table.Text:
		return append(binary.BigEndian.AppendUint32(b, uint32(len(v.Str))), v.Str...)
	case table.Date:
		return appendInt32(b, int32(v.Num-epochDays))
	case table.Timestamp:
		return appendInt64(b, v.Num-epochMicros)
	case table.Bool:
		one := byte(0)
		if v.Num != 0 {
			one = 1
		}
		return append(b, 0, 0, 0, 1, one)
	case table.Decimal2, table.Decimal4:
		return appendNumeric(b, v.Num, scale(k))
	case table.Int32:
		return appendInt32(b, int32(v.Num))
	case table.Int64:
	}
	return appendInt64(b, v.Num)
}

func appendInt32(b []byte, n int32) []byte {
	return binary.BigEndian.AppendUint32(append(b, 0, 0, 0, 4), uint32(n))
}

func appendInt64(b []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(append(b, 0, 0, 0, 8), uint64(n))
}

// appendNumeric writes n units of 10^-scale: count of digits in base 10,000, weight of the first, sign, scale for display,
// digits, of which neither the first nor the last is zero.
func appendNumeric(b []byte, n int64, scale int32) []byte {
	sign, u := uint16(positive), uint64(n)
	if n < 0 {
		sign, u = negative, -u
	}
	if scale == 2 {
		u *= 100 // units of 10^-4; the store refuses what is past 10^12
	}
	var digits [6]uint16 // in base 10,000, the last is behind the point
	first := len(digits)
	for ; u > 0; u /= 10_000 {
		first--
		digits[first] = uint16(u % 10_000)
	}
	last := len(digits)
	for last > first && digits[last-1] == 0 {
		last--
	}
	weight := len(digits) - 2 - first
	if first == last {
		weight = 0
	}
	b = binary.BigEndian.AppendUint32(b, uint32(8+2*(last-first)))
	for _, w := range [...]uint16{uint16(last - first), uint16(int16(weight)), sign, uint16(scale)} {
		b = binary.BigEndian.AppendUint16(b, w)
	}
	for _, d := range digits[first:last] {
		b = binary.BigEndian.AppendUint16(b, d)
	}
	return b
}
