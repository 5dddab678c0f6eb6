package worklist

import (
	"incrocio/pipeline"
)

// Risk is what an open item may cost before the next payment date if nobody looks at it (rischio).
type Risk struct {
	Direction Direction      `json:"verso"`
	Days      int32          `json:"giorni"`
	Amount    pipeline.Cents `json:"importo"` // days at the daily amount of the claim; 0 where that is not known
	Payment   pipeline.Date  `json:"pagamento"`
}

// Direction is who loses.
type Direction string

// The directions.
const (
	Undue    Direction = "INDEBITO"   // days that may be paid and are not due
	Withheld Direction = "TRATTENUTO" // days that may be due and are not paid
)

// PaymentDay is the day of the month on which benefits are paid.
const PaymentDay = 10

// NextPayment is the first payment date after a day.
func NextPayment(on pipeline.Date) pipeline.Date {
	y, m, d := on.Civil()
	next, _ := pipeline.MakeDate(y, m, PaymentDay)
	if d >= PaymentDay {
		next = next.AddMonths(1)
	}
	return next
}

// RiskOf reckons the risk of an exception on a claim, from the night that opened it: always the same while its facts are,
// so that a list does not move from night to night. The days of an exception without an end run up to the payment date;
// without days there is no risk that could be reckoned, and nil is given.
func RiskOf(e *pipeline.Exception, c *pipeline.Claim) *Risk {
	if e.From == 0 {
		return nil
	}
	pay := NextPayment(e.FirstNight)
	to := pay - 1
	if e.To != 0 {
		to = min(to, e.To)
	}
	r := &Risk{Direction: Undue, Payment: pay}
	if e.Class == pipeline.ClassProtect {
		r.Direction = Withheld
	}
	if to >= e.From {
		r.Days = int32(to-e.From) + 1
	}
	if e.Days.OK {
		r.Days = min(r.Days, e.Days.V)
	}
	if c != nil && c.DaysGranted > 0 {
		r.Days = min(r.Days, c.DaysGranted) // no more can be paid than was granted
	}
	if c != nil && c.DailyAmount.OK {
		r.Amount = c.DailyAmount.V * pipeline.Cents(r.Days)
	}
	if e.Amount.OK { // the rules have reckoned it
		r.Amount = max(e.Amount.V, -e.Amount.V)
		if e.Amount.V < 0 {
			r.Direction = Withheld
		}
	}
	return r
}

// steps are the euro from which a priority begins, the first priority first.
var steps = [...]pipeline.Cents{2000_00, 1000_00, 500_00, 250_00, 100_00, 1}

// Priority ranks an exception by its risk, whoever loses: 1 comes first. What is told only for information comes after
// all that waits for a decision.
func Priority(e *pipeline.Exception, r *Risk) int32 {
	p := int32(len(steps)) + 2 // no risk that could be reckoned
	if r != nil {
		switch {
		case r.Amount > 0:
			for i, s := range steps {
				if r.Amount >= s {
					p = int32(i) + 1
					break
				}
			}
		case r.Days > 0: // days without an amount: those of a claim whose amount nobody has told
			p = int32(len(steps)) + 1
		}
	}
	if e.Class == pipeline.ClassInfo {
		p += int32(len(steps)) + 2
	}
	return p
}
