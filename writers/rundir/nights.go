package rundir

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
// a valid manifest. Where current is damaged, or names a night of which there is neither folder nor seal, it is the
// newest night, provided that its seal answers for it: one that is damaged may be the last or not, and none before it is
// taken in its stead. A night that current does not name is marked Recovered.
//
// Errors wrap [ErrCurrent] where the last night cannot be told, and [ErrManifest] where the night it names has a damaged
// manifest.
func Current(home string) (Night, bool, error) {
	pointed, err := readPointer(home)
	if err != nil && !errors.Is(err, ErrCurrent) {
		return Night{}, false, err
	}
	nights, lerr := Nights(home)
	if lerr != nil {
		return Night{}, false, lerr
	}
	if err != nil {
		return sealedLast(home, nights, err)
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
	return namedNight(home, nights, pointed)
}

// namedNight gives the night that current names.
func namedNight(home string, nights []Night, pointed pipeline.Date) (Night, bool, error) {
	n := Night{Date: pointed, Dir: Dir(home, pointed)}
	m, err := ReadManifest(n.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fmt.Errorf("%w: %w", ErrCurrent, err)
		if _, serr := os.Stat(n.Dir); errors.Is(serr, fs.ErrNotExist) && !everSealed(home, pointed) {
			return sealedLast(home, nights, err)
		}
		return Night{}, false, err
	case err != nil:
		return Night{}, false, err
	case m.Night != pointed:
		return Night{}, false, fmt.Errorf("%w: its manifest is of %s", ErrCurrent, m.Night)
	}
	return n, true, nil
}

// sealedLast gives the newest night, which current should name and does not, where its seal answers for it; else damage.
func sealedLast(home string, nights []Night, damage error) (Night, bool, error) {
	if len(nights) == 0 {
		return Night{}, false, damage
	}
	n := nights[len(nights)-1]
	if n.Recovered = sealed(home, n); !n.Recovered {
		return Night{}, false, damage
	}
	return n, true, nil
}

// sealed tells whether the manifest of a night is the one that its seal answers for.
func sealed(home string, n Night) bool {
	content, err := os.ReadFile(filepath.Join(n.Dir, ManifestFile))
	if err != nil {
		return false
	}
	m, err := parseManifest(content)
	if err != nil || m.Night != n.Date {
		return false
	}
	seal, err := os.ReadFile(sealPath(home, m.Night, m.Revision))
	return err == nil && bytes.Equal(seal, sealOf(content))
}

// everSealed tells whether any revision of a night has a seal: every night that current ever named has one.
func everSealed(home string, night pipeline.Date) bool {
	entries, err := os.ReadDir(filepath.Join(home, sealsDir))
	if err != nil {
		return true // nobody can tell
	}
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), night.String()+"-r") })
}
