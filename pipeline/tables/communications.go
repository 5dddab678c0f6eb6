package tables

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Communications is the archive's table of mandatory communications taken in: every field of
// [pipeline.Communication]. It is not published.
var Communications = &table.Table[pipeline.Communication]{
	Name: "archivio_comunicazioni",
	Describe: "Archivio delle comunicazioni obbligatorie acquisite, una riga per lavoratore, con i soli dati ammessi. " +
		"Ordine: codice_fiscale, inviata_il, codice_comunicazione, id, parte.",
	Columns: communicationColumns,
	Compare: total(communicationColumns, compareCommunications),
}

// DoubtfulCommunications is the archive's table of those whose worker is named by a temporary code, or by one with a wrong
// check character, and can be told by name and day of birth; and of what those of a wrong one withdraw from whoever they do not name.
// It is not published.
var DoubtfulCommunications = &table.Table[pipeline.Communication]{
	Name: "archivio_comunicazioni_dubbie",
	Describe: "Archivio delle comunicazioni obbligatorie acquisite con codice fiscale provvisorio o dal carattere di controllo errato. " +
		"Ordine: codice_fiscale, inviata_il, codice_comunicazione, id, parte.",
	Columns: communicationColumns,
	Compare: total(communicationColumns, compareCommunications),
}

// KeyedCommunications is the archive's file of communications since rows are found by the key of their worker: the key and
// the length of a row first, bare; columns for whoever looks at the archive with SQL; the row itself, which holds all
// of [pipeline.Communication] and ends with a digest ([SealRow]); and the keys of the codes that it bears and cites, bare. It is
// not published.
var KeyedCommunications = keyedCommunications(keyedColumns)

// NamelessCommunications is [KeyedCommunications] as files of before are: without the keys of codes.
var NamelessCommunications = keyedCommunications(keyedColumns[:NameColumn])

func keyedCommunications(columns []table.Column[KeyedCommunication]) *table.Table[KeyedCommunication] {
	return &table.Table[KeyedCommunication]{
		Name: "archivio_comunicazioni",
		Describe: "Archivio delle comunicazioni obbligatorie acquisite, una riga per lavoratore, con i soli dati ammessi. " +
			"Ordine: chiave, codice_fiscale, inviata_il, codice_comunicazione, id, parte.",
		Columns: columns,
		Compare: func(a, b *KeyedCommunication) int {
			return compareSealed(&SealedCommunication{a.Key, a.Row}, &SealedCommunication{b.Key, b.Row})
		},
	}
}

// KeyedCommunication is a row of [KeyedCommunications]: the sealed row, and what the file tells beside it.
type KeyedCommunication struct {
	Key      uint64
	Row      string
	Acquired pipeline.Date
	Worker   pipeline.CodiceFiscale
	Model    pipeline.Model
	Event    pipeline.EventKind
	Contract string
	Start    pipeline.Date
	End      pipeline.Date
	Name     uint32 // as [pipeline.Communication.Name] gives it
	Cites    uint32 // as [pipeline.Communication.Cites] does
}

// Places of columns of [KeyedCommunications].
const (
	KeyColumn    = 0
	LengthColumn = 1
	NightColumn  = 2
	RowColumn    = 9
	NameColumn   = 10
	CitesColumn  = 11
)

var keyedColumns = []table.Column[KeyedCommunication]{
	{
		Name: "chiave", Kind: table.Int64, NotNull: true, Bare: true,
		Describe: "Chiave del lavoratore: 64 bit del codice fiscale senza omocodia, letti come numero con segno. Ordinata come numero senza segno.",
		Get:      func(r *KeyedCommunication) table.Value { return table.Value{Num: int64(r.Key)} },
	},
	{
		Name: "lunghezza", Kind: table.Int32, NotNull: true, Bare: true,
		Describe: "Byte della riga.",
		Get:      func(r *KeyedCommunication) table.Value { return table.Value{Num: int64(len(r.Row))} },
	},
	{
		Name: "data_acquisizione", Kind: table.Date, NotNull: true, Bare: true,
		Describe: "Notte che ha acquisito il documento.",
		Get:      func(r *KeyedCommunication) table.Value { return table.Value{Num: int64(r.Acquired.UnixDays())} },
	},
	table.TextOf("codice_fiscale", "Codice fiscale del lavoratore.",
		func(r *KeyedCommunication) *pipeline.CodiceFiscale { return &r.Worker }),
	table.Required(table.CodeOf("modello", "Modello: UNILAV, UNISOMM, UNIURG, VARDATORI oppure DOMESTICO.",
		func(r *KeyedCommunication) *pipeline.Model { return &r.Model })),
	table.Required(table.CodeOf("evento", "Evento comunicato.",
		func(r *KeyedCommunication) *pipeline.EventKind { return &r.Event })),
	table.CodeOf("contratto", "Tipologia contrattuale. Esempio: A.02.00.",
		func(r *KeyedCommunication) *string { return &r.Contract }),
	table.DateOf("data_inizio", "Primo giorno del rapporto.",
		func(r *KeyedCommunication) *pipeline.Date { return &r.Start }),
	table.DateOf("data_fine", "Ultimo giorno del rapporto secondo questo documento; nullo se non indicato.",
		func(r *KeyedCommunication) *pipeline.Date { return &r.End }),
	{
		Name: "riga", Kind: table.Bytes, NotNull: true, Bare: true,
		Describe: "Tutta la comunicazione, nella forma che i metadati descrivono, e otto byte della sua impronta SHA-256.",
		Get:      func(r *KeyedCommunication) table.Value { return table.Value{Str: r.Row} },
	},
	{
		Name: "chiave_codice", Kind: table.Int32, NotNull: true, Bare: true,
		Describe: "Chiave del codice comunicazione: 32 bit letti come numero con segno; 0 se il codice non è assegnato.",
		Get:      func(r *KeyedCommunication) table.Value { return table.Value{Num: int64(int32(r.Name))} },
	},
	{
		Name: "chiave_codice_precedente", Kind: table.Int32, NotNull: true, Bare: true,
		Describe: "Chiave del codice rettificato o annullato; 0 se il documento non rettifica e non annulla.",
		Get:      func(r *KeyedCommunication) table.Value { return table.Value{Num: int64(int32(r.Cites))} },
	},
}

// CommunicationsByKey is [Communications] in the order of the archive: by the key of the worker.
var CommunicationsByKey = &table.Table[pipeline.Communication]{
	Name:    Communications.Name,
	Columns: communicationColumns,
	Compare: func(a, b *pipeline.Communication) int {
		if c := cmp.Compare(a.Worker.Key(), b.Worker.Key()); c != 0 {
			return c
		}
		return Communications.Compare(a, b)
	},
}

// CommunicationRows are the communications as rows of [KeyedCommunications] hold them: identities and digests in bytes.
var CommunicationRows = &table.Table[pipeline.Communication]{
	Name: Communications.Name, Columns: compact(communicationColumns), Compare: Communications.Compare,
}

func compact(columns []table.Column[pipeline.Communication]) []table.Column[pipeline.Communication] {
	out := slices.Clone(columns)
	for i := range out {
		switch c := &out[i]; c.Name {
		case "id":
			c.Get = func(r *pipeline.Communication) table.Value { return table.Value{Str: string(r.ID[:])} }
			c.Set = func(r *pipeline.Communication, v table.Value) {
				if copy(r.ID[:], v.Str) != len(r.ID) {
					r.ID = pipeline.DocID{} // which no document has
				}
			}
		case "sha256":
			c.Get = func(r *pipeline.Communication) table.Value {
				s := unhex(r.Source.SHA256)
				return table.Value{Str: s, Null: s == ""}
			}
			c.Set = func(r *pipeline.Communication, v table.Value) {
				if r.Source.SHA256 = v.Str; len(v.Str) == sha256.Size {
					r.Source.SHA256 = hex.EncodeToString([]byte(v.Str))
				}
			}
		}
	}
	return out
}

// unhex gives the bytes of a digest; a text that is none is left as it is.
func unhex(s string) string {
	if len(s) == 2*sha256.Size {
		if b, err := hex.DecodeString(s); err == nil && hex.EncodeToString(b) == s {
			return string(b)
		}
	}
	return s
}

func compareCommunications(a, b *pipeline.Communication) int {
	if c := strings.Compare(string(a.Worker), string(b.Worker)); c != 0 {
		return c
	}
	if c := compareInstants(a.SentAt, b.SentAt); c != 0 {
		return c
	}
	if c := strings.Compare(a.Code, b.Code); c != 0 {
		return c
	}
	if c := compareIDs(&a.ID, &b.ID); c != 0 {
		return c
	}
	return cmp.Compare(a.Part, b.Part)
}

// compareInstants puts no moment first, before those that lie before 1970 too.
func compareInstants(a, b pipeline.Instant) int {
	switch {
	case a == b:
		return 0
	case a == 0:
		return -1
	case b == 0:
		return 1
	}
	return cmp.Compare(a, b)
}

var communicationColumns = append(provenance(
	func(r *pipeline.Communication) *pipeline.DocID { return &r.ID },
	func(r *pipeline.Communication) *pipeline.Source { return &r.Source },
	func(r *pipeline.Communication) *pipeline.Date { return &r.Acquired },
), []table.Column[pipeline.Communication]{
	table.IntOf("parte",
		"Posto del lavoratore in un VarDatori, da 0; 0 per gli altri modelli; -1 per il lavoratore che una rettifica o un annullamento non nomina più; "+
			"-2 per quello a cui portano altre rettifiche di ciò che è stato rettificato o annullato così: codice_precedente è allora il codice della sua; "+
			"-3 di lavoro domestico, per quello che una rettifica nomina al posto di un altro: dice di quale evento è la rettifica.",
		table.Int32, func(r *pipeline.Communication) *int32 { return &r.Part }),
	table.Required(table.CodeOf("modello",
		"Modello: UNILAV, UNISOMM, UNIURG, VARDATORI oppure DOMESTICO.",
		func(r *pipeline.Communication) *pipeline.Model { return &r.Model })),
	table.Required(table.CodeOf("evento",
		"Evento comunicato: ASSUNZIONE, PROROGA, TRASFORMAZIONE, CESSAZIONE, TRASFERIMENTO oppure URGENZA.",
		func(r *pipeline.Communication) *pipeline.EventKind { return &r.Event })),
	table.CodeOf("tipo_comunicazione",
		"TipoComunicazione, da 01 a 09: 03 è una rettifica, 04 un annullamento.",
		func(r *pipeline.Communication) *pipeline.Purpose { return &r.Purpose }),
	table.TextOf("codice_comunicazione",
		"Codice comunicazione, sedici caratteri; per DOMESTICO un testo fino a cinquanta.",
		func(r *pipeline.Communication) *string { return &r.Code }),
	table.TextOf("codice_precedente",
		"Codice della comunicazione rettificata, annullata o proseguita.",
		func(r *pipeline.Communication) *string { return &r.PreviousCode }),
	table.CodeOf("versione",
		"Versione del tracciato dichiarata dal documento.",
		func(r *pipeline.Communication) *string { return &r.Version }),
	table.InstantOf("inviata_il",
		"Momento dell'invio, in tempo universale (UTC).",
		func(r *pipeline.Communication) *pipeline.Instant { return &r.SentAt }),
	table.DateOf("data_invio",
		"Giorno dell'invio in Europe/Rome.",
		func(r *pipeline.Communication) *pipeline.Date { return &r.SentOn }),
	table.BoolOf("fuso_presunto",
		"Vero se il documento non indica il fuso e si è preso Europe/Rome.",
		func(r *pipeline.Communication) *bool { return &r.ZoneAssumed }),
	table.CodeOf("cf_delegato",
		"Codice fiscale di chi ha inviato per il datore; nullo se ha inviato il datore.",
		func(r *pipeline.Communication) *string { return &r.Sender }),
	table.TextOf("codice_fiscale",
		"Codice fiscale del lavoratore.",
		func(r *pipeline.Communication) *pipeline.CodiceFiscale { return &r.Worker }),
	table.TextOf("cognome",
		"Cognome del lavoratore.",
		func(r *pipeline.Communication) *string { return &r.Surname }),
	table.TextOf("nome",
		"Nome del lavoratore.",
		func(r *pipeline.Communication) *string { return &r.GivenName }),
	table.CodeOf("sesso",
		"Sesso del lavoratore: M oppure F.",
		func(r *pipeline.Communication) *string { return &r.Sex }),
	table.DateOf("data_nascita",
		"Data di nascita del lavoratore.",
		func(r *pipeline.Communication) *pipeline.Date { return &r.BirthDate }),
	table.CodeOf("luogo_nascita",
		"Comune o Stato di nascita del lavoratore, codice catastale. Esempio: H501.",
		func(r *pipeline.Communication) *string { return &r.BirthPlace }),
	table.TextOf("cf_datore",
		"Codice fiscale del datore di lavoro; per UNISOMM dell'agenzia; per VARDATORI del datore attuale.",
		func(r *pipeline.Communication) *string { return &r.Employer }),
	table.TextOf("denominazione_datore",
		"Denominazione del datore di lavoro.",
		func(r *pipeline.Communication) *string { return &r.EmployerName }),
	table.BoolOf("datore_pubblico",
		"Vero se il datore è una pubblica amministrazione.",
		func(r *pipeline.Communication) *bool { return &r.PublicEmployer }),
	table.CodeOf("contratto",
		"Tipologia contrattuale. Esempio: A.02.00.",
		func(r *pipeline.Communication) *string { return &r.Contract }),
	table.DateOf("data_inizio",
		"Primo giorno del rapporto; per UNISOMM del rapporto con l'agenzia.",
		func(r *pipeline.Communication) *pipeline.Date { return &r.Start }),
	table.DateOf("data_fine",
		"Ultimo giorno del rapporto secondo questo documento; nullo se non indicato.",
		func(r *pipeline.Communication) *pipeline.Date { return &r.End }),
	table.DateOf("data_fine_periodo_formativo",
		"Ultimo giorno del periodo formativo dell'apprendistato.",
		func(r *pipeline.Communication) *pipeline.Date { return &r.TrainingEnd }),
	table.CodeOf("orario",
		"Tipo di orario: F a tempo pieno, P, V, M a tempo parziale, N non definito.",
		func(r *pipeline.Communication) *string { return &r.Hours }),
	table.IntOf("ore_settimanali",
		"Ore settimanali medie; 0 se non indicate.",
		table.Int32, func(r *pipeline.Communication) *int32 { return &r.WeeklyHours }),
	table.OptOf("retribuzione_annua",
		"Retribuzione lorda annua in euro.",
		table.Decimal2, func(r *pipeline.Communication) *pipeline.Opt[pipeline.Cents] { return &r.YearlyPay }),
	table.BoolOf("stagionale",
		"Vero se il lavoro è stagionale.",
		func(r *pipeline.Communication) *bool { return &r.Seasonal }),
	table.BoolOf("agricolo",
		"Vero se il lavoro è agricolo.",
		func(r *pipeline.Communication) *bool { return &r.Agricultural }),
	table.IntOf("giornate_previste",
		"Giornate lavorative previste, per il lavoro agricolo; 0 se non indicate.",
		table.Int32, func(r *pipeline.Communication) *int32 { return &r.WorkDays }),
	table.BoolOf("socio_lavoratore",
		"Vero se il lavoratore è socio.",
		func(r *pipeline.Communication) *bool { return &r.Partner }),
	table.CodeOf("indennita_disponibilita",
		"Indennità di disponibilità del lavoro intermittente: SI oppure NO; nullo se non si sa.",
		func(r *pipeline.Communication) *pipeline.Tri { return &r.Availability }),
	table.DateOf("data_evento",
		"Nuova fine di una proroga, giorno di una trasformazione o di un trasferimento, ultimo giorno di una cessazione.",
		func(r *pipeline.Communication) *pipeline.Date { return &r.EventDate }),
	table.CodeOf("codice_evento",
		"Codice della trasformazione, della causa di cessazione, della variazione o del trasferimento.",
		func(r *pipeline.Communication) *string { return &r.EventCode }),
	table.TextOf("cf_utilizzatore",
		"Codice fiscale dell'impresa utilizzatrice (UNISOMM).",
		func(r *pipeline.Communication) *string { return &r.UserCompany }),
	table.DateOf("inizio_missione",
		"Primo giorno della missione (UNISOMM).",
		func(r *pipeline.Communication) *pipeline.Date { return &r.MissionStart }),
	table.DateOf("fine_missione",
		"Ultimo giorno della missione (UNISOMM); nullo se non indicato.",
		func(r *pipeline.Communication) *pipeline.Date { return &r.MissionEnd }),
	table.TextOf("cf_datore_precedente",
		"Codice fiscale di chi impiegava il lavoratore fino al trasferimento (VARDATORI).",
		func(r *pipeline.Communication) *string { return &r.PreviousEmployer }),
	table.DateOf("fine_affitto",
		"Ultimo giorno dell'affitto di ramo d'azienda (VARDATORI).",
		func(r *pipeline.Communication) *pipeline.Date { return &r.LeaseEnd }),
	table.BoolOf("in_definizione",
		"Vero se il rapporto domestico è sospeso in attesa di definizione.",
		func(r *pipeline.Communication) *bool { return &r.Pending }),
}...)
