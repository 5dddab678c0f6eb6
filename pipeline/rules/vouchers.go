package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"incrocio/pipeline"
)

// placeVouchers adds up what occasional work paid in each solar year (R49). Up to the limit for recipients it changes
// nothing and nobody need tell; over that, over the general limit or over the one for each business or professional
// client, an operator decides. What is paid after an automatic decadence is nothing to the claim (R18).
func (r *run) placeVouchers() {
	if len(r.d.Vouchers) == 0 {
		return
	}
	byYear := map[int][]*pipeline.Voucher{}
	for i := range r.d.Vouchers {
		v := &r.d.Vouchers[i]
		byYear[v.On.Year()] = append(byYear[v.On.Year()], v)
	}
	years := slices.Sorted(maps.Keys(byYear))
	for _, k := range r.cases {
		if !k.c.Open() {
			continue
		}
		for _, year := range years {
			if year >= k.c.Start.Year() && year <= k.theoreticalEnd().Year() && r.night.Reached(yearStart(year)) {
				k.vouchers(year, byYear[year])
			}
		}
	}
}

func (k *claimCase) vouchers(year int, paid []*pipeline.Voucher) {
	slices.SortFunc(paid, func(a, b *pipeline.Voucher) int {
		return cmp.Or(cmp.Compare(a.On, b.On), slices.Compare(a.ID[:], b.ID[:]))
	})
	var total pipeline.Cents
	byClient := map[string]pipeline.Cents{}
	n := note{
		code: ExcVoucherOverLimit, rule: "R49", proposed: "Valutare la compatibilità dei compensi oltre il limite.",
	}
	var t trail
	var over []string
	dd := k.forfeitedFrom()
	for _, v := range paid {
		if dd != 0 && v.On > dd {
			break
		}
		n.refs = append(n.refs, v.Ref())
		total += v.Net
		byClient[v.Client] += v.Net
		for _, l := range k.voucherLimits(v, total, byClient[v.Client]) {
			if slices.Contains(over, l.text()) || l.sum <= l.limit {
				continue
			}
			if len(over) == 0 {
				n.From = v.On
			}
			over = append(over, l.text())
			t.yes("R49", "compensi di %a oltre %b %s").cents("compensi da lavoro accessorio", l.sum, l.limit).text(l.what)
		}
	}
	if len(over) == 0 || k.outOfScope(n.refs) {
		return
	}
	n.text = fmt.Sprintf("i compensi da lavoro accessorio del %d superano il limite di %s.", year, strings.Join(over, " e quello di "))
	n.tried = t.steps
	k.raise(n)
}

// voucherLimit is a limit on occasional work, and what it is on.
type voucherLimit struct {
	sum, limit pipeline.Cents
	what       string
}

func (l *voucherLimit) text() string { return l.limit.Italian() + " euro " + l.what }

// voucherLimits gives the limits that hold for a payment: sum is the year's total with it, client what its client paid.
func (k *claimCase) voucherLimits(v *pipeline.Voucher, sum, client pipeline.Cents) []voucherLimit {
	p := k.p.Parameters
	var out []voucherLimit
	if p.in(paramVoucherReceiver, v.On) {
		out = append(out, voucherLimit{sum, p.cents(paramVoucherReceiver, v.On), "per chi percepisce una prestazione"})
	}
	out = append(out, voucherLimit{sum, p.cents(paramVoucherTotal, v.On), "per la totalità dei committenti"})
	business := v.ClientKind == pipeline.ClientBusiness || v.ClientKind == pipeline.ClientProfessional
	if business && p.in(paramVoucherClient, v.On) {
		out = append(out, voucherLimit{client, p.cents(paramVoucherClient, v.On), "per un solo committente"})
	}
	return out
}
