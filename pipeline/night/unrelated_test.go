package night_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/night"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// byPerson holds published rows as bytes, by file and by the person they are about; of evidenze by what they belong to.
type byPerson struct {
	mu     sync.Mutex
	rows   map[string]map[string][]byte
	person map[string]string // of an action or exception, by id
}

// rowsOf is a RowWriter that puts rows to their persons.
type rowsOf[T any] struct {
	to    *byPerson
	file  string
	table *table.Table[T]
	about func(*T) (person, id string)
}

func (w rowsOf[T]) Write(row *T) error {
	w.to.mu.Lock()
	defer w.to.mu.Unlock()
	person, id := w.about(row)
	if id != "" {
		w.to.person[id] = person
	}
	of := w.to.rows[w.file]
	if of == nil {
		of = map[string][]byte{}
		w.to.rows[w.file] = of
	}
	of[person] = w.table.Append(of[person], row)
	return nil
}

func (w rowsOf[T]) Close() error { return nil }

func sorting[T any](to *byPerson, t *table.Table[T], about func(*T) (person, id string)) func(string) (night.RowWriter[T], error) {
	return func(name string) (night.RowWriter[T], error) { return rowsOf[T]{to, name, t, about}, nil }
}

// publishedByPerson does the night of a home by the real rules; the home stays as it was.
func (h *home) publishedByPerson(t *testing.T) *byPerson {
	t.Helper()
	before := h
	h = newHome()
	h.files, h.claims, h.issued, h.open = before.files, before.claims, before.issued, before.open
	maps.Copy(h.communications, before.communications)
	got := &byPerson{rows: map[string]map[string][]byte{}, person: map[string]string{}}
	ports := h.ports(t)
	o := &ports.Output
	action := func(a *pipeline.Action) (string, string) { return string(a.TaxCode), a.ID }
	o.Actions, o.InForce = sorting(got, tables.Actions, action), sorting(got, tables.ActionsInForce, action)
	o.Exceptions = sorting(got, tables.Exceptions, func(e *pipeline.Exception) (string, string) { return string(e.TaxCode), e.ID })
	o.Submissions = sorting(got, tables.Submissions, func(s *pipeline.SubmissionRow) (string, string) { return string(s.TaxCode), "" })
	o.Stretches = sorting(got, tables.Situation, func(s *pipeline.Stretch) (string, string) { return string(s.TaxCode), "" })
	o.Agenda = sorting(got, tables.Agenda, func(a *pipeline.AgendaRow) (string, string) { return string(a.TaxCode), "" })
	o.Evidence = sorting(got, tables.Evidence, func(e *pipeline.Evidence) (string, string) { return e.Owner, "" })
	if _, err := night.Run(t.Context(), realNight(tonight, tonight-20), ports, ledger.Decide, &night.Progress{}); err != nil {
		t.Fatal(err)
	}
	return got
}

// realNight is a night by the real rules.
func realNight(date, previous pipeline.Date) night.Config {
	return night.Config{
		Date: date, Previous: previous, Revision: 1, Params: nightParams, RulesVersion: "v", ProgramVersion: "p",
		Partitions: 8, Workers: 2, SpillBytes: 1 << 16,
	}
}

var nightParams = rules.Defaults(pipeline.ContractTable{
	"A.01.00": {{Code: "A.01.00", Form: pipeline.FormPermanent, Treatment: pipeline.TreatEmployment}},
	"A.02.00": {{Code: "A.02.00", Form: pipeline.FormFixed, Treatment: pipeline.TreatEmployment}},
	"B.01.00": {{Code: "B.01.00", Form: pipeline.FormEither, Treatment: pipeline.TreatQuasi}},
})

// drawPerson puts the i-th person into a home: a claim or none, what an earlier night issued, and tonight's facts, in
// files that all share.
func drawPerson(t *rapid.T, h *home, i int) {
	num := func(label string, to int) int { return rapid.IntRange(0, to).Draw(t, label) }
	c := claim(i)
	c.Surname, c.GivenName, c.BirthDate = fmt.Sprintf("COGNOME%d", i), fmt.Sprintf("NOME%d", i), pipeline.MustDate("1970-01-01")+pipeline.Date(i)
	c.TerminatedOn, c.FiledOn = c.Start-8, c.Start-7
	c.PaidThrough = c.Start - 1 + pipeline.Date(num("paid", 20))
	d := pipeline.Dossier{Person: who(i)}
	if num("claims", 4) > 0 {
		h.claims = append(h.claims, c)
		d.Claims = []pipeline.Claim{c}
	}
	for k := range num("jobs", 3) {
		j := hire(i, k)
		j.Start = c.Start + pipeline.Date(num("start", 60)) - 10
		j.End = j.Start + pipeline.Date(num("length", 200))
		if j.Contract = rapid.SampledFrom([]string{"A.02.00", "A.01.00", "B.01.00", "X.99.00"}).Draw(t, "contract"); j.Contract == "A.01.00" {
			j.End = 0
		}
		if num("known before", 1) == 0 {
			j.Acquired = tonight - 20
			d.Communications = append(d.Communications, j)
			continue
		}
		h.files["unilav/a.xml"] = append(h.files["unilav/a.xml"], one(j))
	}
	if num("submits", 1) == 0 {
		s := pipeline.Submission{
			ID: sha256.Sum256(fmt.Appendf(nil, "s%d", i)), Protocol: fmt.Sprintf("INPS.7000.%07d", i), SubmittedOn: tonight - 1, TaxCode: who(i),
			ClaimNumber: c.Number, Form: "SR137", Channel: pipeline.ChannelPaper, Kind: pipeline.KindEvent,
			Events: []pipeline.Event{{Kind: pipeline.EventSickness, Start: tonight - 5, End: tonight + pipeline.Date(num("ill", 9))}},
		}
		h.files["aspicom/s.jsonl"] = append(h.files["aspicom/s.jsonl"], night.Document{Submission: &s})
	}
	if num("paid by voucher", 2) == 0 {
		v := pipeline.Voucher{ID: sha256.Sum256(fmt.Appendf(nil, "v%d", i)), Worker: who(i), On: tonight - 9, Net: pipeline.Cents(num("net", 4000_00) + 1)}
		h.files["voucher/v.csv"] = append(h.files["voucher/v.csv"], night.Document{Voucher: &v})
	}
	before := ledger.Decide(&d, ledger.Night{Date: tonight - 20, Params: &nightParams, RulesVersion: "v"})
	h.communications["before"] = append(h.communications["before"], d.Communications...)
	h.issued, h.open = append(h.issued, before.InForce...), append(h.open, before.Exceptions...)
}

// TestUnrelatedPersonChangesNobody adds one more person to a night: the bytes of all rows of all others stay the same.
func TestUnrelatedPersonChangesNobody(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(rt, "persons")
		h := newHome()
		for i := range n {
			drawPerson(rt, h, i)
		}
		want := h.publishedByPerson(t)
		drawPerson(rt, h, n)
		got := h.publishedByPerson(t)

		stranger := string(who(n))
		for _, name := range slices.Sorted(maps.Keys(got.rows)) {
			of := got.rows[name]
			maps.DeleteFunc(of, func(owner string, _ []byte) bool { return owner == stranger || got.person[owner] == stranger })
			for owner, rows := range of {
				if !bytes.Equal(rows, want.rows[name][owner]) {
					rt.Fatalf("%s: the rows of %s changed", name, owner)
				}
			}
			if len(of) != len(want.rows[name]) {
				rt.Fatalf("%s: rows of %d persons, want %d", name, len(of), len(want.rows[name]))
			}
		}
		for name := range want.rows {
			if _, ok := got.rows[name]; !ok {
				rt.Fatalf("%s is gone", name)
			}
		}
	})
}
