package postgres

// The four roles of the database. Each name follows the prefix and an underscore; none of them logs in, logins are granted
// one.
const (
	roleOwner   = "owner"   // owns tables, views and functions: migrations
	roleRun     = "run"     // the nights
	roleConsole = "console" // the operators' desk: console, spreadsheets, commands on the lists
	roleAnalyst = "analyst" // statistics: views without names, tax codes and accounts of payment
)

// relation is a table of the store, and what each role may do with it in the words of GRANT: "SELECT, UPDATE (elenco)", ""
// for nothing. The owner may do everything.
type relation struct {
	name    string
	sede    bool // rows belong to a sede: row security applies
	run     string
	console string
	outside bool // belongs to somebody else, and may be missing
}

// relations says it for every table: a table that is not here has no privileges, and its tests fail. Analysts have views
// only, see [views].
//
// The console changes of a closing what comes after it: who closed it, what and when stay as they were written.
//
// SELECT … FOR UPDATE on blocco, by which changes happen one after another, asks for UPDATE on some column: that on id, of
// which the only value is 1, lets nobody touch the lease.
var relations = []relation{
	{name: "annotazioni", sede: true, run: "SELECT, UPDATE (sede)", console: "SELECT, INSERT"},
	{name: "audit", run: "SELECT, INSERT", console: "SELECT, INSERT"},
	{name: "azioni_in_essere", sede: true, run: "SELECT, INSERT, DELETE", console: "SELECT"},
	{name: "azioni_in_essere_prima", sede: true, run: "SELECT, INSERT, DELETE"},
	{name: "blocco", run: "SELECT, UPDATE (titolare, gettone, preso_il, scade_il)", console: "SELECT (id), UPDATE (id)"},
	{name: "comunicazioni", sede: true, run: "SELECT, INSERT, UPDATE (elenco), DELETE", console: "SELECT, UPDATE (elenco)"},
	{name: "comunicazioni_prima", sede: true, run: "SELECT, INSERT, DELETE"},
	{name: "contatori", console: "SELECT, UPDATE (valore)"},
	{name: "domande", outside: true, run: "SELECT"},
	{name: "eccezioni", sede: true, run: "SELECT, INSERT, UPDATE (elenco, segno), DELETE", console: "SELECT, UPDATE (elenco)"},
	{name: "eccezioni_prima", sede: true, run: "SELECT, INSERT, DELETE"},
	{name: "eccezioni_storia", sede: true, run: "SELECT, INSERT", console: "SELECT"},
	{name: "ingressi", run: "SELECT, INSERT"},
	{
		name: "lavorazioni", sede: true, run: "SELECT, UPDATE (sede, notte)",
		console: "SELECT, INSERT, UPDATE (gruppo, approvata_da, approvatore, approvata_il, annullata, annullata_da, annullata_il, annullata_perche)",
	},
	{
		name: "lavori", sede: true, run: "SELECT, UPDATE (sede)",
		console: "SELECT, INSERT, UPDATE (sede, versione, stato, operatore, persona, dal, rientro, perche, letto_da, letto_il, chiusura, riaperta)",
	},
	{name: "notti", run: "SELECT, INSERT, UPDATE (stato, cartella, gettone, pubblicata_il), DELETE", console: "SELECT"},
	{name: "notti_tentativi", run: "SELECT, INSERT, UPDATE (fine, esito, messaggio)"},
	{name: "richieste", console: "SELECT, INSERT, DELETE"},
	{name: "schede", sede: true, run: "SELECT, INSERT, UPDATE (elenco), DELETE", console: "SELECT, UPDATE (elenco)"},
	{name: "schede_prima", sede: true, run: "SELECT, INSERT, DELETE"},
	{name: "utenti", console: "SELECT, INSERT, UPDATE (nome, persona, ruolo, sedi, tutte_le_sedi, segreto, disabilitata, creata_il)"},
	{name: "versione_schema", run: "SELECT", console: "SELECT"},
}

// functions are those of the schema. Only triggers call them, which takes no privilege.
var functions = []string{"audit_append_only()"}

// On the schema nobody but the owner makes anything; on the database nights stage their rows in temporary tables.
var (
	onSchema   = map[string]string{roleOwner: "USAGE, CREATE", roleRun: "USAGE", roleConsole: "USAGE", roleAnalyst: "USAGE"}
	onDatabase = map[string]string{
		roleOwner: "CONNECT, TEMPORARY", roleRun: "CONNECT, TEMPORARY", roleConsole: "CONNECT", roleAnalyst: "CONNECT",
	}
)

// visible is the condition under which the console sees, adds and changes a row: incrocio.sedi, which is set for each
// transaction from the operator's scope, names its sede, or is "*". Where it is not set nothing is visible; a row without
// sede is visible under "*" only. The setting is read once a statement, not once a row.
const visible = "(SELECT current_setting('incrocio.sedi', true)) = '*'" +
	" OR sede = ANY ((SELECT string_to_array(current_setting('incrocio.sedi', true), ','))::text[])"
