package rundir

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"incrocio/writers/digest"
)

// DamageKind tells what is wrong with a file.
type DamageKind string

// The kinds of damage, as they are shown to people.
const (
	DamageMissing    DamageKind = "MANCANTE"
	DamageAltered    DamageKind = "ALTERATO"
	DamageExtra      DamageKind = "IN_PIU"
	DamageUnreadable DamageKind = "ILLEGGIBILE"
	DamageUnsealed   DamageKind = "SENZA_SIGILLO" // a manifest whose seal is not there: nothing answers for it
)

// Damage is one damaged file of a published night.
type Damage struct {
	File   string     `json:"file"` // its path in the folder, with slashes
	Kind   DamageKind `json:"danno"`
	Detail string     `json:"dettaglio"` // in Italian
}

// RowCounter counts the rows of a Parquet file without the code that wrote it.
type RowCounter func(path string) (int64, error)

// Verify reads a published night again, byte by byte, against its manifest and the manifest against its seal, and
// gives every damaged file, by name; none where all is well. Parquet files are opened, to count their rows, only after
// their SHA-256 was found right. The error tells that the folder itself could not be looked into.
//
// Where the manifest cannot be read, no other file can be judged and the manifest is the only one that is listed.
func Verify(dir string, rows RowCounter) ([]Damage, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	found, err := list(dir)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	v := verifier{dir: dir, rows: rows}
	if m, ok := v.manifest(found); ok {
		v.compare(m, found)
	}
	slices.SortFunc(v.damage, func(a, b Damage) int {
		return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(string(a.Kind), string(b.Kind)))
	})
	return v.damage, nil
}

// VerifyCurrent looks at current: what is wrong with it, if anything, and whether [Mend] puts it right.
func VerifyCurrent(home string) (damage []Damage, mends bool, err error) {
	report := func(kind DamageKind, format string, args ...any) {
		damage = []Damage{{currentFile, kind, fmt.Sprintf(format, args...)}}
	}
	pointed, perr := readPointer(home)
	n, ok, err := Current(home)
	switch {
	case perr != nil && !errors.Is(perr, ErrCurrent):
		report(DamageUnreadable, "%v", perr)
		return damage, false, nil
	case perr != nil:
		report(DamageAltered, "non è scritto come da questo programma")
	case n.Recovered && pointed == 0:
		report(DamageMissing, "il file non c'è")
	case n.Recovered:
		report(DamageAltered, "nomina la notte %s, l'ultima pubblicata è %s", pointed, n.Date)
	case errors.Is(err, ErrCurrent):
		report(DamageAltered, "nomina la notte %s, che non c'è", pointed)
	case err != nil && !errors.Is(err, ErrManifest): // the night tells of its manifest
		return nil, false, err
	}
	return damage, ok && n.Recovered, nil
}

// list gives everything below a folder by its path with slashes.
func list(dir string) (map[string]fs.DirEntry, error) {
	found := map[string]fs.DirEntry{}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		found[filepath.ToSlash(rel)] = e
		return nil
	})
	return found, err
}

type verifier struct {
	dir    string
	rows   RowCounter
	damage []Damage
}

func (v *verifier) report(file string, kind DamageKind, format string, args ...any) {
	v.damage = append(v.damage, Damage{file, kind, fmt.Sprintf(format, args...)})
}

// manifest reads the manifest and holds it against its seal; false where there is none to go by.
func (v *verifier) manifest(found map[string]fs.DirEntry) (Manifest, bool) {
	e, ok := found[ManifestFile]
	if !ok {
		v.report(ManifestFile, DamageMissing, "il manifesto non c'è")
		return Manifest{}, false
	}
	if !e.Type().IsRegular() {
		v.report(ManifestFile, DamageAltered, "il manifesto non è un file")
		return Manifest{}, false
	}
	b, err := os.ReadFile(filepath.Join(v.dir, ManifestFile))
	if err != nil {
		v.report(ManifestFile, DamageUnreadable, "%v", err)
		return Manifest{}, false
	}
	m, err := parseManifest(b)
	if err != nil {
		v.report(ManifestFile, DamageAltered, "il manifesto non è come è stato scritto")
		return Manifest{}, false
	}
	v.seal(&m, b)
	return m, true
}

var aside = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}-r\d{1,6}$`)

// Replaced tells whether a name is that of the folder of a night that was repeated: its date and its revision.
func Replaced(name string) bool { return aside.MatchString(name) }

// seal holds the manifest against its seal, and its night against the name of the folder.
func (v *verifier) seal(m *Manifest, content []byte) {
	folder := filepath.Base(v.dir)
	if night, ok := parseDated(folder, nightPrefix); ok && night != m.Night {
		v.report(ManifestFile, DamageAltered, "il manifesto è di un'altra notte, %s", m.Night)
		return
	}
	if Replaced(folder) && folder != fmt.Sprintf("%s-r%d", m.Night, m.Revision) {
		v.report(ManifestFile, DamageAltered, "il manifesto è di un'altra notte, %s, revisione %d", m.Night, m.Revision)
		return
	}
	home := filepath.Dir(filepath.Dir(v.dir))
	seal, err := os.ReadFile(sealPath(home, m.Night, m.Revision))
	switch want := sealOf(content); {
	case errors.Is(err, fs.ErrNotExist):
		v.report(ManifestFile, DamageUnsealed, "il sigillo della revisione %d del %s non c'è", m.Revision, m.Night)
	case err != nil:
		v.report(ManifestFile, DamageUnreadable, "sigillo: %v", err)
	case !bytes.Equal(seal, want):
		v.report(ManifestFile, DamageAltered, "il manifesto non corrisponde al suo sigillo")
	}
}

// compare holds what is there against the manifest.
func (v *verifier) compare(m Manifest, found map[string]fs.DirEntry) {
	expected := map[string]bool{ManifestFile: true}
	for _, f := range m.Files {
		for folder := f.Name; folder != "."; folder = path.Dir(folder) {
			expected[folder] = true
		}
		v.file(f, found[f.Name])
	}
	for name, e := range found {
		switch {
		case !expected[name]:
			v.report(name, DamageExtra, "non è nel manifesto")
		case !e.IsDir() && !e.Type().IsRegular():
			v.report(name, DamageAltered, "non è né un file né una cartella")
		}
	}
}

// file looks at one file of the manifest; e is nil where it is not there.
func (v *verifier) file(want FileEntry, e fs.DirEntry) {
	switch {
	case e == nil:
		v.report(want.Name, DamageMissing, "il file non c'è")
		return
	case e.IsDir():
		v.report(want.Name, DamageAltered, "al posto del file c'è una cartella")
		return
	case !e.Type().IsRegular():
		return // told by compare
	}
	where := filepath.Join(v.dir, filepath.FromSlash(want.Name))
	sum, size, err := digest.File(where)
	switch {
	case err != nil:
		v.report(want.Name, DamageUnreadable, "%v", err)
	case size != want.Bytes:
		v.report(want.Name, DamageAltered, "%d byte, nel manifesto %d", size, want.Bytes)
	case sum != want.SHA256:
		v.report(want.Name, DamageAltered, "il contenuto non corrisponde al manifesto")
	default:
		v.countRows(want, where)
	}
}

func (v *verifier) countRows(want FileEntry, where string) {
	if v.rows == nil || path.Ext(want.Name) != ".parquet" {
		return
	}
	n, err := v.rows(where)
	switch {
	case err != nil:
		v.report(want.Name, DamageUnreadable, "%v", err)
	case n != want.Rows:
		v.report(want.Name, DamageAltered, "%d righe, nel manifesto %d", n, want.Rows)
	}
}
