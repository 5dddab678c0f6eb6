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
// [Withdrawals.Wants], [Withdrawals.On]), takes them, and gives what is withdrawn ([Withdrawals.All]). It is not safe for
// concurrent use, but for Meets and Wants.
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
	pages map[int]bool    // where that is
	taken []pipeline.Communication
	doubt map[pipeline.DocID]bool // of those taken
}

// named is a document that bears or cites a code, by keys.
type named struct {
	code   uint32
	cites  bool
	unsure bool
	page   int32
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
		w.met = append(w.met, named{name, false, unsure, int32(page), worker})
	}
	if cites != 0 && w.names.has(cites) {
		w.met, w.older[cites] = append(w.met, named{cites, true, unsure, int32(page), worker}), true
	}
}

// Sift finds, after all were met, the codes that may be borne for one worker and cited for another, and tells whether there are any.
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
	return len(w.codes.keys) > 0
}

// On tells whether something that is needed whole was met on a page.
func (w *Withdrawals) On(page int) bool { return w.pages[page] }

// fewBearers is for how many workers a code may seem to be borne: of twenty million codes one in two hundred shares its key with
// another. Documents of many workers at once are passed over here already.
const fewBearers = 3

// crosses tells whether a code may be borne for one worker and cited for another, by what bears or cites it, by worker.
func crosses(met []named) bool {
	bearers, borne, stranger := 0, false, false
	for len(met) > 0 {
		var bears, cites bool
		worker := met[0].worker
		for ; len(met) > 0 && met[0].worker == worker; met = met[1:] {
			cites = cites || met[0].cites
			borne = borne || !met[0].cites
			bears = bears || !met[0].cites && !met[0].unsure
		}
		if bears {
			bearers++
		}
		stranger = stranger || cites && !bears
	}
	return stranger && borne && bearers <= fewBearers
}

// Wants tells whether a document is needed whole. It is safe for concurrent use.
func (w *Withdrawals) Wants(name, cites uint32) bool {
	return w.speaksOf(name) || w.speaksOf(cites)
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
// document was about, and from those whom the corrections sent before it put in their place. Whom a cancellation names has it, too:
// what it cites is another's. What documents that are unsure withdraw is given apart, besides what the others would if these were not
// there.
func (w *Withdrawals) All() (sure, unsure []pipeline.Communication) {
	slices.SortFunc(w.taken, func(a, b pipeline.Communication) int {
		return cmp.Or(bySending(&b, &a), cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
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

// withdrawn is All of some documents, the one sent last first.
func (w *Withdrawals) withdrawn(taken []pipeline.Communication) []pipeline.Communication {
	citers := w.citers(taken)
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
		by := citers[of]
		if c.Name() == 0 || FanOut(c) || done[withdrawn{of, c.Worker}] {
			continue
		}
		k := slices.IndexFunc(by, func(x *pipeline.Communication) bool { return x.Worker.Key() != c.Worker.Key() })
		if k < 0 {
			continue
		}
		tell(of, c, by[k])
		for n, x := range by {
			switch {
			case x.Purpose == pipeline.PurposeCancellation:
				if x.Worker.Key() != c.Worker.Key() {
					out = append(out, w.from(x, x))
				}
			case n > 0 && x.Worker.Key() != by[0].Worker.Key():
				tell(of, x, by[0])
			}
		}
	}
	return out
}

// citers gives those that cite a code, the one sent last first, of the codes that are borne for one worker.
func (w *Withdrawals) citers(taken []pipeline.Communication) map[cited][]*pipeline.Communication {
	bearers := bearersOf(taken)
	out := map[cited][]*pipeline.Communication{}
	for i := range taken {
		c := &taken[i]
		of, borne := bearers[codeCited(c, c.PreviousCode, "")]
		if w.speaksOf(c.Cites()) && !FanOut(c) && borne && !of.others {
			by := codeCited(c, c.PreviousCode, c.Employer)
			out[by] = append(out[by], c)
		}
	}
	return out
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
