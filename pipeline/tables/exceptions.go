package tables

import (
	"cmp"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Exceptions is eccezioni.parquet: what is open after tonight or was closed by itself tonight.
var Exceptions = &table.Table[pipeline.Exception]{
	Name: "eccezioni",
	File: "eccezioni.parquet",
	Describe: "Eccezioni aperte dopo la notte, o chiuse da sole nella notte: casi che i dati non risolvono e che la sede decide. " +
		"Ordine: sede, classe, priorita, id_eccezione.",
	Columns: exceptionColumns,
	Compare: total(exceptionColumns, compareExceptions),
}

func compareExceptions(a, b *pipeline.Exception) int {
	if c := strings.Compare(a.Office, b.Office); c != 0 {
		return c
	}
	if c := strings.Compare(a.Class, b.Class); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Priority, b.Priority); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

var exceptionColumns = []table.Column[pipeline.Exception]{
	table.Required(table.TextOf("id_eccezione",
		"Identificativo dell'eccezione, stabile da una notte all'altra finché il caso è lo stesso.",
		func(r *pipeline.Exception) *string { return &r.ID })),
	table.Required(table.CodeOf("stato",
		"Stato dopo la notte: NUOVA, APERTA, MODIFICATA, RIAPERTA oppure CHIUSA_DA_SOLA.",
		func(r *pipeline.Exception) *string { return &r.State })),
	table.Required(table.CodeOf("codice",
		"Codice del tipo di eccezione. Esempio: IDENTITA_AMBIGUA.",
		func(r *pipeline.Exception) *string { return &r.Code })),
	table.Required(table.CodeOf("classe",
		"Gravità: BLOCCO (i giorni restano contesi), ATTESA (si aspetta un fatto), CAUTELA (si agisce in via cautelativa), INFO.",
		func(r *pipeline.Exception) *string { return &r.Class })),
	table.CodeOf("titolo",
		"Titolo breve del caso, per gli elenchi.",
		func(r *pipeline.Exception) *string { return &r.Title }),
	table.TextOf("descrizione",
		"Che cosa i dati dicono e perché non basta a decidere, in italiano, con le date e gli importi del caso.",
		func(r *pipeline.Exception) *string { return &r.Text }),
	table.TextOf("azione_proposta",
		"Che cosa la procedura propone all'operatore di fare.",
		func(r *pipeline.Exception) *string { return &r.Proposed }),
	table.TextOf("numero_domanda",
		"Numero della domanda interessata, sempre testo; nullo se il caso non riguarda una domanda precisa.",
		func(r *pipeline.Exception) *string { return &r.Claim }),
	table.TextOf("protocollo",
		"Protocollo della dichiarazione o della segnalazione da cui il caso nasce; nullo se nasce da comunicazioni.",
		func(r *pipeline.Exception) *string { return &r.Protocol }),
	table.CodeOf("tipologia",
		"Tipologia della dichiarazione interessata: EVENTO oppure VARIAZIONE; nulla se non c'è dichiarazione.",
		func(r *pipeline.Exception) *string { return &r.Kind }),
	table.TextOf("codice_fiscale",
		"Codice fiscale della persona interessata (16 caratteri, oppure 11 cifre se provvisorio).",
		func(r *pipeline.Exception) *pipeline.CodiceFiscale { return &r.TaxCode }),
	table.CodeOf("sede",
		"Codice della sede che decide il caso, sempre testo. Esempio: 0700.",
		func(r *pipeline.Exception) *string { return &r.Office }),
	table.CodeOf("regola",
		"Codice della regola che ha aperto il caso. Esempio: R17.",
		func(r *pipeline.Exception) *string { return &r.Rule }),
	table.CodeOf("norma",
		"Norma su cui la regola si fonda, come si cita in un provvedimento.",
		func(r *pipeline.Exception) *string { return &r.Norm }),
	table.DateOf("dal",
		"Primo giorno interessato, compreso; nullo se il caso non ha giorni.",
		func(r *pipeline.Exception) *pipeline.Date { return &r.From }),
	table.DateOf("al",
		"Ultimo giorno interessato, compreso; nullo finché la fine è aperta o se il caso non ha giorni.",
		func(r *pipeline.Exception) *pipeline.Date { return &r.To }),
	table.OptOf("giorni",
		"Giorni di calendario interessati, estremi compresi; nullo se non si contano.",
		table.Int32, func(r *pipeline.Exception) *pipeline.Opt[int32] { return &r.Days }),
	table.OptOf("importo",
		"Importo in euro in gioco: positivo da recuperare, negativo da rimborsare; nullo se non c'è importo.",
		table.Decimal2, func(r *pipeline.Exception) *pipeline.Opt[pipeline.Cents] { return &r.Amount }),
	table.OptOf("margine_giorni",
		"Distanza in giorni dal limite oltre il quale il caso si risolverebbe in altro modo; nullo se non applicabile.",
		table.Int32, func(r *pipeline.Exception) *pipeline.Opt[int32] { return &r.Margin }),
	table.TextOf("traccia",
		"Percorso della valutazione in JSON: regole provate e valori confrontati.",
		func(r *pipeline.Exception) *string { return &r.Trace }),
	table.TextOf("id_cascata",
		"Identificativo comune alle righe di azioni e di eccezioni che lo stesso fatto ha cambiato; nullo se la riga sta da sola.",
		func(r *pipeline.Exception) *string { return &r.Cascade }),
	table.TextOf("fonti",
		"Codici dei documenti da cui il caso deriva, separati da punto e virgola; il dettaglio è in evidenze.",
		func(r *pipeline.Exception) *string { return &r.Sources }),
	table.DateOf("prima_elaborazione",
		"Notte in cui il caso è apparso per la prima volta.",
		func(r *pipeline.Exception) *pipeline.Date { return &r.FirstNight }),
	table.DateOf("scadenza",
		"Ultimo giorno utile per decidere; nullo se non c'è termine.",
		func(r *pipeline.Exception) *pipeline.Date { return &r.Due }),
	table.IntOf("priorita",
		"Ordine di lavorazione: 1 è la più urgente.",
		table.Int32, func(r *pipeline.Exception) *int32 { return &r.Priority }),
	table.TextOf("impronta",
		"Impronta dei fatti su cui il caso si fonda: quando cambia, sono cambiati i fatti.",
		func(r *pipeline.Exception) *string { return &r.Fingerprint }),
	table.BoolOf("chiudibile",
		"Vero se l'operatore può chiudere il caso; falso se solo un nuovo fatto può chiuderlo.",
		func(r *pipeline.Exception) *bool { return &r.Closable }),
	table.BoolOf("secondo_operatore",
		"Vero se la chiusura va approvata da un secondo operatore.",
		func(r *pipeline.Exception) *bool { return &r.SecondEyes }),
	night(func(r *pipeline.Exception) *pipeline.Date { return &r.Night }),
}
