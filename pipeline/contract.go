package pipeline

// ContractType is one row of the table of contract codes (tipologie contrattuali), valid for a stretch of time.
type ContractType struct {
	Code      string
	Name      string
	Form      ContractForm
	Treatment Treatment
	ValidFrom Date // 0: always
	ValidTo   Date // included; 0: still
}

// ContractForm tells whether the contract has an end.
type ContractForm string

// The forms: I must have no end, D must have one, E may.
const (
	FormPermanent ContractForm = "I"
	FormFixed     ContractForm = "D"
	FormEither    ContractForm = "E"
)

// Treatment is how the rules treat a contract code (R28 to R35).
type Treatment string

// The treatments; a code that is not in the table is TreatUnknown.
const (
	TreatEmployment     Treatment = "SUBORDINATO"     // R01 to R05
	TreatApprenticeship Treatment = "APPRENDISTATO"   // R28
	TreatOnCall         Treatment = "INTERMITTENTE"   // R30
	TreatAgricultural   Treatment = "AGRICOLO"        // R32: a code that is agricultural by itself
	TreatInternship     Treatment = "TIROCINIO"       // R33: no effect
	TreatQuasi          Treatment = "PARASUBORDINATO" // R34, R46
	TreatUnknown        Treatment = "SCONOSCIUTO"     // R33: an operator decides
)

// ContractTable finds the contract type of a code on a day. It is read-only after it is built.
type ContractTable map[string][]ContractType

// Lookup gives the row of code in force on the day; where none is, the row that lies nearest in time, since a code
// does not change its nature when the Ministry withdraws it; and TreatUnknown for a code not in the table.
func (t ContractTable) Lookup(code string, on Date) ContractType {
	rows := t[code]
	if len(rows) == 0 {
		return ContractType{Code: code, Treatment: TreatUnknown}
	}
	best, gap := rows[0], MaxDate
	for _, r := range rows {
		g := Date(0)
		switch {
		case r.ValidFrom != 0 && on < r.ValidFrom:
			g = r.ValidFrom - on
		case r.ValidTo != 0 && on > r.ValidTo:
			g = on - r.ValidTo
		}
		if g < gap {
			best, gap = r, g
		}
	}
	return best
}
