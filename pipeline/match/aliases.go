package match

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// maxFamily is how many codes notices may bring together. Nobody has as many; notices that would go beyond it are not
// followed, so that no file can send everybody to one partition.
const maxFamily = 64

// Aliases places the codes that notices of changed codes speak of (CODICE_FISCALE_VARIATO, I01): whoever may be one person
// by any of them falls into one partition, where [Reduce] sees who is. It is read-only once made and safe for concurrent
// use. A nil Aliases knows of no notice.
type Aliases struct {
	named map[pipeline.CodiceFiscale]struct{}
	place map[uint64]uint64 // from the hash of a code to the one of its family
	has   *Filter           // of the keys of place
}

// ReadAliases reads the notices of all nights and of tonight; of the units those of other kinds are passed over.
func ReadAliases(ctx context.Context, src *Source, units []Unit) (*Aliases, error) {
	var notices []pipeline.Notice
	for _, u := range units {
		if u.Kind != KindNotice {
			continue
		}
		err := src.Notices(ctx, u, func(row *tables.ArchivedNotice) error {
			if !strings.Contains(row.Content, pipeline.NoticeTaxCodeChanged) {
				return ctx.Err()
			}
			n, err := row.Restore()
			notices = append(notices, n)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read changed codes %s: %w", u.File, err)
		}
	}
	return newAliases(notices), nil
}

func newAliases(notices []pipeline.Notice) *Aliases {
	notices = changes(notices)
	if len(notices) == 0 {
		return nil
	}
	// Codes that differ by omocodia only stay together, so families are of codes without it.
	near := families{}
	a := &Aliases{named: map[pipeline.CodiceFiscale]struct{}{}, place: map[uint64]uint64{}}
	for i := range notices {
		n := &notices[i]
		a.named[n.TaxCode], a.named[n.NewCode] = struct{}{}, struct{}{}
		near.join(n.TaxCode.Base(), n.NewCode.Base())
	}
	var keys []uint64
	for code := range near {
		h := code.Key()
		a.place[h] = near.root(code).Key()
		keys = append(keys, h)
	}
	a.has = NewFilter(keys)
	return a
}

// Place gives the 64 bits that place a code: its key, or the one of the family that notices put it in.
func (a *Aliases) Place(code pipeline.CodiceFiscale) uint64 { return a.PlaceOf(code.Key()) }

// PlaceOf is [Aliases.Place] of whoever has a key.
func (a *Aliases) PlaceOf(key uint64) uint64 {
	if a == nil || !a.has.Has(key) {
		return key
	}
	if f, ok := a.place[key]; ok {
		return f
	}
	return key
}

// Keep gives the filter of the persons at some places: it knows each of them by the keys of all codes that notices bring there, too.
func (a *Aliases) Keep(places []uint64) *Filter {
	f := NewFilter(places)
	if a == nil {
		return f
	}
	var members []uint64
	for key, place := range a.place {
		if f.Has(place) {
			members = append(members, key)
		}
	}
	return NewFilter(append(f.keys, members...))
}

// Each gives the keys of all codes that notices may bring together, and the places they bring them to, some of them twice.
func (a *Aliases) Each(fn func(key uint64)) {
	if a == nil {
		return
	}
	for key, place := range a.place {
		fn(key)
		fn(place)
	}
}

// Names tells whether some notice speaks of the code.
func (a *Aliases) Names(code pipeline.CodiceFiscale) bool {
	if a == nil {
		return false
	}
	_, ok := a.named[code]
	return ok
}

// changes gives the notices that change a code, each once as it first came, in the order in which they are believed: by
// the night that took them in, then date, protocol and identity. What is known is not undone by what comes later.
func changes(notices []pipeline.Notice) []pipeline.Notice {
	var out []pipeline.Notice
	for _, n := range notices {
		if n.Kind == pipeline.NoticeTaxCodeChanged && n.TaxCode != n.NewCode {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b pipeline.Notice) int {
		return cmp.Or(cmp.Compare(a.Acquired, b.Acquired), cmp.Compare(a.On, b.On), strings.Compare(a.Protocol, b.Protocol),
			bytes.Compare(a.ID[:], b.ID[:]), compareSource(&a.Source, &b.Source))
	})
	seen := map[pipeline.DocID]bool{}
	return slices.DeleteFunc(out, func(n pipeline.Notice) bool {
		again := seen[n.ID]
		seen[n.ID] = true
		return again
	})
}

// family is a set of codes.
type family struct {
	codes   []pipeline.CodiceFiscale
	holders []pipeline.Identity // of open claims under them
}

// families are sets that have no code in common, by code.
type families map[pipeline.CodiceFiscale]*family

// of gives the set of a code, making one where there is none.
func (f families) of(code pipeline.CodiceFiscale) *family {
	s := f[code]
	if s == nil {
		s = &family{codes: []pipeline.CodiceFiscale{code}}
		f[code] = s
	}
	return s
}

// join makes one set of the two that hold a and b. It tells whether it did: not where they would be too many.
func (f families) join(a, b pipeline.CodiceFiscale) bool {
	x, y := f.of(a), f.of(b)
	if x == y {
		return true
	}
	if len(x.codes)+len(y.codes) > maxFamily {
		return false
	}
	x.codes, x.holders = append(x.codes, y.codes...), append(x.holders, y.holders...)
	for _, code := range y.codes {
		f[code] = x
	}
	return true
}

// root gives the code that stands for the set of another: the least one, whatever the order in which sets were joined.
func (f families) root(code pipeline.CodiceFiscale) pipeline.CodiceFiscale {
	if s := f[code]; s != nil {
		return slices.Min(s.codes)
	}
	return code
}
