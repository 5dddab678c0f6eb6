package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/tables"
	"incrocio/writers/store"
	"incrocio/writers/store/sqlite"
)

const (
	senderOfMany = "03472640170"
	senderOfOne  = "02877740213"
)

// watched is a home whose nights have gone by for fourteen weeks, thirty documents a night.
type watched struct {
	home   string
	night  pipeline.Date // the next
	claims []pipeline.Claim
	hired  int // claims that have ended with a job
	sent   int
}

const watchedClaims = 40

func newWatched(t *testing.T) *watched {
	t.Helper()
	w := &watched{home: t.TempDir(), night: pipeline.MustDate("2014-09-02") - 14*7}
	for i := range watchedClaims {
		surname, given, _, birth, _, code := documents.Person(900 + i)
		w.claims = append(w.claims, pipeline.Claim{
			Number: fmt.Sprintf("770%03d", i), Protocol: fmt.Sprintf("INPS.7000.30/01/2014.%07d", i), TaxCode: code, Surname: surname,
			GivenName: given, BirthDate: birth, Office: "7000", Benefit: pipeline.BenefitASpI, State: pipeline.StateInPayment,
			TerminatedOn: pipeline.MustDate("2014-01-26"), FiledOn: pipeline.MustDate("2014-01-30"), Start: pipeline.MustDate("2014-02-03"),
			DaysGranted: 240, FormerEmployer: "10000000009", PaymentMode: pipeline.PaymentAtCounter,
		})
	}
	snapshot(t, w.home, w.night, w.claims)
	put(t, w.home, map[string][]byte{configFile: []byte("[gates]\nmin_records = 20\n")})
	for range 14 {
		w.arrive(t, 1, 0, 30)
		call(t, w.home, "run", "--date", w.night.String()).want(t, exitOK)
		w.night += 7
	}
	return w
}

// arrive fills the inbox: permanent jobs of claimants from two senders, and jobs of nobody up to a number of documents.
func (w *watched) arrive(t *testing.T, many, one, documentsInAll int) {
	t.Helper()
	var stream []byte
	hire := func(surname, given string, birth pipeline.Date, code pipeline.CodiceFiscale, sender string) {
		w.sent++
		employer, name := documents.Company(w.sent)
		stream = append(stream, documents.XML(&pipeline.Communication{
			Model: pipeline.ModelUnilav, Event: pipeline.EventHire, Purpose: pipeline.PurposeNormal, Code: fmt.Sprintf("07091%011d", w.sent),
			Version: "CO130131", SentAt: documents.Moment(w.night-1, 10, 0), SentOn: w.night - 1, Worker: code, Surname: surname, GivenName: given,
			Sex: "M", BirthDate: birth, BirthPlace: "H501", Employer: employer, EmployerName: name, Contract: "A.01.00", Hours: "F",
			Start: w.night - 1, Sender: sender,
		})...)
	}
	for i := range many + one {
		sender := senderOfMany
		if i >= many {
			sender = senderOfOne
		}
		c := &w.claims[w.hired]
		w.hired++
		hire(c.Surname, c.GivenName, c.BirthDate, c.TaxCode, sender)
	}
	for i := many + one; i < documentsInAll; i++ {
		surname, given, _, birth, _, code := documents.Person(5000 + w.sent)
		hire(surname, given, birth, code, senderOfOne)
	}
	put(t, w.home, map[string][]byte{"inbox/unilav/" + w.night.String() + ".xml": stream})
}

// modes counts the decadences in force by mode.
func (w *watched) modes(t *testing.T, on pipeline.Date) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, a := range rowsOf(t, w.home, on, tables.ActionsInForce) {
		out[a.Mode]++
	}
	return out
}

// audited gives the entries of a code.
func audited(t *testing.T, home, what string) []store.AuditRow {
	t.Helper()
	ctx := context.Background()
	s, err := sqlite.Open(ctx, filepath.Join(home, storeFile), store.Options{Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var out []store.AuditRow
	err = s.Audit(ctx, 1, func(r *store.AuditRow) error {
		if r.What == what {
			out = append(out, *r)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.VerifyAudit(ctx); err != nil {
		t.Error(err)
	}
	return out
}

func equal[T any](t *testing.T, what string, want, got T) {
	t.Helper()
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// TestHeldSliceThroughFiles: a sender of one decadence a night, too few to be kept by name, sends twelve. They are held and the rest is published; the
// ledger can be told all of it from the published folder; held again the next night; repeated on a person's word, they are
// issued, and the word is audited.
func TestHeldSliceThroughFiles(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.arrive(t, 12, 1, 30)
	const reason = "DECADENZA nuove con mittente=03472640170: 12, di solito il martedì 0 (mediana di 8 notti), normale fino a 3."
	before := wholeHome(t, w.home)
	trial := call(t, w.home, "run", "--date", w.night.String(), "--dry-run").want(t, exitOK)
	if !strings.Contains(trial.stdout, "HOLD  azioni_sfavorevoli  "+reason) || !strings.Contains(trial.stdout, "PASS  volumi") {
		t.Errorf("trial run:\n%s", trial.stdout)
	}
	sameFiles(t, "trial run", before, wholeHome(t, w.home))

	real := call(t, w.home, "run", "--date", w.night.String()).want(t, exitOK)
	if !strings.Contains(real.stderr, reason) || !strings.Contains(real.stderr, "--replace --accept") {
		t.Errorf("stderr:\n%s", real.stderr)
	}
	if !strings.Contains(real.stdout, "azioni trattenute dai varchi  12") {
		t.Errorf("stdout:\n%s", real.stdout)
	}
	equal(t, "in force", map[string]int{pipeline.ModeAuto: 15, pipeline.ModeProposed: 12}, w.modes(t, w.night))
	kept := map[string]int64{}
	for _, r := range rowsOf(t, w.home, w.night, tables.Balance) {
		if r.Scope == night.ScopeGates || r.Item == night.ItemHeld {
			kept[r.Scope+": "+r.Item] = r.Value
		}
	}
	equal(t, "quadratura", map[string]int64{
		"TOTALE: azioni_trattenute": 12, "7000: azioni_trattenute": 12, "varco: decadenza totale": 1, "varco: decadenza sede 7000": 1,
		"varco: decadenza regola R03": 1,
	}, kept)
	if shown := call(t, w.home, "status", "--balance").want(t, exitOK); strings.Contains(shown.stdout, night.ScopeGates) ||
		!strings.Contains(shown.stdout, night.ItemHeld) {
		t.Errorf("balance:\n%s", shown.stdout)
	}
	w.entersTheSame(t)

	replaced := call(t, w.home, "run", "--replace", "--accept", " verificato con   il mittente ").want(t, exitOK)
	if !strings.Contains(replaced.stderr, "Accettato: verificato con il mittente.") {
		t.Errorf("stderr:\n%s", replaced.stderr)
	}
	equal(t, "in force, accepted", map[string]int{pipeline.ModeAuto: 27}, w.modes(t, w.night))
	w.accepted(t, w.night.String()+"-r2", "verificato con il mittente", reason)
	call(t, w.home, "verify").want(t, exitOK)
}

// entersTheSame loses the ledger and has it told anew from what was published.
func (w *watched) entersTheSame(t *testing.T) {
	t.Helper()
	known := ledgerText(t, w.home)
	for _, name := range []string{storeFile, storeFile + "-wal", storeFile + "-shm"} {
		if err := os.RemoveAll(filepath.Join(w.home, name)); err != nil {
			t.Fatal(err)
		}
	}
	call(t, w.home, "run", "--date", w.night.String()).want(t, exitDate) // enters what it finds, and has nothing to do
	if again := ledgerText(t, w.home); again != known {
		t.Errorf("the ledger told anew (-want +got):\n%s", gocmp.Diff(known, again))
	}
}

// accepted wants one word in the audit: about a night, for a reason, with what the gates had found.
func (w *watched) accepted(t *testing.T, on, reason, found string) {
	t.Helper()
	rows := audited(t, w.home, auditAccepted)
	if len(rows) != 1 || rows[0].On != on || rows[0].Who != operator() {
		t.Fatalf("audit: %+v", rows)
	}
	var detail struct {
		Reason string         `json:"motivo"`
		Found  []shownFinding `json:"varchi"`
	}
	if err := json.Unmarshal([]byte(strings.NewReplacer(`"HOLD"`, "2", `"REFUSE"`, "3").Replace(rows[0].Detail)), &detail); err != nil {
		t.Fatal(err)
	}
	if detail.Reason != reason || len(detail.Found) == 0 || !strings.HasPrefix(detail.Found[0].Text, found) {
		t.Errorf("audit: %s", rows[0].Detail)
	}
}

// TestHeldSliceDoesNotFlap has nights as usual follow: what is held stays held, nothing of it is published again, until a
// person's word. What the usual is was never moved by it.
func TestHeldSliceDoesNotFlap(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.arrive(t, 12, 0, 30)
	call(t, w.home, "run", "--date", w.night.String()).want(t, exitOK)
	w.night += 7
	for range 2 {
		w.arrive(t, 0, 1, 30)
		call(t, w.home, "run", "--date", w.night.String()).want(t, exitOK)
		rows := rowsOf(t, w.home, w.night, tables.Actions)
		if len(rows) != 1 || rows[0].Operation != pipeline.OperationNew || rows[0].Mode != pipeline.ModeAuto {
			t.Errorf("night of %s: %d rows", w.night, len(rows))
		}
		w.night += 7
	}
	w.arrive(t, 0, 1, 30)
	call(t, w.home, "backfill", "--from", w.night.String(), "--to", w.night.String(), "--accept", "confermato").want(t, exitOK)
	equal(t, "in force", map[string]int{pipeline.ModeAuto: 14 + 12 + 3}, w.modes(t, w.night))
	causes := map[string]int{}
	for _, a := range rowsOf(t, w.home, w.night, tables.Actions) {
		causes[a.Operation+" "+a.Cause]++
	}
	equal(t, "rows", map[string]int{"MODIFICATA OPERATORE": 12, "NUOVA COMUNICAZIONE": 1}, causes)
}

func TestRefusedNightIsUntouchedUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	home, date := generated(t, 60, 6)
	if err := os.RemoveAll(filepath.Join(home, "inbox", "voucher")); err != nil {
		t.Fatal(err)
	}
	put(t, home, map[string][]byte{configFile: []byte("[gates]\nexpected = \"unilav voucher\"\n")})
	before := wholeHome(t, home)
	args := []string{"run", "--date", date.String()}
	for _, more := range [][]string{{"--dry-run"}, nil, nil} {
		c := call(t, home, append(args, more...)...).want(t, exitGate)
		for _, want := range []string{"REFUSE fonti_attese: Fonte attesa voucher: non è arrivato nulla.", "oppure accettare: incrocio run --date " + date.String() + " --accept"} {
			if !strings.Contains(c.stderr, want) {
				t.Errorf("stderr lacks %q:\n%s", want, c.stderr)
			}
		}
		if c.stdout != "" {
			t.Errorf("stdout: %s", c.stdout)
		}
		after := wholeHome(t, home)
		sameFiles(t, "refused", before, after)
	}
	for _, reason := range []string{"", "  ", "lo dice RSSMRA80A01H501U."} {
		call(t, home, append(args, "--accept", reason)...).want(t, exitUsage)
	}
	tried := call(t, home, append(args, "--accept", "prova", "--dry-run", "--json")...).want(t, exitDiscarded)
	if !strings.Contains(tried.stdout, `"esito": "WARN"`) || !strings.Contains(tried.stdout, "Accettato: prova.") {
		t.Errorf("trial run:\n%s", tried.stdout)
	}
	if rows := audited(t, home, auditAccepted); len(rows) != 0 {
		t.Errorf("a trial run is in the audit: %+v", rows)
	}
	done := call(t, home, append(args, "--accept", "festivo, i voucher arrivano domani")...).want(t, exitDiscarded)
	if !strings.Contains(done.stderr, "Fonte attesa voucher: non è arrivato nulla.") {
		t.Errorf("stderr:\n%s", done.stderr)
	}
	(&watched{home: home}).accepted(t, date.String()+"-r1", "festivo, i voucher arrivano domani", "Fonte attesa voucher")
	folder := tree(t, nightFolder(home, date))
	if len(folder) == 0 {
		t.Error("nothing was published")
	}
	call(t, home, "verify").want(t, exitOK)

	free, _ := generated(t, 60, 6) // the same bytes as without the gate that refused
	if err := os.RemoveAll(filepath.Join(free, "inbox", "voucher")); err != nil {
		t.Fatal(err)
	}
	call(t, free, "run", "--date", date.String()).want(t, exitDiscarded)
	sameFiles(t, "accepted", tree(t, nightFolder(free, date)), folder)
}

// TestGatesOff lets a night out that the gates would refuse.
func TestGatesOff(t *testing.T) {
	t.Parallel()
	home, date := generated(t, 60, 6)
	put(t, home, map[string][]byte{configFile: []byte("[gates]\nenabled = false\nmax_discards = 0\nmin_records = 0\n")})
	call(t, home, "run", "--date", date.String()).want(t, exitDiscarded)
	on, _ := generated(t, 60, 6)
	put(t, on, map[string][]byte{configFile: []byte("[gates]\nmax_discards = 0\nmin_records = 0\n")})
	refused := call(t, on, "run", "--date", date.String()).want(t, exitGate)
	if !strings.Contains(refused.stderr, "REFUSE scarti: Scarti: ") || !strings.Contains(refused.stderr, "limite 0 %") {
		t.Errorf("stderr: %s", refused.stderr)
	}
	usual, _ := generated(t, 60, 6)
	call(t, usual, "run", "--date", date.String()).want(t, exitDiscarded)
	sameFiles(t, "gates off", tree(t, nightFolder(usual, date)), tree(t, nightFolder(home, date)))
}

func TestGateSettings(t *testing.T) {
	t.Parallel()
	show := func(toml string, env ...string) called {
		home := t.TempDir()
		put(t, home, map[string][]byte{configFile: []byte(toml)})
		return callWith(t, home, func(w *world) { w.environ = func() []string { return env } }, "config", "show")
	}
	shown := show("[gates]\nmax_discards = 1.5\nmin_records = 10\nmin_nights = 3\nfactor = 4\nexpected = \"unilav aspicom\"\nirregular = \"voucher\"\n",
		"INCROCIO_GATES_ENABLED=false", "INCROCIO_GATES_FACTOR=2.5").want(t, exitOK)
	for _, want := range []string{
		"gates.enabled = false  #", "gates.max_discards = 1.5  #", "gates.min_records = 10  #", "gates.min_nights = 3  #", "gates.factor = 2.5  #",
		`gates.expected = "unilav aspicom"  #`, `gates.irregular = "voucher"  #`,
	} {
		if !strings.Contains(shown.stdout, want) {
			t.Errorf("config show lacks %q:\n%s", want, shown.stdout)
		}
	}
	for toml, want := range map[string]string{
		`enabled = "si"`:         "gates.enabled: si is neither true nor false",
		"max_discards = 101":     "gates.max_discards: 101 is not between 0 and 100",
		"max_discards = -1":      "gates.max_discards: -1 is not between 0 and 100",
		`max_discards = "pochi"`: "gates.max_discards: pochi is not a number",
		"min_records = -1":       "gates.min_records: -1 is negative",
		"min_nights = -1":        "gates.min_nights: -1 is negative",
		"min_nights = 1.5":       "gates.min_nights: 1.5 is not a whole number",
		"factor = 0":             "gates.factor: 0 is not above 0",
		"factor = nan":           "gates.factor: NaN is not above 0",
		"factor = inf":           "gates.factor: +Inf is not above 0",
		`expected = "unilva"`:    `gates.expected: "unilva" is no flow: did you mean unilav?`,
		`irregular = "x"`:        `gates.irregular: "x" is none of the flows unilav, aspicom`,
		"expected = 3":           "gates.expected: 3 is not a text",
		"max_discard = 3":        "unknown key gates.max_discard: did you mean gates.max_discards?",
	} {
		c := show("[gates]\n"+toml+"\n").want(t, exitConfig)
		if !strings.Contains(c.stderr, want) || !strings.Contains(c.stderr, "incrocio config check") {
			t.Errorf("%s: %s, want %q", toml, c.stderr, want)
		}
	}
	for env, want := range map[string]string{
		"INCROCIO_GATES_FACTOR=nan": "gates.factor: nan is not a number", "INCROCIO_GATES_ENABLED=1": "gates.enabled: 1 is neither",
	} {
		if c := show("", env).want(t, exitConfig); !strings.Contains(c.stderr, want) {
			t.Errorf("%s: %s", env, c.stderr)
		}
	}
}

// TestYoungHomeOnlyWarns: one night says nothing about the next.
func TestYoungHomeOnlyWarns(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	if err := os.WriteFile(filepath.Join(w.home, configFile), []byte("[gates]\nmin_records = 20\nmin_nights = 15\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.arrive(t, 12, 0, 200)
	c := call(t, w.home, "run", "--date", w.night.String()).want(t, exitOK)
	for _, want := range []string{"Documenti nuovi: 200, di solito il martedì 30", "mittente=03472640170: 12", "Solo avviso: meno di 15 notti pubblicate"} {
		if !strings.Contains(c.stderr, want) {
			t.Errorf("stderr lacks %q:\n%s", want, c.stderr)
		}
	}
	equal(t, "in force", map[string]int{pipeline.ModeAuto: 14 + 12}, maps.Clone(w.modes(t, w.night)))
}
