package match

import (
	"cmp"
	"math/bits"
	"slices"

	"incrocio/pipeline"
)

// Withdrawals finds the documents that correct or cancel one about another worker: whom the cited document was about would never
// hear of it, since facts go by the worker that they name. A rettifica may put the tax code of the worker right; until then a
// stranger was taken for the one who works.
//
// One of such a pair came tonight, since those of before were found then. Withdrawals is shown the documents of tonight
// ([Withdrawals.Tonight], [Withdrawals.Shown]), then all of before, then those of tonight, by their keys alone
// ([Withdrawals.Meet]). It then says which few it needs whole, and on which pages they were met ([Withdrawals.Sift],
// [Withdrawals.Wants], [Withdrawals.On]), takes them, says, for the very few corrections to another worker of what is a correction
// itself, which others it needs ([Withdrawals.Further]), takes those, and gives what is withdrawn ([Withdrawals.All]). It is not
// safe for concurrent use, but for Meets and Wants.
//
// A code that documents about several workers bear names none of them. A document of several workers (VarDatori)
// neither withdraws nor is withdrawn, and one of another employer than it cites does not, either: who cites the code of somebody
// else's document has mistyped it. Workers of one key, whose codes differ by omocodia only, are the doubt of
// [pipeline.DoubtOmocode].
type Withdrawals struct {
	night pipeline.Date
	cited nameSet         // by tonight's documents
	names nameSet         // that they bear or cite
	older map[uint32]bool // of these, those that documents of before cite
	met   []named         // that bear or cite a code
	codes nameSet         // of what is needed whole
	first nameSet         // of these, those that one of tonight bears or cites
	wants nameSet         // of these, those that nobody was asked for yet
	pages map[int]bool    // where that is; nil: anywhere
	taken []pipeline.Communication
	doubt map[pipeline.DocID]bool // of those taken
}

// named is a document that bears or cites a code, by keys.
type named struct {
	code   uint32
	cites  bool
	unsure bool
	page   int32
	by     uint32 // what cites it, or what it cites itself
	worker uint64
}

// NewWithdrawals gives one that has seen nothing.
func NewWithdrawals(night pipeline.Date) *Withdrawals {
	return &Withdrawals{night: night, older: map[uint32]bool{}, pages: map[int]bool{}, doubt: map[pipeline.DocID]bool{}}
}

// Tonight shows a document of tonight by the keys of its code and of the code that it cites.
func (w *Withdrawals) Tonight(name, cites uint32) {
	if name != 0 {
		w.names.keys = append(w.names.keys, name)
	}
	if cites != 0 {
		w.cited.keys, w.names.keys = append(w.cited.keys, cites), append(w.names.keys, cites)
	}
}

// Shown ends what is shown, and tells whether there was any code.
func (w *Withdrawals) Shown() bool {
	w.names.build()
	w.cited.build()
	return len(w.names.keys) > 0
}

// Meets tells whether a document of before is to be met: it bears or cites a code that one of tonight cites or bears. It is safe for
// concurrent use.
func (w *Withdrawals) Meets(name, cites uint32) bool {
	return name != 0 && w.names.has(name) || cites != 0 && w.names.has(cites)
}

// MeetsTonight tells whether a document of tonight is to be met, once all of before were: something cites its code, or it cites one.
func (w *Withdrawals) MeetsTonight(name, cites uint32) bool {
	return cites != 0 || name != 0 && (w.cited.has(name) || w.older[name])
}

// Meet notes a document that is to be met, of before or of tonight, by the keys of its worker, of its code and of the code that it
// cites. page is where it was met; unsure is one that may turn out to be a discard. Of a code that tonight does not speak of, not
// everything is met, and nothing is made of it.
func (w *Withdrawals) Meet(page int, worker uint64, name, cites uint32, unsure bool) {
	if name != 0 && w.names.has(name) {
		w.met = append(w.met, named{name, false, unsure, int32(page), cites, worker})
	}
	if cites != 0 && w.names.has(cites) {
		w.met, w.older[cites] = append(w.met, named{cites, true, unsure, int32(page), name, worker}), true
	}
}

// Sift finds, after all were met, the codes that may be borne for one worker and cited for another, or cited by two documents, or both
// cited and of a document that cites one itself, and tells whether there are any.
func (w *Withdrawals) Sift() bool {
	slices.SortFunc(w.met, func(a, b named) int {
		return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.worker, b.worker))
	})
	for rest := w.met; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].code == rest[0].code {
			n++
		}
		if crosses(rest[:n]) {
			w.codes.keys = append(w.codes.keys, rest[0].code)
			for _, m := range rest[:n] {
				w.pages[int(m.page)] = true
			}
		}
		rest = rest[n:]
	}
	w.met = nil
	w.codes.build()
	w.first, w.wants = w.codes, w.codes
	return len(w.codes.keys) > 0
}

// On tells whether something that is needed whole was met on a page.
func (w *Withdrawals) On(page int) bool { return w.pages == nil || w.pages[page] }

// fewBearers is for how many workers a code may seem to be borne: of twenty million codes one in two hundred shares its key with
// another. Documents of many workers at once are passed over here already.
const fewBearers = 3

// crosses tells whether a code may be borne for one worker and cited for another, or cited by two documents, or both cited and of a
// document that cites one itself, by what bears or cites it, by worker. Of two that cite it about one worker the first may have been
// corrected to another; and of what a correction took the place of something may stand that its cancellation is of, too.
func crosses(met []named) bool {
	bearers, borne, stranger, again, amends := 0, false, false, false, false
	var by *named // the first that cites it
	for len(met) > 0 {
		var bears, cites bool
		worker := met[0].worker
		for ; len(met) > 0 && met[0].worker == worker; met = met[1:] {
			if m := &met[0]; m.cites {
				again = again || by != nil && (by.by != m.by || by.worker != m.worker)
				by = cmp.Or(by, m)
			} else {
				amends = amends || m.by != 0
			}
			cites = cites || met[0].cites
			borne = borne || !met[0].cites
			bears = bears || !met[0].cites && !met[0].unsure
		}
		if bears {
			bearers++
		}
		stranger = stranger || cites && !bears
	}
	return (stranger && borne || again || amends && by != nil) && bearers <= fewBearers
}

// Wants tells whether a document is needed whole. It is safe for concurrent use.
func (w *Withdrawals) Wants(name, cites uint32) bool {
	return name != 0 && w.wants.has(name) || cites != 0 && w.wants.has(cites)
}

// Take takes a document that is needed whole; unsure is one that may turn out to be a discard.
func (w *Withdrawals) Take(c *pipeline.Communication, unsure bool) {
	if w.taken = append(w.taken, *c); unsure {
		w.doubt[c.ID] = true
	}
}

// cited is a code as those who cite it say it; of nobody in particular where the employer is "".
type cited struct {
	code     string
	domestic bool
	employer string
}

func codeCited(c *pipeline.Communication, code, employer string) cited {
	return cited{code, c.Model == pipeline.ModelDomestico, employer}
}

// bearer is whom the documents that bear a code are about.
type bearer struct {
	worker uint64 // key
	others bool   // they are about others, too
}

// All gives what is withdrawn from each worker, once for each code, as communications of [pipeline.PartWithdrawn]: of several
// documents that cite a code the one sent last, by which whatever the others say is over, too. So it is withdrawn from whom the cited
// document was about, and from those whom the corrections sent before it put in their place, whether what they all cite is known or
// not. Whom corrections of these in turn put there has it too, as one of [pipeline.PartContended]. Whom a cancellation names has it, too:
// what it cites is another's. What documents that are unsure withdraw is given apart, besides what the others would if these were not
// there.
func (w *Withdrawals) All() (sure, unsure []pipeline.Communication) {
	w.order()
	all := w.withdrawn(w.taken)
	if len(w.doubt) == 0 {
		return all, nil
	}
	sure = w.withdrawn(slices.DeleteFunc(slices.Clone(w.taken), func(c pipeline.Communication) bool { return w.doubt[c.ID] }))
	type withdrawn struct {
		by     pipeline.DocID
		worker pipeline.CodiceFiscale
	}
	said := map[withdrawn]bool{}
	for i := range sure {
		said[withdrawn{sure[i].ID, sure[i].Worker}] = true
	}
	for i := range all {
		switch c := &all[i]; {
		case w.doubt[c.ID]:
			unsure = append(unsure, *c)
		case !said[withdrawn{c.ID, c.Worker}]: // from one that is unsure: if that is a discard, this says nothing
			sure = append(sure, *c)
		}
	}
	return sure, unsure
}

// order puts what was taken in order, the one sent last first, each once.
func (w *Withdrawals) order() {
	slices.SortFunc(w.taken, func(a, b pipeline.Communication) int {
		return cmp.Or(bySending(&b, &a), cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
	w.taken = slices.CompactFunc(w.taken, func(a, b pipeline.Communication) bool {
		return a.ID == b.ID && a.Part == b.Part && a.Worker == b.Worker
	})
}

// withdrawn is All of some documents, the one sent last first.
func (w *Withdrawals) withdrawn(taken []pipeline.Communication) []pipeline.Communication {
	s := w.stories(taken)
	var out []pipeline.Communication
	type withdrawn struct {
		cited
		worker pipeline.CodiceFiscale // variants of a code are two persons'
	}
	done := map[withdrawn]bool{}
	tell := func(of cited, who, by *pipeline.Communication) {
		if to := (withdrawn{of, who.Worker}); !done[to] {
			done[to] = true
			out = append(out, w.from(by, who))
		}
	}
	for i := range taken {
		c := &taken[i]
		of := codeCited(c, c.Code, c.Employer)
		by := s.citers[of]
		if c.Name() == 0 || !w.first.has(c.Name()) || FanOut(c) || done[withdrawn{of, c.Worker}] {
			continue
		}
		k := slices.IndexFunc(by, func(x *pipeline.Communication) bool { return x.Worker.Key() != c.Worker.Key() })
		if k < 0 {
			continue
		}
		tell(of, c, by[k])
		for _, x := range by {
			if x.Purpose == pipeline.PurposeCancellation && x.Worker.Key() != c.Worker.Key() {
				out = append(out, w.from(x, x))
			}
		}
	}
	for i := range taken {
		c := &taken[i]
		if r := s.happened(c); r != nil {
			told := w.from(r, c)
			told.Part, told.Code, told.Purpose, told.PreviousCode = pipeline.PartCited, c.PreviousCode, pipeline.PurposeNormal, ""
			out = append(out, told)
		}
		switch by, at := s.rival(c); {
		case by == nil, at == c && !w.first.has(c.Cites()): // or it was found before
		case at == c:
			tell(codeCited(c, c.PreviousCode, c.Employer), c, by)
		case c.Name() != 0:
			contended := w.from(by, c)
			contended.Part, contended.PreviousCode = pipeline.PartContended, c.Code
			out = append(out, contended)
		}
	}
	return out
}

// stories are documents by what they cite.
type stories struct {
	citers  map[cited][]*pipeline.Communication // the one sent last first, of the codes that are of one worker at most
	bearers map[cited]*pipeline.Communication   // of several the one sent last
}

func (w *Withdrawals) stories(taken []pipeline.Communication) *stories {
	bearers := bearersOf(taken)
	s := &stories{map[cited][]*pipeline.Communication{}, map[cited]*pipeline.Communication{}}
	for i := range taken {
		c := &taken[i]
		if FanOut(c) {
			continue
		}
		if w.speaksOf(c.Cites()) && !bearers[codeCited(c, c.PreviousCode, "")].others {
			of := codeCited(c, c.PreviousCode, c.Employer)
			s.citers[of] = append(s.citers[of], c)
		}
		if of := codeCited(c, c.Code, c.Employer); c.Name() != 0 && s.bearers[of] == nil {
			s.bearers[of] = c
		}
	}
	return s
}

// cites gives what a document cites, by the one sent last, and what bears that code; nil where it is not known.
func (s *stories) cites(c *pipeline.Communication) (last, bearer *pipeline.Communication) {
	of := codeCited(c, c.PreviousCode, c.Employer)
	by := s.citers[of]
	if len(by) == 0 { // nobody looked, or the code names nobody
		return nil, nil
	}
	return by[0], s.bearers[of]
}

// longest is how many corrections of one another are followed, lest they name one another in a ring.
const longest = 100

// happened gives, for a correction or cancellation of domestic work, what tells its event, where that is of another worker and it would be
// taken for something else; nil where it is not known, or of several.
func (s *stories) happened(c *pipeline.Communication) *pipeline.Communication {
	if c.Model != pipeline.ModelDomestico || c.Purpose == pipeline.PurposeNormal {
		return nil
	}
	_, of := s.cites(c)
	if of == nil || of.Worker.Key() == c.Worker.Key() { // who has that one knows
		return nil
	}
	for range longest {
		if of == nil || of.Purpose == pipeline.PurposeNormal {
			break
		}
		_, of = s.cites(of)
	}
	if of == nil || of.Event == c.Event || of.Purpose != pipeline.PurposeNormal {
		return nil
	}
	return of
}

// end follows corrections of corrections, the one sent last each time.
func (s *stories) end(c *pipeline.Communication) *pipeline.Communication {
	for range longest {
		by := s.citers[codeCited(c, c.Code, c.Employer)]
		if c.Name() == 0 || len(by) == 0 {
			break
		}
		c = by[0]
	}
	return c
}

// rival gives, for a correction, one about another worker that took its place, or the place of one of those that it is a correction of in
// turn, and the one whose place it took. Where what took it was about the same worker, it is the end of that, if that is about another or a
// cancellation. What goes back to a document of its own worker is told by that one.
func (s *stories) rival(c *pipeline.Communication) (by, at *pipeline.Communication) {
	at = c
	for range longest {
		if at == nil || at.Purpose != pipeline.PurposeCorrection {
			break
		}
		last, bearer := s.cites(at)
		if last != nil && last.ID != at.ID {
			if last.Worker.Key() == c.Worker.Key() && at != c {
				last = s.end(last)
			}
			if last.Worker.Key() != c.Worker.Key() || at != c && last.Purpose == pipeline.PurposeCancellation {
				return last, at
			}
		}
		if at == c && bearer != nil && bearer.Worker.Key() == c.Worker.Key() {
			break
		}
		at = bearer
	}
	return nil, nil
}

// Further finds, after what is needed whole was taken, what else is, and tells whether it is anything: what a correction to another
// worker goes back to, where that is a correction itself, and what goes back to a correction whose place another one took. It is to be
// taken from all pages.
func (w *Withdrawals) Further() bool {
	w.order()
	s := w.stories(w.taken)
	w.wants, w.pages = nameSet{}, nil
	for i := range w.taken {
		w.further(s, &w.taken[i])
	}
	w.wants.build()
	w.codes.keys = slices.Concat(w.codes.keys, w.wants.keys)
	w.codes.build()
	return len(w.wants.keys) > 0
}

// further adds what a document needs.
func (w *Withdrawals) further(s *stories, c *pipeline.Communication) {
	need := func(code uint32) {
		if code != 0 && !w.speaksOf(code) {
			w.wants.keys = append(w.wants.keys, code)
		}
	}
	crossed := c.Purpose == pipeline.PurposeCancellation                           // of whose correction it is, others may have been led to by another one
	if c.Model == pipeline.ModelDomestico && c.Purpose != pipeline.PurposeNormal { // what it is of, so are those that correct it
		crossed = true
		need(c.Name())
	}
	at := c
	for range longest {
		if at == nil || at.Purpose != pipeline.PurposeCorrection && (at != c || !crossed) {
			return
		}
		last, bearer := s.cites(at)
		switch {
		case last == nil && crossed:
			need(at.Cites())
			return
		case last == nil:
			return
		case last.ID != at.ID:
			need(c.Name())
			need(s.end(last).Name())
		}
		at = bearer
		crossed = crossed || at != nil && at.Worker.Key() != c.Worker.Key()
	}
}

// speaksOf tells whether everything that bears or cites a code was taken; of others only what another code brought here.
func (w *Withdrawals) speaksOf(code uint32) bool { return code != 0 && w.codes.has(code) }

// bearersOf gives, by code, whom the documents that bear it are about.
func bearersOf(taken []pipeline.Communication) map[cited]bearer {
	out := map[cited]bearer{}
	for i := range taken {
		c := &taken[i]
		if c.Name() == 0 {
			continue
		}
		of := codeCited(c, c.Code, "")
		b, known := out[of]
		if !known {
			b.worker = c.Worker.Key()
		}
		b.others = b.others || b.worker != c.Worker.Key()
		out[of] = b
	}
	return out
}

// from gives what a document is to the worker of another.
func (w *Withdrawals) from(by, c *pipeline.Communication) pipeline.Communication {
	out := *by
	out.Part, out.Acquired = pipeline.PartWithdrawn, w.night
	out.Worker = c.Worker
	return out
}

// nameSet is a set of keys of codes.
type nameSet struct {
	keys  []uint32 // in order, each once, when it is built
	words []uint64 // says of few too many that they are there
	shift int
}

// bitsPerName is how many bits there are for each key, or more.
const bitsPerName = 16

func (s *nameSet) build() {
	slices.Sort(s.keys)
	s.keys = slices.Compact(s.keys)
	size := min(max(16, bits.Len(uint(len(s.keys)*bitsPerName))), 28)
	s.words, s.shift = make([]uint64, 1<<(size-6)), 32-size
	for _, key := range s.keys {
		i := key >> s.shift
		s.words[i/64] |= 1 << (i % 64)
	}
}

func (s *nameSet) has(key uint32) bool {
	i := key >> s.shift
	if s.words[i/64]&(1<<(i%64)) == 0 {
		return false
	}
	_, found := slices.BinarySearch(s.keys, key)
	return found
}
