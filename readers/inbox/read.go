package inbox

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"unicode/utf8"

	"incrocio/pipeline"
)

// ErrChanged is returned by [Box.Read] for a file that was written to while it was read. The night has to be repeated.
var ErrChanged = errors.New("file changed while it was read")

// Digest says what a file was.
type Digest struct {
	SHA256    string // of the whole file, in hexadecimal; "" where it could not be opened
	Bytes     int64
	Documents int64 // how often the sink was called: documents, and discards that stand for one
	// Unread tells that of what is in the file no document reached the parser: it belongs with the files that could not be read.
	Unread bool
}

// Read takes a file apart, parses its documents on several cores and gives what comes of each to sink, in the order of
// the file and from one goroutine, which need not be the caller's. What sink is given belongs to it. Every document, and
// every entry or container that could not be read, makes one call. The same file gives the same calls whatever the
// number of cores.
//
// Errors: that of ctx, that of sink, [ErrChanged], fs.ErrNotExist for a file that is gone, and what the system says
// of a disk or memory that fails. After an error some documents may have been given to sink.
func (b *Box) Read(ctx context.Context, unit Unit, sink func(Parsed) error) (Digest, error) {
	if b.parsers[unit.Flow] == nil {
		return Digest{}, fmt.Errorf("read inbox: no parser for flow %q", unit.Flow)
	}
	d, err := b.readUnit(ctx, unit, sink)
	if err != nil {
		return Digest{}, fmt.Errorf("read inbox %s: %w", unit.shown(), err)
	}
	return d, nil
}

func (b *Box) readUnit(ctx context.Context, unit Unit, sink func(Parsed) error) (Digest, error) {
	bad := badName(unit.File, b.limits.Name)
	if bad == "" && !utf8.ValidString(unit.File) { // no manifest could name it
		bad = "nome del file non in UTF-8: va rinominato e rimesso nella inbox"
	}
	if bad != "" {
		return b.unread(unit, pipeline.DiscardEntryName, bad, sink)
	}
	f, before, err := b.open(unit)
	var r *refusal
	switch {
	case errors.As(err, &r):
		return b.unread(unit, r.code, r.message, sink)
	case err != nil:
		return Digest{}, err
	}
	defer func() { _ = f.Close() }() // it was only read
	d, err := b.take(ctx, unit, f, before.Size(), sink)
	if err != nil {
		return Digest{}, err
	}
	after, err := f.Stat()
	if err != nil {
		return Digest{}, bare(err)
	}
	if after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return Digest{}, ErrChanged
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read[unit] = identify(before)
	return d, nil
}

// identity tells a file from another that takes its name.
type identity struct {
	device, inode uint64
	size, changed int64
}

func identify(info fs.FileInfo) identity {
	id := identity{size: info.Size(), changed: info.ModTime().UnixNano()}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		id.device, id.inode = s.Dev, s.Ino
	}
	return id
}

// take takes apart what r holds.
func (b *Box) take(ctx context.Context, unit Unit, r io.ReaderAt, size int64, sink func(Parsed) error) (Digest, error) {
	flight := newFlight(ctx, b.parsers[unit.Flow], b.limits.Workers, sink)
	in := newInput(flight.ctx, r, size)
	t := &taker{in: in, limits: b.limits, flow: unit.Flow, out: flight, careful: b.careful, columns: b.columns[unit.Flow], tools: b.tools.Get().(*tools)}
	defer b.tools.Put(t.tools)
	err := t.all(place{file: source(unit.File), name: unit.File})
	if err := flight.land(err); err != nil {
		return Digest{}, err
	}
	return Digest{
		SHA256: hex.EncodeToString(in.hash.Sum(nil)), Bytes: size, Documents: t.documents, Unread: flight.handed.Load() == 0 && t.documents > 0,
	}, nil
}

// unread gives the one discard of a file that is not opened.
func (b *Box) unread(unit Unit, code, message string, sink func(Parsed) error) (Digest, error) {
	at := pipeline.Source{Flow: unit.Flow, File: source(unit.File)}
	d := pipeline.Discard{Source: at, Code: code, Message: message}
	return Digest{Documents: 1, Unread: true}, sink(Parsed{Discards: []pipeline.Discard{d}})
}

// refusal is why a file is not opened.
type refusal struct{ code, message string }

func (r *refusal) Error() string { return r.code + ": " + r.message }

// open opens a regular file, without waiting and without following a link: what is opened is what stands under the
// name, even if it is exchanged meanwhile.
func (b *Box) open(unit Unit) (*os.File, fs.FileInfo, error) {
	name := unit.path()
	named, err := b.root.Lstat(name)
	if err != nil {
		return nil, nil, unreadable(err)
	}
	if !named.Mode().IsRegular() {
		return nil, nil, irregular()
	}
	f, err := b.root.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, unreadable(err)
	}
	opened, err := f.Stat()
	if err == nil && (!opened.Mode().IsRegular() || !os.SameFile(named, opened)) {
		err = irregular()
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, opened, nil
}

func irregular() error {
	return &refusal{pipeline.DiscardEntryName, "non è un file ordinario"}
}

// unreadable makes a refusal of what will not pass by itself: a file without permission, or a name that leaves the
// home. Everything else is for the night to fail on.
func unreadable(err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENXIO) {
		return &refusal{pipeline.DiscardUnreadable, "il file non si può aprire"}
	}
	return bare(err)
}
