package match

import (
	"cmp"
	"slices"

	"incrocio/pipeline"
)

// Claimants finds whom communications under a temporary or wrong code may be about. First it is asked for all of them, then
// it meets every claim, then it answers. It holds about a hundred bytes for each identity it was asked for, and is not safe
// for concurrent use while it is asked or meets.
type Claimants struct {
	births    days
	codes     map[pipeline.Identity][]holder // in order
	temporary map[pipeline.CodiceFiscale]int // how many claims are under it
}

// holder is a code and how many live claims are under it.
type holder struct {
	code   pipeline.CodiceFiscale
	claims int
}

// NewClaimants gives one that was asked for nobody.
func NewClaimants() *Claimants {
	return &Claimants{
		codes:     map[pipeline.Identity][]holder{},
		temporary: map[pipeline.CodiceFiscale]int{},
	}
}

// PointsByName tells whether a communication under a temporary code says by name and day of birth who its worker is. One of
// several workers is never told so.
func PointsByName(c *pipeline.Communication) bool {
	return c.Worker.Temporary() && !FanOut(c) && c.Identity().Complete()
}

// Ask asks for whoever a communication points at.
func (s *Claimants) Ask(c *pipeline.Communication) {
	who := c.Identity()
	if _, ok := s.codes[who]; !ok {
		s.births.add(who.Birth)
		s.codes[who] = nil
	}
}

// Meet notes the holders of live claims if somebody asked for them.
func (s *Claimants) Meet(claims []pipeline.Claim) {
	for i := range claims {
		s.count(&claims[i], 1)
	}
}

// Forget takes back a claim that was met.
func (s *Claimants) Forget(c *pipeline.Claim) { s.count(c, -1) }

func (s *Claimants) count(c *pipeline.Claim, claims int) {
	if c.TaxCode.Temporary() {
		s.temporary[c.TaxCode] += claims
	}
	if !s.births.has(c.BirthDate) || !c.Live() {
		return
	}
	who := c.Identity()
	holders, asked := s.codes[who]
	if !asked {
		return
	}
	i, found := slices.BinarySearchFunc(holders, c.TaxCode, func(h holder, code pipeline.CodiceFiscale) int {
		return cmp.Compare(h.code, code)
	})
	if !found {
		holders = slices.Insert(holders, i, holder{code: c.TaxCode})
	}
	holders[i].claims += claims
	s.codes[who] = holders
}

// Of gives the codes of the claimants that a communication points at, in order; none where a claim is under the very code,
// which then is the person's.
func (s *Claimants) Of(c *pipeline.Communication) []pipeline.CodiceFiscale {
	if s.temporary[c.Worker] > 0 {
		return nil
	}
	var codes []pipeline.CodiceFiscale
	for _, h := range s.codes[c.Identity()] {
		if h.claims > 0 {
			codes = append(codes, h.code)
		}
	}
	return codes
}

// days is a set of days, each a bit, since every claim asks. Empty it takes nothing, else half a megabyte. What is beyond the
// calendar is never in it.
type days []uint64

func (d *days) add(day pipeline.Date) {
	if *d == nil {
		*d = make(days, pipeline.MaxDate/64+1)
	}
	if dated(day) {
		(*d)[day/64] |= 1 << (day % 64)
	}
}

func (d days) has(day pipeline.Date) bool {
	return d != nil && dated(day) && d[day/64]&(1<<(day%64)) != 0
}

func dated(day pipeline.Date) bool { return day >= 0 && day <= pipeline.MaxDate }
