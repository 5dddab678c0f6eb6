package rules

import "incrocio/pipeline"

// Exception codes (codice). Their meaning never changes.
const (
	ExcNoClaim                 = "DOMANDA_ASSENTE"
	ExcNonLatestClaim          = "DOMANDA_NON_ULTIMA"
	ExcClaimKind               = "DOMANDA_FUORI_AMBITO"
	ExcClaimBasisChanged       = "DOMANDA_BASE_MODIFICATA"
	ExcMultipleEvents          = "EVENTI_MULTIPLI"
	ExcPINHold                 = "PIN_NON_DISPOSITIVO"
	ExcMissingMandate          = "DELEGA_ASSENTE"
	ExcChannelNotAllowed       = "CANALE_NON_AMMESSO"
	ExcLegacyForm              = "MODELLO_SUPERATO"
	ExcDuplicate               = "DUPLICATO"
	ExcBadDates                = "DATE_NON_VALIDE"
	ExcMissingEndDate          = "FINE_MANCANTE"
	ExcOrphanCommunication     = "COMUNICAZIONE_ORFANA"
	ExcUrgentOnly              = "URGENZA_SENZA_SEGUITO"
	ExcCancelledAfterAction    = "ANNULLAMENTO_TARDIVO"
	ExcCorrectedAfterAction    = "RETTIFICA_TARDIVA"
	ExcLimitBoundary           = "LIMITE_DI_UN_GIORNO"
	ExcEarlyEndAfterDecadence  = "FINE_ANTICIPATA_DOPO_DECADENZA"
	ExcLateExtension           = "PROROGA_TARDIVA"
	ExcConsecutiveSame         = "CONSECUTIVI_STESSO_DATORE"
	ExcCumulativeOverLimit     = "CUMULO_OLTRE_LIMITE"
	ExcStartInWaitingPeriod    = "INIZIO_IN_CARENZA"
	ExcPreexisting             = "RAPPORTO_PREESISTENTE"
	ExcNearEnd                 = "INIZIO_VICINO_ALLA_FINE"
	ExcUnknownContract         = "CONTRATTO_SCONOSCIUTO"
	ExcOnCall                  = "INTERMITTENTE"
	ExcAgricultural            = "AGRICOLO"
	ExcApprenticeTerm          = "APPRENDISTATO_A_TERMINE"
	ExcForeignWork             = "LAVORO_ESTERO"
	ExcMissingUnilav           = "UNILAV_MANCANTE"
	ExcDatesConflict           = "DATE_IN_CONTRASTO"
	ExcPossibleCumulo          = "CUMULO_POSSIBILE"
	ExcAnticipation            = "ANTICIPAZIONE"
	ExcExpatriation            = "ESPATRIO"
	ExcForeignFundPension      = "PENSIONE_NON_INPS"
	ExcDataUpdateInvalid       = "VARIAZIONE_NON_VALIDA"
	ExcOverpayment             = "INDEBITO"
	ExcMissingIncome           = "REDDITO_ASSENTE"
	ExcOverIncomeLimit         = "REDDITO_OLTRE_LIMITE"
	ExcLateIncomeNotice        = "REDDITO_COMUNICATO_TARDI"
	ExcPreexistingActivity     = "ATTIVITA_PREESISTENTE"
	ExcMontanteBelowRecovered  = "MONTANTE_SOTTO_RECUPERATO"
	ExcNextYearIncome          = "REDDITO_ANNO_NUOVO"
	ExcSettlement              = "CONGUAGLIO"
	ExcQuasiSubNoIncome        = "PARASUBORDINATO_SENZA_REDDITO"
	ExcPre20130628             = "PRIMA_DEL_28_GIUGNO_2013"
	ExcReductionExceedsBenefit = "RIDUZIONE_OLTRE_INDENNITA"
	ExcPensionRequirement      = "REQUISITI_PENSIONE"
	ExcInvalidityAllowance     = "ASSEGNO_INVALIDITA"
	ExcStatusLoss              = "PERDITA_STATO"
	ExcClaimData               = "DOMANDA_INCOERENTE"
	ExcDomesticPending         = "DOMESTICO_IN_DEFINIZIONE"
	ExcVoucherOverLimit        = "VOUCHER_OLTRE_LIMITE"
)

// ExceptionType is what an exception code brings with it.
type ExceptionType struct {
	Class      string // the usual class; a rule may give another
	Title      string
	Closable   bool // chiudibile: an operator may close it without more
	SelfCloses bool // si_chiude_da_sola: closes when its facts are mended
	SecondEyes bool // secondo_operatore: closing needs another person
}

// ExceptionTypes lists every code the rules raise.
var ExceptionTypes = map[string]ExceptionType{
	ExcNoClaim:                 {pipeline.ClassBlock, "Nessuna domanda in archivio", true, true, false},
	ExcNonLatestClaim:          {pipeline.ClassBlock, "Verificare la domanda abbinata", true, false, false},
	ExcClaimKind:               {pipeline.ClassBlock, "Prestazione fuori ambito", true, true, false},
	ExcClaimBasisChanged:       {pipeline.ClassBlock, "Cessazione che fonda la domanda rettificata o annullata", false, true, true},
	ExcMultipleEvents:          {pipeline.ClassBlock, "Più eventi nella stessa comunicazione", true, false, false},
	ExcPINHold:                 {pipeline.ClassHold, "PIN non dispositivo", false, true, false},
	ExcMissingMandate:          {pipeline.ClassBlock, "Delega al patronato assente o tardiva", true, true, false},
	ExcChannelNotAllowed:       {pipeline.ClassBlock, "Canale non ammesso alla data", true, false, false},
	ExcLegacyForm:              {pipeline.ClassInfo, "Modello DS56bis", true, false, false},
	ExcDuplicate:               {pipeline.ClassInfo, "Comunicazione duplicata", true, false, false},
	ExcBadDates:                {pipeline.ClassBlock, "Date non valide", true, true, false},
	ExcMissingEndDate:          {pipeline.ClassProtect, "Data di fine da acquisire", true, true, false},
	ExcOrphanCommunication:     {pipeline.ClassBlock, "Comunicazione senza assunzione", true, true, false},
	ExcUrgentOnly:              {pipeline.ClassBlock, "Comunicazione d'urgenza senza UNILAV", true, true, false},
	ExcCancelledAfterAction:    {pipeline.ClassBlock, "Rapporto annullato dopo l'azione", false, false, true},
	ExcCorrectedAfterAction:    {pipeline.ClassBlock, "Rapporto rettificato dopo l'azione", false, false, true},
	ExcLimitBoundary:           {pipeline.ClassInfo, "Limite superato di un solo giorno", true, true, false},
	ExcEarlyEndAfterDecadence:  {pipeline.ClassInfo, "Rapporto finito in anticipo dopo la decadenza", true, false, true},
	ExcLateExtension:           {pipeline.ClassInfo, "Proroga arrivata dopo la ripresa", true, false, false},
	ExcConsecutiveSame:         {pipeline.ClassProtect, "Contratti consecutivi con lo stesso datore oltre il limite", true, true, true},
	ExcCumulativeOverLimit:     {pipeline.ClassProtect, "Sospensione complessiva oltre il limite", true, true, true},
	ExcStartInWaitingPeriod:    {pipeline.ClassProtect, "Rioccupazione prima della decorrenza", true, true, false},
	ExcPreexisting:             {pipeline.ClassBlock, "Altro rapporto già in essere", true, true, false},
	ExcNearEnd:                 {pipeline.ClassBlock, "Inizio a ridosso della fine teorica", true, true, false},
	ExcUnknownContract:         {pipeline.ClassBlock, "Tipologia contrattuale non riconosciuta", true, true, false},
	ExcOnCall:                  {pipeline.ClassBlock, "Lavoro intermittente: acquisire giornate e indennità", true, true, false},
	ExcAgricultural:            {pipeline.ClassProtect, "Operaio agricolo a tempo determinato", true, true, false},
	ExcApprenticeTerm:          {pipeline.ClassProtect, "Apprendistato con termine", true, true, false},
	ExcForeignWork:             {pipeline.ClassBlock, "Lavoro all'estero", true, true, false},
	ExcMissingUnilav:           {pipeline.ClassInfo, "UNILAV omessa dal datore", true, true, false},
	ExcDatesConflict:           {pipeline.ClassBlock, "Date in contrasto fra le fonti", true, true, false},
	ExcPossibleCumulo:          {pipeline.ClassBlock, "Possibile cumulo con reddito sotto soglia", true, true, true},
	ExcAnticipation:            {pipeline.ClassBlock, "Indennità anticipata in unica soluzione", true, true, true},
	ExcExpatriation:            {pipeline.ClassBlock, "Espatrio", true, false, false},
	ExcForeignFundPension:      {pipeline.ClassBlock, "Domanda di pensione non INPS", true, false, false},
	ExcDataUpdateInvalid:       {pipeline.ClassBlock, "IBAN o modalità di pagamento non validi", true, true, false},
	ExcOverpayment:             {pipeline.ClassInfo, "Giorni indebitamente pagati", true, false, false},
	ExcMissingIncome:           {pipeline.ClassBlock, "Reddito assente o misto", true, true, false},
	ExcOverIncomeLimit:         {pipeline.ClassProtect, "Reddito presunto oltre il limite", true, true, true},
	ExcLateIncomeNotice:        {pipeline.ClassBlock, "Reddito comunicato oltre un mese", true, false, true},
	ExcPreexistingActivity:     {pipeline.ClassBlock, "Attività autonoma iniziata prima della domanda", true, true, false},
	ExcMontanteBelowRecovered:  {pipeline.ClassInfo, "Recuperato oltre il dovuto", true, false, false},
	ExcNextYearIncome:          {pipeline.ClassBlock, "Reddito del nuovo anno mancante", true, true, false},
	ExcSettlement:              {pipeline.ClassBlock, "Conguaglio proposto", true, false, true},
	ExcQuasiSubNoIncome:        {pipeline.ClassBlock, "Lavoro parasubordinato senza reddito presunto", true, true, false},
	ExcPre20130628:             {pipeline.ClassBlock, "Regime anteriore al D.L. 76/2013", true, false, false},
	ExcReductionExceedsBenefit: {pipeline.ClassInfo, "Trattenuta superiore all'indennità", true, true, false},
	ExcPensionRequirement:      {pipeline.ClassBlock, "Requisiti di pensione raggiunti", true, true, true},
	ExcInvalidityAllowance:     {pipeline.ClassBlock, "Assegno di invalidità: opzione", true, false, false},
	ExcStatusLoss:              {pipeline.ClassBlock, "Perdita dello stato di disoccupazione", true, false, true},
	ExcClaimData:               {pipeline.ClassInfo, "Decorrenza della domanda incoerente", true, true, false},
	ExcDomesticPending:         {pipeline.ClassBlock, "Rapporto domestico in attesa di definizione", false, true, false},
	ExcVoucherOverLimit:        {pipeline.ClassBlock, "Compensi da lavoro accessorio oltre il limite", true, true, false},
}

// Rule is a rule of the rulebook as texts cite it.
type Rule struct {
	Title string
	Norm  string
}

const (
	norm142a = "L. 92/2012 art. 2 c. 15; circ. INPS 142/2012 par. 2.8.a"
	norm5430 = "msg INPS 5430/2014"
)

// Rules lists the rules that act or raise exceptions, with their norms.
var Rules = map[string]Rule{
	"R01": {"ASpI: lavoro a termine fino a sei mesi, sospensione", norm142a + "; " + norm5430},
	"R02": {"Ripresa d'ufficio al termine della sospensione", norm142a + "; " + norm5430},
	"R03": {"ASpI: lavoro oltre sei mesi o a tempo indeterminato, decadenza", "L. 92/2012 art. 2 c. 40; circ. INPS 142/2012 par. 2.9 b); " + norm5430},
	"R04": {"mini-ASpI: lavoro fino a cinque giorni, sospensione", "L. 92/2012 art. 2 c. 23; circ. INPS 142/2012 par. 3.3; circ. INPS 37/2013 punto 3"},
	"R05": {"mini-ASpI: lavoro oltre cinque giorni o a tempo indeterminato, decadenza", "L. 92/2012 art. 2 c. 23; circ. INPS 142/2012 par. 3 h); " + norm5430},
	"R06": {"Fine anticipata del rapporto", norm142a},
	"R08": {"Lavoro subordinato con reddito sotto soglia", "D.L. 76/2013 art. 7 c. 7; msg INPS 2028/2015"},
	"R09": {"Lavoro all'estero", "circ. INPS 142/2012 par. 2.8.a e 3.3"},
	"R10": {"Proroga entro il limite", norm142a},
	"R11": {"Proroga oltre il limite o termine non indicato", norm142a + "; circ. INPS 142/2012 par. 2.9 b)"},
	"R12": {"Trasformazione a tempo indeterminato", "circ. INPS 142/2012 par. 2.9 b); " + norm5430},
	"R13": {"Proroga arrivata dopo la ripresa", norm142a},
	"R14": {"Annullamento della comunicazione", norm142a},
	"R15": {"Rettifica della comunicazione", norm142a},
	"R16": {"Comunicazione senza assunzione", norm142a},
	"R17": {"Comunicazione d'urgenza", "D.L. 510/1996 art. 9-bis c. 2"},
	"R18": {"Più rapporti: unione delle sospensioni", norm142a},
	"R19": {"Durata complessiva di più rapporti", norm142a},
	"R20": {"Domanda aperta", norm142a},
	"R22": {"Inizio nei giorni di carenza", "circ. INPS 142/2012 par. 2.7"},
	"R23": {"Inizio prima della decorrenza", "circ. INPS 142/2012 par. 2.7"},
	"R24": {"Rapporto preesistente alla cessazione", "msg INPS 2028/2015"},
	"R25": {"Inizio dopo la fine teorica", norm142a},
	"R26": {"Prestazione fuori ambito", "L. 92/2012 art. 2; D.Lgs. 22/2015"},
	"R28": {"Apprendistato", "D.Lgs. 167/2011 art. 1; " + norm142a},
	"R30": {"Lavoro intermittente", "D.Lgs. 276/2003 artt. 33-40"},
	"R31": {"Lavoro domestico", norm142a + "; msg INPS 2749/2018"},
	"R32": {"Lavoro agricolo a termine", norm142a},
	"R33": {"Tipologia non riconosciuta", norm142a},
	"R37": {"Lavoro subordinato comunicato dal beneficiario", norm5430 + "; D.L. 76/2013 art. 9 c. 5; circ. INPS 57/2014"},
	"R38": {"Comunicazione del beneficiario e UNILAV", norm5430 + "; D.L. 76/2013 art. 9 c. 5; circ. INPS 57/2014"},
	"R40": {"Attività autonoma o parasubordinata: riduzione", "L. 92/2012 art. 2 c. 17; " + norm5430},
	"R41": {"Limiti di reddito", "D.Lgs. 181/2000 art. 4; msg INPS 6490/2014"},
	"R42": {"Comunicazione entro un mese", "L. 92/2012 art. 2 cc. 17 e 40; circ. INPS 142/2012 par. 2.9"},
	"R43": {"Attività già avviata", norm5430},
	"R44": {"Dichiarazione a montante", "L. 92/2012 art. 2 c. 17; " + norm5430},
	"R45": {"Anno nuovo e conguaglio", "L. 92/2012 art. 2 c. 17"},
	"R46": {"Lavoro parasubordinato comunicato dal solo datore", "circ. INPS 57/2014 par. 5; D.L. 76/2013 art. 9 c. 5"},
	"R47": {"Attività iniziata prima del 28 giugno 2013", "L. 92/2012 art. 4 c. 33; D.L. 76/2013 art. 7 c. 7"},
	"R48": {"Trattenuta superiore all'indennità", "L. 92/2012 art. 2 c. 17"},
	"R57": {"Requisiti di pensione e assegno di invalidità", "L. 92/2012 art. 2 c. 40; circ. INPS 180/2014"},
	"R58": {"Perdita dello stato di disoccupazione, rifiuti", "L. 92/2012 art. 2 cc. 40 e 41; circ. INPS 142/2012 par. 2.9"},
	"R59": {"Decorrenza della prestazione", "circ. INPS 142/2012 par. 2.7"},
	"R49": {"Lavoro accessorio", "L. 92/2012 art. 1 cc. 32 e 33; L. 134/2012 art. 46-bis"},
	"R50": {"Indennità anticipata", "L. 92/2012 art. 2 c. 19; D.M. 73380/2013 art. 4"},
	"R51": {"Malattia", norm5430},
	"R52": {"Ricovero in ospedale", norm5430},
	"R53": {"Maternità", norm5430},
	"R54": {"Servizio civile", norm5430},
	"R55": {"Espatrio", norm5430 + "; Reg. (CE) 883/2004 art. 64"},
	"R56": {"Domanda di pensione non INPS", norm5430},
	"R60": {"Domanda in archivio", norm5430},
	"R61": {"Scelta della domanda", norm5430},
	"R62": {"Un solo evento per comunicazione", norm5430},
	"R63": {"PIN dispositivo", norm5430 + "; circ. INPS 50/2011"},
	"R64": {"Delega al patronato", norm5430},
	"R65": {"Canali ammessi", norm5430 + "; circ. INPS 169/2010"},
	"R66": {"Variazione dei dati", norm5430},
	"R69": {"Comunicazioni ripetute", norm5430},
	"R70": {"Giorni già pagati", "L. 92/2012 art. 2 c. 41; circ. INPS 142/2012 par. 2.10"},
	"R71": {"Cessazione che fonda la domanda", norm5430},
	"I02": {"Più domande della stessa persona", norm5430},
}

// sameStartDays is how far apart two accounts of one start may lie (R38).
const sameStartDays = 5
