package rundir

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"incrocio/pipeline"
)

// ManifestFile is the name of the manifest in a published folder.
const ManifestFile = "manifest.json"

// ErrManifest is wrapped by errors on a manifest that is not one as [Stage.Publish] writes it, to the byte.
var ErrManifest = errors.New("not a manifest as this program writes it")

// Manifest says what a published night was made from and what it consists of. The fields stand in the order of their
// JSON names, which is the order of the file.
type Manifest struct {
	Night          pipeline.Date   `json:"data_elaborazione"`
	Files          []FileEntry     `json:"file"`     // by name; set by Publish
	Inputs         []Input         `json:"ingressi"` // by flow, then file
	Params         json.RawMessage `json:"parametri"`
	Balance        []BalanceEntry  `json:"quadratura"` // by scope, then item
	Revision       int             `json:"revisione"`  // 1 for a night that was never repeated
	ProgramVersion string          `json:"versione_programma"`
	RulesVersion   string          `json:"versione_regole"`
}

// FileEntry is a file of the night, by its path in the folder with slashes.
type FileEntry struct {
	Bytes  int64  `json:"byte"`
	Name   string `json:"nome"`
	Rows   int64  `json:"righe"`
	SHA256 string `json:"sha256"`
}

// Input is a file that was taken in.
type Input struct {
	Bytes     int64         `json:"byte"`
	Documents int64         `json:"documenti"`
	File      string        `json:"file"`
	Flow      pipeline.Flow `json:"flusso"`
	SHA256    string        `json:"sha256"`
}

// BalanceEntry is a line of the balance.
type BalanceEntry struct {
	Scope string `json:"ambito"`
	Value int64  `json:"valore"`
	Item  string `json:"voce"`
}

// encode gives the one form of a manifest: lists and keys sorted, two spaces to a level, a line feed at the end.
func (m Manifest) encode() ([]byte, error) {
	m.Files = sorted(m.Files, func(a, b FileEntry) int { return strings.Compare(a.Name, b.Name) })
	m.Inputs = sorted(m.Inputs, func(a, b Input) int {
		return cmp.Or(strings.Compare(string(a.Flow), string(b.Flow)), strings.Compare(a.File, b.File), strings.Compare(a.SHA256, b.SHA256))
	})
	m.Balance = sorted(m.Balance, func(a, b BalanceEntry) int {
		return cmp.Or(strings.Compare(a.Scope, b.Scope), strings.Compare(a.Item, b.Item), cmp.Compare(a.Value, b.Value))
	})
	params, err := canonical(m.Params)
	if err != nil {
		return nil, fmt.Errorf("parameters: %w", err)
	}
	m.Params = params
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// sorted gives a sorted copy that is not nil, so that an empty list is [] and not null.
func sorted[E any](list []E, order func(a, b E) int) []E {
	list = append(make([]E, 0, len(list)), list...)
	slices.SortStableFunc(list, order)
	return list
}

// canonical gives a JSON object with its keys sorted at every level; nothing gives the empty object.
func canonical(raw json.RawMessage) (json.RawMessage, error) {
	object := map[string]any{}
	if len(raw) > 0 {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&object); err != nil {
			return nil, err
		}
	}
	return json.Marshal(object)
}

// ReadManifest reads the manifest of a published folder. Every byte must be as it is written: unknown and missing
// keys, other orders and other spacing are refused with [ErrManifest].
func ReadManifest(dir string) (Manifest, error) {
	b, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	if err != nil {
		return Manifest{}, fmt.Errorf("read manifest: %w", err)
	}
	m, err := parseManifest(b)
	if err != nil {
		return Manifest{}, fmt.Errorf("read manifest of %s: %w", filepath.Base(dir), err)
	}
	return m, nil
}

func parseManifest(b []byte) (Manifest, error) {
	var m Manifest
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	if err := m.validate(); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	again, err := m.encode()
	if err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	if !bytes.Equal(again, b) {
		return Manifest{}, fmt.Errorf("%w: other keys, order or spacing", ErrManifest)
	}
	return m, nil
}

// validate tells everything that is wrong with the values.
func (m *Manifest) validate() error {
	var errs []error
	if m.Night <= 0 {
		errs = append(errs, errors.New("data_elaborazione: no date"))
	}
	if m.Revision < 1 {
		errs = append(errs, fmt.Errorf("revisione: %d is less than 1", m.Revision))
	}
	for i, f := range m.Files {
		switch {
		case checkName(f.Name) != nil:
			errs = append(errs, fmt.Errorf("file: name %q", f.Name))
		case i > 0 && m.Files[i-1].Name == f.Name:
			errs = append(errs, fmt.Errorf("file: %s twice", f.Name))
		case f.Bytes < 0 || f.Rows < 0 || !isSHA256(f.SHA256):
			errs = append(errs, fmt.Errorf("file: size, rows or sha256 of %s", f.Name))
		}
	}
	for _, in := range m.Inputs {
		if in.Bytes < 0 || in.Documents < 0 || !isSHA256(in.SHA256) {
			errs = append(errs, fmt.Errorf("ingressi: size, documents or sha256 of %s/%s", in.Flow, in.File))
		}
	}
	return errors.Join(errs...)
}

// isSHA256 tells whether s is 64 lower-case hexadecimal digits.
func isSHA256(s string) bool {
	if len(s) != 64 || strings.ToLower(s) != s {
		return false
	}
	_, err := hex.DecodeString(s)
	return err == nil
}
