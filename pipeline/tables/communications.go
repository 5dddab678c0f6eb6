package tables

import (
	"cmp"
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
// check character, and can be told by name and day of birth. It is not published.
var DoubtfulCommunications = &table.Table[pipeline.Communication]{
	Name: "archivio_comunicazioni_dubbie",
	Describe: "Archivio delle comunicazioni obbligatorie acquisite con codice fiscale provvisorio o dal carattere di controllo errato. " +
		"Ordine: codice_fiscale, inviata_il, codice_comunicazione, id, parte.",
	Columns: communicationColumns,
	Compare: total(communicationColumns, compareCommunications),
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
		"Posto del lavoratore in un VarDatori, da 0; 0 per gli altri modelli.",
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
