package rules

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
)

// Decision is what should be in force for a person, and what should be open, on one night.
type Decision struct {
	// Actions should be in force. One with an ID is an issued action that stays exactly as it was issued; the others
	// have no ID, operation, cause or night yet.
	Actions []pipeline.Action
	// Exceptions should be open; without ID, state or night.
	Exceptions []pipeline.Exception
	// Submissions are the rows of comunicazioni; List is empty where it follows from actions and exceptions.
	Submissions []pipeline.SubmissionRow
	// Agenda holds what will fall due; Action is "@i" for the i-th of Actions.
	Agenda []pipeline.AgendaRow
	// Terminations are the outcomes of R71, one for every open claim.
	Terminations []Termination
	// Until is the last night, this one included, on which the same is decided of the same dossier, but for margins and
	// traces that count up to the night; MaxDate where nothing ever falls due.
	Until pipeline.Date
	// Paid tells that something was decided on how far a claim is paid: otherwise it is the same however far that is, again
	// but for traces.
	Paid bool

	run           *run
	whyActions    []why // of Actions, by index
	whyExceptions []why // of Exceptions, by index
}

// Termination is the outcome of R71 for a claim, by its number.
type Termination struct{ Claim, Outcome string }

// TerminationOf gives the outcome of R71 for a claim; "" where it has none.
func (d *Decision) TerminationOf(claim string) string {
	for i := range d.Terminations {
		if d.Terminations[i].Claim == claim {
			return d.Terminations[i].Outcome
		}
	}
	return ""
}

// ExplainAction writes into row, which is the i-th of Actions as it is published, its sentence (motivazione) and its
// trace (traccia). One that stays as it was issued keeps those it has.
func (d *Decision) ExplainAction(i int, row *pipeline.Action) {
	w := &d.whyActions[i]
	if w.because == nil {
		return
	}
	k := d.run.caseOf(row.Claim)
	row.Reason = lead(row) + ": " + w.because() + "."
	rulings := d.run.rulingsAmong(row.Sources)
	for _, u := range rulings {
		row.Reason = strings.TrimSuffix(row.Reason, ".") + "; " + u.sentence() + "."
	}
	if k.held != "" && len(rulings) == 0 {
		row.Reason = strings.TrimSuffix(row.Reason, ".") + "; nulla è automatico (" + k.held + ")."
	}
	var room [searches]finding
	row.Trace = w.write(row.Rule, d.run.search(room[:0], row), []value{
		{name: "dal", day: row.From},
		{name: "al", day: row.To},
		{name: "decorrenza", day: k.c.Start},
		{name: "giorni_spettanti", text: strconv.Itoa(int(k.c.DaysGranted))},
		{name: "fonti", text: row.Sources},
		{name: "fermo", text: k.held},
	})
	row.Trace = withRulings(row.Trace, rulings)
}

// ExplainException gives the trace of the i-th of Exceptions.
func (d *Decision) ExplainException(i int) string {
	e := &d.Exceptions[i]
	values := []value{{name: "dal", day: e.From}, {name: "al", day: e.To}, {name: "fonti", text: e.Sources}}
	return d.whyExceptions[i].write(e.Rule, nil, values)
}

// Decide applies the rules to one person. The dossier is not modified. corrected holds, by number of the claim, the
// ids of issued actions that would be corrected by themselves once too often: on these claims nothing is automatic, as under
// a stop.
func Decide(d *pipeline.Dossier, night pipeline.Date, p *Params, corrected map[string][]string) Decision {
	on := pipeline.NewTonight(night)
	d = sent(d)
	r := decide(d, on, p, corrected, nil, nil, nil)
	stand := r.standing()
	if outrun := r.outrun(stand); stand != nil || outrun != nil {
		paid := r.out.Paid
		r.out.Done()
		r = decide(d, on, p, corrected, r, stand, outrun)
		r.out.Paid = r.out.Paid || paid
	}
	r.out.Until = on.Until()
	return r.out
}

// decide makes the decision; after a first one, where that found issued actions that stay as they were issued (standing), and
// others that no longer hold some of their facts on their claims (outrun).
func decide(d *pipeline.Dossier, night *pipeline.Tonight, p *Params, corrected map[string][]string, first *run, stand map[string]bool, outrun map[string]map[string]bool) *run {
	r := &run{d: d, night: night, p: p, first: first, gone: outrun, room: rooms.Get().(*room)}
	r.out.Actions, r.out.whyActions = r.room.actions, r.room.whys
	r.relationships = chain.Build(pointers(d.Communications))
	r.readCodes()
	r.openRulings()
	r.openCases()
	for _, k := range r.cases {
		k.hold(corrected[k.c.Number])
		k.stand(stand)
	}
	r.intake()
	r.groupActivities()
	for _, f := range r.queue() {
		r.place(f)
	}
	for _, ev := range r.heldBack {
		r.checkClaim(ev)
	}
	r.placeUnclaimed()
	r.placeNotices()
	r.placeVouchers()
	r.doubts()
	for _, k := range r.cases {
		k.conclude()
	}
	r.sayNoDates()
	r.sort()
	r.out.run = r
	return r
}

// run is one decision in the making.
type run struct {
	d             *pipeline.Dossier
	night         *pipeline.Tonight
	p             *Params
	room          *room                      // nil once it is given back
	first         *run                       // decision that this one is made after; nil in the first
	gone          map[string]map[string]bool // see outrun; nil where there is none
	relationships []pipeline.Relationship
	cases         []*claimCase    // by decorrenza, then number
	declared      []*declared     // accepted events of submissions
	absent        map[string]bool // sources of what was issued on claims not in the snapshot; nil where there is none
	selfEmployed  []*declared     // accepted events on self-employment, by date
	heldBack      []*declared     // events that the intake holds back
	activities    []*activity
	unclaimed     []*pipeline.Notice          // actual incomes of years that no benefit has days in, before its suspensions are known
	rulings       []*ruling                   // the last on each exception, the last first
	rulingRefs    map[string]*pipeline.Ruling // all of them by ref; nil where there are none
	out           Decision

	codes map[string]*coded               // what came under each code; nil where none is borne twice
	jobs  map[*pipeline.Relationship]*job // of the queue; nil without codes

	submitted  map[string][]int         // places of submissions by protocol; nil until asked for
	events     map[eventKey][]*declared // the first of declared, as many as keyed; nil while they are few
	keyed      int
	pinFull    bool // see fullPIN, once pinAsked is set
	pinAsked   bool
	ids        map[string]bool // of the actions of out, the first of them as many as identified; nil while they are few
	identified int
	index      *index // of the relationships; nil until asked for
	compared   int    // jobs, in search of what was told twice
	looked     int    // at documents, in search of what was declared
}

// claimCase is one claim with what has been decided on it so far.
type claimCase struct {
	*run
	c      *pipeline.Claim
	issued []*pipeline.Action   // in force on the claim; to their sources even a closed one still listens
	moved  []pipeline.Elsewhere // what is in force on it under codes of others

	spells     []spell   // suspensions, by order of placing
	decades    []decade  // forfeitures, automatic and proposed
	reduces    []reduce  // proposed reductions
	resumes    []propose // proposed resumptions
	loads      []propose // activities to be loaded
	activities []*activity
	touching   []string // sources of facts on a claim on which nothing is decided (R26, R50, I01)
	ending     []int    // places among the exceptions of those whose days end with the benefit
	stopping   []stopping
	extended   []extended

	held      string          // why nothing on the claim is automatic; "" where it is not held
	waits     bool            // it is held for a person's word on the night, and for nothing else
	corrected []string        // ids of the issued actions that would be corrected once too often
	stands    map[string]bool // ids of the issued decadences that stay as they are; of a held claim
	barred    pipeline.Date   // first day from which the benefit would be forfeited, were it not held; 0 none

	followed  []string                      // documents on which a ruling decides tonight
	stood     []*pipeline.Action            // that stay as they were issued, since a ruling no longer decides on them
	stoodRefs map[*pipeline.Action][]string // documents of the facts on which they would change

	issuedOn      map[string][]int             // places in issued by source; nil while they are few
	sources       map[*pipeline.Action]*RefSet // of issued actions, as far as behind was asked for them
	updatedOn     map[string]pipeline.Date     // the latest change issued of each group of data; nil until asked for
	undecidedRefs map[string]bool              // see undecidedOn; nil until asked for
	unmatchedRefs map[string]bool              // see unmatched; nil until asked for
	frozen        map[*pipeline.Action]bool    // issued suspensions and decadences that stay as they were
	foundedOn     *pipeline.Relationship       // see founding, once founded is set
	founded       bool
	forfeited     pipeline.Date // day of the earliest automatic one of the first decades, as many as weighed
	weighed       int

	others map[*pipeline.Relationship]rival // see otherJob; nil until asked for
	parted map[string]bool                  // see saidOnce; nil until asked for

	unionTo   pipeline.Date // end of the union of spells so far; MaxDate while one is open
	suspended int           // days of that union
}

// spell is one reason to suspend.
type spell struct {
	pipeline.Period
	cautious bool // protective: nothing is resumed after it
	work     bool // employment, as against sickness and the like
	release  release
	rule     string
	because  func() string
	margin   margin
	refs     []string
	trails   []*trail
	job      *job             // nil for events other than work
	frozen   *pipeline.Action // an issued suspension that stays as it was
	ruled    *ruling          // by which it is no longer, or not again, a matter for the office; nil where none did
}

// decade is one forfeiture.
type decade struct {
	from    pipeline.Date
	auto    bool
	rule    string
	because func() string
	margin  margin
	refs    []string
	trails  []*trail
	frozen  *pipeline.Action
	ruled   *ruling // that made it automatic

	overpaid bool // a proposal that carries the days already paid all the same (R42)
}

// reduce is a proposed reduction (R08).
type reduce struct {
	pipeline.Period
	total   pipeline.Cents
	because func() string
	margin  margin
	refs    []string
	trails  []*trail
	ruled   *ruling // that made it automatic
}

// propose is a proposed resumption (R14, R15), or an activity to be loaded (R40).
type propose struct {
	from     pipeline.Date
	rule     string
	because  func() string
	margin   margin
	refs     []string
	trails   []*trail
	proposed bool             // a load that an operator decides on
	issued   *pipeline.Action // a resumption that stays as it was proposed
	ruled    *ruling          // that made it automatic
}

// extended is an extension whose lateness is judged once all suspensions are known (R13).
type extended struct {
	before, to pipeline.Date
	refs       []string
	trails     []*trail
}

// note is an exception to be raised.
type note struct {
	code, class, rule string
	pipeline.Period
	days     int    // contested or undue days where they are fewer than the period's
	ending   bool   // the period ends with the benefit at the latest
	lead     string // what happens, in plain words, before the text; "" for what is usual of the class
	stops    string // the type of action that the lead tells of as done; "" where it tells of none, or only of a proposal
	text     string
	proposed string
	amount   pipeline.Opt[pipeline.Cents]
	margin   margin
	refs     []string
	trails   []*trail // what was tried on the facts it rests on
	tried    []step   // and on the exception itself; where no step applied the rule, the text is why it did
}

func pointers(cs []pipeline.Communication) []*pipeline.Communication {
	out := make([]*pipeline.Communication, len(cs))
	for i := range cs {
		out[i] = &cs[i]
	}
	return out
}

func (r *run) openCases() {
	for i := range r.d.Claims {
		k := &claimCase{run: r, c: &r.d.Claims[i]}
		for j := range r.d.Issued {
			if a := &r.d.Issued[j]; a.Claim == k.c.Number {
				if k.issued == nil {
					k.issued = make([]*pipeline.Action, 0, len(r.d.Issued)-j)
				}
				k.issued = append(k.issued, a)
			}
		}
		for _, e := range r.d.Elsewhere {
			if e.Claim == k.c.Number {
				k.moved = append(k.moved, e)
			}
		}
		r.cases = append(r.cases, k)
	}
	r.findAbsent()
	slices.SortStableFunc(r.cases, func(a, b *claimCase) int {
		return cmp.Or(cmp.Compare(a.c.Start, b.c.Start), cmp.Compare(a.c.Number, b.c.Number))
	})
}

// findAbsent collects the sources of what was issued on claims that are not in tonight's snapshot: they are not decided
// tonight, on no other claim either.
func (r *run) findAbsent() {
	for i := range r.d.Issued {
		a := &r.d.Issued[i]
		if r.caseOf(a.Claim) != nil {
			continue
		}
		if r.absent == nil {
			r.absent = map[string]bool{}
		}
		for _, ref := range SplitSources(a.Sources) {
			r.absent[ref] = true
		}
	}
}

// caseOf gives the claim of a number; nil where it is not the person's.
func (r *run) caseOf(number string) *claimCase {
	for _, k := range r.cases {
		if k.c.Number == number {
			return k
		}
	}
	return nil
}

// SplitSources takes a list of sources apart (fonti).
func SplitSources(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ";")
}

// Cites tells whether a list of sources names a ref.
func Cites(sources, ref string) bool {
	if sources == "" {
		return false
	}
	for s := range strings.SplitSeq(sources, ";") {
		if s == ref {
			return true
		}
	}
	return false
}

// joinSources writes a list of sources, each once, in order of bytes.
func joinSources(refs []string) string {
	if len(refs) == 1 {
		return refs[0]
	}
	s := slices.Clone(refs)
	slices.Sort(s)
	return strings.Join(slices.Compact(s), ";")
}

// fact is something to be placed on a claim, in order of its first day.
type fact struct {
	at  pipeline.Date
	ref string
	job *job
	ev  *declared
	rel *pipeline.Relationship // orphans and urgent notices
	act *activity
}

// queue lists every fact by first day, then name: the order in which the benefit's days are used up.
func (r *run) queue() []fact {
	var q []fact
	var jobs []*job
	for i := range r.relationships {
		rel := &r.relationships[i]
		switch {
		case r.absent != nil && slices.ContainsFunc(refsOf(rel), func(ref string) bool { return r.absent[ref] }):
		case rel.Urgent && !rel.Cancelled, rel.Orphan == pipeline.OrphanUnplaced:
			q = append(q, fact{at: cmp.Or(rel.Start, rel.OrphanDate), ref: rel.Ref, rel: rel})
		case rel.Urgent:
		default:
			j := r.jobOf(rel)
			jobs = append(jobs, j)
			q = append(q, fact{at: j.firstDay(), ref: rel.Ref, job: j})
			if r.jobs != nil {
				r.jobs[rel] = j
			}
		}
	}
	r.joinDeclared(jobs)
	if len(r.rulings) > 0 {
		r.ruleDates(r.things(q, jobs))
	}
	for _, ev := range r.declared {
		if ev.joined {
			continue
		}
		f := fact{at: ev.Start, ref: ev.sub.Protocol, ev: ev}
		if ev.Kind == pipeline.EventSubordinate && ev.Start != 0 && ev.placeKnown() {
			f.job = r.declaredJob(ev)
			jobs = append(jobs, f.job)
		}
		q = append(q, f)
	}
	for _, a := range r.activities {
		q = append(q, fact{at: a.firstDay(), ref: joinSources(a.refs()), act: a})
	}
	r.joinIncomes(jobs)
	slices.SortStableFunc(q, func(a, b fact) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.ref, b.ref))
	})
	return q
}

// firstDay is the earliest first day that any document of the job ever stated: a correction does not move the job in
// the order, so that what was issued on it before is met where it was.
func (j *job) firstDay() pipeline.Date {
	at := j.start
	if j.rel != nil {
		for _, c := range j.rel.Chain {
			if c.Start != 0 {
				at = min(at, c.Start)
			}
		}
	}
	return at
}

func (r *run) place(f fact) {
	switch {
	case f.act != nil:
		r.placeActivity(f.act)
	case f.job != nil:
		r.placeJob(f.job)
	case f.ev != nil:
		r.placeEvent(f.ev)
	case f.rel.Urgent:
		r.placeUrgent(f.rel)
	default:
		r.placeOrphan(f.rel)
	}
}

// office is the sede that a matter of the person falls to which is of none of their claims: that of the claim with the latest
// decorrenza; "" where they have none.
func (r *run) office() string {
	if n := len(r.cases); n > 0 {
		return r.cases[n-1].c.Office
	}
	return ""
}

// raise opens an exception on a claim; with k nil, on the person.
func (r *run) raise(k *claimCase, n note) {
	t := ExceptionTypes[n.code]
	class := cmp.Or(n.class, t.Class)
	e := pipeline.Exception{
		Code: n.code, Class: class, Title: t.Title, Text: cmp.Or(n.lead, leads[class]) + ": " + Uncapital(n.text), Proposed: n.proposed,
		TaxCode: r.d.Person, Rule: n.rule, Norm: Rules[n.rule].Norm,
		From: n.From, To: n.To, Amount: n.amount, Margin: n.margin.days, Sources: joinSources(r.documents(n.refs)),
		Closable: t.Closable, SecondEyes: t.SecondEyes,
	}
	if days := cmp.Or(n.days, n.Days()); days > 0 && n.From != 0 {
		e.Days = pipeline.Some(int32(days))
	}
	if k != nil {
		e.Claim, e.Protocol, e.Office, e.TaxCode = k.c.Number, k.c.Protocol, k.c.Office, k.c.TaxCode
	} else {
		e.Office = r.office()
	}
	if s := r.submittedAmong(e.Sources); s != nil { // the office finds it by the protocol and type of what was submitted
		e.Protocol, e.Kind = s.Protocol, s.Kind
		if k == nil {
			e.TaxCode = s.TaxCode
		}
	}
	r.out.Exceptions = append(r.out.Exceptions, e)
	r.out.whyExceptions = append(r.out.whyExceptions, n.why())
}

// why is what stands behind the exception.
func (n *note) why() why {
	w := why{trails: n.trails, own: trail{steps: n.tried}, margin: n.margin}
	if !w.applied(n.rule) {
		w.own.yes(n.rule, "%s").text(n.text)
	}
	return w
}

// raise opens an exception on the claim.
func (k *claimCase) raise(n note) {
	if n.ending {
		k.ending = append(k.ending, len(k.out.Exceptions))
	}
	if n.lead == "" && cmp.Or(n.class, ExceptionTypes[n.code].Class) == pipeline.ClassProtect {
		n.lead, n.stops = k.leadProtected()
	}
	if n.stops != "" {
		k.stopping = append(k.stopping, stopping{len(k.out.Exceptions), n.stops, n.text})
	}
	k.run.raise(k, n)
}

// due puts something in the agenda.
func (k *claimCase) due(on pipeline.Date, kind, rule, reason string) {
	k.out.Agenda = append(k.out.Agenda, pipeline.AgendaRow{
		Office: k.c.Office, Date: on, Kind: kind, Claim: k.c.Number, TaxCode: k.c.TaxCode, Rule: rule, Reason: reason,
	})
}

// suspend adds a reason to suspend.
func (k *claimCase) suspend(s spell) {
	k.spells = append(k.spells, s)
	if n := len(k.spells); n > 1 && s.From < k.spells[n-2].From { // one that stays as issued may come out of order
		slices.SortStableFunc(k.spells, func(a, b spell) int { return cmp.Compare(a.From, b.From) })
		k.unionTo, k.suspended = 0, 0
		for _, x := range k.spells {
			k.lengthen(x.Period)
		}
		return
	}
	k.lengthen(s.Period)
}

// lengthen adds a period to the union of suspensions; periods come in order of their first day.
func (k *claimCase) lengthen(p pipeline.Period) {
	if p.Open() {
		k.unionTo = pipeline.MaxDate
		return
	}
	if from := max(p.From, k.unionTo+1); from <= p.To {
		k.suspended += int(p.To-from) + 1
	}
	k.unionTo = max(k.unionTo, p.To)
}

// theoreticalEnd is the last day of benefit as the suspensions placed so far shift it (4.1); MaxDate while one is open.
func (k *claimCase) theoreticalEnd() pipeline.Date {
	if k.unionTo == pipeline.MaxDate {
		return pipeline.MaxDate
	}
	return min(k.c.Start+pipeline.Date(k.c.DaysGranted)-1+pipeline.Date(k.suspended), pipeline.MaxDate)
}

// endWithout is the theoretical end as the suspensions of other rules shift it.
func (k *claimCase) endWithout(rule string) pipeline.Date {
	o := claimCase{run: k.run, c: k.c}
	for i := range k.spells {
		if s := &k.spells[i]; s.rule != rule {
			o.lengthen(s.Period)
		}
	}
	return o.theoreticalEnd()
}

// forfeitedFrom is the day of the earliest automatic decadence so far; 0 where there is none.
func (k *claimCase) forfeitedFrom() pipeline.Date {
	for ; k.weighed < len(k.decades); k.weighed++ {
		if x := &k.decades[k.weighed]; x.auto && (k.forfeited == 0 || x.from < k.forfeited) {
			k.forfeited = x.from
		}
	}
	return k.forfeited
}

// sort puts the decision in an order that depends on nothing but its content.
func (r *run) sort() {
	if len(r.out.Exceptions) < 2 {
		return
	}
	order := make([]int, len(r.out.Exceptions))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := &r.out.Exceptions[i], &r.out.Exceptions[j]
		return cmp.Or(cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.Code, b.Code), cmp.Compare(a.From, b.From), cmp.Compare(a.Sources, b.Sources))
	})
	exceptions, whys := make([]pipeline.Exception, len(order)), make([]why, len(order))
	for at, i := range order {
		exceptions[at], whys[at] = r.out.Exceptions[i], r.out.whyExceptions[i]
	}
	r.out.Exceptions, r.out.whyExceptions = exceptions, whys
}
