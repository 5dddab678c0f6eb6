package rules

import (
	"encoding/json"
	"strings"

	"incrocio/pipeline"
)

// changes enters the changes of data of a submission, a group at a time (R66).
func (k *claimCase) changes(s *pipeline.Submission, t *trail) string {
	refs := []string{s.Protocol}
	if !k.live() && !k.knows(refs) {
		if k.night.Is(s.Acquired) {
			k.raise(note{
				code: ExcNonLatestClaim, rule: "R61", refs: refs, trails: []*trail{t},
				text:     "la variazione di dati riguarda una domanda chiusa.",
				proposed: "Verificare a quale domanda riferire la variazione.",
			})
		}
		return ""
	}
	t.no("R61", "la domanda scelta è aperta")
	if k.outOfScope(refs) {
		return ""
	}
	c := s.Changes
	if c == nil {
		return pipeline.ListPending
	}
	if c.Residence != nil {
		k.update(s, t, pipeline.GroupResidence, c.Residence)
	}
	if c.Domicile != nil {
		k.update(s, t, pipeline.GroupDomicile, c.Domicile)
	}
	if c.Email != "" {
		k.update(s, t, pipeline.GroupEmail, map[string]string{"email": c.Email})
	}
	if c.Phone != "" {
		k.update(s, t, pipeline.GroupPhone, map[string]string{"telefono": c.Phone})
	}
	if c.Payment != nil {
		if why := k.badPayment(c.Payment); why != "" && k.updated(s, pipeline.GroupPayment) == nil {
			k.raise(note{
				code: ExcDataUpdateInvalid, rule: "R66", refs: refs, trails: []*trail{t},
				lead:     "Il pagamento resta come prima",
				text:     why + ".",
				proposed: "Acquisire modalità di pagamento e IBAN corretti.",
			})
		} else {
			k.update(s, t, pipeline.GroupPayment, c.Payment)
		}
	}
	return ""
}

// updated is what was issued on a group of data for a submission; nil where nothing was.
func (k *claimCase) updated(s *pipeline.Submission, group string) *pipeline.Action {
	for _, a := range k.restingOn([]string{s.Protocol}) {
		if a.Type == pipeline.ActionUpdateData && a.Group == group {
			return a
		}
	}
	return nil
}

// overtaken tells whether a later change of the group was issued before this one could be.
func (k *claimCase) overtaken(s *pipeline.Submission, group string) bool {
	if k.updatedOn == nil {
		k.updatedOn = map[string]pipeline.Date{}
		for _, a := range k.issued {
			if a.Type == pipeline.ActionUpdateData {
				k.updatedOn[a.Group] = max(k.updatedOn[a.Group], a.From)
			}
		}
	}
	return k.updatedOn[group] > s.SubmittedOn
}

// update writes one group of data. What was issued stays, whatever the claim says since; an older change never follows a
// newer one.
func (k *claimCase) update(s *pipeline.Submission, t *trail, group string, data any) {
	if issued := k.updated(s, group); issued != nil {
		k.repeat(issued)
		return
	}
	if k.overtaken(s, group) && !k.night.Is(s.Acquired) {
		k.raise(note{
			code: ExcDataUpdateInvalid, rule: "R66", refs: []string{s.Protocol}, trails: []*trail{t},
			lead:     "I dati restano come sono",
			text:     "la variazione chiesta il " + s.SubmittedOn.Italian() + " è superata da una più recente già eseguita.",
			proposed: "Verificare con il beneficiario quali dati valgono.",
		})
		return
	}
	b, err := json.Marshal(data)
	if err != nil {
		panic(err) // plain data always encodes
	}
	a := k.action(pipeline.ActionUpdateData, pipeline.ModeAuto, s.SubmittedOn, "R66", []string{s.Protocol})
	a.Group, a.Data = group, string(b)
	w := k.add(a, margin{}, func() string {
		return "la variazione è stata chiesta il " + s.SubmittedOn.Italian() + " e vale dal primo pagamento non ancora disposto"
	}, []*trail{t})
	w.own.yes("R66", "variazione %s, dati validi").text(groupWords[group])
}

// badPayment gives every reason why a change of payment cannot be entered, in Italian; "" where it can.
func (k *claimCase) badPayment(p *pipeline.Payment) string {
	mode := p.Mode
	if mode == "" {
		mode = k.c.PaymentMode
	}
	var why []string
	switch {
	case mode == pipeline.PaymentAtCounter && p.IBAN != "":
		why = append(why, "è indicato un IBAN, ma la modalità è il bonifico domiciliato")
	case mode == pipeline.PaymentOnAccount && p.IBAN == "":
		why = append(why, "manca l'IBAN per l'accredito su conto")
	case mode != pipeline.PaymentAtCounter && mode != pipeline.PaymentOnAccount:
		why = append(why, "la modalità di pagamento non è indicata")
	}
	if p.IBAN != "" && !ValidIBAN(p.IBAN) {
		why = append(why, "l'IBAN non è valido")
	}
	return strings.Join(why, ", e ")
}

// ValidIBAN checks an IBAN (ISO 13616): length, the 27 characters of Italy and their CIN, and the remainder of 97.
func ValidIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || strings.HasPrefix(s, "IT") && (len(s) != 27 || !validCIN(s)) {
		return false
	}
	rest := 0
	for _, c := range []byte(s[4:] + s[:4]) {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// validCIN checks the control letter over ABI, CAB and account number.
func validCIN(s string) bool {
	for _, c := range []byte(s[5:15]) {
		if c < '0' || c > '9' {
			return false
		}
	}
	cin, ok := pipeline.ControlLetter(s[5:])
	return ok && s[4] == cin
}
