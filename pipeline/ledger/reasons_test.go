package ledger_test

import (
	"cmp"
	"testing"

	"incrocio/pipeline"
)

func agricultural(c *pipeline.Communication) { c.Agricultural = true }

// TestEveryReasonIsTold has facts that two things stand against: both are told, and what is done is the more careful.
func TestEveryReasonIsTold(t *testing.T) {
	onPaper := func(s *story, change func(*pipeline.Submission)) {
		change(&s.d.Submissions[len(s.d.Submissions)-1])
	}
	basicPIN := func(sub *pipeline.Submission) { sub.PIN = pipeline.PINBasic }
	for _, c := range []struct {
		name                string
		story               func() *story
		actions, exceptions string
		on                  string
	}{
		{"farm work whose contract contradicts itself", func() *story {
			s := newStory(aspi())
			s.hire(employerX, "A.01.00", "2014-08-01", "2014-08-31", agricultural)
			return s
		}, "SOSPENSIONE! 2014-08-01 2014-08-31", "DATE_NON_VALIDE, AGRICOLO", ""},
		{"farm work without an end", func() *story {
			s := newStory(aspi())
			s.hire(employerX, "A.02.00", "2014-08-01", "", agricultural)
			return s
		}, "SOSPENSIONE! 2014-08-01", "FINE_MANCANTE, AGRICOLO", ""},
		{"an unknown contract of which the hire is not known", func() *story {
			s := newStory(aspi())
			s.hire(employerX, "X.99.00", "2014-08-01", "2014-08-31", func(c *pipeline.Communication) {
				c.Event, c.EventDate = pipeline.EventExtension, day("2014-09-30")
			})
			return s
		}, "", "CONTRATTO_SCONOSCIUTO, COMUNICAZIONE_ORFANA", ""},
		{"senseless dates of on-call work", func() *story {
			s := newStory(aspi())
			s.hire(employerX, "A.05.02", "2014-08-10", "2014-08-01")
			return s
		}, "", "DATE_NON_VALIDE, INTERMITTENTE", ""},
		{"farm work near the end", func() *story {
			s := newStory(aspi())
			s.hire(employerX, "A.02.00", "2015-03-06", "2015-03-31", agricultural)
			return s
		}, "", "INIZIO_VICINO_ALLA_FINE, AGRICOLO", "2015-03-10"},
		{"work that waits to be defined, of an unknown contract, without an end for the worker's dates", func() *story {
			s := newStory(aspi())
			s.hire(employerX, "X.99.00", "2014-08-01", "2014-08-31", func(c *pipeline.Communication) {
				c.Model, c.Pending, c.Code = pipeline.ModelDomestico, true, "DOM-1"
			})
			s.declare("D1", "2014-08-05", work("2014-08-01", "2014-09-15", employerX))
			return s
		}, "", "DOMESTICO_IN_DEFINIZIONE, CONTRATTO_SCONOSCIUTO, DATE_IN_CONTRASTO", ""},
		{"farm work with two accounts of its days", func() *story {
			s := newStory(aspi())
			s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31", agricultural)
			s.declare("D1", "2014-08-05", work("2014-08-01", "2015-03-31", employerX))
			return s
		}, "SOSPENSIONE! 2014-08-01 2015-03-31", "AGRICOLO, DATE_IN_CONTRASTO", ""},
		{"farm work with a low income", func() *story {
			s := newStory(aspi())
			s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31", agricultural)
			s.income("2014-08-01", "2014-08-20", 2000)
			return s
		}, "RIDUZIONE? 2014-08-01 2014-08-31", "CUMULO_POSSIBILE, AGRICOLO", ""},
		{"a submission without claim and with a basic PIN", func() *story {
			s := newStory()
			s.declare("D9", "2014-08-05", sick("2014-08-01", "2014-08-05"))
			onPaper(s, basicPIN)
			return s
		}, "", "DOMANDA_ASSENTE, PIN_NON_DISPOSITIVO", ""},
		{"a submission on a closed claim, with a basic PIN, by a channel not yet open", func() *story {
			s := newStory(older(pipeline.StateExhausted), aspi())
			s.declare("D0", "2014-06-10", sick("2014-04-01", "2014-04-05"))
			onPaper(s, basicPIN)
			return s
		}, "", "PIN_NON_DISPOSITIVO, CANALE_NON_AMMESSO, DOMANDA_NON_ULTIMA", ""},
		{"a repeated submission with a basic PIN", func() *story {
			s := newStory(aspi())
			s.declare("D1", "2014-08-05", sick("2014-08-01", "2014-08-05"))
			s.declare("D1", "2014-08-06", sick("2014-08-01", "2014-08-05"))
			onPaper(s, basicPIN)
			return s
		}, "SOSPENSIONE 2014-08-01 2014-08-05, RIPRESA 2014-08-06", "PIN_NON_DISPOSITIVO, DUPLICATO", ""},
		{"an advance on a benefit of another law", func() *story {
			c := claim(pipeline.BenefitNASpI)
			c.Advance = true
			s := newStory(c)
			s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
			return s
		}, "", "DOMANDA_FUORI_AMBITO, ANTICIPAZIONE", ""},
		{"two kinds of income, one over its limit", func() *story {
			s := newStory(aspi())
			s.declare("D1", "2014-08-05", selfEmployed(pipeline.CaseStart, "2014-08-01", 1000, 2014))
			other := selfEmployed(pipeline.CaseStart, "2014-08-03", 9000, 2014)
			other.Category = pipeline.CategoryQuasi
			s.declare("D1", "2014-08-06", other)
			return s
		}, "CARICAMENTO_ATTIVITA 2014-08-01, RIDUZIONE 2014-08-01 2014-12-31, CARICAMENTO_ATTIVITA 2014-08-03", "REDDITO_ASSENTE, REDDITO_OLTRE_LIMITE", ""},
		{"an activity older than the claim, without income", func() *story {
			s := newStory(aspi())
			ev := selfEmployed(pipeline.CaseRunning, "2014-02-01", 0, 2014)
			ev.Income = pipeline.Opt[pipeline.Cents]{}
			s.declare("D1", "2014-08-05", ev)
			return s
		}, "", "ATTIVITA_PREESISTENTE, REDDITO_ASSENTE", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.story()
			on := cmp.Or(c.on, "2014-09-02")
			s.night(on).want(t, c.actions, c.exceptions)
			for _, f := range rowFaults(&s.last) {
				t.Error(f)
			}
			s.night(next(on)).want(t, c.actions, c.exceptions)
		})
	}
}

func next(on string) string { return (day(on) + 1).String() }

// TestEveryReasonInOneSentence has reasons that share a code: one exception, all of them in its text.
func TestEveryReasonInOneSentence(t *testing.T) {
	s := newStory(aspi())
	s.ids++
	s.d.Submissions = append(s.d.Submissions, pipeline.Submission{
		ID: pipeline.DocID{1}, Protocol: "INPS.7000.01/08/2014.0000001", SubmittedOn: day("2014-08-01"), Form: "SR137",
		Channel: pipeline.ChannelWeb, PIN: pipeline.PINDispositive, TaxCode: person, ClaimNumber: "D1", Kind: pipeline.KindChange,
		Changes: &pipeline.DataChanges{Payment: &pipeline.Payment{Mode: pipeline.PaymentAtCounter, IBAN: "IT00X"}},
	})
	s.night("2014-08-02").want(t, "", "VARIAZIONE_NON_VALIDA")
	const want = "Il pagamento resta come prima: è indicato un IBAN, ma la modalità è il bonifico domiciliato, e l'IBAN non è valido."
	if got := s.last.Exceptions[0].Text; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
