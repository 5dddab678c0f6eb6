package main

import (
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// shownRow is an item as programs read it. What is not there is null; dates are ISO, moments RFC 3339 in UTC, amounts
// decimal texts.
type shownRow struct {
	Kind        worklist.Kind  `json:"tipo"`
	ID          string         `json:"id"`
	Version     int64          `json:"versione"`
	Fingerprint *string        `json:"impronta"`
	State       worklist.State `json:"stato"`
	Holder      *string        `json:"incaricato"`
	Since       *string        `json:"stato_dal"`
	Until       *string        `json:"rientro"`
	Why         *string        `json:"motivo_attesa"`
	Read        bool           `json:"letto"`
	ReadBy      *string        `json:"letto_da"`
	ReadAt      *string        `json:"letto_il"`
	Closing     *int64         `json:"lavorazione"`
	Closable    bool           `json:"chiudibile"`
	SecondEyes  bool           `json:"secondo_operatore"`
	Gone        bool           `json:"chiusa_da_sola"`
	Office      *string        `json:"sede"`
	Day         *string        `json:"giorno"`
	Code        *string        `json:"codice"`
	Class       *string        `json:"classe"`
	Title       *string        `json:"titolo"`
	Text        *string        `json:"descrizione"`
	Proposed    *string        `json:"azione_proposta"`
	Claim       *string        `json:"numero_domanda"`
	Protocol    *string        `json:"protocollo"`
	Type        *string        `json:"tipologia"`
	Event       *string        `json:"evento"`
	TaxCode     *string        `json:"codice_fiscale"`
	From        *string        `json:"dal"`
	To          *string        `json:"al"`
	Days        *int32         `json:"giorni"`
	Amount      *string        `json:"importo"`
	Rule        *string        `json:"regola"`
	Norm        *string        `json:"norma"`
	Due         *string        `json:"scadenza"`
	Priority    *int32         `json:"priorita"`
	First       *string        `json:"prima_elaborazione"`
	Changed     *string        `json:"ultima_variazione"`
	NightState  *string        `json:"stato_notte"`
	Channel     *string        `json:"canale"`
	SubmittedAt *string        `json:"data_presentazione"`
	Outcome     *string        `json:"esito"`
}

// shownRowOf shows a row on a day. The tax code is whole unless it is to be masked.
func shownRowOf(r *worklist.Row, today pipeline.Date, masked bool) shownRow {
	s := shownRow{
		Kind: r.Kind, ID: r.ID, Version: r.Version, Fingerprint: orNull(r.Fingerprint), State: r.Now(today),
		Read: r.ReadBy != "", ReadBy: orNull(r.ReadBy), ReadAt: momentOrNull(r.ReadAt),
		Closable: r.Closable, SecondEyes: r.SecondEyes, Gone: r.Gone, Office: orNull(r.Office), Day: dayOrNull(r.Day),
		Code: orNull(r.Code), Class: orNull(r.Class), Title: orNull(r.Title), Text: orNull(r.Text), Proposed: orNull(r.Proposed),
		Claim: orNull(r.Claim), Protocol: orNull(r.Protocol), Type: orNull(r.Type), Event: orNull(r.Event),
		TaxCode: orNull(codeOf(r.TaxCode, masked)), From: dayOrNull(r.From), To: dayOrNull(r.To), Amount: amountOrNull(r.Amount),
		Rule: orNull(r.Rule), Norm: orNull(r.Norm), Due: dayOrNull(r.Due), First: dayOrNull(r.First), Changed: dayOrNull(r.Changed),
		NightState: orNull(r.NightState), Channel: orNull(r.Channel), SubmittedAt: momentOrNull(r.SubmittedAt), Outcome: orNull(r.Outcome),
	}
	if s.State != worklist.StatePending { // who had a held item that is back is of no interest
		s.Holder, s.Since, s.Until, s.Why = orNull(r.Holder), momentOrNull(r.Since), dayOrNull(r.Until), orNull(r.Why)
	}
	if r.Closing != nil && (s.State == worklist.StateApproval || s.State == worklist.StateWorked) { // on the facts as they are
		s.Closing = &r.Closing.Number
		s.Outcome = orNull(string(r.Closing.Outcome))
	}
	if r.Days.OK {
		s.Days = &r.Days.V
	}
	if r.Priority != 0 {
		s.Priority = &r.Priority
	}
	return s
}

// shownClosing is a closing.
type shownClosing struct {
	Number     int64            `json:"lavorazione"`
	Group      *int64           `json:"gruppo"`
	ID         string           `json:"id"`
	Outcome    worklist.Outcome `json:"esito"`
	Reason     *string          `json:"motivo"`
	Decision   *shownDecision   `json:"provvedimento"`
	By         string           `json:"operatore"`
	At         *string          `json:"quando"`
	Second     bool             `json:"secondo_operatore"`
	ApprovedBy *string          `json:"approvata_da"`
	ApprovedAt *string          `json:"approvata_il"`
	InForce    bool             `json:"in_vigore"`
	UndoneBy   *string          `json:"annullata_da"`
	UndoneAt   *string          `json:"annullata_il"`
	UndoneWhy  *string          `json:"annullata_perche"`
	Night      *string          `json:"notte"`
}

func shownClosingOf(c *worklist.Closing, masked bool) shownClosing {
	s := shownClosing{
		Number: c.Number, ID: c.Key.ID, Outcome: c.Outcome, Reason: orNull(c.Reason), Decision: shownDecisionOf(c.Decision, masked), By: c.By,
		At: momentOrNull(c.At), Second: c.Second, ApprovedBy: orNull(c.ApprovedBy), ApprovedAt: momentOrNull(c.ApprovedAt),
		InForce: c.InForce(), UndoneBy: orNull(c.UndoneBy), UndoneAt: momentOrNull(c.UndoneAt), UndoneWhy: orNull(c.UndoneReason),
		Night: dayOrNull(c.Night),
	}
	if c.Group != 0 {
		s.Group = &c.Group
	}
	return s
}

// shownDecision is what a closing decided.
type shownDecision struct {
	Kind worklist.DecisionKind `json:"tipo"`
	From *string               `json:"dal"`
	To   *string               `json:"al"`
	Fact *shownFact            `json:"fatto"`
}

// shownFact is what an operator added.
type shownFact struct {
	Kind      string  `json:"tipo"`
	On        *string `json:"data"`
	Patronato *string `json:"patronato"`
	Start     *string `json:"inizio"`
	Income    *string `json:"reddito"`
	Year      *int32  `json:"anno"`
	Category  *string `json:"categoria"`
	Basis     *string `json:"origine"`
	NewCode   *string `json:"nuovo"`
}

func shownDecisionOf(d *worklist.Decision, masked bool) *shownDecision {
	if d == nil {
		return nil
	}
	s := &shownDecision{Kind: d.Kind, From: dayOrNull(d.From), To: dayOrNull(d.To)}
	if f := d.Fact; f != nil {
		s.Fact = &shownFact{
			Kind: f.Kind, On: dayOrNull(f.On), Patronato: orNull(f.Patronato), Start: dayOrNull(f.Start), Income: amountOrNull(f.Income),
			Category: orNull(f.Category), Basis: orNull(f.Basis), NewCode: orNull(codeOf(f.NewCode, masked)),
		}
		if f.Year != 0 {
			s.Fact.Year = &f.Year
		}
	}
	return s
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func dayOrNull(d pipeline.Date) *string {
	if d == 0 {
		return nil
	}
	return orNull(d.String())
}

func momentOrNull(i pipeline.Instant) *string {
	if i == 0 {
		return nil
	}
	return orNull(i.Time().UTC().Format(time.RFC3339Nano))
}

func amountOrNull(a pipeline.Opt[pipeline.Cents]) *string {
	if !a.OK {
		return nil
	}
	return orNull(a.V.String())
}

// codeOf writes a tax code as data, or masked.
func codeOf(c pipeline.CodiceFiscale, masked bool) string {
	if masked {
		return c.Mask()
	}
	return string(c)
}
