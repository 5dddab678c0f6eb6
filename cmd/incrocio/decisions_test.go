//go:build linux && amd64

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/fixtures/population"
	"incrocio/pipeline"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
)

// withheld is a home in which the last night holds a submission back because of its PIN.
type withheld struct {
	home      string
	night     pipeline.Date // the last one published
	protocol  string
	exception pipeline.Exception
}

// newWithheld invents one; environ are its variables, "" for the embedded ledger.
func newWithheld(t *testing.T, environ string) *withheld {
	t.Helper()
	home := filepath.Join(inMemory(t), "h")
	sum, err := population.Generate(t.Context(), population.Options{Claims: 40, Seed: 6, Out: home, Nights: 1})
	if err != nil {
		t.Fatal(err)
	}
	first := sum.Night
	w := &withheld{home: home, night: first + 1, protocol: "INPS.7000.01/09/2014.0099001"}
	all := allClaims(t, home, first)
	w.run(t, environ, first)
	busy := map[string]bool{}
	for _, s := range rowsOf(t, home, first, tables.Situation) {
		busy[s.Claim] = true
	}
	i := slices.IndexFunc(all, func(c pipeline.Claim) bool {
		return !busy[c.Number] && c.Benefit == pipeline.BenefitASpI && c.State == pipeline.StateInPayment && c.Start < first-60 &&
			c.Start+pipeline.Date(c.DaysGranted) > first
	})
	if i < 0 {
		t.Fatal("no claim without facts")
	}
	c := &all[i]
	put(t, home, map[string][]byte{"inbox/aspicom/pin.jsonl": fmt.Appendf(nil, `{"protocollo":%q,"data_presentazione":"%sT10:00:00+02:00","modello":"SR137",`+
		`"canale":"WEB","pin":"NON_DISPOSITIVO","codice_fiscale":%q,"numero_domanda":%q,"tipo":"EVENTO","eventi":[{"evento":"MALATTIA","inizio":%q,"fine":%q}]}`+"\n",
		w.protocol, first-28, string(c.TaxCode), c.Number, (first - 30).String(), (first - 20).String())})
	w.run(t, environ, w.night)
	for _, e := range rowsOf(t, home, w.night, tables.Exceptions) {
		if e.Sources == w.protocol && e.Code == rules.ExcPINHold {
			w.exception = e
		}
	}
	if w.exception.ID == "" {
		t.Fatal("the submission is not held back")
	}
	return w
}

func (w *withheld) run(t *testing.T, environ string, night pipeline.Date) {
	t.Helper()
	c := callWith(t, w.home, func(world *world) {
		if environ != "" {
			world.environ = func() []string { return []string{environ} }
		}
	}, "run", "--date", night.String())
	if c.code != exitOK && c.code != exitDiscarded {
		t.Fatalf("exit code %d: %s", c.code, c.stderr)
	}
}

// copy gives another home like this one.
func (w *withheld) copy(t *testing.T) *withheld {
	t.Helper()
	c := *w
	c.home = filepath.Join(inMemory(t), "h")
	if err := os.CopyFS(c.home, os.DirFS(w.home)); err != nil {
		t.Fatal(err)
	}
	return &c
}

// pin is the decision that the PIN is dispositive by now.
func (w *withheld) pin() *worklist.Command {
	return &worklist.Command{
		Outcome: worklist.OutcomeFounded, Text: "PIN verificato allo sportello",
		Decision: &worklist.Decision{Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticePIN, On: w.night}},
	}
}

// decided gives a home in which an operator has decided, and it is too late to take it back.
func decided(t *testing.T) *withheld {
	t.Helper()
	w := newWithheld(t, "")
	s := embedded(t, w.home)
	closes(t, s, w.pin(), exceptionOf(&w.exception))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ages(t, w.home)
	return w
}

// actionsOf lists the actions of a night on the claim.
func (w *withheld) actionsOf(t *testing.T, night pipeline.Date) (out []string) {
	t.Helper()
	for _, a := range rowsOf(t, w.home, night, tables.Actions) {
		if a.Claim == w.exception.Claim {
			out = append(out, a.Type+" "+a.Operation+" "+a.Mode)
		}
	}
	return out
}

// freed are the actions of the submission once its PIN is right.
var freed = []string{"RIPRESA NUOVA AUTOMATICA", "SOSPENSIONE NUOVA AUTOMATICA"}

// operatorInputs lists the files of decisions that a night took.
func operatorInputs(t *testing.T, home string, night pipeline.Date) (out []string) {
	t.Helper()
	m, err := rundir.ReadManifest(nightFolder(home, night))
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range m.Inputs {
		if in.Flow == pipeline.FlowOperators {
			out = append(out, in.File)
		}
	}
	return out
}

// TestADecisionChangesTheNextNight once nobody can take it back, and the night after is quiet.
func TestADecisionChangesTheNextNight(t *testing.T) {
	w := newWithheld(t, "")
	s := embedded(t, w.home)
	closes(t, s, w.pin(), exceptionOf(&w.exception))

	young := w.night + 1
	w.run(t, "", young)
	if got := operatorInputs(t, w.home, young); got != nil || len(w.actionsOf(t, young)) > 0 {
		t.Errorf("a decision of just now was taken in: %v %v", got, w.actionsOf(t, young))
	}
	if _, err := os.Stat(filepath.Join(w.home, decisionsFolder)); !os.IsNotExist(err) {
		t.Errorf("a home without decisions has a folder for them: %v", err)
	}

	ages(t, w.home)
	night := young + 1
	w.run(t, "", night)
	name := night.String() + ".jsonl"
	if d := gocmp.Diff([]string{name}, operatorInputs(t, w.home, night)); d != "" {
		t.Error(d)
	}
	if d := gocmp.Diff(freed, sortedTexts(w.actionsOf(t, night))); d != "" {
		t.Error(d)
	}
	for _, a := range rowsOf(t, w.home, night, tables.Actions) {
		if a.Claim == w.exception.Claim && a.Cause != pipeline.CauseOperator {
			t.Errorf("%s because of %s", a.Type, a.Cause)
		}
	}
	line := tree(t, filepath.Join(w.home, "archive", "originali", night.String(), "operatori"))[name]
	for _, want := range []string{`{"numero":1,"tipo":"FATTO",`, `"operatore":"operatore.prova"`, `"motivo":"PIN verificato allo sportello"`, `"fonti":"` + w.protocol + `"`} {
		if !strings.Contains(line, want) {
			t.Errorf("the line lacks %s: %s", want, line)
		}
	}
	if left := tree(t, filepath.Join(w.home, decisionsFolder)); len(left) > 0 {
		t.Errorf("left behind: %v", slices.Sorted(maps.Keys(left)))
	}
	taken, err := s.TakenIn(context.Background(), night)
	if err != nil || len(taken) != 1 || taken[0].Closing.Night != night {
		t.Errorf("%+v, %v", taken, err)
	}
	w.run(t, "", night+1)
	if got := w.actionsOf(t, night+1); len(got) > 0 || operatorInputs(t, w.home, night+1) != nil {
		t.Errorf("the night after: %v", got)
	}
	call(t, w.home, "verify").want(t, exitOK)
}

func sortedTexts(s []string) []string {
	slices.Sort(s)
	return s
}

// filesOf are the files of a home but the store and the lock.
func filesOf(t *testing.T, home string) map[string]string {
	t.Helper()
	files := tree(t, home)
	maps.DeleteFunc(files, func(name, _ string) bool { return strings.Contains(name, "lock") || strings.HasPrefix(name, storeFile) })
	return files
}

// cutShort does what a night of a home does with decisions up to a point.
func (w *withheld) cutShort(t *testing.T, upTo func(h *home) error) {
	t.Helper()
	a := &app{home: w.home, log: slog.New(slog.DiscardHandler), world: &world{
		environ: func() []string { return nil }, now: func() time.Time { return time.Date(2014, 10, 1, 0, 0, 0, 0, time.UTC) },
	}}
	c, err := a.loadConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	h, _, err := a.openHome(t.Context(), &c, &runOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h.date, h.revision = w.night+1, 1
	if err := upTo(h); err != nil {
		t.Error(err)
	}
	if err := h.close(); err != nil {
		t.Error(err)
	}
}

// writeOnly does the first step of three.
func writeOnly(h *home) error {
	now, err := h.ledger.Now(context.Background())
	if err != nil {
		return err
	}
	due, err := h.ledger.Pending(context.Background(), now)
	if err != nil {
		return err
	}
	content, err := h.decisionLines(due)
	if err == nil {
		_, err = decisionsOf(h.app.home).write(h.date, content)
	}
	return err
}

// TestDecisionsOutliveWhatCutsThemShort: whatever the point, the next start gives the home of an undisturbed night.
func TestDecisionsOutliveWhatCutsThemShort(t *testing.T) {
	base := decided(t)
	night := base.night + 1
	undisturbed := base.copy(t)
	undisturbed.run(t, "", night)
	want := filesOf(t, undisturbed.home)
	for name, upTo := range map[string]func(h *home) error{
		"written": writeOnly,
		"half written": func(h *home) error {
			d := decisionsOf(h.app.home)
			return errors.Join(os.MkdirAll(d.dir, 0o750), os.WriteFile(d.path(unfinished), []byte("{"), 0o600))
		},
		"taken in": func(h *home) error { return h.takeDecisions(context.Background()) },
		"twice": func(h *home) error {
			return errors.Join(h.takeDecisions(context.Background()), h.takeDecisions(context.Background()))
		},
	} {
		w := base.copy(t)
		w.cutShort(t, upTo)
		w.run(t, "", night)
		sameFiles(t, name, want, filesOf(t, w.home))
	}

	t.Run("a night that fails", func(t *testing.T) {
		w := base.copy(t)
		broken := "inbox/domande/domande-" + night.String() + ".csv"
		put(t, w.home, map[string][]byte{broken: []byte("not,a,claim\n")})
		call(t, w.home, "run", "--date", night.String()).want(t, exitFailed)
		if names, err := decisionsOf(w.home).names(); err != nil || !slices.Equal(names, []string{night.String() + ".jsonl"}) {
			t.Errorf("%v, %v", names, err)
		}
		if err := os.Remove(filepath.Join(w.home, broken)); err != nil {
			t.Fatal(err)
		}
		later := w.copy(t)
		w.run(t, "", night)
		sameFiles(t, "the same night again", want, filesOf(t, w.home))
		later.run(t, "", night+1) // the file waits for whichever night comes next
		if d := gocmp.Diff(freed, sortedTexts(later.actionsOf(t, night+1))); d != "" {
			t.Errorf("a later night: %s", d)
		}
	})
	t.Run("undone meanwhile", func(t *testing.T) {
		w := base.copy(t)
		w.cutShort(t, writeOnly)
		s := embedded(t, w.home)
		does(t, s, &worklist.Command{Verb: worklist.VerbReopen, Text: "errore"}, exceptionOf(&w.exception))
		w.run(t, "", night)
		if got := w.actionsOf(t, night); len(got) > 0 || operatorInputs(t, w.home, night) != nil {
			t.Errorf("what was undone acts: %v", got)
		}
		if left := tree(t, filepath.Join(w.home, decisionsFolder)); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	t.Run("a file of somebody else", func(t *testing.T) {
		w := base.copy(t)
		w.cutShort(t, writeOnly)
		path := decisionsOf(w.home).path(night.String() + ".jsonl")
		line, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		forged := strings.Replace(string(line), "PIN verificato", "PIN inventato", 1) + strings.Replace(string(line), `"numero":1`, `"numero":99`, 1) + "{}\n"
		put(t, w.home, map[string][]byte{
			"provvedimenti/" + night.String() + ".jsonl": []byte(forged), "inbox/operatori/2014-10-01.jsonl": line,
		})
		c := call(t, w.home, "run", "--date", night.String())
		if !strings.Contains(c.stderr, "flusso non gestito") {
			t.Errorf("exit code %d: %s", c.code, c.stderr)
		}
		got := filesOf(t, w.home)
		if got["inbox/operatori/2014-10-01.jsonl"] != string(line) {
			t.Error("the inbox was touched")
		}
		delete(got, "inbox/operatori/2014-10-01.jsonl")
		sameFiles(t, "forged", want, got)
	})
}

// TestARepeatedNightDecidesTheSame from its originals, with what was decided since besides; one that fails gives them back.
func TestARepeatedNightDecidesTheSame(t *testing.T) {
	w := decided(t)
	night := w.night + 1
	w.run(t, "", night)
	before, originals := factFiles(t, w.home, night), tree(t, filepath.Join(w.home, "archive", "originali", night.String()))
	again := w.copy(t)
	published(t, again.home, "run", "--replace")
	sameFiles(t, "facts", before, factFiles(t, again.home, night))
	sameFiles(t, "originals", originals, tree(t, filepath.Join(again.home, "archive", "originali", night.String())))

	failing := w.copy(t)
	if err := os.RemoveAll(filepath.Join(failing.home, "inbox", "domande")); err != nil {
		t.Fatal(err)
	}
	put(t, failing.home, map[string][]byte{"inbox/domande/domande-" + night.String() + ".csv": []byte("not,a,claim\n")})
	call(t, failing.home, "run", "--replace").want(t, exitFailed)
	sameFiles(t, "originals given back", originals, tree(t, filepath.Join(failing.home, "archive", "originali", night.String())))

	// Somebody decides something else before the repetition: it is taken in with it, in a file of its own.
	s := embedded(t, w.home)
	var other pipeline.Exception
	for _, e := range rowsOf(t, w.home, night, tables.Exceptions) {
		if e.State != pipeline.ExceptionClosed && !e.SecondEyes && e.TaxCode != w.exception.TaxCode {
			other = e
		}
	}
	closes(t, s, &worklist.Command{
		Outcome: worklist.OutcomeUseful, Text: "va bene così", Decision: &worklist.Decision{Kind: worklist.DecideRefuse},
	}, exceptionOf(&other))
	ages(t, w.home)
	published(t, w.home, "run", "--replace")
	want := []string{night.String() + ".jsonl", night.String() + "~2.jsonl"}
	if d := gocmp.Diff(want, sortedTexts(operatorInputs(t, w.home, night))); d != "" {
		t.Error(d)
	}
	if d := gocmp.Diff(freed, sortedTexts(w.actionsOf(t, night))); d != "" {
		t.Error(d)
	}
	call(t, w.home, "verify").want(t, exitOK)
}

// TestBothStoresGiveTheSameBytes: a decision in PostgreSQL and one in SQLite have the same effects.
func TestBothStoresGiveTheSameBytes(t *testing.T) {
	embeddedHome := decided(t)
	night := embeddedHome.night + 1
	embeddedHome.run(t, "", night)

	home, first := generated(t, 40, 6)
	url := claimsDatabase(t, allClaims(t, home, first))
	w := newWithheld(t, "INCROCIO_DATABASE_URL="+url)
	s, err := postgres.Open(context.Background(), url, store.Options{Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	closes(t, s, w.pin(), exceptionOf(&w.exception))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ask(t, url, "UPDATE lavorazioni SET quando = '"+longAgo+"'")
	w.run(t, "INCROCIO_DATABASE_URL="+url, night)
	sameFiles(t, "facts", factFiles(t, embeddedHome.home, night), factFiles(t, w.home, night))
	for _, folder := range []string{"schede", "segnalazioni", "originali/" + night.String()} {
		sameFiles(t, folder, tree(t, filepath.Join(embeddedHome.home, "archive", folder)), tree(t, filepath.Join(w.home, "archive", folder)))
	}
}
