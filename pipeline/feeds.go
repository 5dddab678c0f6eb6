package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
)

// Contract codes of domestic work, as the table of contract codes has them.
const (
	ContractDomesticPermanent = "A.04.00"
	ContractDomesticFixed     = "A.04.01"
)

// DomesticConversion is the EventCode of a conversion (trasformazione) to a contract: "DI", from fixed-term to permanent,
// where the contract is permanent; "" for any other, which moves no end.
func DomesticConversion(contract string) string {
	if contract == ContractDomesticPermanent {
		return "DI"
	}
	return ""
}

// DomesticDay is the EventDate of an event of domestic work whose record gives end as data_fine and on as data_evento;
// 0 is none. A hire has none, its day being its start. The new end of an extension is the later of the two, whichever of
// them the sender wrote it in: nothing is extended backwards. A termination that names no day of its own ends with the
// relationship.
func DomesticDay(event EventKind, end, on Date) Date {
	switch event {
	case EventHire:
		return 0
	case EventExtension:
		return max(on, end)
	case EventTermination:
		return cmp.Or(on, end)
	}
	return on
}

// DomesticQuestion is a message that an employer of domestic work, or somebody for them, put into the drawer
// (quesito, Cassetto previdenziale per il lavoro domestico; msg INPS 2749/2018). A message whose answer came later is
// there twice, as two documents with one protocol. The JSON names are those of the archive.
type DomesticQuestion struct {
	ID       DocID  `json:"-"`
	Source   Source `json:"-"`
	Acquired Date   `json:"-"`

	Protocol         string        `json:"quesito"`
	On               Date          `json:"data"`
	Category         string        `json:"categoria"`
	SentBy           string        `json:"inviato_da,omitempty"` // DATORE, DELEGATO; "" unknown
	Employer         string        `json:"cf_datore,omitempty"`
	Worker           CodiceFiscale `json:"cf_lavoratore,omitempty"` // "" where the message is about nobody in particular
	RelationshipCode string        `json:"codice_rapporto,omitempty"`
	Attachments      []Attachment  `json:"allegati,omitempty"`
	Answer           string        `json:"risposta,omitempty"` // "" while open
}

// Attachment is a file that came with a message; only what it is called and how large it is is kept.
type Attachment struct {
	Name   string `json:"nome,omitempty"`
	Format string `json:"formato"` // PDF, JPEG, PNG, TIFF
	Bytes  int64  `json:"byte"`
}

// Values of the closed lists of a message.
const (
	QuestionPaymentSlip   = "MAV"
	QuestionPersonalData  = "ANAGRAFICHE"
	QuestionContributions = "CONTRIBUTI"
	QuestionRelationship  = "RAPPORTI_DI_LAVORO"
	QuestionNotice        = "AVVISO_BONARIO"

	SentByEmployer = "DATORE"
	SentByDelegate = "DELEGATO"
)

// Ref is the name of the message in lists of sources: its protocol.
func (q *DomesticQuestion) Ref() string { return q.Protocol }

// OpenQuestions gives the messages that nobody has answered, each protocol once, in the order given: a protocol is
// answered when any of its versions is. The pointers are into questions.
func OpenQuestions(questions []DomesticQuestion) []*DomesticQuestion {
	settled := map[string]bool{}
	for i := range questions {
		if questions[i].Answer != "" {
			settled[questions[i].Protocol] = true
		}
	}
	var open []*DomesticQuestion
	for i := range questions {
		if q := &questions[i]; !settled[q.Protocol] {
			settled[q.Protocol] = true
			open = append(open, q)
		}
	}
	return open
}

// Voucher is one payment of occasional work (lavoro accessorio, buono lavoro). The JSON names are those of the archive.
type Voucher struct {
	// ID is the SHA-256 of what the row says. Two equal rows of one file are two payments, the same row in another file
	// is the same payment again; see [Voucher.Nth].
	ID       DocID  `json:"-"`
	Source   Source `json:"-"`
	Acquired Date   `json:"-"`

	Worker     CodiceFiscale `json:"codice_fiscale"`
	Client     string        `json:"cf_committente"`
	ClientKind string        `json:"tipo_committente"` // IMPRENDITORE, PROFESSIONISTA, ALTRO
	On         Date          `json:"data"`
	Net        Cents         `json:"importo_netto"`
}

// Kinds of client.
const (
	ClientBusiness     = "IMPRENDITORE"
	ClientProfessional = "PROFESSIONISTA"
	ClientOther        = "ALTRO"
)

// Ref is the name of the payment in lists of sources: a piece of its identity that starts with "#", for it has no
// protocol.
func (v *Voucher) Ref() string { return "#" + shortHex(v.ID) }

// Nth gives the identity of the payment that is number n, from 0, among the equal ones of its file: the ID of the row
// itself for the first, and one of its own for each that follows.
func (v *Voucher) Nth(n int) DocID {
	if n == 0 {
		return v.ID
	}
	return sha256.Sum256(binary.AppendUvarint(v.ID[:len(v.ID):len(v.ID)], uint64(n)))
}
