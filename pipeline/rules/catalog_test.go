package rules_test

import (
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline/rules"
)

// codes is the closed list of exception codes: the usual class, whether an operator may close one without more
// (chiudibile), whether one closes when its facts are mended (da-sola), whether closing needs another person (secondo).
const codes = `
AGRICOLO                       CAUTELA chiudibile da-sola
ANNULLAMENTO_TARDIVO           BLOCCO  secondo
ANTICIPAZIONE                  BLOCCO  chiudibile da-sola secondo
APPRENDISTATO_A_TERMINE        CAUTELA chiudibile da-sola
ASSEGNO_INVALIDITA             BLOCCO  chiudibile
ATTIVITA_PREESISTENTE          BLOCCO  chiudibile da-sola
CANALE_NON_AMMESSO             BLOCCO  chiudibile
COMUNICAZIONE_ORFANA           BLOCCO  chiudibile da-sola
CONGUAGLIO                     BLOCCO  chiudibile secondo
CONSECUTIVI_STESSO_DATORE      CAUTELA chiudibile da-sola secondo
CONTRATTO_SCONOSCIUTO          BLOCCO  chiudibile da-sola
CUMULO_OLTRE_LIMITE            CAUTELA chiudibile da-sola secondo
CUMULO_POSSIBILE               BLOCCO  chiudibile da-sola secondo
DATE_IN_CONTRASTO              BLOCCO  chiudibile da-sola
DATE_NON_VALIDE                BLOCCO  chiudibile da-sola
DELEGA_ASSENTE                 BLOCCO  chiudibile da-sola
DOMANDA_ASSENTE                BLOCCO  chiudibile da-sola
DOMANDA_BASE_MODIFICATA        BLOCCO  da-sola secondo
DOMANDA_FUORI_AMBITO           BLOCCO  chiudibile da-sola
DOMANDA_INCOERENTE             INFO    chiudibile da-sola
DOMANDA_NON_ULTIMA             BLOCCO  chiudibile
DOMESTICO_IN_DEFINIZIONE       BLOCCO  da-sola
DUPLICATO                      INFO    chiudibile
ESPATRIO                       BLOCCO  chiudibile
EVENTI_MULTIPLI                BLOCCO  chiudibile
FINE_ANTICIPATA_DOPO_DECADENZA INFO    chiudibile secondo
FINE_MANCANTE                  CAUTELA chiudibile da-sola
IDENTITA_AMBIGUA               BLOCCO  chiudibile da-sola
INDEBITO                       INFO    chiudibile
INIZIO_IN_CARENZA              CAUTELA chiudibile da-sola
INIZIO_VICINO_ALLA_FINE        BLOCCO  chiudibile da-sola
INTERMITTENTE                  BLOCCO  chiudibile da-sola
LAVORO_ESTERO                  BLOCCO  chiudibile da-sola
LIMITE_DI_UN_GIORNO            INFO    chiudibile da-sola
MODELLO_SUPERATO               INFO    chiudibile
MONTANTE_SOTTO_RECUPERATO      INFO    chiudibile
PARASUBORDINATO_SENZA_REDDITO  BLOCCO  chiudibile da-sola
PENSIONE_NON_INPS              BLOCCO  chiudibile
PERDITA_STATO                  BLOCCO  chiudibile secondo
PIN_NON_DISPOSITIVO            ATTESA  da-sola
PRIMA_DEL_28_GIUGNO_2013       BLOCCO  chiudibile
PROROGA_TARDIVA                INFO    chiudibile
RAPPORTO_PREESISTENTE          BLOCCO  chiudibile da-sola
REDDITO_ANNO_NUOVO             BLOCCO  chiudibile da-sola
REDDITO_ASSENTE                BLOCCO  chiudibile da-sola
REDDITO_COMUNICATO_TARDI       BLOCCO  chiudibile secondo
REDDITO_OLTRE_LIMITE           CAUTELA chiudibile da-sola secondo
REQUISITI_PENSIONE             BLOCCO  chiudibile da-sola secondo
RETTIFICA_TARDIVA              BLOCCO  secondo
RIDUZIONE_OLTRE_INDENNITA      INFO    chiudibile da-sola
UNILAV_MANCANTE                INFO    chiudibile da-sola
URGENZA_SENZA_SEGUITO          BLOCCO  chiudibile da-sola
VARIAZIONE_NON_VALIDA          BLOCCO  chiudibile da-sola
VOUCHER_OLTRE_LIMITE           BLOCCO  chiudibile da-sola
`

func TestExceptionCodesAreTheClosedList(t *testing.T) {
	listed := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(codes)) {
		f := strings.Fields(line)
		listed[f[0]] = true
		got, ok := rules.ExceptionTypes[f[0]]
		if !ok {
			continue // raised by none of the rules that are built
		}
		want := got
		want.Class, want.Closable = f[1], slices.Contains(f, "chiudibile")
		want.SelfCloses, want.SecondEyes = slices.Contains(f, "da-sola"), slices.Contains(f, "secondo")
		if got != want {
			t.Errorf("%s is %+v, want %+v", f[0], got, want)
		}
		if got.Title == "" {
			t.Errorf("%s has no title", f[0])
		}
	}
	for code := range rules.ExceptionTypes {
		if !listed[code] {
			t.Errorf("%s is not in the closed list", code)
		}
	}
}
