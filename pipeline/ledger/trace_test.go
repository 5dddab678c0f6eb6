package ledger_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/fixtures/scenari"
	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

// trace is traccia as its readers see it.
type trace struct {
	Rule  string `json:"regola"`
	Tried []struct {
		Fact    string `json:"fatto"`
		Rule    string `json:"regola"`
		Outcome string `json:"esito"`
		Why     string `json:"perche"`
	} `json:"provate"`
	Compared []struct {
		Fact       string `json:"fatto"`
		Value      string `json:"valore"`
		Limit      string `json:"limite"`
		Difference *int64 `json:"differenza"`
		Unit       string `json:"unita"`
	} `json:"confronti"`
	Margin *struct {
		Days int32  `json:"giorni"`
		Fact string `json:"fatto"`
	} `json:"margine"`
	Searched []struct {
		What   string `json:"che"`
		Found  *bool  `json:"trovato"`
		Detail string `json:"dettaglio"`
	} `json:"cercato"`
	Values  map[string]string   `json:"valori"`
	Rulings []map[string]string `json:"provvedimenti"`
}

// faults says what is wrong with the trace and the sentence of a row.
func faults(text, sentence, rule string, m pipeline.Opt[int32]) (t trace, out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil || d.More() || strings.ContainsAny(text, "\n") {
		say("not one line of JSON: %v", err)
		return t, out
	}
	if t.Rule != rule {
		say("the trace is of %s", t.Rule)
	}
	applied := false
	for _, s := range t.Tried {
		applied = applied || s.Rule == rule && s.Outcome == "APPLICATA"
		if _, ok := rules.Rules[s.Rule]; !ok || s.Outcome != "APPLICATA" && s.Outcome != "NON_APPLICATA" || s.Why == "" || strings.Contains(s.Why, "%!") || strings.Contains(s.Why, "data non nota") {
			say("tried %+v", s)
		}
	}
	if !applied {
		say("%s is not among the rules that applied", rule)
	}
	for _, c := range t.Compared {
		if c.Fact == "" || c.Value == "" || c.Limit == "" || c.Difference == nil || c.Unit != "giorni" && c.Unit != "centesimi" {
			say("compared %+v", c)
		}
	}
	if (t.Margin != nil) != m.OK || m.OK && (t.Margin.Days != m.V || t.Margin.Fact == "") {
		say("margin %v, in the row %v", t.Margin, m)
	}
	if code := wholeTaxCode.FindString(text + sentence); code != "" {
		say("a whole tax code")
	}
	return t, append(out, readOut(sentence)...)
}

var (
	wholeTaxCode = regexp.MustCompile(`[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-EHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]`)
	internalCode = regexp.MustCompile(`\bR\d\d\b|\b[A-Z]{4,}_[A-Z_]+\b|\b[A-Z]\.\d\d\.\d\d\b|%!|\d{11,}`)
)

// readOut says why a sentence is not fit to be read out.
func readOut(s string) (out []string) {
	first, _ := utf8.DecodeRuneInString(s)
	effect, because, ok := strings.Cut(s, ": ")
	switch {
	case !unicode.IsUpper(first) || !strings.HasSuffix(s, ".") || strings.Contains(s, ".."):
		out = append(out, "no sentence: "+s)
	case !ok || effect == "" || because == "":
		out = append(out, "it does not begin with the effect: "+s)
	}
	if code := internalCode.FindString(withoutNames(s)); code != "" {
		out = append(out, "code "+code+" in: "+s)
	}
	return out
}

// withoutNames leaves out what the inbox calls things: invented employers are named by their codes, questions by protocol.
func withoutNames(s string) string {
	return regexp.MustCompile(`Datore \d{11}`).ReplaceAllString(s, "")
}

// rowFaults checks every row of a night.
func rowFaults(r *ledger.Result) (out []string) {
	for _, a := range slices.Concat(r.Actions, r.InForce) {
		t, bad := faults(a.Trace, a.Reason, a.Rule, a.Margin)
		adverse := a.Type == pipeline.ActionSuspend || a.Type == pipeline.ActionDecade || a.Type == pipeline.ActionReduce
		var what []string
		for _, s := range t.Searched {
			if what = append(what, s.What); s.Found == nil || s.Detail == "" {
				bad = append(bad, fmt.Sprintf("searched %+v", s))
			}
		}
		if adverse && !slices.Equal(what, searches) || !adverse && what != nil {
			bad = append(bad, fmt.Sprintf("searched %q", what))
		}
		if a.Operation == pipeline.OperationWithdrawn != strings.HasPrefix(a.Reason, "Non vale più") {
			bad = append(bad, a.Operation+": "+a.Reason)
		}
		for _, f := range bad {
			out = append(out, fmt.Sprintf("%s %s from %s by %s: %s", a.Type, a.Mode, a.From, a.Rule, f))
		}
	}
	for _, e := range r.Exceptions {
		_, bad := faults(e.Trace, e.Text, e.Rule, e.Margin)
		for _, f := range bad {
			out = append(out, fmt.Sprintf("%s by %s: %s", e.Code, e.Rule, f))
		}
	}
	return out
}

// searches are what every adverse action has been searched for.
var searches = []string{
	"annullamento nella catena", "rettifica nella catena", "cessazione lo stesso giorno o prima della fine",
	"omonimo o altro codice fiscale", "doppione di somministrazione", "dichiarazione già presentata",
}

func TestEveryRowSaysWhy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eachNight(drawWide(t), func(on pipeline.Date, _ bool, r *ledger.Result) {
			for _, f := range rowFaults(r) {
				t.Errorf("%s: %s", on, f)
			}
		})
	})
}

func TestEveryScenarioSaysWhy(t *testing.T) {
	all, err := scenari.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := rules.Defaults(allContracts)
	seen := map[string]bool{}
	for i := range all {
		nights, err := all[i].Nights()
		if err != nil {
			t.Fatal(err)
		}
		who, err := all[i].Person()
		if err != nil {
			t.Fatal(err)
		}
		d := pipeline.Dossier{Person: who}
		prev := pipeline.Date(0)
		for _, n := range nights {
			d.Claims = n.Claims
			d.Communications = append(d.Communications, n.Communications...)
			d.Submissions = append(d.Submissions, n.Submissions...)
			d.Notices = append(d.Notices, n.Notices...)
			r := nightBy(&p, &d, prev, n.Date)
			for _, f := range rowFaults(&r) {
				t.Errorf("%s, %s: %s", all[i].Name, n.Date, f)
			}
			for _, e := range r.Exceptions {
				seen[e.Code] = true
			}
			d.Issued, d.Open, prev = r.InForce, r.Exceptions, n.Date
		}
	}
	// identities, domestic work and vouchers need their files; the rest is in the stories of this package
	elsewhere := []string{rules.ExcAmbiguousIdentity, rules.ExcVoucherOverLimit, rules.ExcDomesticPending, rules.ExcOverIncomeLimit}
	for code := range rules.ExceptionTypes {
		if !seen[code] && !slices.Contains(elsewhere, code) {
			t.Errorf("no scenario raises %s", code)
		}
	}
}

func TestVouchersAndDomesticWorkSayWhy(t *testing.T) {
	s := newStory(aspi())
	for n, v := range []struct {
		kind  string
		cents pipeline.Cents
	}{{pipeline.ClientBusiness, 2100_00}, {pipeline.ClientOther, 950_00}} {
		s.d.Vouchers = append(s.d.Vouchers, pipeline.Voucher{ID: pipeline.DocID{byte(n)}, Worker: person, Client: fmt.Sprint(n), ClientKind: v.kind, On: day("2014-08-01"), Net: v.cents})
	}
	s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31", func(c *pipeline.Communication) {
		c.Model, c.Contract, c.Pending, c.Code, c.EmployerName = pipeline.ModelDomestico, "A.02.00", true, "DOM-0001", ""
	})
	s.night("2014-09-10").want(t, "", "DOMESTICO_IN_DEFINIZIONE, VOUCHER_OLTRE_LIMITE")
	for _, f := range rowFaults(&s.last) {
		t.Error(f)
	}
	i := slices.IndexFunc(s.last.Exceptions, func(e pipeline.Exception) bool { return e.Code == rules.ExcVoucherOverLimit })
	const want = "Per ora non cambia nulla, la sede deve decidere: i compensi da lavoro accessorio del 2014 superano il limite di " +
		"2.020,00 euro per un solo committente e quello di 3.000,00 euro per chi percepisce una prestazione."
	if got := s.last.Exceptions[i].Text; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// golden compares a row's sentence and trace with a file.
func golden(t *testing.T, name, sentence, trace string) {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintln(&b, sentence)
	if err := json.Indent(&b, []byte(trace), "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	path := filepath.Join("testdata", "traccia", name)
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := diff.Diff(string(want), b.String()); d != "" {
		t.Errorf("%s:\n%s", name, d)
	}
}

// action finds the one action of a type in force.
func (s *story) action(t *testing.T, kind string) pipeline.Action {
	t.Helper()
	i := slices.IndexFunc(s.last.InForce, func(a pipeline.Action) bool { return a.Type == kind })
	if i < 0 {
		t.Fatalf("no %s", kind)
	}
	return s.last.InForce[i]
}

func TestGoldenTraces(t *testing.T) {
	t.Run("a decadence over the limit", func(t *testing.T) {
		c := aspi()
		c.PaidThrough = day("2014-08-10")
		s := newStory(c)
		s.hire(employerX, "A.02.00", "2014-08-01", "2015-02-03")
		a := s.night("2014-09-10").action(t, pipeline.ActionDecade)
		golden(t, "decadenza.txt", a.Reason, a.Trace)
	})
	t.Run("a suspension, with all that can be found", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31", func(c *pipeline.Communication) {
			c.Model, c.UserCompany = pipeline.ModelUnisomm, employerY
		})
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.Surname = "Altri" })
		s.follow(j, pipeline.EventTermination, pipeline.PurposeNormal, "2014-09-15")
		gone := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31", func(c *pipeline.Communication) { c.Model = pipeline.ModelUnisomm })
		s.follow(gone, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.hire(employerY, "A.02.00", "2014-08-01", "2014-09-15")
		s.declare("D1", "2014-08-10", work("2014-08-01", "2014-09-15", employerX))
		s.income("2014-08-01", "2014-09-20", 9000)
		s.d.Claims[0].Surname = "Rossi"
		a := s.night("2014-09-25").action(t, pipeline.ActionSuspend)
		golden(t, "sospensione.txt", a.Reason, a.Trace)
	})
	t.Run("a reduction", func(t *testing.T) {
		s := newStory(benefit2014())
		s.declare("D1", "2014-07-20", selfEmployed(pipeline.CaseStart, "2014-07-01", 3000, 2014))
		a := s.night("2014-07-21").action(t, pipeline.ActionReduce)
		golden(t, "riduzione.txt", a.Reason, a.Trace)
	})
	t.Run("an exception", func(t *testing.T) {
		s := newStory(benefit2014())
		s.declare("D1", "2014-08-02", selfEmployed(pipeline.CaseStart, "2014-07-01", 3000, 2014))
		e := s.night("2014-08-03").last.Exceptions[0]
		golden(t, "reddito-tardivo.txt", e.Text, e.Trace)
	})
}

// TestCarriedRowsKeepTheirTrace: what is found out later is no reason to publish an action or an exception anew.
func TestCarriedRowsKeepTheirTrace(t *testing.T) {
	s := newStory(aspi())
	s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
	s.declare("D1", "2014-08-05", pipeline.Event{Kind: pipeline.EventExpatriation, Start: day("2014-08-20")})
	s.night("2014-08-10")
	before, open := s.action(t, pipeline.ActionSuspend), s.last.Exceptions[0]
	s.declare("D1", "2014-08-12", work("2014-08-01", "2014-10-31", employerX))
	s.night("2014-08-13")
	if after := s.action(t, pipeline.ActionSuspend); after != before {
		t.Errorf("the suspension changed:\n%s", diff.Diff(before, after))
	}
	if after := s.last.Exceptions[0]; after.State != pipeline.ExceptionOpen || after.Trace != open.Trace {
		t.Errorf("the exception is %s and its trace changed:\n%s", after.State, diff.Diff(open.Trace, after.Trace))
	}
}

func TestWithdrawnRowSaysSo(t *testing.T) {
	s := newStory(aspi())
	j := s.hire(employerX, "A.02.00", "2014-09-01", "2014-10-31")
	s.night("2014-08-10")
	s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
	s.night("2014-08-11").want(t, "", "")
	const want = "Non vale più, perché una comunicazione è stata annullata: la prestazione è sospesa dal 01/09/2014 al 31/10/2014: " +
		"rapporto di lavoro con Datore 03472640170 dal 01/09/2014 al 31/10/2014, di durata entro il limite di sei mesi (ultimo giorno utile 28/02/2015)."
	if got := s.last.Actions[0].Reason; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
