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
// ([Withdrawals.Tonight], [Withdrawals.Shown]), then all of before and of tonight by their keys alone ([Withdrawals.Meet]). It then
// says which few it needs whole ([Withdrawals.Sift], [Withdrawals.Wants]), takes them, and gives what is withdrawn
// ([Withdrawals.All]). It is not safe for concurrent use, but for Wants.
//
// A code that documents about several workers bear names none of them. A document of several workers (VarDatori)
// neither withdraws nor is withdrawn, and one of another employer than it cites does not, either: who cites the code of somebody
// else's document has mistyped it. Workers of one key, whose codes differ by omocodia only, are the doubt of
// [pipeline.DoubtOmocode].
type Withdrawals struct {
	night pipeline.Date
	names nameSet // of tonight's documents
	cited nameSet // by tonight's
	met   []named // that bear or cite one of these
	codes map[uint32]bool
	taken []pipeline.Communication
}

// named is a document that bears or cites a code, by keys.
type named struct {
	code   uint32
	cites  bool
	worker uint64
}

// NewWithdrawals gives one that has seen nothing.
func NewWithdrawals(night pipeline.Date) *Withdrawals {
	return &Withdrawals{night: night, codes: map[uint32]bool{}}
}

// Tonight shows a document of tonight by the keys of its code and of the code that it cites.
func (w *Withdrawals) Tonight(name, cites uint32) {
	if name != 0 {
		w.names.keys = append(w.names.keys, name)
	}
	if cites != 0 {
		w.cited.keys = append(w.cited.keys, cites)
	}
}

// Shown ends what is shown, and tells whether there was any code.
func (w *Withdrawals) Shown() bool {
	w.names.build()
	w.cited.build()
	return len(w.names.keys)+len(w.cited.keys) > 0
}

// Meets tells whether a document is to be met: it bears or cites a code that one of tonight cites or bears. It is safe for concurrent
// use.
func (w *Withdrawals) Meets(name, cites uint32) bool {
	return name != 0 && (w.cited.has(name) || w.names.has(name)) || cites != 0 && (w.names.has(cites) || w.cited.has(cites))
}

// Meet notes a document that is to be met, of before or of tonight, by the keys of its worker, of its code and of the code that it
// cites.
func (w *Withdrawals) Meet(worker uint64, name, cites uint32) {
	if name != 0 {
		w.met = append(w.met, named{name, false, worker})
	}
	if cites != 0 {
		w.met = append(w.met, named{cites, true, worker})
	}
}

// Sift finds, after all were met, the codes that are borne for one worker and cited for another, and tells whether there are any.
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
			w.codes[rest[0].code] = true
		}
		rest = rest[n:]
	}
	w.met = nil
	return len(w.codes) > 0
}

// crosses tells whether a code is borne for one worker and cited for another, by what bears or cites it, by worker.
func crosses(met []named) bool {
	bearers, stranger := 0, false
	for len(met) > 0 {
		var bears, cites bool
		worker := met[0].worker
		for ; len(met) > 0 && met[0].worker == worker; met = met[1:] {
			cites = cites || met[0].cites
			bears = bears || !met[0].cites
		}
		if bears {
			bearers++
		}
		stranger = stranger || cites && !bears
	}
	return stranger && bearers == 1
}

// Wants tells whether a document is needed whole.
func (w *Withdrawals) Wants(name, cites uint32) bool { return w.codes[name] || w.codes[cites] }

// Take takes a document that is needed whole.
func (w *Withdrawals) Take(c *pipeline.Communication) {
	if !FanOut(c) && !c.Withdrawn() {
		w.taken = append(w.taken, *c)
	}
}

// cited is a code as those who cite it say it.
type cited struct {
	code, employer string
	domestic       bool
}

func citedBy(c *pipeline.Communication, code string) cited {
	return cited{code, c.Employer, c.Model == pipeline.ModelDomestico}
}

// All gives what is withdrawn from each worker, once for each code, as communications of [pipeline.PartWithdrawn]: of several
// documents that cite a code the one sent last, by which whatever the others say is over, too.
func (w *Withdrawals) All() []pipeline.Communication {
	slices.SortFunc(w.taken, func(a, b pipeline.Communication) int {
		return cmp.Or(bySending(&b, &a), cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
	borne := map[cited]uint64{} // key of the worker
	for i := range w.taken {
		if c := &w.taken[i]; c.Name() != 0 {
			borne[citedBy(c, c.Code)] = c.Worker.Key()
		}
	}
	last := map[cited]*pipeline.Communication{}
	for i := range w.taken {
		c := &w.taken[i]
		of := citedBy(c, c.PreviousCode)
		if worker, ok := borne[of]; ok && c.Cites() != 0 && last[of] == nil && worker != c.Worker.Key() {
			last[of] = c
		}
	}
	type withdrawn struct {
		cited
		worker pipeline.CodiceFiscale
	}
	var out []pipeline.Communication
	done := map[withdrawn]bool{}
	for i := range w.taken {
		c := &w.taken[i]
		of := citedBy(c, c.Code)
		by, about := last[of], withdrawn{of, c.Worker}
		if c.Name() != 0 && by != nil && !done[about] {
			done[about] = true
			out = append(out, w.from(by, c))
		}
	}
	return out
}

// from gives what a document is to the worker of another.
func (w *Withdrawals) from(by, c *pipeline.Communication) pipeline.Communication {
	out := *by
	out.Part, out.Acquired = pipeline.PartWithdrawn, w.night
	out.Worker, out.Surname, out.GivenName = c.Worker, c.Surname, c.GivenName
	out.Sex, out.BirthDate, out.BirthPlace = c.Sex, c.BirthDate, c.BirthPlace
	return out
}

// nameSet is a set of keys of codes.
type nameSet struct {
	keys  []uint32 // in order, each once, when it is built
	words []uint64 // says of few too many that they are there
	shift int
}

// bitsPerName is how many bits there are for each key, or more.
const bitsPerName = 32

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
