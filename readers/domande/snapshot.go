package domande

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
	"incrocio/readers/inbox"
)

// Snapshot is the state of all claims at one moment. It is not safe for concurrent use.
type Snapshot interface {
	// Name is the file below the folder of claims, or "postgresql/domande".
	Name() string
	// Digest gives the SHA-256 in hexadecimal and the number of bytes: of the file, or, for PostgreSQL, of the rows in
	// order as they were understood. It is known once Each has ended well; before, it is "" and 0.
	Digest() (sha256 string, bytes int64)
	// Each hands every claim to fn and every row that cannot be used to bad, in the order of the source; after them, rows whose
	// number had come before to bad, and to void the claims that fn was given and that count no longer, since another row of
	// their number says something else. A claim is overwritten by the next; its value may be kept. The texts of some twenty claims lie
	// in one allocation of four kilobytes, temporary tax codes apart: who keeps one text of very many claims had better clone it. It
	// stops at the first error of fn, bad or void and gives it.
	// After any error what was handed over is not a whole snapshot. It may be called again.
	Each(ctx context.Context, fn func(*pipeline.Claim) error, bad func(pipeline.Discard) error, void func(*pipeline.Claim) error) error
}

// Errors of a snapshot.
var (
	// ErrNoSnapshot: no file is dated on or before the night, or PostgreSQL has no table of claims.
	ErrNoSnapshot = errors.New("no snapshot of claims")
	// ErrTwoSnapshots: two files have the date that would be in force.
	ErrTwoSnapshots = errors.New("two snapshots of claims with one date")
	// ErrColumns: a column is missing, repeated or of a type that is not read.
	ErrColumns = row.ErrColumns
	// ErrChanged: the file is not the one that was chosen.
	ErrChanged = errors.New("the snapshot changed while it was used")
)

// InForce finds the snapshot in force on a night in the folder dir: the newest domande-YYYY-MM-DD.csv or .parquet whose
// date is not after the night, in dir itself or in a folder YYYY-MM-DD that is not after the night either. Other names
// are left alone, such as those ending in .part and .tmp, which are still being written. It returns [ErrNoSnapshot] and
// [ErrTwoSnapshots].
func InForce(dir string, night pipeline.Date) (Snapshot, error) {
	found, err := candidates(dir, night)
	if err != nil {
		return nil, fmt.Errorf("find claims: %w", err)
	}
	var best []candidate
	for _, c := range found {
		switch {
		case len(best) == 0 || c.date > best[0].date:
			best = []candidate{c}
		case c.date == best[0].date:
			best = append(best, c)
		}
	}
	switch len(best) {
	case 0:
		return nil, fmt.Errorf("find claims for %s in %s: %w", night, dir, ErrNoSnapshot)
	case 1:
		return open(dir, best[0].name)
	}
	return nil, fmt.Errorf("find claims for %s in %s: %w: %s, %s", night, dir, ErrTwoSnapshots, best[0].name, best[1].name)
}

// candidate is a file dated in its name; name is below the folder of claims, with slashes.
type candidate struct {
	name string
	date pipeline.Date
}

func candidates(dir string, night pipeline.Date) ([]candidate, error) {
	top, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found := appendCandidates(nil, "", top, night)
	for _, e := range top {
		if d, err := pipeline.ParseDate(e.Name()); err != nil || d > night || !e.IsDir() {
			continue
		}
		inside, err := os.ReadDir(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		found = appendCandidates(found, e.Name(), inside, night)
	}
	return found, nil
}

// Strays lists, below the folder dir, what lies where snapshots up to the night are looked for and is never taken for one: files of
// another name, links whatever their name, and folders whose name is no date. What senders may leave lying untold is not among
// them ([inbox.LeftAlone]).
func Strays(dir string, night pipeline.Date) ([]string, error) {
	top, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	strays := []string(nil)
	for _, e := range top {
		d, notDate := pipeline.ParseDate(e.Name())
		switch {
		case !e.IsDir() || notDate != nil:
			strays = appendStray(strays, "", e)
		case d <= night:
			inside, rerr := os.ReadDir(filepath.Join(dir, e.Name()))
			err = errors.Join(err, rerr)
			for _, i := range inside {
				strays = appendStray(strays, e.Name(), i)
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("find claims: %w", err)
	}
	return strays, nil
}

func appendStray(strays []string, folder string, e fs.DirEntry) []string {
	_, dated := nameDate(e.Name())
	left, told := inbox.LeftAlone(e)
	if dated && e.Type().IsRegular() || left && !told {
		return strays
	}
	return append(strays, path.Join(folder, e.Name()))
}

func appendCandidates(found []candidate, folder string, entries []fs.DirEntry, night pipeline.Date) []candidate {
	for _, e := range entries {
		if d, ok := nameDate(e.Name()); ok && d <= night && e.Type().IsRegular() {
			found = append(found, candidate{path.Join(folder, e.Name()), d})
		}
	}
	return found
}

func nameDate(name string) (pipeline.Date, bool) {
	s, ok := strings.CutPrefix(name, "domande-")
	if !ok {
		return 0, false
	}
	s, csv := strings.CutSuffix(s, extCSV)
	if !csv {
		if s, ok = strings.CutSuffix(s, extParquet); !ok {
			return 0, false
		}
	}
	d, err := pipeline.ParseDate(s)
	return d, err == nil
}

const (
	extCSV     = ".csv"
	extParquet = ".parquet"
)

func open(dir, name string) (Snapshot, error) {
	f, err := choose(dir, name)
	if err != nil {
		return nil, fmt.Errorf("read claims %s: %w", name, err)
	}
	if strings.HasSuffix(name, extCSV) {
		return &csvSnapshot{f}, nil
	}
	return &parquetSnapshot{datedFile: f, child: defaultChild()}, nil
}

// datedFile is a file that was chosen.
type datedFile struct {
	dir, name string
	info      fs.FileInfo
	sum       string // "" until it was read
}

func choose(dir, name string) (datedFile, error) {
	f := datedFile{dir: dir, name: name}
	r, err := f.openRegular()
	if err != nil {
		return f, err
	}
	f.info, err = r.Stat()
	return f, errors.Join(err, r.Close())
}

// openRegular opens the file without leaving the folder, whatever links were put in its place.
func (f *datedFile) openRegular() (*os.File, error) {
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	r, err := root.Open(filepath.FromSlash(f.name))
	if err != nil {
		return nil, err
	}
	if info, err := r.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(errors.New("not a plain file"), err, r.Close())
	}
	return r, nil
}

// unchanged returns [ErrChanged] where r is no longer the file that was chosen.
func (f *datedFile) unchanged(r *os.File) error {
	now, err := r.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(now, f.info) || now.Size() != f.info.Size() || !now.ModTime().Equal(f.info.ModTime()) {
		return ErrChanged
	}
	return nil
}

// Name is the file below the folder of claims.
func (f *datedFile) Name() string { return f.name }

// Digest is of the file's bytes.
func (f *datedFile) Digest() (sum string, bytes int64) {
	if f.sum == "" {
		return "", 0
	}
	return f.sum, f.info.Size()
}

// each opens the file again, reads it, digests it meanwhile, and makes sure that it is still the one that was chosen.
func (f *datedFile) each(ctx context.Context, read func(*os.File) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("read claims %s: %w", f.name, err)
		}
	}()
	r, err := f.openRegular()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if err := f.unchanged(r); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	digested := make(chan error, 1)
	go func() { digested <- f.digest(ctx) }()
	if err = read(r); err != nil {
		stop()
	}
	if derr := <-digested; err == nil {
		err = derr
	}
	stop()
	if err == nil {
		err = f.unchanged(r)
	}
	return err
}

// digest digests the file.
func (f *datedFile) digest(ctx context.Context) (err error) {
	r, err := f.openRegular()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if err := f.unchanged(r); err != nil {
		return err
	}
	h, block := sha256.New(), make([]byte, 256<<10)
	for ctx.Err() == nil {
		n, err := r.Read(block)
		_, _ = h.Write(block[:n])
		if errors.Is(err, io.EOF) {
			f.sum = hex.EncodeToString(h.Sum(nil))
			return nil
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
