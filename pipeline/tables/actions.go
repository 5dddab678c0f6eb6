package tables

import (
	"cmp"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Actions is azioni.parquet: what is new, changed or withdrawn tonight.
var Actions = &table.Table[pipeline.Action]{
	Name: "azioni",
	File: "azioni.parquet",
	Describe: "Azioni nuove, modificate o annullate nella notte: gli effetti sulle domande, inseriti dalla procedura o proposti all'operatore. " +
		"Ordine: sede, codice_fiscale, numero_domanda, dal, tipo_azione, id_azione.",
	Columns: actionColumns,
	Compare: total(actionColumns, compareActions),
}

// ActionsInForce is azioni_in_essere.parquet: what has been issued and not withdrawn, whether its days are over or
// not, as it was last published. Columns and order are those of [Actions].
var ActionsInForce = &table.Table[pipeline.Action]{
	Name: "azioni_in_essere",
	File: "azioni_in_essere.parquet",
	Describe: "Azioni emesse e non annullate dopo la notte, anche quando i loro giorni sono già trascorsi: lo stato da cui parte la notte seguente. " +
		"Ogni riga è come la pubblicò l'ultima notte che l'ha emessa o cambiata: operazione, causa e data_elaborazione sono di quella. " +
		"Ordine: sede, codice_fiscale, numero_domanda, dal, tipo_azione, id_azione.",
	Columns: actionColumns,
	Compare: total(actionColumns, compareActions),
}

func compareActions(a, b *pipeline.Action) int {
	if c := strings.Compare(a.Office, b.Office); c != 0 {
		return c
	}
	if c := strings.Compare(string(a.TaxCode), string(b.TaxCode)); c != 0 {
		return c
	}
	if c := strings.Compare(a.Claim, b.Claim); c != 0 {
		return c
	}
	if c := cmp.Compare(a.From, b.From); c != 0 {
		return c
	}
	if c := strings.Compare(a.Type, b.Type); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

var actionColumns = []table.Column[pipeline.Action]{
	table.Required(table.TextOf("id_azione",
		"Identificativo dell'azione: nasce con la notte che la emette (NUOVA) e resta lo stesso in ogni modifica e nell'annullamento.",
		func(r *pipeline.Action) *string { return &r.ID })),
	table.Required(table.CodeOf("operazione",
		"Che cosa accade all'azione nella notte: NUOVA, MODIFICATA oppure ANNULLATA.",
		func(r *pipeline.Action) *string { return &r.Operation })),
	table.Required(table.CodeOf("causa",
		"Perché l'azione è apparsa o cambiata, una sola: OPERATORE, REGOLE, ANNULLAMENTO, RETTIFICA, COMUNICAZIONE, DICHIARAZIONE, SEGNALAZIONE, DATI_DOMANDA, CALENDARIO; vale la prima applicabile in quest'ordine.",
		func(r *pipeline.Action) *string { return &r.Cause })),
	table.TextOf("id_cascata",
		"Identificativo comune alle righe di azioni e di eccezioni che lo stesso fatto ha cambiato; nullo se la riga sta da sola.",
		func(r *pipeline.Action) *string { return &r.Cascade }),
	table.Required(table.CodeOf("tipo_azione",
		"Effetto sulla domanda: SOSPENSIONE, RIPRESA, DECADENZA, RIDUZIONE, CARICAMENTO_ATTIVITA oppure VARIAZIONE_DATI.",
		func(r *pipeline.Action) *string { return &r.Type })),
	table.Required(table.CodeOf("modalita",
		"AUTOMATICA se l'azione è inserita dalla procedura, PROPOSTA se attende la decisione dell'operatore della sede.",
		func(r *pipeline.Action) *string { return &r.Mode })),
	table.BoolOf("cautelativa",
		"Vero se l'azione è presa in via cautelativa, a tutela dell'Istituto, in attesa che un fatto si chiarisca.",
		func(r *pipeline.Action) *bool { return &r.Cautious }),
	table.Required(table.TextOf("numero_domanda",
		"Numero della domanda di prestazione, sempre testo con gli zeri iniziali. Fonte: archivio delle domande.",
		func(r *pipeline.Action) *string { return &r.Claim })),
	table.TextOf("protocollo_domanda",
		"Protocollo con cui la domanda è stata acquisita. Fonte: archivio delle domande.",
		func(r *pipeline.Action) *string { return &r.ClaimProtocol }),
	table.CodeOf("prestazione",
		"Prestazione richiesta: ASPI, MINI_ASPI, MINI_ASPI_2012, ASPI_SOSPESI oppure NASPI. Fonte: archivio delle domande.",
		func(r *pipeline.Action) *string { return &r.Benefit }),
	table.Required(table.TextOf("codice_fiscale",
		"Codice fiscale del titolare della domanda (16 caratteri, oppure 11 cifre se provvisorio). Fonte: archivio delle domande.",
		func(r *pipeline.Action) *pipeline.CodiceFiscale { return &r.TaxCode })),
	table.CodeOf("sede",
		"Codice della sede che ha in carico la domanda, sempre testo. Esempio: 0700. Fonte: archivio delle domande.",
		func(r *pipeline.Action) *string { return &r.Office }),
	table.Required(table.DateOf("dal",
		"Primo giorno dell'effetto, compreso; per VARIAZIONE_DATI la data della dichiarazione.",
		func(r *pipeline.Action) *pipeline.Date { return &r.From })),
	table.DateOf("al",
		"Ultimo giorno dell'effetto, compreso, per SOSPENSIONE e RIDUZIONE; nullo finché la fine è aperta e per gli altri tipi.",
		func(r *pipeline.Action) *pipeline.Date { return &r.To }),
	table.OptOf("giorni",
		"Giorni di calendario da dal ad al, estremi compresi; nullo quando al è nullo.",
		table.Int32, func(r *pipeline.Action) *pipeline.Opt[int32] { return &r.Days }),
	table.DateOf("dal_precedente",
		"Valore di dal prima della modifica o dell'annullamento; nullo per le azioni nuove.",
		func(r *pipeline.Action) *pipeline.Date { return &r.PrevFrom }),
	table.DateOf("al_precedente",
		"Valore di al prima della modifica o dell'annullamento; nullo per le azioni nuove o se la fine era aperta.",
		func(r *pipeline.Action) *pipeline.Date { return &r.PrevTo }),
	table.OptOf("giorni_fruiti",
		"Giorni di prestazione già fruiti alla data dal; solo per RIPRESA e per SOSPENSIONE con fine nota.",
		table.Int32, func(r *pipeline.Action) *pipeline.Opt[int32] { return &r.DaysUsed }),
	table.OptOf("giorni_residui",
		"Giorni di prestazione ancora spettanti alla data dal; solo per RIPRESA e per SOSPENSIONE con fine nota.",
		table.Int32, func(r *pipeline.Action) *pipeline.Opt[int32] { return &r.DaysResidual }),
	table.DateOf("nuova_scadenza",
		"Nuovo termine teorico della prestazione, ultimo giorno compreso; solo per RIPRESA e per SOSPENSIONE con fine nota.",
		func(r *pipeline.Action) *pipeline.Date { return &r.NewEnd }),
	table.OptOf("importo_totale",
		"Importo in euro trattenuto per riduzione nell'intero periodo da dal ad al; solo per RIDUZIONE.",
		table.Decimal2, func(r *pipeline.Action) *pipeline.Opt[pipeline.Cents] { return &r.Total }),
	table.OptOf("importo_giornaliero",
		"Importo in euro trattenuto per ogni giorno, con quattro decimali: importo_totale diviso per giorni; solo per RIDUZIONE.",
		table.Decimal4, func(r *pipeline.Action) *pipeline.Opt[int64] { return &r.Daily }),
	table.OptOf("importo_trattenuto",
		"Importo in euro che il tratto aveva trattenuto quando una nuova dichiarazione di reddito lo ha interrotto; solo per RIDUZIONE interrotta.",
		table.Decimal2, func(r *pipeline.Action) *pipeline.Opt[pipeline.Cents] { return &r.Withheld }),
	table.DateOf("indebito_dal",
		"Primo giorno pagato e non dovuto, compreso; nullo se non c'è indebito.",
		func(r *pipeline.Action) *pipeline.Date { return &r.OverpaidFrom }),
	table.DateOf("indebito_al",
		"Ultimo giorno pagato e non dovuto, compreso; nullo se non c'è indebito.",
		func(r *pipeline.Action) *pipeline.Date { return &r.OverpaidTo }),
	table.OptOf("indebito_giorni",
		"Giorni di calendario pagati e non dovuti; nullo se non c'è indebito.",
		table.Int32, func(r *pipeline.Action) *pipeline.Opt[int32] { return &r.OverpaidDays }),
	table.CodeOf("gruppo_dati",
		"Gruppo di dati variato: RESIDENZA, DOMICILIO, EMAIL, TELEFONO oppure PAGAMENTO; solo per VARIAZIONE_DATI.",
		func(r *pipeline.Action) *string { return &r.Group }),
	table.TextOf("dati",
		"Dati dell'azione in JSON: i nuovi valori di una variazione o l'attività da caricare; nullo per gli altri tipi.",
		func(r *pipeline.Action) *string { return &r.Data }),
	table.CodeOf("regola",
		"Codice della regola che ha deciso l'azione. Esempio: R01.",
		func(r *pipeline.Action) *string { return &r.Rule }),
	table.CodeOf("norma",
		"Norma su cui la regola si fonda, come si cita in un provvedimento.",
		func(r *pipeline.Action) *string { return &r.Norm }),
	table.CodeOf("versione_regole",
		"Versione delle regole e dei parametri con cui l'azione è stata decisa.",
		func(r *pipeline.Action) *string { return &r.RulesVersion }),
	table.TextOf("motivazione",
		"Spiegazione dell'azione in una frase italiana che l'operatore può leggere all'interessato.",
		func(r *pipeline.Action) *string { return &r.Reason }),
	table.OptOf("margine_giorni",
		"Distanza in giorni dal limite oltre il quale la decisione sarebbe diversa; nullo se nessun limite è vicino o applicabile.",
		table.Int32, func(r *pipeline.Action) *pipeline.Opt[int32] { return &r.Margin }),
	table.TextOf("traccia",
		"Percorso della decisione in JSON: regole provate e valori confrontati.",
		func(r *pipeline.Action) *string { return &r.Trace }),
	table.TextOf("fonti",
		"Codici dei documenti da cui l'azione deriva (codici comunicazione, protocolli), separati da punto e virgola; il dettaglio è in evidenze.",
		func(r *pipeline.Action) *string { return &r.Sources }),
	table.Required(table.DateOf("data_elaborazione",
		"Notte che ha pubblicato la riga com'è: in azioni quella della cartella e del manifesto, in azioni_in_essere l'ultima che ha emesso o cambiato l'azione. Esempio: 2014-03-01.",
		func(r *pipeline.Action) *pipeline.Date { return &r.Night })),
}
