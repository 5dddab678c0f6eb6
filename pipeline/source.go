package pipeline

import "time"

// Instant is a moment as microseconds since 1970-01-01T00:00:00Z. The zero value is "no moment".
type Instant int64

// InstantOf converts a time, cutting below the microsecond.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time gives the moment in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Flow names a stream of input (flusso): the folder of the inbox and the value of the column flusso.
type Flow string

// The flows of input.
const (
	FlowUnilav       Flow = "unilav"
	FlowAspicom      Flow = "aspicom"
	FlowDomestico    Flow = "domestico"
	FlowVoucher      Flow = "voucher"
	FlowSegnalazioni Flow = "segnalazioni"
	FlowDomande      Flow = "domande"
)

// DocID identifies a document by what it says: the SHA-256 of its canonical content. Two files that carry the same
// document, whatever their packaging, encoding or white space, give the same DocID.
type DocID [32]byte

// Source says where a document came from (fonte).
type Source struct {
	Flow   Flow
	File   string // path below the flow's folder; an entry of a container follows after "!"; "!" and "\" in a name are escaped with "\"
	Index  int64  // place of the document in the file, from 0
	Offset int64  // byte offset of the document in the (decompressed) file or entry
	SHA256 string // of the document's own bytes, in hexadecimal
}

// Discard is a document or record that could not be used (scarto). It is data, not an error.
type Discard struct {
	Source
	Code     string // one of the discard codes, stable
	Message  string // in Italian; never repeats personal data
	CommCode string // the document's code or protocol, where it could be read
}

// Discard codes (codice_scarto). Each has one meaning, kept for ever.
const (
	DiscardEmpty       = "FILE_VUOTO"              // nothing in it
	DiscardTooLarge    = "TROPPO_GRANDE"           // over a cap on bytes
	DiscardTooMany     = "TROPPI_ELEMENTI"         // over a cap on entries or documents
	DiscardRatio       = "ESPANSIONE_ECCESSIVA"    // expands beyond the allowed ratio
	DiscardContainer   = "CONTENITORE_NON_VALIDO"  // broken, truncated or encrypted archive
	DiscardNested      = "CONTENITORE_ANNIDATO"    // a container inside a container, or compressed twice
	DiscardEntryName   = "NOME_NON_AMMESSO"        // an entry that is no plain file, or a path that leaves the folder
	DiscardType        = "TIPO_NON_AMMESSO"        // a file whose kind is not read (.p7m, .pdf, …)
	DiscardEncoding    = "CODIFICA_NON_VALIDA"     // not in the declared encoding, or an encoding not accepted
	DiscardDTD         = "DOCTYPE_NON_AMMESSO"     // any document type declaration
	DiscardMalformed   = "XML_NON_VALIDO"          // not well-formed
	DiscardJSON        = "JSON_NON_VALIDO"         // not JSON, or not of the expected shape
	DiscardCSV         = "CSV_NON_VALIDO"          // no row of its table: quotes or number of fields
	DiscardDepth       = "PROFONDITA_ECCESSIVA"    // nesting over the cap
	DiscardTooLong     = "CAMPO_TROPPO_LUNGO"      // an attribute, text, name or line over its cap
	DiscardAttributes  = "ATTRIBUTI_NON_VALIDI"    // too many attributes, or one twice
	DiscardNamespace   = "NAMESPACE_ERRATO"        // a root in no or another namespace
	DiscardRoot        = "MODELLO_SCONOSCIUTO"     // a root element that is none of the models
	DiscardDuplicate   = "ELEMENTO_RIPETUTO"       // a field given twice
	DiscardRivals      = "RIGHE_DISCORDI"          // rows of one claim that say different things
	DiscardMissing     = "DATO_MANCANTE"           // a field without which the document cannot be placed
	DiscardDate        = "DATA_NON_LEGGIBILE"      // not a date
	DiscardTaxCode     = "CODICE_FISCALE_ERRATO"   // worker's or applicant's code: wrong form or check character
	DiscardCode        = "CODICE_NON_VALIDO"       // communication code, protocol or claim number not of its form
	DiscardPrevious    = "PRECEDENTE_DISCORDE"     // two previous codes that differ
	DiscardKind        = "EVENTO_NON_RICONOSCIUTO" // no body element, or more than one
	DiscardValue       = "VALORE_NON_AMMESSO"      // a value outside its closed list
	DiscardAmount      = "IMPORTO_NON_VALIDO"      // not an amount
	DiscardUnsupported = "FLUSSO_NON_GESTITO"      // a file in a folder that no reader serves
	DiscardUnreadable  = "FILE_NON_LEGGIBILE"      // could not be opened or read
)
