package rules

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"incrocio/pipeline"
)

// intake checks every submission (R60 to R69), enters the changes of data (R66) and keeps the events that go on.
func (r *run) intake() {
	if len(r.d.Submissions) == 0 {
		return
	}
	subs := make([]*pipeline.Submission, 0, len(r.d.Submissions))
	for i := range r.d.Submissions {
		subs = append(subs, &r.d.Submissions[i])
	}
	slices.SortStableFunc(subs, func(a, b *pipeline.Submission) int {
		return cmp.Or(cmp.Compare(a.SubmittedOn, b.SubmittedOn), cmp.Compare(a.Protocol, b.Protocol), slices.Compare(a.ID[:], b.ID[:]))
	})
	seen := &said{first: map[string]*declared{}, protocols: protocols(subs)}
	for _, s := range subs {
		row := pipeline.SubmissionRow{
			Protocol: s.Protocol, SubmittedAt: s.SubmittedAt, Channel: s.Channel, Form: s.Form, Kind: s.Kind,
			Claim: s.ClaimNumber, TaxCode: s.TaxCode, Office: r.office(),
		}
		if len(s.Events) > 0 {
			row.Event = s.Events[0].Kind
		}
		k := r.claimOf(s)
		if k != nil {
			row.Claim, row.Office = k.c.Number, k.c.Office
		}
		row.List = r.take(s, k, seen)
		if p := seen.protocols[s.Protocol]; p == nil || p.first == s { // one row a protocol
			r.out.Submissions = append(r.out.Submissions, row)
		}
	}
}

// sent gives the dossier without the submissions that were only saved (R67), which may have the protocol of one that was sent.
func sent(d *pipeline.Dossier) *pipeline.Dossier {
	draft := func(s pipeline.Submission) bool { return s.Draft }
	if !slices.ContainsFunc(d.Submissions, draft) {
		return d
	}
	out := *d
	out.Submissions = slices.DeleteFunc(slices.Clone(d.Submissions), draft)
	return &out
}

// take passes one submission through the checks and says where it must wait; "" where its list follows from what comes of it.
func (r *run) take(s *pipeline.Submission, k *claimCase, seen *said) string {
	refs := []string{s.Protocol}
	t := &trail{ref: s.Protocol, steps: r.room.take(usualSteps)}
	if s.Form == pipeline.FormDS56bis {
		r.raise(k, note{
			code: ExcLegacyForm, rule: "R65", refs: refs, trails: []*trail{t},
			lead:     "La comunicazione è archiviata e non ha effetti",
			text:     "è sul modello DS56bis, che non è più in uso per questo.",
			proposed: "Prendere atto.",
		})
		return ""
	}
	if k == nil {
		return r.withoutClaim(s, t, seen)
	}
	t.no("R60", "la domanda è in archivio")
	if !r.night.Reached(s.SubmittedOn) && !k.knows(refs) {
		k.due(s.SubmittedOn, pipeline.AgendaTerm, "R68", "Comunicazione con una data di presentazione che deve ancora venire: attende quel giorno.")
		return pipeline.ListReceived
	}
	if r.blocked(s, k, t, seen) {
		r.alsoBlocked(s, k, t, seen)
		return ""
	}
	if k.c.State == pipeline.StateUnderReview && !k.knows(refs) {
		k.due(k.night.OrLater(max(s.SubmittedOn, k.c.Start)), pipeline.AgendaTerm, "R20", "Comunicazione da valutare quando la domanda in esame sarà decisa.")
		return pipeline.ListReceived
	}
	key := payload(s)
	if k.repeated(s, t, seen, key) {
		return ""
	}
	if s.Kind == pipeline.KindChange {
		seen.change(k.c.Number, s.ClaimNumber, key)
		return k.changes(s, t)
	}
	if len(s.Events) == 0 {
		return pipeline.ListPending // nothing the procedure can work
	}
	ev := &declared{Event: s.Events[0], sub: s, k: k, refs: refs, trail: *t}
	if ev.Income.OK {
		ev.incomeBy = s
	}
	seen.event(ev, key)
	if ev.Kind == pipeline.EventSelfEmployed {
		r.selfEmployed = append(r.selfEmployed, ev)
		return ""
	}
	r.sameEvent(ev)
	return ""
}

// repeated raises that a submission says what one before it said (R69), and tells whether it does.
func (k *claimCase) repeated(s *pipeline.Submission, t *trail, seen *said, key string) bool {
	refs := []string{s.Protocol}
	first, ok := seen.first[key]
	if !ok || k.knows(refs) {
		t.no("R69", "non ripete una comunicazione precedente")
		return false
	}
	if first != nil {
		first.refs = append(first.refs, s.Protocol)
	}
	k.raise(note{
		code: ExcDuplicate, rule: "R69", refs: refs, trails: []*trail{t},
		lead:     "Vale la prima comunicazione",
		text:     "la stessa comunicazione era già stata presentata.",
		proposed: "Prendere atto.",
	})
	return true
}

// claimOf finds the claim a submission names; without a number, the person's only claim.
func (r *run) claimOf(s *pipeline.Submission) *claimCase {
	for _, k := range r.cases {
		if k.c.Number == s.ClaimNumber {
			return k
		}
	}
	if s.ClaimNumber == "" && len(r.cases) == 1 {
		return r.cases[0]
	}
	return nil
}

// withoutClaim raises what fits a submission that names no claim of the person (R60, R61). A claim that is only absent
// from tonight's snapshot is not decided tonight.
func (r *run) withoutClaim(s *pipeline.Submission, t *trail, seen *said) string {
	for i := range r.d.Issued {
		if r.d.Issued[i].Claim == s.ClaimNumber {
			return pipeline.ListReceived
		}
	}
	for i := range r.d.Open {
		if e := &r.d.Open[i]; e.Claim == s.ClaimNumber && e.Claim != "" {
			return pipeline.ListReceived
		}
	}
	n := note{
		code: ExcNoClaim, rule: "R60", refs: []string{s.Protocol}, trails: []*trail{t},
		text:     "la comunicazione del " + s.SubmittedOn.Italian() + " non trova alcuna domanda in archivio.",
		proposed: "Verificare con il beneficiario a quale domanda si riferisce.",
	}
	if len(r.cases) > 0 {
		which := "cita una domanda che non è fra quelle della persona."
		if s.ClaimNumber == "" {
			which = "non dice quale delle domande della persona riguarda."
		}
		n.code, n.rule, n.text = ExcNonLatestClaim, "R61", "la comunicazione del "+s.SubmittedOn.Italian()+" "+which
	}
	r.raise(nil, n)
	r.blocked(s, nil, t, seen)
	return ""
}

// blocked applies the checks on form, channel, PIN and mandate (R62 to R65) and raises every one that fails, on the claim
// or, where there is none, on the person.
func (r *run) blocked(s *pipeline.Submission, k *claimCase, t *trail, seen *said) bool {
	var fails []note
	known := k != nil && k.knows([]string{s.Protocol})
	for _, n := range []note{multiple(s, t, seen.protocols[s.Protocol].disputed(s, known)), r.pinHeld(s, t), r.unmandated(s, t), r.wrongChannel(s, t)} {
		if n.code != "" {
			n.refs, n.trails = []string{s.Protocol}, []*trail{t}
			fails = append(fails, n)
		}
	}
	for _, n := range fails {
		r.raise(k, n)
	}
	return len(fails) > 0
}

// alsoBlocked tells what else stands against a submission that the checks hold back: it repeats another (R69), or its
// claim cannot be the one (R61), which is seen when all facts are placed.
func (r *run) alsoBlocked(s *pipeline.Submission, k *claimCase, t *trail, seen *said) {
	refs := []string{s.Protocol}
	if _, ok := seen.first[payload(s)]; ok && !k.knows(refs) {
		k.raise(note{
			code: ExcDuplicate, rule: "R69", refs: refs, trails: []*trail{t},
			lead:     "Vale la prima comunicazione",
			text:     "la stessa comunicazione era già stata presentata.",
			proposed: "Prendere atto.",
		})
	}
	if s.Kind == pipeline.KindEvent && len(s.Events) > 0 && k.c.State != pipeline.StateUnderReview {
		r.heldBack = append(r.heldBack, &declared{Event: s.Events[0], sub: s, k: k, refs: refs, trail: *t})
	}
}

// multiple is a submission with more than one event, or with events and changes (R62), also where that is told in several documents
// with one protocol; no note where it has one.
func multiple(s *pipeline.Submission, t *trail, disputed bool) (n note) {
	if disputed {
		t.yes("R62", "più comunicazioni con lo stesso protocollo, che non dicono lo stesso")
		return note{
			code: ExcMultipleEvents, rule: "R62",
			text:     "sotto il protocollo della comunicazione del " + s.SubmittedOn.Italian() + " ne è arrivata un'altra, che non dice lo stesso.",
			proposed: "Accertare quale delle comunicazioni vale e acquisire i suoi eventi.",
		}
	}
	events, changes := len(s.Events), s.Changes != nil
	mixed := changes && (events > 0 || s.Kind == pipeline.KindEvent) || events > 0 && s.Kind == pipeline.KindChange
	if events <= 1 && !mixed {
		t.no("R62", "un solo evento, o sole variazioni")
		return n
	}
	t.yes("R62", "%n eventi, o eventi e variazioni insieme").count(len(s.Events))
	return note{
		code: ExcMultipleEvents, rule: "R62",
		text:     "la comunicazione del " + s.SubmittedOn.Italian() + " contiene più eventi, o eventi e variazioni insieme.",
		proposed: "Acquisire un evento per volta.",
	}
}

// pinHeld is a submission that waits for a dispositive PIN (R63): basic on the channels that use a PIN, unknown on the
// web only.
func (r *run) pinHeld(s *pipeline.Submission, t *trail) (n note) {
	held := s.Channel == pipeline.ChannelWeb && s.PIN != pipeline.PINDispositive ||
		s.Channel == pipeline.ChannelContactCenter && s.PIN == pipeline.PINBasic
	switch {
	case !held:
		t.no("R63", "PIN dispositivo, o non richiesto dal canale")
		return n
	case r.fullPIN():
		t.no("R63", "il PIN è diventato dispositivo")
		return n
	}
	t.yes("R63", "PIN non dispositivo, elaborazione del %a").dates(r.night.Value(), 0)
	return note{
		code: ExcPINHold, rule: "R63",
		lead:     "La comunicazione è protocollata e attende",
		text:     "il PIN con cui è stata inviata il " + s.SubmittedOn.Italian() + " non è dispositivo.",
		proposed: "Attendere che il PIN diventi dispositivo.",
	}
}

// fullPIN tells whether the person's PIN has become one that is enough; every submission that was sent with less asks.
func (r *run) fullPIN() bool {
	if !r.pinAsked {
		r.pinAsked = true
		for i := range r.d.Notices {
			if n := &r.d.Notices[i]; n.Kind == pipeline.NoticePIN && r.night.Reached(n.On) {
				r.pinFull = true
				break
			}
		}
	}
	return r.pinFull
}

// unmandated is a submission of a patronato that had no registered mandate when it sent it (R64).
func (r *run) unmandated(s *pipeline.Submission, t *trail) (n note) {
	if s.Channel != pipeline.ChannelPatronato {
		t.no("R64", "presentata senza patronato")
		return n
	}
	on := s.MandateOn // the earliest mandate known
	for i := range r.d.Notices {
		m := &r.d.Notices[i]
		if m.Kind == pipeline.NoticeMandate && (m.Patronato == "" || m.Patronato == s.Patronato) && (on == 0 || m.On < on) {
			on = m.On
		}
	}
	if on != 0 && on <= s.SubmittedOn {
		t.no("R64", "delega del %a, presentazione del %b").days("delega al patronato", on, s.SubmittedOn)
		return n
	}
	n = note{
		code: ExcMissingMandate, rule: "R64",
		text:     "per la comunicazione del " + s.SubmittedOn.Italian() + " manca la delega al patronato.",
		proposed: "Acquisire la delega.",
	}
	if on == 0 {
		t.yes("R64", "nessuna delega registrata")
		return n
	}
	t.yes("R64", "delega del %a, successiva alla presentazione del %b").days("delega al patronato", on, s.SubmittedOn)
	n.text = fmt.Sprintf("la delega al patronato è stata registrata il %s, dopo la presentazione del %s.", on.Italian(), s.SubmittedOn.Italian())
	n.margin = marginOf("delega al patronato", on-s.SubmittedOn)
	return n
}

// wrongChannel is a submission by a channel that was not open on its day (R65).
func (r *run) wrongChannel(s *pipeline.Submission, t *trail) (n note) {
	channel := paramTelematic
	if s.Channel == pipeline.ChannelPaper {
		channel = paramPaper
	}
	limit, from := r.p.Parameters.border(channel, s.SubmittedOn)
	if r.p.Parameters.in(channel, s.SubmittedOn) {
		t.no("R65", "canale ammesso il %a").dates(s.SubmittedOn, 0)
		return n
	}
	n = note{
		code: ExcChannelNotAllowed, rule: "R65",
		text:     fmt.Sprintf("%s non era ammesso il %s.", channelWords[s.Channel], s.SubmittedOn.Italian()),
		proposed: "Verificare data e canale della comunicazione.",
	}
	switch {
	case limit == 0:
		t.yes("R65", "canale non ammesso il %a").dates(s.SubmittedOn, 0)
	case from:
		t.yes("R65", "presentata il %a, canale ammesso dal %b").days(factNotice, s.SubmittedOn, limit)
		n.margin = marginOf(factNotice, limit-s.SubmittedOn)
	default:
		t.yes("R65", "presentata il %a, canale ammesso fino al %b").days(factNotice, s.SubmittedOn, limit)
		n.margin = marginOf(factNotice, s.SubmittedOn-limit)
	}
	return n
}

// said is what submissions have said so far.
type said struct {
	first   map[string]*declared // the first of each payload; nil for a change of data
	changes map[string][]string  // payloads of changes of data by the claim that they name
	incomes map[retold]string    // payload of the last that told an income anew

	protocols map[string]*shared // those that several submissions have
}

// event enters an event. An income told anew takes the place of what was told so before: a return to that is no duplicate.
func (s *said) event(ev *declared, payload string) {
	if of, anew := ev.toldAnew(); anew {
		if s.incomes == nil {
			s.incomes = map[retold]string{}
		}
		delete(s.first, s.incomes[of])
		s.incomes[of] = payload
	}
	s.first[payload] = ev
}

// retold is what an income is told anew of.
type retold struct {
	k              *claimCase
	told, category string
	year           int32
	start          pipeline.Date
}

// toldAnew tells whether an event tells the income of an activity anew, and of what (R44, R45).
func (ev *declared) toldAnew() (retold, bool) {
	anew := ev.Kind == pipeline.EventSelfEmployed && (ev.Case == pipeline.CaseIncomeChange || ev.Case == pipeline.CaseActualIncome)
	return retold{ev.k, ev.Case, ev.Category, ev.Year, ev.Start}, anew
}

// change takes the place of all changes of data before it that name the claim: a change back to what was is no duplicate.
func (s *said) change(claim, named, payload string) {
	for _, before := range s.changes[claim] {
		delete(s.first, before)
	}
	if s.changes == nil {
		s.changes = map[string][]string{}
	}
	s.changes[claim] = nil
	s.first[payload], s.changes[named] = nil, append(s.changes[named], payload)
}

// payload is what a submission says, apart from when and under which protocol (R69).
func payload(s *pipeline.Submission) string {
	b, err := json.Marshal(struct {
		Claim, Kind string
		Events      []pipeline.Event
		Changes     *pipeline.DataChanges
	}{s.ClaimNumber, s.Kind, s.Events, s.Changes})
	if err != nil {
		panic(err) // plain data always encodes
	}
	return s.Kind + " " + s.ClaimNumber + " " + string(b)
}

// sameEvent compares an event with the earlier ones of its kind on the claim (R69): it may close an open end or move an
// end later; anything else that overlaps or touches is a conflict, and the earlier stands.
func (r *run) sameEvent(ev *declared) {
	p := pipeline.Period{From: ev.Start, To: ev.End}
	for _, old := range r.alike(ev) {
		if old.k != ev.k || old.Kind != ev.Kind || ev.Start == 0 || old.Start == 0 || otherEmployer(old, ev) {
			continue
		}
		was := pipeline.Period{From: old.Start, To: old.End}
		if badPeriod(p) || badPeriod(was) || !was.Touches(p) {
			continue
		}
		if old.completedBy(ev) {
			return
		}
		days, n := contested([]pipeline.Period{{From: was.From, To: lastDay(was)}}, []pipeline.Period{{From: p.From, To: lastDay(p)}})
		ev.k.raise(note{
			code: ExcDatesConflict, rule: "R69", refs: ev.refs, trails: ev.trails(), Period: days, days: n,
			lead:     "Resta valida la prima comunicazione",
			text:     fmt.Sprintf("una comunicazione successiva sullo stesso evento (dal %s%s) contrasta con la precedente (dal %s%s).", ev.Start.Italian(), untilText(ev.End), old.Start.Italian(), untilText(old.End)),
			proposed: "Accertare le date effettive dell'evento.",
		})
		r.settledBy(old, ev)
		return
	}
	r.declared = append(r.declared, ev)
}

// completedBy lets a later account of the same event close its open end, move its end later or add an income, and tells
// whether it does nothing else.
func (ev *declared) completedBy(later *declared) bool {
	switch {
	case later.Start == ev.Start && (later.End == ev.End || later.End == 0):
	case later.Start == ev.Start && ev.End == 0:
		ev.End = later.End
	case later.Start >= ev.Start && ev.End != 0 && later.End > ev.End:
		ev.agreed = cmp.Or(ev.agreed, ev.End)
		ev.longer = append(ev.longer, pipeline.Extension{Before: ev.End, To: later.End, Ref: later.sub.Protocol})
		ev.End = later.End
	default:
		return false
	}
	if later.Income.OK && !ev.Income.OK {
		ev.Income, ev.incomeBy = later.Income, later.sub
	}
	ev.refs = append(ev.refs, later.sub.Protocol)
	return true
}

func badPeriod(p pipeline.Period) bool { return p.To != 0 && p.To < p.From }

// otherEmployer tells two events of work apart by their employers and countries.
func otherEmployer(a, b *declared) bool {
	return a.Employer != b.Employer || a.EmployerCountry != b.EmployerCountry
}

// checkClaim applies R61 to an event: a claim that is closed, or that is not the latest while the event falls in the
// period of another, is for the operator. An event that begins in the benefit chosen belongs there, however long it lasts;
// one of which no day does, but some do in another benefit, does not.
func (r *run) checkClaim(ev *declared) bool {
	last := ev.End
	switch {
	case last == 0 && ev.Kind != pipeline.EventPension: // asked for on a day
		last = pipeline.MaxDate
	case last < ev.Start:
		last = ev.Start
	}
	return r.checkDays(ev, last)
}

// checkDays applies R61 to an event as far as a day.
func (r *run) checkDays(ev *declared, last pipeline.Date) bool {
	k := ev.k
	if k.knows(ev.refs) {
		ev.trail.no("R61", "già fonte di un'azione in essere sulla domanda")
		return true
	}
	if !k.live() && !r.night.Is(ev.sub.Acquired) {
		return false // it came while the claim was open and had no effect, or has been told
	}
	text := r.doubtOn(ev, last)
	if text == "" {
		ev.trail.no("R61", "la domanda scelta è aperta e nessun'altra comprende l'evento")
		return true
	}
	k.raise(note{
		code: ExcNonLatestClaim, rule: "R61", refs: ev.refs, trails: ev.trails(), Period: pipeline.Period{From: ev.Start, To: ev.End},
		text:     text,
		proposed: "Verificare a quale domanda riferire l'evento.",
	})
	return false
}

// doubtOn says why the office has to tell which claim an event is about (R61); "" where it has not.
func (r *run) doubtOn(ev *declared, last pipeline.Date) string {
	k := ev.k
	switch {
	case !k.live():
		return "la domanda scelta è chiusa."
	case r.latest(k) || ev.Start == 0:
	case r.elsewhere(k, ev.Start, ev.Start):
		return "l'evento cade nel periodo di un'altra domanda."
	case !k.holdsSome(ev.Start, last) && r.elsewhere(k, ev.Start, last):
		return "l'evento, fuori dal periodo della domanda scelta, prosegue in quello di un'altra."
	case k.unmatched(ev.refs): // it does not close by itself
		return "la sede non ha ancora detto a quale domanda si riferisce l'evento."
	}
	return ""
}

// unmatched tells whether the office has still to say which claim one of the refs is about (R61, I02).
func (k *claimCase) unmatched(refs []string) bool {
	if k.unmatchedRefs == nil && len(k.d.Open) > 0 {
		k.unmatchedRefs = map[string]bool{}
		for i := range k.d.Open {
			if e := &k.d.Open[i]; e.Code == ExcNonLatestClaim && e.Claim == k.c.Number && e.Standing() && !k.ruled(e) {
				for _, ref := range SplitSources(e.Sources) {
					k.unmatchedRefs[ref] = true
				}
			}
		}
	}
	return slices.ContainsFunc(refs, func(ref string) bool { return k.unmatchedRefs[ref] })
}

// elsewhere tells whether some of the days from first to last lie in the benefit period of another claim.
func (r *run) elsewhere(k *claimCase, first, last pipeline.Date) bool {
	return slices.ContainsFunc(r.cases, func(o *claimCase) bool { return o != k && o.live() && o.holdsSome(first, last) })
}
