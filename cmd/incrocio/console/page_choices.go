package console

import (
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// choice is something that can be decided on an item, and what will happen then.
type choice struct {
	Kind   worklist.DecisionKind // "" for closing without a decision
	Value  string                // of the field, "" for closing without a decision
	Label  string
	Effect []string // sentences
	Second bool     // waits for a second person
	Why    string   // it cannot be chosen: why not; "" where it can
}

// choices tells, for each decision on an item, what will happen on it and whether it can be taken now. What the domain
// would refuse is asked of the domain: nothing is changed by asking.
func choices(d *worklist.Detail, who *worklist.Operator, now pipeline.Instant) []choice {
	kinds := []worklist.DecisionKind{""}
	if d.Kind == worklist.KindException {
		kinds = append(kinds, worklist.DecisionKinds()...)
	}
	var out []choice
	for _, k := range kinds {
		c := choice{Kind: k, Value: string(k), Label: "Chiudere senza provvedimento", Second: d.SecondEyes}
		if k != "" {
			c.Label = say(k)
		}
		c.Effect = effect(d, k)
		c.Why = whyNot(d, k, who, now)
		out = append(out, c)
	}
	return out
}

// whyNot gives why a closing with a decision of the kind would be refused; "" where it would not.
func whyNot(d *worklist.Detail, k worklist.DecisionKind, who *worklist.Operator, now pipeline.Instant) string {
	c := &worklist.Command{Verb: worklist.VerbClose, Outcome: worklist.OutcomeFounded}
	if k != "" {
		c.Decision = &worklist.Decision{Kind: k}
	}
	return whyRefused(d, c, who, now)
}

// whyRefused gives why a command on the item, as it is shown, would be refused.
func whyRefused(d *worklist.Detail, c *worklist.Command, who *worklist.Operator, now pipeline.Instant) string {
	seen := worklist.Target{Key: d.Key, Version: d.Version, Fingerprint: d.Fingerprint}
	_, err := worklist.Apply(d.Item, c, seen, who, now)
	if err == nil {
		return ""
	}
	return sentence(err)
}

// effect says in plain words what a decision does.
func effect(d *worklist.Detail, k worklist.DecisionKind) []string {
	var out []string
	switch k {
	case "":
		out = closeEffect(d)
	case worklist.DecideConfirm:
		out = proposals(d, "La prossima notte diventa automatica e si applica alla domanda", "La prossima notte diventano automatiche e si applicano alla domanda",
			"Oggi nessuna azione proposta poggia su queste fonti: vale per quelle che le regole proporranno sugli stessi fatti.")
	case worklist.DecideRefuse:
		out = proposals(d, "La prossima notte non si fa, e se è già emessa è annullata", "La prossima notte non si fanno, e quelle già emesse sono annullate",
			"Oggi nessuna azione proposta poggia su queste fonti: nessuna ne nascerà dagli stessi fatti.")
	case worklist.DecideDates:
		out = []string{"La prossima notte le regole decidono di nuovo, con i giorni accertati al posto di quelli comunicati."}
		if p := period(d.From, d.To); p != "" {
			out = append(out, "Giorni di ora: "+p+".")
		}
	case worklist.DecideFact:
		out = []string{"La prossima notte il fatto si aggiunge a quelli noti, con la sede come fonte, e le regole decidono con quello."}
	}
	if k != "" {
		out = append(out, "Vale per i fatti che si vedono qui: se arrivano documenti nuovi l'eccezione ritorna.")
	}
	if d.SecondEyes {
		out = append(out, "Serve una seconda persona: fino alla sua approvazione non ha effetto.")
	}
	return out
}

func closeEffect(d *worklist.Detail) []string {
	if d.Kind != worklist.KindException {
		return []string{"L'elemento passa fra i lavorati con l'esito scelto. Sulla domanda non cambia nulla."}
	}
	out := []string{"L'eccezione esce dalla lista; sulla domanda resta quello che c'è."}
	if d.Class == pipeline.ClassBlock {
		out = append(out, "Nessuna azione nasce dai fatti che la reggono: l'indennità continua a essere pagata come oggi.")
	}
	return append(out, "Se i fatti cambiano, l'eccezione ritorna da sola.")
}

// proposals names the proposed actions that a decision is about.
func proposals(d *worklist.Detail, one, many, none string) []string {
	var named []string
	for i := range d.Actions {
		a := &d.Actions[i]
		if a.Mode == pipeline.ModeProposed && shares(d, a) {
			named = append(named, strings.TrimSpace(say(a.Type)+" "+actionDays(a)))
		}
	}
	switch len(named) {
	case 0:
		return []string{none}
	case 1:
		return []string{one + ": " + named[0] + "."}
	}
	return []string{many + ": " + strings.Join(named, "; ") + "."}
}

// shares tells whether an action rests on one of the sources of the exception.
func shares(d *worklist.Detail, a *pipeline.Action) bool {
	mine := sourcesOf(d)
	return slices.ContainsFunc(strings.Split(a.Sources, ";"), func(s string) bool { return s != "" && slices.Contains(mine, s) })
}

// sourcesOf are those of the exception as the last night has them, or else the documents of the sheet.
func sourcesOf(d *worklist.Detail) []string {
	if n := len(d.Changes); n > 0 {
		return strings.Split(d.Changes[n-1].Sources, ";")
	}
	var refs []string
	for _, doc := range d.Sheet.Documents {
		refs = append(refs, doc.Ref)
	}
	return refs
}

// actionDays are the days that an action is about.
func actionDays(a *pipeline.Action) string {
	switch a.Type {
	case pipeline.ActionSuspend, pipeline.ActionReduce:
		return period(a.From, a.To)
	}
	return "dal " + a.From.Italian()
}

// undoOf tells until when whoever looks can take their closing of an item back; 0 where they cannot.
func undoOf(d *worklist.Detail, who *worklist.Operator, now pipeline.Instant) pipeline.Instant {
	c := d.Closing
	if c == nil || c.Person != who.ID() {
		return 0
	}
	_, err := worklist.Apply(d.Item, &worklist.Command{Verb: worklist.VerbUndo, Group: max(c.Number, 1)}, worklist.Target{Key: d.Key, Version: d.Version}, who, now)
	if err != nil {
		return 0
	}
	return c.EffectiveAt() + worklist.UndoWindow
}
