package pipeline

// Model is the form of a mandatory communication (modello).
type Model string

// The models.
const (
	ModelUnilav    Model = "UNILAV"
	ModelUnisomm   Model = "UNISOMM"
	ModelUniurg    Model = "UNIURG"
	ModelVardatori Model = "VARDATORI"
	ModelDomestico Model = "DOMESTICO"
)

// EventKind is what a communication says happened; it follows from the body of the document.
type EventKind string

// The events of a relationship.
const (
	EventHire        EventKind = "ASSUNZIONE"
	EventExtension   EventKind = "PROROGA"
	EventConversion  EventKind = "TRASFORMAZIONE"
	EventTermination EventKind = "CESSAZIONE"
	EventTransfer    EventKind = "TRASFERIMENTO" // change of employer (VarDatori)
	EventUrgent      EventKind = "URGENZA"       // UniUrg: a start to be confirmed
)

// Purpose is the TipoComunicazione: why a document was sent, "01" to "09".
type Purpose string

// The purposes that matter here.
const (
	PurposeNormal       Purpose = "01"
	PurposeCorrection   Purpose = "03" // rettifica: replaces the document with the previous code
	PurposeCancellation Purpose = "04" // annullamento: withdraws the document with the previous code
)

// Tri is a flag that may be unknown.
type Tri string

// The values of Tri; the zero value is unknown.
const (
	Unknown Tri = ""
	Yes     Tri = "SI"
	No      Tri = "NO"
)

// Communication is a mandatory communication about one worker (comunicazione obbligatoria): the allow-listed part of
// a UniLav, UniSomm, UniUrg or VarDatori document. A VarDatori gives one for each worker it names.
// Absent texts are "", absent dates 0.
type Communication struct {
	ID       DocID
	Source   Source
	Acquired Date  // the night that took it in (data di acquisizione)
	Part     int32 // of a VarDatori: the worker's place in the document, from 0; [PartWithdrawn], [PartContended], [PartCited]; else 0

	Model        Model
	Event        EventKind
	Purpose      Purpose
	Code         string // codiceComunicazione, sixteen characters; of domestic work any text up to fifty
	PreviousCode string // codiceComunicazionePrec
	Version      string // versione of the layout
	SentAt       Instant
	SentOn       Date   // SentAt cut in Europe/Rome
	ZoneAssumed  bool   // the document gave no offset; Europe/Rome was taken
	Sender       string // delegato: tax code of who sent it for the employer

	Worker     CodiceFiscale
	Surname    string
	GivenName  string
	Sex        string
	BirthDate  Date
	BirthPlace string

	Employer       string // datore di lavoro; for UniSomm the agency; for VarDatori the present employer
	EmployerName   string
	PublicEmployer bool

	Contract     string // TipologiaContrattuale, "A.02.00"
	Start        Date   // dataInizio of the relationship; for UniSomm dataInizioSomm
	End          Date   // dataFine, as this document states it
	TrainingEnd  Date   // dataFinePeriodoFormativo
	Hours        string // tipoOrario: F full, P V M part time, N not defined
	WeeklyHours  int32
	YearlyPay    Opt[Cents] // RetribuzioneCompenso, gross a year
	Seasonal     bool
	Agricultural bool
	WorkDays     int32 // ggLavorativePreviste
	Partner      bool  // socioLavoratore
	Availability Tri   // indennitaDisponibilita of on-call work

	EventDate Date   // new end of an extension, day of a conversion, last day of a termination, day of a transfer
	EventCode string // codiceTrasformazione, codiceCausa, codiceVariazione (UniSomm), codiceTrasferimento

	// UniSomm: the mission at the user company.
	UserCompany  string
	MissionStart Date
	MissionEnd   Date

	// VarDatori: who employed the worker until the transfer, and until when a leased branch stays.
	PreviousEmployer string
	LeaseEnd         Date

	// Domestic work: the relationship waits to be defined (sospeso in attesa di definizione).
	Pending bool
}

// UnassignedCode tells whether a communication code is none: empty, all zeros, or a sender's own number padded with
// zeros on the left. Such a code names nothing and is never joined on.
func UnassignedCode(code string) bool { return len(code) < 4 || code[:4] == "0000" }

// PartWithdrawn is the Part of what a correction or cancellation is to the worker whom it names no longer: the document it cites
// was about them, and it is about somebody else. Worker is whom the cited document was about, names and birth are of whom it names
// now, Acquired is the night on which the second of the two came. It says nothing but that the cited document holds no more.
// A cancellation has one of whom it names, too, who then knows that it is of another's document, and of none of theirs that says the same.
const PartWithdrawn = -1

// PartContended is the Part of what a correction or cancellation is to a worker to whom other corrections have led, of a document whose
// place it took. It is like one of [PartWithdrawn], but PreviousCode is the code of the document that is about them, which stands or falls
// with what it goes back to, whatever was sent later; and a cancellation may name the worker itself.
const PartContended = -2

// PartCited is the Part of what a record of domestic work is to the worker whom a correction of it names, and it does not: a correction
// does not say what happened, and the record does. Code is the one that the correction cites. It says nothing else.
const PartCited = -3

// Withdrawn tells whether the communication is of [PartWithdrawn], [PartContended] or [PartCited].
func (c *Communication) Withdrawn() bool { return c.Part < 0 }

// Name gives the [NameKey] of the document's code; 0 where it has none that is assigned, or is not about who it names.
func (c *Communication) Name() uint32 { return c.nameOf(c.Code) }

// Cites gives the [NameKey] of the code that a correction or cancellation cites; 0 for anything else.
func (c *Communication) Cites() uint32 {
	if c.Purpose != PurposeCorrection && c.Purpose != PurposeCancellation {
		return 0
	}
	return c.nameOf(c.PreviousCode)
}

func (c *Communication) nameOf(code string) uint32 {
	if c.Withdrawn() || !c.Names(code) {
		return 0
	}
	return NameKey(code, c.Model == ModelDomestico)
}

// Names tells whether a code, of the document or cited by it, names a document. Those of domestic work are whatever
// INPS gave, and each is assigned; for all others see [UnassignedCode].
func (c *Communication) Names(code string) bool {
	if c.Model == ModelDomestico {
		return code != ""
	}
	return !UnassignedCode(code)
}

// Ref is the name of the document in lists of sources: its code, or, while it has none that is assigned, a piece of
// its identity that starts with "#".
func (c *Communication) Ref() string {
	if !c.Names(c.Code) {
		return "#" + shortHex(c.ID)
	}
	return c.Code
}

func shortHex(id DocID) string {
	const hexdigits = "0123456789abcdef"
	var b [16]byte
	for i := range 8 {
		b[2*i], b[2*i+1] = hexdigits[id[i]>>4], hexdigits[id[i]&15]
	}
	return string(b[:])
}
