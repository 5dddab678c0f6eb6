package domande

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// The stream of the child process is a row of frames:
//
//	frame   = kind, length (uvarint, at most maxFrame), payload
//	rows    = 'R': one or more of: 0, claim (see appendClaimRow) | 1, code, message, number (each with its length)
//	end     = 'F': number of rows sent (uvarint); the last frame of a good stream
//	error   = 'E' | 'C': text; 'C' is ErrColumns; the last frame of a stream that failed
const (
	frameRows    = 'R'
	frameEnd     = 'F'
	frameError   = 'E'
	frameColumns = 'C'
	frameKinds   = "RFEC"

	rowClaim   = 0
	rowDiscard = 1

	frameTarget = 128 << 10 // a frame of rows is sent once it has this many bytes
	maxFrame    = 1 << 20
)

// appendDiscard writes a row that is no claim.
func appendDiscard(b []byte, number string, f row.Fault) []byte {
	b = append(b, rowDiscard)
	for _, s := range [...]string{f.Code, f.Message, number} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

// frameWriter writes the stream.
type frameWriter struct {
	w    io.Writer
	rows []byte
	sent uint64
}

func (w *frameWriter) claim(c *pipeline.Claim) error {
	w.rows = appendClaimRow(append(w.rows, rowClaim), c)
	return w.row()
}

func (w *frameWriter) discard(number string, f row.Fault) error {
	w.rows = appendDiscard(w.rows, number, f)
	return w.row()
}

func (w *frameWriter) row() error {
	w.sent++
	if len(w.rows) < frameTarget {
		return nil
	}
	return w.flush()
}

func (w *frameWriter) flush() error {
	if len(w.rows) == 0 {
		return nil
	}
	err := w.frame(frameRows, w.rows)
	w.rows = w.rows[:0]
	return err
}

func (w *frameWriter) end() error {
	if err := w.flush(); err != nil {
		return err
	}
	return w.frame(frameEnd, binary.AppendUvarint(nil, w.sent))
}

// fail sends why the file cannot be read, cut to a length that fits on a line.
func (w *frameWriter) fail(err error) error {
	kind := byte(frameError)
	if errors.Is(err, ErrColumns) {
		kind = frameColumns
	}
	text := strings.TrimPrefix(err.Error(), ErrColumns.Error()+": ")
	return w.frame(kind, []byte(text[:min(len(text), maxReason)]))
}

const maxReason = 300

func (w *frameWriter) frame(kind byte, payload []byte) error {
	head := binary.AppendUvarint([]byte{kind}, uint64(len(payload)))
	if _, err := w.w.Write(head); err != nil {
		return err
	}
	_, err := w.w.Write(payload)
	return err
}

// Errors of a stream that is no stream of ours.
var (
	errStream = errors.New("the process that reads Parquet sent something else than claims")
	errShort  = errors.New("the process that reads Parquet ended before its end")
)

// readFrames reads a stream to its last frame and hands its rows over.
func readFrames(r io.Reader, to *row.Delivery) error {
	b := bufio.NewReaderSize(r, 64<<10)
	var payload []byte
	var claims claimRows
	for {
		kind, err := b.ReadByte()
		if err != nil {
			return streamError(err)
		}
		n, err := binary.ReadUvarint(b)
		if err != nil {
			return streamError(err)
		}
		if n > maxFrame || !strings.ContainsRune(frameKinds, rune(kind)) {
			return errStream
		}
		payload = append(payload[:0], make([]byte, n)...)
		if _, err := io.ReadFull(b, payload); err != nil {
			return streamError(err)
		}
		if kind != frameRows {
			return lastFrame(kind, payload, to)
		}
		if err := deliverRows(payload, &claims, to); err != nil {
			return err
		}
	}
}

// lastFrame gives what the last frame says of the stream.
func lastFrame(kind byte, payload []byte, to *row.Delivery) error {
	switch kind {
	case frameColumns:
		return row.ColumnError("%s", cleanReason(payload))
	case frameError:
		return errors.New(cleanReason(payload))
	}
	if rows, k := binary.Uvarint(payload); k <= 0 || rows != uint64(to.Rows()) {
		return errStream
	}
	return nil
}

// streamError keeps errors of our own watch apart from a stream that just stops.
func streamError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errShort
	}
	return err
}

// cleanReason makes a foreign text harmless on a terminal.
func cleanReason(b []byte) string {
	s := fmt.Sprintf("%+q", b)
	return s[1 : len(s)-1]
}

func deliverRows(b []byte, claims *claimRows, to *row.Delivery) error {
	var claim pipeline.Claim
	for len(b) > 0 {
		tag := b[0]
		b = b[1:]
		var err error
		switch tag {
		case rowClaim:
			var ok bool
			if b, ok = claims.next(b, &claim); !ok {
				return errStream
			}
			err = to.Claim(&claim, row.Nowhere)
		case rowDiscard:
			var part [3]string
			if b, err = nextTexts(b, part[:]); err != nil {
				return err
			}
			err = to.Discard(part[2], row.Fault{Code: part[0], Message: part[1]}, row.Nowhere)
		default:
			err = errStream
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func nextTexts(b []byte, parts []string) ([]byte, error) {
	for i := range parts {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > uint64(len(b)-k) {
			return nil, errStream
		}
		parts[i] = string(b[k : k+int(n)])
		b = b[k+int(n):]
	}
	return b, nil
}
