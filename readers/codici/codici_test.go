package codici_test

import (
	"errors"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/readers/codici"
)

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
	contracts, err := codici.Contracts()
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string][2]string{
		"B.01.00": {"", "2016-01-31"},
		"B.02.00": {"", "2016-01-31"},
		"B.03.00": {"2016-02-01", ""},
		"C.02.00": {"", "2014-01-09"},
		"A.02.00": {"", ""},
	} {
		got := contracts[code]
		if len(got) != 1 || got[0].ValidFrom.String() != want[0] || got[0].ValidTo.String() != want[1] {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}

const head = "codice,nome,forma,trattamento,dal,al,fonte\n"

// Each fault of a table is told with its line, and by ErrTable.
func TestReadRefuses(t *testing.T) {
	for _, c := range []struct {
		name, content, want string
	}{
		{"empty", "", "line 1: it is empty"},
		{"other header", "codice,descrizione,forma,trattamento,dal,al,fonte\n", "line 1: the header is not codice,nome,forma,trattamento,dal,al,fonte"},
		{"a column short", head + "A.01.00,Lavoro,I,SUBORDINATO,,\n", "wrong number of fields"},
		{"broken quote", head + "A.01.00,\"Lavoro,I,SUBORDINATO,,,x\n", "extraneous or missing"},
		{"no code", head + ",Lavoro,I,SUBORDINATO,,,x\n", "line 2: no code"},
		{"spaces", head + "A.01.00 ,Lavoro,I,SUBORDINATO,,,x\n", "line 2: no code, or one with spaces"},
		{"no name", head + "A.01.00,,I,SUBORDINATO,,,x\n", "line 2: no name"},
		{"not UTF-8", head + "A.01.00,met\xe0,I,SUBORDINATO,,,x\n", "line 2: no name, or one that is not UTF-8"},
		{"no date", head + "A.01.00,Lavoro,I,SUBORDINATO,2013-02-30,,x\n", "line 2: not a date"},
		{"ends first", head + "A.01.00,Lavoro,I,SUBORDINATO,2014-01-01,2013-12-31,x\n", "line 2: A.01.00 ends before it begins"},
		{"twice", head + "A.01.00,Lavoro,I,SUBORDINATO,,,x\nA.01.00,Impiego,I,SUBORDINATO,,,x\n", "two rows of A.01.00 hold on one day"},
		{"overlap", head + "A.01.00,A,I,SUBORDINATO,2014-01-01,,x\nA.01.00,B,I,SUBORDINATO,,2014-01-01,x\n", "two rows of A.01.00 hold on one day"},
		{"form", head + "A.01.00,Lavoro,T,SUBORDINATO,,,x\n", `line 2: forma "T"`},
		{"treatment", head + "A.01.00,Lavoro,I,DIPENDENTE,,,x\n", `line 2: trattamento "DIPENDENTE"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			contracts, err := codici.Read([]byte(c.content))
			if !errors.Is(err, codici.ErrTable) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want ErrTable with %q", err, c.want)
			}
			if contracts != nil {
				t.Error("contracts given in spite of the error")
			}
		})
	}
}

// TestTreatmentFromADayOn: a code may change its treatment from a day on.
func TestTreatmentFromADayOn(t *testing.T) {
	contracts, err := codici.Read([]byte(head +
		"B.03.00,Nuova collaborazione,E,SUBORDINATO,2020-01-01,,prova\n" +
		"B.03.00,Collaborazione,E,PARASUBORDINATO,2016-02-01,2019-12-31,prova\n"))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]pipeline.Treatment{
		"2015-01-01": pipeline.TreatQuasi, "2019-12-31": pipeline.TreatQuasi, "2020-01-01": pipeline.TreatEmployment,
	} {
		if got := contracts.Lookup("B.03.00", pipeline.MustDate(day)); got.Treatment != want {
			t.Errorf("on %s: %s, want %s", day, got.Treatment, want)
		}
	}
	if got := contracts.Lookup("A.01.00", 1); got.Treatment != pipeline.TreatUnknown {
		t.Errorf("A.01.00 is there: %v", got)
	}
}
