package tables

import (
	"crypto/sha256"
	"encoding/binary"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// AppendClaim is [table.Table.Append] of [Claims], written out: it runs for every claim of the country.
func AppendClaim(b []byte, c *pipeline.Claim) []byte {
	b = table.AppendText(b, c.Number)
	b = table.AppendText(b, c.Protocol)
	b = table.AppendText(b, string(c.TaxCode))
	b = table.AppendText(b, c.Surname)
	b = table.AppendText(b, c.GivenName)
	b = table.AppendDate(b, c.BirthDate)
	b = table.AppendText(b, c.Office)
	b = table.AppendText(b, c.Benefit)
	b = table.AppendDate(b, c.TerminatedOn)
	b = table.AppendText(b, c.FormerEmployer)
	b = table.AppendDate(b, c.FiledOn)
	b = table.AppendDate(b, c.Start)
	b = binary.AppendVarint(b, int64(c.DaysGranted))
	b = table.AppendText(b, c.State)
	b = table.AppendDate(b, c.PaidThrough)
	b = table.AppendNumber(b, int64(c.DailyAmount.V), c.DailyAmount.OK)
	b = table.AppendFlag(b, c.Advance)
	b = table.AppendText(b, c.PaymentMode)
	return table.AppendText(b, c.IBAN)
}

// appendCommunication is [table.Table.Append] of [CommunicationRows], written out: it runs for every document.
func appendCommunication(b []byte, c *pipeline.Communication) []byte {
	b = append(append(b, byte(len(c.ID))), c.ID[:]...)
	b = table.AppendText(b, string(c.Source.Flow))
	b = table.AppendText(b, c.Source.File)
	b = binary.AppendVarint(b, c.Source.Index)
	b = binary.AppendVarint(b, c.Source.Offset)
	b = appendDigest(b, c.Source.SHA256)
	b = binary.AppendVarint(b, int64(c.Acquired.UnixDays()))
	b = binary.AppendVarint(b, int64(c.Part))
	b = table.AppendText(b, string(c.Model))
	b = table.AppendText(b, string(c.Event))
	b = table.AppendText(b, string(c.Purpose))
	b = table.AppendText(b, c.Code)
	b = table.AppendText(b, c.PreviousCode)
	b = table.AppendText(b, c.Version)
	b = table.AppendNumber(b, int64(c.SentAt), c.SentAt != 0)
	b = table.AppendDate(b, c.SentOn)
	b = table.AppendFlag(b, c.ZoneAssumed)
	b = table.AppendText(b, c.Sender)
	b = table.AppendText(b, string(c.Worker))
	b = table.AppendText(b, c.Surname)
	b = table.AppendText(b, c.GivenName)
	b = table.AppendText(b, c.Sex)
	b = table.AppendDate(b, c.BirthDate)
	b = table.AppendText(b, c.BirthPlace)
	b = table.AppendText(b, c.Employer)
	b = table.AppendText(b, c.EmployerName)
	b = table.AppendFlag(b, c.PublicEmployer)
	b = table.AppendText(b, c.Contract)
	b = table.AppendDate(b, c.Start)
	b = table.AppendDate(b, c.End)
	b = table.AppendDate(b, c.TrainingEnd)
	b = table.AppendText(b, c.Hours)
	b = binary.AppendVarint(b, int64(c.WeeklyHours))
	b = table.AppendNumber(b, int64(c.YearlyPay.V), c.YearlyPay.OK)
	b = table.AppendFlag(b, c.Seasonal)
	b = table.AppendFlag(b, c.Agricultural)
	b = binary.AppendVarint(b, int64(c.WorkDays))
	b = table.AppendFlag(b, c.Partner)
	b = table.AppendText(b, string(c.Availability))
	b = table.AppendDate(b, c.EventDate)
	b = table.AppendText(b, c.EventCode)
	b = table.AppendText(b, c.UserCompany)
	b = table.AppendDate(b, c.MissionStart)
	b = table.AppendDate(b, c.MissionEnd)
	b = table.AppendText(b, c.PreviousEmployer)
	b = table.AppendDate(b, c.LeaseEnd)
	return table.AppendFlag(b, c.Pending)
}

// appendDigest appends a digest in bytes; a text that is none is left as it is.
func appendDigest(b []byte, s string) []byte {
	from := len(b)
	b = append(b, sha256.Size)
	for i := 0; len(s) == 2*sha256.Size && i < len(s); i += 2 {
		hi, lo := hexDigits[s[i]], hexDigits[s[i+1]]
		if hi|lo >= 1<<4 {
			break
		}
		b = append(b, hi<<4|lo)
	}
	if len(b) == from+1+sha256.Size {
		return b
	}
	return table.AppendText(b[:from], s)
}

// hexDigits are the values of the digits that package hex writes; 255 is none.
var hexDigits = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i, c := range []byte("0123456789abcdef") {
		t[c] = byte(i)
	}
	return t
}()
