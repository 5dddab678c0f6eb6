package console

import (
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// words are the Italian of the closed lists, as people read them. A value that is not here is shown as it is.
var words = map[string]string{
	string(worklist.StatePending):  "Da lavorare",
	string(worklist.StateTaken):    "In carico",
	string(worklist.StateHeld):     "In attesa",
	string(worklist.StateApproval): "In approvazione",
	string(worklist.StateWorked):   "Lavorata",

	pipeline.ClassBlock:   "Blocco",
	pipeline.ClassHold:    "Attesa",
	pipeline.ClassProtect: "Cautela",
	pipeline.ClassInfo:    "Info",

	string(worklist.KindException):  "Eccezioni",
	string(worklist.KindSubmission): "Comunicazioni",
	string(worklist.KindSample):     "Azioni a campione",

	string(worklist.OutcomeFounded):   "Fondata",
	string(worklist.OutcomeUseful):    "Utile",
	string(worklist.OutcomeUnfounded): "Infondata",

	string(worklist.RoleReader):     "Consultazione",
	string(worklist.RoleOperator):   "Operatore",
	string(worklist.RoleSupervisor): "Responsabile",

	string(worklist.DecideConfirm): "Conferma della proposta",
	string(worklist.DecideRefuse):  "Rifiuto della proposta",
	string(worklist.DecideDates):   "Date accertate",
	string(worklist.DecideFact):    "Fatto da aggiungere",

	"EVENTO":     "Evento che influisce sul pagamento",
	"VARIAZIONE": "Variazione di indirizzo o pagamento",

	"LAVORO_SUBORDINATO": "Lavoro subordinato",
	"LAVORO_AUTONOMO":    "Lavoro autonomo",
	"PENSIONE":           "Pensione",
	"ESPATRIO":           "Espatrio",
	"MALATTIA":           "Malattia",
	"RICOVERO":           "Ricovero",
	"MATERNITA":          "Maternità",
	"SERVIZIO_CIVILE":    "Servizio civile",

	pipeline.ActionSuspend:      "Sospensione",
	pipeline.ActionResume:       "Ripresa",
	pipeline.ActionDecade:       "Decadenza",
	pipeline.ActionReduce:       "Riduzione",
	pipeline.ActionLoadActivity: "Caricamento attività",
	pipeline.ActionUpdateData:   "Variazione dei dati",

	pipeline.ModeAuto:     "Automatica",
	pipeline.ModeProposed: "Proposta",

	pipeline.AgendaTerm:   "Termine",
	pipeline.AgendaExpiry: "Scadenza",

	pipeline.ExceptionNew:      "Nuova",
	pipeline.ExceptionOpen:     "Aperta",
	pipeline.ExceptionChanged:  "Modificata",
	pipeline.ExceptionReopened: "Riaperta",
	pipeline.ExceptionClosed:   "Chiusa da sola",

	pipeline.StateUnderReview: "In esame",
	pipeline.StateInPayment:   "In pagamento",
	pipeline.StateSuspended:   "Sospesa",
	pipeline.StateForfeited:   "Decaduta",
	pipeline.StateExhausted:   "Esaurita",
	pipeline.StateRejected:    "Respinta",

	pipeline.NoticePension:           "Requisiti di pensione raggiunti",
	pipeline.NoticeInvalidity:        "Assegno di invalidità",
	pipeline.NoticeStatusLoss:        "Perdita dello stato di disoccupazione",
	pipeline.NoticeRefusal:           "Rifiuto di un'offerta",
	pipeline.NoticePIN:               "PIN diventato dispositivo",
	pipeline.NoticeMandate:           "Delega al patronato registrata",
	pipeline.NoticeSubordinateIncome: "Reddito da lavoro subordinato",
	pipeline.NoticeActualIncome:      "Reddito effettivo",
	pipeline.NoticeTaxCodeChanged:    "Codice fiscale variato",

	pipeline.QuestionPaymentSlip:   "MAV",
	pipeline.QuestionPersonalData:  "Anagrafiche",
	pipeline.QuestionContributions: "Contributi",
	pipeline.QuestionRelationship:  "Rapporti di lavoro",
	pipeline.QuestionNotice:        "Avviso bonario",
	pipeline.SentByEmployer:        "Datore di lavoro",
	pipeline.SentByDelegate:        "Delegato",

	"WEB": "Web", "CONTACT_CENTER": "Contact center", "PATRONATO": "Patronato", "CARTACEO": "Modulo cartaceo",
	"UNILAV": "UNILAV", "ASPI": "ASpI", "MINI_ASPI": "mini ASpI", "MINI_ASPI_2012": "mini ASpI 2012",
	"ASPI_SOSPESI": "ASpI sospesi", "NASPI": "NASpI",
}

// say gives the Italian of a code.
func say[S ~string](code S) string {
	if w, ok := words[string(code)]; ok {
		return w
	}
	return string(code)
}

// brief gives the Italian of a tipologia where there is little room.
func brief(code string) string {
	switch code {
	case "EVENTO":
		return "Evento"
	case "VARIAZIONE":
		return "Variazione"
	}
	return code
}

// count says how many: count(1, "eccezione", "eccezioni") is "1 eccezione".
func count[N ~int | ~int32 | ~int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(int64(n)) + " " + many
}

// thousands writes a number as Italian texts do: 12.345.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	if neg {
		return "-" + s
	}
	return s
}

// euro writes an amount: "1.234,50 €".
func euro(c pipeline.Cents) string { return c.Italian() + " €" }

// period says the days from to to, both included.
func period(from, to pipeline.Date) string {
	switch {
	case from == 0 && to == 0:
		return ""
	case from == 0:
		return "fino al " + to.Italian()
	case to == 0:
		return "dal " + from.Italian() + ", senza fine nota"
	case from == to:
		return "il " + from.Italian()
	}
	return "dal " + from.Italian() + " al " + to.Italian()
}

// stateTag is the look of a state; the word is always beside it.
func stateTag(s worklist.State) string {
	switch s {
	case worklist.StateTaken:
		return "etichetta-blu"
	case worklist.StateHeld, worklist.StateApproval:
		return "etichetta-ambra"
	case worklist.StateWorked:
		return "etichetta-verde"
	}
	return ""
}

// classTag is the look of a class of exceptions.
func classTag(class string) string {
	switch class {
	case pipeline.ClassBlock:
		return "etichetta-rossa"
	case pipeline.ClassProtect:
		return "etichetta-ambra"
	case pipeline.ClassHold:
		return "etichetta-blu"
	}
	return ""
}

// moment writes a moment as sedi read it, "31/12/2014 10:15"; "" for none.
func moment(i pipeline.Instant) string {
	if i == 0 {
		return ""
	}
	return i.Time().In(pipeline.Rome).Format("02/01/2006 15:04")
}

// hour writes the hour of a moment.
func hour(i pipeline.Instant) string { return i.Time().In(pipeline.Rome).Format("15:04") }
