package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// submission is a row of comunicazioni with its name.
type submission struct {
	ID string // id_comunicazione: the protocol, with "#2" and so on where several documents have the same
	pipeline.SubmissionRow
	Fingerprint string // of what was submitted
}

// submissions are the rows of comunicazioni as the last night left them.
var submissions = kept[submission]{t: submissionTable, id: "id_comunicazione"}

// submissionTable describes comunicazioni as the store holds it.
var submissionTable = &table.Table[submission]{
	Name:     "comunicazioni",
	Describe: "Le comunicazioni ASpI-COM note, come l'ultima notte le ha lasciate. Ordine: id_comunicazione.",
	Columns: append(append([]table.Column[submission]{
		table.Required(table.TextOf("id_comunicazione", "Il protocollo; dove più documenti hanno lo stesso, dal secondo in poi con #2, #3 e così via.",
			func(s *submission) *string { return &s.ID })),
	}, lifted(tables.Submissions.Columns, func(s *submission) *pipeline.SubmissionRow { return &s.SubmissionRow })...),
		table.Required(table.TextOf("impronta", "Impronta di ciò che è stato comunicato.", func(s *submission) *string { return &s.Fingerprint }))),
}

// lifted gives the columns of a row for rows that hold it.
func lifted[T, U any](columns []table.Column[T], at func(*U) *T) []table.Column[U] {
	out := make([]table.Column[U], len(columns))
	for i := range columns {
		c := columns[i]
		out[i] = table.Column[U]{
			Name: c.Name, Kind: c.Kind, NotNull: c.NotNull, Repeats: c.Repeats, Describe: c.Describe,
			Get: func(u *U) table.Value { return c.Get(at(u)) },
			Set: func(u *U, v table.Value) { c.Set(at(u), v) },
		}
	}
	return out
}

// fingerprint is the digest of what was submitted, whatever became of it since.
func fingerprint(s *pipeline.SubmissionRow) string {
	h := sha256.New()
	for _, field := range [...]string{
		s.Protocol, strconv.FormatInt(int64(s.SubmittedAt), 10), s.Channel, s.Form, s.Kind, s.Event, string(s.TaxCode),
	} {
		h.Write([]byte(strconv.Itoa(len(field)) + ":" + field))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// foldSubmissions puts the night's list of submissions in the place of the one before. Rows that say nothing new but the
// date stay as they are.
func (c *change) foldSubmissions(ctx context.Context, n *Night, stream Stream[pipeline.SubmissionRow]) error {
	if stream == nil {
		return nil
	}
	k := submissions
	rows := k.readAhead(ctx, named(stream), func(s *submission) error { return submissionList(s, n.Date) })
	defer rows.end()
	straight, err := k.stageAll(ctx, c, rows, nil)
	if err != nil {
		return err
	}
	if !straight {
		if err := c.mergeSubmissions(ctx); err != nil {
			return err
		}
	}
	return c.relist(ctx, listedSubmissions)
}

// mergeSubmissions puts what is staged in the place of what was there.
func (c *change) mergeSubmissions(ctx context.Context) error {
	k := submissions
	if err := nameTwins(ctx, c, k); err != nil {
		return err
	}
	if err := k.noteStaged(ctx, c, unlike, "data_elaborazione"); err != nil {
		return err
	}
	if err := k.noteMissing(ctx, c); err != nil {
		return err
	}
	if err := k.apply(ctx, c, ""); err != nil {
		return err
	}
	return k.unstage(ctx, c)
}

// named gives rows their names, as if none had a twin.
func named(rows Stream[pipeline.SubmissionRow]) Stream[submission] {
	return func(ctx context.Context, fn func(*submission) error) error {
		var s submission
		return rows(ctx, func(r *pipeline.SubmissionRow) error {
			s = submission{ID: r.Protocol, SubmissionRow: *r, Fingerprint: fingerprint(r)}
			return fn(&s)
		})
	}
}

func submissionList(s *submission, night pipeline.Date) error {
	switch s.List {
	case pipeline.ListReceived, pipeline.ListPending, pipeline.ListWorked:
	default:
		return fmt.Errorf("%w: submission %s: list %q", ErrFold, s.ID, s.List)
	}
	if s.Night != night {
		return fmt.Errorf("%w: submission %s is of night %s", ErrFold, s.ID, s.Night)
	}
	return nil
}

// twinRounds bounds how often twins are looked for: a name that a twin was given may be that of another row.
const twinRounds = 8

// nameTwins tells apart the staged rows of one name: the first that was submitted keeps it. Nobody keeps a sender from
// using a protocol twice, and that must not end the night.
func nameTwins(ctx context.Context, tx Tx, k kept[submission]) error {
	const order = "length(protocollo) DESC, coalesce(data_presentazione, '0001-01-01T00:00:00.000000Z'), codice_fiscale, impronta, sede, numero_domanda, lista, esito"
	for range twinRounds {
		twice, err := k.twice(ctx, tx)
		if err != nil || twice == "" {
			return err
		}
		for _, text := range [...]string{
			"CREATE TEMPORARY TABLE {staged}_gemelle AS SELECT * FROM (SELECT {columns}, row_number() OVER (PARTITION BY {id} ORDER BY " + order + ") AS posto FROM {staged}) AS n",
			"DELETE FROM {staged}",
			"INSERT INTO {staged} ({id, rest}) SELECT {id} || CASE posto WHEN 1 THEN '' ELSE '#' || posto END, {rest} FROM {staged}_gemelle",
			"DROP TABLE {staged}_gemelle",
		} {
			if err := k.exec(ctx, tx, text); err != nil {
				return err
			}
		}
	}
	return k.once(ctx, tx)
}
