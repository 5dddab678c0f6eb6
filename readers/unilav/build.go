package unilav

import (
	"cmp"
	"errors"
	"strconv"

	"incrocio/pipeline"
)

// build makes the communication, or those of a VarDatori, whose workers have been put down on the way.
func (p *parser) build() *fault {
	one := make([]pipeline.Communication, 1)
	c, a := &one[0], p.strings()
	c.Model = p.layout.model
	if f := first(c, p, a, sent, parties, event); f != nil {
		return f
	}
	switch {
	case c.Model != pipeline.ModelVardatori:
		if f := first(c, p, a, person, unverified, contractOf, start); f != nil {
			return cmp.Or(p.unverified, f) // the code comes before what is wrong after it
		}
		p.workers = one
		p.canonicalWorker(c)
	case p.body.nameOnly:
		p.workers = one
	case len(p.workers) == 0:
		return p.noWorker()
	default:
		for i := range p.workers {
			w := *c
			copyWorker(&w, &p.workers[i])
			p.workers[i] = w
		}
	}
	p.canonical(c)
	return nil
}

// strings gives a new arena with room for all that was kept.
func (p *parser) strings() *arena {
	p.arena = arena{}
	p.arena.Grow(p.size())
	return &p.arena
}

// noWorker is the fault of a VarDatori in which no worker can be read: that of the first, where there are any.
func (p *parser) noWorker() *fault {
	if len(p.unread) == 0 {
		return missing("lavoratori")
	}
	f := p.unread[0].fault
	if len(p.unread) > 1 {
		f.message = "nessun lavoratore leggibile; il primo: " + f.message
	}
	return f
}

// size is how many bytes the strings may need.
func (p *parser) size() int {
	n := 0
	for _, v := range p.values {
		n += len(v)
	}
	return n
}

// step reads some fields of a communication from what the parser kept.
type step func(*pipeline.Communication, *parser, *arena) *fault

// first applies steps until one finds a fault.
func first(c *pipeline.Communication, p *parser, a *arena, steps ...step) *fault {
	for _, read := range steps {
		if f := read(c, p, a); f != nil {
			return f
		}
	}
	return nil
}

// sent reads who sent the document, when, why, and under which code.
func sent(c *pipeline.Communication, p *parser, a *arena) *fault {
	code := trim(p.values[fCode])
	switch {
	case len(code) == 0:
		return missing("codiceComunicazione")
	case !isCode(code):
		return &fault{pipeline.DiscardCode, "codiceComunicazione non è di sedici caratteri"}
	}
	c.Code = a.text(code)
	if f := previous(c, p, a); f != nil {
		return f
	}
	var f *fault
	if c.SentAt, c.ZoneAssumed, f = moment(p.values[fSent]); f != nil {
		return f
	}
	if c.SentOn = pipeline.DateOf(c.SentAt.Time(), pipeline.Rome); c.SentOn < 1 || c.SentOn > pipeline.MaxDate {
		return badDate("dataInvio") // its offset moves it out of the calendar
	}
	why := trim(p.values[fPurpose])
	switch {
	case len(why) == 0:
		return missing("tipoComunicazione")
	case len(why) != 2 || why[0] != '0' || why[1] < '1' || why[1] > '9':
		return notAllowed("tipoComunicazione")
	}
	c.Purpose = pipeline.Purpose(a.text(why))
	c.Version, c.Sender = a.text(p.values[fVersion]), a.upper(p.values[fSender])
	return nil
}

// previous reads the previous code under its two names. Whether the purpose wants one is left to who links
// documents: one that names none is like one whose target was never seen.
func previous(c *pipeline.Communication, p *parser, a *arena) *fault {
	short, long := trim(p.values[fPrevious]), trim(p.values[fPreviousLong])
	switch {
	case len(short) == 0:
		short = long
	case len(long) > 0 && string(short) != string(long):
		return &fault{pipeline.DiscardPrevious, "due codici di comunicazione precedente diversi"}
	}
	if len(short) > 0 && !isCode(short) {
		return &fault{pipeline.DiscardCode, "codiceComunicazionePrec non è di sedici caratteri"}
	}
	c.PreviousCode = a.text(short)
	return nil
}

// parties reads the employer and, where there are, the user company and the previous employer.
func parties(c *pipeline.Communication, p *parser, a *arena) *fault {
	if c.Employer = a.upper(p.values[fEmployer]); c.Employer == "" {
		return missing("codiceFiscale del datore di lavoro")
	}
	c.EmployerName = a.text(p.values[fEmployerName])
	public, f := flag(p.values[fPublic], "pubblicaAmministrazione")
	if f != nil {
		return f
	}
	c.PublicEmployer = public == pipeline.Yes
	c.UserCompany = a.upper(p.values[fUser])
	if c.MissionStart, f = date(p.values[fMissionStart], "dataInizioMissione"); f != nil {
		return f
	}
	if c.MissionEnd, f = end(p.values[fMissionEnd], "dataFineMissione"); f != nil {
		return f
	}
	c.PreviousEmployer = a.upper(p.values[fPreviousEmployer])
	c.LeaseEnd, f = end(p.values[fLeaseEnd], "dataFineAffittoRamo")
	return f
}

// event reads what happened, with its day and code.
func event(c *pipeline.Communication, p *parser, a *arena) *fault {
	c.EventCode = a.upper(p.values[fEventCode])
	switch p.layout.model {
	case pipeline.ModelUniurg:
		c.Event = pipeline.EventUrgent
		return nil
	case pipeline.ModelUnisomm:
		return variation(c, p)
	}
	if p.body == nil {
		return &fault{pipeline.DiscardKind, "nessun evento nel documento"}
	}
	c.Event = p.body.event
	if c.Event == pipeline.EventConversion && c.EventCode == "" {
		return missing("codiceTrasformazione")
	}
	if c.Event == pipeline.EventTransfer && c.PreviousEmployer == "" && !p.body.nameOnly {
		return missing("codiceFiscale del datore di lavoro precedente")
	}
	return eventDate(c, p)
}

// variation reads the event of a UniSomm: a start where nothing varies, else what code and element say together.
func variation(c *pipeline.Communication, p *parser) *fault {
	if !p.varied {
		c.Event = pipeline.EventHire
		return nil
	}
	switch {
	case c.EventCode == "":
		return missing("codiceVariazione")
	case len(c.EventCode) != 4 || c.EventCode[1] != '.':
		return notAllowed("codiceVariazione")
	case c.EventCode[0] == '2':
		c.Event = pipeline.EventExtension
	case c.EventCode[0] == '3':
		c.Event = pipeline.EventConversion
	case c.EventCode == "4.01", c.EventCode == "4.02":
		c.Event = pipeline.EventTermination
	default:
		return notAllowed("codiceVariazione")
	}
	switch {
	case p.body == nil:
		return missing("data della variazione")
	case p.body.event != c.Event:
		return &fault{pipeline.DiscardKind, "codiceVariazione di un altro evento"}
	}
	return eventDate(c, p)
}

// eventDate reads the day of an event under the first of its names that is given. A hire has none.
func eventDate(c *pipeline.Communication, p *parser) *fault {
	if c.Event == pipeline.EventHire {
		return nil
	}
	var b []byte
	for _, f := range [...]field{fEventDate, fEventDate2, fEventDate3} {
		if b = trim(p.values[f]); len(b) > 0 {
			break
		}
	}
	const name = "data dell'evento"
	var f *fault
	if c.EventDate, f = end(b, name); f != nil {
		return f
	}
	if c.EventDate == 0 && !p.body.nameOnly {
		return missing(name)
	}
	return nil
}

// start makes sure that a start says when.
func start(c *pipeline.Communication, _ *parser, _ *arena) *fault {
	if c.Start == 0 && (c.Event == pipeline.EventHire || c.Event == pipeline.EventUrgent) {
		return missing("dataInizio")
	}
	return nil
}

// person reads who the worker is. A wrong check character alone is put down as the parser's: that is the end of the
// document unless name and day of birth tell the worker. Of several workers, who have no day of birth, it is the end of one.
func person(c *pipeline.Communication, p *parser, a *arena) *fault {
	code := a.upper(p.values[fTaxCode])
	if code == "" {
		return missing("codiceFiscale del lavoratore")
	}
	var err error
	if c.Worker, err = pipeline.ParseCodiceFiscale(code); err != nil {
		wrong := &fault{pipeline.DiscardTaxCode, "codice fiscale del lavoratore errato"}
		if !errors.Is(err, pipeline.ErrCodiceCheck) || c.Model == "" { // one of several workers has no model yet
			return wrong
		}
		c.Worker, p.unverified = pipeline.CodiceFiscale(code), wrong
	}
	c.Surname, c.GivenName = a.text(p.values[fSurname]), a.text(p.values[fGivenName])
	c.Sex, c.BirthPlace = a.upper(p.values[fSex]), a.upper(p.values[fBirthPlace])
	var f *fault
	c.BirthDate, f = date(p.values[fBirthDate], "nascita.data")
	return f
}

// unverified stops at a code with a wrong check character unless there is all that it takes to tell the worker otherwise.
func unverified(c *pipeline.Communication, p *parser, _ *arena) *fault {
	if p.unverified != nil && !c.Identity().Complete() {
		return p.unverified
	}
	return nil
}

// contractOf reads the contract block.
func contractOf(c *pipeline.Communication, p *parser, a *arena) *fault {
	c.Contract, c.Hours = a.upper(p.values[fContract]), a.upper(p.values[fHours])
	var f *fault
	if c.Start, f = date(p.values[fStart], "dataInizio"); f != nil {
		return f
	}
	if c.End, f = end(p.values[fEnd], "dataFine"); f != nil {
		return f
	}
	if c.TrainingEnd, f = end(p.values[fTrainingEnd], "dataFinePeriodoFormativo"); f != nil {
		return f
	}
	if c.WeeklyHours, f = count(p.values[fWeeklyHours], "oreSettimanaliMedie"); f != nil {
		return f
	}
	if c.WorkDays, f = count(p.values[fWorkDays], "ggLavorativePreviste"); f != nil {
		return f
	}
	if c.YearlyPay, f = amount(p.values[fPay], "retribuzioneCompenso"); f != nil {
		return f
	}
	return flags(c, p)
}

func flags(c *pipeline.Communication, p *parser) *fault {
	for _, x := range [...]struct {
		field field
		name  string
		to    *bool
	}{
		{fSeasonal, "lavoroStagionale", &c.Seasonal},
		{fAgricultural, "lavoroInAgricoltura", &c.Agricultural},
		{fPartner, "socioLavoratore", &c.Partner},
	} {
		v, f := flag(p.values[x.field], x.name)
		if f != nil {
			return f
		}
		*x.to = v == pipeline.Yes
	}
	var f *fault
	c.Availability, f = flag(p.values[fAvailability], "indennitaDisponibilita")
	if f != nil && c.Model == pipeline.ModelUnisomm { // there it may be an amount, which says nothing of a duty to answer
		f = nil
	}
	return f
}

// putWorker puts down the worker of a VarDatori whose block just ended, read or not.
func (p *parser) putWorker() {
	var c pipeline.Communication
	a := p.strings()
	c.Part = int32(len(p.workers) + len(p.unread))
	if f := first(&c, p, a, person, contractOf); f != nil {
		p.unread = append(p.unread, unreadWorker{f, c.Part})
		p.canonicalUnread()
		return
	}
	p.workers = append(p.workers, c)
	p.canonicalWorker(&c)
}

// result hands over what was read.
func (p *parser) result(src pipeline.Source) (communications []pipeline.Communication, discards []pipeline.Discard) {
	id := p.id()
	for i := range p.workers {
		p.workers[i].ID, p.workers[i].Source = id, src
	}
	for _, u := range p.unread {
		d := u.fault.discard(src, p.knownCode())
		d.Message = "lavoratore n. " + strconv.Itoa(int(u.part)+1) + ": " + d.Message
		discards = append(discards, d)
	}
	return p.workers, discards
}
