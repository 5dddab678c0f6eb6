package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// crowd is a store with items of every kind in every state, and what it should say of them.
type crowd struct {
	*env
	clock *clocked
	rows  []worklist.Row
	code  map[worklist.Key]string // protocol of the claim
}

var crowdOffices = []string{"0700", "4900", "7000", ""}

// newCrowd fills a store in two nights, with operators at work in between. The same seed gives the same crowd.
func newCrowd(e *env) *crowd {
	c := &crowd{env: e, clock: e.clock(), code: map[worklist.Key]string{}}
	r := rand.New(rand.NewPCG(7, 7))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var exceptions []pipeline.Exception
	var submissions []pipeline.SubmissionRow
	var sheets []worklist.Sheet
	for i := range 120 {
		x := exception(fmt.Sprintf("E%03d", r.IntN(900)*1000+i), pipeline.ExceptionNew)
		x.Office, x.Code, x.Class = pick(crowdOffices...), pick("A", "B", "C"), pick(pipeline.ClassBlock, pipeline.ClassInfo)
		x.Claim, x.Protocol, x.Kind = pick("1", "2", ""), pick("P1", "P2", "DOM.1"), pick("EVENTO", "VARIAZIONE")
		x.TaxCode, x.Rule, x.Priority = pipeline.CodiceFiscale(pick(string(whole), "VRDLGU80A01H501X")), pick("R1", "R2"), int32(r.IntN(3))
		x.Due, x.FirstNight = among(r, 0, day(9), day(10), day(11)), among(r, 0, day(1), date("2014-12-31"), date("2015-01-01"))
		x.SecondEyes = r.IntN(6) == 0
		exceptions = append(exceptions, x)
		if i%2 == 0 {
			s := exceptionSheet(x.ID, "x")
			s.Office, s.Claim.Number, s.Claim.Protocol = x.Office, cmp.Or(x.Claim, "9"), pick("DOM.1", "DOM.2")
			sheets = append(sheets, s)
		}
	}
	border := pipeline.InstantOf(time.Date(2014, 12, 31, 23, 0, 0, 0, time.UTC)) // midnight in Rome
	for i := range 60 {
		s := submission(fmt.Sprintf("S%03d", r.IntN(900)*1000+i), pick(pipeline.ListReceived, pipeline.ListPending, pipeline.ListWorked))
		s.Office, s.Kind, s.Claim = pick(crowdOffices...), pick("EVENTO", "VARIAZIONE"), pick("1", "2")
		s.TaxCode = pipeline.CodiceFiscale(pick(string(whole), "VRDLGU80A01H501X"))
		s.SubmittedAt = among(r, 0, border-1, border, border+1, noon(day(1)), noon(day(2)))
		submissions = append(submissions, s)
	}
	for i := range 30 {
		s := sampleSheet(fmt.Sprintf("A%03d", r.IntN(900)*1000+i), pick(crowdOffices...))
		a := &s.Sample.Action
		a.Claim, a.ClaimProtocol, a.Rule, a.Type = pick("1", "2"), pick("DOM.1", "DOM.2"), pick("R1", "R2"), pick("EVENTO", "VARIAZIONE")
		sheets = append(sheets, s)
	}
	e.publishLists(e.night(1), submissions, sheets, exceptions...)
	c.work(r)
	for i := range exceptions {
		x := &exceptions[i]
		switch x.State = pipeline.ExceptionOpen; r.IntN(5) {
		case 0:
			x.State = pipeline.ExceptionClosed
		case 1:
			x.State, x.Fingerprint = pipeline.ExceptionChanged, "f2"
		}
	}
	for i := range submissions {
		if r.IntN(4) == 0 {
			submissions[i].List = pick(pipeline.ListPending, pipeline.ListWorked)
		}
	}
	e.publishLists(e.night(2), submissions, nil, exceptions...)
	c.work(r)
	c.clock.now = noon(day(10)) + 24*60*minute // some that were held are back
	for i := range sheets {
		s := &sheets[i]
		k := worklist.Key{Kind: s.Kind, ID: s.Owner}
		if c.code[k] = "DOM.1"; s.Kind == worklist.KindSample {
			c.code[k] = s.Sample.Action.ClaimProtocol
		} else {
			c.code[k] = s.Claim.Protocol
		}
	}
	c.rows = nil
	for _, k := range c.keys() {
		d, err := e.Look(e.t.Context(), supervisor("Sara"), k)
		e.ok(err)
		c.rows = append(c.rows, d.Row)
	}
	return c
}

func among[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func (c *crowd) keys() (out []worklist.Key) {
	c.t.Helper()
	for _, q := range []struct {
		kind worklist.Kind
		sql  string
	}{
		{worklist.KindException, "SELECT id_eccezione FROM eccezioni ORDER BY 1"},
		{worklist.KindSubmission, "SELECT id_comunicazione FROM comunicazioni ORDER BY 1"},
		{worklist.KindSample, "SELECT id FROM schede WHERE tipo = 'CAMPIONE' ORDER BY 1"},
	} {
		rows, err := c.raw.QueryContext(c.t.Context(), q.sql)
		c.ok(err)
		for rows.Next() {
			k := worklist.Key{Kind: q.kind}
			c.ok(rows.Scan(&k.ID))
			out = append(out, k)
		}
		c.ok(rows.Err())
		c.ok(rows.Close())
	}
	return out
}

// work lets operators do something with most of the items. What is refused is refused.
func (c *crowd) work(r *rand.Rand) {
	c.t.Helper()
	who := []*worklist.Operator{operator("Anna"), operator("Bruno"), supervisor("Sara")}
	for _, k := range c.keys() {
		d, err := c.Look(c.t.Context(), who[0], k)
		c.ok(err)
		target := []worklist.Target{{Key: k, Version: d.Version, Fingerprint: d.Fingerprint}}
		commands := []worklist.Command{
			{Verb: worklist.VerbElabora},
			{Verb: worklist.VerbTake},
			{Verb: worklist.VerbHold, Until: among(r, day(11), day(12)), Text: "x"},
			closeIt(), closeIt(),
			{Verb: worklist.VerbNote, Text: "x"},
			{Verb: worklist.VerbReopen, Text: "x"},
		}
		for range r.IntN(3) {
			cmd := among(r, commands...)
			cmd.Items = target
			_, err := c.Do(c.t.Context(), among(r, who...), &cmd)
			c.ok(err)
		}
		if r.IntN(6) == 0 && d.Closing != nil {
			_, err := c.Do(c.t.Context(), who[1], &worklist.Command{Verb: worklist.VerbApprove, Group: d.Closing.Number})
			c.ok(err)
		}
	}
}

// wanted gives what a query should answer, from all rows one by one.
func (c *crowd) wanted(who *worklist.Operator, q *worklist.Query) (out []string) {
	kind := cmp.Or(q.Kind, worklist.KindException)
	today := worklist.Today(c.clock.now)
	var rows []worklist.Row
	for i := range c.rows {
		if r := &c.rows[i]; r.Kind == kind && who.Sees(r.Office) && c.fits(r, q, who, today) {
			rows = append(rows, *r)
		}
	}
	slices.SortFunc(rows, func(a, b worklist.Row) int {
		due := func(r *worklist.Row) pipeline.Date { return cmp.Or(r.Due, pipeline.MaxDate) }
		newest := cmp.Or(cmp.Compare(b.SubmittedAt, a.SubmittedAt), cmp.Compare(b.Day, a.Day))
		switch {
		case kind != worklist.KindException, q.Order == worklist.OrderDate:
			return cmp.Or(newest, strings.Compare(a.ID, b.ID))
		case q.Order == worklist.OrderDue:
			return cmp.Or(cmp.Compare(due(&a), due(&b)), strings.Compare(a.ID, b.ID))
		}
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(due(&a), due(&b)), strings.Compare(a.ID, b.ID))
	})
	for i := range rows {
		out = append(out, rows[i].ID+" "+string(rows[i].State))
	}
	return out
}

func (c *crowd) fits(r *worklist.Row, q *worklist.Query, who *worklist.Operator, today pipeline.Date) bool {
	same := func(want, got string) bool { return want == "" || want == got }
	protocol := q.Protocol == "" || r.Protocol == q.Protocol
	if q.Protocol != "" && r.Claim != "" {
		for k, p := range c.code { // a sheet names the claim
			if claim, office := c.claimOf(k); p == q.Protocol && claim == r.Claim && who.Sees(office) {
				protocol = true
			}
		}
	}
	return inList(r, q.List) && protocol &&
		(len(q.Offices) == 0 || slices.Contains(q.Offices, r.Office)) &&
		(len(q.States) == 0 || slices.Contains(q.States, r.State)) &&
		(q.From == 0 || r.Day != 0 && r.Day >= q.From) && (q.To == 0 || r.Day != 0 && r.Day <= q.To) &&
		same(q.Code, r.Code) && same(q.Class, r.Class) && same(q.Claim, r.Claim) && same(string(q.TaxCode), string(r.TaxCode)) &&
		same(q.Type, r.Type) && same(q.Rule, r.Rule) &&
		(!q.Mine || r.Person == who.ID()) && (!q.Overdue || r.Due != 0 && r.Due < today)
}

// claimOf is the claim that a sheet names, and the sede of the sheet.
func (c *crowd) claimOf(k worklist.Key) (claim, office string) {
	for i := range c.rows {
		if c.rows[i].Key == k {
			if k.Kind == worklist.KindException && c.rows[i].Claim == "" {
				return "9", c.rows[i].Office
			}
			return c.rows[i].Claim, c.rows[i].Office
		}
	}
	return "", ""
}

func inList(r *worklist.Row, l worklist.List) bool {
	worked := r.State == worklist.StateWorked || r.Kind == worklist.KindSubmission && r.State != worklist.StatePending
	switch l {
	case worklist.ListWorked:
		return worked && !r.Gone
	case worklist.ListPending:
		return !worked && !r.Gone && !r.Received
	}
	return true
}

// drawQuery draws a query and who asks.
func drawQuery(t *rapid.T) (*worklist.Operator, *worklist.Query) {
	one := func(label string, list ...string) string { return rapid.SampledFrom(list).Draw(t, label) }
	rarely := func(label string, list ...string) string {
		if rapid.IntRange(0, 7).Draw(t, label+"?") > 0 {
			return ""
		}
		return one(label, list...)
	}
	q := &worklist.Query{
		Kind:  worklist.Kind(one("kind", "", "ECCEZIONE", "ECCEZIONE", "COMUNICAZIONE", "CAMPIONE")),
		List:  worklist.List(one("list", "", "PERVENUTE", "DA_LAVORARE", "DA_LAVORARE", "LAVORATE")),
		Order: worklist.Order(one("order", "", "PRIORITA", "SCADENZA", "DATA")),
		Code:  rarely("code", "A", "B", "Z"), Class: rarely("class", "BLOCCO", "INFO"), Claim: rarely("claim", "1", "2"),
		TaxCode:  pipeline.CodiceFiscale(rarely("code of a person", string(whole), "VRDLGU80A01H501X", "NESSUNO")),
		Protocol: rarely("protocol", "P1", "DOM.1", "DOM.2", "S1"), Type: rarely("type", "EVENTO", "VARIAZIONE"), Rule: rarely("rule", "R1", "R2"),
		Mine: rapid.IntRange(0, 6).Draw(t, "mine") == 6, Overdue: rapid.IntRange(0, 6).Draw(t, "overdue") == 6,
		Limit: rapid.SampledFrom([]int{3, 17, 60}).Draw(t, "limit"),
	}
	days := []pipeline.Date{0, 0, 0, 0, 0, 0, day(1), day(2), date("2014-12-31"), date("2015-01-01")}
	q.From, q.To = rapid.SampledFrom(days).Draw(t, "from"), rapid.SampledFrom(days).Draw(t, "to")
	if rapid.IntRange(0, 2).Draw(t, "states?") == 2 {
		q.States = rapid.SliceOfNDistinct(rapid.SampledFrom(worklist.States()), 1, 3, rapid.ID).Draw(t, "states")
	}
	if rapid.IntRange(0, 2).Draw(t, "offices?") == 2 {
		q.Offices = rapid.SliceOfNDistinct(rapid.SampledFrom(append(crowdOffices, "9999")), 1, 3, rapid.ID).Draw(t, "offices")
	}
	who := &worklist.Operator{Name: one("who", "Anna", "Bruno", "Sara"), Role: worklist.RoleReader, AllOffices: rapid.Bool().Draw(t, "every sede")}
	if !who.AllOffices {
		who.Offices = rapid.SliceOfNDistinct(rapid.SampledFrom(crowdOffices), 0, 4, rapid.ID).Draw(t, "granted")
	}
	return who, q
}

// anyList: whatever is asked for, the pages give what a search row by row gives, each row once.
func anyList(e *env) {
	c := newCrowd(e)
	states := map[worklist.State]int{}
	for i := range c.rows {
		states[c.rows[i].State]++
	}
	for _, s := range worklist.States() {
		if states[s] < 5 {
			e.t.Fatalf("%d items %s: the crowd is too tame", states[s], s)
		}
	}
	found := 0
	rapid.Check(e.t, func(t *rapid.T) {
		for range 4 {
			who, q := drawQuery(t)
			want := c.wanted(who, q)
			var got []string
			for _, r := range e.rows(who, q) {
				got = append(got, r.ID+" "+string(r.State))
			}
			found += len(got)
			if !slices.Equal(want, got) {
				t.Fatalf("%+v for %+v:\nwant %v\ngot  %v", q, who, want, got)
			}
		}
	})
	if found < 500 {
		e.t.Errorf("%d rows in all lists: the queries are too narrow", found)
	}
}

func listCases() []conformance {
	anna, sara := operator("Anna"), supervisor("Sara")
	return []conformance{
		{"any query, against a search row by row", anyList},
		{"pages of any size", func(e *env) {
			c := newCrowd(e)
			for _, q := range []worklist.Query{{}, {Order: worklist.OrderDue}, {Order: worklist.OrderDate}, {Kind: worklist.KindSubmission}, {Kind: worklist.KindSample}} {
				want := c.wanted(sara, &q)
				for _, q.Limit = range []int{2, 29, 500} {
					var got []string
					for _, r := range e.rows(sara, &q) {
						got = append(got, r.ID+" "+string(r.State))
					}
					e.same(want, got)
				}
			}
		}},
		{"a page holds fifty, and never more than five hundred", func(e *env) {
			e.openNight(510, nil)
			for limit, want := range map[int]int{0: 50, -5: 50, 1: 1, 500: 500, 10_000: 500} {
				p, err := e.List(e.t.Context(), sara, &worklist.Query{Limit: limit})
				e.ok(err)
				e.same(want, len(p.Rows))
			}
		}},
		{"cursors that are none", func(e *env) {
			e.openNight(3, nil)
			p, err := e.List(e.t.Context(), sara, &worklist.Query{Limit: 1})
			e.ok(err)
			if strings.Contains(p.Next, "E1") || p.Next == "" {
				e.t.Errorf("cursor %q", p.Next)
			}
			for _, q := range []worklist.Query{
				{After: "x"},
				{After: "!!"},
				{After: p.Next, Order: worklist.OrderDue},
				{After: p.Next, Kind: worklist.KindSample},
				{After: "e30"},
				{After: strings.Repeat("A", 20_000)},
				{Order: "ALTRO"},
				{Kind: "ALTRO"},
				{Kind: worklist.KindQuestion},
			} {
				_, err := e.List(e.t.Context(), sara, &q)
				e.is(err, worklist.ErrIncomplete)
			}
		}},
		{"whoever was granted nothing sees nothing", func(e *env) {
			e.openNight(2, func(i int, x *pipeline.Exception) { x.Office = []string{"", "0700"}[i] })
			for _, who := range []*worklist.Operator{of(operator("Anna")), of(operator("Anna"), ""), of(operator("Anna"), "07", "0700 ")} {
				e.same(0, len(e.rows(who, &worklist.Query{})))
				e.same(0, len(e.rows(who, &worklist.Query{Offices: []string{"", "0700"}})))
				ts, err := e.Tallies(e.t.Context(), who)
				e.ok(err)
				e.same(0, len(ts))
			}
			e.same(1, len(e.rows(of(operator("Anna"), "0700"), &worklist.Query{})))
			e.same(2, len(e.rows(sara, &worklist.Query{})))
			e.same(1, len(e.rows(sara, &worklist.Query{Offices: []string{""}})))
		}},
		{"whoever has no role does nothing", func(e *env) {
			e.openNight(1, nil)
			nobody := &worklist.Operator{Name: "x", AllOffices: true}
			_, err := e.List(e.t.Context(), nobody, &worklist.Query{})
			e.is(err, worklist.ErrRole)
			_, err = e.Look(e.t.Context(), nobody, exceptionKey("E1"))
			e.is(err, worklist.ErrRole)
			_, err = e.Requests(e.t.Context(), nobody)
			e.is(err, worklist.ErrRole)
			_, err = e.Tallies(e.t.Context(), nobody)
			e.is(err, worklist.ErrRole)
			_, err = e.Findings(e.t.Context(), nobody, 0, 0)
			e.is(err, worklist.ErrRole)
			_, err = e.Questions(e.t.Context(), nobody, 0, 0)
			e.is(err, worklist.ErrRole)
		}},
		{"texts of attackers find nothing and break nothing", func(e *env) {
			e.openNight(2, nil)
			for _, s := range []string{
				"'", "' OR 1=1 --", "'; DROP TABLE eccezioni; --", "\x00", "\xff\xfe", "%", "_", "$1", "{table}", "\\", strings.Repeat("x", 10_000), "\u202e", "NULL",
			} {
				for _, q := range []worklist.Query{
					{Code: s},
					{Class: s},
					{Claim: s},
					{TaxCode: pipeline.CodiceFiscale(s)},
					{Protocol: s},
					{Type: s},
					{Rule: s},
					{Offices: []string{s}},
					{List: worklist.List(s)},
					{States: []worklist.State{worklist.State(s)}},
				} {
					if got := e.ids(&q); len(got) != 0 {
						e.t.Errorf("%+v: %v", q, got)
					}
				}
			}
			e.same(2, len(e.ids(&worklist.Query{})))
			_, err := e.VerifyAudit(e.t.Context())
			e.ok(err)
		}},
		{"one audit row for a list, without whose code was asked for", func(e *env) {
			e.openNight(2, nil)
			_, err := e.List(e.t.Context(), of(operator("Anna"), "0700"), &worklist.Query{
				TaxCode: whole, Protocol: "di " + strings.ToLower(string(whole)), From: day(0), List: worklist.ListPending, Offices: []string{"0700", "4900"},
			})
			e.ok(err)
			rows := e.audits()
			r := rows[len(rows)-1]
			e.same("Anna ELENCO ", r.Who+" "+r.What+" "+r.On)
			e.same(`{"codice_fiscale":true,"dal":"2014-09-01","lista":"DA_LAVORARE","protocollo":"di rss*************","righe":0,"sede_non_assegnata":true,"sedi":["0700","4900"],"tipo":"ECCEZIONE"}`, r.Detail)
			e.same(1, e.said(store.AuditList))
			e.nobody()
		}},
		{"counts", func(e *env) { counted(newCrowd(e)) }},
		{"statistics of outcomes", outcomes},
		{"requests are of the operator's sedi", func(e *env) {
			e.openNight(23, func(i int, x *pipeline.Exception) { x.Office, x.SecondEyes = []string{"0700", "4900"}[i%2], i == 22 })
			bulk := e.done(anna, closeIt(), firstIDs(22)...).Group
			alone := e.done(anna, closeIt(), "E23").Group
			ask := func(who *worklist.Operator) (out []string) {
				rs, err := e.Requests(e.t.Context(), who)
				e.ok(err)
				for _, r := range rs {
					out = append(out, fmt.Sprintf("%d %s %d", cmp.Or(r.Group, r.Number), r.By, len(r.Rows)))
				}
				return out
			}
			e.same([]string{fmt.Sprintf("%d Anna 22", bulk), fmt.Sprintf("%d Anna 1", alone)}, ask(anna))
			e.same([]string{fmt.Sprintf("%d Anna 11", bulk)}, ask(of(operator("Bruno"), "4900")))
			e.publish(e.night(2), nil, datedFacts(e, "f2")...)
			e.same([]string(nil), ask(anna)) // on other facts there is nothing to approve
		}},
		{"the trail of an item", func(e *env) {
			e.openNight(2, nil)
			e.done(anna, worklist.Command{Verb: worklist.VerbTake}, "E1")
			e.done(anna, worklist.Command{Verb: worklist.VerbTake}, "E2")
			e.look(sara, "E1")
			n := e.done(anna, closeIt(), "E1").Results[0].Closing
			e.is(e.do(operator("Bruno"), closeIt(), "E1").Results[0].Err, worklist.ErrConflict)
			rows, err := e.Trail(e.t.Context(), sara, exceptionKey("E1"))
			e.ok(err)
			var got []string
			for _, r := range rows {
				got = append(got, r.Who+" "+r.What+" "+r.Detail)
			}
			e.same([]string{
				`Anna PRENDI {"dopo":"IN_CARICO","prima":"DA_LAVORARE","versione":1}`,
				`Sara LETTURA {"stato":"IN_CARICO","versione":1}`,
				fmt.Sprintf(`Anna CHIUDI {"dopo":"LAVORATA","esito":"INFONDATA","lavorazione":%d,"prima":"IN_CARICO","versione":2}`, n),
				`Bruno CHIUDI {"rifiuto":"CONFLITTO","stato":"LAVORATA","versione":2}`,
			}, got)
			again, err := e.Trail(e.t.Context(), sara, exceptionKey("E1"))
			e.ok(err)
			e.same(len(rows)+1, len(again))
		}},
	}
}

// datedFacts are all open exceptions on other facts.
func datedFacts(e *env, fingerprint string) (out []pipeline.Exception) {
	for _, x := range e.open {
		x.State = pipeline.ExceptionChanged
		out = append(out, facts(x, fingerprint))
	}
	return out
}

// counted compares the tallies with a count row by row.
func counted(c *crowd) {
	today := worklist.Today(c.clock.now)
	for _, who := range []*worklist.Operator{supervisor("Sara"), of(operator("Anna"), "0700", "7000")} {
		want := map[worklist.Tally]worklist.Tally{}
		for i := range c.rows {
			r := &c.rows[i]
			if !who.Sees(r.Office) || r.Gone || r.State == worklist.StateWorked {
				continue
			}
			key := worklist.Tally{Office: r.Office, Kind: r.Kind, Class: r.Class, State: r.State}
			t, ok := want[key]
			if !ok {
				t = key
			}
			t.Items++
			if r.Due != 0 && r.Due < today {
				t.Overdue++
			}
			if r.Day != 0 && (t.Oldest == 0 || r.Day < t.Oldest) {
				t.Oldest = r.Day
			}
			want[key] = t
		}
		got, err := c.Tallies(c.t.Context(), who)
		c.ok(err)
		for _, t := range got {
			key := worklist.Tally{Office: t.Office, Kind: t.Kind, Class: t.Class, State: t.State}
			c.same(want[key], t)
		}
		c.same(len(want), len(got))
		if !slices.IsSortedFunc(got, func(a, b worklist.Tally) int { return strings.Compare(a.Office, b.Office) }) || len(got) < 10 {
			c.t.Errorf("%+v", got)
		}
	}
}

func outcomes(e *env) {
	c := e.clock()
	anna := operator("Anna")
	sheets := []worklist.Sheet{sampleSheet("A1", "0700")}
	var rows []pipeline.Exception
	for i := range 6 {
		x := exception(fmt.Sprintf("E%d", i+1), pipeline.ExceptionNew)
		x.Code, x.Office, x.SecondEyes = []string{"A", "B"}[i%2], []string{"0700", "4900"}[i/4], i == 5
		rows = append(rows, x)
	}
	e.publishLists(e.night(1), nil, sheets, rows...)
	with := func(o worklist.Outcome, ids ...string) int64 {
		cmd := closeIt()
		cmd.Outcome = o
		return e.done(anna, cmd, ids...).Group
	}
	c.now = pipeline.InstantOf(time.Date(2014, 12, 31, 22, 59, 59, 0, time.UTC)) // the last second of the year in Rome
	with(worklist.OutcomeFounded, "E1", "E3")
	with(worklist.OutcomeUseful, "E2")
	c.now += 1_000_000
	with(worklist.OutcomeUnfounded, "E5")
	e.done(anna, undo(with(worklist.OutcomeUnfounded, "E4")))
	with(worklist.OutcomeFounded, "E6") // waits
	sample := e.rows(anna, &worklist.Query{Kind: worklist.KindSample})[0]
	e.done(anna, worklist.Command{Verb: worklist.VerbClose, Outcome: worklist.OutcomeUseful, Items: []worklist.Target{{Key: sample.Key, Fingerprint: sample.Fingerprint}}})
	ask := func(who *worklist.Operator, from, to string) []worklist.Finding {
		f, err := e.Findings(e.t.Context(), who, date(from), date(to))
		e.ok(err)
		return f
	}
	e.same([]worklist.Finding{{Code: "A", Founded: 2}, {Code: "B", Useful: 1}}, ask(anna, "2014-12-31", "2014-12-31"))
	e.same([]worklist.Finding{{Code: "A", Unfounded: 1}, {Code: "R01", Useful: 1}}, ask(anna, "2015-01-01", "2015-12-31"))
	e.same([]worklist.Finding{{Code: "A", Founded: 2}, {Code: "B", Useful: 1}, {Code: "R01", Useful: 1}}, ask(of(operator("Anna"), "0700"), "2014-01-01", "2015-12-31"))
	e.same([]worklist.Finding(nil), ask(anna, "2016-01-01", "2016-12-31"))
}
