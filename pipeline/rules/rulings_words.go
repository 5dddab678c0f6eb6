package rules

import (
	"encoding/json"
	"strings"
	"time"

	"incrocio/pipeline"
)

// namedRuling is a ruling with its name in lists of sources.
type namedRuling struct {
	*pipeline.Ruling
	ref string
}

// rulingsAmong gives the rulings in a list of sources, in its order.
func (r *run) rulingsAmong(sources string) []namedRuling {
	if r.rulingRefs == nil {
		return nil
	}
	var out []namedRuling
	for _, ref := range SplitSources(sources) {
		if u := r.rulingRefs[ref]; u != nil {
			out = append(out, namedRuling{u, ref})
		}
	}
	return out
}

// mostReason is how much of a reason a sentence quotes, in characters. The trace has all of it.
const mostReason = 200

// RulingSentence says in Italian who decided, when and why: "per decisione dell'operatore mario.rossi del 12/09/2014,
// approvata da anna.bianchi: reddito verificato". The day is that in Europe/Rome.
func RulingSentence(u *pipeline.Ruling) string {
	text := "per decisione dell'operatore " + oneLine(u.By) + " del " + pipeline.DateOf(u.At.Time(), pipeline.Rome).Italian()
	if u.Approved != "" {
		text += ", approvata da " + oneLine(u.Approved)
	}
	reason := []rune(strings.TrimRight(oneLine(u.Reason), ". "))
	if len(reason) > mostReason {
		reason = append(reason[:mostReason:mostReason], '…')
	}
	if len(reason) > 0 {
		text += ": " + string(reason)
	}
	return text
}

func (u namedRuling) sentence() string { return RulingSentence(u.Ruling) }

// oneLine folds every run of white space into a blank.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// tracedRuling is a ruling in a trace (provvedimenti).
type tracedRuling struct {
	Ref      string `json:"provvedimento"`
	Kind     string `json:"tipo"`
	Code     string `json:"eccezione"`
	By       string `json:"operatore"`
	Approved string `json:"approvato_da,omitempty"`
	On       string `json:"il"`     // the day in Europe/Rome
	At       string `json:"quando"` // the moment, RFC 3339 in Europe/Rome
	Reason   string `json:"motivo"`
}

// TraceRuling adds to a trace a ruling that stands behind the row: who decided, who approved, when and why. A trace that
// has it already, or is none of ours, is given back as it is.
func TraceRuling(trace, ref string, u *pipeline.Ruling) string {
	return withRulings(trace, []namedRuling{{u, ref}})
}

func withRulings(trace string, rulings []namedRuling) string {
	const key = `,"provvedimenti":[`
	for _, u := range rulings {
		at := u.At.Time().In(pipeline.Rome)
		b, err := json.Marshal(tracedRuling{
			u.ref, u.Kind, u.Code, u.By, u.Approved, pipeline.DateOf(at, pipeline.Rome).String(), at.Format(time.RFC3339), u.Reason,
		})
		if err != nil {
			panic(err) // plain data always encodes
		}
		switch {
		case !strings.HasSuffix(trace, "}") || strings.Contains(trace, string(b)):
		case strings.Contains(trace, key):
			trace = strings.TrimSuffix(trace, "]}") + "," + string(b) + "]}"
		default:
			trace = strings.TrimSuffix(trace, "}") + key + string(b) + "]}"
		}
	}
	return trace
}
