package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
)

// Tokens are kept for a day, and no more than so many of a person; each new one takes away a few that are over.
const (
	tokenLife  = 24 * time.Hour
	maxTokens  = 500
	tokenSweep = 100
)

// request is a row of richieste: a command that was sent with a token, and what was answered.
type request struct {
	Token   string
	Person  string
	Digest  string // of the command
	Receipt string // JSON
	At      pipeline.Instant
}

// requestTable describes richieste.
var requestTable = &table.Table[request]{
	Name:     "richieste",
	Describe: "I moduli inviati nell'ultimo giorno, con la risposta: lo stesso modulo inviato di nuovo non fa nulla. Ordine: gettone.",
	Columns: []table.Column[request]{
		table.Required(table.TextOf("gettone", "Gettone del modulo.", func(r *request) *string { return &r.Token })),
		table.Required(table.TextOf("persona", "Chi lo ha inviato.", func(r *request) *string { return &r.Person })),
		table.Required(table.TextOf("impronta", "Impronta del comando.", func(r *request) *string { return &r.Digest })),
		table.Required(table.TextOf("ricevuta", "La risposta, in JSON.", func(r *request) *string { return &r.Receipt })),
		table.Required(table.InstantOf("quando", "Momento del primo invio.", func(r *request) *pipeline.Instant { return &r.At })),
	},
}

// digestOf is the digest of what a command says.
func digestOf(c *worklist.Command) (string, error) {
	said := *c
	said.Token = ""
	b, err := json.Marshal(&said)
	if err != nil {
		return "", fmt.Errorf("%w: %w", worklist.ErrIncomplete, err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// replayed gives the receipt of a command that was sent before, and false for one that was not.
func (d *deed) replayed(ctx context.Context) (r worklist.Receipt, ok bool, err error) {
	if d.c.Token == "" {
		return r, false, nil
	}
	digest, err := digestOf(d.c)
	if err != nil {
		return r, false, err
	}
	old, ok, err := first(ctx, d, requestTable, "WHERE gettone = $1 AND quando > $2", textCell(d.c.Token), instantCell(after(d.now, -tokenLife)))
	if err != nil || !ok {
		return r, false, err
	}
	if old.Person != d.who.ID() || old.Digest != digest {
		return r, false, worklist.ErrToken
	}
	r, err = readReceipt(old.Receipt)
	return r, err == nil, err
}

// keepToken remembers the answer, and forgets old ones.
func (d *deed) keepToken(ctx context.Context) error {
	if d.c.Token == "" {
		return nil
	}
	digest, err := digestOf(d.c)
	if err != nil {
		return err
	}
	receipt, err := writeReceipt(&d.receipt)
	if err != nil {
		return err
	}
	for _, sweep := range [...]struct {
		which string
		arg   Cell
	}{
		{"gettone = $1", textCell(d.c.Token)}, // one that has expired
		{fmt.Sprintf("gettone IN (SELECT gettone FROM richieste WHERE quando <= $1 ORDER BY quando LIMIT %d)", tokenSweep), instantCell(after(d.now, -tokenLife))},
		{fmt.Sprintf("gettone IN (SELECT gettone FROM richieste WHERE persona = $1 ORDER BY quando DESC LIMIT %d OFFSET %d)", tokenSweep, maxTokens-1), textCell(d.who.ID())},
	} {
		if _, err := d.Exec(ctx, "DELETE FROM richieste WHERE "+sweep.which, sweep.arg); err != nil {
			return err
		}
	}
	return insert(ctx, d, requestTable, &request{Token: d.c.Token, Person: d.who.ID(), Digest: digest, Receipt: receipt, At: d.now})
}

// keptReceipt is a receipt as JSON.
type keptReceipt struct {
	Group   int64        `json:"gruppo"`
	Waits   bool         `json:"attende"`
	Results []keptResult `json:"esiti"`
}

type keptResult struct {
	worklist.Key
	State    worklist.State          `json:"stato"`
	Version  int64                   `json:"versione"`
	Closing  int64                   `json:"lavorazione,omitempty"`
	Refusal  string                  `json:"rifiuto,omitempty"`
	Conflict *worklist.ConflictError `json:"conflitto,omitempty"`
}

func writeReceipt(r *worklist.Receipt) (string, error) {
	out := keptReceipt{Group: r.Group, Waits: r.Waits}
	for _, one := range r.Results {
		k := keptResult{Key: one.Key, State: one.State, Version: one.Version, Closing: one.Closing}
		if one.Err != nil {
			k.Refusal = refusal(one.Err)
			_ = errors.As(one.Err, &k.Conflict)
		}
		out.Results = append(out.Results, k)
	}
	b, err := json.Marshal(&out)
	if err != nil {
		return "", fmt.Errorf("write receipt: %w", err)
	}
	return string(b), nil
}

func readReceipt(s string) (r worklist.Receipt, err error) {
	var in keptReceipt
	if err := json.Unmarshal([]byte(s), &in); err != nil {
		return r, fmt.Errorf("read receipt: %w", ErrDamaged)
	}
	r.Group, r.Waits = in.Group, in.Waits
	for _, k := range in.Results {
		one := worklist.Result{Key: k.Key, State: k.State, Version: k.Version, Closing: k.Closing}
		for _, code := range refusals {
			if k.Refusal == code.code {
				one.Err = code.err
			}
		}
		if k.Conflict != nil {
			one.Err = k.Conflict
		}
		r.Results = append(r.Results, one)
	}
	return r, nil
}
