package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"incrocio/fixtures/national"
	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
	"incrocio/writers/archive"
	"incrocio/writers/parquet"
)

// benchSets is the folder where invented sets are made once and kept. An archive is written straight through the writer that
// a night uses, without documents to take in.
type benchSets struct {
	dir    string
	format string // changes whenever the archive or the claims are written otherwise
	tell   func(format string, args ...any)
}

// benchStamp is what a set was made from.
const benchStamp = "stampo.json"

// openSets opens the folder of sets.
func openSets(ctx context.Context, dir string, tell func(string, ...any)) (*benchSets, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	s := &benchSets{dir: dir, tell: tell}
	tiny := national.Default()
	tiny.Claims, tiny.Nights, tiny.PerNight = 50, 2, 200
	try, err := os.MkdirTemp(dir, "prova-")
	if err != nil {
		return nil, err
	}
	err = s.fill(ctx, try, &tiny, func(home string) error {
		return errors.Join(writeNights(ctx, home, &tiny, 0), writeClaims(home, &tiny))
	})
	if err == nil {
		s.format, err = treeSum(try)
	}
	return s, errors.Join(err, os.RemoveAll(try))
}

// fill makes a folder anew.
func (s *benchSets) fill(ctx context.Context, dir string, shape *national.Shape, make func(string) error) error {
	if err := errors.Join(ctx.Err(), shape.Validate(), os.RemoveAll(dir)); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "inbox", string(pipeline.FlowDomande)), 0o750); err != nil {
		return err
	}
	return make(dir)
}

// treeSum is a digest of all names and bytes of a folder.
func treeSum(dir string) (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		_, werr := fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(path[len(dir):]), len(b))
		_, cerr := io.Copy(h, bytes.NewReader(b))
		return errors.Join(err, werr, cerr)
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// stamped makes a folder once: what is there with the same stamp is kept, anything else makes way.
func (s *benchSets) stamped(ctx context.Context, name string, shape *national.Shape, what string, make func(string) error) (string, error) {
	stamp, err := json.Marshal(struct {
		Format string          `json:"formato"`
		Shape  *national.Shape `json:"insieme"`
	}{s.format, shape})
	dir := filepath.Join(s.dir, name)
	if there, rerr := os.ReadFile(filepath.Join(dir, benchStamp)); err == nil && rerr == nil && bytes.Equal(there, stamp) {
		return dir, nil
	}
	s.tell("making %s\n", what)
	tmp := dir + ".tmp"
	if err == nil {
		err = s.fill(ctx, tmp, shape, make)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(tmp, benchStamp), stamp, 0o600)
	}
	if err == nil {
		err = errors.Join(os.RemoveAll(dir), os.Rename(tmp, dir))
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("make %s: %w", what, err), os.RemoveAll(tmp))
	}
	return dir, nil
}

// seedName names what shapes have in common that differ in nights and claims only.
func seedName(s *national.Shape) string {
	c := *s
	c.Claims, c.Nights = 1, 1
	b, _ := json.Marshal(c) // numbers only
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:4])
}

// archive gives a folder with the archive of a shape. One of many nights goes on from the one of half of them, whose files it
// links, so that sets of every size share what they can.
func (s *benchSets) archive(ctx context.Context, shape national.Shape) (string, error) {
	shape.Claims = 1 // an archive knows nothing of claims
	name := fmt.Sprintf("archivio-%s-%04d", seedName(&shape), shape.Nights)
	what := fmt.Sprintf("an archive of %d communications in %d nights", shape.Total(), shape.Nights)
	return s.stamped(ctx, name, &shape, what, func(home string) error {
		if shape.Nights < manyNights {
			return writeNights(ctx, home, &shape, 0)
		}
		half := shape
		half.Nights /= 2
		from, err := s.archive(ctx, half)
		if err == nil {
			err = linkTree(filepath.Join(from, "archive"), filepath.Join(home, "archive"))
		}
		if err != nil {
			return err
		}
		return writeNights(ctx, home, &shape, half.Nights)
	})
}

// manyNights is how many are worth sharing.
const manyNights = 32

// claims gives a folder with the snapshot of claims of a shape.
func (s *benchSets) claims(ctx context.Context, shape national.Shape) (string, error) {
	name := fmt.Sprintf("domande-%s-%04d-%d", seedName(&shape), shape.Nights, shape.Claims)
	return s.stamped(ctx, name, &shape, fmt.Sprintf("%d claims", shape.Claims), func(home string) error { return writeClaims(home, &shape) })
}

// home makes a home with the archive and the claims of a shape, in a folder that is made anew.
func (s *benchSets) home(ctx context.Context, shape national.Shape, dir string) error {
	stored, err := s.archive(ctx, shape)
	if err != nil {
		return err
	}
	claims, err := s.claims(ctx, shape)
	if err != nil {
		return err
	}
	return s.fill(ctx, dir, &shape, func(home string) error {
		return errors.Join(linkTree(filepath.Join(stored, "archive"), filepath.Join(home, "archive")),
			linkTree(filepath.Join(claims, "inbox"), filepath.Join(home, "inbox")))
	})
}

// writeNights writes the nights of an archive from the n-th on; the next one is made while one is written.
func writeNights(ctx context.Context, home string, shape *national.Shape, n int) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	nights := make(chan []*pipeline.Communication)
	go func() {
		defer close(nights)
		for ; n < shape.Nights; n++ {
			rows := shape.Communications(n, make([]pipeline.Communication, 0, shape.PerNight))
			select {
			case nights <- sortCommunications(rows):
			case <-ctx.Done():
				return
			}
		}
	}()
	store := archive.Open(home)
	last := archive.Night{Revision: 1}
	for rows := range nights {
		if err := writeNight(store, rows); err != nil {
			return err
		}
		last.Date = rows[0].Acquired
	}
	for { // until nothing is left to be put together; nights do so one after another, which takes longer and leaves a few more files
		if rows, err := store.Compact(ctx, last); rows == 0 || err != nil {
			return errors.Join(err, ctx.Err())
		}
	}
}

// sortCommunications gives the rows of a night in the order in which the archive takes them.
func sortCommunications(rows []pipeline.Communication) []*pipeline.Communication {
	type place struct {
		key uint64
		row *pipeline.Communication
	}
	places := make([]place, len(rows))
	for i := range rows {
		places[i] = place{rows[i].Worker.Key(), &rows[i]}
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return tables.Communications.Compare(a.row, b.row)
	})
	sorted := make([]*pipeline.Communication, len(rows))
	for i := range places {
		sorted[i] = places[i].row
	}
	return sorted
}

// writeNight takes rows, in order, into the archive as a night that was published does.
func writeNight(store *archive.Store, rows []*pipeline.Communication) error {
	tonight := store.Begin(archive.Night{Date: rows[0].Acquired, Revision: 1}, "")
	w, err := tonight.Staged()
	if err != nil {
		return err
	}
	doubtful, err := tonight.StagedDoubtful()
	if err != nil {
		return err
	}
	for i := range rows {
		if match.PointsByName(rows[i]) {
			err = doubtful.Write(rows[i])
		} else {
			sealed := tables.Sealed(rows[i])
			err = w.Communications.Write(&sealed)
		}
		if err != nil {
			break
		}
	}
	err = errors.Join(err, w.Communications.Close(), w.Submissions.Close(), w.Notices.Close(), w.Questions.Close(), w.Vouchers.Close(), doubtful.Close())
	if err != nil {
		return err
	}
	return errors.Join(tonight.Place(), store.Done())
}

// writeClaims writes the snapshot of claims for the night after the last of the archive.
func writeClaims(home string, shape *national.Shape) (err error) {
	name := "domande-" + shape.Night(shape.Nights).String() + ".parquet"
	f, err := os.Create(filepath.Join(home, "inbox", string(pipeline.FlowDomande), name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := parquet.NewWriter(f, tables.Claims, parquet.Options{})
	if err != nil {
		return err
	}
	batch := make([]pipeline.Claim, 0, batchRows)
	err = shape.EachClaim(func(c *pipeline.Claim) error {
		if batch = append(batch, *c); len(batch) < batchRows {
			return nil
		}
		err := w.Write(batch)
		batch = batch[:0]
		return err
	})
	if err == nil {
		err = w.Write(batch)
	}
	_, cerr := w.Close()
	return errors.Join(err, cerr)
}

// linkTree makes a second tree of the same files. It is for files that are never written to again.
func linkTree(from, to string) error { return copyTree(from, to, func(string) bool { return true }) }

// copyTree makes a second tree of a folder, of which those files are linked that may be, and the others copied; all are
// copied where the two are on different disks.
func copyTree(from, to string, link func(name string) bool) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o750)
		case link(name):
			if err := os.Link(path, target); !errors.Is(err, syscall.EXDEV) {
				return err
			}
		}
		return copyFile(path, target)
	})
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
