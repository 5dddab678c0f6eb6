package worklist

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"incrocio/pipeline"
)

// Decision is what a closing decides (provvedimento): the next night takes it in as a fact, and its effects have the cause
// OPERATORE.
type Decision struct {
	Kind DecisionKind `json:"tipo"`
	// From and To are the days of the job or event as the operator ascertained them, both included; To 0 for no end.
	From pipeline.Date `json:"dal,omitempty"`
	To   pipeline.Date `json:"al,omitempty"`
	Fact *Fact         `json:"fatto,omitempty"`
}

// DecisionKind is the kind of a decision.
type DecisionKind string

// The decisions.
const (
	DecideConfirm DecisionKind = pipeline.RulingConfirm // what is proposed is done
	DecideRefuse  DecisionKind = pipeline.RulingRefuse  // what is proposed is not done
	DecideDates   DecisionKind = pipeline.RulingDates   // the job or event has other days; the rules decide on those
	DecideFact    DecisionKind = pipeline.RulingFact    // something was not known; the rules decide with it
)

// DecisionKinds lists them.
func DecisionKinds() []DecisionKind {
	return []DecisionKind{DecideConfirm, DecideRefuse, DecideDates, DecideFact}
}

// Fact is what an operator adds: a notice (segnalazione) of which the sede is the source. Kind is one of the kinds of
// notice; the rest is as in [pipeline.Notice].
type Fact struct {
	Kind      string                       `json:"tipo"`
	On        pipeline.Date                `json:"data"`
	Patronato string                       `json:"patronato,omitempty"`
	Start     pipeline.Date                `json:"inizio,omitempty"`
	Income    pipeline.Opt[pipeline.Cents] `json:"reddito"`
	Year      int32                        `json:"anno,omitempty"`
	Category  string                       `json:"categoria,omitempty"`
	Basis     string                       `json:"origine,omitempty"`
	NewCode   pipeline.CodiceFiscale       `json:"nuovo,omitempty"`
}

// FactKinds are the notices an operator can add.
func FactKinds() []string {
	return []string{
		pipeline.NoticePIN, pipeline.NoticeMandate, pipeline.NoticeSubordinateIncome, pipeline.NoticeActualIncome,
		pipeline.NoticePension, pipeline.NoticeInvalidity, pipeline.NoticeStatusLoss, pipeline.NoticeRefusal,
		pipeline.NoticeTaxCodeChanged,
	}
}

// MaxText is how long, in characters, a reason or a note may be.
const MaxText = 2000

// ErrIncomplete is wrapped by the errors of a decision or command that lacks something, or says too much. Its text is
// Italian, for the operator.
var ErrIncomplete = errors.New("dati incompleti o non validi")

func incomplete(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrIncomplete}, args...)...)
}

// Check tells what is wrong with a decision, wrapping [ErrIncomplete]; nil where it can be taken in.
func (d *Decision) Check() error {
	switch {
	case d.Kind == DecideDates:
		if d.From == 0 {
			return incomplete("manca il primo giorno")
		}
		if d.To != 0 && d.To < d.From {
			return incomplete("l'ultimo giorno viene prima del primo")
		}
	case d.From != 0 || d.To != 0:
		return incomplete("le date si indicano solo con DATE")
	}
	switch d.Kind {
	case DecideFact:
		if d.Fact == nil {
			return incomplete("manca il fatto")
		}
		return d.Fact.check()
	case DecideConfirm, DecideRefuse, DecideDates:
		if d.Fact != nil {
			return incomplete("il fatto si indica solo con FATTO")
		}
		return nil
	}
	return incomplete("provvedimento %q sconosciuto", d.Kind)
}

func (f *Fact) check() error {
	switch {
	case f.On == 0:
		return incomplete("manca la data del fatto")
	case f.Kind == pipeline.NoticeMandate && f.Patronato == "":
		return incomplete("manca il codice del patronato")
	case f.Kind == pipeline.NoticeTaxCodeChanged && f.NewCode == "":
		return incomplete("manca il codice fiscale")
	case f.Kind == pipeline.NoticeSubordinateIncome && (!f.Income.OK || f.Start == 0):
		return incomplete("mancano il reddito o l'inizio del rapporto")
	case f.Kind == pipeline.NoticeActualIncome && (!f.Income.OK || f.Year == 0 || f.Category == ""):
		return incomplete("mancano il reddito, l'anno o la categoria")
	case f.Income.OK && f.Income.V < 0:
		return incomplete("il reddito è negativo")
	}
	for _, k := range FactKinds() {
		if f.Kind == k {
			return nil
		}
	}
	return incomplete("fatto %q sconosciuto", f.Kind)
}

// checkText refuses a text that is not there where it must be, or is too long.
func checkText(what, text string, needed bool) error {
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text):
		return incomplete("%s: caratteri non validi", what)
	case needed && n == 0:
		return incomplete("manca %s", what)
	case n > MaxText:
		return incomplete("%s: più di %d caratteri", what, MaxText)
	}
	return nil
}
