package workbook_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
)

// line gives a row of a file, of the exception of a number, filled in by fill.
func line(n int, fill func(*workbook.Row)) workbook.Line {
	e := exception()
	e.ID = fmt.Sprintf("E%02d", n)
	row := workbook.Of(&e, e.From, false, "rossi")
	fill(&row)
	return workbook.Line{Number: n + 1, Row: row}
}

func founded(r *workbook.Row) { r.Outcome = "FONDATA" }

func TestPlanRefusesRowByRow(t *testing.T) {
	day := pipeline.MustDate("2014-07-01")
	for name, c := range map[string]struct {
		fill func(*workbook.Row)
		want error
		text string
	}{
		"altered":                 {func(r *workbook.Row) { founded(r); r.Amount = pipeline.Opt[pipeline.Cents]{} }, workbook.ErrAltered, ""},
		"id":                      {func(r *workbook.Row) { founded(r); r.ID = "" }, workbook.ErrKey, ""},
		"version":                 {func(r *workbook.Row) { founded(r); r.Version = -1; r.Check = r.Sum() }, workbook.ErrKey, ""},
		"outcome":                 {func(r *workbook.Row) { r.Outcome = "FORSE" }, workbook.ErrOutcome, ""},
		"no outcome":              {func(r *workbook.Row) { r.Reason = "visto" }, workbook.ErrNothing, ""},
		"dates, no outcome":       {func(r *workbook.Row) { r.NewTo = day }, workbook.ErrNothing, ""},
		"decision":                {func(r *workbook.Row) { founded(r); r.Reason, r.Decision = "x", "BOH" }, workbook.ErrDecision, ""},
		"fact":                    {func(r *workbook.Row) { founded(r); r.Reason, r.Decision = "x", "FATTO" }, workbook.ErrDecision, ""},
		"dates without DATE":      {func(r *workbook.Row) { founded(r); r.NewFrom = day }, workbook.ErrDecision, ""},
		"dates with CONFERMA":     {func(r *workbook.Row) { founded(r); r.Reason, r.Decision, r.NewFrom = "x", "CONFERMA", day }, worklist.ErrIncomplete, "solo con DATE"},
		"DATE without dates":      {func(r *workbook.Row) { founded(r); r.Reason, r.Decision = "x", "DATE" }, worklist.ErrIncomplete, "manca il primo giorno"},
		"DATE backwards":          {func(r *workbook.Row) { founded(r); r.Reason, r.Decision, r.NewFrom, r.NewTo = "x", "DATE", day, day-1 }, worklist.ErrIncomplete, "viene prima"},
		"decision without reason": {func(r *workbook.Row) { founded(r); r.Decision = "RIFIUTO" }, worklist.ErrIncomplete, "manca il motivo"},
		"reason too long":         {func(r *workbook.Row) { founded(r); r.Reason = strings.Repeat("x", 2001) }, worklist.ErrIncomplete, "2000"},
		"note too long":           {func(r *workbook.Row) { founded(r); r.Note = strings.Repeat("x", 2001) }, worklist.ErrIncomplete, "2000"},
	} {
		p := workbook.MakePlan("f", []workbook.Line{line(1, c.fill), line(2, founded)})
		if len(p.Refused) != 1 || p.Refused[0].Number != 2 || !errors.Is(p.Refused[0].Err, c.want) || !strings.Contains(p.Refused[0].Err.Error(), c.text) {
			t.Errorf("%s: %+v", name, p.Refused)
		}
		if len(p.Steps) != 1 || len(p.Steps[0].Numbers) != 1 || p.Steps[0].Numbers[0] != 3 {
			t.Errorf("%s: the other row is not carried out: %+v", name, p.Steps)
		}
	}
	unread := line(1, founded)
	unread.Err = errors.New("formula")
	if p := workbook.MakePlan("f", []workbook.Line{unread}); len(p.Refused) != 1 || !errors.Is(p.Refused[0].Err, unread.Err) {
		t.Errorf("a row that was not read: %+v", p)
	}
	twice := workbook.MakePlan("f", []workbook.Line{line(1, founded), line(2, founded), line(1, founded)})
	if len(twice.Refused) != 2 || !errors.Is(twice.Refused[0].Err, workbook.ErrRepeated) || twice.Closings != 1 {
		t.Errorf("one exception twice: %+v", twice)
	}
}

func TestPlanGroupsWhatIsTheSame(t *testing.T) {
	confirm := func(r *workbook.Row) { r.Outcome, r.Reason, r.Decision = " fondata ", "visto", "Conferma" }
	dates := func(r *workbook.Row) { confirm(r); r.Decision, r.NewFrom = "DATE", pipeline.MustDate("2014-07-01") }
	note := func(r *workbook.Row) { founded(r); r.Note = "=nota" }
	alone := func(r *workbook.Row) { r.Note = "sola" }
	p := workbook.MakePlan("f", []workbook.Line{
		line(1, founded), line(2, confirm), line(3, dates), line(4, confirm), line(5, dates), line(6, note), line(7, alone),
	})
	var got []string
	for _, s := range p.Steps {
		c := s.Command
		kind := worklist.DecisionKind("")
		if c.Decision != nil {
			kind = c.Decision.Kind
		}
		got = append(got, fmt.Sprint(c.Verb, c.Outcome, kind, c.Text, s.Numbers))
		if len(c.Items) != len(s.Numbers) || c.Token == "" || c.Bulk || c.Check(0) != nil {
			t.Errorf("command %+v", c)
		}
	}
	want := "[CHIUDIFONDATA[2 7] CHIUDIFONDATACONFERMAvisto[3 5] CHIUDIFONDATADATEvisto[4] CHIUDIFONDATADATEvisto[6] ANNOTA=nota[7] ANNOTAsola[8]]"
	if s := strings.ReplaceAll(fmt.Sprint(got), " [", "["); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if p.Closings != 6 || len(p.Refused) != 0 {
		t.Errorf("%d closings, %d refused", p.Closings, len(p.Refused))
	}
}

func TestMoreThanTwentyClosingsAreABulk(t *testing.T) {
	make := func(n int) (lines []workbook.Line) {
		for i := 1; i <= n; i++ {
			lines = append(lines, line(i, func(r *workbook.Row) { founded(r); r.Reason = fmt.Sprint("motivo ", i) }))
		}
		return lines
	}
	item := exception().Item
	for n, bulk := range map[int]bool{worklist.MaxAlone: false, worklist.MaxAlone + 1: true} {
		p := workbook.MakePlan("f", make(n))
		if len(p.Steps) != n {
			t.Fatalf("%d steps of %d rows", len(p.Steps), n)
		}
		for i := range p.Steps {
			if s := &p.Steps[i]; s.Command.Bulk != bulk || s.Command.Second(&item) != bulk {
				t.Errorf("%d rows: bulk %t", n, s.Command.Bulk)
			}
		}
	}
}

func TestTokensAreThoseOfTheFile(t *testing.T) {
	lines := []workbook.Line{line(1, founded), line(2, func(r *workbook.Row) { r.Note = "x" })}
	a, b, c := workbook.MakePlan("f", lines), workbook.MakePlan("f", lines), workbook.MakePlan("g", lines)
	for i := range a.Steps {
		if a.Steps[i].Command.Token != b.Steps[i].Command.Token || a.Steps[i].Command.Token == c.Steps[i].Command.Token {
			t.Errorf("step %d: tokens do not follow the file", i)
		}
	}
	if a.Steps[0].Command.Token == a.Steps[1].Command.Token {
		t.Error("two commands with one token")
	}
	many := make([]workbook.Line, worklist.MaxItems+1)
	for i := range many {
		many[i] = line(i, founded)
	}
	if p := workbook.MakePlan("f", many); len(p.Steps) != 2 || len(p.Steps[1].Numbers) != 1 || !p.Steps[1].Command.Bulk {
		t.Error("a command has no more items than it may")
	}
}

func TestPreview(t *testing.T) {
	who := &worklist.Operator{Name: "rossi", Role: worklist.RoleOperator, Offices: []string{"0100"}}
	now := pipeline.Instant(1_404_900_000_000_000) // 2014-07-09
	step := workbook.MakePlan("f", []workbook.Line{line(1, founded)}).Steps[0]
	open := exception().Item
	open.State, open.Closable = worklist.StatePending, true
	change := func(f func(*worklist.Item)) *worklist.Item { i := open; f(&i); return &i }
	closed, err := worklist.Apply(open, &step.Command, step.Command.Items[0], who, now)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		item *worklist.Item
		want workbook.EffectKind
		why  string
	}{
		"closed":        {&open, workbook.EffectClosed, ""},
		"two eyes more": {change(func(i *worklist.Item) { i.SecondEyes = true }), workbook.EffectWaits, ""},
		"again":         {&closed.Item, workbook.EffectSame, ""},
		"unknown":       {nil, workbook.EffectRefused, "non esiste"},
		"other office":  {change(func(i *worklist.Item) { i.Office = "4900" }), workbook.EffectRefused, "non esiste"},
		"other facts":   {change(func(i *worklist.Item) { i.Fingerprint = "cd" }), workbook.EffectRefused, "fatti sono cambiati"},
		"other's": {change(func(i *worklist.Item) {
			i.State, i.Version, i.Holder, i.Person = worklist.StateTaken, 3, "verdi", "verdi"
		}), workbook.EffectRefused, "in carico a verdi"},
		"not closable":   {change(func(i *worklist.Item) { i.Closable = false }), workbook.EffectRefused, "senza un provvedimento"},
		"closed by rule": {change(func(i *worklist.Item) { i.Gone = true }), workbook.EffectRefused, "chiusa da sola"},
	} {
		got := step.Preview(0, c.item, who, now)
		if got.Effect != c.want || (got.Err == nil) != (c.why == "") || got.Err != nil && !strings.Contains(got.Err.Error(), c.why) || got.Number != 2 || got.Key.ID != "E01" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for name, c := range map[string]struct {
		result worklist.Result
		want   workbook.EffectKind
	}{
		"done":     {worklist.Result{State: worklist.StateWorked, Version: 3}, workbook.EffectClosed},
		"waits":    {worklist.Result{State: worklist.StateApproval, Version: 3}, workbook.EffectWaits},
		"repeated": {worklist.Result{State: worklist.StateWorked, Version: 2}, workbook.EffectSame},
		"refused":  {worklist.Result{Err: worklist.ErrGone}, workbook.EffectRefused},
	} {
		if got := step.Done(0, &c.result, 2); got.Effect != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
