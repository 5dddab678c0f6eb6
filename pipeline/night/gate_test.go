package night_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/night"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/tables"
)

var contracts = pipeline.ContractTable{
	"A.01.00": {{Code: "A.01.00", Form: pipeline.FormPermanent, Treatment: pipeline.TreatEmployment}},
}

const (
	surging = "01234567897" // sends ten times what it usually does
	steady  = "00987654320"
)

// guarded is a home in memory over several nights, with a gate before each.
type guarded struct {
	*home
	date, previous pipeline.Date
	past           []gates.Past
	accept         string
	fail           error

	partitions, workers int

	inForce    []pipeline.Action
	exceptions []pipeline.Exception
	actions    []pipeline.Action
	stretches  []pipeline.Stretch
}

// newGuarded has eight nights behind it of a thousand documents each, ten decadences from each of two senders.
func newGuarded() *guarded {
	g := &guarded{home: newHome(), date: tonight, previous: tonight - 1, partitions: 8, workers: 3}
	for week := range pipeline.Date(8) {
		p := gates.Past{
			Date: tonight - 7*(week+1), New: map[pipeline.Flow]int64{pipeline.FlowUnilav: 1000, pipeline.FlowDomande: 120}, Adverse: map[gates.Slice]int64{},
		}
		add := func(d gates.Dimension, value string, n int64) {
			p.Adverse[gates.Slice{Dimension: d, Value: value, Type: pipeline.ActionDecade}] = n
		}
		add(gates.ByTotal, "", 20)
		add(gates.ByRule, "R03", 20)
		add(gates.BySender, surging, 10)
		add(gates.BySender, steady, 10)
		for _, sede := range []string{"7000", "7100", "7200"} {
			add(gates.ByOffice, sede, 7)
		}
		g.past = append(g.past, p)
	}
	return g
}

// permanent invents a job that ends the benefit of the i-th person, each of another employer.
func permanent(i int, sender string) night.Document {
	c := hire(i, 1)
	c.Contract, c.Sender, c.Employer = "A.01.00", sender, fmt.Sprintf("%011d", i)
	return one(c)
}

// arrive fills the inbox with so many decadences of each sender, and with documents about nobody up to a number.
func (g *guarded) arrive(surge, others, documents int) {
	var docs []night.Document
	g.claims = nil
	for i := range 120 {
		c := claim(i)
		c.TerminatedOn, c.FiledOn, c.FormerEmployer = c.Start-8, c.Start-7, "x"
		g.claims = append(g.claims, c)
	}
	for i := range surge + others {
		sender := surging
		if i >= surge {
			sender = steady
		}
		docs = append(docs, permanent(i, sender))
	}
	for i := len(docs); i < documents; i++ {
		c := hire(120+i%500, i)
		c.ID = sha256.Sum256(fmt.Append(nil, "filler", i))
		docs = append(docs, one(c))
	}
	g.files["unilav/a.xml"] = docs
}

func (g *guarded) judge(n gates.Night) (night.Judgement, error) {
	c := gates.Defaults()
	r := gates.Evaluate(n, gates.History{Nights: g.past, Published: 56}, c)
	if g.accept == "" || r.Verdict() < gates.Hold {
		return night.Judgement{Result: r}, g.fail
	}
	r, err := r.Accept(g.accept)
	return night.Judgement{Result: r, Accepted: true}, errors.Join(err, g.fail)
}

// night runs one night; one that is published is what the next begins from.
func (g *guarded) night(t *testing.T) (*night.Summary, error) {
	t.Helper()
	ports := g.ports(t)
	ports.Gate = night.Gate{Judge: g.judge, Again: true}
	g.inForce, g.exceptions, g.actions, g.stretches = nil, nil, nil, nil
	ports.Output.InForce = keeping(g.home, tables.ActionsInForce, &g.inForce)
	ports.Output.Exceptions = keeping(g.home, tables.Exceptions, &g.exceptions)
	ports.Output.Actions = keeping(g.home, tables.Actions, &g.actions)
	ports.Output.Stretches = keeping(g.home, tables.Situation, &g.stretches)
	p := rules.Defaults(contracts)
	s, err := night.Run(t.Context(), night.Config{
		Date: g.date, Previous: g.previous, Revision: 1, Params: p, RulesVersion: "v", ProgramVersion: "p",
		Partitions: g.partitions, Workers: g.workers, SpillBytes: 4096,
	}, ports, ledger.Decide, &night.Progress{})
	if err != nil {
		return s, err
	}
	g.communications["night "+g.date.String()] = g.communications[tonight.String()] // Place knows of one night only
	delete(g.communications, tonight.String())
	g.issued, g.open = g.inForce, g.exceptions
	g.previous, g.date = g.date, g.date+1
	g.files = map[string][]night.Document{}
	return s, nil
}

// modes counts the actions in force by type, mode and sender's block of persons.
func (g *guarded) modes() map[string]int {
	out := map[string]int{}
	for _, a := range g.inForce {
		out[a.Type+" "+a.Mode]++
	}
	return out
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func mustPublish(t *testing.T, g *guarded) *night.Summary {
	t.Helper()
	s, err := g.night(t)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestTenTimesTheUsualDecadencesOfOneSender holds that slice and publishes the rest; a person's word releases it.
func TestTenTimesTheUsualDecadencesOfOneSender(t *testing.T) {
	g := newGuarded()
	g.arrive(100, 10, 1000)
	s := mustPublish(t, g)
	same(t, "in force", map[string]int{"DECADENZA PROPOSTA": 100, "DECADENZA AUTOMATICA": 10}, g.modes())
	for _, a := range g.actions {
		sender, waits := steady, a.Mode == pipeline.ModeProposed
		if waits {
			sender = surging
		}
		if !strings.Contains(a.Sources, "1600100") || waits != strings.Contains(a.Reason, "in attesa di conferma: le decadenze con mittente "+sender) {
			t.Errorf("%s: %s", a.Mode, a.Reason)
		}
	}
	states := map[string]int{}
	for _, x := range g.stretches {
		states[x.State]++
	}
	if states[pipeline.StretchForfeited] != 10 {
		t.Errorf("stretches: %v, want 10 forfeited", states)
	}
	if n := s.Counts[night.Line{Scope: night.Total, Item: night.ItemHeld}]; n != 100 {
		t.Errorf("azioni_trattenute %d, want 100", n)
	}
	if n := s.Counts[night.Line{Scope: "7000", Item: night.ItemHeld}]; n < 30 || n > 40 {
		t.Errorf("azioni_trattenute of a sede %d", n)
	}
	const reason = "DECADENZA nuove con mittente=01234567897: 100, di solito il sabato 10 (mediana di 8 notti), normale fino a 13. " +
		"Queste azioni escono come proposte, il resto è pubblicato."
	if !slices.ContainsFunc(s.Warnings, func(w string) bool { return strings.HasPrefix(w, reason) }) || len(s.Warnings) != 1 {
		t.Errorf("warnings: %q", s.Warnings)
	}
	kept := map[string]int64{}
	for line, n := range s.Counts {
		if line.Scope == night.ScopeGates && !strings.Contains(line.Item, "sede") {
			kept[line.Item] = n
		}
	}
	same(t, "kept for the nights to come", map[string]int64{
		"decadenza totale": 20, "decadenza regola R03": 20, "decadenza mittente 01234567897": 10, "decadenza mittente 00987654320": 10,
	}, kept)

	for range 2 { // it is held again, and nothing flaps
		g.past = moved(g.past)
		g.arriveNothing(1000)
		s = mustPublish(t, g)
		if n := s.Counts[night.Line{Scope: night.Total, Item: night.ItemHeld}]; n != 100 || len(g.actions) != 0 {
			t.Errorf("another night: %d held, %d rows published", n, len(g.actions))
		}
		same(t, "in force", map[string]int{"DECADENZA PROPOSTA": 100, "DECADENZA AUTOMATICA": 10}, g.modes())
	}

	g.past, g.accept = moved(g.past), "verificato con il mittente"
	g.arriveNothing(1000)
	s = mustPublish(t, g)
	same(t, "in force", map[string]int{"DECADENZA AUTOMATICA": 110}, g.modes())
	if len(g.actions) != 100 || s.Counts[night.Line{Scope: night.Total, Item: night.ItemHeld}] != 0 {
		t.Errorf("%d rows published, want 100", len(g.actions))
	}
	for _, a := range g.actions {
		if a.Operation != pipeline.OperationChanged || a.Cause != pipeline.CauseOperator || a.Mode != pipeline.ModeAuto {
			t.Fatalf("released as %s %s because of %s", a.Operation, a.Mode, a.Cause)
		}
	}
	if !strings.HasSuffix(s.Warnings[0], "Accettato: verificato con il mittente.") {
		t.Errorf("warnings: %q", s.Warnings)
	}
	g.past, g.accept = moved(g.past), ""
	g.arriveNothing(1000)
	if s := mustPublish(t, g); len(g.actions) != 0 || s.Counts[night.Line{Scope: night.Total, Item: night.ItemHeld}] != 0 {
		t.Errorf("the night after: %d rows", len(g.actions))
	}
}

// moved has the history as it would be a day later.
func moved(past []gates.Past) []gates.Past {
	out := slices.Clone(past)
	for i := range out {
		out[i].Date++
	}
	return out
}

// arriveNothing has documents about nobody come.
func (g *guarded) arriveNothing(n int) {
	var docs []night.Document
	for i := range n {
		c := hire(120+i%500, i)
		c.ID = sha256.Sum256(fmt.Append(nil, g.date, i))
		docs = append(docs, one(c))
	}
	g.files["unilav/b.xml"] = docs
}

func TestHeldNightDoesNotDependOnPartitionsOrWorkers(t *testing.T) {
	var want map[string][]byte
	for _, n := range [][2]int{{1, 1}, {8, 2}, {64, 4}} {
		g := newGuarded()
		g.partitions, g.workers = n[0], n[1]
		g.arrive(100, 10, 1000)
		mustPublish(t, g)
		if want == nil {
			want = g.published
		}
		for name, b := range want {
			if !bytes.Equal(b, g.published[name]) {
				t.Errorf("%d partitions, %d workers: %s differs", n[0], n[1], name)
			}
		}
	}
}

func TestRefusedNightPublishesNothing(t *testing.T) {
	g := newGuarded()
	g.arrive(10, 10, 3000)
	_, err := g.night(t)
	var refused *night.GateError
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	for _, want := range []string{"REFUSE volumi: Documenti nuovi: 3.000, di solito il sabato 1.000", "incrocio run --date 2014-03-01 --accept"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q lacks %q", err, want)
		}
	}
	for _, step := range g.steps {
		if step == "place archive" || step == "publish" || step == "finish" || strings.HasPrefix(step, "open azioni") {
			t.Errorf("a refused night came to %q", step)
		}
	}
	if g.manifest != nil || len(g.communications) != 0 {
		t.Error("a refused night left something")
	}
	g.accept = "mese arretrato di un mittente"
	mustPublish(t, g)
	same(t, "in force", map[string]int{"DECADENZA AUTOMATICA": 20}, g.modes())
}

func TestNightAsUsualPasses(t *testing.T) {
	g := newGuarded()
	g.arrive(10, 10, 1000)
	s := mustPublish(t, g)
	same(t, "in force", map[string]int{"DECADENZA AUTOMATICA": 20}, g.modes())
	if len(s.Warnings) != 0 || len(s.Findings) == 0 {
		t.Errorf("warnings %q, %d findings", s.Warnings, len(s.Findings))
	}
}

func TestGateThatFailsPublishesNothing(t *testing.T) {
	g := newGuarded()
	g.arrive(10, 10, 1000)
	g.fail = errors.New("injected in the gate")
	if _, err := g.night(t); !errors.Is(err, g.fail) || g.manifest != nil {
		t.Errorf("%v", err)
	}
}

// TestDiscardsAreRefused has more discards than the limit among a thousand documents.
func TestDiscardsAreRefused(t *testing.T) {
	g := newGuarded()
	g.arrive(10, 10, 1000)
	for i := range 25 {
		g.files["unilav/a.xml"][999-i] = night.Document{Discards: []pipeline.Discard{{Code: pipeline.DiscardDate, Message: fmt.Sprint(i)}}}
	}
	_, err := g.night(t)
	if err == nil || !strings.Contains(err.Error(), "Scarti in unilav: 25 documenti su 1.000 (2,5 %), limite 2 %.") {
		t.Error(err)
	}
}

// TestSendersThatArePersonsAreKeptByAPseudonym keeps what went out and reads it back for a night with the same sender.
func TestSendersThatArePersonsAreKeptByAPseudonym(t *testing.T) {
	g := newGuarded()
	sender := string(who(600))
	g.arrive(10, 10, 1000)
	for i := range 10 {
		g.files["unilav/a.xml"][i] = permanent(i, sender)
	}
	g.accept = "prova"
	mustPublish(t, g)
	lines := []pipeline.BalanceRow{}
	for _, r := range g.manifest.Balance {
		if strings.Contains(r.Item, sender) || strings.Contains(r.Scope, sender) {
			t.Errorf("the code of a person in %s, %s", r.Scope, r.Item)
		}
		lines = append(lines, r)
	}
	by := gates.Slice{Dimension: gates.BySender, Value: sender, Type: pipeline.ActionDecade}
	other := gates.Adverse{Type: pipeline.ActionDecade, Office: "7000", Employer: "03472640170", Sender: steady, Rule: "R03", Count: 1}
	again := other
	again.Sender = sender
	got := night.PastOf(tonight, lines, []gates.Adverse{other, again})
	same(t, "past", gates.Past{
		Date: tonight, New: map[pipeline.Flow]int64{pipeline.FlowUnilav: 1000, pipeline.FlowDomande: 120},
		Adverse: map[gates.Slice]int64{
			by: 10,
			{Dimension: gates.ByTotal, Type: pipeline.ActionDecade}:                 20,
			{Dimension: gates.BySender, Value: steady, Type: pipeline.ActionDecade}: 10,
			{Dimension: gates.ByOffice, Value: "7000", Type: pipeline.ActionDecade}: 7,
			{Dimension: gates.ByRule, Value: "R03", Type: pipeline.ActionDecade}:    20,
		},
	}, got)
}
