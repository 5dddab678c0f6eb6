package codici_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"incrocio/pipeline"
	"incrocio/readers/codici"
)

// with gives the files that come with the program, one of them with another content.
func with(t *testing.T, file, content string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	entries, err := fs.ReadDir(codici.Embedded(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		body, err := fs.ReadFile(codici.Embedded(), e.Name())
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = &fstest.MapFile{Data: body}
	}
	all[file] = &fstest.MapFile{Data: []byte(content)}
	return all
}

func load(t *testing.T) *codici.Tables {
	t.Helper()
	tables, err := codici.Load(codici.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func TestContracts(t *testing.T) {
	contracts, err := codici.Contracts()
	if err != nil {
		t.Fatal(err)
	}
	on := pipeline.MustDate("2014-03-01")
	for _, c := range []struct {
		code      string
		form      pipeline.ContractForm
		treatment pipeline.Treatment
	}{
		{"A.01.00", "I", pipeline.TreatEmployment},
		{"A.02.00", "D", pipeline.TreatEmployment},
		{"A.02.01", "D", pipeline.TreatEmployment},
		{"A.03.00", "E", pipeline.TreatApprenticeship},
		{"A.03.04", "D", pipeline.TreatEmployment},
		{"A.03.07", "D", pipeline.TreatEmployment},
		{"A.03.09", "I", pipeline.TreatApprenticeship},
		{"A.03.14", "D", pipeline.TreatApprenticeship},
		{"A.04.02", "E", pipeline.TreatEmployment},
		{"A.05.00", "I", pipeline.TreatOnCall},
		{"A.05.01", "D", pipeline.TreatOnCall},
		{"A.05.02", "E", pipeline.TreatOnCall},
		{"A.06.01", "D", pipeline.TreatEmployment},
		{"A.08.02", "E", pipeline.TreatEmployment},
		{"B.01.00", "E", pipeline.TreatQuasi},
		{"B.04.00", "E", pipeline.TreatQuasi},
		{"C.01.00", "D", pipeline.TreatInternship},
		{"C.02.00", "D", pipeline.TreatInternship},
		{"C.03.00", "D", pipeline.TreatUnknown},
		{"C.04.00", "D", pipeline.TreatInternship},
		{"G.02.00", "D", pipeline.TreatEmployment},
		{"G.03.00", "E", pipeline.TreatQuasi},
		{"H.01.00", "D", pipeline.TreatAgricultural},
		{"H.02.00", "E", pipeline.TreatUnknown},
		{"H.03.00", "D", pipeline.TreatAgricultural},
		{"L.01.01", "D", pipeline.TreatQuasi},
		{"M.02.00", "E", pipeline.TreatQuasi},
		{"N.02.00", "D", pipeline.TreatEmployment},
		{"Z.09.00", "E", pipeline.TreatUnknown},
		{"X.99.00", "", pipeline.TreatUnknown},
	} {
		got := contracts.Lookup(c.code, on)
		if got.Form != c.form || got.Treatment != c.treatment {
			t.Errorf("%s: %s %s, want %s %s", c.code, got.Form, got.Treatment, c.form, c.treatment)
		}
	}
	if len(contracts) != 61 {
		t.Errorf("%d contract types, want 61", len(contracts))
	}
}

// Codes that the Ministry withdrew or brought in on a known day.
func TestValidity(t *testing.T) {
	tables := load(t)
	for code, want := range map[string][2]string{
		"B.01.00": {"", "2016-01-31"},
		"B.02.00": {"", "2016-01-31"},
		"B.03.00": {"2016-02-01", ""},
		"C.02.00": {"", "2014-01-09"},
		"A.02.00": {"", ""},
	} {
		got := tables.Entries(codici.TableContracts, code)
		if len(got) != 1 || got[0].From.String() != want[0] || got[0].To.String() != want[1] {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}

func TestLabel(t *testing.T) {
	tables := load(t)
	for _, c := range []struct {
		table codici.Table
		code  string
		want  string
	}{
		{codici.TableContracts, "A.02.00", "Lavoro a tempo determinato"},
		{codici.TableTerminations, "DI", "Dimissioni"},
		{codici.TableTerminations, "SC", "Significato incerto"},
		{codici.TableConversions, "DI", "Da tempo determinato a tempo indeterminato"},
		{codici.TableVariations, "4.01", "Cessazione della missione"},
		{codici.TableTransfers, "03", "Incorporazione"},
		{codici.TablePurposes, "03", "Rettifica"},
		{codici.TableHours, "V", "Tempo parziale verticale"},
		{codici.TableStates, "Z110", "Francia"},
		{codici.TableStates, "H501", ""},
		{"altro", "DI", ""},
	} {
		if got := tables.Label(c.table, c.code); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.table, c.code, got, c.want)
		}
	}
	for code, to := range map[string]string{"Z111": "1990-10-03", "Z100": ""} {
		if e := tables.Entries(codici.TableStates, code); len(e) != 1 || e[0].To.String() != to {
			t.Errorf("%s: %v, want until %q", code, e, to)
		}
	}
}

// Each fault of a table is told with file and line, and by ErrTable.
func TestLoadRefuses(t *testing.T) {
	const head = "codice,nome,forma,trattamento,dal,al,fonte\n"
	for _, c := range []struct {
		name, file, content, want string
	}{
		{"empty", "orario.csv", "", "line 1: it is empty"},
		{"other header", "orario.csv", "codice,descrizione,dal,al,fonte\n", "line 1: the header is not codice,nome,dal,al,fonte"},
		{"a column short", "orario.csv", "codice,nome,dal,al,fonte\nF,Pieno,,\n", "wrong number of fields"},
		{"broken quote", "orario.csv", "codice,nome,dal,al,fonte\nF,\"Pieno,,,x\n", "extraneous or missing"},
		{"no code", "orario.csv", "codice,nome,dal,al,fonte\n,Pieno,,,x\n", "line 2: no code"},
		{"spaces", "orario.csv", "codice,nome,dal,al,fonte\nF ,Pieno,,,x\n", "line 2: no code, or one with spaces"},
		{"no name", "orario.csv", "codice,nome,dal,al,fonte\nF,,,,x\n", "line 2: no name"},
		{"not UTF-8", "orario.csv", "codice,nome,dal,al,fonte\nF,met\xe0,,,x\n", "line 2: no name, or one that is not UTF-8"},
		{"no date", "orario.csv", "codice,nome,dal,al,fonte\nF,Pieno,2013-02-30,,x\n", "line 2: not a date"},
		{"ends first", "orario.csv", "codice,nome,dal,al,fonte\nF,Pieno,2014-01-01,2013-12-31,x\n", "line 2: F ends before it begins"},
		{"twice", "orario.csv", "codice,nome,dal,al,fonte\nF,Pieno,,,x\nF,Intero,,,x\n", "two rows of F hold on one day"},
		{"overlap", "orario.csv", "codice,nome,dal,al,fonte\nF,A,2014-01-01,,x\nF,B,,2014-01-01,x\n", "two rows of F hold on one day"},
		{"form", "contratti.csv", head + "A.01.00,Lavoro,T,SUBORDINATO,,,x\n", `line 2: forma "T"`},
		{"treatment", "contratti.csv", head + "A.01.00,Lavoro,I,DIPENDENTE,,,x\n", `line 2: trattamento "DIPENDENTE"`},
		{"unknown table", "contratto.csv", head, "contratto.csv: there is no such table"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tables, err := codici.Load(with(t, c.file, c.content))
			if !errors.Is(err, codici.ErrTable) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.file) {
				t.Errorf("error %v, want ErrTable with %q and the file", err, c.want)
			}
			if tables != nil {
				t.Error("tables given in spite of the error")
			}
		})
	}
}

func TestLoadWantsEveryTable(t *testing.T) {
	_, err := codici.Load(fstest.MapFS{})
	if !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), "read code table") != 8 {
		t.Errorf("error %v, want the eight tables that are not there", err)
	}
}

// TestTreatmentFromADayOn: a code may change its treatment from a day on.
func TestTreatmentFromADayOn(t *testing.T) {
	const content = "codice,nome,forma,trattamento,dal,al,fonte\n" +
		"B.03.00,Nuova collaborazione,E,SUBORDINATO,2020-01-01,,prova\n" +
		"B.03.00,Collaborazione,E,PARASUBORDINATO,2016-02-01,2019-12-31,prova\n"
	tables, err := codici.Load(with(t, "contratti.csv", content))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]pipeline.Treatment{
		"2015-01-01": pipeline.TreatQuasi, "2019-12-31": pipeline.TreatQuasi, "2020-01-01": pipeline.TreatEmployment,
	} {
		if got := tables.Contracts().Lookup("B.03.00", pipeline.MustDate(day)); got.Treatment != want {
			t.Errorf("on %s: %s, want %s", day, got.Treatment, want)
		}
	}
	if got := tables.Contracts().Lookup("A.01.00", 1); got.Treatment != pipeline.TreatUnknown {
		t.Errorf("A.01.00 is still there: %v", got)
	}
	if got := tables.Label(codici.TableContracts, "B.03.00"); got != "Nuova collaborazione" {
		t.Errorf("newest name: %q", got)
	}
	if got := tables.Label(codici.TableHours, "F"); got != "Tempo pieno" {
		t.Errorf("a table that was not replaced: %q", got)
	}
}
