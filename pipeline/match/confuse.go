package match

import (
	"slices"

	"incrocio/pipeline"
)

// findOmocodes notes the codes, without omocodia, of which there is a variant in the partition.
func (g *gathered) findOmocodes() {
	g.omocodes = map[pipeline.CodiceFiscale]bool{}
	variants(g, g.claims, claimCode)
	variants(g, g.communications, communicationCode)
	variants(g, g.submissions, submissionCode)
	variants(g, g.notices, noticeCode)
	variants(g, g.vouchers, voucherCode)
}

func variants[T any](g *gathered, rows []T, code func(*T) pipeline.CodiceFiscale) {
	for i := range rows {
		c := code(&rows[i])
		if base := c.Base(); base != c {
			g.omocodes[base] = true
		}
	}
}

// claimant is somebody with a live claim, under one of their codes.
type claimant struct {
	*Person
	code pipeline.CodiceFiscale
	who  pipeline.Identity
}

// confuse gives claimants the facts that may be theirs though they are under another code: of persons without a claim
// whose code differs by omocodia only, unless their names or day of birth differ, too; and the notices that would have made
// two claimants one.
func confuse(kept []*Person, who *persons) {
	near := map[pipeline.CodiceFiscale][]claimant{}
	called := map[pipeline.CodiceFiscale]*Person{}
	for _, p := range kept {
		called[p.Person] = p
		for i := range p.Claims {
			if c := &p.Claims[i]; c.Live() {
				for _, code := range who.codes(c.TaxCode) {
					near[code.Base()] = append(near[code.Base()], claimant{p, code, c.Identity()})
				}
			}
		}
	}
	for _, p := range kept {
		if len(p.Claims) == 0 { // whoever has a claim of their own is somebody else
			p.lend(near)
		}
	}
	var o owners
	for i := range who.refused {
		n := &who.refused[i]
		o.contest(n, called[who.of(n.TaxCode)], n.NewCode)
		o.contest(n, called[who.of(n.NewCode)], n.TaxCode)
	}
	for _, p := range kept {
		p.sortDoubtful()
	}
}

// lend gives the facts of a person to the claimants near enough.
func (p *Person) lend(near map[pipeline.CodiceFiscale][]claimant) {
	for i := range p.Communications {
		c := &p.Communications[i]
		if c.Withdrawn() { // the document is of whom it names
			continue
		}
		to := p.mistakenFor(near, c.Worker, c.Identity())
		p.share(c.ID, to, doubtfulCommunication(pipeline.DoubtOmocode, c, len(to)))
	}
	var unknown pipeline.Identity
	for i := range p.Submissions {
		if s := &p.Submissions[i]; !s.Draft {
			to := p.mistakenFor(near, s.TaxCode, unknown)
			p.share(s.ID, to, doubtfulSubmission(pipeline.DoubtOmocode, s, len(to)))
		}
	}
	for i := range p.Notices {
		switch n := &p.Notices[i]; n.Kind {
		case pipeline.NoticePIN, pipeline.NoticeMandate, pipeline.NoticeTaxCodeChanged: // they decide nothing by themselves
		default:
			to := p.mistakenFor(near, n.TaxCode, unknown)
			p.share(n.ID, to, doubtfulNotice(pipeline.DoubtOmocode, n.TaxCode, n, len(to)))
		}
	}
	for i := range p.Vouchers {
		v := &p.Vouchers[i]
		to := p.mistakenFor(near, v.Worker, unknown)
		p.share(v.ID, to, doubtfulVoucher(pipeline.DoubtOmocode, v, len(to)))
	}
}

// mistakenFor finds the claimants whose code differs from a fact's by omocodia only, each once.
func (p *Person) mistakenFor(near map[pipeline.CodiceFiscale][]claimant, code pipeline.CodiceFiscale, who pipeline.Identity) []*Person {
	var out []*Person
	for _, c := range near[code.Base()] {
		if c.Person != p && c.code != code && !c.who.Differs(who) && !slices.Contains(out, c.Person) {
			out = append(out, c.Person)
		}
	}
	return out
}

// share makes a fact of the person a doubtful one of others.
func (p *Person) share(id pipeline.DocID, to []*Person, d pipeline.Doubtful) {
	for _, o := range to {
		o.Doubtful = append(o.Doubtful, d)
		p.note(id)
	}
}

func (p *Person) note(id pipeline.DocID) {
	if p.Shared == nil {
		p.Shared = map[pipeline.DocID]bool{}
	}
	p.Shared[id] = true
}

// owners tells whose notices are and who claims anything, each person looked through once: a broken sender may send
// thousands of notices that join one to others.
type owners map[*Person]*owner

type owner struct {
	notices map[pipeline.DocID]bool
	live    bool // they have a live claim
}

func (o *owners) of(p *Person) *owner {
	if known := (*o)[p]; known != nil {
		return known
	}
	if *o == nil {
		*o = owners{}
	}
	w := &owner{
		notices: make(map[pipeline.DocID]bool, len(p.Notices)),
		live:    slices.ContainsFunc(p.Claims, func(c pipeline.Claim) bool { return c.Live() }),
	}
	for i := range p.Notices {
		w.notices[p.Notices[i].ID] = true
	}
	(*o)[p] = w
	return w
}

// contest gives one of two claimants the notice that would have made them one.
func (o *owners) contest(n *pipeline.Notice, p *Person, other pipeline.CodiceFiscale) {
	if p == nil {
		return
	}
	is := o.of(p)
	if is.notices[n.ID] {
		p.note(n.ID)
	}
	if is.live {
		p.Doubtful = append(p.Doubtful, doubtfulNotice(pipeline.DoubtAlias, other, n, 2))
	}
}
