package worklist

import "incrocio/pipeline"

// Sheet is what a night keeps for the page of an item (scheda): the claim and the documents behind, so that an operator
// sees both records side by side without a search in the archive. The JSON names are those of the store.
type Sheet struct {
	Owner  string        `json:"-"` // id of the item, or protocol of a question
	Kind   Kind          `json:"-"`
	Office string        `json:"-"`
	Night  pipeline.Date `json:"-"`

	Claim     *ClaimSheet `json:"domanda,omitempty"`
	Documents []Document  `json:"documenti,omitempty"`
	Sample    *SampleRow  `json:"azione,omitempty"`
	Risk      *Risk       `json:"rischio,omitempty"`
	Question  *Question   `json:"quesito,omitempty"`
}

// KindQuestion is the kind of the sheet of an employer's question (Cassetto previdenziale per il lavoro domestico).
const KindQuestion Kind = "QUESITO"

// ClaimSheet is the claim as the night knew it.
type ClaimSheet struct {
	Number       string                       `json:"numero"`
	Protocol     string                       `json:"protocollo,omitempty"`
	Benefit      string                       `json:"prestazione,omitempty"`
	TaxCode      pipeline.CodiceFiscale       `json:"codice_fiscale"`
	Surname      string                       `json:"cognome,omitempty"`
	GivenName    string                       `json:"nome,omitempty"`
	BirthDate    pipeline.Date                `json:"data_nascita,omitempty"`
	State        string                       `json:"stato,omitempty"`
	Start        pipeline.Date                `json:"decorrenza,omitempty"`
	DaysGranted  int32                        `json:"giorni_spettanti,omitempty"`
	PaidThrough  pipeline.Date                `json:"pagata_fino_al,omitempty"`
	Daily        pipeline.Opt[pipeline.Cents] `json:"importo_giornaliero"`
	TerminatedOn pipeline.Date                `json:"data_cessazione,omitempty"`
	Former       string                       `json:"cf_datore_cessazione,omitempty"`
}

// Document is a source of the item, with what it says as pairs of label and value, in an order that is the same for all
// documents of a kind: two of them can be laid side by side.
type Document struct {
	Ref      string           `json:"codice"` // codice_fonte
	Kind     string           `json:"tipo"`
	SentAt   pipeline.Instant `json:"inviata,omitempty"`
	Acquired pipeline.Date    `json:"acquisita,omitempty"`
	Fields   []Field          `json:"dati"`
}

// Field is a labelled value of a document. Labels are Italian; a value that is not there is "".
type Field struct {
	Label string `json:"voce"`
	Value string `json:"valore"`
}

// SampleRow is the automatic action that was drawn for a look.
type SampleRow struct {
	Action pipeline.Action `json:"azione"`
}

// Question is an employer's question and its answer.
type Question struct {
	Protocol    string                `json:"quesito"`
	On          pipeline.Date         `json:"data"`
	Category    string                `json:"categoria"`
	SentBy      string                `json:"inviato_da,omitempty"`
	Employer    string                `json:"cf_datore,omitempty"`
	Code        string                `json:"codice_rapporto,omitempty"`
	Claim       string                `json:"domanda,omitempty"`
	Attachments []pipeline.Attachment `json:"allegati,omitempty"`
	Answer      string                `json:"risposta,omitempty"`  // "" while open
	Exception   string                `json:"eccezione,omitempty"` // on which it is shown; "" for none
}
