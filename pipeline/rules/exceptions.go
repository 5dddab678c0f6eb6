package rules

import "incrocio/pipeline"

// ExceptionType is what an exception code brings with it.
type ExceptionType struct {
	Class      string // the usual class; a rule may give another
	Title      string
	Closable   bool   // chiudibile: an operator may close it without more
	SelfCloses bool   // si_chiude_da_sola: closes when its facts are mended
	SecondEyes bool   // secondo_operatore: closing needs another person
	Meaning    string // when it is raised, for operators
	Remedy     string // what the operator does
}

// ExceptionCodes lists every code in the order of the pages: what is wrong with a claim or a submission first, then work,
// income, other events, data.
func ExceptionCodes() []string { return append([]string(nil), exceptionCodes...) }

var exceptionCodes = []string{
	ExcNoClaim,
	ExcNonLatestClaim,
	ExcClaimKind,
	ExcClaimData,
	ExcClaimBasisChanged,
	ExcMultipleEvents,
	ExcPINHold,
	ExcMissingMandate,
	ExcChannelNotAllowed,
	ExcLegacyForm,
	ExcDuplicate,
	ExcBadDates,
	ExcMissingEndDate,
	ExcOrphanCommunication,
	ExcUrgentOnly,
	ExcCancelledAfterAction,
	ExcCorrectedAfterAction,
	ExcLimitBoundary,
	ExcEarlyEndAfterDecadence,
	ExcLateExtension,
	ExcConsecutiveSame,
	ExcCumulativeOverLimit,
	ExcStartInWaitingPeriod,
	ExcPreexisting,
	ExcNearEnd,
	ExcUnknownContract,
	ExcOnCall,
	ExcAgricultural,
	ExcApprenticeTerm,
	ExcDomesticPending,
	ExcForeignWork,
	ExcMissingUnilav,
	ExcDatesConflict,
	ExcPossibleCumulo,
	ExcMissingIncome,
	ExcOverIncomeLimit,
	ExcLateIncomeNotice,
	ExcPreexistingActivity,
	ExcMontanteBelowRecovered,
	ExcNextYearIncome,
	ExcSettlement,
	ExcQuasiSubNoIncome,
	ExcPre20130628,
	ExcReductionExceedsBenefit,
	ExcVoucherOverLimit,
	ExcAnticipation,
	ExcExpatriation,
	ExcForeignFundPension,
	ExcPensionRequirement,
	ExcInvalidityAllowance,
	ExcStatusLoss,
	ExcDataUpdateInvalid,
	ExcOverpayment,
	ExcAmbiguousIdentity,
}

// ExceptionTypes gives every code the rules raise.
var ExceptionTypes = map[string]ExceptionType{
	ExcNoClaim: {
		pipeline.ClassBlock, "Nessuna domanda in archivio", true, true, false,
		"La comunicazione del beneficiario non trova alcuna sua domanda in archivio.",
		"Cercare la domanda con il beneficiario; se esiste altrove, abbinarla; se non esiste, chiudere.",
	},
	ExcNonLatestClaim: {
		pipeline.ClassBlock, "Verificare la domanda abbinata", true, false, false,
		"La domanda scelta è chiusa, non è della persona, o l'evento cade nel periodo di un'altra; oppure il rapporto inizia nel periodo di due domande aperte.",
		"Stabilire a quale domanda riferire il fatto e trattarlo su quella.",
	},
	ExcClaimKind: {
		pipeline.ClassBlock, "Prestazione fuori ambito", true, true, false,
		"Un fatto tocca una domanda che la procedura non tratta: altra prestazione, o cessazione fuori dal regime.",
		"Trattare la domanda con la procedura della sua prestazione.",
	},
	ExcClaimData: {
		pipeline.ClassInfo, "Decorrenza della domanda incoerente", true, true, false,
		"La decorrenza del record non è quella che danno le date della domanda.",
		"Verificare la decorrenza: può essere speciale (controversia, malattia, preavviso) o un errore da correggere nel record.",
	},
	ExcClaimBasisChanged: {
		pipeline.ClassBlock, "Cessazione che fonda la domanda rettificata o annullata", false, true, true,
		"La cessazione da cui nasce la domanda è stata annullata, rettificata, o comunicata con un altro giorno.",
		"Verificare il diritto alla prestazione e la sua decorrenza; correggere il record o revocare.",
	},
	ExcMultipleEvents: {
		pipeline.ClassBlock, "Più eventi nella stessa comunicazione", true, false, false,
		"La comunicazione porta più eventi, o eventi e variazioni insieme.",
		"Acquisire un evento per volta e trattarli uno per uno.",
	},
	ExcPINHold: {
		pipeline.ClassHold, "PIN non dispositivo", false, true, false,
		"La comunicazione è protocollata ma il PIN di chi l'ha inviata non è dispositivo.",
		"Invitare il beneficiario a rendere dispositivo il PIN; si tratta da sé con la data originaria.",
	},
	ExcMissingMandate: {
		pipeline.ClassBlock, "Delega al patronato assente o tardiva", true, true, false,
		"Il patronato ha inviato senza una delega registrata entro quel giorno.",
		"Chiedere la delega al patronato; se era registrata in tempo, acquisirla.",
	},
	ExcChannelNotAllowed: {
		pipeline.ClassBlock, "Canale non ammesso alla data", true, false, false,
		"Carta dopo la transizione, o comunicazione telematica con data anteriore alla procedura.",
		"Verificare data e canale; se il canale non era ammesso, far ripresentare.",
	},
	ExcLegacyForm: {
		pipeline.ClassInfo, "Modello DS56bis", true, false, false,
		"È arrivato un DS56bis, che non decide più nulla.",
		"Prendere atto; se parla di un evento da comunicare, chiedere l'ASpI-COM.",
	},
	ExcDuplicate: {
		pipeline.ClassInfo, "Comunicazione duplicata", true, false, false,
		"La stessa comunicazione era già stata presentata.",
		"Prendere atto.",
	},
	ExcBadDates: {
		pipeline.ClassBlock, "Date non valide", true, true, false,
		"Le date si contraddicono o mancano: fine prima dell'inizio, inizio assente, tempo indeterminato con una fine.",
		"Acquisire le date corrette dal datore o dal beneficiario.",
	},
	ExcMissingEndDate: {
		pipeline.ClassProtect, "Data di fine da acquisire", true, true, false,
		"La prestazione è sospesa senza che si conosca la fine del lavoro o dell'evento.",
		"Acquisire la data di fine; oltre il limite, decidere la decadenza proposta.",
	},
	ExcOrphanCommunication: {
		pipeline.ClassBlock, "Comunicazione senza assunzione", true, true, false,
		"Una proroga, trasformazione o cessazione non ha la sua assunzione.",
		"Acquisire l'assunzione. Se il rapporto è stato ricostruito, verificarne le date.",
	},
	ExcUrgentOnly: {
		pipeline.ClassBlock, "Comunicazione d'urgenza senza UNILAV", true, true, false,
		"Una comunicazione d'urgenza non è stata seguita dall'UNILAV entro dieci giorni.",
		"Accertare presso il datore se il rapporto è iniziato.",
	},
	ExcCancelledAfterAction: {
		pipeline.ClassBlock, "Rapporto annullato dopo l'azione", false, false, true,
		"L'assunzione è stata annullata dopo che la sospensione o la decadenza era stata eseguita.",
		"Sentire il datore e il beneficiario; confermare o respingere la ripresa proposta.",
	},
	ExcCorrectedAfterAction: {
		pipeline.ClassBlock, "Rapporto rettificato dopo l'azione", false, false, true,
		"Una rettifica, una dichiarazione o un altro documento con lo stesso codice cambierebbe un'azione già eseguita: sono indicati i giorni contestati.",
		"Valutare la differenza; decidere se modificare l'azione e se confermare la ripresa proposta.",
	},
	ExcLimitBoundary: {
		pipeline.ClassInfo, "Limite superato di un solo giorno", true, true, false,
		"Il termine convenuto supera il limite di un solo giorno.",
		"Rileggere le date della comunicazione: un giorno decide fra sospensione e decadenza.",
	},
	ExcEarlyEndAfterDecadence: {
		pipeline.ClassInfo, "Rapporto finito in anticipo dopo la decadenza", true, false, true,
		"Un rapporto oltre il limite è finito entro il limite, dopo la decadenza o prima che fosse eseguita.",
		"Decidere se la decadenza è confermata; se no, annullarla e riprendere.",
	},
	ExcLateExtension: {
		pipeline.ClassInfo, "Proroga arrivata dopo la ripresa", true, false, false,
		"Una proroga è stata conosciuta quando i giorni erano già ripresi o pagati.",
		"Verificare il ritiro della ripresa e il recupero dei giorni pagati.",
	},
	ExcConsecutiveSame: {
		pipeline.ClassProtect, "Contratti consecutivi con lo stesso datore oltre il limite", true, true, true,
		"Contratti consecutivi dello stesso datore superano insieme il limite.",
		"Decidere se la decadenza proposta è dovuta o se la prestazione riprende.",
	},
	ExcCumulativeOverLimit: {
		pipeline.ClassProtect, "Sospensione complessiva oltre il limite", true, true, true,
		"Rapporti di datori diversi senza intervallo superano insieme il limite; oppure i giorni sospesi in tutto superano il totale.",
		"Decidere se la prestazione riprende; per il solo totale, prendere atto.",
	},
	ExcStartInWaitingPeriod: {
		pipeline.ClassProtect, "Rioccupazione prima della decorrenza", true, true, false,
		"Il lavoro è iniziato prima che la prestazione potesse essere fruita.",
		"Riverificare il diritto sulla nuova cessazione; decidere la ripresa o la decadenza proposta.",
	},
	ExcPreexisting: {
		pipeline.ClassBlock, "Altro rapporto già in essere", true, true, false,
		"Un altro rapporto era già in essere quando il lavoro è stato perso.",
		"Verificare il reddito del rapporto: se sotto il limite, compatibilità e riduzione; se no, il diritto.",
	},
	ExcNearEnd: {
		pipeline.ClassBlock, "Inizio a ridosso della fine teorica", true, true, false,
		"Il lavoro o l'evento comincia pochi giorni dopo la fine teorica: con altri conteggi sarebbe dentro.",
		"Verificare in DSWeb l'ultimo giorno indennizzato e decidere se sospendere.",
	},
	ExcUnknownContract: {
		pipeline.ClassBlock, "Tipologia contrattuale non riconosciuta", true, true, false,
		"La tipologia contrattuale non è fra quelle che la procedura sa trattare.",
		"Stabilire se è lavoro subordinato; se sì, inserire la sospensione o la decadenza.",
	},
	ExcOnCall: {
		pipeline.ClassBlock, "Lavoro intermittente: acquisire giornate e indennità", true, true, false,
		"Lavoro intermittente senza obbligo di risposta, o con obbligo non noto.",
		"Acquisire giornate lavorate e indennità di disponibilità; decidere.",
	},
	ExcAgricultural: {
		pipeline.ClassProtect, "Operaio agricolo a tempo determinato", true, true, false,
		"Operaio agricolo a tempo determinato: le giornate effettive possono essere poche.",
		"Acquisire le giornate effettive e decidere sospensione e ripresa.",
	},
	ExcApprenticeTerm: {
		pipeline.ClassProtect, "Apprendistato con termine", true, true, false,
		"L'apprendistato porta un termine contrattuale.",
		"Verificare se il termine è del contratto o del solo periodo formativo; decidere ripresa o decadenza.",
	},
	ExcDomesticPending: {
		pipeline.ClassBlock, "Rapporto domestico in attesa di definizione", false, true, false,
		"Il rapporto domestico è sospeso in attesa di definizione.",
		"Definire il rapporto nel cassetto del datore, rispondendo agli eventuali quesiti.",
	},
	ExcForeignWork: {
		pipeline.ClassBlock, "Lavoro all'estero", true, true, false,
		"Lavoro all'estero: senza Stato o inizio, oppure oltre il limite con decadenza.",
		"Acquisire i dati che mancano; per la decadenza, prendere atto.",
	},
	ExcMissingUnilav: {
		pipeline.ClassInfo, "UNILAV omessa dal datore", true, true, false,
		"Il lavoro è noto dal solo beneficiario: il datore non ha inviato l'UNILAV.",
		"Segnalare l'omissione agli uffici di vigilanza.",
	},
	ExcDatesConflict: {
		pipeline.ClassBlock, "Date in contrasto fra le fonti", true, true, false,
		"Due fonti, o due documenti con lo stesso codice, dicono cose diverse dello stesso rapporto o evento: sono indicati i giorni contestati.",
		"Accertare i giorni effettivi e correggere la fonte sbagliata.",
	},
	ExcPossibleCumulo: {
		pipeline.ClassBlock, "Possibile cumulo con reddito sotto soglia", true, true, true,
		"Il lavoro subordinato può essere compatibile con l'indennità ridotta.",
		"Reddito dichiarato: confermare la riduzione proposta. Termine che corre: attendere la dichiarazione.",
	},
	ExcMissingIncome: {
		pipeline.ClassBlock, "Reddito assente o misto", true, true, false,
		"Il reddito presunto non è indicato, o sono insieme attività di generi diversi.",
		"Acquisire il reddito presunto di ciascuna attività.",
	},
	ExcOverIncomeLimit: {
		pipeline.ClassProtect, "Reddito presunto oltre il limite", true, true, true,
		"Il reddito presunto supera il limite: i pagamenti sono fermi per cautela.",
		"Verificare la cifra con il beneficiario; confermare la decadenza proposta o far ridichiarare.",
	},
	ExcLateIncomeNotice: {
		pipeline.ClassBlock, "Reddito comunicato oltre un mese", true, false, true,
		"L'attività è stata comunicata oltre il mese, o mai.",
		"Valutare le ragioni del ritardo; decidere la decadenza proposta e il recupero.",
	},
	ExcPreexistingActivity: {
		pipeline.ClassBlock, "Attività autonoma iniziata prima della domanda", true, true, false,
		"L'attività era iniziata prima della decorrenza.",
		"Confermare la riduzione proposta dalla decorrenza, o acquisire il reddito.",
	},
	ExcMontanteBelowRecovered: {
		pipeline.ClassInfo, "Recuperato oltre il dovuto", true, false, false,
		"Con il reddito ridichiarato si è già trattenuto più del dovuto.",
		"Prendere atto: il rimborso viene con il conguaglio.",
	},
	ExcNextYearIncome: {
		pipeline.ClassBlock, "Reddito del nuovo anno mancante", true, true, false,
		"La prestazione prosegue nell'anno nuovo e il reddito presunto non è stato comunicato in termine.",
		"Sollecitare il reddito presunto dell'anno nuovo.",
	},
	ExcSettlement: {
		pipeline.ClassBlock, "Conguaglio proposto", true, false, true,
		"È noto il reddito effettivo: l'importo è la differenza, positivo da recuperare, negativo da rimborsare.",
		"Verificare i redditi e disporre il recupero o il rimborso; oltre il limite, decidere la decadenza proposta.",
	},
	ExcQuasiSubNoIncome: {
		pipeline.ClassBlock, "Lavoro parasubordinato senza reddito presunto", true, true, false,
		"Una collaborazione è nota dal solo datore e il reddito presunto non è stato comunicato.",
		"Sollecitare il reddito presunto.",
	},
	ExcPre20130628: {
		pipeline.ClassBlock, "Regime anteriore al D.L. 76/2013", true, false, false,
		"L'attività è iniziata quando la conservazione dello stato di disoccupazione era abrogata.",
		"Decidere se caricare l'attività e con quali effetti.",
	},
	ExcReductionExceedsBenefit: {
		pipeline.ClassInfo, "Trattenuta superiore all'indennità", true, true, false,
		"La quota giornaliera della trattenuta supera l'indennità.",
		"Prendere atto: la rata è azzerata, nulla è riportato.",
	},
	ExcVoucherOverLimit: {
		pipeline.ClassBlock, "Compensi da lavoro accessorio oltre il limite", true, true, false,
		"I compensi da lavoro accessorio superano un limite.",
		"Valutare la compatibilità dei compensi oltre il limite.",
	},
	ExcAnticipation: {
		pipeline.ClassBlock, "Indennità anticipata in unica soluzione", true, true, true,
		"Un rapporto tocca una domanda liquidata in unica soluzione.",
		"Valutare il recupero dell'intera somma anticipata.",
	},
	ExcExpatriation: {
		pipeline.ClassBlock, "Espatrio", true, false, false,
		"Il beneficiario ha comunicato un espatrio.",
		"Verificare il documento U2 o la perdita dei requisiti; sospendere o far decadere se dovuto.",
	},
	ExcForeignFundPension: {
		pipeline.ClassBlock, "Domanda di pensione non INPS", true, false, false,
		"Il beneficiario ha chiesto una pensione a un altro ente.",
		"Verificare l'esito della domanda presso l'ente.",
	},
	ExcPensionRequirement: {
		pipeline.ClassBlock, "Requisiti di pensione raggiunti", true, true, true,
		"Sono raggiunti i requisiti di una pensione.",
		"Confermare la decadenza proposta dalla prima decorrenza utile.",
	},
	ExcInvalidityAllowance: {
		pipeline.ClassBlock, "Assegno di invalidità: opzione", true, false, false,
		"Decorre un assegno ordinario di invalidità.",
		"Acquisire l'opzione fra assegno e indennità.",
	},
	ExcStatusLoss: {
		pipeline.ClassBlock, "Perdita dello stato di disoccupazione", true, false, true,
		"È segnalata la perdita dello stato o il rifiuto di una misura o di un'offerta.",
		"Valutare il fatto con il centro per l'impiego; decidere la decadenza proposta.",
	},
	ExcDataUpdateInvalid: {
		pipeline.ClassBlock, "IBAN o modalità di pagamento non validi", true, true, false,
		"Una variazione di pagamento non è coerente, l'IBAN è errato o manca, o è superata da una più recente.",
		"Acquisire modalità e IBAN corretti dal beneficiario.",
	},
	ExcOverpayment: {
		pipeline.ClassInfo, "Giorni indebitamente pagati", true, false, false,
		"Giorni non dovuti risultano già pagati, o una trattenuta riguarda giorni pagati.",
		"Avviare il recupero; gli importi li calcola DSWeb.",
	},
	ExcAmbiguousIdentity: {
		pipeline.ClassBlock, "Codice fiscale provvisorio variato o omocodo da confermare", true, true, false,
		"Un documento porta un codice provvisorio, omocodo o errato che per nome e data di nascita indica un titolare di domanda.",
		"Confrontare i dati anagrafici e confermare o respingere il candidato.",
	},
}
