package match

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// Person is all that a night knows of one person.
type Person struct {
	pipeline.Dossier
	// Repeated are the documents acquired tonight that say what another one said before, on an earlier night or
	// tonight: the first by night, flow, file and place is the accepted one, and is in the Dossier.
	Repeated []Repeat
}

// Repeat is a document that changes nothing.
type Repeat struct {
	ID     pipeline.DocID
	Source pipeline.Source
	FanOut bool // of a document that names several workers
}

// Reduce puts the blocks of one partition in order and hands over every person once, by codice fiscale. Its result
// is the same for every order of the blocks and of the records in them. The Person is valid during the call only.
func Reduce(ctx context.Context, blocks io.Reader, night pipeline.Date, fn func(*Person) error) error {
	var p gathered
	if err := p.read(ctx, blocks); err != nil {
		return fmt.Errorf("read blocks: %w", err)
	}
	p.sort()
	for {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		person, ok := p.next(night)
		if !ok {
			return nil
		}
		if err := fn(person); err != nil {
			return err
		}
	}
}

// gathered are the rows of a partition, by person and then in the order of a dossier.
type gathered struct {
	claims         []pipeline.Claim
	communications []pipeline.Communication
	submissions    []pipeline.Submission
	notices        []pipeline.Notice
	questions      []pipeline.DomesticQuestion
	vouchers       []pipeline.Voucher
	issued         []pipeline.Action
	open           []pipeline.Exception
}

func (g *gathered) read(ctx context.Context, in io.Reader) error {
	r := bufio.NewReaderSize(in, 64<<10)
	var row []byte
	for k := 0; ; k++ {
		if k%4096 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		kind, err := r.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		n, err := binary.ReadUvarint(r)
		if err != nil {
			return fmt.Errorf("%w: %w", table.ErrBlock, err)
		}
		if n > maxRow {
			return fmt.Errorf("%w: row of %d bytes", table.ErrBlock, n)
		}
		row = slices.Grow(row[:0], int(n))[:n]
		if _, err := io.ReadFull(r, row); err != nil {
			return fmt.Errorf("%w: %w", table.ErrBlock, err)
		}
		if err := g.add(Kind(kind), row); err != nil {
			return err
		}
	}
}

func (g *gathered) add(kind Kind, row []byte) (err error) {
	switch kind {
	case KindClaim:
		g.claims, err = one(g.claims, tables.Claims, row)
	case KindAction:
		g.issued, err = one(g.issued, tables.ActionsInForce, row)
	case KindException:
		g.open, err = one(g.open, tables.Exceptions, row)
	case KindCommunication:
		g.communications, err = one(g.communications, tables.Communications, row)
	case KindSubmission:
		g.submissions, err = restore(g.submissions, tables.ArchivedSubmissions, row, (*tables.ArchivedSubmission).Restore)
	case KindNotice:
		g.notices, err = restore(g.notices, tables.ArchivedNotices, row, (*tables.ArchivedNotice).Restore)
	case KindQuestion:
		g.questions, err = restore(g.questions, tables.ArchivedQuestions, row, (*tables.ArchivedQuestion).Restore)
	case KindVoucher:
		g.vouchers, err = restore(g.vouchers, tables.ArchivedVouchers, row, (*tables.ArchivedVoucher).Restore)
	default:
		err = fmt.Errorf("%w: %s", table.ErrBlock, kind)
	}
	return err
}

// one decodes a record, which holds one row and nothing else.
func one[T any](rows []T, t *table.Table[T], record []byte) ([]T, error) {
	var row T
	rest, err := t.Next(record, &row)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%w: %d bytes too many", table.ErrBlock, len(rest))
	}
	return append(rows, row), err
}

// restore decodes an archived row and gives back the fact it keeps.
func restore[R, T any](facts []T, t *table.Table[R], record []byte, fact func(*R) (T, error)) ([]T, error) {
	archived, err := one[R](nil, t, record)
	if err != nil {
		return facts, err
	}
	f, err := fact(&archived[0])
	return append(facts, f), err
}

// sort orders everything by person; facts by identity within the person, so that repeats lie side by side.
func (g *gathered) sort() {
	slices.SortFunc(g.claims, func(a, b pipeline.Claim) int { return tables.Claims.Compare(&a, &b) })
	slices.SortFunc(g.communications, func(a, b pipeline.Communication) int {
		return cmp.Or(cmp.Compare(a.Worker, b.Worker), bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Part, b.Part),
			cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
	slices.SortFunc(g.submissions, func(a, b pipeline.Submission) int {
		return cmp.Or(cmp.Compare(a.TaxCode, b.TaxCode), bytes.Compare(a.ID[:], b.ID[:]),
			cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
	slices.SortFunc(g.notices, func(a, b pipeline.Notice) int {
		return cmp.Or(cmp.Compare(a.TaxCode, b.TaxCode), bytes.Compare(a.ID[:], b.ID[:]),
			cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
	g.sortFeeds()
	slices.SortFunc(g.issued, func(a, b pipeline.Action) int {
		return cmp.Or(cmp.Compare(a.TaxCode, b.TaxCode), cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.From, b.From),
			cmp.Compare(a.Type, b.Type), cmp.Compare(a.Group, b.Group), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(g.open, func(a, b pipeline.Exception) int {
		return cmp.Or(cmp.Compare(a.TaxCode, b.TaxCode), cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.ID, b.ID))
	})
}

func compareSource(a, b *pipeline.Source) int {
	return cmp.Or(strings.Compare(string(a.Flow), string(b.Flow)), strings.Compare(a.File, b.File),
		cmp.Compare(a.Index, b.Index), cmp.Compare(a.Offset, b.Offset))
}

// next cuts the first person off and false at the end.
func (g *gathered) next(night pipeline.Date) (*Person, bool) {
	code, ok := g.first()
	if !ok {
		return nil, false
	}
	p := &Person{Dossier: pipeline.Dossier{Person: code}}
	p.Claims = cut(&g.claims, func(c *pipeline.Claim) bool { return c.TaxCode == code })
	p.takeCommunications(cut(&g.communications, func(c *pipeline.Communication) bool { return c.Worker == code }), night)
	p.takeSubmissions(cut(&g.submissions, func(s *pipeline.Submission) bool { return s.TaxCode == code }), night)
	p.takeNotices(cut(&g.notices, func(n *pipeline.Notice) bool { return n.TaxCode == code }), night)
	p.takeQuestions(cut(&g.questions, func(q *pipeline.DomesticQuestion) bool { return q.Worker == code }), night)
	p.takeVouchers(cut(&g.vouchers, func(v *pipeline.Voucher) bool { return v.Worker == code }), night)
	p.Issued = cut(&g.issued, func(a *pipeline.Action) bool { return a.TaxCode == code })
	p.Open = cut(&g.open, func(e *pipeline.Exception) bool { return e.TaxCode == code })
	return p, true
}

// first gives the least codice fiscale of what is left.
func (g *gathered) first() (pipeline.CodiceFiscale, bool) {
	var least pipeline.CodiceFiscale
	found := false
	look := func(n int, code func() pipeline.CodiceFiscale) {
		if n == 0 {
			return
		}
		if c := code(); !found || c < least {
			least, found = c, true
		}
	}
	look(len(g.claims), func() pipeline.CodiceFiscale { return g.claims[0].TaxCode })
	look(len(g.communications), func() pipeline.CodiceFiscale { return g.communications[0].Worker })
	look(len(g.submissions), func() pipeline.CodiceFiscale { return g.submissions[0].TaxCode })
	look(len(g.notices), func() pipeline.CodiceFiscale { return g.notices[0].TaxCode })
	look(len(g.questions), func() pipeline.CodiceFiscale { return g.questions[0].Worker })
	look(len(g.vouchers), func() pipeline.CodiceFiscale { return g.vouchers[0].Worker })
	look(len(g.issued), func() pipeline.CodiceFiscale { return g.issued[0].TaxCode })
	look(len(g.open), func() pipeline.CodiceFiscale { return g.open[0].TaxCode })
	return least, found
}

// cut takes the rows at the front that belong. The capacity is cut as well: what a decision appends stays its own.
func cut[T any](rows *[]T, belongs func(*T) bool) []T {
	n := 0
	for n < len(*rows) && belongs(&(*rows)[n]) {
		n++
	}
	head := (*rows)[:n:n]
	*rows = (*rows)[n:]
	return head
}

func (p *Person) takeCommunications(rows []pipeline.Communication, night pipeline.Date) {
	kept := rows[:0]
	for _, c := range rows {
		if last := len(kept) - 1; last >= 0 && kept[last].ID == c.ID && kept[last].Part == c.Part {
			if c.Acquired == night {
				p.Repeated = append(p.Repeated, Repeat{c.ID, c.Source, FanOut(&c)})
			}
			continue
		}
		kept = append(kept, c)
	}
	slices.SortFunc(kept, func(a, b pipeline.Communication) int {
		return cmp.Or(cmp.Compare(a.SentAt, b.SentAt), strings.Compare(a.Code, b.Code),
			bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Part, b.Part))
	})
	p.Communications = kept
}

// FanOut tells whether a communication is of a document that may name several workers, each of whom is a
// communication of its own.
func FanOut(c *pipeline.Communication) bool { return c.Model == pipeline.ModelVardatori }

func (p *Person) takeSubmissions(rows []pipeline.Submission, night pipeline.Date) {
	kept := rows[:0]
	for _, s := range rows {
		if last := len(kept) - 1; last >= 0 && kept[last].ID == s.ID {
			if s.Acquired == night {
				p.Repeated = append(p.Repeated, Repeat{s.ID, s.Source, false})
			}
			continue
		}
		kept = append(kept, s)
	}
	slices.SortFunc(kept, func(a, b pipeline.Submission) int {
		return cmp.Or(cmp.Compare(a.SubmittedAt, b.SubmittedAt), strings.Compare(a.Protocol, b.Protocol),
			bytes.Compare(a.ID[:], b.ID[:]))
	})
	p.Submissions = kept
}

func (p *Person) takeNotices(rows []pipeline.Notice, night pipeline.Date) {
	kept := rows[:0]
	for _, n := range rows {
		if last := len(kept) - 1; last >= 0 && kept[last].ID == n.ID {
			if n.Acquired == night {
				p.Repeated = append(p.Repeated, Repeat{n.ID, n.Source, false})
			}
			continue
		}
		kept = append(kept, n)
	}
	slices.SortFunc(kept, func(a, b pipeline.Notice) int {
		return cmp.Or(cmp.Compare(a.On, b.On), strings.Compare(a.Protocol, b.Protocol), bytes.Compare(a.ID[:], b.ID[:]))
	})
	p.Notices = kept
}
