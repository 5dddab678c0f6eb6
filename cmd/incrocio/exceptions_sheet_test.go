package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
	readsheet "incrocio/readers/worksheet"
	"incrocio/writers/store"
	"incrocio/writers/worksheet"
)

// door is a home with a night, and people who work by file.
type door struct {
	*testing.T
	home  string
	store *store.Store
	clock time.Time
}

var (
	rossi  = &worklist.Operator{Name: "rossi", Role: worklist.RoleOperator, AllOffices: true}
	verdi  = &worklist.Operator{Name: "verdi", Role: worklist.RoleOperator, AllOffices: true}
	reader = &worklist.Operator{Name: "neri", Role: worklist.RoleReader, AllOffices: true}
)

func newDoor(t *testing.T, claims int) *door {
	t.Helper()
	home, night := generated(t, claims, 6)
	published(t, home, "run", "--date", night.String())
	return &door{T: t, home: home, store: embedded(t, home), clock: time.Date(2014, 7, 2, 8, 0, 0, 0, time.UTC)}
}

func (d *door) app(out *bytes.Buffer) *app {
	w := &world{stdout: out, stderr: out, environ: func() []string { return nil }, now: func() time.Time { return d.clock }}
	return &app{world: w, home: d.home, log: slog.New(slog.DiscardHandler)}
}

// export writes the list into a file of a name.
func (d *door) export(who *worklist.Operator, name string, set func(*export)) (*exported, string, error) {
	d.Helper()
	e := &export{app: d.app(&bytes.Buffer{}), out: filepath.Join(d.TempDir(), name), masked: true, desk: d.store, who: who}
	set(e)
	format, err := e.check()
	if err != nil {
		return nil, e.out, err
	}
	done, err := e.run(context.Background(), format)
	return done, e.out, err
}

// rows reads a file of the list.
func (d *door) rows(file string) (rows []workbook.Row) {
	d.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		d.Fatal(err)
	}
	_, err = readsheet.Read(bytes.NewReader(b), int64(len(b)), readsheet.Limits{}, func(l workbook.Line) error {
		rows = append(rows, l.Row)
		return l.Err
	})
	if err != nil {
		d.Fatal(err)
	}
	return rows
}

// fill writes a file with rows filled in.
func (d *door) fill(f worksheet.Format, rows []workbook.Row) string {
	d.Helper()
	var b bytes.Buffer
	if err := worksheet.Write(&b, f, rows, &worksheet.Origin{}); err != nil {
		d.Fatal(err)
	}
	file := filepath.Join(d.TempDir(), "compilata")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		d.Fatal(err)
	}
	return file
}

// take imports a file and gives what became of its rows, and the exit code.
func (d *door) take(who *worklist.Operator, file string, set func(*sheetImport)) (imported, int) {
	d.Helper()
	var out bytes.Buffer
	im := &sheetImport{app: d.app(&out), yes: true, desk: d.store, who: who}
	im.json = true
	set(im)
	err := im.run(context.Background(), file)
	code, _ := classify(err)
	if err == nil {
		code = exitOK
	}
	var got imported
	if err := json.Unmarshal(out.Bytes(), &got); err != nil && code != exitUsage {
		d.Fatalf("%v: %s", err, out.String())
	}
	return got, code
}

func plainly(*sheetImport) {}

// effects gives the effects in short.
func effects(i imported) string {
	var s []string
	for _, e := range i.Effects {
		s = append(s, fmt.Sprintf("%d %s", e.Number, e.Effect))
	}
	return strings.Join(s, ", ")
}

// closable gives n rows of exceptions that one person may close, as they stand in an export.
func (d *door) closable(n int) []workbook.Row {
	d.Helper()
	_, file, err := d.export(rossi, "lista.csv", func(*export) {})
	if err != nil {
		d.Fatal(err)
	}
	var rows []workbook.Row
	for _, r := range d.rows(file) {
		item, err := d.store.Look(context.Background(), rossi, r.Key())
		if err != nil {
			d.Fatal(err)
		}
		if item.Closable && !item.SecondEyes && r.State == "DA_LAVORARE" && len(rows) < n {
			rows = append(rows, r)
		}
	}
	if len(rows) < n {
		d.Fatalf("%d exceptions that can be closed, want %d", len(rows), n)
	}
	return rows
}

func TestExport(t *testing.T) {
	d := newDoor(t, 60)
	page, err := d.store.List(t.Context(), rossi, &worklist.Query{Kind: worklist.KindException, List: worklist.ListPending, Limit: 500})
	if err != nil || len(page.Rows) == 0 {
		t.Fatalf("%d rows, %v", len(page.Rows), err)
	}
	for _, name := range []string{"lista.xlsx", "lista.csv"} {
		done, file, err := d.export(rossi, name, func(*export) {})
		if err != nil || done.Rows != len(page.Rows) || done.Cut {
			t.Fatalf("%s: %+v, %v", name, done, err)
		}
		for i, r := range d.rows(file) {
			want := &page.Rows[i]
			if r.ID != want.ID || r.Altered() || r.Text != want.Text || r.Amount != want.Amount || string(r.TaxCode) != want.TaxCode.Mask() ||
				r.Export != "rossi 2014-07-02T08:00:00Z" {
				t.Fatalf("%s, row %d: %+v", name, i, r)
			}
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
		left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".*"))
		if len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
	d.wholeCodes(page.Rows)
	d.files()
}

// wholeCodes looks at what whole tax codes take.
func (d *door) wholeCodes(rows []worklist.Row) {
	d.Helper()
	_, file, err := d.export(reader, "lista.csv", func(e *export) {
		e.masked, e.purpose, e.list.q.Class, e.filter = false, "verifica di luglio", rows[0].Class, "--class "+rows[0].Class
	})
	if err != nil {
		d.Fatal(err)
	}
	for _, r := range d.rows(file) {
		if r.Class != rows[0].Class || strings.Contains(string(r.TaxCode), "*") {
			d.Errorf("row %+v", r)
		}
	}
	var told []store.AuditRow
	err = d.store.Audit(context.Background(), 1, func(r *store.AuditRow) error {
		if r.What == auditExport {
			told = append(told, *r)
		}
		return nil
	})
	if err != nil || len(told) == 0 {
		d.Fatalf("%d audit rows, %v", len(told), err)
	}
	last := told[len(told)-1]
	if last.Who != "neri" || !strings.Contains(last.Detail, "verifica di luglio") || !strings.Contains(last.Detail, `"codici_fiscali_nascosti":false`) ||
		strings.Contains(last.Detail, filepath.Dir(file)) {
		d.Errorf("audit %+v", last)
	}
	for name, set := range map[string]func(*export){
		"no purpose":       func(e *export) { e.masked = false },
		"blank purpose":    func(e *export) { e.masked, e.purpose = false, "  " },
		"purpose, a code":  func(e *export) { e.masked, e.purpose = false, "per RSSMRA80A01H501U" },
		"endless purpose":  func(e *export) { e.purpose = strings.Repeat("x", 2001) },
		"no file":          func(e *export) { e.out = "" },
		"unknown format":   func(e *export) { e.format = "ods" },
		"no known ending":  func(e *export) { e.out += ".txt" },
		"file that exists": func(e *export) { e.out = file },
	} {
		_, out, err := d.export(rossi, "x.csv", set)
		if code, _ := classify(err); err == nil || code != exitUsage {
			d.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(out); out != file && !errors.Is(err, fs.ErrNotExist) {
			d.Errorf("%s: a file was written", name)
		}
	}
}

// files looks at what becomes of the file.
func (d *door) files() {
	d.Helper()
	_, file, err := d.export(rossi, "x.parquet", func(*export) {})
	if err != nil {
		d.Fatal(err)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		d.Fatal(err)
	}
	if _, _, err := d.export(rossi, "", func(e *export) { e.out, e.force = file, true }); err != nil {
		d.Error(err)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(before, after) {
		d.Errorf("the same list at the same moment gives other bytes: %v", err)
	}
	failed := errors.New("no audit")
	if err := placeFile(file, []byte("x"), func() error { return failed }); !errors.Is(err, failed) {
		d.Error(err)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(before, after) {
		d.Errorf("what the audit does not know was put in place: %v", err)
	}
}

// manyRows is a desk with more rows than anybody may have whole.
type manyRows struct {
	desk
	left int
}

func (m *manyRows) List(_ context.Context, _ *worklist.Operator, q *worklist.Query) (worklist.Page, error) {
	n := min(q.Limit, m.left)
	m.left -= n
	p := worklist.Page{Rows: make([]worklist.Row, n)}
	if m.left > 0 {
		p.Next = "x"
	}
	return p, nil
}

func TestManyRows(t *testing.T) {
	d := newDoor(t, 12)
	boss := &worklist.Operator{Name: "capo", Role: worklist.RoleSupervisor, AllOffices: true}
	for _, c := range []struct {
		who    *worklist.Operator
		rows   int
		masked bool
		want   int // 0: refused
		cut    bool
	}{
		{rossi, maxWhole, false, maxWhole, false},
		{rossi, maxWhole + 1, false, 0, false},
		{rossi, maxWhole + 1, true, maxWhole + 1, false},
		{boss, maxWhole + 1, false, maxWhole + 1, false},
		{boss, workbook.MaxRows, true, workbook.MaxRows, false},
		{boss, workbook.MaxRows + 1, true, workbook.MaxRows, true},
	} {
		e := &export{app: d.app(&bytes.Buffer{}), masked: c.masked, who: c.who, desk: &manyRows{d.store, c.rows}}
		rows, cut, err := e.rows(t.Context(), "x")
		if len(rows) != c.want || cut != c.cut || errors.Is(err, worklist.ErrRole) != (c.want == 0) {
			t.Errorf("%s, %d rows, masked %t: %d rows, cut %t, %v", c.who.Name, c.rows, c.masked, len(rows), cut, err)
		}
	}
}

func TestImport(t *testing.T) {
	d := newDoor(t, 90)
	rows := d.closable(8)
	rows[0].Outcome, rows[0].Note = "FONDATA", "=nota"
	rows[1].Outcome, rows[1].Reason, rows[1].Decision = "UTILE", "visto", "CONFERMA"
	rows[2].Note = "sola"
	rows[3].Outcome, rows[3].Title = "FONDATA", "altro"
	rows[4].Outcome = "FORSE"
	rows[5].Outcome = "INFONDATA"
	rows[6].Title = "non compilata"
	first := worklist.Command{Verb: worklist.VerbTake, Items: []worklist.Target{{Key: rows[5].Key(), Version: -1}}}
	if _, err := d.store.Do(t.Context(), verdi, &first); err != nil {
		t.Fatal(err)
	}
	want := "2 CHIUSA, 2 ANNOTATA, 3 CHIUSA, 4 ANNOTATA, 5 RIFIUTATA, 6 RIFIUTATA, 7 RIFIUTATA"
	for _, f := range []worksheet.Format{worksheet.XLSX, worksheet.CSV} {
		got, code := d.take(rossi, d.fill(f, rows), func(im *sheetImport) { im.dryRun, im.yes = true, false })
		if effects(got) != want || code != exitFailed || got.Applied || got.Rows != 8 || got.Filled != 6 || got.Altered != 1 || got.Bulk {
			t.Fatalf("%s: preview %+v, code %d", f, got, code)
		}
		for i, why := range map[int]string{4: "sola lettura", 5: "esito non in elenco", 6: "in carico a verdi"} {
			if !strings.Contains(got.Effects[i].Reason, why) {
				t.Errorf("%s: row %d is refused with %q", f, got.Effects[i].Number, got.Effects[i].Reason)
			}
		}
	}
	if item := d.look(rows[0]); item.State != worklist.StatePending || len(item.Notes) != 0 {
		t.Fatalf("a preview has changed something: %+v", item.Item)
	}
	file := d.fill(worksheet.XLSX, rows)
	if got, code := d.take(rossi, file, plainly); effects(got) != want || code != exitFailed || !got.Applied {
		t.Fatalf("%+v, code %d", got, code)
	}
	if item := d.look(rows[0]); item.State != worklist.StateWorked || item.Closing.Outcome != worklist.OutcomeFounded || item.Notes[0].Text != "=nota" {
		t.Errorf("row 2: %+v", item)
	}
	if item := d.look(rows[1]); item.Closing == nil || item.Closing.Decision.Kind != worklist.DecideConfirm || item.Closing.Reason != "visto" {
		t.Errorf("row 3: %+v", item.Closing)
	}
	again := "2 GIA_FATTO, 2 GIA_FATTO, 3 GIA_FATTO, 4 GIA_FATTO, 5 RIFIUTATA, 6 RIFIUTATA, 7 RIFIUTATA"
	if got, _ := d.take(rossi, file, plainly); effects(got) != again {
		t.Errorf("the same file again: %s", effects(got))
	}
	if item := d.look(rows[0]); len(item.Notes) != 1 || len(item.Closings) != 1 {
		t.Errorf("the same file again left %d notes, %d closings", len(item.Notes), len(item.Closings))
	}
	got, _ := d.take(verdi, file, plainly)
	if !strings.HasPrefix(effects(got), "2 RIFIUTATA, 3 RIFIUTATA, 4 ANNOTATA") || !strings.Contains(got.Effects[0].Reason, "già lavorata da rossi") {
		t.Errorf("by somebody else: %+v", got.Effects)
	}
	if got, code := d.take(reader, d.fill(worksheet.CSV, rows[:1]), plainly); code != exitFailed || !strings.Contains(got.Effects[0].Reason, "ruolo") {
		t.Errorf("by a reader: %+v", got.Effects)
	}
}

func (d *door) look(r workbook.Row) worklist.Detail {
	d.Helper()
	item, err := d.store.Look(context.Background(), rossi, r.Key())
	if err != nil {
		d.Fatal(err)
	}
	return item
}

// TestWhatWasUndoneIsNotDoneAgain: the file of a closing that was taken back does not make it again.
func TestWhatWasUndoneIsNotDoneAgain(t *testing.T) {
	d := newDoor(t, 60)
	rows := d.closable(1)
	rows[0].Outcome = "FONDATA"
	file := d.fill(worksheet.CSV, rows)
	if got, code := d.take(rossi, file, plainly); code != exitOK || effects(got) != "2 CHIUSA" {
		t.Fatalf("%+v, code %d", got, code)
	}
	undo := worklist.Command{Verb: worklist.VerbUndo, Group: d.look(rows[0]).Closing.Number}
	if _, err := d.store.Do(t.Context(), rossi, &undo); err != nil {
		t.Fatal(err)
	}
	if got, code := d.take(rossi, file, plainly); code != exitOK || effects(got) != "2 GIA_FATTO" || d.look(rows[0]).State != worklist.StateTaken {
		t.Errorf("%+v, code %d, %s", got, code, d.look(rows[0]).State)
	}
}

// TestBulkImportTakesTwoPersons: 21 closings, each with a reason of its own, wait for somebody else.
func TestBulkImportTakesTwoPersons(t *testing.T) {
	for name, reason := range map[string]string{"one command": "visto", "a command each": "visto %d"} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t, 400)
			rows := d.closable(worklist.MaxAlone + 1)
			for i := range rows {
				rows[i].Outcome, rows[i].Reason = "UTILE", strings.ReplaceAll(reason, "%d", fmt.Sprint(i))
			}
			got, code := d.take(rossi, d.fill(worksheet.CSV, rows), plainly)
			waits := slices.IndexFunc(got.Effects, func(e rowEffect) bool { return e.Effect != workbook.EffectWaits })
			if code != exitOK || waits >= 0 || len(got.Effects) != len(rows) || !got.Bulk {
				t.Fatalf("code %d: %s", code, effects(got))
			}
			approve := worklist.Command{Verb: worklist.VerbApprove, Group: d.look(rows[0]).Closing.Number}
			if r, err := d.store.Do(t.Context(), rossi, &approve); err != nil || !errors.Is(r.Results[0].Err, worklist.ErrSamePerson) {
				t.Errorf("the same person approves: %+v, %v", r, err)
			}
			if _, err := d.store.Do(t.Context(), verdi, &approve); err != nil || d.look(rows[0]).State != worklist.StateWorked {
				t.Errorf("another person approves: %s, %v", d.look(rows[0]).State, err)
			}
		})
	}
}

func TestImportAsks(t *testing.T) {
	d := newDoor(t, 60)
	rows := d.closable(1)
	rows[0].Outcome = "FONDATA"
	file := d.fill(worksheet.XLSX, rows)
	asked := ""
	answer := func(yes bool) func(*sheetImport) {
		return func(im *sheetImport) {
			im.yes, im.json = false, false
			im.ask = func(q string) (bool, error) { asked = q; return yes, nil }
		}
	}
	for name, set := range map[string]func(*sheetImport){
		"nobody there": func(im *sheetImport) { im.yes = false },
		"no":           answer(false),
	} {
		im := &sheetImport{app: d.app(&bytes.Buffer{}), yes: true, desk: d.store, who: rossi}
		set(im)
		if err := im.run(t.Context(), file); err == nil || d.look(rows[0]).State != worklist.StatePending {
			t.Errorf("%s: %v, %s", name, err, d.look(rows[0]).State)
		}
	}
	var out bytes.Buffer
	im := &sheetImport{app: d.app(&out), desk: d.store, who: rossi}
	answer(true)(im)
	if err := im.run(t.Context(), file); err != nil || asked != "Applicare 1 righe? [s/N] " || d.look(rows[0]).State != worklist.StateWorked {
		t.Errorf("yes: %v, asked %q", err, asked)
	}
	for _, want := range []string{"Effetto previsto", "RIGA  ECCEZIONE", "chiusa", "1 righe, 1 compilate: 1 chiuse."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
	for name, file := range map[string]string{"no file": filepath.Join(d.home, "manca.csv"), "a folder": d.home} {
		if err := im.run(t.Context(), file); err == nil {
			t.Errorf("%s is imported", name)
		} else if code, _ := classify(err); code != exitUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := filepath.Join(d.TempDir(), "x.csv")
	if err := os.WriteFile(other, []byte("ciao"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := im.run(t.Context(), other); !errors.Is(err, readsheet.ErrFile) {
		t.Errorf("another file: %v", err)
	}
}

// TestSheetOnTheCommandLine goes the way of an operator: export, fill in, look, import, import again.
func TestSheetOnTheCommandLine(t *testing.T) {
	d := newDoor(t, 60)
	want := d.closable(1)[0]
	file := filepath.Join(t.TempDir(), "lista.csv")
	verb := []string{"exceptions", "export", "--sede", want.Office, "--class", strings.ToLower(want.Class), "--state", "da-lavorare", "--out", file}
	call(t, d.home, verb...).want(t, exitUsage)
	if c := call(t, d.home, append(verb, "--purpose", "verifica")...).want(t, exitOK); !strings.HasPrefix(c.stdout, "Esportate ") {
		t.Errorf("stdout: %s", c.stdout)
	}
	call(t, d.home, append(verb, "--purpose", "verifica")...).want(t, exitUsage) // it is there already
	rows := d.rows(file)
	for i := range rows {
		if rows[i].Office != want.Office || rows[i].Class != want.Class {
			t.Errorf("row %+v", rows[i])
		}
		if rows[i].ID == want.ID {
			rows[i].Outcome, rows[i].Reason = "INFONDATA", "già verificato"
		}
	}
	filled := d.fill(worksheet.CSV, rows)
	call(t, d.home, "exceptions", "import", filled).want(t, exitUsage) // nobody to ask
	call(t, d.home, "exceptions", "import", filled, "--dry-run", "--yes").want(t, exitUsage)
	call(t, d.home, "exceptions", "import", filled, "--dry-run").want(t, exitOK)
	if s := d.look(want).State; s != worklist.StatePending {
		t.Fatalf("nobody said yes, and it is %s", s)
	}
	if c := call(t, d.home, "exceptions", "import", filled, "--yes").want(t, exitOK); strings.Count(c.stdout, "1 chiuse.") != 2 {
		t.Errorf("stdout: %s", c.stdout)
	}
	if c := d.look(want).Closing; c == nil || c.By != operator() || c.Reason != "già verificato" {
		t.Errorf("closing %+v", c)
	}
	if c := call(t, d.home, "exceptions", "import", filled, "--yes").want(t, exitOK); !strings.Contains(c.stdout, "1 già fatte.") {
		t.Errorf("stdout: %s", c.stdout)
	}
	call(t, d.home, "exceptions", "import", filepath.Join(d.home, storeFile), "--yes").want(t, exitFailed)
	call(t, filepath.Join(d.home, "manca"), "exceptions", "import", filled, "--yes").want(t, exitNoHome)
}

func TestSaysYes(t *testing.T) {
	for text, want := range map[string]bool{"s\n": true, " Sì \n": true, "SI": true, "n\n": false, "\n": false, "": false, "forse\n": false} {
		if got, err := saysYes(strings.NewReader(text)); err != nil || got != want {
			t.Errorf("%q is taken as %t, %v", text, got, err)
		}
	}
}
