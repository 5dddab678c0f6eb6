package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

func submission(protocol, list string) pipeline.SubmissionRow {
	return pipeline.SubmissionRow{
		Protocol: protocol, SubmittedAt: noon(day(0)), Channel: "WEB", Form: "SR137", Kind: "EVENTO", Event: "MALATTIA",
		Claim: "2014000001", TaxCode: whole, Office: "0700", List: list,
	}
}

func submissionKey(id string) worklist.Key {
	return worklist.Key{Kind: worklist.KindSubmission, ID: id}
}

// publishLists publishes a night of submissions and sheets; nil leaves them. All get its date.
func (e *env) publishLists(n store.Night, submissions []pipeline.SubmissionRow, sheets []worklist.Sheet, exceptions ...pipeline.Exception) {
	e.t.Helper()
	e.prepare(n)
	e.publishPrepared(n, submissions, sheets, exceptions...)
}

func (e *env) publishPrepared(n store.Night, submissions []pipeline.SubmissionRow, sheets []worklist.Sheet, exceptions ...pipeline.Exception) {
	e.t.Helper()
	_, err := e.Publish(e.t.Context(), e.lease, n, e.lists(n, submissions, sheets, exceptions...))
	e.ok(err)
	e.last = n
}

func (e *env) lists(n store.Night, submissions []pipeline.SubmissionRow, sheets []worklist.Sheet, exceptions ...pipeline.Exception) store.Content {
	c := content(len(e.model), nil, datedExceptions(n.Date, exceptions)...)
	if submissions != nil {
		for i := range submissions {
			submissions[i].Night = n.Date
		}
		c.Submissions = stream(submissions...)
	}
	if sheets != nil {
		for i := range sheets {
			sheets[i].Night = n.Date
		}
		c.Sheets = archived(sheets...)
	}
	return c
}

// archived streams sheets as the archive has them.
func archived(sheets ...worklist.Sheet) store.Stream[tables.ArchivedSheet] {
	return func(_ context.Context, fn func(*tables.ArchivedSheet) error) error {
		for i := range sheets {
			row, err := tables.ArchiveSheet(&sheets[i])
			if err := errors.Join(err, fn(&row)); err != nil {
				return err
			}
		}
		return nil
	}
}

// content gives the JSON of the sheet of an exception.
func (e *env) content(id string) (text string) {
	e.t.Helper()
	e.ok(e.raw.QueryRowContext(e.t.Context(), "SELECT contenuto FROM schede WHERE id_scheda = $1", "ECCEZIONE:"+id).Scan(&text))
	return text
}

// kept gives the submissions as the store has them, "id list day".
func (e *env) kept() (out []string) {
	e.t.Helper()
	for _, r := range e.rows(supervisor("Sara"), &worklist.Query{Kind: worklist.KindSubmission}) {
		out = append(out, strings.Join([]string{r.ID, string(r.State), r.Changed.String()[8:]}, " "))
	}
	return out
}

func submissionCases() []conformance {
	anna, sara := operator("Anna"), supervisor("Sara")
	pending, worked, received := pipeline.ListPending, pipeline.ListWorked, pipeline.ListReceived
	return []conformance{
		{"every night tells all of them, and nil leaves them", func(e *env) {
			e.publishLists(e.night(1), []pipeline.SubmissionRow{submission("P1", pending), submission("P2", worked), submission("P3", received)}, nil)
			e.same([]string{"P1 DA_LAVORARE 02", "P2 LAVORATA 02", "P3 DA_LAVORARE 02"}, e.kept())
			e.publishLists(e.night(2), []pipeline.SubmissionRow{submission("P1", pending), submission("P3", pending)}, nil)
			e.same([]string{"P1 DA_LAVORARE 02", "P3 DA_LAVORARE 03"}, e.kept()) // the row that says nothing new is that of its night
			e.publishLists(e.night(3), nil, nil)
			e.same([]string{"P1 DA_LAVORARE 02", "P3 DA_LAVORARE 03"}, e.kept())
			e.publishLists(e.night(4), []pipeline.SubmissionRow{}, nil)
			e.same([]string(nil), e.kept())
		}},
		{"a repetition starts from the night before", func(e *env) {
			e.publishLists(e.night(1), []pipeline.SubmissionRow{submission("P1", pending), submission("P2", pending)}, nil)
			e.publishLists(e.night(2), []pipeline.SubmissionRow{submission("P2", worked), submission("P3", pending)}, nil)
			e.same([]string{"P2 LAVORATA 03", "P3 DA_LAVORARE 03"}, e.kept())
			e.publishLists(e.again(), nil, nil)
			e.same([]string{"P1 DA_LAVORARE 02", "P2 DA_LAVORARE 02"}, e.kept())
			e.publishLists(e.again(), []pipeline.SubmissionRow{submission("P1", received), submission("P2", pending)}, nil)
			e.same([]string{"P1 DA_LAVORARE 03", "P2 DA_LAVORARE 02"}, e.kept())
		}},
		{"protocols that are there twice", func(e *env) {
			twin := submission("P1", pending)
			twin.SubmittedAt++
			twin.Office = "4900"
			odd := submission("P1#2", pending)
			odd.Office = ""
			e.publishLists(e.night(1), []pipeline.SubmissionRow{twin, odd, submission("P1", pending), submission("P2", pending)}, nil)
			var got []string
			for _, r := range e.rows(sara, &worklist.Query{Kind: worklist.KindSubmission}) {
				got = append(got, r.ID+" "+r.Protocol+" "+r.Office)
			}
			e.same([]string{"P1#2#2 P1 4900", "P1 P1 0700", "P1#2 P1#2 ", "P2 P2 0700"}, got)
			e.done(anna, worklist.Command{Verb: worklist.VerbTake, Items: []worklist.Target{{Key: submissionKey("P1")}}})
			e.publishLists(e.night(2), []pipeline.SubmissionRow{submission("P1", pending), twin, submission("P2", pending), odd}, nil)
			e.same([]string{"P1#2#2 DA_LAVORARE 02", "P1 IN_CARICO 02", "P1#2 DA_LAVORARE 02", "P2 DA_LAVORARE 02"}, e.kept())
		}},
		{"a list or night that is none", func(e *env) {
			for _, spoil := range []func(*pipeline.SubmissionRow){
				func(s *pipeline.SubmissionRow) { s.List = "ALTRA" }, func(s *pipeline.SubmissionRow) { s.Night++ },
			} {
				n := e.night(1)
				e.prepare(n)
				c := e.lists(n, nil, nil)
				s := submission("P1", pending)
				s.Night = n.Date
				spoil(&s)
				c.Submissions = stream(s)
				_, err := e.Publish(e.t.Context(), e.lease, n, c)
				e.is(err, store.ErrFold)
				e.same([]string(nil), e.kept())
			}
		}},
		{"only received: no elabora", func(e *env) {
			e.publishLists(e.night(1), []pipeline.SubmissionRow{submission("P1", received)}, nil)
			r := e.do(anna, worklist.Command{Verb: worklist.VerbElabora, Items: []worklist.Target{{Key: submissionKey("P1")}}})
			e.is(r.Results[0].Err, worklist.ErrState)
			e.same([]string(nil), e.idsOf(worklist.ListPending))
			e.same([]string{"P1"}, e.idsOf(worklist.ListReceived))
		}},
		{"in charge, it is worked until it is given back", func(e *env) {
			clock := e.clock()
			e.publishLists(e.night(1), []pipeline.SubmissionRow{submission("P1", pending), submission("P2", pending), submission("P3", received), submission("P4", worked)}, nil)
			do := func(c worklist.Command, id string) {
				c.Items = []worklist.Target{{Key: submissionKey(id), Version: -1}}
				e.done(anna, c)
			}
			lists := func(pending, worked []string) {
				e.t.Helper()
				e.same(pending, e.idsOf(worklist.ListPending))
				e.same(worked, e.idsOf(worklist.ListWorked))
				e.same([]string{"P1", "P2", "P3", "P4"}, e.idsOf(worklist.ListReceived))
			}
			lists([]string{"P1", "P2"}, []string{"P4"})
			do(worklist.Command{Verb: worklist.VerbElabora}, "P1")
			do(worklist.Command{Verb: worklist.VerbTake}, "P3")
			lists([]string{"P2"}, []string{"P1", "P3", "P4"})
			do(worklist.Command{Verb: worklist.VerbHold, Until: day(12), Text: "arriva un documento"}, "P1")
			do(worklist.Command{Verb: worklist.VerbRelease}, "P3")
			lists([]string{"P2"}, []string{"P1", "P4"})
			clock.now = noon(day(12))
			lists([]string{"P1", "P2"}, []string{"P4"})
		}},
		{"worked by the procedure, and reopened", func(e *env) {
			e.publishLists(e.night(1), []pipeline.SubmissionRow{submission("P1", worked), submission("P2", worked)}, nil)
			target := func(id string) []worklist.Target { return []worklist.Target{{Key: submissionKey(id), Version: -1}} }
			r := e.do(anna, worklist.Command{Verb: worklist.VerbElabora, Items: target("P1")})
			var c *worklist.ConflictError
			if e.is(r.Results[0].Err, worklist.ErrConflict); !errors.As(r.Results[0].Err, &c) || c.By != "procedura" || c.State != worklist.StateWorked {
				e.t.Errorf("%+v", c)
			}
			e.done(anna, worklist.Command{Verb: worklist.VerbNote, Text: "x", Items: target("P2")})
			e.same([]string{"P1", "P2"}, e.idsOf(worklist.ListWorked))
			e.done(anna, worklist.Command{Verb: worklist.VerbReopen, Text: "x", Items: target("P1")})
			e.same([]string{"P2"}, e.idsOf(worklist.ListWorked))
			e.same([]string{"P1"}, e.idsOf(worklist.ListPending))
			e.publishLists(e.night(2), []pipeline.SubmissionRow{submission("P1", worked), submission("P2", worked)}, nil)
			e.same([]string{"P1"}, e.idsOf(worklist.ListPending))
			e.same([]string{"P1 DA_LAVORARE riaperta", "P2 LAVORATA"}, e.worked())
			e.done(anna, worklist.Command{Verb: worklist.VerbElabora, Items: target("P1")})
			e.same([]string{"P1 IN_CARICO riaperta letta da Anna", "P2 LAVORATA"}, e.worked())
		}},
		{"closed by an operator", func(e *env) {
			e.publishLists(e.night(1), []pipeline.SubmissionRow{submission("P1", pending)}, nil)
			d, err := e.Look(e.t.Context(), anna, submissionKey("P1"))
			e.ok(err)
			if d.Day != day(0) || d.Fingerprint == "" || d.Protocol != "P1" || d.Event != "MALATTIA" || d.TaxCode != whole {
				e.t.Errorf("%+v", d.Row)
			}
			c := closeIt()
			c.Items = []worklist.Target{{Key: d.Key, Version: d.Version, Fingerprint: d.Fingerprint}}
			n := e.done(anna, c).Group
			e.same([]string{"P1 LAVORATA INFONDATA"}, e.worked())
			e.same([]string{"P1"}, e.idsOf(worklist.ListWorked))
			e.publishLists(e.night(2), []pipeline.SubmissionRow{submission("P1", worked)}, nil)
			e.same([]string{"P1"}, e.idsOf(worklist.ListWorked))
			e.done(anna, undo(n))
			e.same([]string{"P1 IN_CARICO riaperta"}, e.worked())
			other := submission("P1", pending)
			other.Event = "RICOVERO"
			e.done(anna, c)
			e.publishLists(e.night(3), []pipeline.SubmissionRow{other}, nil) // another document under the protocol: other facts
			e.same([]string{"P1"}, e.idsOf(worklist.ListPending))
			c.Decision = &worklist.Decision{Kind: worklist.DecideConfirm}
			d, err = e.Look(e.t.Context(), anna, submissionKey("P1"))
			e.ok(err)
			c.Items[0].Version, c.Items[0].Fingerprint = d.Version, d.Fingerprint
			e.is(e.do(anna, c).Results[0].Err, worklist.ErrNoDecision)
		}},
		{"another sede takes over what was done", func(e *env) {
			e.openNight(1, nil)
			e.done(anna, worklist.Command{Verb: worklist.VerbNote, Text: "x"}, "E1")
			e.done(anna, closeIt(), "E1")
			x := exception("E1", pipeline.ExceptionOpen)
			x.Office = "4900"
			e.publish(e.night(2), nil, x)
			for _, table := range []string{"lavori", "lavorazioni", "annotazioni"} {
				e.same(int64(1), e.count(e.t, "SELECT count(*) FROM "+table+" WHERE sede = '4900'"))
			}
			e.publish(e.again(), nil) // as before it
			e.same(int64(1), e.count(e.t, "SELECT count(*) FROM lavori WHERE sede = '0700'"))
		}},
	}
}

func (e *env) idsOf(l worklist.List) []string {
	e.t.Helper()
	return e.ids(&worklist.Query{Kind: worklist.KindSubmission, List: l})
}

func (e *env) worked() (out []string) {
	e.t.Helper()
	e.ok(e.Worked(e.t.Context(), func(w *store.WorkedSubmission) error {
		s := w.Protocol + " " + string(w.State)
		if w.Reopened {
			s += " riaperta"
		}
		if w.ReadBy != "" && w.ReadAt != 0 {
			s += " letta da " + w.ReadBy
		}
		if w.Outcome != "" {
			s += " " + string(w.Outcome)
		}
		out = append(out, s)
		return nil
	}))
	return out
}

func exceptionSheet(id, text string) worklist.Sheet {
	return worklist.Sheet{
		Owner: id, Kind: worklist.KindException, Office: "0700",
		Claim:     &worklist.ClaimSheet{Number: "2014000001", Protocol: "DOM.1", TaxCode: whole, Start: day(0), Daily: pipeline.Some[pipeline.Cents](3982)},
		Documents: []worklist.Document{{Ref: "a", Kind: "UNILAV", SentAt: noon(day(0)), Fields: []worklist.Field{{Label: "Datore", Value: text}}}},
		Risk:      &worklist.Risk{Direction: worklist.Undue, Days: 3, Amount: 100, Payment: day(20)},
	}
}

func sampleSheet(id, office string) worklist.Sheet {
	a := action(id)
	a.Office = office
	return worklist.Sheet{Owner: id, Kind: worklist.KindSample, Office: office, Sample: &worklist.SampleRow{Action: a}}
}

func questionSheet(id, office string, on pipeline.Date) worklist.Sheet {
	return worklist.Sheet{Owner: id, Kind: worklist.KindQuestion, Office: office, Question: &worklist.Question{
		Protocol: id, On: on, Category: "C", Claim: "2014000001", Attachments: []pipeline.Attachment{{}}, Answer: "sì",
	}}
}

func sheetCases() []conformance {
	anna := operator("Anna")
	sheetOf := func(e *env, id string) string {
		s := e.look(anna, id).Sheet
		if len(s.Documents) == 0 {
			return ""
		}
		return s.Documents[0].Fields[0].Value
	}
	return []conformance{
		{"a sheet comes back as it was", func(e *env) {
			want := exceptionSheet("E1", "Rossi & C. <srl>")
			e.publishLists(e.night(1), nil, []worklist.Sheet{want}, exception("E1", pipeline.ExceptionNew))
			want.Night = day(1)
			e.same(want, e.look(anna, "E1").Sheet)
		}},
		{"upserted, left, taken back", func(e *env) {
			open := exception("E1", pipeline.ExceptionOpen)
			e.publishLists(e.night(1), nil, []worklist.Sheet{exceptionSheet("E1", "uno")}, exception("E1", pipeline.ExceptionNew))
			e.publishLists(e.night(2), nil, nil, open)
			e.same("uno", sheetOf(e, "E1"))
			e.publishLists(e.night(3), nil, []worklist.Sheet{}, open)
			e.same("uno", sheetOf(e, "E1"))
			e.publishLists(e.night(4), nil, []worklist.Sheet{exceptionSheet("E1", "due")}, open)
			e.same("due", sheetOf(e, "E1"))
			e.publishLists(e.again(), nil, nil, open)
			e.same("uno", sheetOf(e, "E1"))
		}},
		{"gone with what it is about", func(e *env) {
			p := submission("P1", pipeline.ListPending)
			s := worklist.Sheet{Owner: "P1", Kind: worklist.KindSubmission, Office: "0700"}
			e.publishLists(e.night(1), []pipeline.SubmissionRow{p}, []worklist.Sheet{s, exceptionSheet("E1", "uno"), sampleSheet("A1", "0700")}, exception("E1", pipeline.ExceptionNew))
			count := func() int64 { return e.count(e.t, "SELECT count(*) FROM schede") }
			e.same(int64(3), count())
			e.publishLists(e.night(2), []pipeline.SubmissionRow{}, []worklist.Sheet{}, exception("E1", pipeline.ExceptionClosed))
			e.same(int64(2), count()) // that of the exception can be read for a day
			e.same("uno", sheetOf(e, "E1"))
			e.publishLists(e.night(3), nil, []worklist.Sheet{})
			e.same(int64(1), count())
			e.publishLists(e.again(), nil, nil)
			e.same("uno", sheetOf(e, "E1"))
		}},
		{"twice the same owner is one", func(e *env) {
			e.publishLists(e.night(1), nil, []worklist.Sheet{exceptionSheet("E1", "a"), exceptionSheet("E1", "a"), exceptionSheet("E1", "b")}, exception("E1", pipeline.ExceptionNew))
			e.same(int64(1), e.count(e.t, "SELECT count(*) FROM schede"))
		}},
		{"one that is too long loses documents", func(e *env) {
			s := exceptionSheet("E1", strings.Repeat("x", 1000))
			for range 11 {
				s.Documents = append(s.Documents, s.Documents...)
			}
			e.publishLists(e.night(1), nil, []worklist.Sheet{s}, exception("E1", pipeline.ExceptionNew))
			if n := len(e.look(anna, "E1").Sheet.Documents); n != 512 {
				e.t.Errorf("%d documents", n)
			}
		}},
		{"sheets that are none", func(e *env) {
			for i, spoil := range []func(*worklist.Sheet){
				func(s *worklist.Sheet) { s.Kind = "ALTRO" }, func(s *worklist.Sheet) { s.Night-- }, func(s *worklist.Sheet) { s.Owner = "" },
				func(s *worklist.Sheet) { s.Kind = worklist.KindSample }, func(s *worklist.Sheet) { s.Kind = worklist.KindQuestion },
				func(s *worklist.Sheet) { s.Claim.Surname = strings.Repeat("x", 2<<20) },
			} {
				n := e.night(1)
				e.prepare(n)
				s := exceptionSheet("E1", "a")
				s.Night = n.Date
				spoil(&s)
				c := e.lists(n, nil, nil)
				c.Sheets = archived(s)
				if _, err := e.Publish(e.t.Context(), e.lease, n, c); err == nil || strings.Contains(err.Error(), string(whole)) {
					e.t.Errorf("%d: %v", i, err)
				}
			}
		}},
		{"content that nobody knows in full", func(e *env) {
			for i, content := range []string{`{"altro":"` + string(whole) + `"}`, `{"domanda":{}`, `{} {}`, ``, `{"documenti":[]} `} {
				n := e.night(1)
				e.prepare(n)
				c := e.lists(n, nil, nil, exception("E1", pipeline.ExceptionNew))
				c.Sheets = stream(tables.ArchivedSheet{Kind: worklist.KindException, Owner: "E1", Office: "0700", Night: n.Date, Content: content})
				_, err := e.Publish(e.t.Context(), e.lease, n, c)
				if known := i == 4; known != (err == nil) || err != nil && (!errors.Is(err, tables.ErrContent) || strings.Contains(err.Error(), string(whole))) {
					e.t.Errorf("%q: %v", content, err)
				}
			}
			e.same("{}", e.content("E1")) // as it is written
		}},
		{"samples are worked like the rest", func(e *env) {
			e.publishLists(e.night(1), nil, []worklist.Sheet{sampleSheet("A1", "0700"), sampleSheet("A2", "4900")})
			rows := e.rows(of(operator("Anna"), "0700"), &worklist.Query{Kind: worklist.KindSample})
			if len(rows) != 1 || rows[0].ID != "A1" || rows[0].Rule != "R01" || rows[0].Text != "perché sì" || rows[0].Type != pipeline.ActionReduce ||
				rows[0].Amount != pipeline.Some[pipeline.Cents](12345) || rows[0].Day != day(1) {
				e.t.Errorf("%+v", rows)
			}
			c := closeIt()
			c.Items = []worklist.Target{{Key: rows[0].Key, Fingerprint: rows[0].Fingerprint}}
			e.done(anna, c)
			e.same([]string{"A2"}, e.ids(&worklist.Query{Kind: worklist.KindSample, List: worklist.ListPending}))
			e.same([]string{"A1"}, e.ids(&worklist.Query{Kind: worklist.KindSample, List: worklist.ListWorked}))
			e.publishLists(e.night(2), nil, []worklist.Sheet{sampleSheet("A1", "0700")}) // the same draw again
			e.same([]string{"A1"}, e.ids(&worklist.Query{Kind: worklist.KindSample, List: worklist.ListWorked}))
			d, err := e.Look(e.t.Context(), anna, rows[0].Key)
			e.ok(err)
			if d.Sheet.Sample == nil || d.Sheet.Sample.Action.TaxCode != whole || len(d.Closings) != 1 {
				e.t.Errorf("%+v", d)
			}
		}},
		{"questions by sede, day and protocol", func(e *env) {
			e.publishLists(e.night(1), nil, []worklist.Sheet{
				questionSheet("Q3", "4900", day(1)), questionSheet("Q2", "0700", day(2)), questionSheet("Q1", "0700", day(2)), questionSheet("Q4", "0700", day(1)),
				questionSheet("Q5", "", day(1)), questionSheet("Q6", "0700", day(0)),
			})
			ask := func(who *worklist.Operator, from, to pipeline.Date) string {
				qs, err := e.Questions(e.t.Context(), who, from, to)
				e.ok(err)
				var out []string
				for _, q := range qs {
					out = append(out, q.Question.Protocol+"/"+q.Office)
				}
				return strings.Join(out, " ")
			}
			e.same("Q5/ Q4/0700 Q1/0700 Q2/0700 Q3/4900", ask(anna, day(1), day(2)))
			e.same("Q4/0700 Q1/0700 Q2/0700", ask(of(operator("Bruno"), "0700"), day(1), day(2)))
			e.same("Q6/0700", ask(of(operator("Bruno"), "0700"), 0, day(0)))
			e.same("", ask(of(operator("Bruno")), 0, 0))
			e.same(4, e.said(store.AuditList))
		}},
		{"actions of the claim, of the operator's sedi", func(e *env) {
			a, b := action("A1"), action("A2")
			b.From, b.Office = a.From-1, "4900"
			e.publish(e.night(1), []pipeline.Action{a, b}, exception("E1", pipeline.ExceptionNew))
			see := func(who *worklist.Operator) (out []string) {
				for _, x := range e.look(who, "E1").Actions {
					out = append(out, x.ID)
				}
				return out
			}
			e.same([]string{"A2", "A1"}, see(anna))
			e.same([]string{"A1"}, see(of(operator("Bruno"), "0700")))
		}},
		{"a night that fails leaves the lists", func(e *env) {
			e.publishLists(e.night(1), []pipeline.SubmissionRow{submission("P1", pipeline.ListPending)}, []worklist.Sheet{exceptionSheet("E1", "uno")}, exception("E1", pipeline.ExceptionNew))
			n := e.night(2)
			e.prepare(n)
			c := e.lists(n, []pipeline.SubmissionRow{}, nil, exception("E1", pipeline.ExceptionOpen))
			c.Sheets = func(context.Context, func(*tables.ArchivedSheet) error) error { return errTakenBack }
			_, err := e.Publish(e.t.Context(), e.lease, n, c)
			e.is(err, errTakenBack)
			e.same("uno", sheetOf(e, "E1"))
			e.same(1, len(e.kept()))
			e.publishPrepared(n, []pipeline.SubmissionRow{}, []worklist.Sheet{exceptionSheet("E1", "due")}, exception("E1", pipeline.ExceptionOpen))
			e.same("due", sheetOf(e, "E1"))
			e.same(fmt.Sprint([]string(nil)), fmt.Sprint(e.kept()))
		}},
	}
}
