package main

import (
	"context"
	"fmt"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/tables"
)

// readUnit gives every fact of a unit of the archive, with words for it.
func readUnit(ctx context.Context, reader *match.Source, u match.Unit, add func(*pipeline.Source, pipeline.Date, string, func() string)) error {
	communication := func(c *pipeline.Communication) error {
		add(&c.Source, c.Acquired, c.Ref(), func() string { return sayCommunication(c) })
		return nil
	}
	switch u.Kind {
	case match.KindCommunication:
		return reader.Communications(ctx, u, nil, communication)
	case match.KindDoubtful:
		return reader.Doubtful(ctx, u, communication)
	case match.KindSubmission:
		return reader.Submissions(ctx, u, func(r *tables.ArchivedSubmission) error {
			s, err := r.Restore()
			add(&s.Source, s.Acquired, s.Ref(), func() string { return saySubmission(&s) })
			return err
		})
	case match.KindNotice:
		return reader.Notices(ctx, u, func(r *tables.ArchivedNotice) error {
			n, err := r.Restore()
			add(&n.Source, n.Acquired, n.Ref(), func() string { return sayNotice(&n) })
			return err
		})
	case match.KindClaim, match.KindAction, match.KindException:
	}
	return nil
}

// eventWords are the events of a communication as a person says them.
var eventWords = map[pipeline.EventKind]string{
	pipeline.EventHire: "assunzione", pipeline.EventExtension: "proroga", pipeline.EventConversion: "trasformazione",
	pipeline.EventTermination: "cessazione", pipeline.EventTransfer: "trasferimento", pipeline.EventUrgent: "comunicazione d'urgenza",
}

func sayCommunication(c *pipeline.Communication) string {
	var b strings.Builder
	switch c.Purpose {
	case pipeline.PurposeCorrection:
		fmt.Fprintf(&b, "rettifica di %s: ", c.PreviousCode)
	case pipeline.PurposeCancellation:
		fmt.Fprintf(&b, "annullamento di %s: ", c.PreviousCode)
	}
	b.WriteString(eventWords[c.Event])
	if c.EventDate != 0 {
		b.WriteString(" al " + c.EventDate.Italian())
	}
	if c.EventCode != "" {
		b.WriteString(" (causa " + c.EventCode + ")")
	}
	fmt.Fprintf(&b, ", rapporto dal %s%s", c.Start.Italian(), until(c.End, " al ", ", senza fine indicata"))
	if c.Contract != "" {
		b.WriteString(", contratto " + c.Contract)
	}
	if c.EmployerName != "" {
		b.WriteString(", datore " + c.EmployerName)
	}
	return b.String()
}

func saySubmission(s *pipeline.Submission) string {
	parts := []string{"dichiarazione del " + s.SubmittedOn.Italian() + " (" + s.Form + ", " + s.Channel + ")"}
	for _, e := range s.Events {
		text := strings.ToLower(strings.ReplaceAll(e.Kind, "_", " "))
		if e.Case != "" {
			text += ", " + strings.ToLower(strings.ReplaceAll(e.Case, "_", " "))
		}
		if e.Start != 0 {
			text += " dal " + e.Start.Italian() + until(e.End, " al ", "")
		}
		if e.Income.OK {
			text += fmt.Sprintf(", reddito %s euro per il %d", e.Income.V.Italian(), e.Year)
		}
		parts = append(parts, text)
	}
	if s.Changes != nil {
		parts = append(parts, "variazione di dati")
	}
	return strings.Join(parts, ": ")
}

func sayNotice(n *pipeline.Notice) string {
	if u := n.Ruling; u != nil && n.Kind == pipeline.NoticeRuling {
		text := u.Kind + " su " + u.Code
		if u.Kind == pipeline.RulingDates {
			text += ", dal " + u.From.Italian() + until(u.To, " al ", ", senza fine")
		}
		return text + ", " + rules.RulingSentence(u)
	}
	text := strings.ToLower(strings.ReplaceAll(n.Kind, "_", " ")) + " dal " + n.On.Italian()
	if n.Income.OK {
		text += ", reddito " + n.Income.V.Italian() + " euro"
	}
	if n.Ruling != nil {
		text += ", " + rules.RulingSentence(n.Ruling)
	}
	return text
}

// until writes a last day, or what to say where there is none.
func until(d pipeline.Date, with, without string) string {
	if d == 0 {
		return without
	}
	return with + d.Italian()
}

func (e *explanation) head(b *strings.Builder) {
	fmt.Fprintf(b, "%s, notte del %s\n", e.Code, e.Night.Italian())
	for i := range e.Actions {
		x := &e.Actions[i].action
		fmt.Fprintf(b, "Domanda %s (%s), sede %s, titolare %s\n", x.Claim, x.Benefit, x.Office, x.TaxCode.Mask())
		return
	}
	for i := range e.Exceptions {
		x := &e.Exceptions[i].exception
		fmt.Fprintf(b, "%sSede %s, persona %s\n", prefixed("Domanda ", x.Claim, ". "), x.Office, x.TaxCode.Mask())
		return
	}
}

// prefixed writes a value between words, or nothing where there is none.
func prefixed(before, value, after string) string {
	if value == "" {
		return ""
	}
	return before + value + after
}

func (x *explainedAction) write(b *strings.Builder) {
	a := &x.action
	fmt.Fprintf(b, "\n%s %s dal %s%s%s\n", a.Type, strings.ToLower(a.Mode), a.From.Italian(), until(a.To, " al ", ""), cautious(a))
	if a.Operation == pipeline.OperationWithdrawn {
		b.WriteString("  Annullata: non è più in essere\n")
	}
	line(b, "Azione", a.ID)
	line(b, "Cascata", a.Cascade)
	line(b, "Perché", a.Reason)
	line(b, "Regola", a.Rule+prefixed(" (versione ", a.RulesVersion, ")"))
	line(b, "Norma", a.Norm)
	if a.Days.OK {
		line(b, "Giorni", fmt.Sprint(a.Days.V))
	}
	if a.DaysResidual.OK {
		line(b, "Durata", fmt.Sprintf("%d giorni fruiti, %d residui, nuova scadenza %s", a.DaysUsed.V, a.DaysResidual.V, a.NewEnd.Italian()))
	}
	if a.Total.OK {
		line(b, "Trattenuta", a.Total.V.Italian()+" euro in tutto, "+strings.Replace(decimal(a.Daily.V, 4), ".", ",", 1)+" al giorno")
	}
	if a.OverpaidDays.OK {
		line(b, "Indebito", fmt.Sprintf("%d giorni, dal %s al %s", a.OverpaidDays.V, a.OverpaidFrom.Italian(), a.OverpaidTo.Italian()))
	}
	writeTrace(b, a.Trace, a.Margin)
	writeSources(b, x.Sources)
	for _, h := range x.History {
		line(b, "Storia", fmt.Sprintf("notte del %s: %s per %s, dal %s%s", h.Night.Italian(), h.Operation, h.Cause, h.From.Italian(), until(h.To, " al ", "")))
	}
}

func cautious(a *pipeline.Action) string {
	if a.Cautious {
		return ", cautelativa"
	}
	return ""
}

func (x *explainedException) write(b *strings.Builder) {
	e := &x.exception
	fmt.Fprintf(b, "\n%s (%s, %s)\n", e.Code, e.Class, strings.ToLower(strings.ReplaceAll(e.State, "_", " ")))
	line(b, "Eccezione", e.ID)
	line(b, "Titolo", e.Title)
	line(b, "Perché", e.Text)
	line(b, "Proposta", e.Proposed)
	line(b, "Regola", e.Rule)
	line(b, "Norma", e.Norm)
	if e.From != 0 {
		line(b, "Giorni", "dal "+e.From.Italian()+until(e.To, " al ", ", fine aperta"))
	}
	if e.Amount.OK {
		line(b, "Importo", e.Amount.V.Italian()+" euro")
	}
	line(b, "Aperta dal", e.FirstNight.Italian())
	line(b, "Scadenza", e.Due.Italian())
	writeTrace(b, e.Trace, e.Margin)
	writeSources(b, x.Sources)
}

func (e *explanation) writeSituation(b *strings.Builder) {
	if len(e.stretches) == 0 {
		return
	}
	b.WriteString("\nSituazione dei giorni\n")
	for _, s := range e.stretches {
		fmt.Fprintf(b, "  %s - %s  %s%s\n", s.From.Italian(), until(s.To, "", "aperta"), s.State, prefixed("  ", s.Action, ""))
	}
	line(b, "Cessazione che fonda la domanda", e.stretches[0].Termination)
}

func writeSources(b *strings.Builder, list []source) {
	for i := range list {
		v := &list[i].evidence
		sent := ""
		if v.SentAt != 0 {
			sent = ", inviato il " + pipeline.DateOf(v.SentAt.Time(), pipeline.Rome).Italian()
		}
		line(b, "Fonte", fmt.Sprintf("%s %s%s, acquisito la notte del %s (%s/%s, byte %d)",
			v.Document, v.Ref, sent, v.Acquired.Italian(), v.Flow, printable(v.File), v.Offset))
		line(b, "", list[i].Fact)
		line(b, "", prefixed("SHA-256 ", v.SHA256, ""))
	}
}

// line writes a named value, and nothing where there is none.
func line(b *strings.Builder, name, value string) {
	switch {
	case value == "":
	case name == "":
		fmt.Fprintf(b, "    %s\n", printable(value))
	default:
		fmt.Fprintf(b, "  %s: %s\n", name, printable(value))
	}
}
