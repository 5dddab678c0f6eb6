package inbox

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"time"

	"incrocio/pipeline"
)

// Quiet tells whether a file that was last written to at changed has been left alone since, for at least the time quiet
// before now. A time further ahead than that is of another clock and says nothing: such a file is quiet, or it would never
// be taken.
func Quiet(changed, now time.Time, quiet time.Duration) bool {
	return now.Sub(changed).Abs() >= quiet
}

// Settle makes [Box.Units] leave out, with a warning, the files that were not [Quiet] at the moment now: somebody may
// still be writing to them. They belong to a later night. It must not be called while the box is used.
func (b *Box) Settle(now time.Time, quiet time.Duration) {
	b.settled = func(info fs.FileInfo) bool { return Quiet(info.ModTime(), now, quiet) }
}

// settle leaves out the files that are not settled.
func (l *listing) settle() {
	if l.box.settled == nil {
		return
	}
	restless := map[pipeline.Flow]int{}
	var units []Unit
	for _, u := range l.units {
		info, err := l.box.root.Lstat(u.path())
		switch {
		case errors.Is(err, fs.ErrNotExist): // it is on its way elsewhere
		case err == nil && info.Mode().IsRegular() && !l.box.settled(info):
			restless[u.Flow]++
		default: // what is wrong with it is for Read to say
			units = append(units, u)
		}
	}
	for _, flow := range slices.Sorted(maps.Keys(restless)) {
		l.warn(path.Join(folder, string(flow)), restless[flow], "scritti da troppo poco tempo, forse incompleti: restano per la prossima notte")
	}
	l.units = units
}
