package unilav

import (
	"crypto/sha256"
	"encoding/binary"

	"incrocio/pipeline"
)

// canonicalForm names the encoding that identities are computed over, and changes with it. A document is encoded as this
// name, each worker, and what is said whoever the worker. A text is its length and its bytes, a number or a date four
// or eight bytes, big-endian, a flag one byte. ZoneAssumed is left out: it tells how the time was written, not when it
// was.
const canonicalForm = "incrocio unilav 1"

// canonical appends what a document says whoever the worker.
func (p *parser) canonical(c *pipeline.Communication) {
	for _, s := range [...]string{
		string(c.Model), string(c.Event), string(c.Purpose), c.Code, c.PreviousCode, c.Version, c.Sender,
		c.Employer, c.EmployerName, c.EventCode, c.UserCompany, c.PreviousEmployer,
	} {
		p.hashText(s)
	}
	p.hash = binary.BigEndian.AppendUint64(p.hash, uint64(c.SentAt))
	p.hashFlag(c.PublicEmployer)
	p.hashNumbers(int32(c.EventDate), int32(c.MissionStart), int32(c.MissionEnd), int32(c.LeaseEnd))
}

// canonicalWorker appends one worker and his contract.
func (p *parser) canonicalWorker(c *pipeline.Communication) {
	for _, s := range [...]string{
		string(c.Worker), c.Surname, c.GivenName, c.Sex, c.BirthPlace, c.Contract, c.Hours, string(c.Availability),
	} {
		p.hashText(s)
	}
	p.hashNumbers(int32(c.BirthDate), int32(c.Start), int32(c.End), int32(c.TrainingEnd), c.WeeklyHours, c.WorkDays)
	p.hashFlag(c.Seasonal)
	p.hashFlag(c.Agricultural)
	p.hashFlag(c.Partner)
	p.hashFlag(c.YearlyPay.OK)
	p.hash = binary.BigEndian.AppendUint64(p.hash, uint64(c.YearlyPay.V))
}

// canonicalUnread appends a worker who cannot be read, as he is written.
func (p *parser) canonicalUnread() {
	p.hashText("?")
	for _, v := range p.values[firstOfWorker:] {
		p.hashText(string(trim(v)))
	}
}

func (p *parser) hashText(s string) {
	p.hash = binary.AppendUvarint(p.hash, uint64(len(s)))
	p.hash = append(p.hash, s...)
}

func (p *parser) hashFlag(v bool) {
	b := byte(0)
	if v {
		b = 1
	}
	p.hash = append(p.hash, b)
}

func (p *parser) hashNumbers(ns ...int32) {
	for _, n := range ns {
		p.hash = binary.BigEndian.AppendUint32(p.hash, uint32(n))
	}
}

// id is the identity of what has been appended.
func (p *parser) id() pipeline.DocID { return sha256.Sum256(p.hash) }

// copyWorker sets in to what from says of the worker and his contract.
func copyWorker(to, from *pipeline.Communication) {
	to.Part, to.Worker, to.Surname, to.GivenName = from.Part, from.Worker, from.Surname, from.GivenName
	to.Sex, to.BirthDate, to.BirthPlace = from.Sex, from.BirthDate, from.BirthPlace
	to.Contract, to.Start, to.End, to.TrainingEnd = from.Contract, from.Start, from.End, from.TrainingEnd
	to.Hours, to.WeeklyHours, to.YearlyPay = from.Hours, from.WeeklyHours, from.YearlyPay
	to.Seasonal, to.Agricultural, to.WorkDays = from.Seasonal, from.Agricultural, from.WorkDays
	to.Partner, to.Availability = from.Partner, from.Availability
}
