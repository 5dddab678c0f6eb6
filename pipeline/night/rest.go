package night

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// A night decides again only those of whom something changed, and those for whom a date falls due; of the others it carries
// what the last night said. Of each key of which something but a claim that only counts is known it keeps the sum of digests of
// all that a decision rests on, that is not a document of the archive and that may change by day: another sum, and its persons are
// decided. Documents of tonight wake by themselves, and so do whole families of codes, whoever doubtful documents may be about, and
// persons who are stopped, who are few. Of whom the last night left nothing is decided.

// Last is the last night as one that lets persons rest needs it. Rows come in the order of their tables.
type Last struct {
	Rests func(ctx context.Context, fn func(*tables.Rest) error) error
	// IssuedOn is InForce of which only id, claim, code and first day are needed. Nil: InForce is read for it.
	IssuedOn    func(ctx context.Context, fn func(*pipeline.Action) error) error
	InForce     func(ctx context.Context, fn func(*pipeline.Action) error) error
	Exceptions  func(ctx context.Context, fn func(*pipeline.Exception) error) error
	Submissions func(ctx context.Context, fn func(*pipeline.SubmissionRow) error) error
	Evidence    func(ctx context.Context, fn func(*pipeline.Evidence) error) error
	Stretches   func(ctx context.Context, fn func(*pipeline.Stretch) error) error
	Agenda      func(ctx context.Context, fn func(*pipeline.AgendaRow) error) error
}

// Weighed is something that [Decide] weighs besides documents, claims and what was issued.
type Weighed struct {
	Code   pipeline.CodiceFiscale // whom it is about
	What   string                 // the same night after night while it says the same
	Always bool                   // the person is decided every night while it is there
}

// restless is who is decided tonight, and what is known for the nights to come of who may rest.
type restless struct {
	mu       sync.Mutex
	block    []byte
	entries  []restEntry   // what the last night left, by key
	known    *match.Filter // of the entries, since nearly all claims have none
	decided  []restEntry   // of other keys: what was decided tonight, as it came
	noted    []noted       // of other keys: what is weighed but claims, as it came
	vouchers map[uint64]map[int]pipeline.Cents
	always   *match.Places
	resting  *match.Places // who is not decided; nil: everybody is
}

// restEntry is what is known of a key.
type restEntry struct {
	key     uint64
	sum     sum // of what is weighed tonight
	was     sum // of what was weighed on the last night
	until   pipeline.Date
	paid    bool // how far claims are paid matters
	decided bool // tonight; what the last night decided is not, while it has to be decided again

	// Open claims by outcome of R71.
	found, notFound, differs uint8
}

// sum adds up digests of what a decision rests on.
type sum struct{ facts, payments uint64 }

func (s *sum) add(more sum) { s.facts, s.payments = s.facts+more.facts, s.payments+more.payments }

func (s *sum) sub(less sum) { s.facts, s.payments = s.facts-less.facts, s.payments-less.payments }

type noted struct {
	key uint64
	sum sum
}

// most is the largest number of claims of an outcome that an entry can hold.
const most = 255

func newRestless() *restless {
	return &restless{vouchers: map[uint64]map[int]pipeline.Cents{}, always: match.NewPlaces(0)}
}

// The kinds of what is digested.
const (
	restClaim     = 'D'
	restException = 'E'
	restElsewhere = 'F'
	restDoubt     = 'I'
	restWeighed   = 'P'
)

func digest64(b []byte) uint64 {
	sum := sha256.Sum256(b)
	return binary.LittleEndian.Uint64(sum[:])
}

// weigh digests a claim. How far it is paid, which changes for nearly all and seldom matters, is kept apart from what it says. It
// gives block, made longer, back.
func weigh(c *pipeline.Claim, block []byte) (sum, []byte) {
	block = tables.ClaimFacts.Append(append(block[:0], restClaim), c)
	facts := digest64(block)
	return sum{facts, facts * (2*uint64(uint32(c.PaidThrough)) + 1)}, block
}

// entry gives what the last night left of a key; nil for nothing.
func (r *restless) entry(key uint64) *restEntry {
	at, found := slices.BinarySearchFunc(r.entries, key, func(e restEntry, key uint64) int { return cmp.Compare(e.key, key) })
	if !found {
		return nil
	}
	return &r.entries[at]
}

// note takes note of something that is weighed.
func (r *restless) note(key uint64, s sum) {
	if e := r.entry(key); e != nil {
		e.sum.add(s)
		return
	}
	r.noted = append(r.noted, noted{key, s})
}

// claims takes note of claims of persons of whom the last night left something; of others the decision will.
func (r *restless) claims(claims []pipeline.Claim) {
	if len(r.entries) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range claims {
		if c := &claims[i]; r.known.Has(c.TaxCode.Key()) {
			r.noteClaim(c, (*sum).add)
		}
	}
}

// forget takes a claim back.
func (r *restless) forget(c *pipeline.Claim) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.noteClaim(c, (*sum).sub)
}

func (r *restless) noteClaim(c *pipeline.Claim, how func(*sum, sum)) {
	if e := r.entry(c.TaxCode.Key()); e != nil {
		var s sum
		s, r.block = weigh(c, r.block)
		how(&e.sum, s)
	}
}

// doubt takes note of a doubtful communication that reaches a person. Whom it points at is decided whatever the sum: who writes
// documents could have some whose digests add up to nothing.
func (r *restless) doubt(key uint64, c *pipeline.Communication, claimants int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.block = append(append(r.block[:0], restDoubt, byte(min(claimants, most))), c.ID[:]...)
	r.note(key, sum{facts: digest64(r.block)})
	if claimants > 0 {
		r.always.Add(key)
	}
}

// weighed takes note of what else is weighed.
func (r *restless) weighed(w Weighed) { r.weigh(restWeighed, w) }

func (r *restless) weigh(kind byte, w Weighed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := w.Code.Key()
	r.block = append(append(r.block[:0], kind), w.What...)
	r.note(key, sum{facts: digest64(r.block)})
	if w.Always {
		r.always.Add(key)
	}
}

// settle finds who rests tonight: whoever is as the last night left them, and is not decided in any case. It gives the keys of
// those of whom the last night left something and who do not.
func (r *restless) settle(night pipeline.Date) (awake []uint64) {
	r.resting = match.NewPlaces(len(r.entries))
	for i := range r.entries {
		e := &r.entries[i]
		if e.sum.facts == e.was.facts && (!e.paid || e.sum.payments == e.was.payments) && night <= e.until && !r.always.Has(e.key) {
			r.resting.Add(e.key)
		} else {
			awake = append(awake, e.key)
		}
	}
	return awake
}

// Rest is what a decision leaves of one person for the nights after.
type Rest struct {
	Key                      uint64
	Until                    pipeline.Date
	Paid                     bool
	Found, NotFound, Differs int
	Vouchers                 map[int]pipeline.Cents

	claims sum
}

// restOf gives what a decision leaves. It gives block, made longer, back.
func restOf(d *pipeline.Dossier, res *ledger.Result, block []byte) (Rest, []byte) {
	left := Rest{
		Key: d.Person.Key(), Until: res.Until, Paid: res.Paid, Vouchers: res.VoucherNet,
		Found: res.Terminations[pipeline.TerminationFound], NotFound: res.Terminations[pipeline.TerminationNotFound],
		Differs: res.Terminations[pipeline.TerminationDiffers],
	}
	for i := range d.Claims {
		var s sum
		s, block = weigh(&d.Claims[i], block)
		left.claims.add(s)
	}
	return left, block
}

// begin forgets what was decided tonight: everybody who does not rest is decided once more.
func (r *restless) begin() {
	r.decided = r.decided[:0]
	for i := range r.entries {
		if e := &r.entries[i]; !r.resting.Has(e.key) {
			*e = restEntry{key: e.key, sum: e.sum, was: e.was}
		}
	}
	maps.DeleteFunc(r.vouchers, func(key uint64, _ map[int]pipeline.Cents) bool { return !r.resting.Has(key) })
}

// take takes what decisions leave.
func (r *restless) take(rests []Rest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range rests {
		d := &rests[i]
		if e := r.entry(d.Key); e != nil { // of which claims are noted
			e.merge(left(d))
		} else {
			e := left(d)
			e.sum = d.claims
			r.decided = append(r.decided, e)
		}
		for year, cents := range d.Vouchers {
			if r.vouchers[d.Key] == nil {
				r.vouchers[d.Key] = map[int]pipeline.Cents{}
			}
			r.vouchers[d.Key][year] += cents
		}
	}
}

// left is what the decision on one person leaves.
func left(d *Rest) restEntry {
	e := restEntry{
		key: d.Key, until: max(0, d.Until), paid: d.Paid, decided: true,
		found: uint8(min(d.Found, most)), notFound: uint8(min(d.NotFound, most)), differs: uint8(min(d.Differs, most)),
	}
	if max(d.Found, d.NotFound, d.Differs) > most {
		e.until = 0 // more than it can hold: decided every night, and never counted from here
	}
	return e
}

// merge adds what the decision on another person of the key leaves. Persons of one key wake together.
func (e *restEntry) merge(o restEntry) {
	if !e.decided {
		o.key, o.was = e.key, e.was
		o.sum.add(e.sum)
		*e = o
		return
	}
	e.sum.add(o.sum)
	e.paid = e.paid || o.paid
	e.until = min(e.until, o.until)
	for _, n := range [...]struct {
		to   *uint8
		more uint8
	}{{&e.found, o.found}, {&e.notFound, o.notFound}, {&e.differs, o.differs}} {
		if int(*n.to)+int(n.more) > most {
			e.until = 0
		}
		*n.to = uint8(min(int(*n.to)+int(n.more), most))
	}
}

// count adds to the balance what no row tells of those who rest.
func (r *restless) count(c Counts) {
	var found, notFound, differs int64
	for i := range r.entries {
		if e := &r.entries[i]; r.resting.Has(e.key) {
			found, notFound, differs = found+int64(e.found), notFound+int64(e.notFound), differs+int64(e.differs)
		}
	}
	for outcome, n := range map[string]int64{
		pipeline.TerminationFound: found, pipeline.TerminationNotFound: notFound, pipeline.TerminationDiffers: differs,
	} {
		if n > 0 {
			c.Add(Total, terminationItem(outcome), n)
		}
	}
	for key, net := range r.vouchers {
		if !r.resting.Has(key) {
			continue
		}
		for year, cents := range net {
			c.Add(Total, voucherItem(year), int64(cents))
		}
	}
}

// glance takes note of the exceptions that are known, and gives the places of whom they are about. What is in force nobody changes but
// the nights.
func (n *night) glance(ctx context.Context, codes *match.Aliases) (persons []uint64, err error) {
	if n.ports.Standing == nil {
		return nil, nil
	}
	err = n.ports.Standing(ctx, func(w Weighed) error {
		n.rest.weigh(restException, w)
		persons = append(persons, codes.Place(w.Code))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("glance at exceptions: %w", err)
	}
	return persons, nil
}

// whoRests finds who is not decided tonight, and gives the persons who are looked at: of those that anchors speak of, whoever does
// not rest, and whoever the last night knew and who does not. Of workers who are nothing else, as most of tonight's are, nothing is
// decided: what earlier documents say of them is read only where it may be what tonight's say.
func (n *night) whoRests(ctx context.Context, in *intake, who *identities, spoken *anchored) ([]uint64, error) {
	r := n.rest
	if n.ports.Weighed != nil {
		n.ports.Weighed(r.weighed)
	}
	reaches := func(c *pipeline.Communication) error {
		claimants := who.of(c)
		for _, code := range claimants {
			r.doubt(code.Key(), c, len(claimants))
		}
		if len(claimants) == 0 {
			r.doubt(c.Worker.Key(), c, 0)
		}
		return nil
	}
	if err := errors.Join(in.doubtful.Merge(ctx, reaches), who.older.Merge(ctx, reaches)); err != nil {
		return nil, err
	}
	persons := append(spoken.known, spoken.tonight...)
	for _, key := range n.echoes {
		persons = append(persons, who.codes.PlaceOf(key))
	}
	if n.ports.Last == nil {
		return persons, nil
	}
	who.codes.Each(r.always.Add)
	for _, places := range [...][]uint64{spoken.tonight, spoken.workers} {
		for _, place := range places {
			r.always.Add(place)
		}
	}
	for _, key := range r.settle(n.cfg.Date) { // of many codes the newest one's, which is not always where they are placed
		persons = append(persons, who.codes.PlaceOf(key))
	}
	return slices.DeleteFunc(persons, r.resting.Has), nil
}
