package postgres

// view is what analysts read: rows of all sedi, by the rights of the owner.
type view struct{ name, query string }

// claimNumber is the number of a claim where it looks like one. It may be what somebody typed into a form, which may be
// anything, a tax code too.
const claimNumber = "CASE WHEN numero_domanda ~ '^[A-Z]{0,3}[0-9]{1,15}$' THEN numero_domanda END AS numero_domanda"

// itemID is the id of an item that the program has named; that of a submission is what was sent as its protocol.
const itemID = "CASE WHEN tipo <> 'COMUNICAZIONE' THEN id END AS id"

// views hold codes, dates, amounts and the numbers by which rows belong together. Left out are tax codes, everything that
// people wrote, the data of a change (addresses, IBAN), traces and sources, and who worked an item: an analyst counts cases,
// not persons. A pseudonym of the tax code would need a key that the database must not have.
var views = []view{
	{"v_azioni_in_essere", "SELECT id_azione, operazione, causa, id_cascata, tipo_azione, modalita, cautelativa, numero_domanda, prestazione," +
		" sede, dal, al, giorni, dal_precedente, al_precedente, giorni_fruiti, giorni_residui, nuova_scadenza, importo_totale," +
		" importo_giornaliero, importo_trattenuto, indebito_dal, indebito_al, indebito_giorni, gruppo_dati, regola, norma," +
		" versione_regole, margine_giorni, data_elaborazione FROM azioni_in_essere"},
	{"v_comunicazioni", "SELECT data_presentazione, canale, modello, tipologia, evento, " + claimNumber + ", sede, lista, letto, letto_il, esito," +
		" data_elaborazione, elenco FROM comunicazioni"},
	{"v_eccezioni", "SELECT id_eccezione, stato, codice, classe, " + claimNumber + ", tipologia, sede, regola, norma, dal, al, giorni, importo," +
		" margine_giorni, id_cascata, prima_elaborazione, scadenza, priorita, chiudibile, secondo_operatore, data_elaborazione, elenco" +
		" FROM eccezioni"},
	{"v_eccezioni_storia", "SELECT id_eccezione, stato, codice, classe, " + claimNumber + ", tipologia, sede, regola, dal, al, giorni, importo," +
		" prima_elaborazione, scadenza, priorita, data_elaborazione, revisione FROM eccezioni_storia"},
	{"v_lavorazioni", "SELECT numero, tipo, " + itemID + ", sede, gruppo, elementi, esito, provvedimento IS NOT NULL AS provvedimento, quando," +
		" secondo, approvata_il, annullata, annullata_il, notte FROM lavorazioni"},
	{"v_lavori", "SELECT tipo, " + itemID + ", sede, versione, stato, dal, rientro, letto_il, chiusura, riaperta FROM lavori"},
	{"v_notti", "SELECT data_elaborazione, revisione, stato, versione_regole, notte_precedente, preparata_il, pubblicata_il FROM notti"},
}
