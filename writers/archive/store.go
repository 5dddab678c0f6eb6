package archive

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

// ErrDamaged is wrapped by errors on an archive that is not what was put there.
var ErrDamaged = errors.New("the archive is damaged")

// Night is one revision of one night.
type Night struct {
	Date     pipeline.Date `json:"data_elaborazione"`
	Revision int           `json:"revisione"` // from 1
}

// name is what the files of a night are called, without extension.
func (n Night) name() string {
	if n.Revision <= 1 {
		return n.Date.String()
	}
	return n.Date.String() + "-r" + strconv.Itoa(n.Revision)
}

func parseName(s string) (Night, bool) {
	day, rest, revised := strings.Cut(s, "-r")
	d, err := pipeline.ParseDate(day)
	if err != nil {
		return Night{}, false
	}
	n := Night{d, 1}
	if revised {
		n.Revision, err = strconv.Atoi(rest)
	}
	return n, err == nil && n.name() == s
}

func (n Night) compare(o Night) int {
	return cmp.Or(cmp.Compare(n.Date, o.Date), cmp.Compare(n.Revision, o.Revision))
}

// Folders and files of the archive.
const (
	folder        = "archive"
	indexFolder   = "indice"
	stagingFolder = ".in_arrivo"
	journalFile   = "in_corso.json"
)

// kinds are the tables of a night, with the folder of each. Sheets and who may rest are no facts: they have no kind.
var kinds = [...]struct {
	kind   match.Kind
	folder string
}{
	{match.KindCommunication, "comunicazioni"},
	{match.KindSubmission, "dichiarazioni"},
	{match.KindNotice, "segnalazioni"},
	{match.KindQuestion, "domestico"},
	{match.KindVoucher, "voucher"},
	doubtfulFile: {match.KindDoubtful, "dubbie"},
	sheetsFile:   {0, "schede"},
	restsFile:    {0, "riposo"},
}

// Places in kinds: the communications, and the tables that are written after the others.
const (
	communicationsFile = 0

	doubtfulFile = 5
	sheetsFile   = 6
	restsFile    = 7
)

// factKinds is how many tables are facts, which stand before the others in kinds.
const factKinds = doubtfulFile + 1

// fewestKinds is how many tables a night had at first; what came after stands behind them in kinds, and the nights of before
// have none of it.
const fewestKinds = 5

// Store is the archive of a home. Only one process may use it at a time: the lock of the home sees to that.
type Store struct {
	root string
	seen seen
}

// Open gives the archive of a home. Nothing is touched before something is placed.
func Open(home string) *Store { return &Store{root: filepath.Join(home, folder)} }

// path is where a file is that is named below archive/, with slashes.
func (s *Store) path(name string) string { return filepath.Join(s.root, filepath.FromSlash(name)) }

func (s *Store) there(name string) bool {
	_, err := os.Stat(s.path(name))
	return err == nil
}

// index is what a night says of its files.
type index struct {
	Night
	// Heard: whom a correction to another worker takes a job from was looked for, among all documents up to then. False of nights of before.
	Heard bool      `json:"rettifiche_ad_altri,omitempty"`
	Files []indexed `json:"file"`
}

// indexed is one file of a night.
type indexed struct {
	Name   string `json:"nome"` // below archive/, with slashes
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"byte"`
	Rows   int64  `json:"righe"`
	Groups int    `json:"gruppi"` // row groups

	// Of who may rest: what their decisions rest on besides facts.
	Premise string `json:"premessa,omitempty"`

	// Of communications, since their rows are found by key; "" and nil in files of before.
	Layout string  `json:"tracciato,omitempty"` // of the rows
	Parts  []parts `json:"parti,omitempty"`     // one for each row group
}

// parts are the digests of the columns of a row group that are read whole.
type parts struct {
	Keys   string `json:"chiavi_sha256"` // of the keys, then the lengths
	Nights string `json:"notti_sha256"`
	Names  string `json:"codici_sha256,omitempty"` // of the keys of codes borne, then of those cited; "" in a file of before
}

// hasNames tells whether the rows of a file can be found by the keys of their codes, too.
func (f *indexed) hasNames() bool { return len(f.Parts) > 0 && f.Parts[0].Names != "" }

// openKeyed opens a file of communications by key, of today or of before.
func openKeyed(path string) (*parquet.Raw, error) {
	r, err := parquet.OpenRaw(path, tables.KeyedCommunications)
	if errors.Is(err, parquet.ErrSchema) {
		return parquet.OpenRaw(path, tables.NamelessCommunications)
	}
	return r, err
}

// Of lists the row groups of one night.
func (s *Store) Of(night pipeline.Date) ([]match.Unit, error) { return s.units(night, night) }

// Units lists the row groups of all nights before a date. Of the revisions of a night the highest counts, since
// [Store.Recover] has removed what was not published. Submissions are anchors: everybody who ever sent one is listed.
// It returns [ErrDamaged] for an index that cannot be read.
func (s *Store) Units(before pipeline.Date) ([]match.Unit, error) { return s.units(0, before-1) }

// units lists the row groups of the nights from one to another, both included.
func (s *Store) units(from, to pipeline.Date) ([]match.Unit, error) {
	nights, err := s.counting(to)
	if err != nil {
		return nil, fmt.Errorf("list archive: %w", err)
	}
	bundles, _, err := s.bundles()
	if err != nil {
		return nil, fmt.Errorf("list archive: %w", err)
	}
	var units []match.Unit
	for i := range bundles {
		units = append(units, s.unitsOfBundle(&bundles[i], from, to)...)
	}
	for _, n := range nights {
		if n.Date < from {
			continue
		}
		x, err := s.index(n)
		if err != nil {
			return nil, err
		}
		s.seen.expect(s.root, x.Files)
		for k := range min(len(x.Files), factKinds) {
			if bundleOf(bundles, n, k) == nil {
				units = append(units, s.unitsOf(k, &x.Files[k])...)
			}
		}
	}
	return units, nil
}

// unitsOfBundle lists the row groups of a bundle as far as it is of the nights from one to another.
func (s *Store) unitsOfBundle(b *bundle, from, to pipeline.Date) (units []match.Unit) {
	if b.last() < from || b.first() > to {
		return nil
	}
	for k := range 1 + len(b.Others) {
		s.seen.expect(s.root, []indexed{*b.has(k)})
		units = append(units, s.unitsOf(k, b.has(k))...)
	}
	if from > b.first() || to < b.last() {
		for i := range units {
			units[i].Nights = pipeline.Period{From: from, To: to}
		}
	}
	return units
}

func (s *Store) unitsOf(k int, f *indexed) []match.Unit {
	units := make([]match.Unit, f.Groups)
	for g := range units {
		units[g] = match.Unit{
			Kind: kinds[k].kind, File: s.path(f.Name), Group: g,
			Anchor: kinds[k].kind == match.KindSubmission,
		}
	}
	return units
}

// counting lists the nights up to one, each in its highest revision, in order.
func (s *Store) counting(to pipeline.Date) ([]Night, error) {
	all, err := s.nights()
	if err != nil {
		return nil, err
	}
	var nights []Night
	for i, n := range all {
		if n.Date <= to && (i+1 == len(all) || all[i+1].Date != n.Date) {
			nights = append(nights, n)
		}
	}
	return nights, nil
}

// Require checks that the archive holds every one of the nights: facts of a night that is gone would be taken back without a
// word. It returns [ErrDamaged] naming the first that is not there.
func (s *Store) Require(published []pipeline.Date) error {
	nights, err := s.nights()
	if err != nil {
		return fmt.Errorf("list archive: %w", err)
	}
	for _, date := range published {
		if !among(nights, Night{Date: date}) {
			return fmt.Errorf("%w: night %s is published, but the archive has nothing of it", ErrDamaged, date)
		}
	}
	return nil
}

// nights lists the nights that have an index, in order.
func (s *Store) nights() ([]Night, error) {
	entries, err := os.ReadDir(filepath.Join(s.root, indexFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Night
	for _, e := range entries {
		if n, ok := parseName(strings.TrimSuffix(e.Name(), ".json")); ok && strings.HasSuffix(e.Name(), ".json") {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, Night.compare)
	return out, nil
}

func (s *Store) index(n Night) (index, error) {
	var x index
	b, err := os.ReadFile(filepath.Join(s.root, indexFolder, n.name()+".json"))
	if err != nil {
		return x, fmt.Errorf("read index of %s: %w", n.name(), err)
	}
	if err := json.Unmarshal(b, &x); err != nil {
		return x, fmt.Errorf("read index of %s: %w: %w", n.name(), ErrDamaged, err)
	}
	if x.Night != n || len(x.Files) < fewestKinds || len(x.Files) > len(kinds) {
		return x, fmt.Errorf("read index of %s: %w: it speaks of another night", n.name(), ErrDamaged)
	}
	for k, f := range x.Files {
		if f.Name != kinds[k].folder+"/"+n.name()+".parquet" {
			return x, fmt.Errorf("read index of %s: %w: file %q", n.name(), ErrDamaged, f.Name)
		}
	}
	return x, nil
}

// journal is what in_corso.json holds: the night that is being placed and published, and the files it took in.
type journal struct {
	Night
	Taken []Taken `json:"ingressi"`
}

// Taken is a file of the inbox that a night has taken in and that has to be put away once the night is published.
type Taken struct {
	Flow   pipeline.Flow `json:"flusso"`
	File   string        `json:"file"`
	SHA256 string        `json:"sha256"` // "" where it could not be opened
	Unread bool          `json:"illeggibile"`
}

// Recover brings the archive in line with what was published last; the zero Night is nothing. Where that night may
// still have files to be put away it is unfinished, and taken lists them; the caller sees to it and then calls
// [Store.Done]. It must run before anything else, under the lock of the home. It returns [ErrDamaged] for a note that
// cannot be read or speaks of a night that cannot be under way.
func (s *Store) Recover(published Night) (taken []Taken, unfinished bool, err error) {
	if err := os.RemoveAll(filepath.Join(s.root, stagingFolder)); err != nil {
		return nil, false, fmt.Errorf("recover archive: %w", err)
	}
	if err := errors.Join(s.tidy(), s.tidyRests(published)); err != nil {
		return nil, false, fmt.Errorf("recover archive: %w", err)
	}
	b, err := os.ReadFile(filepath.Join(s.root, journalFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("recover archive: %w", err)
	}
	var tried journal
	if err := json.Unmarshal(b, &tried); err != nil || tried.Date.IsZero() || tried.Revision < 1 {
		return nil, false, fmt.Errorf("recover archive: %w: %s cannot be read", ErrDamaged, journalFile)
	}
	if tried.Night == published {
		return tried.Taken, true, nil
	}
	if tried.compare(published) < 0 {
		return nil, false, fmt.Errorf("recover archive: %w: %s names %s, but %s is published", ErrDamaged, journalFile, tried.name(), published.name())
	}
	if err := s.remove(tried.Night); err != nil {
		return nil, false, fmt.Errorf("recover archive: %w", err)
	}
	return nil, false, s.Done()
}

// remove takes the files of a night that was not published away, the index first.
func (s *Store) remove(n Night) error {
	names := []string{indexFolder + "/" + n.name() + ".json"}
	for _, k := range kinds {
		names = append(names, k.folder+"/"+n.name()+".parquet")
	}
	for _, name := range names {
		path := s.path(name)
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := syncDir(filepath.Dir(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Done closes the night that was placed: it is published and its originals are put away.
func (s *Store) Done() error {
	if err := os.Remove(filepath.Join(s.root, journalFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("close night in archive: %w", err)
	}
	if err := syncDir(s.root); err != nil {
		return fmt.Errorf("close night in archive: %w", err)
	}
	return nil
}
