package store

import (
	"context"
	"slices"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// Provision is a closing with a decision, and the exception on the facts that it was made on.
type Provision struct {
	Closing   worklist.Closing
	Exception pipeline.Exception
}

// decided holds for a closing l in force that decides something about an exception.
const decided = "l.tipo = 'ECCEZIONE' AND l.provvedimento IS NOT NULL AND " + closingInForce

// Pending gives the decisions that no night has taken in and that count from before or earlier, by number: those of closings
// in force. The caller leaves the operators their time to undo.
func (s *Store) Pending(ctx context.Context, before pipeline.Instant) ([]Provision, error) {
	return s.provisions(ctx, "AND l.notte IS NULL AND l.quando <= $1 AND coalesce(l.approvata_il, l.quando) <= $1", instantCell(before))
}

// TakenIn gives the decisions that a night has taken in, by number: what a repetition of it starts from.
func (s *Store) TakenIn(ctx context.Context, night pipeline.Date) ([]Provision, error) {
	return s.provisions(ctx, "AND l.notte = $1", dateCell(night))
}

func (s *Store) provisions(ctx context.Context, which string, arg Cell) (out []Provision, err error) {
	err = s.view(ctx, func(r *reading) error {
		out = nil
		cls, err := closings(ctx, r, "WHERE "+decided+" "+which+" ORDER BY l.numero", arg)
		if err != nil {
			return err
		}
		for i := range cls {
			e, ok, err := exceptionThen(ctx, r, &cls[i])
			if err != nil {
				return err
			}
			if ok {
				out = append(out, Provision{cls[i], e})
			}
		}
		return nil
	})
	return out, step("read decisions", err)
}

// exceptionThen gives an exception as the operator saw it: a night may have changed it since.
func exceptionThen(ctx context.Context, tx Tx, c *worklist.Closing) (pipeline.Exception, bool, error) {
	e, ok, err := first(ctx, tx, exceptions.t, "WHERE id_eccezione = $1", textCell(c.Key.ID))
	if err != nil || !ok || e.Fingerprint == c.Fingerprint {
		return e, ok, err
	}
	rows, err := history(ctx, tx, c.Key.ID)
	for _, then := range slices.Backward(rows) {
		if then.Fingerprint == c.Fingerprint {
			return then, true, nil
		}
	}
	return e, true, err
}

// TakeIn marks decisions with the night that takes them in, and gives the numbers of those that are now of this night: one
// that was undone or taken in by another night meanwhile is not among them. Doing it again changes nothing.
func (s *Store) TakeIn(ctx context.Context, night pipeline.Date, numbers []int64) (taken []int64, err error) {
	err = s.update(ctx, func(c *change) error {
		taken = nil
		for _, n := range numbers {
			ok, err := c.takeIn(ctx, night, n)
			if err != nil {
				return err
			}
			if ok {
				taken = append(taken, n)
			}
		}
		return nil
	})
	return taken, step("take decisions in", err)
}

func (c *change) takeIn(ctx context.Context, night pipeline.Date, n int64) (bool, error) {
	cl, ok, err := first(ctx, c, closingTable, "AS l WHERE l.numero = $1 AND "+decided, int64Cell(n))
	if err != nil || !ok || cl.Night != 0 {
		return ok && cl.Night == night, err
	}
	if _, err := c.Exec(ctx, "UPDATE lavorazioni SET notte = $1 WHERE numero = $2", dateCell(night), int64Cell(n)); err != nil {
		return false, err
	}
	return true, c.audit(ctx, Entry{Who: "notte " + night.String(), What: AuditTakenIn, On: object(cl.Key), Detail: detail(map[string]any{"lavorazione": n})})
}

// WorkedSubmission is what operators have done with a submission.
type WorkedSubmission struct {
	Protocol string
	// SubmittedAt and TaxCode tell apart submissions of the same protocol.
	SubmittedAt pipeline.Instant
	TaxCode     pipeline.CodiceFiscale
	ReadBy      string
	ReadAt      pipeline.Instant // 0 for one that was not opened with Elabora
	State       worklist.State   // of today
	Reopened    bool             // it had been worked, and an operator wants it on the list
	Outcome     worklist.Outcome // of the closing in force on what was submitted; "" for none
}

// Worked gives every submission that operators have touched, by protocol.
func (s *Store) Worked(ctx context.Context, fn func(*WorkedSubmission) error) error {
	return step("read worked submissions", s.view(ctx, func(r *reading) error {
		now, err := r.Now(ctx)
		if err != nil {
			return err
		}
		f := families[worklist.KindSubmission]
		hand := delivering(r, fn)
		return f.query(ctx, r, "FROM {table} x JOIN lavori v ON v.tipo = '{kind}' AND v.id = x.{key}"+joinClosing+" ORDER BY x.{key}", nil, func(row *found) error {
			w := WorkedSubmission{
				Protocol: row.Protocol, SubmittedAt: row.SubmittedAt, TaxCode: row.TaxCode, ReadBy: row.ReadBy, ReadAt: row.ReadAt,
				State: row.Now(worklist.Today(now)), Reopened: row.reopened,
			}
			if cl := row.Closing; cl.InForce() && cl.Fingerprint == row.Fingerprint {
				w.Outcome = cl.Outcome
			}
			return hand(&w)
		})
	}))
}
