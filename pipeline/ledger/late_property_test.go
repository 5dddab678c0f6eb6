package ledger_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// amended is a document that arrives on one of some nights.
type amended struct {
	pipeline.Communication
	night int
}

// drawAmended draws jobs, some of them extended, whose documents are corrected or cancelled on later nights, mostly after
// something was executed on them, rivals by documents under their own codes.
func drawAmended(w *wide, rivals bool) []amended {
	var out []amended
	for n := range w.num("jobs", 1, 2) {
		from := day("2014-07-01") + pipeline.Date(w.num("start", 0, 60))
		to, contract := from+pipeline.Date(w.num("length", 0, 210)), w.one("contract", "A.02.00", "A.02.00", "A.01.00", "A.03.09")
		if contract != "A.02.00" {
			to = 0
		}
		w.ids++
		h := hire(w.ids, []string{employerX, employerY}[n], contract, from, to)
		if h.Hours = w.one("hours", "F", "P"); w.often("domestic", 5) {
			h.Model = pipeline.ModelDomestico
		}
		last := amended{h, w.num("night", 0, 2)}
		out = append(out, last)
		if to != 0 && w.often("extended", 2) {
			x := w.next(last, last.night+w.num("later", 0, 2))
			x.Event, x.EventDate = pipeline.EventExtension, to+pipeline.Date(w.num("longer", 1, 120))
			if out = append(out, x); w.often("the extension", 1) {
				last = x
			}
			last.night = x.night // an extension that comes after a correction may shorten the job
		}
		for range w.num("amendments", 0, 3) {
			of := last
			if last = w.amend(of); rivals {
				last = w.underCode(last, of)
			}
			out = append(out, last)
		}
	}
	return out
}

// next is another document of a job.
func (w *wide) next(of amended, night int) amended {
	x := of
	w.ids++
	h := hire(w.ids, x.Employer, x.Contract, x.Start, x.End)
	x.ID, x.Code, x.PreviousCode, x.night = h.ID, h.Code, of.Code, night
	x.SentAt = of.SentAt + pipeline.Instant(w.ids)*3_600_000_000
	return x
}

// amend corrects or cancels a document on a later night.
func (w *wide) amend(of amended) amended {
	x := w.next(of, of.night+w.num("amended", 1, 3))
	x.Purpose = pipeline.PurposeCorrection
	switch w.num("what", 0, 7) {
	case 0:
		x.Purpose = pipeline.PurposeCancellation
	case 1:
		x.Start += pipeline.Date(w.num("moved", -60, 60))
	case 2:
		x.Start = 0
	case 3:
		x.Contract = w.one("new contract", "A.02.00", "A.01.00", "A.03.09", "A.05.02", "X.99.00", "B.01.00", "C.01.00")
	case 4:
		x.Hours = w.one("new hours", "F", "P")
	case 5:
		x.Agricultural = !x.Agricultural
	default:
		if x.Event == pipeline.EventExtension {
			x.EventDate += pipeline.Date(w.num("extended by", -100, 100))
		} else if x.End != 0 {
			x.End += pipeline.Date(w.num("end moved", -60, 200))
		}
	}
	return x
}

// underCode lets some of what amends a document bear its code, without naming it or like itself. Extensions keep the day of
// the hire that they name.
func (w *wide) underCode(x, of amended) amended {
	if x.Event == pipeline.EventExtension {
		x.Start = of.Start
	}
	switch w.num("under the code", 0, 3) {
	case 0:
		x.Code, x.PreviousCode, x.Purpose = of.Code, "", pipeline.PurposeNormal
		x.SentAt += pipeline.Instant(w.num("sent", -1, 1)) * 200 * 3_600_000_000
	case 1:
		x.Code = of.Code
	}
	return x
}

// TestNothingExecutedIsLostWithoutAWord has what employers correct and cancel: a day that was stopped by something executed
// is stopped on the nights after, or an exception says what the office has to decide (R14, R15).
func TestNothingExecutedIsLostWithoutAWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &wide{T: t}
		claims := []pipeline.Claim{claim(w.one("benefit", pipeline.BenefitASpI, pipeline.BenefitASpI, pipeline.BenefitMiniASpI))}
		if w.often("two claims", 2) {
			claims = append([]pipeline.Claim{older(pipeline.StateInPayment)}, claims...)
		}
		losesNothing(t, claims, drawAmended(w, false))
	})
}

// TestRivalsLoseNothingWithoutAWord is the same where some documents come under the codes of others.
func TestRivalsLoseNothingWithoutAWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &wide{T: t}
		losesNothing(t, []pipeline.Claim{claim(w.one("benefit", pipeline.BenefitASpI, pipeline.BenefitASpI, pipeline.BenefitMiniASpI))}, drawAmended(w, true))
	})
}

// losesNothing runs ten nights: what was stopped by something executed stays stopped while nobody is asked.
func losesNothing(t *rapid.T, claims []pipeline.Claim, all []amended) {
	asked := []string{rules.ExcCorrectedAfterAction, rules.ExcCancelledAfterAction, rules.ExcBadDates}
	d, p := &pipeline.Dossier{Person: person, Claims: claims}, rules.Defaults(allContracts)
	prev := pipeline.Date(0)
	for n := range 10 {
		on := day("2014-07-10") + pipeline.Date(20*n)
		d.Communications = nil
		for _, c := range all {
			if c.Acquired = day("2014-07-10") + pipeline.Date(20*c.night); c.night <= n {
				d.Communications = append(d.Communications, c.Communication)
			}
		}
		r := nightBy(&p, d, prev, on)
		if told := slices.ContainsFunc(r.Exceptions, func(e pipeline.Exception) bool {
			return e.State != pipeline.ExceptionClosed && slices.Contains(asked, e.Code)
		}); !told {
			for _, a := range d.Issued {
				if lost := firstPayable(&a, r.InForce, on); lost != 0 {
					t.Fatalf("night %s: %s was stopped by %s %s..%s %s, and is not any more", on, lost, a.Type, a.From, a.To, a.Rule)
				}
			}
		}
		d.Issued, d.Open, prev = r.InForce, r.Exceptions, on
	}
}

// firstPayable gives the first day, up to a night, that an executed suspension or decadence stops and none of those now in
// force does; 0 where there is none.
func firstPayable(a *pipeline.Action, now []pipeline.Action, on pipeline.Date) pipeline.Date {
	if !stopsOn(a, a.From) {
		return 0
	}
	for x := a.From; x <= on && stopsOn(a, x); x++ {
		if !slices.ContainsFunc(now, func(b pipeline.Action) bool { return b.Claim == a.Claim && stopsOn(&b, x) }) {
			return x
		}
	}
	return 0
}

func stopsOn(a *pipeline.Action, day pipeline.Date) bool {
	suspends := a.Type == pipeline.ActionSuspend && (a.To == 0 || a.To >= day)
	return a.Mode == pipeline.ModeAuto && a.From <= day && (suspends || a.Type == pipeline.ActionDecade)
}
