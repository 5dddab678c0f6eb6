package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
)

// A code names one communication. A document that comes under the code of another and says something else neither corrects
// it nor is a repeat of it: both are kept, and no rule says which of the two is the communication. They are rivals until
// one is corrected or cancelled by a document that names the code, or an operator gives the days.
//
//   - What was executed before the later one came stays as it was issued, as after a correction (R15).
//   - What is only pending is decided anew. Where all rivals stop the benefit in one manner, or none does, the one sent
//     last counts, and the office is told (R69). Where only some forfeit it, the days of all are suspended in protection and
//     nothing is decided, as where employer and beneficiary differ (R38); where some leave it payable, nothing is stopped (P2).
//
// Rivals with different employers or first days are different jobs, and each is judged so, with the others in view.
//
// A record of domestic work that waits to be defined is no rival: it is not certain, and the same one comes again once it is
// (R31).

// ofDomestic begins the codes of domestic work, which INPS numbers apart.
const ofDomestic = "\x00"

// codeOf is the code that a document alone should bear; "" where it has none that is assigned.
func codeOf(c *pipeline.Communication) string {
	switch {
	case !c.Names(c.Code):
		return ""
	case c.Model == pipeline.ModelDomestico:
		return ofDomestic + c.Code
	}
	return c.Code
}

// saying is all that the rules look at in a document.
type saying struct {
	model                                   pipeline.Model
	event                                   pipeline.EventKind
	eventCode, employer, previous, contract string
	start, end, on, missionEnd              pipeline.Date
	hours                                   string
	pay                                     pipeline.Opt[pipeline.Cents]
	public, agricultural                    bool
	availability                            pipeline.Tri
}

func sayingOf(c *pipeline.Communication) saying {
	return saying{
		model: c.Model, event: c.Event, eventCode: c.EventCode, employer: c.Employer, previous: c.PreviousEmployer, contract: c.Contract,
		start: c.Start, end: c.End, on: c.EventDate, missionEnd: c.MissionEnd, hours: c.Hours, pay: c.YearlyPay,
		public: c.PublicEmployer, agricultural: c.Agricultural, availability: c.Availability,
	}
}

// coded is what came under one code.
type coded struct {
	first, last pipeline.Date             // nights that brought the first and the last document
	docs        []*pipeline.Communication // in force, one of each saying, in order of sending: rivals, where they are several
	tellers     []teller                  // the jobs that they tell of
	fresh       bool                      // one of the rivals came tonight after others
}

// teller is a job that is told under a code.
type teller struct {
	rel   *pipeline.Relationship
	known bool // before tonight, by one of the rivals
}

// readCodes finds out what came under each code, where several documents bear one; those of most persons do not.
func (r *run) readCodes() {
	if !anyCodeTwice(r.d.Communications) {
		return
	}
	r.codes, r.jobs = map[string]*coded{}, map[*pipeline.Relationship]*job{}
	comms := pointers(r.d.Communications)
	for _, c := range comms {
		code := codeOf(c)
		s := r.codes[code]
		if s == nil {
			s = &coded{first: c.Acquired}
			r.codes[code] = s
		}
		s.first, s.last = min(s.first, c.Acquired), max(s.last, c.Acquired)
	}
	delete(r.codes, "")
	of := make(map[*pipeline.Communication]*pipeline.Relationship, len(comms))
	for i := range r.relationships {
		for _, c := range r.relationships[i].Chain {
			of[c] = &r.relationships[i]
		}
	}
	type told struct {
		s   *coded
		rel *pipeline.Relationship
	}
	place := map[told]int{}
	for _, c := range r.sayings(comms) {
		s, tonight := r.codes[codeOf(c)], r.night.Is(c.Acquired)
		s.docs = append(s.docs, c)
		s.fresh = s.fresh || tonight && r.reissues(c)
		at, had := place[told{s, of[c]}]
		if !had {
			at = len(s.tellers)
			place[told{s, of[c]}] = at
			s.tellers = append(s.tellers, teller{rel: of[c]})
		}
		s.tellers[at].known = s.tellers[at].known || !tonight
	}
}

// anyCodeTwice tells whether two documents bear one code.
func anyCodeTwice(comms []pipeline.Communication) bool {
	if len(comms) > few {
		seen := make(map[string]bool, len(comms))
		for i := range comms {
			code := codeOf(&comms[i])
			if seen[code] {
				return true
			}
			seen[code] = code != ""
		}
		return false
	}
	for i := range comms {
		for j := range comms[:i] {
			if comms[i].Code == comms[j].Code && codeOf(&comms[i]) != "" && codeOf(&comms[i]) == codeOf(&comms[j]) {
				return true
			}
		}
	}
	return false
}

// sayings gives, of some documents, those in force that have a code and wait for nothing, of each code one of each saying, in
// order of sending. The parts of one document are no rivals.
func (r *run) sayings(docs []*pipeline.Communication) []*pipeline.Communication {
	type told struct {
		code string
		says saying
	}
	first, had := map[string]pipeline.DocID{}, map[told]bool{}
	var out []*pipeline.Communication
	for _, c := range chain.InForce(docs) {
		x := told{codeOf(c), sayingOf(c)}
		id, known := first[x.code]
		if x.code == "" || c.Pending || had[x] || known && id == c.ID {
			continue
		}
		if had[x] = true; !known {
			first[x.code] = c.ID
		}
		out = append(out, c)
	}
	return out
}

// reissues tells whether a document came under a code that another had come under on an earlier night.
func (r *run) reissues(c *pipeline.Communication) bool {
	s := r.codes[codeOf(c)]
	return s != nil && s.first < c.Acquired
}

// disputed gives the codes of a job that have rivals.
func (r *run) disputed(j *job) []*coded {
	if r.codes == nil || j.rel == nil {
		return nil
	}
	var out []*coded
	had := map[*coded]bool{}
	for _, c := range j.rel.Chain {
		if s := r.codes[codeOf(c)]; s != nil && len(s.docs) > 1 && !had[s] {
			had[s] = true
			out = append(out, s)
		}
	}
	return out
}

// rivalled tells whether a document came tonight under a code of a job that has rivals, and whether one that says something
// new did and they tell of several jobs.
func (r *run) rivalled(j *job) (rival, parted bool) {
	codes := r.disputed(j)
	parted = slices.ContainsFunc(codes, func(s *coded) bool { return s.fresh && len(s.tellers) > 1 })
	rival = parted || len(codes) > 0 && slices.ContainsFunc(j.rel.Chain, func(c *pipeline.Communication) bool {
		return r.night.Is(c.Acquired) && r.reissues(c)
	})
	return rival, parted
}

// since tells whether another document came under the code of one that an operator saw, on the night that took in what the
// operator decided, or later: it is not the one that was seen.
func (u *ruling) since(ref string) bool {
	for _, code := range [...]string{ref, ofDomestic + ref} {
		if s := u.codes[code]; s != nil && u.acquired != 0 && s.first < u.acquired && s.last >= u.acquired {
			return true
		}
	}
	return false
}

// contest weighs a verdict on a job against the rivals of its documents. The job may be as it stood before tonight; rel is
// what it is of now.
func (k *claimCase) contest(j *job, rel *pipeline.Relationship, v verdict) verdict {
	if k.codes == nil || j.rel == nil || j.dates != nil || k.lateConfirmed(j.refs) {
		return v
	}
	own, others := k.rivals(j, rel)
	if v.manner() == payable && len(v.notes) == 0 {
		others = nil // no fact of the claim, and they are told of by themselves
	}
	n := note{code: ExcDatesConflict, rule: "R69", refs: j.refs, trails: j.trails, proposed: "Accertare presso il datore quale documento vale."}
	now, manners := v.effect(), map[manner]bool{v.manner(): true}
	for _, o := range slices.Concat(own, others) {
		manners[o.manner] = true
		n.dispute(now.stopped(), o.effect.stopped())
	}
	if len(own)+len(others) == 0 || len(manners) == 1 && manners[payable] && len(v.notes) == 0 {
		return v // no fact of the claim, whichever counts
	}
	n.text = k.toldTwice(j)
	j.trail.yes("R69", "%s").text(n.text)
	switch {
	case len(manners) > 1 && manners[payable]:
		return verdict{notes: append(exceptBoundary(v.notes), n)}
	case len(manners) > 1:
		n.text += fmt.Sprintf(" Solo per alcuni la durata supera il limite di %s.", k.limitText())
		return verdict{spell: k.waitFor(j, own), notes: append(exceptBoundary(v.notes), n), terms: v.terms}
	}
	n.class, n.lead = pipeline.ClassInfo, "Vale il documento spedito per ultimo"
	if len(others) > 0 {
		n.lead = "Ogni documento vale per il rapporto di cui parla"
	}
	v.notes = append(v.notes, n)
	return v
}

// waitFor suspends in protection the days of a job by any of its own rivals.
func (k *claimCase) waitFor(j *job, own []rival) *spell {
	from, to := j.start, cmp.Or(j.end(), pipeline.MaxDate)
	for _, o := range own {
		if o.start != 0 {
			from, to = min(from, o.start), max(to, o.end)
		}
	}
	if to == pipeline.MaxDate {
		to = 0
	}
	s := k.spellOf(j, pipeline.Period{From: max(from, k.c.Start), To: to}, "R69")
	s.cautious = true
	s.because = func() string { return j.describe() + ", del quale documenti con lo stesso codice dicono cose diverse" }
	return s
}

// manner is how a job bears on the benefit.
type manner int

const (
	payable manner = iota
	suspending
	forfeiting
)

func (v *verdict) manner() manner {
	switch {
	case v.decade != nil && (v.decade.auto || v.decade.rule == "R08"):
		return forfeiting
	case v.spell != nil:
		return suspending
	}
	return payable
}

// dispute adds the days that only one of two lists stops.
func (n *note) dispute(a, b []pipeline.Period) {
	p, days := contested(a, b)
	switch {
	case p.From == 0:
	case n.From == 0:
		n.Period, n.days = p, days
	default:
		n.From, n.days = min(n.From, p.From), 0
		if n.To != 0 && p.To != 0 {
			n.To = max(n.To, p.To)
		} else {
			n.To = 0
		}
	}
}

// rival is a job as it would be if one of several documents under a code counted alone, and what it would do to the claim.
type rival struct {
	start, end pipeline.Date // MaxDate while open
	manner     manner
	effect     effect
}

func (k *claimCase) rivalOf(j *job) rival {
	o := rival{start: j.start, end: cmp.Or(j.end(), pipeline.MaxDate)}
	if j.employs() && !j.unplaced() {
		v := k.assess(j)
		o.manner, o.effect = v.manner(), v.effect()
	}
	return o
}

// rivals gives a job by each of its own documents under one code, and the other jobs that those codes tell of, also where their
// dates contradict each other: whether there is such a job beside this, or none, or instead of it, nobody knows. Of very many
// only the first count; a senseless document of the job itself is no rival.
func (k *claimCase) rivals(j *job, rel *pipeline.Relationship) (own, others []rival) {
	codes := k.disputed(j)
	if codes == nil {
		return nil, nil
	}
	for _, s := range codes[:min(len(codes), few)] {
		for _, t := range s.tellers[:min(len(s.tellers), few)] {
			if t.rel == rel || j.rel != rel && !t.known || len(others) == few {
				continue
			}
			others = append(others, k.otherJob(t.rel))
		}
	}
	docs, under := k.sayings(j.rel.Chain), map[string]int{}
	for _, c := range docs {
		under[codeOf(c)]++
	}
	docs = slices.DeleteFunc(docs, func(c *pipeline.Communication) bool { return under[codeOf(c)] == 1 })
	for _, c := range docs[:min(len(docs), few)] {
		if o := k.asToldBy(j, c); o != nil && !o.rel.BadDates {
			own = append(own, k.rivalOf(o))
		}
	}
	return own, others
}

// asToldBy is a job as it would be if of all documents under one code only what x says had come.
func (k *claimCase) asToldBy(j *job, x *pipeline.Communication) *job {
	code, says := codeOf(x), sayingOf(x)
	var rest []*pipeline.Communication
	for _, c := range j.rel.Chain {
		if codeOf(c) != code || sayingOf(c) == says {
			rest = append(rest, c)
		}
	}
	rels := chain.Build(rest)
	for i := range rels {
		if slices.Contains(rels[i].Chain, x) {
			o := k.jobOf(&rels[i])
			o.ev, o.incomes = j.ev, j.incomes
			return o
		}
	}
	return nil
}

// otherJob weighs another job once, however many have it for a rival, with what is declared of it.
func (k *claimCase) otherJob(rel *pipeline.Relationship) rival {
	o, known := k.others[rel]
	if !known {
		j := k.jobOf(rel)
		if q := k.jobs[rel]; q != nil {
			j.ev, j.incomes = q.ev, q.incomes
		}
		if k.others == nil {
			k.others = map[*pipeline.Relationship]rival{}
		}
		o = k.rivalOf(j)
		k.others[rel] = o
	}
	return o
}

// mostNamed is how many rivals under a code, and how many codes, a sentence names.
const mostNamed = 5

// toldTwice says which documents under the codes of a job are rivals, and what each says.
func (r *run) toldTwice(j *job) string {
	var all []string
	for _, s := range r.disputed(j) {
		var of []string
		for _, c := range s.docs[:min(len(s.docs), mostNamed)] {
			of = append(of, "quello spedito il "+c.SentOn.Italian()+" e acquisito il "+c.Acquired.Italian()+" ("+r.contentOf(c)+")")
		}
		if more := len(s.docs) - len(of); more > 0 {
			of = append(of, fmt.Sprintf("altri %d", more))
		}
		if all = append(all, strings.Join(of, ", ")); len(all) == mostNamed {
			break
		}
	}
	return "più documenti con lo stesso codice di comunicazione dicono cose diverse: " + strings.Join(all, "; e, con un altro codice, ") + "."
}

// contentOf says in a few words what a document says.
func (r *run) contentOf(c *pipeline.Communication) string {
	what := strings.ToLower(string(c.Event)) + with(c.EmployerName)
	if c.Contract != "" {
		what += ", " + workWords(r.p.Contracts.Lookup(c.Contract, c.Start))
	}
	if c.Start != 0 {
		what += ", dal " + c.Start.Italian()
	}
	if c.Event == pipeline.EventHire {
		return what + untilText(c.End)
	}
	if c.EventDate != 0 {
		what += ", data dell'evento " + c.EventDate.Italian()
	}
	return what
}

// workWords names a kind of contract.
func workWords(t pipeline.ContractType) string {
	switch {
	case t.Treatment == pipeline.TreatUnknown:
		return "contratto di tipo non noto"
	case t.Treatment != pipeline.TreatEmployment:
		return "lavoro di tipo " + strings.ToLower(string(t.Treatment))
	case t.Form == pipeline.FormPermanent:
		return "a tempo indeterminato"
	}
	return "a termine"
}

// saidOnce tells whether what parted the documents of a job is raised already, on another of the jobs that they tell of.
func (k *claimCase) saidOnce(refs []string) bool {
	key := joinSources(refs)
	if k.parted == nil {
		k.parted = map[string]bool{}
	}
	said := k.parted[key]
	k.parted[key] = true
	return said
}
