package rules

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
)

// What operators decide on exceptions (provvedimenti) decides through the same rules. A ruling holds for the facts that
// its operator saw: for a thing, which is a proposal, a job, an event or an activity, whose documents are all among the
// sources of the exception. Of several on one exception the last holds.
//
//   - CONFERMA makes what the exception asks about automatic. On a late correction or cancellation (R14, R15) what the
//     facts now say takes effect, and the resumption that was proposed is made unless its day is stopped after all. What is
//     proposed on jobs of several employers that together go over the limit (R19) is that the benefit resumes.
//   - RIFIUTO drops what is proposed. The suspension that waited for it is no longer protective where its end is known: the
//     benefit resumes after it. On a late correction or cancellation what was executed stays as it was issued, for good.
//   - DATE gives the job, event or activity of the exception its days. A last day makes a job one of just these days,
//     whatever its contract; without one it is as open as its contract. It was there also where the employer has cancelled it,
//     or said that it is another worker's. Where the exception is about more than one thing, or
//     about none, no days are set, and it comes back and says so.
//
// An exception asks about what its own rule proposes (see asks): to close a notice of overpaid days confirms no decadence.
// One that asks about nothing is only closed.
//
// A ruling is a person's word. Neither a stop nor a wait nor the experimental phase turns it back into a proposal, and it
// counts neither as a correction (corrected too often) nor for the gates.
//
// Once other documents join, the ruling no longer decides. What was issued on it stays exactly as it was issued, as after
// R14 and R15, unless the rules now say the same; the exception comes back, for its facts are others, and where the rules
// raise none, RETTIFICA_TARDIVA does. A later ruling settles it.
//
// The days of a job are the job's: they count on every claim that it touches. CONFERMA and RIFIUTO hold on the claim of the
// exception only.
//
// What an operator ascertained as a fact (FATTO) is an ordinary notice.

// ruling is one of them, as the rules look at it.
type ruling struct {
	*pipeline.Ruling
	ref    string   // as in lists of sources: "OP." and a number
	number int      // of the closing
	about  []string // documents that the operator saw
	used   bool     // of DATE: some thing has its days

	acquired pipeline.Date     // the night that took it in; 0 where that is not known
	codes    map[string]*coded // see since
}

// openRulings reads the rulings of the dossier, the last on each exception, the last first.
func (r *run) openRulings() {
	var latest map[string]*ruling
	for i := range r.d.Notices {
		n := &r.d.Notices[i]
		if n.Kind != pipeline.NoticeRuling || n.Ruling == nil {
			continue
		}
		if r.rulingRefs == nil {
			r.rulingRefs, latest = map[string]*pipeline.Ruling{}, map[string]*ruling{}
		}
		r.rulingRefs[n.Ref()] = n.Ruling
		u := &ruling{Ruling: n.Ruling, ref: n.Ref(), number: numberOf(n.Ref()), about: SplitSources(n.Ruling.Sources), acquired: n.Acquired, codes: r.codes}
		if old := latest[u.Exception]; u.readable() && (old == nil || old.before(u)) {
			latest[u.Exception] = u
		}
	}
	for _, u := range latest {
		r.rulings = append(r.rulings, u)
	}
	slices.SortFunc(r.rulings, func(a, b *ruling) int {
		return cmp.Or(-cmp.Compare(a.number, b.number), cmp.Compare(a.ref, b.ref), cmp.Compare(a.Exception, b.Exception))
	})
}

// numberOf gives the number in the ref of a ruling; 0 where it is none.
func numberOf(ref string) int {
	digits, _ := strings.CutPrefix(ref, pipeline.OperatorRef)
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// before tells whether another ruling came later.
func (u *ruling) before(o *ruling) bool {
	return cmp.Or(cmp.Compare(u.number, o.number), cmp.Compare(u.ref, o.ref)) < 0
}

// readable tells whether it is one that the rules know how to follow.
func (u *ruling) readable() bool {
	switch u.Kind {
	case pipeline.RulingConfirm, pipeline.RulingRefuse:
		return true
	case pipeline.RulingDates:
		return u.From != 0 && (u.To == 0 || u.To >= u.From)
	}
	return false
}

func (u *ruling) confirms() bool { return u != nil && u.Kind == pipeline.RulingConfirm }
func (u *ruling) refuses() bool  { return u != nil && u.Kind == pipeline.RulingRefuse }

// late tells whether it is on facts that came after an action had been executed (R14, R15).
func (u *ruling) late() bool { return lateCode(u.Code) }

// keeps tells whether it lets what was executed stay for good.
func (u *ruling) keeps() bool { return u.refuses() && u.late() }

func lateCode(code string) bool {
	return code == ExcCancelledAfterAction || code == ExcCorrectedAfterAction
}

// saw tells whether the operator saw all documents of a thing; a thing without any is seen by nobody.
func (u *ruling) saw(docs []string) bool {
	for _, ref := range docs {
		if !slices.Contains(u.about, ref) || u.since(ref) {
			return false
		}
	}
	return len(docs) > 0
}

// touches tells whether the operator saw one of the documents.
func (u *ruling) touches(docs []string) bool {
	return slices.ContainsFunc(docs, func(ref string) bool { return slices.Contains(u.about, ref) })
}

// asks gives, by the rule that proposes something, the exceptions that ask whether it is done.
var asks = map[string][]string{
	"R03": {ExcNonLatestClaim}, "R05": {ExcNonLatestClaim}, "R11": {ExcNonLatestClaim}, "R12": {ExcNonLatestClaim},
	"R06": {ExcEarlyEndAfterDecadence},
	"R08": {ExcPossibleCumulo},
	"R14": {ExcCancelledAfterAction}, "R15": {ExcCorrectedAfterAction},
	"R19": {ExcConsecutiveSame},
	"R22": {ExcStartInWaitingPeriod}, "R23": {ExcStartInWaitingPeriod},
	"R37": {ExcMissingEndDate},
	"R41": {ExcOverIncomeLimit},
	"R42": {ExcLateIncomeNotice},
	"R43": {ExcPreexistingActivity},
	"R45": {ExcSettlement},
	"R47": {ExcPre20130628},
	"R57": {ExcPensionRequirement},
	"R58": {ExcStatusLoss},
}

// decisive are the codes on which CONFERMA or RIFIUTO may change something.
var decisive = func() map[string]bool {
	m := map[string]bool{ExcCumulativeOverLimit: true}
	for _, codes := range asks {
		for _, code := range codes {
			m[code] = true
		}
	}
	return m
}()

// Decides tells whether a ruling is one that may change something: on the code of its exception, and of its kind.
func Decides(u *pipeline.Ruling) bool {
	return u.Kind == pipeline.RulingDates || decisive[u.Code] && (u.Kind == pipeline.RulingConfirm || u.Kind == pipeline.RulingRefuse)
}

// documents leaves out of a list of sources the rulings: what operators decided is no document of the fact.
func (r *run) documents(refs []string) []string {
	if r.rulingRefs == nil {
		return refs
	}
	return slices.DeleteFunc(slices.Clone(refs), func(ref string) bool { return r.rulingRefs[ref] != nil })
}

// ruledOn gives the last CONFERMA or RIFIUTO on the claim that fits and holds for a thing; nil where there is none.
func (k *claimCase) ruledOn(refs []string, fits func(*ruling) bool) *ruling {
	if len(k.rulings) == 0 {
		return nil
	}
	docs := k.documents(refs)
	for _, u := range k.rulings {
		if u.Kind != pipeline.RulingDates && u.Claim == k.c.Number && fits(u) && u.saw(docs) {
			return u
		}
	}
	return nil
}

// asked gives the ruling on what a rule proposes, and notes that it is followed.
func (k *claimCase) asked(rule string, refs []string) *ruling {
	u := k.ruledOn(refs, func(u *ruling) bool { return slices.Contains(asks[rule], u.Code) })
	k.follow(u, refs)
	return u
}

// follow notes that a ruling decides on a thing tonight; nil does not.
func (k *claimCase) follow(u *ruling, refs []string) {
	if u != nil {
		k.followed = append(k.followed, k.documents(refs)...)
	}
}

// signed adds a ruling to the sources of what it makes.
func (u *ruling) signed(refs []string) []string { return append(slices.Clone(refs), u.ref) }

// ruled tells whether an operator has decided on just what an exception said.
func (r *run) ruled(e *pipeline.Exception) bool {
	for i := range r.d.Notices {
		u := r.d.Notices[i].Ruling
		if u == nil || u.Exception != e.ID || u.Fingerprint != e.Fingerprint {
			continue
		}
		if u.Kind != pipeline.RulingDates || r.jobsAmong(SplitSources(u.Sources)) <= 1 {
			return true
		}
	}
	return false
}

// jobsAmong counts the jobs that a list of documents tells of whole.
func (r *run) jobsAmong(docs []string) int {
	n := 0
	for i := range r.relationships {
		u := ruling{about: docs}
		if u.saw(refsOf(&r.relationships[i])) {
			n++
		}
	}
	return n
}

// propose enters a decadence that an operator decides on, or has decided on.
func (k *claimCase) propose(d decade) {
	if k.standsFor(pipeline.ActionDecade, "", d.refs) != nil {
		return // as it was issued
	}
	switch u := k.asked(d.rule, d.refs); {
	case u.confirms():
		d.confirm(u)
		k.forfeit(d)
		return
	case u.refuses():
		return
	}
	k.decades = append(k.decades, d)
}

// confirm makes a proposed decadence automatic.
func (d *decade) confirm(u *ruling) {
	d.auto, d.ruled, d.refs = true, u, u.signed(d.refs)
	if n := len(d.trails); n > 0 {
		d.trails[n-1].yes(d.rule, "proposta confermata dall'operatore (%s)").text(u.ref)
	}
}

// judge applies to a verdict on a job what an operator decided on what it proposes, and gives the ruling; nil where
// there is none. Decided either way, the suspension that waited for it is no longer protective, if its end is known.
func (k *claimCase) judge(j *job, v *verdict) *ruling {
	var followed *ruling
	if d := v.decade; d != nil && !d.auto {
		u := k.asked(d.rule, d.refs)
		switch {
		case u.confirms():
			c := *d
			c.confirm(u)
			v.decade = &c
			v.lift(u)
		case u.refuses():
			j.trail.no(d.rule, "proposta respinta dall'operatore (%s)").text(u.ref)
			v.decade = nil
			if v.spell != nil && !v.spell.Open() {
				v.lift(u)
			}
		}
		followed = u
	}
	if c := v.reduce; c != nil {
		u := k.asked("R08", c.refs)
		switch {
		case u.confirms():
			confirmed := *c
			confirmed.ruled, confirmed.refs = u, u.signed(c.refs)
			j.trail.yes("R08", "riduzione confermata dall'operatore (%s)").text(u.ref)
			v.reduce = &confirmed
		case u.refuses():
			j.trail.no("R08", "riduzione respinta dall'operatore (%s)").text(u.ref)
			v.reduce = nil
		}
		followed = cmp.Or(followed, u)
	}
	return cmp.Or(followed, v.ruled)
}

// lift makes the suspension of a verdict an ordinary one, on an operator's word.
func (v *verdict) lift(u *ruling) {
	if v.spell != nil {
		v.spell.cautious, v.spell.ruled, v.spell.refs = false, u, u.signed(v.spell.refs)
	}
}

// lateRuling gives what an operator decided on facts that came after an action on a job had been executed; nil where
// nothing, or where the job has been given other days since.
func (k *claimCase) lateRuling(j *job) *ruling {
	u := k.ruledOn(j.refs, (*ruling).late)
	if u == nil || j.dates != nil && u.before(j.dates) {
		return nil
	}
	k.follow(u, j.refs)
	return u
}

// lateConfirmed tells whether an operator has let what the facts now say take effect on the claim.
func (k *claimCase) lateConfirmed(refs []string) bool {
	return k.ruledOn(refs, (*ruling).late).confirms()
}

// chosen tells whether an operator has confirmed that a job begun in the periods of several claims belongs to this one (I02).
func (k *claimCase) chosen(refs []string) bool {
	return k.ruledOn(refs, func(u *ruling) bool { return u.Code == ExcNonLatestClaim }).confirms()
}

// letGo lets take effect, on the claims that a job does not belong to as the facts now say, that nothing follows from it
// there, where an operator has confirmed it.
func (r *run) letGo(j *job, belongs *claimCase) {
	for _, k := range r.cases {
		if j.rel == nil || k == belongs || k.leftAlone() || !k.lateConfirmed(j.refs) {
			continue
		}
		if u := k.lateRuling(j); u != nil {
			k.letTake(j, verdict{}, u)
		}
	}
}

// letTake lets what the facts now say of a job take effect, and the resumption that was proposed with them be made.
func (k *claimCase) letTake(j *job, v verdict, u *ruling) {
	j.trail.yes(cmp.Or(lateRules[u.Code], "R15"), "l'operatore ha confermato (%s): vale quanto dicono ora i fatti").text(u.ref)
	if v.spell != nil {
		v.spell.refs = u.signed(v.spell.refs)
	}
	if v.decade != nil && v.decade.auto {
		d := *v.decade
		d.ruled, d.refs = u, u.signed(d.refs)
		v.decade = &d
	}
	for _, a := range k.issued {
		if a.Type != pipeline.ActionResume || a.Rule == "R02" || !shares(a.Sources, j.refs) || !u.saw(k.documents(SplitSources(a.Sources))) {
			continue
		}
		k.resumes = append(k.resumes, propose{
			from: a.From, rule: a.Rule, refs: u.signed(k.documents(SplitSources(a.Sources))), trails: j.trails, ruled: u,
			because: func() string {
				return "l'azione eseguita sul " + j.describe() + " è tolta, e si riprende dal primo giorno"
			},
		})
	}
	k.enter(v)
}

var lateRules = map[string]string{ExcCancelledAfterAction: "R14", ExcCorrectedAfterAction: "R15"}

// keepForGood lets what was executed on a job stay as it was issued: an operator has refused what would change it. The
// benefit is resumed after it as after any suspension.
func (k *claimCase) keepForGood(j *job, executed []*pipeline.Action, v *verdict, u *ruling) {
	j.trail.no(cmp.Or(lateRules[u.Code], "R15"), "l'operatore ha respinto la modifica (%s): l'azione eseguita resta com'è").text(u.ref)
	for _, a := range executed {
		k.keep(a)
		for i := range k.spells {
			if s := &k.spells[i]; s.frozen == a {
				s.ruled, s.refs = u, u.signed(s.refs)
				s.release = k.spellOf(j, s.Period, s.rule).release
			}
		}
	}
	for _, n := range uncertainty(v.notes) {
		k.raise(n)
	}
}

// resting gives the issued automatic actions that rest on a ruling about one of the documents.
func (k *claimCase) resting(refs []string) []*pipeline.Action {
	if k.rulingRefs == nil {
		return nil
	}
	var out []*pipeline.Action
	for _, a := range k.issued {
		if a.Mode == pipeline.ModeAuto && shares(a.Sources, refs) && slices.ContainsFunc(SplitSources(a.Sources), func(ref string) bool {
			u := k.rulingRefs[ref]
			return u != nil && shares(u.Sources, refs)
		}) {
			out = append(out, a)
		}
	}
	return out
}

// outgrown tells whether an operator once refused to change what was executed on a job, and other documents have come
// since: then it still stays, and is raised anew.
func (k *claimCase) outgrown(refs []string) bool {
	return slices.ContainsFunc(k.rulings, func(u *ruling) bool {
		return u.keeps() && u.Claim == k.c.Number && u.touches(refs) && !u.saw(k.documents(refs))
	})
}

// overruled tells whether a ruling takes an issued action out of the hands of a stop: it decides on just its documents,
// and the action was not made by it.
func (k *claimCase) overruled(a *pipeline.Action) bool {
	if len(k.rulings) == 0 {
		return false
	}
	docs := k.documents(SplitSources(a.Sources))
	for _, u := range k.rulings {
		if u.Claim != k.c.Number || !u.saw(docs) || u.Kind != pipeline.RulingDates && !decisive[u.Code] {
			continue
		}
		return !u.keeps() && !slices.Contains(SplitSources(a.Sources), u.ref)
	}
	return false
}

// changeRefused tells whether an operator has refused what would change an issued action, all of it.
func (k *claimCase) changeRefused(a *pipeline.Action, blocks []block) bool {
	docs := k.documents(SplitSources(a.Sources))
	u := k.ruledOn(docs, (*ruling).late)
	if !u.refuses() {
		return false
	}
	unseen := slices.ContainsFunc(blocks, func(b block) bool {
		return shares(joinSources(b.refs), docs) && !u.saw(k.documents(b.refs))
	})
	return !unseen && !slices.ContainsFunc(k.out.Actions, func(o pipeline.Action) bool {
		return o.Claim == a.Claim && o.ID == "" && o.Mode == pipeline.ModeProposed && shares(o.Sources, docs)
	})
}

// released gives the ruling that lets an action be made although nothing on the claim is automatic, or refuses it; nil
// where there is none.
func (k *claimCase) released(a *pipeline.Action) *ruling {
	docs := k.documents(SplitSources(a.Sources))
	for _, u := range k.rulings {
		if u.Claim != k.c.Number || !u.saw(docs) {
			continue
		}
		asked := u.late() || slices.Contains(asks[a.Rule], u.Code) ||
			slices.Contains(Rules[a.Rule].Exceptions, u.Code) && ExceptionTypes[u.Code].Class != pipeline.ClassInfo
		if u.Kind == pipeline.RulingDates && u.used || u.Kind != pipeline.RulingDates && asked {
			return u
		}
	}
	return nil
}

// by makes an action automatic on an operator's word; nil changes nothing.
func by(a *pipeline.Action, u *ruling) {
	if u != nil {
		a.Mode = pipeline.ModeAuto
	}
}

// admitted tells whether an action is made: not where an issued one stays in its place, nor where nothing is automatic and
// an operator has refused it. One that an operator has confirmed is automatic all the same.
func (k *claimCase) admitted(a *pipeline.Action) bool {
	if a.Type != pipeline.ActionSuspend && a.Type != pipeline.ActionDecade && k.standsFor(a.Type, a.Group, SplitSources(a.Sources)) != nil {
		return false
	}
	if a.Mode == pipeline.ModeAuto || !k.onlyProposes() || len(k.rulings) == 0 {
		return true
	}
	switch u := k.released(a); {
	case u == nil:
	case u.refuses():
		return false
	default:
		a.Mode, a.Sources = pipeline.ModeAuto, joinSources(u.signed(SplitSources(a.Sources)))
	}
	return true
}
