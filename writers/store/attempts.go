package store

import (
	"context"
	"strconv"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Attempt is one attempt at a night. One without end was cut short, or is under way.
type Attempt struct {
	Number  int64 // set by the store
	Night   pipeline.Date
	Holder  string
	Fence   int64
	Start   pipeline.Instant // set by the store
	End     pipeline.Instant // set by the store, 0 while there is none
	Code    pipeline.Opt[int32]
	Message string
}

// BeginAttempt enters an attempt (Night, Holder, Fence) and gives its number.
func (s *Store) BeginAttempt(ctx context.Context, a Attempt) (int64, error) {
	err := s.update(ctx, func(c *change) error {
		last, err := number(ctx, c, "SELECT coalesce(max(numero), 0) FROM notti_tentativi")
		if err != nil {
			return err
		}
		a = Attempt{Number: last + 1, Night: a.Night, Holder: a.Holder, Fence: a.Fence, Start: c.now}
		if err := insert(ctx, c, attemptTable, &a); err != nil {
			return err
		}
		return c.audit(ctx, Entry{Who: a.Holder, What: AuditAttempt, On: a.Night.String(), Detail: detail(map[string]any{"numero": a.Number})})
	})
	return a.Number, step("enter attempt at "+a.Night.String(), err)
}

// EndAttempt enters how an attempt ended: the exit code and a message without data of persons. The first end counts.
func (s *Store) EndAttempt(ctx context.Context, number int64, code int32, message string) error {
	return step("end attempt "+strconv.FormatInt(number, 10), s.update(ctx, func(c *change) error {
		_, err := c.Exec(ctx, "UPDATE notti_tentativi SET fine = $1, esito = $2, messaggio = $3 WHERE numero = $4 AND fine IS NULL",
			instantCell(c.now), int32Cell(code), textCell(message), int64Cell(number))
		return err
	}))
}

// Attempts gives the attempts at nights from a date to a date, both included, in the order they began. 0 leaves an end open.
func (s *Store) Attempts(ctx context.Context, from, to pipeline.Date) (attempts []Attempt, err error) {
	err = s.view(ctx, func(r *reading) (err error) {
		attempts, err = all(ctx, r, attemptTable,
			"WHERE data_elaborazione BETWEEN $1 AND $2 ORDER BY numero", dateCell(max(from, 1)), dateCell(until(to)))
		return err
	})
	return attempts, step("read attempts", err)
}

// attemptTable describes notti_tentativi.
var attemptTable = &table.Table[Attempt]{
	Name:     "notti_tentativi",
	Describe: "I tentativi di eseguire una notte. Ordine: numero.",
	Columns: []table.Column[Attempt]{
		table.IntOf("numero", "Numero progressivo.", table.Int64, func(a *Attempt) *int64 { return &a.Number }),
		table.Required(table.DateOf("data_elaborazione", "Data di riferimento.", func(a *Attempt) *pipeline.Date { return &a.Night })),
		table.Required(table.TextOf("titolare", "Processo che l'ha tentata.", func(a *Attempt) *string { return &a.Holder })),
		table.IntOf("gettone", "Gettone del blocco che aveva.", table.Int64, func(a *Attempt) *int64 { return &a.Fence }),
		table.Required(table.InstantOf("inizio", "Momento dell'inizio.", func(a *Attempt) *pipeline.Instant { return &a.Start })),
		table.InstantOf("fine", "Momento della fine; nullo se è in corso o si è interrotto.", func(a *Attempt) *pipeline.Instant { return &a.End }),
		table.OptOf("esito", "Codice di uscita; nullo se è in corso o si è interrotto.", table.Int32, func(a *Attempt) *pipeline.Opt[int32] { return &a.Code }),
		table.TextOf("messaggio", "Messaggio con cui è finito.", func(a *Attempt) *string { return &a.Message }),
	},
}
