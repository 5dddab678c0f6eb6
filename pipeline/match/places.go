package match

// Places is a set of places of persons. The nil Places holds nobody.
type Places struct{ set *keys }

// NewPlaces gives an empty set with room for n.
func NewPlaces(n int) *Places { return &Places{set: newKeys(n)} }

// Add adds a place.
func (p *Places) Add(place uint64) { p.set.add(place) }

// Has tells whether a place is in the set.
func (p *Places) Has(place uint64) bool { return p != nil && p.set.has(place) }
