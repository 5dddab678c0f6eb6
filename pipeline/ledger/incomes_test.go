package ledger_test

import (
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// TestLowerIncomeAfterOneOverTheLimit: what is declared after an income over the limit waits for the office; refused in sight
// of it, the decadence leaves the benefit reduced from the day of that declaration, whatever is declared later.
func TestLowerIncomeAfterOneOverTheLimit(t *testing.T) {
	const stopped = "CARICAMENTO_ATTIVITA 2014-07-01, SOSPENSIONE! 2014-07-01"
	changed := func(s *story, on string, euro pipeline.Cents) {
		s.declare("D1", on, selfEmployed(pipeline.CaseIncomeChange, "2014-07-01", euro, 2014))
	}
	lower := func() *story {
		s := newStory(benefit2014())
		s.declare("D1", "2014-07-05", selfEmployed(pipeline.CaseStart, "2014-07-01", 6000, 2014))
		s.after("2014-07-06")
		changed(s, "2014-07-20", 3000)
		return s.after("2014-07-21").want(t, stopped+", DECADENZA? 2014-07-01", "REDDITO_OLTRE_LIMITE")
	}
	t.Run("confirmed", func(t *testing.T) {
		s := lower().ruling(t, pipeline.RulingConfirm, "REDDITO_OLTRE_LIMITE", "2014-07-22").after("2014-07-23")
		const want = "CARICAMENTO_ATTIVITA 2014-07-01, DECADENZA 2014-07-01"
		s.want(t, want, "").quietAfter(t, want, "", "2014-07-24", "2014-09-01")
	})
	t.Run("refused", func(t *testing.T) {
		s := lower().ruling(t, pipeline.RulingRefuse, "REDDITO_OLTRE_LIMITE", "2014-07-22").after("2014-07-23")
		const want = "CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-20 2014-09-30"
		s.want(t, want, "").quietAfter(t, want, "", "2014-07-24", "2014-07-30")
		if got := s.money(); got != "2014-07-20 2400.00 32.8767 -" {
			t.Error(got)
		}
		changed(s, "2014-08-01", 4000)
		const again = "CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-20 2014-07-31, RIDUZIONE 2014-08-01 2014-09-30"
		s.after("2014-08-02").want(t, again, "").quietAfter(t, again, "", "2014-08-03")
		changed(s, "2014-08-10", 6000)
		s.after("2014-08-11").want(t, `CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-20 2014-07-31, RIDUZIONE 2014-08-01 2014-08-09,
			SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01`, "REDDITO_OLTRE_LIMITE")
	})
	t.Run("refused before", func(t *testing.T) {
		s := newStory(benefit2014())
		s.declare("D1", "2014-07-05", selfEmployed(pipeline.CaseStart, "2014-07-01", 6000, 2014))
		s.after("2014-07-06").ruling(t, pipeline.RulingRefuse, "REDDITO_OLTRE_LIMITE", "2014-07-07").after("2014-07-08").want(t, stopped, "")
		changed(s, "2014-07-20", 3000)
		s.after("2014-07-21").want(t, stopped, "REDDITO_OLTRE_LIMITE")
		s.ruling(t, pipeline.RulingRefuse, "REDDITO_OLTRE_LIMITE", "2014-07-22").after("2014-07-23").
			want(t, "CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-20 2014-09-30", "")
	})
}

// TestIncomeThatReturns: an income told anew as it was told before counts from its own day (R44), and only the same twice in a row
// is a duplicate (R69).
func TestIncomeThatReturns(t *testing.T) {
	s := newStory(benefit2014())
	s.declare("D1", "2014-07-05", selfEmployed(pipeline.CaseStart, "2014-07-01", 3000, 2014))
	s.night("2014-07-06")
	changed := func(on string, euro pipeline.Cents) {
		s.declare("D1", on, selfEmployed(pipeline.CaseIncomeChange, "2014-07-01", euro, 2014))
		s.night(on)
	}
	changed("2014-07-20", 4000)
	changed("2014-08-01", 3500)
	const three = "CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-01 2014-07-19, RIDUZIONE 2014-07-20 2014-07-31, "
	s.want(t, three+"RIDUZIONE 2014-08-01 2014-09-30", "")
	changed("2014-09-01", 4000)
	const four = three + "RIDUZIONE 2014-08-01 2014-08-31, RIDUZIONE 2014-09-01 2014-09-30"
	s.want(t, four, "")
	total := pipeline.Cents(0)
	for i := range s.last.InForce {
		total += s.last.InForce[i].Total.V
	}
	if total != 3200_00 { // 80%
		t.Errorf("withheld are %s", total)
	}
	changed("2014-09-10", 4000)
	s.want(t, four, "DUPLICATO")
}

// TestRedeclaredSubmissionsAreToBeWorked: a declaration that the procedure can do nothing with is not worked by it.
func TestRedeclaredSubmissionsAreToBeWorked(t *testing.T) {
	for name, again := range map[string]struct {
		on   string
		euro pipeline.Cents
		year int32
		list string
	}{
		"in time":            {"2014-08-01", 4000, 2014, pipeline.ListWorked},
		"on the first day":   {"2014-07-01", 4000, 2014, pipeline.ListWorked},
		"over the limit":     {"2014-08-01", 6000, 2014, pipeline.ListPending},
		"after the benefit":  {"2014-10-01", 4000, 2014, pipeline.ListPending},
		"of the year before": {"2014-08-01", 4000, 2013, pipeline.ListPending},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(benefit2014())
			s.declare("D1", "2014-07-01", selfEmployed(pipeline.CaseStart, "2014-07-01", 3000, 2014))
			s.declare("D1", again.on, selfEmployed(pipeline.CaseIncomeChange, "2014-07-01", again.euro, again.year))
			s.night("2014-10-02")
			if got := s.last.Submissions[1].List; got != again.list {
				t.Errorf("%s, not %s", got, again.list)
			}
		})
	}
}

// TestSettlementOfAProposedReduction: what nobody has confirmed has not been withheld.
func TestSettlementOfAProposedReduction(t *testing.T) {
	older := func() *story {
		s := newStory(benefit2014())
		s.declare("D1", "2014-07-10", selfEmployed(pipeline.CaseRunning, "2013-12-01", 1000, 2014))
		return s.after("2014-07-11").want(t, "RIDUZIONE? 2014-02-03 2014-09-30", "ATTIVITA_PREESISTENTE")
	}
	settled := func(s *story, euro, want pipeline.Cents, proposed string) {
		t.Helper()
		s.declare("D1", "2015-02-10", selfEmployed(pipeline.CaseActualIncome, "2013-12-01", euro, 2014))
		s.after("2015-02-11")
		for _, e := range s.last.Exceptions {
			if e.Code == rules.ExcSettlement && (e.Amount != pipeline.Some(want*100) || e.Proposed != proposed) {
				t.Errorf("%v %s, not %d", e.Amount, e.Proposed, want)
			}
		}
	}
	t.Run("waiting", func(t *testing.T) {
		s := older()
		settled(s, 1000, 800, "Recuperare la differenza.")
		s.want(t, "RIDUZIONE? 2014-02-03 2014-09-30", "ATTIVITA_PREESISTENTE, CONGUAGLIO")
	})
	t.Run("refused", func(t *testing.T) {
		s := older().ruling(t, pipeline.RulingRefuse, "ATTIVITA_PREESISTENTE", "2014-07-12").after("2014-07-13").want(t, "", "")
		settled(s, 1000, 800, "Recuperare la differenza.")
		s.want(t, "", "CONGUAGLIO")
	})
	t.Run("confirmed", func(t *testing.T) {
		s := older().ruling(t, pipeline.RulingConfirm, "ATTIVITA_PREESISTENTE", "2014-07-12").after("2014-07-13")
		settled(s, 1000, 0, "Prendere atto.")
		s.want(t, "RIDUZIONE 2014-02-03 2014-09-30", "CONGUAGLIO")
		settled(older().ruling(t, pipeline.RulingConfirm, "ATTIVITA_PREESISTENTE", "2014-07-12").after("2014-07-13"), 500, -400, "Rimborsare la differenza.")
	})
	t.Run("declared again, and nothing confirmed", func(t *testing.T) {
		s := older()
		s.declare("D1", "2014-08-01", selfEmployed(pipeline.CaseIncomeChange, "2013-12-01", 2000, 2014))
		settled(s, 2000, 1600, "Recuperare la differenza.")
		s.want(t, "RIDUZIONE? 2014-02-03 2014-07-31, RIDUZIONE? 2014-08-01 2014-09-30", "ATTIVITA_PREESISTENTE, CONGUAGLIO")
	})
	t.Run("confirmed, then declared again", func(t *testing.T) {
		s := older().ruling(t, pipeline.RulingConfirm, "ATTIVITA_PREESISTENTE", "2014-07-12").after("2014-07-13")
		s.declare("D1", "2014-08-01", selfEmployed(pipeline.CaseIncomeChange, "2013-12-01", 2000, 2014))
		const stays = "RIDUZIONE 2014-02-03 2014-09-30"
		s.after("2014-08-02").want(t, stays, "ATTIVITA_PREESISTENTE").quietAfter(t, stays, "ATTIVITA_PREESISTENTE", "2014-08-03")
		s.ruling(t, pipeline.RulingConfirm, "ATTIVITA_PREESISTENTE", "2014-08-04").after("2014-08-05")
		s.want(t, "RIDUZIONE 2014-02-03 2014-07-31, RIDUZIONE 2014-08-01 2014-09-30", "")
	})
	t.Run("in the experimental phase operators enter it", func(t *testing.T) {
		s := newStory(benefit2014())
		p := rules.Defaults(allContracts)
		p.Phase = rules.PhaseExperimental
		s.declare("D1", "2014-07-05", selfEmployed(pipeline.CaseStart, "2014-07-01", 3000, 2014))
		s.declare("D1", "2015-02-10", selfEmployed(pipeline.CaseActualIncome, "2014-07-01", 3500, 2014))
		for i := range s.d.Submissions {
			s.d.Submissions[i].Acquired = day("2015-02-11")
		}
		r := nightBy(&p, &s.d, 0, day("2015-02-11"))
		for _, e := range r.Exceptions {
			if e.Code == rules.ExcSettlement && e.Amount != pipeline.Some[pipeline.Cents](400_00) {
				t.Errorf("%v", e.Amount)
			}
		}
	})
}

// TestActualIncomeOfAYearReachedThroughSuspensions: the year is one of the benefit once its end has moved into it.
func TestActualIncomeOfAYearReachedThroughSuspensions(t *testing.T) {
	told := func(s *story, year int32, euro pipeline.Cents) {
		s.notice(pipeline.NoticeActualIncome, "2016-02-10")
		n := &s.d.Notices[len(s.d.Notices)-1]
		n.Year, n.Category, n.Income, n.Basis = year, pipeline.CategorySelf, pipeline.Some(euro*100), "DICHIARAZIONE_REDDITI"
	}
	settled := func(t *testing.T, s *story, want pipeline.Cents) {
		t.Helper()
		for _, e := range s.last.Exceptions {
			if e.Code == rules.ExcSettlement && e.Amount != pipeline.Some(want) {
				t.Errorf("%v, not %s", e.Amount, want)
			}
		}
	}
	// started runs to 2014-09-30, and by the job to 2015-04-02
	started := func(job bool) *story {
		s := newStory(benefit2014())
		s.declare("D1", "2014-07-05", selfEmployed(pipeline.CaseStart, "2014-07-01", 3000, 2014))
		if job {
			s.hire(employerX, "A.02.00", "2014-08-01", "2015-01-31")
		}
		return s.after("2014-08-02")
	}
	const stopped = "CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-01 2014-12-31, SOSPENSIONE 2014-08-01 2015-01-31, RIPRESA 2015-02-01"
	t.Run("the income was expected", func(t *testing.T) {
		s := started(true)
		s.declare("D1", "2015-01-20", selfEmployed(pipeline.CaseRunning, "2014-07-01", 2000, 2015))
		s.after("2015-01-21", "2015-02-10")
		told(s, 2015, 2500)
		s.after("2016-02-11").want(t, stopped+", CARICAMENTO_ATTIVITA 2015-01-01, RIDUZIONE 2015-01-01 2015-04-02", "CONGUAGLIO")
		settled(t, s, 939_13) // 31 of the 92 days were not paid
	})
	t.Run("the income was not expected", func(t *testing.T) {
		s := started(true).after("2015-02-10")
		told(s, 2015, 2500)
		s.after("2016-02-11").want(t, stopped, "CONGUAGLIO, REDDITO_ANNO_NUOVO")
		settled(t, s, 2000_00)
	})
	t.Run("of an activity never declared", func(t *testing.T) {
		s := newStory(benefit2014())
		s.hire(employerX, "A.02.00", "2014-08-01", "2015-01-31")
		s.after("2015-02-10")
		told(s, 2015, 2500)
		s.after("2016-02-11").want(t, "SOSPENSIONE 2014-08-01 2015-01-31, RIPRESA 2015-02-01, DECADENZA? 2015-01-01", "REDDITO_COMUNICATO_TARDI")
	})
	t.Run("miss: the benefit ends before that year", func(t *testing.T) {
		s := started(false)
		told(s, 2015, 2500)
		s.after("2016-02-11").want(t, "CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-01 2014-09-30", "")
	})
	t.Run("miss: forfeited before that year", func(t *testing.T) {
		s := started(true)
		s.hire("02877740213", "A.01.00", "2014-12-01", "")
		s.after("2014-12-02")
		told(s, 2015, 2500)
		s.after("2016-02-11").want(t, "CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-01 2014-11-30, SOSPENSIONE 2014-08-01 2014-11-30, DECADENZA 2014-12-01", "")
	})
	t.Run("a later claim has days in that year too", func(t *testing.T) {
		s := started(true)
		second := benefit2014()
		second.Number, second.Protocol = "D2", "P2"
		second.TerminatedOn, second.FiledOn, second.Start = day("2015-04-20"), day("2015-04-24"), day("2015-04-28")
		s.d.Claims = append(s.d.Claims, second)
		s.declare("D1", "2015-01-20", selfEmployed(pipeline.CaseRunning, "2014-07-01", 2000, 2015))
		told(s, 2015, 2500)
		s.after("2016-02-11")
		for _, e := range s.last.Exceptions {
			if e.Code == rules.ExcSettlement && e.Claim == "D1" {
				return
			}
		}
		t.Errorf("no settlement on the first claim: %v", s.last.Exceptions)
	})
}
