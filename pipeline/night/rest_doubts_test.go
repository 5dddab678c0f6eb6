package night_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"testing"

	"incrocio/fixtures/sources"
	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/match"
	"incrocio/pipeline/night"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// on does a night of a home by the real rules; last is nil where everybody is decided.
func (h *home) on(t *testing.T, date pipeline.Date, last *night.Last) *night.Summary {
	t.Helper()
	ports := h.ports(t)
	ports.Last = last
	s, err := night.Run(t.Context(), realNight(date, date-1), ports, ledger.Decide, &night.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// lastNight gives a night of a home to the next one.
func (h *home) lastNight() *night.Last {
	return &night.Last{
		Rests: left(h, rested, tables.Rests), InForce: left(h, tables.ActionsInForce.File, tables.ActionsInForce),
		Exceptions: left(h, tables.Exceptions.File, tables.Exceptions), Submissions: left(h, tables.Submissions.File, tables.Submissions),
		Evidence: left(h, tables.Evidence.File, tables.Evidence), Stretches: left(h, tables.Situation.File, tables.Situation),
		Agenda: left(h, tables.Agenda.File, tables.Agenda),
	}
}

// left reads the rows of a file that a night left.
func left[T any](h *home, name string, of *table.Table[T]) func(context.Context, func(*T) error) error {
	rows, err := of.Decode(nil, h.published[name])
	return func(ctx context.Context, fn func(*T) error) error {
		if err != nil {
			return err
		}
		return sources.Of(&rows)(ctx, match.Unit{}, fn)
	}
}

// TestDoubtsThatAddUpToNothingWake: who chooses what documents say finds, in seconds, four of which the digests add up to nothing,
// so that by their sum alone the person whom they point at would rest.
func TestDoubtsThatAddUpToNothingWake(t *testing.T) {
	var docs []pipeline.Communication
	for i, n := range [...]uint32{2806350, 1413876, 566737, 436066} {
		c := named(1, i, mistyped(who(1)))
		c.ID = pipeline.DocID{byte(i + 1)}
		binary.BigEndian.PutUint32(c.ID[1:], n)
		docs = append(docs, c)
	}
	if sum := night.DoubtSum(docs); sum != 0 {
		t.Fatalf("they add up to %x: the test would show nothing", sum)
	}
	past := hire(1, 9) // a job of years ago, on which nothing rests
	past.Start, past.End, past.Acquired = tonight-2000, tonight-1900, tonight-100
	c := namedClaim(1)
	c.TerminatedOn, c.FiledOn = c.Start-8, c.Start-7
	nightAfter := func(lets bool, docs []pipeline.Communication) (*home, *night.Summary) {
		h := newHome()
		h.claims, h.communications["past"] = []pipeline.Claim{c}, []pipeline.Communication{past}
		h.on(t, tonight, nil)
		for _, c := range docs {
			h.files["unilav/a.xml"] = append(h.files["unilav/a.xml"], unverified(c))
		}
		if !lets {
			return h, h.on(t, tonight+1, nil)
		}
		return h, h.on(t, tonight+1, h.lastNight())
	}
	if _, s := nightAfter(true, nil); s.Resting != 1 {
		t.Fatalf("%d claims rest on a quiet night: the test would show nothing", s.Resting)
	}
	want, _ := nightAfter(false, docs)
	if want.rows[tables.Exceptions.File] == 0 {
		t.Fatal("nobody is in doubt")
	}
	got, _ := nightAfter(true, docs)
	for name := range want.published {
		if name != rested && !bytes.Equal(want.published[name], got.published[name]) {
			t.Errorf("%s is not what deciding everybody says", name)
		}
	}
}

// TestExceptionsAreReadAfterTheGlance: what an operator does between the two wakes the person on the night after, which it would not
// were the glance the later one.
func TestExceptionsAreReadAfterTheGlance(t *testing.T) {
	h := newHome()
	h.on(t, tonight, nil)
	for name, last := range map[string]bool{"at rest": true, "everybody": false} {
		var order []string
		h.next(t, tonight+1, nil, func(c *night.Config, p *night.Ports) {
			c.Workers = 1
			glance, exceptions := p.Standing, p.Source.Exceptions
			p.Standing = func(ctx context.Context, fn func(night.Weighed) error) error {
				order = append(order, "glance")
				return glance(ctx, fn)
			}
			p.Source.Exceptions = func(ctx context.Context, u match.Unit, of func(pipeline.CodiceFiscale) bool, fn func(*pipeline.Exception) error) error {
				read := "of some"
				if of == nil {
					read = "of all"
				}
				order = append(order, read)
				return exceptions(ctx, u, of, fn)
			}
			if !last {
				p.Last = nil
			}
		})
		want := []string{"glance", "of some"}
		if !last {
			want[1] = "of all"
		}
		if !slices.Equal(order, want) {
			t.Errorf("%s: %v, want %v", name, order, want)
		}
	}
}

// TestExceptionsThatNobodyGlancesAt: whoever has an exception and no claim is looked at with all that is known of them, also where the
// night is not told beforehand who has one, as one that is tried again is not.
func TestExceptionsThatNobodyGlancesAt(t *testing.T) {
	seen := func(glances bool) (documents int) {
		h := newHome()
		job := hire(1, 1)
		job.Acquired = tonight - 1
		h.communications["past"] = []pipeline.Communication{job}
		h.open = []pipeline.Exception{{ID: "E1", State: pipeline.ExceptionOpen, TaxCode: who(1), Night: tonight - 1}}
		ports := h.ports(t)
		if !glances {
			ports.Standing = nil
		}
		decide := func(d *pipeline.Dossier, n ledger.Night) ledger.Result {
			documents += len(d.Communications)
			return ledger.Decide(d, n)
		}
		if _, err := night.Run(t.Context(), realNight(tonight, tonight-1), ports, decide, &night.Progress{}); err != nil {
			t.Fatal(err)
		}
		return documents
	}
	if with, without := seen(true), seen(false); with != 1 || without != 1 {
		t.Errorf("%d documents of the person are weighed, and %d, want 1", with, without)
	}
}
