package main

import (
	"path/filepath"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// TestAStoppedPersonGetsProposalsOnly stops one person of a population: the actions are the same, but proposed.
func TestAStoppedPersonGetsProposalsOnly(t *testing.T) {
	free, night := generated(t, 60, 6)
	stopped, _ := generated(t, 60, 6)
	published(t, free, "run", "--date", night.String())
	var person pipeline.CodiceFiscale
	for _, a := range rowsOf(t, free, night, tables.Actions) {
		if a.Type == pipeline.ActionDecade && a.Mode == pipeline.ModeAuto {
			person = a.TaxCode
			break
		}
	}
	if person == "" {
		t.Fatal("no decadence to stop")
	}
	put(t, stopped, map[string][]byte{"fermi.csv": []byte("codice_fiscale,motivo,dal,al\n" + string(person) + ",verifica in corso,,\n")})
	published(t, stopped, "run", "--date", night.String())
	seen := 0
	for _, a := range rowsOf(t, stopped, night, tables.Actions) {
		if a.TaxCode != person {
			continue
		}
		seen++
		if a.Mode != pipeline.ModeProposed || !strings.Contains(a.Trace, "verifica in corso") {
			t.Errorf("%s is %s: %s", a.Type, a.Mode, a.Trace)
		}
	}
	if seen == 0 {
		t.Error("nothing is proposed")
	}
	m, err := nightAt(nightFolder(stopped, night), night).manifest()
	if err != nil || !strings.Contains(string(m.Params), `"fermi"`) {
		t.Errorf("the manifest does not name the list: %s, %v", m.Params, err)
	}
}

func TestListsOfStopsThatAreNone(t *testing.T) {
	const head = "codice_fiscale,motivo,dal,al\n"
	code := "RSSMRA80A01H501U"
	for name, list := range map[string]string{
		"other columns": "cf,motivo\n", "no tax code": head + "RSSMRA80A01H501A,x,,\n", "no date": head + code + ",x,1/2/2014,\n",
		"twice": head + code + ",x,,\n" + code + ",y,,\n", "ragged": head + code + ",x\n",
	} {
		home, night := generated(t, 1, 1)
		put(t, home, map[string][]byte{"fermi.csv": []byte(list)})
		c := call(t, home, "run", "--date", night.String()).want(t, exitConfig)
		if strings.Contains(c.stderr, "RSSMRA") {
			t.Errorf("%s: the error names the person: %s", name, c.stderr)
		}
		if _, err := readStops(filepath.Join(home, "nothing.csv")); err != nil {
			t.Errorf("no list: %v", err)
		}
	}
}

// TestCorrectionsOfAYearAreCounted has extensions and early ends change automatic suspensions: the night after knows.
func TestCorrectionsOfAYearAreCounted(t *testing.T) {
	home, sum := generatedFor(t, 300, 6, 2)
	first, second := sum.FirstNight, sum.Night
	published(t, home, "run", "--date", first.String())
	published(t, home, "run", "--date", second.String())
	want := map[string]int{}
	for _, n := range []pipeline.Date{first, second} {
		for _, a := range rowsOf(t, home, n, tables.Actions) {
			automatic := a.Mode == pipeline.ModeAuto && a.Type != pipeline.ActionResume && a.Operation != pipeline.OperationNew
			if automatic && a.Cause != pipeline.CauseCalendar && a.Cause != pipeline.CauseClaimData {
				want[a.Claim]++
			}
		}
	}
	if len(want) == 0 {
		t.Fatal("no correction in the population: the test shows nothing")
	}
	a := &app{world: &world{}, home: home}
	nights, err := a.publishedNights()
	if err != nil {
		t.Fatal(err)
	}
	h := atHome(a, nights, second+1)
	r, err := h.restraints(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for claim, n := range want {
		if len(r.corrections[claim]) != n {
			t.Errorf("%s was corrected %d times, %d are known", claim, n, len(r.corrections[claim]))
		}
	}
}

// atHome is a home on the eve of a night.
func atHome(a *app, nights []publishedNight, night pipeline.Date) *home {
	return &home{app: a, config: &config{}, nights: nights, date: night}
}
