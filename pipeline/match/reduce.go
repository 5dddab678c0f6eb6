package match

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
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
	// Shared are the person's facts that are doubtful facts of others, too.
	Shared map[pipeline.DocID]bool
}

// Repeat is a document that changes nothing.
type Repeat struct {
	ID     pipeline.DocID
	Source pipeline.Source
	FanOut bool // of a document that may be of several persons
}

// Quiet is told of claims that [Reduce] hands over to nobody.
type Quiet struct {
	// Aside holds claims that are only counted where nothing else is known of their persons, those of the partition by its
	// number. Alone is told how many were, by number of the claim. Both may be nil where there are none.
	Aside     *Aside
	Partition int
	Alone     func(number uint8, claims int64)
	// Resting are the places of those who are not decided. Rested is told how many claims of theirs there were; it may be nil
	// where Resting is.
	Resting *Places
	Rested  func(claims int64)
	// Disputed are numbers of claims that are as if they were not there; of few snapshots there are any.
	Disputed map[string]bool
}

// disputed tells whether a row of a claim is as if it were not there.
func (q *Quiet) disputed(row []byte) (bool, error) {
	if len(q.Disputed) == 0 {
		return false, nil
	}
	claims, err := one[pipeline.Claim](nil, tables.Claims, row)
	return err == nil && q.Disputed[claims[0].Number], err
}

// Reduce puts the blocks of one partition in order and hands over every person once. Its result is the same for every
// order of the blocks and of the records in them, but for the order of the persons. The Person is valid during the call
// only.
//
// Codes that a notice of a changed code joins are one person's. A person who may be confused with a claimant, being under
// a code that differs by omocodia only or in a notice that is not followed, is handed over apart, and again as doubtful
// facts of the claimant.
//
// A claim that was put aside, and of whose person nothing else is there, is not handed over, and nothing is of persons who rest;
// quiet is told.
func Reduce(ctx context.Context, blocks io.Reader, night pipeline.Date, fn func(*Person) error, quiet Quiet) error {
	all := gathered{person: itself}
	out, err := all.read(ctx, blocks, &quiet)
	if err != nil {
		return fmt.Errorf("read blocks: %w", err)
	}
	for number, n := range out.alone {
		if n > 0 {
			quiet.Alone(uint8(number), n)
		}
	}
	if out.rested > 0 {
		quiet.Rested(out.rested)
	}
	all.findOmocodes()
	who := whoIsWho(all.notices, all.claims, night)
	named := all.split(who)
	var kept []*Person // until all who may be confused are there
	var person Person
	for _, g := range []*gathered{named, &all} {
		g.sort()
		for {
			if err := ctx.Err(); err != nil {
				return context.Cause(ctx)
			}
			if !g.next(night, &person) {
				break
			}
			person.Joined = who.joined(&person)
			if g == named || all.omocodes[person.Person.Base()] {
				apart := person
				kept = append(kept, &apart)
				continue
			}
			if err := fn(&person); err != nil {
				return err
			}
		}
	}
	confuse(kept, who)
	for _, person := range kept {
		if err := fn(person); err != nil {
			return err
		}
	}
	return nil
}

// gathered are the rows of a partition, by person and then in the order of a dossier.
type gathered struct {
	person   func(pipeline.CodiceFiscale) pipeline.CodiceFiscale
	omocodes map[pipeline.CodiceFiscale]bool // codes, without omocodia, of which there is a variant

	claims         []pipeline.Claim
	communications []pipeline.Communication
	submissions    []pipeline.Submission
	notices        []pipeline.Notice
	questions      []pipeline.DomesticQuestion
	vouchers       []pipeline.Voucher
	issued         []pipeline.Action
	open           []pipeline.Exception
	doubts         []doubt
	elsewhere      []elsewhere
}

// The codes that rows are under.
func claimCode(c *pipeline.Claim) pipeline.CodiceFiscale                 { return c.TaxCode }
func communicationCode(c *pipeline.Communication) pipeline.CodiceFiscale { return c.Worker }
func submissionCode(s *pipeline.Submission) pipeline.CodiceFiscale       { return s.TaxCode }
func noticeCode(n *pipeline.Notice) pipeline.CodiceFiscale               { return n.TaxCode }
func questionCode(q *pipeline.DomesticQuestion) pipeline.CodiceFiscale   { return q.Worker }
func voucherCode(v *pipeline.Voucher) pipeline.CodiceFiscale             { return v.Worker }
func actionCode(a *pipeline.Action) pipeline.CodiceFiscale               { return a.TaxCode }
func exceptionCode(e *pipeline.Exception) pipeline.CodiceFiscale         { return e.TaxCode }
func doubtCode(d *doubt) pipeline.CodiceFiscale                          { return d.claimant }

// split takes out the rows of persons whom notices of changed codes speak of.
func (g *gathered) split(who *persons) *gathered {
	named := &gathered{person: who.of}
	if len(who.now) == 0 {
		return named
	}
	named.claims = extract(&g.claims, who, claimCode)
	named.communications = extract(&g.communications, who, communicationCode)
	named.submissions = extract(&g.submissions, who, submissionCode)
	named.notices = extract(&g.notices, who, noticeCode)
	named.questions = extract(&g.questions, who, questionCode)
	named.vouchers = extract(&g.vouchers, who, voucherCode)
	named.issued = extract(&g.issued, who, actionCode)
	named.open = extract(&g.open, who, exceptionCode)
	named.doubts = extract(&g.doubts, who, doubtCode)
	named.elsewhere = extract(&g.elsewhere, who, elsewhereCode)
	return named
}

// extract moves the rows under codes that notices speak of to a slice of their own.
func extract[T any](rows *[]T, who *persons, code func(*T) pipeline.CodiceFiscale) []T {
	var out []T
	kept := (*rows)[:0]
	for i := range *rows {
		if row := (*rows)[i]; who.named(code(&row)) {
			out = append(out, row)
		} else {
			kept = append(kept, row)
		}
	}
	*rows = kept
	return out
}

// read takes the rows of a partition but what is there of persons who rest and claims that are only counted, and gives the
// number of these.
func (g *gathered) read(ctx context.Context, in io.Reader, quiet *Quiet) (out sortedOut, err error) {
	var b bytes.Buffer
	if sized, ok := in.(interface{ Len() int }); ok {
		b.Grow(sized.Len() + bytes.MinRead)
	}
	if _, err := b.ReadFrom(in); err != nil {
		return out, err
	}
	if err := g.makeRoom(b.Bytes(), quiet.Resting); err != nil {
		return out, err
	}
	k, rested, company := 0, int64(0), newKeys(256)
	err = records(b.Bytes(), func(h head, row []byte) error {
		if k++; k%4096 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if h.kind == KindClaim {
			if disputed, err := quiet.disputed(row); disputed || err != nil {
				company.add(h.key) // as those put aside are to each other
				return err
			}
		}
		if quiet.Resting.Has(h.key) {
			if h.kind == KindClaim {
				rested++
			}
			return nil
		}
		company.add(h.key)
		return g.add(h.kind, row)
	})
	if err != nil {
		return out, err
	}
	if quiet.Aside != nil {
		g.claims = slices.Grow(g.claims, company.n) // most persons have one claim, which lies there
	}
	out, err = quiet.Aside.sortOut(ctx, quiet, company, func(row []byte) error { return g.add(KindClaim, row) })
	out.rested += rested
	return out, err
}

// makeRoom makes room for the rows of which there are many and which are wide, so that none is moved as they become more.
func (g *gathered) makeRoom(block []byte, resting *Places) error {
	var n [256]int // by kind
	err := records(block, func(h head, _ []byte) error {
		if !resting.Has(h.key) {
			n[h.kind]++
		}
		return nil
	})
	g.claims, g.communications = make([]pipeline.Claim, 0, n[KindClaim]), make([]pipeline.Communication, 0, n[KindCommunication])
	g.issued, g.open = make([]pipeline.Action, 0, n[KindAction]), make([]pipeline.Exception, 0, n[KindException])
	return err
}

// records gives the records of a partition one after another. A row is part of block.
func records(block []byte, fn func(head, []byte) error) error {
	for len(block) > 0 {
		if len(block) < headSize {
			return fmt.Errorf("%w: a record of %d bytes", table.ErrBlock, len(block))
		}
		h := headOf(block)
		n, k := binary.Uvarint(block[headSize:])
		if block = block[headSize:]; k <= 0 || n > maxRow || n > uint64(len(block)-k) {
			return fmt.Errorf("%w: length of a row", table.ErrBlock)
		}
		row := block[k : k+int(n)]
		block = block[k+int(n):]
		if err := fn(h, row); err != nil {
			return err
		}
	}
	return nil
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
	case KindDoubtful:
		g.doubts, err = restoreDoubt(g.doubts, row)
	case KindElsewhere:
		g.elsewhere, err = restoreElsewhere(g.elsewhere, row)
	default:
		err = fmt.Errorf("%w: %s", table.ErrBlock, kind)
	}
	return err
}

// one decodes a record, which holds one row and nothing else.
func one[T any](rows []T, t *table.Table[T], record []byte) ([]T, error) {
	var none T
	rows = append(rows, none)
	rest, err := t.Next(record, &rows[len(rows)-1])
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%w: %d bytes too many", table.ErrBlock, len(rest))
	}
	return rows, err
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
	byPerson(g, g.claims, claimCode, func(a, b *pipeline.Claim) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Number, b.Number), tables.Claims.Compare(a, b))
	})
	byPerson(g, g.communications, communicationCode, func(a, b *pipeline.Communication) int {
		return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Part, b.Part), strings.Compare(a.PreviousCode, b.PreviousCode), strings.Compare(a.Code, b.Code),
			cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
	byPerson(g, g.submissions, submissionCode, func(a, b *pipeline.Submission) int {
		return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
	byPerson(g, g.notices, noticeCode, func(a, b *pipeline.Notice) int {
		return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
	g.sortFeeds()
	byPerson(g, g.issued, actionCode, func(a, b *pipeline.Action) int {
		return cmp.Or(cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.From, b.From),
			cmp.Compare(a.Type, b.Type), cmp.Compare(a.Group, b.Group), cmp.Compare(a.ID, b.ID))
	})
	byPerson(g, g.open, exceptionCode, func(a, b *pipeline.Exception) int {
		return cmp.Or(cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
	})
	byPerson(g, g.doubts, doubtCode, func(a, b *doubt) int {
		return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Acquired, b.Acquired),
			compareSource(&a.Source, &b.Source), cmp.Compare(a.claimant, b.claimant))
	})
	byPerson(g, g.elsewhere, elsewhereCode, func(a, b *elsewhere) int {
		return cmp.Or(cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.Code, b.Code), cmp.Compare(a.holder, b.holder))
	})
}

// byPerson orders rows by person, those of one person as within says. Most persons have one row or two.
func byPerson[T any](g *gathered, rows []T, code func(*T) pipeline.CodiceFiscale, within func(a, b *T) int) {
	table.Sort(rows, func(a, b *T) int {
		if c := cmp.Compare(g.person(code(a)), g.person(code(b))); c != 0 {
			return c
		}
		return within(a, b)
	})
}

func compareSource(a, b *pipeline.Source) int {
	return cmp.Or(strings.Compare(string(a.Flow), string(b.Flow)), strings.Compare(a.File, b.File),
		cmp.Compare(a.Index, b.Index), cmp.Compare(a.Offset, b.Offset))
}

// next cuts the first person off; false at the end.
func (g *gathered) next(night pipeline.Date, p *Person) bool {
	code, ok := g.first()
	if !ok {
		return false
	}
	*p = Person{Dossier: pipeline.Dossier{Person: code}}
	p.Claims = cut(g, &g.claims, code, claimCode)
	p.takeCommunications(cut(g, &g.communications, code, communicationCode), night)
	p.takeSubmissions(cut(g, &g.submissions, code, submissionCode), night)
	p.takeNotices(cut(g, &g.notices, code, noticeCode), night)
	p.takeQuestions(cut(g, &g.questions, code, questionCode), night)
	p.takeVouchers(cut(g, &g.vouchers, code, voucherCode), night)
	p.Issued = cut(g, &g.issued, code, actionCode)
	p.Open = cut(g, &g.open, code, exceptionCode)
	p.takeDoubts(cut(g, &g.doubts, code, doubtCode), night)
	p.takeElsewhere(g, cut(g, &g.elsewhere, code, elsewhereCode))
	return true
}

// first gives the least person of what is left.
func (g *gathered) first() (pipeline.CodiceFiscale, bool) {
	var l least
	lookAt(g, g.claims, &l, claimCode)
	lookAt(g, g.communications, &l, communicationCode)
	lookAt(g, g.submissions, &l, submissionCode)
	lookAt(g, g.notices, &l, noticeCode)
	lookAt(g, g.questions, &l, questionCode)
	lookAt(g, g.vouchers, &l, voucherCode)
	lookAt(g, g.issued, &l, actionCode)
	lookAt(g, g.open, &l, exceptionCode)
	lookAt(g, g.doubts, &l, doubtCode)
	lookAt(g, g.elsewhere, &l, elsewhereCode)
	return l.person, l.found
}

// least is the least person seen so far.
type least struct {
	person pipeline.CodiceFiscale
	found  bool
}

func lookAt[T any](g *gathered, rows []T, l *least, code func(*T) pipeline.CodiceFiscale) {
	if len(rows) == 0 {
		return
	}
	if p := g.person(code(&rows[0])); !l.found || p < l.person {
		l.person, l.found = p, true
	}
}

// cut takes the rows of a person at the front. The capacity is cut as well: what a decision appends stays its own.
func cut[T any](g *gathered, rows *[]T, person pipeline.CodiceFiscale, code func(*T) pipeline.CodiceFiscale) []T {
	n := 0
	for n < len(*rows) && g.person(code(&(*rows)[n])) == person {
		n++
	}
	head := (*rows)[:n:n]
	*rows = (*rows)[n:]
	return head
}

func (p *Person) takeCommunications(rows []pipeline.Communication, night pipeline.Date) {
	kept := rows[:0]
	for i := range rows {
		c := &rows[i]
		last := len(kept) - 1
		switch {
		case last < 0 || kept[last].ID != c.ID:
		case kept[last].Part == c.Part && kept[last].PreviousCode == c.PreviousCode && kept[last].Code == c.Code:
			if c.Acquired == night && !c.Withdrawn() {
				p.Repeated = append(p.Repeated, Repeat{c.ID, c.Source, FanOut(c)})
			}
			continue
		case c.Withdrawn() || !kept[last].Withdrawn():
		case c.Purpose == pipeline.PurposeCorrection || kept[last].Part == pipeline.PartCited: // whom it names now is the same person
			from := last
			for from > 0 && kept[from-1].ID == c.ID {
				from--
			}
			kept = append(kept[:from], slices.DeleteFunc(kept[from:], func(w pipeline.Communication) bool {
				return w.Part != pipeline.PartCited || w.Code == c.Code // else it stands for a correction of c that is of another
			})...)
		}
		kept = append(kept, *c)
	}
	table.Sort(kept, bySending)
	p.Communications = kept
}

// bySending is the order of declarations.
func bySending(a, b *pipeline.Communication) int {
	return cmp.Or(cmp.Compare(a.SentAt, b.SentAt), strings.Compare(a.Code, b.Code),
		bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Part, b.Part), strings.Compare(a.PreviousCode, b.PreviousCode))
}

// FanOut tells whether a communication is of a document that may name several workers, each of whom is a
// communication of its own.
func FanOut(c *pipeline.Communication) bool { return c.Model == pipeline.ModelVardatori }

func (p *Person) takeSubmissions(rows []pipeline.Submission, night pipeline.Date) {
	kept := rows[:0]
	for i := range rows {
		s := &rows[i]
		if last := len(kept) - 1; last >= 0 && kept[last].ID == s.ID {
			if s.Acquired == night {
				p.Repeated = append(p.Repeated, Repeat{s.ID, s.Source, false})
			}
			continue
		}
		kept = append(kept, *s)
	}
	table.Sort(kept, func(a, b *pipeline.Submission) int {
		return cmp.Or(cmp.Compare(a.SubmittedAt, b.SubmittedAt), strings.Compare(a.Protocol, b.Protocol),
			bytes.Compare(a.ID[:], b.ID[:]))
	})
	p.Submissions = kept
}

func (p *Person) takeNotices(rows []pipeline.Notice, night pipeline.Date) {
	kept := rows[:0]
	for i := range rows {
		n := &rows[i]
		if last := len(kept) - 1; last >= 0 && kept[last].ID == n.ID {
			if n.Acquired == night {
				p.Repeated = append(p.Repeated, Repeat{n.ID, n.Source, false})
			}
			continue
		}
		kept = append(kept, *n)
	}
	table.Sort(kept, func(a, b *pipeline.Notice) int {
		return cmp.Or(cmp.Compare(a.On, b.On), strings.Compare(a.Protocol, b.Protocol), bytes.Compare(a.ID[:], b.ID[:]))
	})
	p.Notices = kept
}
