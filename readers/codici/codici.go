// Package codici holds the code tables of the mandatory communications as dated data: contract types, causes of
// termination, conversions and the like. The Ministry changes them far more often than the layout of the documents, so
// they are CSV files and not Go, and come with the program.
//
// A file is UTF-8, comma-separated, with a header that names exactly the columns of its table:
//
//	contratti            codice,nome,forma,trattamento,dal,al,fonte
//	all others           codice,nome,dal,al,fonte
//
// dal and al are the first and the last day a row holds (YYYY-MM-DD), empty where it has always held or still does. A
// code may have several rows whose days do not overlap. forma is I, D or E ([pipeline.ContractForm]), trattamento one of
// [pipeline.Treatment]; fonte says where the row was taken from and is for people.
package codici

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"incrocio/pipeline"
)

//go:embed data/*.csv
var data embed.FS

// Table names a code table: its file is the name and ".csv".
type Table string

// The tables.
const (
	TableContracts    Table = "contratti"          // TipologiaContrattuale
	TableTerminations Table = "cause_cessazione"   // codiceCausa
	TableConversions  Table = "trasformazioni"     // codiceTrasformazione
	TableVariations   Table = "variazioni_unisomm" // codiceVariazione of UniSomm
	TableTransfers    Table = "trasferimenti"      // codiceTrasferimento of VarDatori
	TablePurposes     Table = "tipo_comunicazione" // TipoComunicazione
	TableHours        Table = "orario"             // tipoOrario
	TableStates       Table = "stati_esteri"       // Belfiore codes of foreign states, Z and three digits
)

var tableNames = []Table{
	TableContracts, TableTerminations, TableConversions, TableVariations, TableTransfers, TablePurposes, TableHours, TableStates,
}

// ErrTable is wrapped by every error about what a table says; errors of the file system are passed on as they are.
var ErrTable = errors.New("code table")

// Entry is a code and its name for a stretch of time.
type Entry struct {
	Code string
	Name string
	From pipeline.Date // first day; 0 always
	To   pipeline.Date // last day, included; 0 still
}

// Tables is a whole set of code tables. It is read-only and safe for use by several goroutines.
type Tables struct {
	contracts pipeline.ContractTable
	entries   map[Table]map[string][]Entry
}

// Embedded gives the files that come with the program.
func Embedded() fs.FS {
	sub, err := fs.Sub(data, "data")
	if err != nil {
		panic(err) // the folder is named in go:embed above
	}
	return sub
}

// Load reads all tables from the root of a file system, which must hold every one of them and no other CSV file. It
// reports every fault, each with file and line; those of content wrap [ErrTable].
func Load(fsys fs.FS) (*Tables, error) {
	t := &Tables{contracts: pipeline.ContractTable{}, entries: map[Table]map[string][]Entry{}}
	errs := []error{strangers(fsys)}
	for _, name := range tableNames {
		f, err := readFile(fsys, name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		t.entries[name] = byCode(f.entries)
		if name == TableContracts {
			for _, c := range f.contracts {
				t.contracts[c.Code] = append(t.contracts[c.Code], c)
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return t, nil
}

// strangers reports CSV files that are no table, such as one whose name is misspelt.
func strangers(fsys fs.FS) error {
	files, err := fs.Glob(fsys, "*.csv")
	if err != nil {
		return fmt.Errorf("list code tables: %w", err)
	}
	var errs []error
	for _, f := range files {
		if !slices.Contains(tableNames, Table(strings.TrimSuffix(f, ".csv"))) {
			errs = append(errs, fmt.Errorf("%w %s: there is no such table", ErrTable, f))
		}
	}
	return errors.Join(errs...)
}

func byCode(list []Entry) map[string][]Entry {
	m := make(map[string][]Entry, len(list))
	for _, e := range list {
		m[e.Code] = append(m[e.Code], e)
	}
	return m
}

// Contracts gives the contract types that come with the program. Its errors are those of [Load]; there are none unless
// the program was built from damaged tables.
func Contracts() (pipeline.ContractTable, error) {
	t, err := Load(Embedded())
	if err != nil {
		return nil, err
	}
	return t.Contracts(), nil
}

// Contracts gives the contract types.
func (t *Tables) Contracts() pipeline.ContractTable { return t.contracts }

// Entries gives the rows of a code by first day; nil where the table does not have it.
func (t *Tables) Entries(table Table, code string) []Entry { return t.entries[table][code] }

// Label gives the name of a code for texts that people read: the newest one, and "" where the table does not have it.
func (t *Tables) Label(table Table, code string) string {
	list := t.entries[table][code]
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1].Name
}
