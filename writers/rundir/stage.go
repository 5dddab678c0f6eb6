package rundir

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"incrocio/pipeline"
)

// Errors of publishing.
var (
	// ErrPublished is returned for a night whose folder is there already; a published path is never used again.
	ErrPublished = errors.New("the night is already published")
	// ErrUnfinished is returned by Publish while a file of the stage is open or was closed with an error.
	ErrUnfinished = errors.New("a file of the night is not finished")
	// ErrInPlace is wrapped where publishing failed so late, and undoing it failed too, that the night is in its
	// place all the same: [Current] will find it.
	ErrInPlace = errors.New("the night is in place though publishing it ended with an error")
	// ErrDone is returned by a Stage that was published or aborted.
	ErrDone = errors.New("the stage is over")
)

// writeBuffer gathers small writes to a file.
const writeBuffer = 128 << 10

// Stage is a night being written, out of sight of readers. Files may be created and written by several goroutines.
// Who begins a Stage holds the [Lock] of the home.
type Stage struct {
	disk  disk
	home  string
	night pipeline.Date
	dir   string

	mu      sync.Mutex
	folders []string // below dir, in the order they were made
	files   []FileEntry
	pending int // files created and not closed without error
	over    bool
	undo    []func() error // the steps that showed the night, first step first
}

// Begin makes the staging folder of a night, after removing what an earlier crash left in any. It returns
// [ErrPublished] for a night that is there, and [fs.ErrNotExist] where there is no home. A pointer that does not
// name the last night, or is damaged (see [Current]), is replaced now.
func Begin(home string, night pipeline.Date) (*Stage, error) { return begin(realDisk{}, home, night) }

func begin(d disk, home string, night pipeline.Date) (*Stage, error) {
	s := &Stage{disk: d, home: home, night: night, dir: filepath.Join(home, stagingDir, stagePrefix+night.String())}
	if night <= 0 {
		return nil, errors.New("begin night: no date")
	}
	if err := s.prepare(); err != nil {
		return nil, fmt.Errorf("begin night %s: %w", night, err)
	}
	return s, nil
}

func (s *Stage) prepare() error {
	if err := s.notPublished(); err != nil {
		return err
	}
	for _, name := range []string{runsDir, stagingDir, sealsDir} {
		if err := ensureDir(s.disk, filepath.Join(s.home, name)); err != nil {
			return err
		}
	}
	if err := s.removeLeftovers(); err != nil {
		return err
	}
	if err := mendPointer(s.disk, s.home); err != nil {
		return err
	}
	return s.disk.Mkdir(s.dir)
}

func (s *Stage) notPublished() error {
	_, err := os.Lstat(Dir(s.home, s.night))
	switch {
	case err == nil:
		return ErrPublished
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

// removeLeftovers removes staging folders, and nothing whose name is not one that this package gives.
func (s *Stage) removeLeftovers() error {
	entries, err := os.ReadDir(filepath.Join(s.home, stagingDir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, ok := parseDated(e.Name(), stagePrefix); !ok || !e.IsDir() {
			continue
		}
		if err := s.disk.RemoveAll(filepath.Join(s.home, stagingDir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// File is a file of a stage. It counts and digests what is written; an error is final. It is not safe for concurrent
// use.
type File struct {
	stage  *Stage
	entry  FileEntry
	path   string
	handle handle
	buf    *bufio.Writer
	sum    hash.Hash
	closed bool
}

var _ io.WriteCloser = (*File)(nil)

// Create begins a file: "azioni.parquet", or "sedi/0700/sede-azioni.parquet" for one of an office. It returns [ErrName] or [ErrOffice]
// for other names, and [fs.ErrExist] for a name that was used.
func (s *Stage) Create(name string) (*File, error) {
	if err := checkName(name); err != nil {
		return nil, fmt.Errorf("create: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return nil, fmt.Errorf("create %s: %w", name, ErrDone)
	}
	if err := s.makeFolders(path.Dir(name)); err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	where := filepath.Join(s.dir, filepath.FromSlash(name))
	h, err := s.disk.Create(where)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	s.pending++
	f := &File{stage: s, entry: FileEntry{Name: name}, path: where, handle: h, sum: sha256.New()}
	f.buf = bufio.NewWriterSize(h, writeBuffer)
	return f, nil
}

// makeFolders makes a folder of the stage, its parents first.
func (s *Stage) makeFolders(folder string) error {
	if folder == "." || slices.Contains(s.folders, folder) {
		return nil
	}
	if err := s.makeFolders(path.Dir(folder)); err != nil {
		return err
	}
	if err := s.disk.Mkdir(filepath.Join(s.dir, filepath.FromSlash(folder))); err != nil {
		return err
	}
	s.folders = append(s.folders, folder)
	return nil
}

// Path is where the file lies until it is published, for who reads it back after Close.
func (f *File) Path() string { return f.path }

// SetRows notes the rows of the file for the manifest; call it before Close.
func (f *File) SetRows(n int64) { f.entry.Rows = n }

// Write adds bytes.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.buf.Write(p)
	f.sum.Write(p[:n])
	f.entry.Bytes += int64(n)
	if err != nil {
		return n, fmt.Errorf("write %s: %w", f.entry.Name, err)
	}
	return n, nil
}

// Close makes the content durable and notes the file for the manifest. After an error of Write or of Close the night
// cannot be published. A second Close does nothing.
func (f *File) Close() error {
	if f.closed {
		return nil
	}
	f.closed = true
	err := f.buf.Flush()
	if err == nil {
		err = f.handle.Sync()
	}
	if err = errors.Join(err, f.handle.Close()); err != nil {
		return fmt.Errorf("close %s: %w", f.entry.Name, err)
	}
	f.entry.SHA256 = hex.EncodeToString(f.sum.Sum(nil))
	f.stage.mu.Lock()
	defer f.stage.mu.Unlock()
	f.stage.pending--
	f.stage.files = append(f.stage.files, f.entry)
	return nil
}

// Abort removes the stage. After Publish it does nothing, so it may be deferred.
func (s *Stage) Abort() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return nil
	}
	s.over = true
	if err := s.disk.RemoveAll(s.dir); err != nil {
		return fmt.Errorf("abort night %s: %w", s.night, err)
	}
	return nil
}

// deepestFirst gives the folders of the stage so that each comes before its parent, the stage itself last.
func (s *Stage) deepestFirst() []string {
	folders := slices.Clone(s.folders)
	slices.SortFunc(folders, func(a, b string) int { return strings.Compare(b, a) })
	paths := make([]string, 0, len(folders)+1)
	for _, f := range folders {
		paths = append(paths, filepath.Join(s.dir, filepath.FromSlash(f)))
	}
	return append(paths, s.dir)
}
