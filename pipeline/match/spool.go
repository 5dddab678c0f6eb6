package match

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// Spool keeps bytes in numbered buckets: in memory while they are few, in files of one folder beyond that.
// Bytes of one bucket come back in the order of the calls of Append. It is safe for concurrent use; a bucket is read
// after everything was appended to it.
type Spool struct {
	dir   string
	limit int

	mu      sync.Mutex
	used    int
	buckets []bucket
}

type bucket struct {
	tail [][]byte // as they were appended
	size int      // of tail
	file string   // "" until bytes were moved to disk
}

// reader gives what is in memory.
func (b *bucket) reader() io.Reader {
	parts := make([]io.Reader, len(b.tail))
	for i, data := range b.tail {
		parts[i] = bytes.NewReader(data)
	}
	return io.MultiReader(parts...)
}

// NewSpool gives an empty spool that keeps up to limit bytes in memory. The folder is made when it is first needed;
// whoever gave it removes it.
func NewSpool(dir string, limit int) *Spool { return &Spool{dir: dir, limit: limit} }

// Append adds bytes at the end of a bucket.
func (s *Spool) Append(n int, data []byte) error {
	own := bytes.Clone(data)
	s.mu.Lock()
	defer s.mu.Unlock()
	for n >= len(s.buckets) {
		s.buckets = append(s.buckets, bucket{})
	}
	b := &s.buckets[n]
	b.tail = append(b.tail, own)
	b.size += len(data)
	if s.used += len(data); s.used <= s.limit {
		return nil
	}
	return s.flush(n)
}

// flush moves the tail of a bucket to its file. Of all at once there would be long writes, for which whoever appends, and whoever
// reads for them, would have to wait.
func (s *Spool) flush(n int) error {
	if err := os.MkdirAll(s.dir, 0o750); err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	b := &s.buckets[n]
	if b.file == "" {
		b.file = filepath.Join(s.dir, fmt.Sprintf("%06d", n))
	}
	if err := appendFile(b.file, b.tail); err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	s.used -= b.size
	b.tail, b.size = nil, 0
	return nil
}

func appendFile(name string, parts [][]byte) (err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, data := range parts {
		if _, err = f.Write(data); err != nil {
			return err
		}
	}
	return nil
}

// Open gives the bytes of a bucket from its start; a bucket that was never written is empty.
func (s *Spool) Open(n int) (*Reading, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n >= len(s.buckets) {
		return newReading(&bucket{}, nil, 0), nil
	}
	b := &s.buckets[n]
	if b.file == "" {
		return newReading(b, nil, 0), nil
	}
	f, err := os.Open(b.file)
	if err != nil {
		return nil, fmt.Errorf("spill: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("spill: %w", err), f.Close())
	}
	return newReading(b, f, int(info.Size())), nil
}

// Reading reads a bucket. It is buffered, and must be closed.
type Reading struct {
	*bufio.Reader
	file *os.File // nil where all is in memory
	size int
}

// readSize is how many bytes of a bucket are read at once.
const readSize = 64 << 10

func newReading(b *bucket, f *os.File, onDisk int) *Reading {
	r := &Reading{file: f, size: onDisk + b.size}
	in := b.reader()
	if f != nil {
		in = io.MultiReader(f, in)
	}
	r.Reader = bufio.NewReaderSize(in, min(readSize, r.size))
	return r
}

// Len gives how many bytes the bucket holds in all.
func (r *Reading) Len() int { return r.size }

// Close ends the reading.
func (r *Reading) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// Drop frees a bucket that will not be read again.
func (s *Spool) Drop(n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n >= len(s.buckets) {
		return nil
	}
	b := s.buckets[n]
	s.used -= b.size
	s.buckets[n] = bucket{}
	if b.file == "" {
		return nil
	}
	return os.Remove(b.file)
}
