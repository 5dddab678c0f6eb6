package rules

// claimRules are R20 to R26: the claim and where in its time a fact falls.
var claimRules = []Rule{
	{
		ID: "R20", Title: "Domanda aperta", Norm: norm142a,
		When:      []string{"Un fatto nuovo riguarda una persona."},
		Then:      []string{"È valutato solo su una domanda accolta e in pagamento o sospesa. Domanda in esame: il fatto è conservato e valutato quando la domanda è decisa; l'attesa è in agenda.", "Senza domanda aperta la comunicazione è contata nella quadratura e non ha effetto."},
		Not:       []string{"Respinta, esaurita o decaduta: nessun effetto e nessuna eccezione per gli UNILAV (per le comunicazioni del beneficiario R60 e R61).", "Ciò che è stato emesso a domanda aperta resta quando il suo record dice poi decaduta o esaurita, e vi si applicano ancora R13, R14, R15."},
		Certainty: ByReading,
		Readings:  []string{"Lo stato della domanda apre la porta ai fatti nuovi; non ritira ciò che è stato emesso."},
	},
	{
		ID: "R21", Title: "Inizio dentro la prestazione", Norm: norm142a,
		When:       []string{"Il primo giorno del rapporto segue la carenza e cade fra la decorrenza e la fine teorica."},
		Then:       []string{"Si applicano le regole ordinarie, senza altro: R01, R03, R04, R05."},
		Not:        []string{"L'ottavo giorno dopo la cessazione è ancora carenza (R22); il nono no."},
		Certainty:  ByBoth,
		Readings:   []string{"I confini con R22, R23 e R25 sono quelli scritti in quelle regole."},
		Parameters: []string{paramWaiting},
	},
	{
		ID: "R22", Title: "Inizio nei giorni di carenza", Norm: "circ. INPS 142/2012 par. 2.7",
		Also: []string{"Circ. INPS 94/2015 (NASpI, per analogia): chi si rioccupa negli otto giorni non è sospeso e presenta poi una nuova domanda."},
		When: []string{"Il rapporto inizia dopo la cessazione e non oltre l'ottavo giorno."},
		Then: []string{
			"Fine dalla decorrenza in poi: SOSPENSIONE cautelativa dalla decorrenza alla fine, INIZIO_IN_CARENZA (CAUTELA), nessuna ripresa.",
			"Rapporto oltre il limite o a tempo indeterminato: anche DECADENZA proposta dalla decorrenza.",
			"Finito prima della decorrenza: nessuna azione, INIZIO_IN_CARENZA (INFO): il diritto va riverificato sulla nuova cessazione.",
		},
		Not:        []string{"Nessun giorno prima della decorrenza è sospeso.", "Un rapporto che non sospende (intermittente senza indennità, tipologia ignota, reddito sotto soglia) non diventa cautela per questo."},
		Modes:      both,
		Certainty:  ByReading,
		Readings:   []string{"Che accada a chi lavora prima di poter fruire non è detto per l'ASpI: si sospende ciò che in ogni lettura non è pagabile, il resto decide un operatore."},
		Parameters: []string{paramWaiting}, Exceptions: []string{ExcStartInWaitingPeriod},
	},
	{
		ID: "R23", Title: "Inizio prima della decorrenza", Norm: "circ. INPS 142/2012 par. 2.7",
		When:       []string{"Il rapporto inizia dopo l'ottavo giorno dalla cessazione ma prima della decorrenza: la domanda è stata presentata tardi."},
		Then:       []string{"Come R22: cautela dalla decorrenza, decadenza solo proposta, INIZIO_IN_CARENZA."},
		Not:        []string{"Inizio nel giorno della decorrenza, passata la carenza: regole ordinarie, con zero giorni fruiti e il residuo intero."},
		Modes:      both,
		Certainty:  ByReading,
		Readings:   []string{"Lavorare fra la cessazione e l'effetto della domanda è letto come la rioccupazione in carenza."},
		Parameters: []string{paramWaiting}, Exceptions: []string{ExcStartInWaitingPeriod},
	},
	{
		ID: "R24", Title: "Rapporto preesistente alla cessazione", Norm: "msg INPS 2028/2015",
		When:       []string{"Un rapporto iniziato entro il giorno della cessazione che fonda la domanda dura ancora alla decorrenza, e non è quello cessato."},
		Then:       []string{"RAPPORTO_PREESISTENTE (BLOCCO), senza sospensione. L'operatore verifica se il reddito resta sotto il limite e se spetta la riduzione."},
		Not:        []string{"Un rapporto già finito prima della decorrenza non è preesistente.", "Il rapporto cessato da cui nasce la domanda non lo è.", "Viene prima dell'indennità anticipata (R50)."},
		Certainty:  ByBoth,
		Readings:   []string{"Il messaggio ammette la domanda con un part-time superstite sotto gli 8.000 euro; che oltre non si sospenda da sé è la lettura scelta."},
		Exceptions: []string{ExcPreexisting},
	},
	{
		ID: "R25", Title: "Inizio dopo la fine teorica", Norm: norm142a,
		When: []string{"Un rapporto o un evento comincia dopo l'ultimo giorno della prestazione, contato con i giorni sospesi."},
		Then: []string{
			"Nessun effetto. Nei primi giorni dopo la fine (la tolleranza) INIZIO_VICINO_ALLA_FINE (BLOCCO): altri modi di contare lo direbbero ancora dentro.",
			"La tolleranza arriva a sette giorni dopo la fine di calendario o, per l'ASpI, alla fine contata a mesi interi se viene dopo.",
			"Un evento a cavallo della decorrenza sospende dalla decorrenza.",
		},
		Not:        []string{"L'ultimo giorno della prestazione è ancora dentro: si sospende, e quel giorno resta.", "Un rapporto a cavallo della fine si sospende normalmente e il residuo è salvo."},
		Certainty:  ByReading,
		Readings:   []string{"I giorni spettanti si contano di calendario; che la prassi paghi mesi di trenta giorni è detto da una sola fonte non ufficiale: perciò la tolleranza e l'operatore."},
		Parameters: []string{paramTolerance}, Switches: []string{"day_count"}, Exceptions: []string{ExcNearEnd},
	},
	{
		ID: "R26", Title: "Prestazione fuori ambito", Norm: "L. 92/2012 art. 2; D.Lgs. 22/2015",
		Also: []string{"Circ. INPS 94/2015: NASpI per le cessazioni dal 1° maggio 2015.", "Circ. INPS 36/2013: ASpI ai lavoratori sospesi.", "Msg INPS 20774/2012: mini-ASpI 2012."},
		When: []string{"La domanda non è di ASpI o mini-ASpI, o la cessazione non cade nel regime, e un fatto la tocca."},
		Then: []string{"DOMANDA_FUORI_AMBITO (BLOCCO), una volta per domanda; nessuna azione. Ciò che era stato emesso resta."},
		Not:  []string{"Il primo e l'ultimo giorno del regime sono dentro.", "Una domanda fuori ambito che nessun fatto tocca non dà eccezioni."},

		Certainty:  ByNorm,
		Parameters: []string{paramRegime}, Exceptions: []string{ExcClaimKind},
	},
}
