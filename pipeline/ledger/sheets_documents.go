package ledger

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// showAll shows every document of the person, by ref.
func (c *comparison) showAll() map[string][]worklist.Document {
	out := map[string][]worklist.Document{}
	add := func(ref, kind string, sent pipeline.Instant, acquired pipeline.Date, f fields) {
		out[ref] = append(out[ref], worklist.Document{Ref: ref, Kind: kind, SentAt: sent, Acquired: acquired, Fields: f})
	}
	for i := range c.d.Communications {
		m := &c.d.Communications[i]
		add(m.Ref(), string(m.Model), m.SentAt, m.Acquired, communicationFields(m))
	}
	for i := range c.d.Submissions {
		s := &c.d.Submissions[i]
		if s.Draft {
			continue
		}
		add(s.Ref(), "ASPI-COM", s.SubmittedAt, s.Acquired, submissionFields(s))
	}
	for i := range c.d.Notices {
		n := &c.d.Notices[i]
		add(n.Ref(), n.Kind, 0, n.Acquired, noticeFields(n))
	}
	for i := range c.d.Questions {
		q := &c.d.Questions[i]
		add(q.Ref(), string(worklist.KindQuestion), 0, q.Acquired, questionFields(q))
	}
	for i := range c.d.Vouchers {
		v := &c.d.Vouchers[i]
		add(v.Ref(), "VOUCHER", 0, v.Acquired, voucherFields(v))
	}
	for i := range c.d.Doubtful {
		d := &c.d.Doubtful[i]
		add(d.Ref, d.Kind, d.SentAt, d.Acquired, doubtfulFields(d))
	}
	return out
}

// fields are the labelled values of a document, each of which is there for every document of its kind: "" for none.
type fields []worklist.Field

func (f *fields) text(label, value string) {
	*f = append(*f, worklist.Field{Label: label, Value: cut(value, sheetValue)})
}

func (f *fields) date(label string, d pipeline.Date) { f.text(label, d.Italian()) }

func (f *fields) number(label string, n int32) {
	if n == 0 {
		f.text(label, "")
		return
	}
	f.text(label, strconv.Itoa(int(n)))
}

func (f *fields) amount(label string, a pipeline.Opt[pipeline.Cents]) { f.text(label, amount(a)) }

func (f *fields) flag(label string, yes bool) {
	if yes {
		f.text(label, "sì")
		return
	}
	f.text(label, "no")
}

func (f *fields) moment(label string, at pipeline.Instant) {
	if at == 0 {
		f.text(label, "")
		return
	}
	f.text(label, at.Time().In(pipeline.Rome).Format("02/01/2006 15:04:05"))
}

const cutMark = " [tagliato]"

// cut keeps a text to a number of characters, and says where it has cut.
func cut(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-utf8.RuneCountInString(cutMark)]) + cutMark
}

// shownCode is the tax code of an employer as it is shown: masked where it is, or may be, that of a person.
func shownCode(code string) string {
	if strings.Trim(code, "0123456789") == "" {
		return code
	}
	return pipeline.CodiceFiscale(cut(code, sheetValue)).Mask()
}

// shownIBAN keeps the last four characters.
func shownIBAN(iban string) string {
	hidden := max(len(iban)-4, 0)
	if hidden == 0 {
		return strings.Repeat("*", len(iban))
	}
	return strings.Repeat("*", hidden) + iban[hidden:]
}

func communicationFields(m *pipeline.Communication) fields {
	f := make(fields, 0, 28)
	f.text("codice", m.Code)
	if m.Part != pipeline.PartContended { // what it cites is a document of others
		f.text("codice precedente", m.PreviousCode)
	}
	f.text("evento", string(m.Event))
	f.text("tipo di comunicazione", string(m.Purpose))
	if m.Withdrawn() { // whom it names is nobody's business here
		f.text("lavoratore", "un'altra persona")
		f.text("codice fiscale del lavoratore", "")
		f.text("data di nascita", "")
	} else {
		f.text("lavoratore", strings.TrimSpace(m.Surname+" "+m.GivenName))
		f.text("codice fiscale del lavoratore", m.Worker.Mask())
		f.date("data di nascita", m.BirthDate)
	}
	f.text("datore di lavoro", m.EmployerName)
	f.text("codice fiscale del datore", shownCode(m.Employer))
	f.date("inizio", m.Start)
	f.date("fine", m.End)
	f.date("data dell'evento", m.EventDate)
	f.text("codice dell'evento", m.EventCode)
	f.text("contratto", m.Contract)
	f.text("orario", m.Hours)
	f.number("ore settimanali", m.WeeklyHours)
	f.amount("retribuzione annua", m.YearlyPay)
	f.flag("stagionale", m.Seasonal)
	f.flag("agricolo", m.Agricultural)
	f.number("giornate previste", m.WorkDays)
	f.date("fine del periodo formativo", m.TrainingEnd)
	f.text("indennità di disponibilità", string(m.Availability))
	f.text("mittente", shownCode(m.Sender))
	switch m.Model {
	case pipeline.ModelUnisomm:
		f.text("utilizzatore", shownCode(m.UserCompany))
		f.date("inizio della missione", m.MissionStart)
		f.date("fine della missione", m.MissionEnd)
	case pipeline.ModelVardatori:
		f.text("datore precedente", shownCode(m.PreviousEmployer))
		f.date("fine dell'affitto di ramo", m.LeaseEnd)
	case pipeline.ModelDomestico:
		f.flag("in attesa di definizione", m.Pending)
	case pipeline.ModelUnilav, pipeline.ModelUniurg:
	}
	return f
}

// sheetEvents is how many events of a submission are shown; R62 takes one.
const sheetEvents = 3

func submissionFields(s *pipeline.Submission) fields {
	f := make(fields, 0, 28)
	f.text("protocollo", s.Protocol)
	f.moment("presentata il", s.SubmittedAt)
	f.text("modello", s.Form)
	f.text("canale", s.Channel)
	f.text("PIN", s.PIN)
	f.text("patronato", s.Patronato)
	f.date("delega registrata il", s.MandateOn)
	f.text("domanda indicata", s.ClaimNumber)
	f.text("tipologia", s.Kind)
	f.number("eventi", int32(min(len(s.Events), 1<<20)))
	for i := range s.Events[:min(len(s.Events), sheetEvents)] {
		f.event(i, &s.Events[i])
	}
	if s.Changes != nil {
		f.changes(s.Changes)
	}
	return f
}

func (f *fields) event(i int, e *pipeline.Event) {
	label := func(s string) string {
		if i == 0 {
			return s
		}
		return fmt.Sprintf("%s (%d)", s, i+1)
	}
	f.text(label("evento"), e.Kind)
	f.text(label("fattispecie"), e.Case)
	f.text(label("categoria"), e.Category)
	f.date(label("inizio"), e.Start)
	f.date(label("fine"), e.End)
	f.amount(label("reddito"), e.Income)
	f.number(label("anno del reddito"), e.Year)
	f.text(label("datore di lavoro"), e.EmployerName)
	f.text(label("codice fiscale del datore"), shownCode(e.Employer))
	f.text(label("stato del datore"), e.EmployerCountry)
}

func (f *fields) changes(c *pipeline.DataChanges) {
	f.text("residenza", address(c.Residence))
	f.text("domicilio", address(c.Domicile))
	f.text("email", c.Email)
	f.text("telefono", c.Phone)
	mode, iban := "", ""
	if c.Payment != nil {
		mode, iban = c.Payment.Mode, shownIBAN(c.Payment.IBAN)
	}
	f.text("modalità di pagamento", mode)
	f.text("IBAN", iban)
}

func address(a *pipeline.Address) string {
	if a == nil {
		return ""
	}
	var parts []string
	for _, p := range [...]string{a.Street, a.Postal, a.Commune} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

func noticeFields(n *pipeline.Notice) fields {
	var f fields
	f.text("protocollo", n.Protocol)
	f.date("data", n.On)
	f.text("fonte", n.Origin)
	f.text("patronato", n.Patronato)
	f.date("inizio", n.Start)
	f.amount("reddito", n.Income)
	f.number("anno del reddito", n.Year)
	f.text("categoria", n.Category)
	f.text("origine", n.Basis)
	f.text("codice fiscale nuovo", n.NewCode.Mask())
	if r := n.Ruling; r != nil {
		f.text("provvedimento", r.Kind)
		f.date("dal", r.From)
		f.date("al", r.To)
		f.text("operatore", r.By)
		f.text("approvato da", r.Approved)
		f.moment("deciso il", r.At)
		f.text("motivo", r.Reason)
	}
	return f
}

func questionFields(q *pipeline.DomesticQuestion) fields {
	var f fields
	f.text("quesito", q.Protocol)
	f.date("data", q.On)
	f.text("categoria", q.Category)
	f.text("inviato da", q.SentBy)
	f.text("codice fiscale del datore", shownCode(q.Employer))
	f.text("codice del rapporto", q.RelationshipCode)
	var names []string
	for _, a := range q.Attachments {
		names = append(names, fmt.Sprintf("%s (%s, %d byte)", a.Name, a.Format, a.Bytes))
	}
	f.text("allegati", strings.Join(names, "; "))
	f.text("risposta", q.Answer)
	return f
}

func voucherFields(v *pipeline.Voucher) fields {
	var f fields
	f.date("data", v.On)
	f.text("committente", shownCode(v.Client))
	f.text("tipo di committente", v.ClientKind)
	f.amount("importo netto", pipeline.Some(v.Net))
	return f
}

func doubtfulFields(d *pipeline.Doubtful) fields {
	var f fields
	if d.Communication != nil {
		f = communicationFields(d.Communication)
	} else {
		f.text("codice fiscale", d.Code.Mask())
		f.date("dal", d.Days.From)
		f.date("al", d.Days.To)
	}
	f.text("perché può non essere della persona", string(d.Doubt))
	return f
}
