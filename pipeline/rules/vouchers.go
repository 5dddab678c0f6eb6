package rules

import (
	"cmp"
	"fmt"
	"slices"

	"incrocio/pipeline"
)

// placeVouchers adds up what occasional work paid in each solar year (R49). Up to the limit for recipients it changes
// nothing and nobody need tell; over that, over the general limit or over the one for each business or professional
// client, an operator decides.
func (r *run) placeVouchers() {
	byYear := map[int][]*pipeline.Voucher{}
	for i := range r.d.Vouchers {
		v := &r.d.Vouchers[i]
		byYear[v.On.Year()] = append(byYear[v.On.Year()], v)
	}
	for _, k := range r.cases {
		if !k.c.Open() || !k.inScope() {
			continue
		}
		for year := k.c.Start.Year(); year <= min(k.theoreticalEnd(), r.night).Year(); year++ {
			if paid := byYear[year]; len(paid) > 0 {
				k.vouchers(year, paid)
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
	var over *note
	for _, v := range paid {
		total += v.Net
		byClient[v.Client] += v.Net
		limit, what := k.voucherLimit(v, total, byClient[v.Client])
		if over == nil && what != "" {
			over = &note{
				code: ExcVoucherOverLimit, rule: "R49", Period: pipeline.Period{From: v.On},
				text:     fmt.Sprintf("I compensi da lavoro accessorio del %d superano il limite di %s euro %s.", year, limit.Italian(), what),
				proposed: "Valutare la compatibilità dei compensi oltre il limite.",
			}
		}
	}
	if over == nil {
		return
	}
	for _, v := range paid {
		over.refs = append(over.refs, v.Ref())
	}
	k.raise(*over)
}

// voucherLimit gives the limit that a payment passes, "" in what where it passes none: sum is the year's total with it,
// client what its client paid.
func (k *claimCase) voucherLimit(v *pipeline.Voucher, sum, client pipeline.Cents) (limit pipeline.Cents, what string) {
	p := k.p.Parameters
	business := v.ClientKind == pipeline.ClientBusiness || v.ClientKind == pipeline.ClientProfessional
	switch {
	case p.in(paramVoucherReceiver, v.On) && sum > p.cents(paramVoucherReceiver, v.On):
		return p.cents(paramVoucherReceiver, v.On), "per chi percepisce una prestazione"
	case sum > p.cents(paramVoucherTotal, v.On):
		return p.cents(paramVoucherTotal, v.On), "per la totalità dei committenti"
	case business && p.in(paramVoucherClient, v.On) && client > p.cents(paramVoucherClient, v.On):
		return p.cents(paramVoucherClient, v.On), "per un solo committente"
	}
	return 0, ""
}
