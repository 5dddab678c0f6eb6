package pipeline

// Ruling is what an operator of a sede decided on an exception (provvedimento). It comes to a night as a notice whose
// protocol is [OperatorRef] and the number of the closing, and it holds for the facts that the operator saw: those named in
// Sources, as they were. The JSON names are those of the archive.
type Ruling struct {
	Kind        string  `json:"tipo"` // CONFERMA, RIFIUTO, DATE, FATTO
	Exception   string  `json:"id_eccezione"`
	Code        string  `json:"codice"`
	Claim       string  `json:"numero_domanda,omitempty"`
	Sources     string  `json:"fonti,omitempty"` // of the exception, as it was
	Fingerprint string  `json:"impronta"`
	From        Date    `json:"dal,omitempty"` // with DATE: the days ascertained, both included
	To          Date    `json:"al,omitempty"`  // 0: no end
	By          string  `json:"operatore"`
	Approved    string  `json:"approvato_da,omitempty"` // "" where it took one person
	At          Instant `json:"quando"`
	Reason      string  `json:"motivo"`
}

// Values of [Ruling.Kind].
const (
	RulingConfirm = "CONFERMA"
	RulingRefuse  = "RIFIUTO"
	RulingDates   = "DATE"
	RulingFact    = "FATTO"
)

// OperatorRef begins the protocol of what operators decided or added; the number of the closing follows.
const OperatorRef = "OP."

// FlowOperators brings what operators decided (flusso). It has no folder in the inbox: nobody but the ledger writes it.
const FlowOperators Flow = "operatori"
