package pipeline

// Submission is an ASpI-COM or mini ASpI-COM (mod. SR137, SR138), or the older DS56bis: what a beneficiary tells INPS
// about events and data. The JSON names are those of the archive.
type Submission struct {
	ID       DocID  `json:"-"`
	Source   Source `json:"-"`
	Acquired Date   `json:"-"`

	Protocol    string        `json:"protocollo"`
	SubmittedAt Instant       `json:"presentata"`
	SubmittedOn Date          `json:"data"` // SubmittedAt cut in Europe/Rome: the date of the protocol
	Draft       bool          `json:"bozza,omitempty"`
	Form        string        `json:"modello"`       // SR137, SR138, DS56BIS
	Channel     string        `json:"canale"`        // WEB, CONTACT_CENTER, PATRONATO, CARTACEO
	PIN         string        `json:"pin,omitempty"` // DISPOSITIVO, NON_DISPOSITIVO; "" unknown
	Patronato   string        `json:"patronato,omitempty"`
	MandateOn   Date          `json:"delega,omitempty"` // day the mandate was registered; 0 none
	TaxCode     CodiceFiscale `json:"codice_fiscale"`
	ClaimNumber string        `json:"domanda,omitempty"`
	Kind        string        `json:"tipo"` // EVENTO, VARIAZIONE
	Events      []Event       `json:"eventi,omitempty"`
	Changes     *DataChanges  `json:"variazioni,omitempty"`
}

// Values of the closed lists of a submission.
const (
	KindEvent  = "EVENTO"
	KindChange = "VARIAZIONE"

	FormDS56bis = "DS56BIS"

	ChannelWeb           = "WEB"
	ChannelContactCenter = "CONTACT_CENTER"
	ChannelPatronato     = "PATRONATO"
	ChannelPaper         = "CARTACEO"

	PINDispositive = "DISPOSITIVO"
	PINBasic       = "NON_DISPOSITIVO"

	EventSubordinate  = "LAVORO_SUBORDINATO"
	EventSelfEmployed = "LAVORO_AUTONOMO"
	EventPension      = "PENSIONE"
	EventExpatriation = "ESPATRIO"
	EventSickness     = "MALATTIA"
	EventHospital     = "RICOVERO"
	EventMaternity    = "MATERNITA"
	EventCivilService = "SERVIZIO_CIVILE"

	CaseStart        = "INIZIO"
	CaseRunning      = "GIA_AVVIATA"
	CaseIncomeChange = "VARIAZIONE_REDDITO"
	CaseActualIncome = "REDDITO_EFFETTIVO"
	CategorySelf     = "AUTONOMO"
	CategoryQuasi    = "PARASUBORDINATO"
	CategoryEmployee = "SUBORDINATO"
	PaymentAtCounter = "BONIFICO_DOMICILIATO"
	PaymentOnAccount = "ACCREDITO_CONTO"
	CountryItaly     = "IT"
	GroupResidence   = "RESIDENZA"
	GroupDomicile    = "DOMICILIO"
	GroupEmail       = "EMAIL"
	GroupPhone       = "TELEFONO"
	GroupPayment     = "PAGAMENTO"
)

// Event is one event of a submission (evento): its kind, its days and, for work, income and employer.
type Event struct {
	Kind            string     `json:"evento"`
	Case            string     `json:"fattispecie,omitempty"`
	Category        string     `json:"categoria,omitempty"`
	Start           Date       `json:"inizio,omitempty"`
	End             Date       `json:"fine,omitempty"`
	Income          Opt[Cents] `json:"reddito"`
	Year            int32      `json:"anno"` // the year the income refers to
	Employer        string     `json:"datore,omitempty"`
	EmployerName    string     `json:"denominazione,omitempty"`
	EmployerCountry string     `json:"stato,omitempty"` // ISO 3166-1 alpha-2
}

// DataChanges are the personal data to be changed (variazioni); nil and "" mean no change.
type DataChanges struct {
	Residence *Address `json:"residenza,omitempty"`
	Domicile  *Address `json:"domicilio,omitempty"`
	Email     string   `json:"email,omitempty"`
	Phone     string   `json:"telefono,omitempty"`
	Payment   *Payment `json:"pagamento,omitempty"`
}

// Address is a postal address (indirizzo).
type Address struct {
	Street  string `json:"indirizzo,omitempty"`
	Commune string `json:"comune,omitempty"` // Belfiore code
	Postal  string `json:"cap,omitempty"`
}

// Payment is how the benefit is paid: mode and IBAN are one group (R66).
type Payment struct {
	Mode string `json:"modalita,omitempty"`
	IBAN string `json:"iban,omitempty"`
}

// Ref is the name of the submission in lists of sources: its protocol.
func (s *Submission) Ref() string { return s.Protocol }

// Notice is a fact told by another office or archive (segnalazione): the job centre, pension archives, PIN and
// mandate registers, declared incomes, changed tax codes.
type Notice struct {
	ID       DocID  `json:"-"`
	Source   Source `json:"-"`
	Acquired Date   `json:"-"`

	Kind      string        `json:"tipo"`
	TaxCode   CodiceFiscale `json:"codice_fiscale"`
	On        Date          `json:"data"` // the day the fact holds from; for incomes the day of the declaration
	Origin    string        `json:"fonte,omitempty"`
	Protocol  string        `json:"protocollo,omitempty"`
	Patronato string        `json:"patronato,omitempty"`
	Start     Date          `json:"inizio,omitempty"`
	Income    Opt[Cents]    `json:"reddito"`
	Year      int32         `json:"anno,omitempty"`
	Category  string        `json:"categoria,omitempty"`
	Basis     string        `json:"origine,omitempty"` // DICHIARAZIONE_REDDITI, AUTODICHIARAZIONE
	NewCode   CodiceFiscale `json:"nuovo,omitempty"`
	Ruling    *Ruling       `json:"provvedimento,omitempty"` // of an operator; nil where another office speaks
}

// Kinds of notice.
const (
	NoticePension           = "REQUISITI_PENSIONE"
	NoticeInvalidity        = "ASSEGNO_INVALIDITA"
	NoticeStatusLoss        = "PERDITA_STATO"
	NoticeRefusal           = "RIFIUTO_OFFERTA"
	NoticePIN               = "PIN_DISPOSITIVO"
	NoticeMandate           = "DELEGA"
	NoticeSubordinateIncome = "REDDITO_SUBORDINATO"
	NoticeActualIncome      = "REDDITO_EFFETTIVO"
	NoticeTaxCodeChanged    = "CODICE_FISCALE_VARIATO"
	NoticeRuling            = "PROVVEDIMENTO" // of an operator, with its Ruling
)

// Ref is the name of the notice in lists of sources: its protocol, or a piece of its identity that starts with "#".
func (n *Notice) Ref() string {
	if n.Protocol == "" {
		return "#" + shortHex(n.ID)
	}
	return n.Protocol
}
