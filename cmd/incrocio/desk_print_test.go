package main

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

var updateDesk = flag.Bool("desk.update", false, "write the golden files of the operators' list anew")

// golden compares with a file below testdata/desk.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "desk", name)
	if *updateDesk {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

// taxCodeOfItems is the invented person of all items here.
var _, _, _, _, _, taxCodeOfItems = documents.Person(4711)

// deskItems are two exceptions of 7000, one that takes a decision and one that takes two persons, one of 4900, one of no
// sede, a submission and a sample.
func deskItems() []worklist.Detail {
	day := pipeline.MustDate
	exception := func(id, code, office string) worklist.Detail {
		return worklist.Detail{Row: worklist.Row{
			Item: worklist.Item{
				Key: worklist.Key{Kind: worklist.KindException, ID: id}, Office: office, Code: code, Fingerprint: "impronta-" + id, Closable: true,
			},
			Day: day("2014-06-20"), Class: pipeline.ClassBlock, Title: "Titolo di " + id, Text: "Le date non concordano.",
			Proposed: "Acquisire il contratto.", Claim: "20140000123", Type: "EVENTO", TaxCode: taxCodeOfItems, Rule: "R38",
			Norm: "circ. INPS 142/2012", Due: day("2014-07-20"), Priority: 3, First: day("2014-06-20"), Changed: day("2014-06-20"),
			NightState: pipeline.ExceptionNew,
		}}
	}
	dates := exception("e1", "DATE_IN_CONTRASTO", "7000")
	dates.From, dates.To, dates.Due = day("2014-05-01"), day("2014-05-31"), day("2014-07-01")
	dates.Days, dates.Amount = pipeline.Some(int32(31)), pipeline.Some(pipeline.Cents(123450))
	dates.Sheet = worklist.Sheet{
		Claim: &worklist.ClaimSheet{
			Number: "20140000123", Protocol: "INPS.7000.10/01/2014.0000123", Benefit: pipeline.BenefitASpI, TaxCode: taxCodeOfItems,
			Surname: "PROVA", GivenName: "ANNA", BirthDate: day("1980-01-01"), State: pipeline.StateInPayment, Start: day("2014-01-10"),
			DaysGranted: 240, PaidThrough: day("2014-05-31"), Daily: pipeline.Some(pipeline.Cents(3155)),
			TerminatedOn: day("2014-01-02"), Former: "60000350912",
		},
		Documents: []worklist.Document{
			{Ref: "0709114000000001", Kind: "UNILAV", SentAt: documents.Moment(day("2014-05-02"), 9, 30), Acquired: day("2014-05-03"), Fields: []worklist.Field{
				{Label: "Inizio", Value: "01/05/2014"}, {Label: "Fine", Value: "31/05/2014"}, {Label: "Datore", Value: "Officine Prova S.r.l."},
			}},
			{Ref: "INPS.7000.20/05/2014.0012345", Kind: "ASPICOM", Fields: []worklist.Field{
				{Label: "Inizio", Value: "01/05/2014"}, {Label: "Fine", Value: "15/06/2014"}, {Label: "Nota", Value: "cod. " + string(taxCodeOfItems)},
			}},
		},
		Risk: &worklist.Risk{Direction: worklist.Undue, Days: 31, Amount: 97805, Payment: day("2014-07-10")},
	}
	dates.Actions = []pipeline.Action{{
		ID: "a1", Operation: pipeline.OperationNew, Cause: pipeline.CauseCommunication, Type: pipeline.ActionSuspend, Mode: pipeline.ModeAuto,
		Claim: "20140000123", TaxCode: taxCodeOfItems, Office: "7000", From: day("2014-05-01"), To: day("2014-05-31"), Rule: "R01",
		Reason: "La prestazione è sospesa.", Trace: `{"regola":"R01"}`, Night: day("2014-05-04"),
	}}
	dates.Notes = []worklist.Note{{Key: dates.Key, By: "bianchi", At: documents.Moment(day("2014-06-25"), 11, 5), Text: "Chiamato il datore."}}
	dates.Changes = []pipeline.Exception{{
		ID: "e1", State: pipeline.ExceptionNew, Code: dates.Code, TaxCode: taxCodeOfItems, Night: day("2014-06-20"), Text: "Le date non concordano.",
	}}
	two := exception("e2", "CUMULO_POSSIBILE", "7000")
	two.SecondEyes = true
	pin := exception("e3", "PIN_NON_DISPOSITIVO", "4900")
	pin.Closable, pin.Class = false, pipeline.ClassHold
	nowhere := exception("e4", "DOMANDA_ASSENTE", "")
	nowhere.Claim, nowhere.Type = "", ""
	submission := worklist.Detail{Row: worklist.Row{
		Item: worklist.Item{
			Key: worklist.Key{Kind: worklist.KindSubmission, ID: "INPS.7000.20/05/2014.0012345"}, Office: "7000", Fingerprint: "c1", Closable: true,
		},
		Day: day("2014-05-20"), Claim: "20140000123", Protocol: "INPS.7000.20/05/2014.0012345", Type: "EVENTO", Event: "LAVORO_SUBORDINATO",
		TaxCode: taxCodeOfItems, Channel: "WEB", SubmittedAt: documents.Moment(day("2014-05-20"), 23, 59), First: day("2014-05-21"),
	}}
	sample := worklist.Detail{Row: worklist.Row{
		Item: worklist.Item{Key: worklist.Key{Kind: worklist.KindSample, ID: "a9"}, Office: "7000", Fingerprint: "s1", Closable: true},
		Day:  day("2014-06-30"), Claim: "20140000123", Type: pipeline.ActionDecade, TaxCode: taxCodeOfItems, From: day("2014-06-01"), Rule: "R03",
		Text: "Rapporto di durata superiore a sei mesi.",
	}}
	sample.Sheet.Sample = &worklist.SampleRow{Action: pipeline.Action{ID: "a9", Type: pipeline.ActionDecade, TaxCode: taxCodeOfItems, Rule: "R03"}}
	return []worklist.Detail{dates, two, pin, nowhere, submission, sample}
}

func TestListsAsTables(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	m.call(t, "exceptions", "take", "e2").want(t, exitOK)
	m.call(t, "submissions", "elabora", "INPS.7000.20/05/2014.0012345").want(t, exitOK)
	for _, d := range m.details {
		if d.Holder != "" {
			d.Holder = "bianchi" // the same on every machine
		}
	}
	var all strings.Builder
	for _, line := range []string{
		"exceptions list", "exceptions list --masked --limit 1", "submissions list --list da-lavorare --year 2014", "submissions list --list lavorate --year 2014", "samples list",
		"exceptions list --list lavorate", "exceptions stats --year 2014",
	} {
		c := m.call(t, strings.Fields(line)...).want(t, exitOK)
		all.WriteString("$ incrocio " + line + "\n" + c.stdout + c.stderr + "\n")
	}
	golden(t, "liste.txt", all.String())
}

func TestListsAsJSON(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	c := m.call(t, "exceptions", "list", "--json", "--limit", "2").want(t, exitOK)
	golden(t, "eccezioni.json", c.stdout)
	if c.stderr != "" {
		t.Errorf("stderr: %s", c.stderr)
	}
	golden(t, "comunicazioni.json", m.call(t, "submissions", "list", "--list", "pervenute", "--year", "2014", "--json").want(t, exitOK).stdout)
	golden(t, "statistiche.json", m.call(t, "exceptions", "stats", "--from", "01/06/2014", "--to", "2014-06-30", "--json").want(t, exitOK).stdout)
	if empty := m.call(t, "exceptions", "list", "--list", "lavorate", "--json").want(t, exitOK).stdout; empty != "{\n  \"righe\": [],\n  \"successiva\": null\n}\n" {
		t.Errorf("an empty list: %q", empty)
	}
}

// TestAllPages: the pages of a list make up one document and one table.
func TestAllPages(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	for _, limit := range []string{"1", "2", "3", "500"} {
		c := m.call(t, "exceptions", "list", "--json", "--all", "--limit", limit).want(t, exitOK)
		var got struct {
			Rows []struct {
				ID string `json:"id"`
			} `json:"righe"`
			Next *string `json:"successiva"`
		}
		if err := json.Unmarshal([]byte(c.stdout), &got); err != nil {
			t.Fatal(err)
		}
		var ids string
		for _, r := range got.Rows {
			ids += r.ID + " "
		}
		if ids != "e1 e2 e3 e4 " || got.Next != nil {
			t.Errorf("by %s: %s, next %v", limit, ids, got.Next)
		}
		text := m.call(t, "exceptions", "list", "--all", "--limit", limit).want(t, exitOK)
		if strings.Count(text.stdout, "PRIORITÀ") != 1 || strings.Count(text.stdout, "\n") != 5 || text.stderr != "" {
			t.Errorf("by %s:\n%s%s", limit, text.stdout, text.stderr)
		}
	}
	first := m.call(t, "exceptions", "list", "--limit", "2").want(t, exitOK)
	if !strings.Contains(first.stderr, "there is more: add --after e2, or --all") {
		t.Errorf("stderr: %s", first.stderr)
	}
	second := m.call(t, "exceptions", "list", "--limit", "2", "--after", "e2").want(t, exitOK)
	if strings.Contains(second.stdout, "e2 ") || !strings.Contains(second.stdout, "e3 ") || second.stderr != "" {
		t.Errorf("the second page:\n%s%s", second.stdout, second.stderr)
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	m.call(t, "exceptions", "hold", "e1", "--until", "01/08/2014", "--reason", "atteso il contratto").want(t, exitOK)
	golden(t, "eccezione.txt", strings.ReplaceAll(m.call(t, "exceptions", "show", "e1", "--trail").want(t, exitOK).stdout, operator(), "CHI"))
	golden(t, "eccezione.json", strings.ReplaceAll(m.call(t, "exceptions", "show", "e1", "--json", "--trail").want(t, exitOK).stdout, operator(), "CHI"))
	golden(t, "comunicazione.txt", m.call(t, "submissions", "show", "INPS.7000.20/05/2014.0012345").want(t, exitOK).stdout)
	golden(t, "campione.json", m.call(t, "samples", "show", "a9", "--json").want(t, exitOK).stdout)
	for _, args := range [][]string{
		{"exceptions", "show", "e1", "--masked"},
		{"exceptions", "show", "e1", "--masked", "--json"},
		{"exceptions", "list", "--masked"},
		{"exceptions", "list", "--masked", "--json"},
		{"samples", "show", "a9", "--masked", "--json"},
	} {
		c := m.call(t, args...).want(t, exitOK)
		if strings.Contains(c.stdout+c.stderr, string(taxCodeOfItems)) || !strings.Contains(c.stdout, taxCodeOfItems.Mask()) {
			t.Errorf("%v:\n%s", args, c.stdout)
		}
	}
	for _, d := range m.details {
		if d.ReadBy != "" {
			t.Errorf("show has turned Letto of %s", d.ID)
		}
	}
}

// TestNothingSteersTheTerminal: what comes from outside is escaped in tables and pages.
func TestNothingSteersTheTerminal(t *testing.T) {
	t.Parallel()
	items := deskItems()
	const evil = "\x1b[2J\nrossi\u202e"
	items[0].Title, items[0].Text, items[0].Claim, items[0].ID = evil, evil, evil, "e1"
	items[0].Sheet.Documents[0].Fields[0].Value, items[0].Sheet.Documents[0].Ref, items[0].Notes[0].Text = evil, evil, evil
	items[0].Sheet.Claim.Number, items[0].Sheet.Claim.Surname = evil, evil
	m := newMemoryDesk(items...)
	for _, args := range [][]string{{"exceptions", "list"}, {"exceptions", "show", "e1"}} {
		if out := m.call(t, args...).want(t, exitOK).stdout; strings.ContainsAny(out, "\x1b\u202e") || strings.Contains(out, "\nrossi") {
			t.Errorf("%v: %q", args, out)
		}
	}
}
