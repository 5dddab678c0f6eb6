package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
)

// doubts raises what may be the person's and is under another code (I01): a variant by omocodia (DM 23 December 1976), a
// temporary code, one with a wrong check character. None of it decides anything. A notice of a changed code says whose it
// is; then the exception closes by itself and the facts count.
func (r *run) doubts() {
	doubtful := r.d.Doubtful
	for len(doubtful) > 0 { // by code
		n := 1
		for n < len(doubtful) && doubtful[n].Code == doubtful[0].Code {
			n++
		}
		r.doubtsUnder(doubtful[:n])
		doubtful = doubtful[n:]
	}
}

// doubtsUnder raises what is under one code: an exception for each job, and for each other fact.
func (r *run) doubtsUnder(doubtful []pipeline.Doubtful) {
	var communications []*pipeline.Communication
	about := map[*pipeline.Communication]*pipeline.Doubtful{}
	for i := range doubtful {
		d := &doubtful[i]
		switch {
		case d.Communication == nil:
			r.doubt(d, d.Days, []string{d.Ref})
		case !r.replaced(d.Communication):
			communications = append(communications, d.Communication)
			about[d.Communication] = d
		}
	}
	for _, rel := range chain.Build(communications) {
		if !rel.Cancelled {
			days := pipeline.Period{From: rel.Start, To: rel.End()}
			r.doubt(about[rel.Chain[0]], days, refsOf(&rel))
		}
	}
}

// replaced tells whether a document of the person's own corrects or cancels the communication, which then says nothing
// any more: the sender has put the code right.
func (r *run) replaced(c *pipeline.Communication) bool {
	return slices.ContainsFunc(r.d.Communications, func(own pipeline.Communication) bool {
		return (own.Purpose == pipeline.PurposeCorrection || own.Purpose == pipeline.PurposeCancellation) &&
			c.Names(c.Code) && own.PreviousCode == c.Code
	})
}

// doubt raises one doubt: on the claim that the fact would belong to; a notice that would make one person of two claimants,
// on all.
func (r *run) doubt(d *pipeline.Doubtful, days pipeline.Period, refs []string) {
	if days.To != 0 && days.To < days.From {
		days.To = days.From
	}
	if k, _ := r.bind(days.From, refs); k != nil && days.From != 0 && k.c.Live() && d.Doubt != pipeline.DoubtAlias {
		k.doubt(d, days, refs)
		return
	}
	for i := len(r.cases) - 1; i >= 0; i-- { // by decorrenza
		if k := r.cases[i]; k.c.Live() {
			k.doubt(d, days, refs)
			if d.Doubt != pipeline.DoubtAlias {
				return
			}
		}
	}
}

func (k *claimCase) doubt(d *pipeline.Doubtful, days pipeline.Period, refs []string) {
	who := fmt.Sprintf("%s %s, data di nascita %s", k.c.Surname, k.c.GivenName, k.c.BirthDate.Italian())
	n := note{code: ExcAmbiguousIdentity, rule: "I01", refs: refs, Period: days}
	switch d.Doubt {
	case pipeline.DoubtOmocode:
		n.text = fmt.Sprintf("Il codice fiscale %s differisce da quello della domanda solo per lettere di omocodia: "+
			"può essere di %s, o di un'altra persona.", d.Code.Mask(), who)
	case pipeline.DoubtTemporary:
		n.text = fmt.Sprintf("Il codice fiscale %s è provvisorio; cognome, nome e data di nascita indicano %s.", d.Code.Mask(), who)
	case pipeline.DoubtUnchecked:
		n.text = fmt.Sprintf("Il codice fiscale %s ha il carattere di controllo errato; cognome, nome e data di nascita indicano %s.",
			d.Code.Mask(), who)
	case pipeline.DoubtAlias:
		n.text = fmt.Sprintf("Una segnalazione di codice fiscale variato unirebbe %s al titolare del codice %s, che ha anch'esso una domanda "+
			"e altri dati anagrafici: i due codici restano di due persone.", who, d.Code.Mask())
		n.proposed = "Verificare la segnalazione con chi l'ha trasmessa e i dati anagrafici delle due domande."
		k.raise(n)
		return
	}
	if d.Claimants > 1 {
		n.text += " Lo stesso vale per altri titolari."
	}
	n.text += " Fino alla conferma non ha effetto."
	n.proposed = "Accertare di chi è; se è del titolare, far trasmettere la segnalazione CODICE_FISCALE_VARIATO verso il codice della domanda."
	k.raise(n)
}

// recoded tells whether a correction has given the worker of a job another tax code, and nothing else that tells persons apart: it
// may be another person's, or the same person's other code (I01).
func (j *job) recoded() bool {
	if !j.passedOn() {
		return false
	}
	told := map[pipeline.Identity]bool{}
	for _, c := range j.rel.Chain {
		if who := c.Identity(); !c.Withdrawn() && who.Complete() {
			told[who] = true
		}
	}
	return slices.ContainsFunc(j.withdrawals(), func(c *pipeline.Communication) bool {
		return c.Purpose == pipeline.PurposeCorrection && told[c.Identity()] // a cancellation may name the worker
	})
}

// contended gives the correction or cancellation that names another worker, of a document that an earlier correction says is of this
// one, or of one that it goes back to: the codes that both name do not tell a mistake from another job (I01). It is nil where there is
// none; on how many nights the documents came decides which of those that hold no more are here.
func (j *job) contended() *pipeline.Communication {
	corrected, by := map[string]bool{}, map[string]*pipeline.Communication{}
	var forked, out *pipeline.Communication
	for _, c := range j.rel.Chain {
		switch {
		case c.Part == pipeline.PartContended:
			forked = c
		case c.Withdrawn() && corrected[c.PreviousCode]:
			by[c.PreviousCode] = c
		case !c.Withdrawn() && c.Purpose == pipeline.PurposeCorrection && c.PreviousCode != "":
			corrected[c.PreviousCode] = true
			delete(by, c.PreviousCode)
		}
	}
	for _, c := range j.rel.Chain { // the one sent last
		if by[c.PreviousCode] == c {
			out = c
		}
	}
	return cmp.Or(out, forked)
}

// whose asks whose a job is that is recoded or contended, if it would matter to the claim. Until somebody says so nothing follows from it.
func (k *claimCase) whose(j *job) verdict {
	was := k.rebuilt(j, nil, func(c *pipeline.Communication) bool { return !c.Withdrawn() || c.Part == pipeline.PartCited })
	if k.effectOf(was, j.rel) == (effect{}) {
		return verdict{}
	}
	n := note{
		code: ExcAmbiguousIdentity, rule: "I01", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
		text: "Il datore ha rettificato il codice fiscale del lavoratore del " + j.describe() +
			", lasciandone cognome, nome e data di nascita: può essere di un'altra persona, o lo stesso titolare sotto un altro codice. Fino alla conferma non ha effetto.",
		proposed: "Accertare di chi è; se è del titolare, far trasmettere la segnalazione CODICE_FISCALE_VARIATO.",
	}
	if j.recoded() {
		j.trail.yes("I01", "assunzione rettificata: stessi nomi e data di nascita, altro codice fiscale")
		return verdict{notes: []note{n}}
	}
	later := "una rettifica successiva dello stesso documento indica un altro lavoratore"
	switch by := j.contended(); {
	case by.Part == pipeline.PartContended && by.Purpose == pipeline.PurposeCorrection:
		later = "un'altra rettifica di un documento da cui questa deriva indica un altro lavoratore"
	case by.Part == pipeline.PartContended: // whomever it names
		later = "un documento da cui questa deriva è stato annullato"
	case by.Purpose == pipeline.PurposeCancellation:
		later = "un annullamento successivo dello stesso documento indica un altro lavoratore"
	}
	j.trail.yes("I01", "una rettifica indica il titolare, ma %s").text(later)
	n.text = "il " + j.describe() + " è del titolare secondo una rettifica del datore, ma " + later + ": " +
		"può correggere la prima, o essere di un altro rapporto, sotto un codice sbagliato. Finché non ne sono accertati i giorni non ha effetto."
	n.proposed = "Accertare dal datore se il rapporto è del titolare; se lo è, decidere con i giorni accertati (DATE)."
	return verdict{notes: []note{n}}
}

// proposedMoved is what the office is asked of a claim that has moved; by it the exception is known again.
const proposedMoved = "Accertare se i codici sono della stessa persona: se lo sono, far trasmettere la segnalazione CODICE_FISCALE_VARIATO " +
	"verso il codice della domanda; se no, far correggere la domanda."

// OfMovedClaim tells whether an exception says that what is in force on a claim is under another code than the claim. It is
// about whoever has the claim, and ends when they have it no more.
func OfMovedClaim(e *pipeline.Exception) bool {
	return e.Code == ExcAmbiguousIdentity && e.Proposed == proposedMoved
}

// sayMoved raises, once a claim, that it is under another code than what was issued on it, and no notice says that the two are
// one person's (I01). What was issued on the claim of one person is never corrected by what is known of another.
func (k *claimCase) sayMoved() {
	if len(k.moved) == 0 {
		return
	}
	n := note{code: ExcAmbiguousIdentity, rule: "I01", proposed: proposedMoved}
	actions, codes := 0, make([]string, 0, len(k.moved))
	for _, e := range k.moved {
		actions += e.Actions
		codes = append(codes, e.Code.Mask())
		n.refs = append(n.refs, e.First)
		if n.From == 0 || e.From < n.From {
			n.From = e.From
		}
	}
	n.refs = append(n.refs, k.touching...)
	told := "un'azione in essere, dal %s, è stata emessa"
	if actions > 1 {
		told = strconv.Itoa(actions) + " azioni in essere, la prima dal %s, sono state emesse"
	}
	n.text = fmt.Sprintf("La domanda è ora sotto il codice fiscale %s, ma "+told+" sotto %s, e nessuna segnalazione dice che i codici sono della stessa persona. "+
		"Fino ad allora quanto emesso resta com'è, e sulla domanda non è emesso altro.", k.c.TaxCode.Mask(), n.From.Italian(), strings.Join(codes, ", "))
	k.raise(n)
}
