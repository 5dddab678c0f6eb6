package domande

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// What the tests outside the package need of its inside.
var (
	ErrSilent  = errSilent
	ErrFlood   = errFlood
	ErrCrashed = errCrashed
	ErrStream  = errStream
	LimitSelf  = limitSelf
)

// WithChild makes a Parquet snapshot run another verb, under other limits.
func WithChild(s Snapshot, verb string, silence time.Duration, ratio, least int64) Snapshot {
	p := *s.(*parquetSnapshot)
	command := p.child.command
	p.child.command = func() (string, []string, error) {
		path, args, err := command()
		return path, []string{args[0], verb}, err
	}
	p.child.silence, p.child.ratio, p.child.least = silence, ratio, least
	return &p
}

// AmountOfBytes reads a decimal of a Parquet file; false where it is no amount.
func AmountOfBytes(b []byte, scale int) (int64, bool) {
	c := amountOfBytes(b, scale)
	return c.Num, !c.Fault.Bad()
}

// CopyRows is what the server is asked for.
func CopyRows() string { return copySQL() }

// AppendClaimRow writes a claim.
func AppendClaimRow(b []byte, c *pipeline.Claim) []byte { return appendClaimRow(b, c) }

// NextClaimRow reads a claim.
func NextClaimRow(b []byte) (c pipeline.Claim, rest []byte, ok bool) {
	var rows claimRows
	rest, ok = rows.next(b, &c)
	return c, rest, ok
}

// CopyRead is what a binary COPY holds: for each row the claim and the fault, the digest of all, and how it ended.
type CopyRead struct {
	Claims []pipeline.Claim
	Faults []row.Fault
	Digest string
	Bytes  int64
	Err    string
}

// ReadCopy reads a binary COPY that comes in writes of so many bytes, the quick way where there is one or never.
func ReadCopy(stream []byte, cut int, quick bool) (out CopyRead) {
	reader := rowValues{digest: rowDigest{sum: sha256.New()}}
	took := func(f row.Fault) {
		out.Claims, out.Faults = append(out.Claims, reader.claim), append(out.Faults, f)
	}
	rows := copyRows{quick: func(b []byte) (n int, _ error) {
		if quick {
			if n = reader.quick(b); n > 0 {
				took(row.Fault{})
			}
		}
		return n, nil
	}, fn: func(v *[row.Width][]byte) error {
		took(reader.read(v))
		return nil
	}}
	for piece := range slices.Chunk(stream, cut) {
		if _, err := rows.Write(slices.Clone(piece)); err != nil {
			out.Err = err.Error()
			return out
		}
	}
	if !rows.whole() {
		out.Err = errCopy.Error()
	}
	out.Digest, out.Bytes = reader.digest.end()
	return out
}

// DrainCopy reads a binary COPY and leaves nothing.
func DrainCopy(stream []byte) {
	none := func(*pipeline.Claim) error { return nil }
	err := row.Deliver(postgresName, &row.Receiver{Claim: none, Bad: func(pipeline.Discard) error { return nil }, Void: none}, func(to *row.Delivery) error {
		reader := rowValues{digest: rowDigest{sum: sha256.New()}}
		rows := reader.rows(to)
		for piece := range slices.Chunk(stream, 8192) {
			if _, err := rows.Write(piece); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
}

// DrainParquet does what the process that reads Parquet does, here, and leaves nothing.
func DrainParquet(data []byte) error {
	return readParquet(bytes.NewReader(data), &frameWriter{w: io.Discard})
}

// DigestParquet sums up the rows that the process that reads Parquet sends, as those of the database are summed up.
func DigestParquet(data []byte) (sum string, n int64, err error) {
	var out bytes.Buffer
	w := &frameWriter{w: &out}
	err = errors.Join(readParquet(bytes.NewReader(data), w), w.flush())
	d := rowDigest{sum: sha256.New()}
	for err == nil && out.Len() > 0 {
		_, _ = out.ReadByte()
		var size uint64
		size, err = binary.ReadUvarint(&out)
		err = errors.Join(err, d.addFrame(out.Next(int(size))))
	}
	sum, n = d.end()
	return sum, n, err
}

// addFrame adds the rows of a frame.
func (d *rowDigest) addFrame(b []byte) error {
	var rows claimRows
	for len(b) > 0 {
		var claim pipeline.Claim
		var part [3]string
		tag := b[0]
		if b = b[1:]; tag == rowClaim {
			var ok bool
			if b, ok = rows.next(b, &claim); !ok {
				return errStream
			}
		} else {
			var err error
			if b, err = nextTexts(b, part[:]); err != nil {
				return err
			}
		}
		claim.Number += part[2]
		d.add(&claim, row.Fault{Code: part[0], Message: part[1]})
	}
	return nil
}

// ReadPages reads a column of so many rows from its pages.
func ReadPages(pages file.PageReader, physical parquet.Type, optional bool, rows int64) ([]string, error) {
	switch physical {
	case parquet.Types.Int32:
		return readColumn(&pageValues[int32]{pages: pages, optional: optional, plain: plainInt32}, optional, rows)
	case parquet.Types.Int64:
		return readColumn(&pageValues[int64]{pages: pages, optional: optional, plain: plainInt64}, optional, rows)
	}
	return readColumn(&pageValues[parquet.ByteArray]{pages: pages, optional: optional, plain: plainTexts}, optional, rows)
}

// ReadLibraryColumn reads a column of so many rows as the library does.
func ReadLibraryColumn(c file.ColumnChunkReader, optional bool, rows int64) ([]string, error) {
	switch c := c.(type) {
	case *file.Int32ColumnChunkReader:
		return readColumn(c, optional, rows)
	case *file.Int64ColumnChunkReader:
		return readColumn(c, optional, rows)
	}
	return readColumn(c.(*file.ByteArrayColumnChunkReader), optional, rows)
}

// readColumn gives what a column has in each row.
func readColumn[V any](chunk batcher[V], optional bool, rows int64) (out []string, err error) {
	t := newTyped(optional, func(V) row.Cell { return row.Cell{} })
	t.chunk = chunk
	for rows > 0 {
		n := int(min(rows, batchRows))
		if err := t.read(n); err != nil {
			return nil, err
		}
		for i, v := range t.values[:n] {
			if t.null(i) {
				out = append(out, "null")
			} else {
				out = append(out, fmt.Sprintf("%v", v))
			}
		}
		rows -= int64(n)
	}
	return out, t.done()
}

// ReadColumns gives the cells of a file, by column and row; its pages are decoded here, or by the library.
func ReadColumns(data []byte, here bool) (out [row.Width][]row.Cell, err error) {
	f, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		return out, err
	}
	readers, at, err := columnReaders(f)
	if err != nil {
		return out, err
	}
	for i, r := range readers {
		switch t := r.(type) {
		case *typed[parquet.ByteArray]:
			t.leave(here)
		case *typed[int32]:
			t.leave(here)
		case *typed[int64]:
			t.leave(here)
		}
		for g := range f.NumRowGroups() {
			if err := r.open(f.RowGroup(g), at[i]); err != nil {
				return out, err
			}
			for left := f.RowGroup(g).NumRows(); left > 0; left -= min(left, batchRows) {
				n := int(min(left, batchRows))
				if err := r.read(n); err != nil {
					return out, err
				}
				for k := range n {
					out[i] = append(out[i], r.cell(k))
				}
			}
			if err := r.done(); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// leave leaves a column to the library.
func (t *typed[V]) leave(here bool) {
	if !here {
		t.plain = nil
	}
}

// Put copies a text.
func Put(b, x []byte) int { return put(b, x) }
