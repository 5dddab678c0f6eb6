package rules

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"incrocio/pipeline"
)

// Sentences that are read out to the person begin with what happens, in plain words.

// leads says what happens for an exception, where its rule says nothing more exact, by class; see leadProtected.
var leads = map[string]string{
	pipeline.ClassBlock: "Per ora non cambia nulla, la sede deve decidere",
	pipeline.ClassHold:  "Per ora si attende",
	pipeline.ClassInfo:  "Non cambia altro",
}

// onlyProposes tells whether nothing on the claim is automatic: in the experimental phase, or while it is held.
func (k *claimCase) onlyProposes() bool { return k.held != "" || k.p.Phase == PhaseExperimental }

// leadProtected says that the benefit is suspended in protection, or that it is proposed to be; stops is for [note].
func (k *claimCase) leadProtected() (lead, stops string) {
	if k.onlyProposes() {
		return "È proposta la sospensione cautelativa, la sede deve decidere", ""
	}
	return "La prestazione è sospesa in via cautelativa, la sede deve decidere", pipeline.ActionSuspend
}

// leadCease says that the benefit ceases, or that it is proposed to.
func (k *claimCase) leadCease(from pipeline.Date) (lead, stops string) {
	if k.onlyProposes() {
		return leadDecade(from), ""
	}
	return "La prestazione cessa dal " + from.Italian() + " per decadenza", pipeline.ActionDecade
}

// leadWaiting says that the benefit is suspended until an end is told, or that it is proposed to be.
func (k *claimCase) leadWaiting(from pipeline.Date) (lead, stops string) {
	if k.onlyProposes() {
		return "È proposta la sospensione dal " + from.Italian() + " e si attende la fine", ""
	}
	return "La prestazione è sospesa dal " + from.Italian() + " e si attende la fine", pipeline.ActionSuspend
}

// stopping is an exception that begins by saying that the benefit is suspended or ceases.
type stopping struct {
	at   int    // its place among the exceptions
	what string // type of that action
	text string // what follows
}

// sayStopped has those say what is true where nothing of the kind is done on their days: the benefit ceases before, or something
// else on the same facts holds it back.
func (k *claimCase) sayStopped() {
	for _, s := range k.stopping {
		e := &k.out.Exceptions[s.at]
		days := pipeline.Period{From: e.From, To: e.To}
		if !slices.ContainsFunc(k.out.Actions, func(a pipeline.Action) bool {
			return a.Type == s.what && a.Mode == pipeline.ModeAuto && a.Claim == k.c.Number &&
				(shares(e.Sources, SplitSources(a.Sources)) || days.Overlaps(pipeline.Period{From: a.From, To: stopEnd(&a)}))
		}) {
			e.Text = k.leadCeased(e.Class) + ": " + Uncapital(s.text)
		}
	}
}

// leadCeased says that the benefit ceases, for an exception of a class, or that nothing changes where it does not.
func (k *claimCase) leadCeased(class string) string {
	lead, decides := "Per ora non cambia nulla", ", la sede deve decidere"
	if from := k.forfeitedFrom(); from != 0 {
		lead, _ = k.leadCease(from)
	}
	if class == pipeline.ClassBlock || class == pipeline.ClassProtect {
		lead += decides
	}
	return lead
}

// leadKept says that what was executed stays.
const leadKept = "L'azione già eseguita resta com'è, la sede deve decidere"

// leadDecade says that a decadence is only proposed.
func leadDecade(from pipeline.Date) string {
	return "È proposta la decadenza dal " + from.Italian() + ", la sede deve decidere"
}

// lead says what happens for an action.
func lead(a *pipeline.Action) string {
	from, to := " dal "+a.From.Italian(), untilText(a.To)
	if a.Mode == pipeline.ModeProposed {
		return proposal(a, from, to)
	}
	switch a.Type {
	case pipeline.ActionSuspend:
		how := ""
		if a.Cautious {
			how = " in via cautelativa"
		}
		if a.To == 0 {
			to = ", senza una fine nota"
		}
		return "La prestazione è sospesa" + how + from + to
	case pipeline.ActionResume:
		return "La prestazione riprende" + from
	case pipeline.ActionDecade:
		return "La prestazione cessa" + from + " per decadenza"
	case pipeline.ActionReduce:
		return "La prestazione è ridotta" + from + to
	case pipeline.ActionLoadActivity:
		return "L'attività autonoma o parasubordinata" + from + " è registrata sulla domanda"
	}
	return "I nuovi dati (" + groupWords[a.Group] + ") sono registrati"
}

// proposal is the same for an action that an operator decides on.
func proposal(a *pipeline.Action, from, to string) string {
	switch a.Type {
	case pipeline.ActionSuspend:
		return "È proposta la sospensione della prestazione" + from + to
	case pipeline.ActionResume:
		return "È proposta la ripresa della prestazione" + from
	case pipeline.ActionDecade:
		return "È proposta la decadenza dalla prestazione" + from
	case pipeline.ActionReduce:
		return "È proposta la riduzione della prestazione" + from + to
	case pipeline.ActionLoadActivity:
		return "È proposta la registrazione dell'attività autonoma o parasubordinata" + from
	}
	return "È proposta la registrazione dei nuovi dati (" + groupWords[a.Group] + ")"
}

// groupWords, benefitWords and channelWords are the values of closed lists as a person says them.
var groupWords = map[string]string{
	pipeline.GroupResidence: "residenza", pipeline.GroupDomicile: "domicilio", pipeline.GroupEmail: "posta elettronica",
	pipeline.GroupPhone: "telefono", pipeline.GroupPayment: "pagamento",
}

var benefitWords = map[string]string{
	pipeline.BenefitASpI: "ASpI", pipeline.BenefitMiniASpI: "mini-ASpI", pipeline.BenefitMiniASpI2012: "mini-ASpI 2012",
	pipeline.BenefitASpISospesi: "ASpI ai lavoratori sospesi", pipeline.BenefitNASpI: "NASpI",
}

var channelWords = map[string]string{
	pipeline.ChannelWeb: "l'invio per via telematica", pipeline.ChannelContactCenter: "l'invio tramite Contact Center",
	pipeline.ChannelPatronato: "l'invio tramite patronato", pipeline.ChannelPaper: "il modello cartaceo",
}

// named names an employer after a noun, where a name is known.
func named(employer string) string {
	if employer == "" {
		return ""
	}
	return " " + employer
}

// What is compared, as traces name it (fatto).
const (
	factStart    = "inizio del rapporto"
	factEvent    = "inizio dell'evento"
	factEnd      = "fine del rapporto"
	factToldEnd  = "fine comunicata dal beneficiario"
	factIncome   = "reddito dichiarato"
	factActivity = "inizio dell'attività"
	factNotice   = "presentazione della comunicazione"
	factPaid     = "pagamenti eseguiti"
)

// Uncapital writes a sentence as it goes on after a colon: its first letter is small, unless an abbreviation begins there.
func Uncapital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[n:])
	if unicode.IsUpper(first) && !unicode.IsUpper(next) {
		return string(unicode.ToLower(first)) + s[n:]
	}
	return s
}
