package inbox

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"incrocio/pipeline"
)

// Folders of the files that were taken in, below the home.
const (
	Originals = "archive/originali"
	Rejected  = "archive/scartati"
)

// Archive moves a file out of the inbox, as it is, to archive/originali/<night>/<flow>/ or, where unread (see
// [Digest]), to archive/scartati/<night>/<flow>/, under the path it had below the folder of its flow. Where that name is
// taken, the first free of "name~2.xml", "name~3.xml" and so on is given. Characters that cannot be shown are
// escaped.
//
// A file that was read and has another in its place by now stays: that one belongs to the next night.
//
// The move is one rename: after a crash the file is in one of the two places. A file that is gone gives fs.ErrNotExist.
func (b *Box) Archive(unit Unit, night pipeline.Date, unread bool) error {
	top := Originals
	if unread {
		top = Rejected
	}
	to := path.Join(top, night.String(), string(unit.Flow), quote(unit.File))
	info, err := b.root.Lstat(unit.path())
	if err == nil && !b.replaced(unit, info) {
		err = b.move(unit.path(), to)
	}
	if err != nil {
		return fmt.Errorf("archive %s: %w", unit.shown(), bare(err))
	}
	return nil
}

// replaced tells whether what lies under the name of a file is not what was read.
func (b *Box) replaced(unit Unit, info fs.FileInfo) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	id, ok := b.read[unit]
	delete(b.read, unit)
	return ok && id != identify(info)
}

// move renames without writing over anything.
func (b *Box) move(from, to string) error {
	if err := b.root.MkdirAll(path.Dir(to), 0o750); err != nil {
		return err
	}
	for n := 1; ; n++ {
		name := Numbered(to, n)
		_, err := b.root.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return b.root.Rename(from, name)
		case err != nil:
			return err
		}
	}
}

// Numbered gives the n-th name under which a file is tried: a number, which the first has not, before its extensions, all of
// which say what the file is, and cut to what a file may be called.
func Numbered(name string, n int) string {
	dir, base := path.Split(name)
	mark := ""
	if n > 1 {
		mark = "~" + strconv.Itoa(n)
	}
	stem, ext := base, ""
	if i := strings.IndexByte(base, '.'); i > 0 {
		stem, ext = base[:i], base[i:]
	}
	ext = ext[max(0, len(ext)-longestName/2):]
	stem = stem[:min(len(stem), longestName-len(mark)-len(ext))]
	return dir + strings.ToValidUTF8(stem+mark+ext, "")
}

// longestName is how many bytes the name of a file may take on the usual file systems of Linux.
const longestName = 255
