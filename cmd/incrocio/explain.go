package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/writers/archive"
)

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain DOMANDA|AZIONE|ECCEZIONE",
		Short: "Say why: a claim, an action or an exception, with facts, rule, norm, dates and sources",
		Long: `explain takes the number of a claim (numero_domanda), an id_azione, an id_eccezione, or an id_cascata for all that one
fact changed, and tells in Italian what the last night that knows it says: effects, reasons, rule and norm, the rules that were tried, what was compared and how far
it was from the limit, what was searched for, the documents behind, and how it came about over the nights. Tax codes
are masked.`,
		Example: "  incrocio explain 20140000123",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := a.explain(cmd.Context(), args[0])
			if err != nil {
				return unlocked(err)
			}
			return a.print(e, func(w io.Writer) error { return e.write(w) })
		},
	}
}

// explanation is what is known of a code. It only repeats published rows, and the facts that they name.
type explanation struct {
	Code       string               `json:"codice"`
	Night      pipeline.Date        `json:"data_elaborazione"`
	Actions    []explainedAction    `json:"azioni"`
	Exceptions []explainedException `json:"eccezioni"`
	Situation  []record             `json:"situazione"`

	stretches []pipeline.Stretch
}

// explainedAction is an action with what stands behind it.
type explainedAction struct {
	Row     record     `json:"azione"`
	Sources []source   `json:"evidenze"`
	History []happened `json:"storia"`

	action pipeline.Action
}

// explainedException is the same for an exception.
type explainedException struct {
	Row     record   `json:"eccezione"`
	Sources []source `json:"evidenze"`

	exception pipeline.Exception
}

// source is a document behind a row, and what it says where the archive has it.
type source struct {
	Row  record `json:"evidenza"`
	Fact string `json:"fatto,omitempty"`

	evidence pipeline.Evidence
}

// happened is what became of an action on one night.
type happened struct {
	Night     pipeline.Date `json:"data_elaborazione"`
	Operation string        `json:"operazione"`
	Cause     string        `json:"causa"`
	From      pipeline.Date `json:"dal"`
	To        pipeline.Date `json:"al,omitempty"`
}

// explain looks the code up, newest night first.
func (a *app) explain(ctx context.Context, code string) (*explanation, error) {
	nights, err := a.publishedNights()
	if err != nil {
		return nil, err
	}
	if len(nights) == 0 {
		return nil, errNoNight
	}
	for i := len(nights) - 1; i >= 0; i-- {
		e, err := find(&nights[i], code)
		if err != nil {
			return nil, err
		}
		if len(e.Actions)+len(e.Exceptions)+len(e.stretches) == 0 {
			continue
		}
		if err := e.addSources(ctx, &nights[i], archive.Open(a.home)); err != nil {
			return nil, err
		}
		return e, e.addHistory(nights[:i+1])
	}
	return nil, &codeError{exitFailed, fmt.Errorf("nothing is published about %q", code), "it must be a numero_domanda, an id_azione, an id_eccezione or an id_cascata, whole"}
}

// find gathers the rows of one night that are, or belong to, a code.
func find(n *publishedNight, code string) (*explanation, error) {
	e := &explanation{Code: code, Night: n.date, Actions: []explainedAction{}, Exceptions: []explainedException{}, Situation: []record{}}
	known := map[string]bool{}
	action := func(x *pipeline.Action) {
		if (x.Claim == code || x.ID == code || x.Cascade == code) && !known[x.ID] {
			known[x.ID] = true
			e.Actions = append(e.Actions, explainedAction{Row: withTrace(recordOf(tables.Actions, x)), action: *x})
		}
	}
	withdrawn := func(x *pipeline.Action) {
		if x.Operation == pipeline.OperationWithdrawn {
			action(x)
		}
	}
	err := errors.Join(
		scan(n, tables.ActionsInForce, action),
		scan(n, tables.Actions, withdrawn),
		scan(n, tables.Exceptions, func(x *pipeline.Exception) {
			if x.Claim == code || x.ID == code || x.Cascade == code {
				e.Exceptions = append(e.Exceptions, explainedException{Row: withTrace(recordOf(tables.Exceptions, x)), exception: *x})
			}
		}),
		scan(n, tables.Situation, func(x *pipeline.Stretch) {
			if x.Claim == code {
				e.stretches = append(e.stretches, *x)
				e.Situation = append(e.Situation, recordOf(tables.Situation, x))
			}
		}),
	)
	return e, err
}

// addSources adds the documents behind each row, with what they say.
func (e *explanation) addSources(ctx context.Context, n *publishedNight, store *archive.Store) error {
	owned := map[string][]source{}
	for _, x := range e.Actions {
		owned[x.action.ID] = []source{}
	}
	for _, x := range e.Exceptions {
		owned[x.exception.ID] = []source{}
	}
	err := scan(n, tables.Evidence, func(v *pipeline.Evidence) {
		if list, ok := owned[v.Owner]; ok {
			owned[v.Owner] = append(list, source{Row: recordOf(tables.Evidence, v), evidence: *v})
		}
	})
	if err != nil {
		return err
	}
	facts, err := readFacts(ctx, store, owned)
	if err != nil {
		return err
	}
	for _, list := range owned {
		for i := range list {
			list[i].Fact = facts[factKeyOf(&list[i].evidence)]
		}
	}
	for i := range e.Actions {
		e.Actions[i].Sources = owned[e.Actions[i].action.ID]
	}
	for i := range e.Exceptions {
		e.Exceptions[i].Sources = owned[e.Exceptions[i].exception.ID]
	}
	return nil
}

// addHistory adds what the nights up to the one that speaks did to each action.
func (e *explanation) addHistory(nights []publishedNight) error {
	for i := range e.Actions {
		e.Actions[i].History = []happened{}
	}
	for i := range nights {
		err := scan(&nights[i], tables.Actions, func(x *pipeline.Action) {
			k := slices.IndexFunc(e.Actions, func(o explainedAction) bool { return o.action.ID == x.ID })
			if k < 0 {
				return
			}
			e.Actions[k].History = append(e.Actions[k].History, happened{
				nights[i].date, x.Operation, x.Cause, x.From, x.To,
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// factKey finds the document of an evidence in the archive.
type factKey struct {
	acquired pipeline.Date
	flow     string
	file     string
	offset   int64
	ref      string
}

func factKeyOf(v *pipeline.Evidence) factKey {
	return factKey{v.Acquired, v.Flow, v.File, v.Offset, v.Ref}
}

// readFacts reads the archive of the nights that took the documents in, and says of each document what it says.
func readFacts(ctx context.Context, store *archive.Store, owned map[string][]source) (map[factKey]string, error) {
	wanted := map[factKey]bool{}
	nights := map[pipeline.Date]bool{}
	for _, list := range owned {
		for i := range list {
			wanted[factKeyOf(&list[i].evidence)] = true
			nights[list[i].evidence.Acquired] = true
		}
	}
	facts := map[factKey]string{}
	add := func(at *pipeline.Source, acquired pipeline.Date, ref string, say func() string) {
		k := factKey{acquired, string(at.Flow), at.File, at.Offset, ref}
		if wanted[k] && facts[k] == "" {
			facts[k] = say()
		}
	}
	reader := store.Source()
	for night := range nights {
		units, err := store.Of(night)
		if err != nil {
			return nil, err
		}
		for _, u := range units {
			if err := readUnit(ctx, &reader, u, add); err != nil {
				return nil, fmt.Errorf("read facts: %w", err)
			}
		}
	}
	return facts, nil
}

// errNoNight is given where something is asked of a home without a published night.
var errNoNight = &codeError{exitNoHome, errors.New("no night is published in this home"), "incrocio run --date YYYY-MM-DD"}

// write writes the explanation in Italian.
func (e *explanation) write(w io.Writer) error {
	var b strings.Builder
	e.head(&b)
	for i := range e.Actions {
		e.Actions[i].write(&b)
	}
	for i := range e.Exceptions {
		e.Exceptions[i].write(&b)
	}
	e.writeSituation(&b)
	_, err := io.WriteString(w, b.String())
	return err
}
