package inbox

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
)

// Take reads data as if it were the file of the unit.
func (b *Box) Take(ctx context.Context, unit Unit, data []byte, sink func(Parsed) error) (Digest, error) {
	return b.take(ctx, unit, bytes.NewReader(data), int64(len(data)), sink)
}

// TarReader reads the entries of a tar.
type TarReader struct{ r tarReader }

// NewTarReader reads a tar as the inbox does.
func NewTarReader(r io.Reader) *TarReader { return &TarReader{tarReader{r: r}} }

// Next goes to the next entry.
func (t *TarReader) Next() (*tar.Header, error) { return t.r.next() }

// Read reads the entry.
func (t *TarReader) Read(p []byte) (int, error) { return t.r.Read(p) }

// Plain tells whether archive/tar was not needed.
func (t *TarReader) Plain() bool { return t.r.rest == nil }

// Near reads an archive ahead.
func Near(r io.ReaderAt, size int64) io.ReaderAt { return &near{r: r, size: size} }

// Careful makes the box take no entry of a container at a glance.
func (b *Box) Careful() { b.careful = true }
