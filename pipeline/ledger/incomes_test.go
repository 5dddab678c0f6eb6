package ledger_test

import (
	"testing"

	"incrocio/pipeline"
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
