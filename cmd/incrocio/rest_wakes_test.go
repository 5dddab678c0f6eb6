package main

import (
	"path/filepath"
	"slices"
	"testing"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
)

// restful is a home whose nights are all done twice, once with everybody decided.
type restful struct {
	home   string
	night  pipeline.Date // the next
	claims []pipeline.Claim
}

func newRestful(t *testing.T, first string, claims []pipeline.Claim) *restful {
	t.Helper()
	return &restful{filepath.Join(inMemory(t), "h"), pipeline.MustDate(first), claims}
}

// arrives does a night with what arrives, and gives the claims that rested.
func (r *restful) arrives(t *testing.T, files map[string][]byte) int64 {
	t.Helper()
	put(t, r.home, files)
	snapshot(t, r.home, r.night, r.claims)
	r.night++
	return twice(t, r.home, r.night-1)
}

// quiet does nights on which nothing arrives, and wants some claims to rest on the last one.
func (r *restful) quiet(t *testing.T, nights int, rest int64) {
	t.Helper()
	rested := int64(0)
	for range nights {
		rested = r.arrives(t, nil)
	}
	if rested != rest {
		t.Errorf("%s: %d claims rest, want %d", r.night-1, rested, rest)
	}
}

// says wants exceptions of the last night, by code and state.
func (r *restful) says(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, e := range rowsOf(t, r.home, r.night-1, tables.Exceptions) {
		got = append(got, e.Code+" "+e.State)
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%s: exceptions %q, want %q", r.night-1, got, want)
	}
}

// job is a document that hires a claimant under a code.
func job(c *pipeline.Claim, code pipeline.CodiceFiscale, serial string) map[string][]byte {
	return map[string][]byte{"inbox/unilav/" + serial + ".xml": hiredAs(c, code, serial)}
}

// variation is a notice that a code has become another one.
func variation(from, to pipeline.CodiceFiscale) map[string][]byte {
	return map[string][]byte{"inbox/segnalazioni/v.jsonl": documents.Notice(&pipeline.Notice{
		Kind: pipeline.NoticeTaxCodeChanged, TaxCode: from, NewCode: to, On: pipeline.MustDate("2014-07-01"), Protocol: "V1",
	})}
}

// TestCodesOfOnePersonNeverRest, whichever comes first in the order of codes and whichever the claim is under: rows are under one
// code, what is left of the person for the nights to come under another. The person is found also when the claim has gone.
func TestCodesOfOnePersonNeverRest(t *testing.T) {
	_, _, _, _, _, low := documents.Person(2000)
	_, _, _, _, _, high := documents.Person(2001)
	if low > high {
		low, high = high, low
	}
	for name, codes := range map[string]struct{ claim, from, to pipeline.CodiceFiscale }{
		"claim of the old code, which is the lesser": {low, low, high},
		"claim of the old code":                      {high, high, low},
		"claim of the new code, which is the lesser": {low, high, low},
		"claim of the new code":                      {high, low, high},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRestful(t, "2014-07-10", claimantsOf(2))
			c, other := r.claims[0], r.claims[1]
			r.claims[0].TaxCode = codes.claim
			c.TaxCode = codes.claim
			r.arrives(t, job(&other, other.TaxCode, "001"))
			r.arrives(t, job(&c, codes.from, "002"))
			r.arrives(t, variation(codes.from, codes.to))
			r.quiet(t, 3, 1)
			r.claims[0].DaysGranted += 7
			r.quiet(t, 2, 1)
			r.claims = r.claims[1:]
			r.quiet(t, 3, 1)
			r.claims = append(r.claims, c)
			r.quiet(t, 2, 1)
			if n := len(rowsOf(t, r.home, r.night-1, tables.ActionsInForce)); n != 2 {
				t.Errorf("%d actions in force, want those of both", n)
			}
		})
	}
}

// TestCodesOfOneKeyWakeTogether: of two who differ by omocodia one has a suspension that ends, and of the other nothing falls due.
func TestCodesOfOneKeyWakeTogether(t *testing.T) {
	for name, ends := range map[string]int{"the first": 0, "the second": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRestful(t, "2014-09-10", claimantsOf(2))
			r.claims[1].TaxCode = r.claims[0].TaxCode.Omocode(1 << 6)
			c, other := &r.claims[ends], &r.claims[1-ends]
			forever := hireAs(other, other.TaxCode, "002")
			forever.Contract, forever.End = "A.01.00", 0
			files := job(c, c.TaxCode, "001")
			files["inbox/unilav/002.xml"] = documents.XML(forever)
			r.arrives(t, files)
			r.quiet(t, 3, 2)
			r.night = pipeline.MustDate("2014-10-05")
			r.quiet(t, 1, 2)
			r.quiet(t, 1, 0)
			if got := rowsOf(t, r.home, r.night-1, tables.Actions); len(got) != 1 || got[0].Type != pipeline.ActionResume || got[0].Claim != c.Number {
				t.Errorf("actions %+v, want the resumption", got)
			}
		})
	}
}

// TestWhomDoubtsPointAt follows documents under a code that is nobody's, as claims come, change and go until a notice names whose it
// is. Whom they point at never rests.
func TestWhomDoubtsPointAt(t *testing.T) {
	t.Parallel()
	const doubt, code = "IDENTITA_AMBIGUA ", pipeline.CodiceFiscale("03472640170")
	_, _, _, _, _, another := documents.Person(2000)
	r := newRestful(t, "2014-07-10", claimantsOf(2))
	c, one, namesake := &r.claims[0], r.claims, r.claims[0]
	namesake.Number, namesake.Protocol, namesake.TaxCode = "990000", "INPS.7000.30/01/2014.0000099", another
	two := append(slices.Clone(one), namesake)
	put(t, r.home, job(&one[1], one[1].TaxCode, "009"))
	r.arrives(t, job(c, code, "001"))
	r.quiet(t, 2, 1)
	r.says(t, doubt+"APERTA")
	r.claims = two
	r.quiet(t, 1, 1)
	r.says(t, doubt+"APERTA", doubt+"NUOVA")
	r.arrives(t, job(c, code, "002"))
	r.arrives(t, job(c, code, "002")) // the same once more
	r.quiet(t, 1, 1)
	two[0].State = pipeline.StateExhausted
	r.quiet(t, 1, 1)
	r.says(t, doubt+"APERTA", doubt+"CHIUSA_DA_SOLA")
	r.claims = one
	r.quiet(t, 1, 1)
	c.GivenName = "Altro"
	r.quiet(t, 1, 1)
	c.GivenName = namesake.GivenName
	r.quiet(t, 1, 1)
	r.arrives(t, variation(code, c.TaxCode))
	r.quiet(t, 2, 1)
	if got := rowsOf(t, r.home, r.night-1, tables.ActionsInForce); len(got) != 2 {
		t.Errorf("%d actions in force, want those of both", len(got))
	}
}

// TestPaymentsWakeWhomTheyMatterTo: an extension is late once its days are paid. Nothing is automatic in the first phase, so they
// may still be; for another person, who is paid as far, nothing depends on it.
func TestPaymentsWakeWhomTheyMatterTo(t *testing.T) {
	t.Parallel()
	r := newRestful(t, "2014-10-10", claimantsOf(2))
	put(t, r.home, map[string][]byte{configFile: []byte("[rules]\nphase = \"experimental\"\n")})
	c, other := &r.claims[0], &r.claims[1]
	extension, called := hireAs(c, c.TaxCode, "002"), hireAs(other, other.TaxCode, "003")
	extension.Event, extension.EventDate, extension.SentAt = pipeline.EventExtension, pipeline.MustDate("2014-10-31"), extension.SentAt+3_600_000_000
	called.Contract = "A.05.02" // on call, the days worked are not known
	files := job(c, c.TaxCode, "001")
	files["inbox/unilav/002.xml"], files["inbox/unilav/003.xml"] = documents.XML(extension), documents.XML(called)
	r.arrives(t, files)
	r.says(t, "INTERMITTENTE NUOVA")
	r.quiet(t, 2, 2)
	c.PaidThrough, other.PaidThrough = pipeline.MustDate("2014-10-05"), pipeline.MustDate("2014-10-05")
	r.quiet(t, 1, 1)
	r.says(t, "INTERMITTENTE APERTA", "PROROGA_TARDIVA NUOVA")
}

// TestAClearingWakes on its night, and every other one between two nights.
func TestAClearingWakes(t *testing.T) {
	t.Parallel()
	r := newRestful(t, "2014-07-10", claimantsOf(1))
	c := &r.claims[0]
	called := hireAs(c, c.TaxCode, "001")
	called.Contract = "A.05.02"
	r.arrives(t, map[string][]byte{"inbox/unilav/001.xml": documents.XML(called)})
	r.quiet(t, 2, 1)
	e := exceptionOf(&rowsOf(t, r.home, r.night-1, tables.Exceptions)[0])
	decide := func(commands ...worklist.Command) {
		t.Helper()
		s := embedded(t, r.home)
		for i := range commands {
			does(t, s, &commands[i], e)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	closing := worklist.Command{Verb: worklist.VerbClose, Outcome: worklist.OutcomeUseful, Text: "giorni verificati"}
	reopening := worklist.Command{Verb: worklist.VerbReopen, Text: "da rivedere"}
	decide(closing)
	r.quiet(t, 1, 0)
	r.says(t)
	decide(reopening, closing) // no longer open on the last night, and closed since
	r.quiet(t, 1, 0)
	r.says(t)
	r.quiet(t, 2, 1)
	decide(reopening)
	r.quiet(t, 1, 0)
	r.says(t, "INTERMITTENTE APERTA")
	r.quiet(t, 2, 1)
	decide(closing, reopening) // the night may have read of the closing
	r.quiet(t, 1, 0)
	r.says(t, "INTERMITTENTE APERTA")
	r.quiet(t, 2, 1)
}
