package rules

// afterRules are R70 and R71: what was paid already, and the termination behind the claim.
var afterRules = []Rule{
	{
		ID: "R70", Title: "Giorni già pagati", Norm: "L. 92/2012 art. 2 c. 41; circ. INPS 142/2012 par. 2.10",
		When:       []string{"Giorni ora sospesi o decaduti, per un'azione AUTOMATICA, risultano pagati e non erano già sospesi o decaduti da un'azione di una notte precedente."},
		Then:       []string{"L'azione porta i giorni indebiti, dal, al e quanti; INDEBITO (INFO). Gli importi li calcola DSWeb."},
		Not:        []string{"Le azioni proposte non danno giorni indebiti, salvo quella di R42.", "Trovati la notte in cui l'azione è pubblicata, restano: scatti successivi della domanda non ne aggiungono né tolgono.", "Pagato fino al giorno prima dell'inizio: nessun indebito."},
		Certainty:  ByBoth,
		Readings:   []string{"La restituzione di quanto ricevuto dopo l'evento è detta; i giorni indebiti di una sospensione tornano nel residuo, quelli dopo una decadenza no."},
		Exceptions: []string{ExcOverpayment},
	},
	{
		ID: "R71", Title: "Cessazione che fonda la domanda", Norm: norm5430,
		When:       []string{"La domanda è aperta: si cerca la cessazione del datore che vi è indicato, nel giorno che vi è indicato."},
		Then:       []string{"Trovata: ACCERTATA. Non trovata: NON_TROVATA, senza eccezione. Lo stesso datore ne comunica una di altro giorno: DISCORDANTE e DOMANDA_BASE_MODIFICATA (BLOCCO).", "L'esito è nella situazione della domanda e contato nella quadratura."},
		Not:        []string{"Una cessazione più vecchia dell'archivio non si trova, e non è un'anomalia.", "L'esito non ferma gli altri effetti."},
		Certainty:  ByBoth,
		Readings:   []string{"Accertare le cessazioni è uno scopo dichiarato dell'incrocio; la forma dell'esito è nostra."},
		Exceptions: []string{ExcClaimBasisChanged},
	},
}

// identityRules are I01 to I03: who is who, which claim, which employer.
var identityRules = []Rule{
	{
		ID: "I01", Title: "Chi è la persona: codice fiscale variato, provvisorio, omocodo o errato", Norm: "D.P.R. 605/1973 artt. 2 e 4; D.M. 23 dicembre 1976",
		Also: []string{"D.P.R. 605/1973 art. 4: il codice variato resta valido come provvisorio; una comunicazione può ancora portare quello usato all'assunzione."},
		When: []string{"Un documento porta un codice fiscale che non è, carattere per carattere, quello della domanda."},
		Then: []string{
			"Codice variato e segnalato (CODICE_FISCALE_VARIATO): resta per sempre un altro codice della stessa persona, e i fatti si uniscono.",
			"Codice che differisce da quello di un titolare per le sole lettere di omocodia, senza dati anagrafici diversi; oppure provvisorio a undici cifre, o con il carattere di controllo errato, con cognome, nome e data di nascita di un titolare: IDENTITA_AMBIGUA (BLOCCO) con il candidato. Il fatto non decide nulla finché una segnalazione non lo conferma; allora l'eccezione si chiude da sola.",
			"Segnalazione che unirebbe due titolari di domande con dati anagrafici diversi: non li unisce, IDENTITA_AMBIGUA (BLOCCO).",
			"Domanda che passa a un altro codice mentre ha azioni in essere, senza che una segnalazione dica che i due codici sono di una persona: quanto emesso resta com'è, sulla domanda non è emesso altro, e IDENTITA_AMBIGUA (BLOCCO) con i due codici. Si chiude da sola con la segnalazione, o quando la domanda torna al primo codice.",
		},
		Not:        []string{"Nome e data di nascita uguali, da soli, non uniscono mai due persone.", "Chi ha una domanda con il proprio codice è un'altra persona, per quanto i codici si somiglino.", "Un codice errato che non indica nessun titolare è uno scarto, non un'eccezione."},
		Certainty:  ByReading,
		Readings:   []string{"La chiave è il codice esatto con il carattere di controllo verificato: due persone possono avere la stessa forma base.", "Cognome, nome e data di nascita uguali sono un indizio per un operatore, non una prova."},
		Exceptions: []string{ExcAmbiguousIdentity},
	},
	{
		ID: "I02", Title: "Più domande della stessa persona", Norm: norm5430,
		When:       []string{"La persona ha più domande e un datore comunica un rapporto."},
		Then:       []string{"Il rapporto va alla domanda nel cui periodo cade il primo giorno.", "Se il giorno cade nel periodo di due domande aperte: quella con la decorrenza più recente, in cautela (SOSPENSIONE cautelativa, decadenza solo proposta), e DOMANDA_NON_ULTIMA (BLOCCO)."},
		Not:        []string{"Un rapporto che inizia nel periodo di nessuna domanda non ha effetto; su una domanda successiva che raggiunge è preesistente (R24).", "Per le comunicazioni del beneficiario vale la domanda che scelgono (R61)."},
		Certainty:  ByReading,
		Readings:   []string{"Come scegliere fra due domande che coprono lo stesso giorno non è detto: si sceglie la più recente e si chiede conferma."},
		Exceptions: []string{ExcNonLatestClaim},
	},
	{
		ID: "I03", Title: "Datore di lavoro che cambia codice", Norm: "D.M. 30 ottobre 2007; art. 2112 c.c.",
		When:      []string{"Una comunicazione VARDATORI trasferisce il lavoratore a un altro datore."},
		Then:      []string{"Il rapporto prosegue con il nuovo datore, dallo stesso primo giorno; gli eventi successivi con il nuovo codice gli appartengono."},
		Not:       []string{"Nessun nuovo rapporto, nessun nuovo conto dei mesi, nessuna eccezione."},
		Certainty: ByReading,
		Readings:  []string{"Il trasferimento non è una rioccupazione."},
	},
}
