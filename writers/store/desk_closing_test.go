package store_test

import (
	"errors"
	"fmt"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

func approve(group int64) worklist.Command {
	return worklist.Command{Verb: worklist.VerbApprove, Group: group}
}

func undo(group int64) worklist.Command {
	return worklist.Command{Verb: worklist.VerbUndo, Group: group}
}

// firstIDs gives E1 … En.
func firstIDs(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("E%d", i+1))
	}
	return out
}

func closingCases() []conformance {
	anna, bruno := operator("Anna"), operator("Bruno")
	twoPersons := func(_ int, x *pipeline.Exception) { x.SecondEyes = true }
	return []conformance{
		{"four eyes are those of two persons", func(e *env) {
			e.openNight(1, twoPersons)
			rossi := &worklist.Operator{Name: "rossi", Person: "Maria  Rossi", Role: worklist.RoleOperator, AllOffices: true}
			r := e.done(rossi, closeIt(), "E1")
			if !r.Waits || r.Group != r.Results[0].Closing || r.Results[0].State != worklist.StateApproval {
				e.t.Errorf("%+v", r)
			}
			for _, same := range []*worklist.Operator{
				rossi,
				{Name: " ROSSI ", Person: "maria rossi", Role: worklist.RoleSupervisor, AllOffices: true},
				{Name: "admin", Person: " Maria Rossi", Role: worklist.RoleOperator, AllOffices: true},
				{Name: "MARIA rossi", Role: worklist.RoleOperator, AllOffices: true},
			} {
				e.is(e.do(same, approve(r.Group)).Results[0].Err, worklist.ErrSamePerson)
			}
			e.done(bruno, approve(r.Group))
			d := e.look(bruno, "E1")
			if d.State != worklist.StateWorked || d.Closing.ApprovedBy != "Bruno" || d.Closing.Approver != "bruno" || d.Closing.ApprovedAt < d.Closing.At {
				e.t.Errorf("%+v %+v", d.Item, d.Closing)
			}
			if again := e.done(bruno, approve(r.Group)); again.Results[0].State != worklist.StateWorked {
				e.t.Errorf("a second click: %+v", again)
			}
		}},
		{"a rejected closing goes back to who asked for it", func(e *env) {
			e.openNight(1, twoPersons)
			n := e.done(anna, closeIt(), "E1").Group
			e.done(bruno, worklist.Command{Verb: worklist.VerbReject, Group: n, Text: "manca un documento"})
			d := e.look(anna, "E1")
			if d.State != worklist.StateTaken || d.Holder != "Anna" || d.Closing != nil || len(d.Closings) != 1 || d.Closings[0].UndoneBy != "Bruno" {
				e.t.Errorf("%+v %+v", d.Item, d.Closings)
			}
			e.is(e.do(bruno, approve(n)).Results[0].Err, worklist.ErrState)
			second := e.done(anna, closeIt(), "E1").Group
			if second <= n {
				e.t.Errorf("closing %d after %d", second, n)
			}
			e.is(e.do(bruno, approve(n)).Results[0].Err, worklist.ErrState) // the one that was rejected is not the one that waits
			e.done(bruno, approve(second))
		}},
		{"twenty at once take one person, twenty-one two", func(e *env) {
			e.openNight(41, nil)
			ids := firstIDs(41)
			r := e.done(anna, closeIt(), ids[:20]...)
			if r.Waits || r.Group != r.Results[0].Closing || len(r.Results) != 20 || r.Results[19].State != worklist.StateWorked {
				e.t.Errorf("%+v", r)
			}
			r = e.done(anna, closeIt(), ids[20:]...)
			if !r.Waits || r.Group != r.Results[0].Closing || r.Results[20].State != worklist.StateApproval {
				e.t.Errorf("%+v", r)
			}
			for _, one := range r.Results {
				if c := e.look(anna, one.ID).Closing; c.Group != r.Group || c.Number != one.Closing || !c.Second {
					e.t.Fatalf("%+v", c)
				}
			}
			requests, err := e.Requests(e.t.Context(), bruno)
			e.ok(err)
			if len(requests) != 1 || len(requests[0].Rows) != 21 || requests[0].Number != r.Group || requests[0].By != "Anna" {
				e.t.Errorf("%+v", requests)
			}
			if a := e.done(bruno, approve(r.Group)); len(a.Results) != 21 || a.Results[20].State != worklist.StateWorked {
				e.t.Errorf("%+v", a)
			}
			requests, err = e.Requests(e.t.Context(), bruno)
			e.ok(err)
			e.same(0, len(requests))
		}},
		{"one of a bulk in parts takes two persons", func(e *env) {
			e.openNight(1, nil)
			c := closeIt()
			c.Bulk = true
			if r := e.done(anna, c, "E1"); !r.Waits || r.Results[0].State != worklist.StateApproval {
				e.t.Errorf("%+v", r)
			}
		}},
		{"what is refused of a bulk does not keep the others", func(e *env) {
			e.openNight(3, nil)
			e.done(bruno, worklist.Command{Verb: worklist.VerbTake}, "E1")
			r := e.do(anna, closeIt(), "E1", "E2", "E9", "E3")
			e.is(r.Results[0].Err, worklist.ErrConflict)
			e.is(r.Results[2].Err, worklist.ErrUnknown)
			e.ok(errors.Join(r.Results[1].Err, r.Results[3].Err))
			if r.Group != r.Results[1].Closing || r.Waits {
				e.t.Errorf("%+v", r)
			}
			u := e.done(anna, undo(r.Group))
			e.same(2, len(u.Results))
			e.same("IN_CARICO", verdict(u.Results[1]))
		}},
		{"a bulk is undone by those who see it", func(e *env) {
			e.openNight(2, func(i int, x *pipeline.Exception) { x.Office = []string{"0700", "4900"}[i] })
			r := e.done(anna, closeIt(), "E1", "E2")
			u := e.done(of(operator("Anna"), "4900"), undo(r.Group))
			e.same([]string{"E2 IN_CARICO"}, []string{u.Results[0].ID + " " + verdict(u.Results[0])})
			e.same(1, len(u.Results))
			e.same(worklist.StateWorked, e.look(supervisor("Sara"), "E1").State)
			e.same("SCONOSCIUTO", verdict(e.do(of(operator("Anna"), "0001"), undo(r.Group)).Results[0]))
		}},
		{"a double click without token is one closing", func(e *env) {
			e.openNight(1, nil)
			first, second := e.done(anna, closeIt(), "E1"), e.done(anna, closeIt(), "E1")
			e.same(first.Results[0].Closing, second.Results[0].Closing)
			e.same(first.Group, second.Group)
			e.same(1, len(e.look(anna, "E1").Closings))
		}},
		{"ten minutes to undo", func(e *env) {
			c := e.clock()
			e.openNight(2, nil)
			a, b := e.done(anna, closeIt(), "E1").Group, e.done(anna, closeIt(), "E2").Group
			c.now += worklist.UndoWindow
			e.done(anna, undo(a))
			c.now++
			e.is(e.do(anna, undo(b)).Results[0].Err, worklist.ErrTooLate)
		}},
		{"ten minutes from the approval, and at any time before", func(e *env) {
			c := e.clock()
			e.openNight(2, twoPersons)
			a, b := e.done(anna, closeIt(), "E1").Group, e.done(anna, closeIt(), "E2").Group
			c.now += 3 * worklist.UndoWindow
			e.done(anna, undo(a))
			e.done(bruno, approve(b))
			c.now += worklist.UndoWindow
			e.done(anna, undo(b))
		}},
		{"reopened after a night took it in", func(e *env) {
			c := e.clock()
			e.openNight(1, nil)
			cl := closeIt()
			cl.Decision = &worklist.Decision{Kind: worklist.DecideConfirm}
			n := e.done(anna, cl, "E1").Group
			_, err := e.TakeIn(e.t.Context(), day(11), []int64{n})
			e.ok(err)
			e.is(e.do(anna, undo(n)).Results[0].Err, worklist.ErrTooLate)
			c.now += minute
			e.done(bruno, worklist.Command{Verb: worklist.VerbReopen, Text: "nuovi fatti"}, "E1")
			d := e.look(bruno, "E1")
			if d.State != worklist.StatePending || d.Closing != nil || d.Closings[0].Night != day(11) || d.Closings[0].UndoneReason != "nuovi fatti" {
				e.t.Errorf("%+v %+v", d.Item, d.Closings)
			}
		}},
		{"the database itself refuses", checksHold},
		{"decisions for a night", decisionsForANight},
		{"a decision is told with the facts it was made on", func(e *env) {
			c := e.clock()
			e.openNight(1, nil)
			cl := closeIt()
			cl.Decision = &worklist.Decision{Kind: worklist.DecideRefuse}
			e.done(anna, cl, "E1")
			x := facts(exception("E1", pipeline.ExceptionChanged), "f2")
			x.Sources = "a;b"
			e.publish(e.night(2), nil, x)
			p, err := e.Pending(e.t.Context(), c.now)
			e.ok(err)
			if len(p) != 1 || p[0].Exception.Fingerprint != "f1" || p[0].Exception.Sources != "a" || p[0].Closing.Fingerprint != "f1" {
				e.t.Errorf("%+v", p)
			}
		}},
	}
}

func decisionsForANight(e *env) {
	c := e.clock()
	anna, bruno := operator("Anna"), operator("Bruno")
	e.openNight(6, func(i int, x *pipeline.Exception) { x.SecondEyes = i >= 3 })
	decided := closeIt()
	decided.Decision = &worklist.Decision{Kind: worklist.DecideDates, From: day(1)}
	one := e.done(anna, decided, "E1").Group
	e.done(anna, closeIt(), "E2") // decides nothing
	undone := e.done(anna, decided, "E3").Group
	e.done(anna, undo(undone))
	e.done(anna, decided, "E4") // waits
	approved := e.done(anna, decided, "E5").Group
	rejected := e.done(anna, decided, "E6").Group
	e.done(bruno, worklist.Command{Verb: worklist.VerbReject, Group: rejected, Text: "no"})
	start := c.now
	c.now += minute
	e.done(bruno, approve(approved))
	pending := func(before pipeline.Instant) (out []int64) {
		e.t.Helper()
		ps, err := e.Pending(e.t.Context(), before)
		e.ok(err)
		for _, p := range ps {
			out = append(out, p.Closing.Number)
			if p.Exception.ID != p.Closing.Key.ID || p.Exception.TaxCode != whole || *p.Closing.Decision != *decided.Decision {
				e.t.Errorf("%+v", p)
			}
		}
		return out
	}
	e.same([]int64(nil), pending(start-1))
	e.same([]int64{one}, pending(start))
	e.same([]int64{one}, pending(c.now-1))
	e.same([]int64{one, approved}, pending(c.now))

	take := func(night pipeline.Date, numbers ...int64) []int64 {
		e.t.Helper()
		taken, err := e.TakeIn(e.t.Context(), night, numbers)
		e.ok(err)
		return taken
	}
	e.same([]int64{one}, take(day(11), one, undone, rejected, 999))
	e.same([]int64{one}, take(day(11), one))
	e.same([]int64(nil), take(day(12), one))
	e.same(1, e.said(store.AuditTakenIn))
	e.same([]int64{approved}, pending(c.now))
	e.same([]int64{approved}, take(day(12), approved))
	e.same([]int64(nil), pending(c.now))
	again, err := e.TakenIn(e.t.Context(), day(11))
	e.ok(err)
	if len(again) != 1 || again[0].Closing.Number != one || again[0].Closing.Night != day(11) {
		e.t.Errorf("%+v", again)
	}
}

// checksHold: whoever writes into the tables by hand does not get past two persons.
func checksHold(e *env) {
	e.openNight(1, func(_ int, x *pipeline.Exception) { x.SecondEyes = true })
	n := e.done(operator("Anna"), closeIt(), "E1").Group
	yes, no := "1", "0"
	if e.adapter == "postgres" {
		yes, no = "true", "false"
	}
	at := "'2014-09-10T10:00:00.000000Z'"
	insert := "INSERT INTO lavorazioni (numero, tipo, id, gruppo, elementi, impronta, esito, operatore, persona, quando, codice_secondo, secondo, annullata" +
		"%s) VALUES (77, 'ECCEZIONE', 'E1', 0, %d, 'f1', 'UTILE', 'Anna', 'anna', " + at + ", %s, %s, " + no + "%s)"
	row := fmt.Sprintf("UPDATE lavorazioni SET %%s WHERE numero = %d", n)
	for name, statement := range map[string]string{
		"one's own approval":             fmt.Sprintf(row, "approvata_da = 'altra', approvatore = 'anna', approvata_il = "+at),
		"an approval of nobody":          fmt.Sprintf(row, "approvata_da = 'Bruno', approvata_il = "+at),
		"an approval without moment":     fmt.Sprintf(row, "approvata_da = 'Bruno', approvatore = 'bruno'"),
		"two persons made one":           fmt.Sprintf(row, "secondo = "+no),
		"two persons made one, and code": fmt.Sprintf(row, "secondo = "+no+", elementi = 21, codice_secondo = "+no),
		"undone by nobody":               fmt.Sprintf(row, "annullata = "+yes),
		"taken in while it waits":        fmt.Sprintf(row, "notte = '2014-09-11', provvedimento = '{}'"),
		"taken in with no decision":      fmt.Sprintf(row, "notte = '2014-09-11', approvata_da = 'Bruno', approvatore = 'bruno', approvata_il = "+at),
		"21 at once by one":              fmt.Sprintf(insert, "", 21, no, no, ""),
		"a code of two persons by one":   fmt.Sprintf(insert, "", 1, yes, no, ""),
		"approved where it takes one":    fmt.Sprintf(insert, ", approvata_da, approvatore, approvata_il", 1, no, no, ", 'Bruno', 'bruno', "+at),
		"of no kind":                     strings.Replace(fmt.Sprintf(insert, "", 1, no, no, ""), "'ECCEZIONE'", "'ALTRO'", 1),
		"a state that is none":           "UPDATE lavori SET stato = 'ALTRO'",
		"a version below one":            "UPDATE lavori SET versione = 0",
		"a list that is none":            "UPDATE eccezioni SET elenco = 'ALTRO'",
	} {
		if _, err := e.raw.ExecContext(e.t.Context(), statement); err == nil || !strings.Contains(strings.ToLower(err.Error()), "check") {
			e.t.Errorf("%s: %v", name, err)
		}
	}
	for _, statement := range []string{
		fmt.Sprintf(insert, "", 20, no, no, ""), "DELETE FROM lavorazioni WHERE numero = 77",
		fmt.Sprintf(insert, "", 21, no, yes, ""), "DELETE FROM lavorazioni WHERE numero = 77",
		fmt.Sprintf(row, "approvata_da = 'Bruno', approvatore = 'bruno', approvata_il = "+at),
	} {
		e.exec(e.t, statement) // what may be
	}
}

func tokenCases() []conformance {
	anna, bruno := operator("Anna"), operator("Bruno")
	with := func(token string) worklist.Command {
		c := closeIt()
		c.Token = token
		return c
	}
	return []conformance{
		{"the same form twice is the first answer", func(e *env) {
			e.openNight(3, nil)
			e.done(bruno, worklist.Command{Verb: worklist.VerbTake}, "E1")
			first := e.do(anna, with("t1"), "E1", "E2", "E9", "E3")
			e.done(anna, undo(first.Group))
			audits := len(e.audits())
			again := e.do(anna, with("t1"), "E1", "E2", "E9", "E3")
			e.same(fmt.Sprintf("%+v", first), fmt.Sprintf("%+v", again))
			e.is(again.Results[0].Err, worklist.ErrConflict)
			e.is(again.Results[2].Err, worklist.ErrUnknown)
			e.same(audits, len(e.audits()))
			e.same("IN_CARICO", string(e.look(anna, "E2").State)) // and nothing was done
		}},
		{"every refusal comes back from the receipt", func(e *env) {
			e.openNight(1, func(_ int, x *pipeline.Exception) { x.Closable = false })
			for range 2 {
				e.is(e.do(anna, with("t1"), "E1").Results[0].Err, worklist.ErrNotClosable)
			}
		}},
		{"the same form for something else", func(e *env) {
			e.openNight(2, nil)
			e.done(anna, with("t1"), "E1")
			for _, c := range []struct {
				who *worklist.Operator
				id  string
			}{{anna, "E2"}, {bruno, "E1"}} {
				cmd := with("t1")
				cmd.Items = []worklist.Target{{Key: exceptionKey(c.id), Version: -1, Fingerprint: "f1"}}
				_, err := e.Do(e.t.Context(), c.who, &cmd)
				e.is(err, worklist.ErrToken)
			}
			e.same("DA_LAVORARE", string(e.look(anna, "E2").State))
		}},
		{"tokens are forgotten after a day", func(e *env) {
			c := e.clock()
			e.openNight(2, nil)
			e.done(anna, with("t1"), "E1")
			c.now += 24*60*minute - 1
			e.done(anna, with("t1"), "E1")
			c.now++
			e.done(anna, with("t1"), "E2")
			e.same(int64(1), e.count(e.t, "SELECT count(*) FROM richieste"))
			c.now += 24 * 60 * minute
			e.done(bruno, worklist.Command{Verb: worklist.VerbNote, Text: "x", Token: "t2"}, "E1")
			e.same(int64(1), e.count(e.t, "SELECT count(*) FROM richieste"))
		}},
		{"a person has five hundred", func(e *env) {
			e.openNight(1, nil)
			e.done(bruno, worklist.Command{Verb: worklist.VerbNote, Text: "x", Token: "b"}, "E1")
			at := "'2100-01-01T00:00:00.000000Z'"
			var rows []string
			for i := range 700 {
				rows = append(rows, fmt.Sprintf("('a%d', 'anna', 'x', '{}', %s)", i, at))
			}
			e.exec(e.t, "INSERT INTO richieste (gettone, persona, impronta, ricevuta, quando) VALUES "+strings.Join(rows, ", "))
			for i := range 3 {
				e.done(anna, worklist.Command{Verb: worklist.VerbNote, Text: "x", Token: fmt.Sprint("n", i)}, "E1")
			}
			e.same(int64(500), e.count(e.t, "SELECT count(*) FROM richieste WHERE persona = 'anna'"))
			e.same(int64(1), e.count(e.t, "SELECT count(*) FROM richieste WHERE persona = 'bruno'"))
		}},
	}
}
