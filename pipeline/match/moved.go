package match

import (
	"cmp"
	"hash/maphash"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// Moved finds the claims of tonight's snapshot on which something is in force under another code: whoever it was issued to has
// the claim no more, and whoever has it now was issued nothing. It is shown what is in force, then the snapshot, and, only where
// that leaves claims to look at, what is in force once more. It is not safe for concurrent use.
type Moved struct {
	seed    maphash.Seed
	issued  *Places // numbers of the claims on which something is in force
	under   *Places // the same with the code
	several *Places // numbers of those with several codes
	claims  map[string]*movedClaim
}

// movedClaim is a claim that may have moved.
type movedClaim struct {
	holder pipeline.CodiceFiscale // who has it tonight
	under  map[pipeline.CodiceFiscale]*pipeline.Elsewhere
}

// NewMoved gives one that has seen nothing.
func NewMoved() *Moved {
	return &Moved{
		seed: maphash.MakeSeed(), issued: NewPlaces(0), under: NewPlaces(0), several: NewPlaces(0), claims: map[string]*movedClaim{},
	}
}

// claimHash gives that of the number of a claim, underHash that of the number with a code.
func (m *Moved) claimHash(number string) uint64 { return maphash.String(m.seed, number) }

func (m *Moved) underHash(claim uint64, code pipeline.CodiceFiscale) uint64 {
	return maphash.String(m.seed, string(code)) ^ claim*scatter
}

// Issued shows an action in force for the first time, before the snapshot.
func (m *Moved) Issued(a *pipeline.Action) {
	claim := m.claimHash(a.Claim)
	under := m.underHash(claim, a.TaxCode)
	if m.under.Has(under) {
		return
	}
	m.under.Add(under)
	if m.issued.Has(claim) {
		m.several.Add(claim)
	}
	m.issued.Add(claim)
}

// Meet shows claims of the snapshot.
func (m *Moved) Meet(claims []pipeline.Claim) {
	for i := range claims {
		m.meet(&claims[i])
	}
}

func (m *Moved) meet(c *pipeline.Claim) {
	claim := m.claimHash(c.Number)
	if !m.issued.Has(claim) { // nearly always
		return
	}
	if m.under.Has(m.underHash(claim, c.TaxCode)) && !m.several.Has(claim) {
		return
	}
	m.claims[c.Number] = &movedClaim{c.TaxCode, map[pipeline.CodiceFiscale]*pipeline.Elsewhere{}}
}

// Forget takes back a claim of the snapshot.
func (m *Moved) Forget(c *pipeline.Claim) { delete(m.claims, c.Number) }

// Any tells, after the snapshot, whether what is in force has to be shown once more. It forgets what it needs no longer.
func (m *Moved) Any() bool {
	m.issued, m.under, m.several = nil, nil, nil
	return len(m.claims) > 0
}

// Again shows an action in force for the second time.
func (m *Moved) Again(a *pipeline.Action) {
	at := m.claims[a.Claim]
	if at == nil {
		return
	}
	e := at.under[a.TaxCode]
	if e == nil {
		e = &pipeline.Elsewhere{Claim: a.Claim, Code: a.TaxCode, First: a.ID, From: a.From}
		at.under[a.TaxCode] = e
	}
	e.Actions++
	if cmp.Or(cmp.Compare(a.From, e.From), cmp.Compare(a.ID, e.First)) < 0 {
		e.First, e.From = a.ID, a.From
	}
}

// Each gives, in no order, whoever has a claim tonight on which something is in force under another code, and that.
func (m *Moved) Each(fn func(holder pipeline.CodiceFiscale, e *pipeline.Elsewhere) error) error {
	for _, at := range m.claims {
		for code, e := range at.under {
			if code == at.holder {
				continue
			}
			if err := fn(at.holder, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// elsewhere is what a record of [KindElsewhere] says.
type elsewhere struct {
	holder pipeline.CodiceFiscale
	pipeline.Elsewhere
}

func elsewhereCode(e *elsewhere) pipeline.CodiceFiscale { return e.holder }

// Elsewhere adds what is in force under another code to the partition of whoever has the claim.
func (o *Blocks) Elsewhere(codes *Aliases, holder pipeline.CodiceFiscale, e *pipeline.Elsewhere) error {
	o.row = appendAbout(o.row[:0], e.Actions, holder)
	o.row = tables.ActionsInForce.Append(o.row, &pipeline.Action{ID: e.First, Claim: e.Claim, TaxCode: e.Code, From: e.From})
	return o.put(KindElsewhere, codes.Place(holder))
}

func restoreElsewhere(rows []elsewhere, record []byte) ([]elsewhere, error) {
	actions, holder, record, err := about(record)
	if err != nil {
		return rows, err
	}
	a, err := one[pipeline.Action](nil, tables.ActionsInForce, record)
	if err != nil {
		return rows, err
	}
	return append(rows, elsewhere{
		holder: holder,
		Elsewhere: pipeline.Elsewhere{
			Claim: a[0].Claim, Code: a[0].TaxCode, First: a[0].ID, From: a[0].From, Actions: int(actions),
		},
	}), nil
}

// takeElsewhere keeps what is in force under codes of others; a notice may have made some the person's.
func (p *Person) takeElsewhere(g *gathered, rows []elsewhere) {
	for i := range rows {
		if g.person(rows[i].Code) != p.Person {
			p.Elsewhere = append(p.Elsewhere, rows[i].Elsewhere)
		}
	}
}
