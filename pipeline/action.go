package pipeline

// Action is a row of azioni and of azioni_in_essere: an effect on a claim, either entered by the procedure
// (AUTOMATICA) or put before an operator (PROPOSTA). Absent texts are "", absent dates 0, absent numbers not OK.
type Action struct {
	ID        string // id_azione, made when the action is NUOVA and then carried
	Operation string // operazione
	Cause     string // causa
	Cascade   string // id_cascata
	Type      string // tipo_azione
	Mode      string // modalita
	Cautious  bool   // cautelativa

	Claim         string // numero_domanda
	ClaimProtocol string // protocollo_domanda
	Benefit       string // prestazione
	TaxCode       CodiceFiscale
	Office        string // sede

	From     Date // dal
	To       Date // al
	Days     Opt[int32]
	PrevFrom Date // dal_precedente
	PrevTo   Date // al_precedente

	DaysUsed     Opt[int32] // giorni_fruiti
	DaysResidual Opt[int32] // giorni_residui
	NewEnd       Date       // nuova_scadenza

	Total    Opt[Cents] // importo_totale
	Daily    Opt[int64] // importo_giornaliero, in hundredths of a cent
	Withheld Opt[Cents] // importo_trattenuto

	OverpaidFrom Date
	OverpaidTo   Date
	OverpaidDays Opt[int32]

	Group string // gruppo_dati
	Data  string // dati, JSON

	Rule         string // regola
	Norm         string // norma
	RulesVersion string // versione_regole
	Reason       string // motivazione
	Margin       Opt[int32]
	Trace        string // traccia, JSON
	Sources      string // fonti, joined by ";"
	Night        Date   // data_elaborazione
}

// SameContent tells whether two rows say the same to an office and to a payment: everything that these act on. Sentences,
// sources, traces and the version of the rules are not part of it.
func (a *Action) SameContent(b *Action) bool {
	return a.From == b.From && a.To == b.To && a.Days == b.Days && a.DaysUsed == b.DaysUsed && a.DaysResidual == b.DaysResidual &&
		a.NewEnd == b.NewEnd && a.Total == b.Total && a.Daily == b.Daily && a.Withheld == b.Withheld &&
		a.OverpaidFrom == b.OverpaidFrom && a.OverpaidTo == b.OverpaidTo && a.OverpaidDays == b.OverpaidDays &&
		a.Cautious == b.Cautious && a.Type == b.Type && a.Mode == b.Mode && a.Claim == b.Claim && a.ClaimProtocol == b.ClaimProtocol &&
		a.Benefit == b.Benefit && a.TaxCode == b.TaxCode && a.Office == b.Office && a.Group == b.Group && a.Data == b.Data
}

// Values of the closed lists of an action.
const (
	ActionSuspend      = "SOSPENSIONE"
	ActionResume       = "RIPRESA"
	ActionDecade       = "DECADENZA"
	ActionReduce       = "RIDUZIONE"
	ActionLoadActivity = "CARICAMENTO_ATTIVITA"
	ActionUpdateData   = "VARIAZIONE_DATI"

	ModeAuto     = "AUTOMATICA"
	ModeProposed = "PROPOSTA"

	OperationNew       = "NUOVA"
	OperationChanged   = "MODIFICATA"
	OperationWithdrawn = "ANNULLATA"

	CauseOperator      = "OPERATORE"
	CauseRules         = "REGOLE"
	CauseCancellation  = "ANNULLAMENTO"
	CauseCorrection    = "RETTIFICA"
	CauseCommunication = "COMUNICAZIONE"
	CauseDeclaration   = "DICHIARAZIONE"
	CauseNotice        = "SEGNALAZIONE"
	CauseClaimData     = "DATI_DOMANDA"
	CauseCalendar      = "CALENDARIO"
)

// Exception is a row of eccezioni: what the data do not settle, with its reasons, for the office to decide.
type Exception struct {
	ID       string // id_eccezione, stable
	State    string // stato
	Code     string // codice
	Class    string // classe
	Title    string
	Text     string // descrizione
	Proposed string // azione_proposta

	Claim    string
	Protocol string
	Kind     string // tipologia
	TaxCode  CodiceFiscale
	Office   string

	Rule    string
	Norm    string
	From    Date
	To      Date
	Days    Opt[int32]
	Amount  Opt[Cents]
	Margin  Opt[int32]
	Trace   string
	Cascade string
	Sources string

	FirstNight  Date   // prima_elaborazione
	Due         Date   // scadenza
	Priority    int32  // priorita, 1 first
	Fingerprint string // impronta of the facts it rests on
	Closable    bool
	SecondEyes  bool // secondo_operatore
	Night       Date
}

// Values of the closed lists of an exception.
const (
	ClassBlock   = "BLOCCO"
	ClassHold    = "ATTESA"
	ClassProtect = "CAUTELA"
	ClassInfo    = "INFO"

	ExceptionNew      = "NUOVA"
	ExceptionOpen     = "APERTA"
	ExceptionChanged  = "MODIFICATA"
	ExceptionReopened = "RIAPERTA"
	ExceptionClosed   = "CHIUSA_DA_SOLA"
	ExceptionCleared  = "LAVORATA" // never published: an operator has closed it on the facts it has
)

// Standing tells whether the exception is still open: neither closed by itself nor cleared by an operator.
func (e *Exception) Standing() bool {
	return e.State != ExceptionClosed && e.State != ExceptionCleared
}

// SubmissionRow is a row of comunicazioni.
type SubmissionRow struct {
	Protocol    string
	SubmittedAt Instant
	Channel     string
	Form        string
	Kind        string
	Event       string
	Claim       string
	TaxCode     CodiceFiscale
	Office      string
	List        string
	Read        bool
	ReadAt      Instant
	Outcome     string
	Night       Date
}

// The lists of submissions, as DSWeb names them.
const (
	ListReceived = "PERVENUTA"
	ListPending  = "DA_LAVORARE"
	ListWorked   = "LAVORATA"
)

// Evidence is a row of evidenze: one source document behind an action or exception.
type Evidence struct {
	Owner    string // id_proprietario
	Order    int32
	Document string // tipo_documento
	Ref      string // codice_fonte
	Flow     string
	File     string
	Offset   int64
	SHA256   string
	SentAt   Instant
	Acquired Date
	Night    Date
}

// Stretch is a row of situazione: days of a claim that share a state.
type Stretch struct {
	Claim       string
	TaxCode     CodiceFiscale
	Office      string
	From        Date
	To          Date
	Days        Opt[int32]
	State       string
	Action      string // id_azione
	Termination string // cessazione (R71)
	Night       Date
}

// States of a stretch and outcomes of R71.
const (
	StretchPayable   = "PAGABILE"
	StretchSuspended = "SOSPESA"
	StretchReduced   = "RIDOTTA"
	StretchForfeited = "DECADUTA"
	StretchContested = "CONTESA"

	TerminationFound    = "ACCERTATA"
	TerminationNotFound = "NON_TROVATA"
	TerminationDiffers  = "DISCORDANTE"
)

// AgendaRow is a row of agenda: something that falls due.
type AgendaRow struct {
	Office    string
	Date      Date
	Kind      string
	Claim     string
	TaxCode   CodiceFiscale
	Action    string
	Exception string
	Rule      string
	Reason    string
	Night     Date
}

// Kinds of agenda row.
const (
	AgendaResume = "RIPRESA"
	AgendaTerm   = "TERMINE"
	AgendaExpiry = "SCADENZA"
)

// DiscardRow is a row of scarti.
type DiscardRow struct {
	Discard
	Night Date
}

// BalanceRow is a row of quadratura.
type BalanceRow struct {
	Scope string // ambito
	Item  string // voce
	Value int64
	Night Date
}
