package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/readers/aspicom"
	"incrocio/readers/domestico"
	"incrocio/readers/inbox"
	"incrocio/readers/segnalazioni"
	"incrocio/readers/unilav"
	"incrocio/readers/voucher"
	"incrocio/writers/archive"
)

// parsers are the flows that are read. The files of any other flow stay where they are.
var parsers = map[pipeline.Flow]inbox.Parser{
	pipeline.FlowUnilav:       unilav.Parse,
	pipeline.FlowAspicom:      aspicom.Parse,
	pipeline.FlowDomestico:    domestico.Parse,
	pipeline.FlowVoucher:      voucher.Parse,
	pipeline.FlowSegnalazioni: segnalazioni.Parse,
}

// box is the inbox of a home as a night sees it, with what operators decided. It remembers which files could not be read at
// all.
type box struct {
	*inbox.Box
	home     string
	date     pipeline.Date
	loose    bool // files outside dated folders belong to this night: it is the last of the call
	warnings []string
	life     *life

	mu    sync.Mutex
	taken map[inbox.Unit]archive.Taken
}

var _ night.Inbox = (*box)(nil)

// Files lists the files that belong to the night.
func (b *box) Files() ([]night.File, error) {
	units, warnings, err := b.Units(b.date, b.loose)
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		text := w.Path + ": " + w.Message
		if w.Files > 0 {
			text = fmt.Sprintf("%s: %d file, %s", w.Path, w.Files, w.Message)
		}
		b.warnings = append(b.warnings, text)
	}
	decided, err := decisionsOf(b.home).names()
	if err != nil {
		return nil, err
	}
	files := make([]night.File, 0, len(units)+len(decided))
	for _, u := range units {
		files = append(files, night.File{Flow: u.Flow, Name: u.File})
	}
	for _, name := range decided {
		files = append(files, night.File{Flow: pipeline.FlowOperators, Name: name})
	}
	slices.SortStableFunc(files, func(x, y night.File) int { return cmp.Compare(x.Flow, y.Flow) })
	return files, nil
}

// Read hands over the documents of a file.
func (b *box) Read(ctx context.Context, f night.File, sink func(night.Document) error) (night.Digest, error) {
	u := unitOf(f)
	d, err := b.take(ctx, u, func(p inbox.Parsed) error {
		b.life.beat()
		return sink(night.Document{
			Communications: p.Communications, Submission: p.Submission, Notice: p.Notice, Question: p.Question, Voucher: p.Voucher,
			Discards: p.Discards, Unverified: p.Unverified,
		})
	})
	if errors.Is(err, inbox.ErrChanged) || errors.Is(err, fs.ErrNotExist) {
		err = &codeError{exitTemporary, err, "a file of the inbox was written to or taken away: try again when it is whole"}
	}
	if err != nil {
		return night.Digest{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.taken[u] = archive.Taken{Flow: f.Flow, File: f.Name, SHA256: d.SHA256, Unread: d.Unread}
	return night.Digest{SHA256: d.SHA256, Bytes: d.Bytes}, nil
}

// take takes a file apart.
func (b *box) take(ctx context.Context, u inbox.Unit, sink func(inbox.Parsed) error) (inbox.Digest, error) {
	if u.Flow == pipeline.FlowOperators {
		d, err := decisionsOf(b.home).read(u.File, sink)
		return inbox.Digest{SHA256: d.SHA256, Bytes: d.Bytes}, err
	}
	return b.Box.Read(ctx, u, sink)
}

func unitOf(f night.File) inbox.Unit { return inbox.Unit{Flow: f.Flow, File: f.Name} }

// putAway moves the files of a night out of the inbox.
func (b *box) putAway(files []archive.Taken, date pipeline.Date) error {
	var errs []error
	for _, f := range files {
		var err error
		if f.Flow == pipeline.FlowOperators {
			err = decisionsOf(b.home).putAway(b.home, f.File, date)
		} else {
			err = b.Archive(inbox.Unit{Flow: f.Flow, File: f.File}, date, f.Unread)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// finish puts away what a night that was published left in the inbox when it was cut short. A file that has come since
// under the same name is another one, and stays.
func (b *box) finish(ctx context.Context, taken []archive.Taken, date pipeline.Date) error {
	var same []archive.Taken
	for _, f := range taken {
		sum, err := b.sum(ctx, inbox.Unit{Flow: f.Flow, File: f.File})
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case sum == f.SHA256:
			same = append(same, f)
		}
	}
	return b.putAway(same, date)
}

// sum gives the SHA-256 of a file of the inbox.
func (b *box) sum(ctx context.Context, u inbox.Unit) (string, error) {
	d, err := b.take(ctx, u, func(inbox.Parsed) error { return nil })
	return d.SHA256, err
}

// move is a file that was moved.
type move struct{ from, to string }

// bringBack moves the originals of a night back to where they came from, to be read again, each under a name that is free.
// What was moved is told even when something fails.
func bringBack(home string, date pipeline.Date) (moves []move, err error) {
	for _, folder := range [...]string{inbox.Originals, inbox.Rejected} {
		top := filepath.Join(home, filepath.FromSlash(folder), date.String())
		err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name, err := filepath.Rel(top, path)
			if err != nil {
				return err
			}
			to, err := moveFree(path, cameFrom(home, name))
			if err == nil {
				moves = append(moves, move{path, to})
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return moves, fmt.Errorf("bring originals of %s back: %w", date, err)
		}
	}
	return moves, nil
}

// cameFrom is where an original was: in the inbox, or with what operators decided.
func cameFrom(home, name string) string {
	flow, file, _ := strings.Cut(filepath.ToSlash(name), "/")
	if flow == string(pipeline.FlowOperators) {
		return decisionsOf(home).path(filepath.FromSlash(file))
	}
	return filepath.Join(home, "inbox", name)
}

// takeBack undoes moves.
func takeBack(moves []move) error {
	var errs []error
	for _, m := range moves {
		errs = append(errs, os.Rename(m.to, m.from))
	}
	return errors.Join(errs...)
}

// moveFree moves a file to the first name that is free, as [inbox.Numbered] gives them.
func moveFree(from, name string) (to string, err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		to = inbox.Numbered(name, n)
		_, err := os.Lstat(to)
		if errors.Is(err, fs.ErrNotExist) {
			return to, os.Rename(from, to)
		}
		if err != nil {
			return "", err
		}
	}
}
