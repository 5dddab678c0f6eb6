package rules

// pause writes R51 to R54, which differ in the event only.
func pause(id, title string, also ...string) Rule {
	return Rule{
		ID: id, Title: title, Norm: norm5430, Also: also,
		When: []string{"Il beneficiario comunica l'evento con l'inizio e l'eventuale fine.", "Almeno un giorno cade fra la decorrenza e la fine teorica."},
		Then: []string{
			"SOSPENSIONE dall'inizio comunicato (mai da prima della decorrenza) alla fine comunicata; RIPRESA il giorno dopo, senza attesa.",
			"Fine non indicata: SOSPENSIONE senza fine e FINE_MANCANTE (ATTESA).",
			"Inizio mancante, o fine prima dell'inizio: DATE_NON_VALIDE (BLOCCO).",
		},
		Not:        []string{"Nessuna decadenza per durata: i limiti sono del lavoro.", "Dentro giorni già sospesi non cambia nulla (R18).", "Un evento tutto prima della decorrenza o dopo la fine non ha effetto (R25)."},
		Modes:      automatic,
		Certainty:  ByBoth,
		Readings:   []string{"La sospensione e il suo inizio sono detti; il giorno della ripresa è per analogia con R02.", "Nessuna condizione che un altro ente paghi: il messaggio non ne pone."},
		Exceptions: []string{ExcMissingEndDate, ExcBadDates},
	}
}

// eventRulebook are R51 to R59: events other than work, other causes of forfeiture, the first day of benefit.
var eventRulebook = []Rule{
	pause("R51", "Malattia"),
	pause("R52", "Ricovero in ospedale"),
	pause("R53", "Maternità", "La maternità iniziata oltre sessanta giorni dalla fine del lavoro spetta se si percepisce l'indennità di disoccupazione, e la sostituisce."),
	pause("R54", "Servizio civile", "Per la NASpI il servizio civile è stato poi ammesso al cumulo; per l'ASpI il messaggio ordina la sospensione."),
	{
		ID: "R55", Title: "Espatrio", Norm: norm5430 + "; Reg. (CE) 883/2004 art. 64",
		Also:       []string{"Circ. INPS 85/2010 e 132/2010: tre mesi di ricerca di lavoro in altro Stato con il documento U2."},
		When:       []string{"Il beneficiario comunica un espatrio."},
		Then:       []string{"ESPATRIO (BLOCCO): l'operatore verifica il documento U2 o la perdita dei requisiti."},
		Not:        []string{"Nessuna sospensione: fra gli effetti automatici l'espatrio non c'è."},
		Certainty:  ByBoth,
		Readings:   []string{"L'evento è comunicabile, l'effetto non è scritto."},
		Exceptions: []string{ExcExpatriation},
	},
	{
		ID: "R56", Title: "Domanda di pensione non INPS", Norm: norm5430,
		When:       []string{"Il beneficiario comunica di aver chiesto una pensione a un altro ente."},
		Then:       []string{"PENSIONE_NON_INPS (BLOCCO): l'operatore ne verifica l'esito."},
		Not:        []string{"La domanda di pensione da sola non sospende e non fa decadere."},
		Certainty:  ByBoth,
		Readings:   []string{"L'evento è comunicabile, l'effetto non è scritto."},
		Exceptions: []string{ExcForeignFundPension},
	},
	{
		ID: "R57", Title: "Requisiti di pensione e assegno di invalidità", Norm: "L. 92/2012 art. 2 c. 40; circ. INPS 180/2014",
		Also:       []string{"Circ. INPS 142/2012 par. 2.9: l'assegno ordinario di invalidità fa decadere salvo opzione."},
		When:       []string{"Gli archivi segnalano, dentro la prestazione, i requisiti di pensione di vecchiaia o anticipata, o un assegno ordinario di invalidità."},
		Then:       []string{"Requisiti di pensione: DECADENZA proposta dal primo giorno del mese dopo (la prima decorrenza utile), mai da prima della decorrenza; REQUISITI_PENSIONE (BLOCCO).", "Assegno di invalidità: ASSEGNO_INVALIDITA (BLOCCO), l'operatore acquisisce l'opzione."},
		Not:        []string{"La decadenza non è mai automatica: l'insieme degli effetti automatici è chiuso.", "Una segnalazione con data oltre la fine teorica non ha effetto; né requisiti la cui prima decorrenza utile viene dopo la fine, salvo a ridosso (R25), o dopo una decadenza automatica (R18).", "Su una domanda fuori ambito o anticipata nulla è proposto: R26, R50."},
		Modes:      proposed,
		Certainty:  ByBoth,
		Readings:   []string{"L'effetto e la data sono detti; che lo confermi un operatore segue dall'insieme chiuso degli effetti automatici."},
		Exceptions: []string{ExcPensionRequirement, ExcInvalidityAllowance},
	},
	{
		ID: "R58", Title: "Perdita dello stato di disoccupazione, rifiuti", Norm: "L. 92/2012 art. 2 cc. 40 e 41; circ. INPS 142/2012 par. 2.9",
		When:       []string{"Il centro per l'impiego segnala, dentro la prestazione, la perdita dello stato o il rifiuto ingiustificato di una misura o di un'offerta congrua."},
		Then:       []string{"DECADENZA proposta dal giorno del fatto, PERDITA_STATO (BLOCCO)."},
		Not:        []string{"Un fatto anteriore alla decorrenza non ha effetto.", "Se l'offerta fosse congrua (retribuzione almeno del 20 % oltre l'indennità, entro 50 km o 80 minuti) lo valuta un operatore.", "Su una domanda fuori ambito o anticipata nulla è proposto: R26, R50."},
		Modes:      proposed,
		Certainty:  ByBoth,
		Readings:   []string{"L'effetto dall'evento è detto; che lo confermi un operatore segue dall'insieme chiuso degli effetti automatici."},
		Exceptions: []string{ExcStatusLoss},
	},
	{
		ID: "R59", Title: "Decorrenza della prestazione", Norm: "circ. INPS 142/2012 par. 2.7",
		Also:       []string{"Circ. INPS 154/2013: la dichiarazione di disponibilità può essere resa all'INPS con la domanda."},
		When:       []string{"La domanda è aperta e la decorrenza del suo record non è quella che danno le sue date: l'ottavo giorno dopo la cessazione o, se presentata dopo, il giorno dopo la presentazione."},
		Then:       []string{"DOMANDA_INCOERENTE (INFO). Si usa comunque la decorrenza del record."},
		Not:        []string{"Giorni spettanti ed età non si confrontano: i giorni sono quelli del record.", "Le decorrenze speciali (controversia, malattia, maternità, preavviso, licenziamento per giusta causa) danno lo stesso avviso: l'operatore le conosce, i dati no."},
		Certainty:  ByBoth,
		Readings:   []string{"La decorrenza è detta; che una diversa sia solo segnalata è la lettura scelta."},
		Parameters: []string{paramWaiting}, Exceptions: []string{ExcClaimData},
	},
}
