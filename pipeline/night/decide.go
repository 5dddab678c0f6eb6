package night

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// Decide is the decision on one person; [ledger.Decide] but in tests of the engine. The dossier is valid during the call only.
type Decide func(*pipeline.Dossier, ledger.Night) ledger.Result

// Partial is what some persons give to the night, until it is handed over. Rows are in no particular order.
type Partial struct {
	Actions     []pipeline.Action
	InForce     []pipeline.Action
	Exceptions  []pipeline.Exception
	Submissions []pipeline.SubmissionRow
	Evidence    []pipeline.Evidence
	Stretches   []pipeline.Stretch
	Agenda      []pipeline.AgendaRow
	Sheets      []tables.ArchivedSheet // for the archive; not published

	// Rests is what the nights after need to know of whoever was decided.
	Rests []Rest
	// Resting counts the claims of those who were not.
	Resting int64

	// Adverse are the actions against persons that become AUTOMATICA tonight, those held included. Two may have the same traits.
	Adverse []gates.Adverse

	Counts Counts
	// FanOut holds the documents that may be of several persons, who may be in several partitions.
	FanOut FanOut

	bytes int // about as many as the rows take
	full  int // bytes from which on it is handed over
}

// NewPartial gives an empty one, which is handed over once its rows take some number of bytes.
func NewPartial(full int) *Partial { return &Partial{Counts: Counts{}, FanOut: FanOut{}, full: full} }

// empty makes a Partial of which everything was taken over ready for more.
func (p *Partial) empty() {
	clear(p.Counts)
	clear(p.FanOut)
	*p = Partial{
		Actions: emptied(p.Actions), InForce: emptied(p.InForce), Exceptions: emptied(p.Exceptions), Submissions: emptied(p.Submissions),
		Evidence: emptied(p.Evidence), Stretches: emptied(p.Stretches), Agenda: emptied(p.Agenda), Sheets: emptied(p.Sheets),
		Rests: emptied(p.Rests), Adverse: emptied(p.Adverse), Counts: p.Counts, FanOut: p.FanOut, full: p.full,
	}
}

// emptied gives room for as many rows, and holds nothing of those that were there.
func emptied[T any](rows []T) []T {
	clear(rows)
	return rows[:0]
}

// Place is where a document was found.
type Place struct {
	Flow  pipeline.Flow
	File  string
	Index int64
}

func placeOf(s *pipeline.Source) Place { return Place{s.Flow, s.File, s.Index} }

// Outcome is what came of a document; the least one over its workers is that of the document.
type Outcome uint8

// The outcomes in the order in which the first that fits is counted.
const (
	OutcomeAction Outcome = iota
	OutcomeException
	OutcomeNoEffect
	OutcomeNoClaim
	OutcomeRepeated
	outcomes
)

// item is the line of the balance an outcome is counted on.
func (o Outcome) item() string {
	return [outcomes]string{ItemActedOn, ItemOnException, ItemNoEffect, ItemNoClaim, ItemRepeated}[o]
}

var effects = map[ledger.Effect]Outcome{
	ledger.EffectAction:    OutcomeAction,
	ledger.EffectException: OutcomeException,
	ledger.EffectNone:      OutcomeNoEffect,
	ledger.EffectNoClaim:   OutcomeNoClaim,
}

// ReducePartition decides the persons of one partition from its blocks, but those whom quiet leaves out: its Aside, Partition and
// Resting are the caller's. What they give is added to into, which handOver gets, and empties, whenever that is much. It is pure but
// for reading.
func ReducePartition(
	ctx context.Context, blocks io.Reader, n ledger.Night, decide Decide, quiet match.Quiet, into *Partial, handOver func(*Partial) error,
) error {
	p := &reducing{night: n, decide: decide, terminations: map[string]int64{}, out: into, handOver: handOver}
	quiet.Alone, quiet.Rested = p.countAlone, p.countResting
	if err := match.Reduce(ctx, blocks, n.Date, p.person, quiet); err != nil {
		return err
	}
	p.totals()
	return nil
}

// countResting counts claims of persons who rest.
func (r *reducing) countResting(claims int64) {
	r.claims += claims
	r.out.Resting += claims
}

type reducing struct {
	night    ledger.Night
	decide   Decide
	out      *Partial
	handOver func(*Partial) error
	block    []byte

	// What every claim adds to, until it is entered in the counts.
	claims       int64
	terminations map[string]int64 // by outcome of R71
}

// totals enters what was added up.
func (r *reducing) totals() {
	o := r.out
	o.Counts.document(string(pipeline.FlowDomande), ItemAccepted, r.claims)
	for outcome, n := range r.terminations {
		o.Counts.Add(Total, terminationItem(outcome), n)
	}
}

// person decides one person if there is something to decide: a claim, something issued, or a submission. Whoever has
// none of these only has communications, which are counted.
func (r *reducing) person(p *match.Person) error {
	var res ledger.Result
	d := &p.Dossier
	decided := len(d.Claims)+len(d.Submissions)+len(d.Issued)+len(d.Open) > 0
	if decided {
		var err error
		if res, err = r.safely(d); err != nil {
			return err
		}
		r.rows(&res)
		if err = r.sheets(&res); err != nil {
			return err
		}
		var left Rest
		left, r.block = restOf(d, &res, r.block)
		r.out.Rests = append(r.out.Rests, left)
	}
	r.claims += int64(len(d.Claims))
	r.countFacts(p, &res, decided)
	r.countExceptions(d, &res)
	if r.out.bytes < r.out.full {
		return nil
	}
	return r.handOver(r.out)
}

// safely turns a panic of the rules into an error that names the person by mask: a broken invariant stops the night,
// and the trace of a crash must not be the only thing that tells where.
func (r *reducing) safely(d *pipeline.Dossier) (res ledger.Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("decide %s: %v", d.Person, v)
		}
	}()
	return r.decide(d, r.night), nil
}

// rowBytes is about what a row takes besides its long texts.
const rowBytes = 512

func (r *reducing) rows(res *ledger.Result) {
	o := r.out
	o.Actions = append(o.Actions, res.Actions...)
	o.InForce = append(o.InForce, res.InForce...)
	o.Exceptions = append(o.Exceptions, res.Exceptions...)
	o.Submissions = append(o.Submissions, res.Submissions...)
	o.Evidence = append(o.Evidence, res.Evidence...)
	o.Stretches = append(o.Stretches, res.Stretches...)
	o.Agenda = append(o.Agenda, res.Agenda...)
	o.bytes += rowBytes * res.Rows()
	for i := range res.Exceptions {
		o.bytes += len(res.Exceptions[i].Trace) + len(res.Exceptions[i].Text)
	}
	for i := range res.Actions {
		a := &res.Actions[i]
		o.bytes += len(a.Trace) + len(a.Reason)
		item := "azioni_" + strings.ToLower(a.Type+"_"+a.Operation)
		o.Counts.Add(Total, item, 1)
		o.Counts.Add(officeScope(a.Office), item, 1)
	}
	for i := range res.InForce {
		o.Counts.inForce(&res.InForce[i])
	}
	o.Adverse = append(o.Adverse, res.Adverse...)
	for i := range res.Adverse {
		r.against(&res.Adverse[i])
	}
	for year, net := range res.VoucherNet {
		o.Counts.Add(Total, voucherItem(year), int64(net))
	}
	for outcome, n := range res.Terminations {
		r.terminations[outcome] += int64(n)
	}
}

func voucherItem(year int) string { return fmt.Sprintf("voucher_netto_%d", year) }

// inForce counts an action in force.
func (c Counts) inForce(a *pipeline.Action) {
	c.Add(Total, ItemInForce, 1)
	c.Add(officeScope(a.Office), ItemInForce, 1)
}

// sheets takes what operators are shown.
func (r *reducing) sheets(res *ledger.Result) error {
	for i := range res.Sheets {
		row, err := tables.ArchiveSheet(&res.Sheets[i])
		if err != nil {
			return err
		}
		r.out.Sheets = append(r.out.Sheets, row)
		r.out.bytes += len(row.Content)
	}
	return nil
}

// against counts an action against a person that becomes AUTOMATICA tonight where it is held.
func (r *reducing) against(a *gates.Adverse) {
	if r.night.Hold == nil {
		return
	}
	if _, held := r.night.Hold(*a); held {
		r.out.Counts.Add(Total, ItemHeld, a.Count)
		r.out.Counts.Add(officeScope(a.Office), ItemHeld, a.Count)
	}
}

// codeScope is the scope of an exception code.
func codeScope(code string) string { return codePrefix + code }

// officeScope keeps a sede whose code is a word of the balance apart from it.
func officeScope(office string) string {
	switch pipeline.Flow(office) {
	case Total, pipeline.FlowUnilav, pipeline.FlowAspicom, pipeline.FlowDomestico, pipeline.FlowVoucher,
		pipeline.FlowSegnalazioni, pipeline.FlowOperators, pipeline.FlowDomande, ScopeGates, "":
		return "sede " + cmp.Or(office, "ignota")
	}
	return office
}

// document counts documents for a scope and for the whole night.
func (c Counts) document(scope, item string, n int64) {
	if n == 0 {
		return
	}
	c.Add(scope, item, n)
	c.Add(Total, item, n)
}

func (r *reducing) countFacts(p *match.Person, res *ledger.Result, decided bool) {
	outcome := func(id pipeline.DocID) (Outcome, bool) {
		if !decided {
			return OutcomeNoClaim, true
		}
		e, ok := res.Effects[id]
		return effects[e], ok
	}
	fact := func(id pipeline.DocID, s *pipeline.Source, acquired pipeline.Date, fanOut bool) {
		if acquired != r.night.Date {
			return
		}
		o, known := outcome(id)
		if fanOut || p.Shared[id] {
			r.out.meet(s, o, known)
			return
		}
		r.out.Counts.accepted(s, o, known)
	}
	for i := range p.Communications {
		if c := &p.Communications[i]; !c.Withdrawn() { // the document counts with whom it names
			fact(c.ID, &c.Source, c.Acquired, match.FanOut(c))
		}
	}
	for i := range p.Submissions {
		s := &p.Submissions[i]
		fact(s.ID, &s.Source, s.Acquired, false)
	}
	for i := range p.Notices {
		n := &p.Notices[i]
		fact(n.ID, &n.Source, n.Acquired, false)
	}
	for i := range p.Questions {
		q := &p.Questions[i]
		fact(q.ID, &q.Source, q.Acquired, false)
	}
	for i := range p.Vouchers {
		v := &p.Vouchers[i]
		fact(v.ID, &v.Source, v.Acquired, false)
	}
	for i := range p.Doubtful { // others may have it too
		d := &p.Doubtful[i]
		fact(d.ID, &d.Source, d.Acquired, true)
	}
	for i := range p.Repeated {
		d := &p.Repeated[i]
		if d.FanOut {
			r.out.meet(&d.Source, OutcomeRepeated, true)
			continue
		}
		r.out.Counts.repeated(&d.Source)
	}
}

// meet takes the outcome of one person of a document with several. One that is not known is left out, and the
// balance will not close.
func (p *Partial) meet(s *pipeline.Source, o Outcome, known bool) {
	if !known {
		return
	}
	p.FanOut.merge(placeOf(s), o)
}

// FanOut holds, for documents that may be of several persons, the first outcome that fits.
type FanOut map[Place]Outcome

func (f FanOut) merge(at Place, o Outcome) {
	if old, ok := f[at]; !ok || o < old {
		f[at] = o
	}
}

// Merge adds what another partition says.
func (f FanOut) Merge(other FanOut) {
	for at, o := range other {
		f.merge(at, o)
	}
}

// count adds the documents, each once, to the balance.
func (f FanOut) count(c Counts) {
	for at, o := range f {
		s := &pipeline.Source{Flow: at.Flow, File: at.File, Index: at.Index}
		if o == OutcomeRepeated {
			c.repeated(s)
			continue
		}
		c.accepted(s, o, true)
	}
}

// accepted counts a document that was taken in tonight, and what came of it where that is known.
func (c Counts) accepted(s *pipeline.Source, o Outcome, known bool) {
	c.document(string(s.Flow), ItemAccepted, 1)
	c.Add(Scope(s), ItemAccepted, 1)
	c.document(string(s.Flow), ItemFacts, 1)
	if known {
		c.document(string(s.Flow), o.item(), 1)
	}
}

func (c Counts) repeated(s *pipeline.Source) {
	c.document(string(s.Flow), ItemRepeated, 1)
	c.Add(Scope(s), ItemRepeated, 1)
}

func (r *reducing) countExceptions(d *pipeline.Dossier, res *ledger.Result) {
	c := r.out.Counts
	for i := range d.Open {
		e := &d.Open[i]
		cleared := e.State == pipeline.ExceptionCleared && e.Night == r.night.Previous // by an operator, since
		if !e.Standing() && !cleared {
			continue
		}
		c.yesterday(e)
		if cleared {
			c.Add(Total, ItemClosed, 1)
			c.Add(codeScope(e.Code), ItemClosed, 1)
			c.Add(officeScope(e.Office), ItemClosed, 1)
		}
	}
	for i := range res.Exceptions {
		c.tonight(&res.Exceptions[i])
	}
}

// yesterday counts an exception that was open after the last night.
func (c Counts) yesterday(e *pipeline.Exception) {
	c.Add(Total, ItemYesterday, 1)
	c.Add(codeScope(e.Code), ItemYesterday, 1)
}

// tonight counts a row of eccezioni.
func (c Counts) tonight(e *pipeline.Exception) {
	for _, scope := range [...]string{Total, officeScope(e.Office), codeScope(e.Code)} {
		switch e.State {
		case pipeline.ExceptionNew:
			c.Add(scope, ItemOpened, 1)
		case pipeline.ExceptionReopened:
			c.Add(scope, ItemReopened, 1)
		}
		if e.State == pipeline.ExceptionClosed {
			c.Add(scope, ItemClosed, 1)
		} else {
			c.Add(scope, ItemToday, 1)
		}
	}
}
