package row

import "incrocio/pipeline"

// quick makes a claim of the fields of a row in which nothing is wrong; false leaves it to the cells and their judge. The
// fields are UTF-8.
func quick(fields []string, at *[Width]int, c *pipeline.Claim) bool {
	text := func(i int) string { return fields[at[i]] }
	c.Number, c.Protocol, c.TaxCode = text(AtNumber), text(AtProtocol), pipeline.CodiceFiscale(text(AtTaxCode))
	c.Surname, c.GivenName, c.Office, c.Benefit = text(AtSurname), text(AtGivenName), text(AtOffice), text(AtBenefit)
	c.FormerEmployer, c.State, c.PaymentMode, c.IBAN = text(AtFormerEmployer), text(AtState), text(AtPaymentMode), text(AtIBAN)
	return quickDate(text(AtBirthDate), &c.BirthDate) && quickDate(text(AtTerminatedOn), &c.TerminatedOn) &&
		quickDate(text(AtFiledOn), &c.FiledOn) && quickDate(text(AtStart), &c.Start) && quickDate(text(AtPaidThrough), &c.PaidThrough) &&
		quickDays(text(AtDaysGranted), &c.DaysGranted) && quickAmount(text(AtDailyAmount), &c.DailyAmount) &&
		quickFlag(text(AtAdvance), &c.Advance) && accept(c)
}

// quickDate reads YYYY-MM-DD; what does not look so is read as all dates are.
func quickDate(s string, d *pipeline.Date) bool {
	if s == "" {
		*d = 0
		return true
	}
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		year, ok := digits(s[:4])
		month, ok2 := digits(s[5:7])
		day, ok3 := digits(s[8:])
		if ok && ok2 && ok3 {
			*d, ok = pipeline.MakeDate(year, month, day)
			return ok
		}
	}
	n, _, ok := slowValue(Date, s)
	*d = pipeline.Date(n)
	return ok
}

func quickDays(s string, days *int32) bool {
	if n, ok := digits(s[:min(len(s), 5)]); ok && len(s) <= 4 {
		*days = int32(n)
		return AcceptDays(int64(n))
	}
	n, null, ok := slowValue(Count, s)
	*days = int32(n)
	return ok && !null && AcceptDays(n)
}

// quickAmount reads up to ten digits, a point and two more; other amounts are read as all are.
func quickAmount(s string, amount *pipeline.Opt[pipeline.Cents]) bool {
	*amount = pipeline.Opt[pipeline.Cents]{}
	if s == "" {
		return true
	}
	if n := len(s) - 3; n > 0 && n <= 10 && s[n] == '.' {
		euro, ok := digits(s[:n])
		cents, ok2 := digits(s[n+1:])
		if ok && ok2 {
			*amount = pipeline.Some(pipeline.Cents(100*euro + cents))
			return true
		}
	}
	n, null, ok := slowValue(Amount, s)
	if !null {
		*amount = pipeline.Some(pipeline.Cents(n))
	}
	return ok
}

func quickFlag(s string, flag *bool) bool {
	switch s {
	case "", "false":
		*flag = false
		return true
	case "true":
		*flag = true
		return true
	}
	n, _, ok := slowValue(Flag, s)
	*flag = n != 0
	return ok
}

// slowValue reads a value as the cells do.
func slowValue(k Kind, s string) (n int64, null, ok bool) {
	var x Cell
	x.set(k, s)
	return x.Num, x.Null, !x.Fault.Bad()
}

// digits gives the number that a text of digits writes, which must have at most eighteen.
func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, s != ""
}
