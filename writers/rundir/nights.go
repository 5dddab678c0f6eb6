package rundir

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"incrocio/pipeline"
)

// ErrCurrent is wrapped where the pointer to the last night is damaged, or names a night that is not there.
var ErrCurrent = errors.New("current does not name a published night")

// Night is a published night of a home.
type Night struct {
	Date pipeline.Date
	Dir  string // its folder
	// Recovered: the folder is in place but current does not name it yet, as a crash between the two leaves it.
	Recovered bool
}

// Nights gives the published nights of a home, oldest first; none where no night was ever published. It does not
// look into them. It returns [fs.ErrNotExist] where there is no home.
func Nights(home string) ([]Night, error) {
	entries, err := os.ReadDir(filepath.Join(home, runsDir))
	if errors.Is(err, fs.ErrNotExist) {
		_, err = os.Stat(home)
	}
	if err != nil {
		return nil, fmt.Errorf("list nights: %w", err)
	}
	var nights []Night
	for _, e := range entries {
		if d, ok := parseDated(e.Name(), nightPrefix); ok && e.IsDir() {
			nights = append(nights, Night{Date: d, Dir: Dir(home, d)})
		}
	}
	slices.SortFunc(nights, func(a, b Night) int { return cmp.Compare(a.Date, b.Date) })
	return nights, nil
}

// Current gives the last published night, and false where there is none. That is the night which current names or,
// after a crash that came between moving a night into place and replacing current, the newest one after it that has
// a valid manifest; such a night is marked Recovered.
//
// Errors wrap [ErrCurrent] for a damaged pointer, and [ErrManifest] where the night it names has a damaged manifest.
func Current(home string) (Night, bool, error) {
	pointed, err := readPointer(home)
	if err != nil {
		return Night{}, false, err
	}
	nights, err := Nights(home)
	if err != nil {
		return Night{}, false, err
	}
	for i := len(nights) - 1; i >= 0 && nights[i].Date > pointed; i-- {
		if m, err := ReadManifest(nights[i].Dir); err == nil && m.Night == nights[i].Date {
			nights[i].Recovered = true
			return nights[i], true, nil
		}
	}
	if pointed == 0 {
		return Night{}, false, nil
	}
	n := Night{Date: pointed, Dir: Dir(home, pointed)}
	m, err := ReadManifest(n.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Night{}, false, fmt.Errorf("%w: %w", ErrCurrent, err)
	case err != nil:
		return Night{}, false, err
	case m.Night != pointed:
		return Night{}, false, fmt.Errorf("%w: its manifest is of %s", ErrCurrent, m.Night)
	}
	return n, true, nil
}
