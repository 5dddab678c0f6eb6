package rules

import "incrocio/pipeline"

const (
	norm142a = "L. 92/2012 art. 2 c. 15; circ. INPS 142/2012 par. 2.8.a"
	norm5430 = "msg INPS 5430/2014"
)

// What rules say alike.
var (
	automatic = []string{pipeline.ModeAuto}
	proposed  = []string{pipeline.ModeProposed}
	both      = []string{pipeline.ModeAuto, pipeline.ModeProposed}
)

// onlyProposed says when a decadence of R03, R05, R11 and R12 is not automatic.
const onlyProposed = "È solo PROPOSTA dove un'altra regola rimette la decisione a un operatore: fine anticipata (R06), rettifica tardiva (R15), due domande (I02)."

// The counting of the limits, which several rules share.
const (
	readSixMonths = "Sei mesi di calendario, non 180 giorni: dal giorno S al giorno prima dello stesso numero sei mesi dopo (o alla fine di quel mese, se il giorno manca), primo e ultimo inclusi."
	alsoMonths    = "Art. 2963 c.c. e art. 155 c.p.c.: i termini a mesi si contano dal nome del giorno, con l'ultimo del mese se quel giorno manca."
	readFiveDays  = "Cinque giorni di calendario: il primo e l'ultimo contano, i giorni non lavorati anche."
)

// workRules are R01 to R09: one job against the limits.
var workRules = []Rule{
	{
		ID: "R01", Title: "ASpI: lavoro a termine fino a sei mesi, sospensione", Norm: norm142a + "; " + norm5430,
		Also: []string{alsoMonths, "Msg INPS 2028/2015: fra i casi, il lavoro non oltre sei mesi con reddito sopra il limite è sospensione."},
		When: []string{
			"La domanda è di ASpI, nel regime (R26) e aperta (R20).",
			"È noto un rapporto subordinato a termine: da UNILAV o UNISOMM, dall'archivio del lavoro domestico o dal beneficiario (R37).",
			"Il primo giorno è successivo alla cessazione che fonda la domanda e ai giorni di carenza (R22), e non oltre la fine teorica.",
			"L'ultimo giorno, proroghe comprese, non supera il limite di sei mesi contati dal primo.",
		},
		Then:       []string{"SOSPENSIONE dal primo all'ultimo giorno del rapporto, entrambi compresi; mai da prima della decorrenza.", "I giorni sospesi non consumano la durata spettante: la fine teorica si sposta di altrettanti."},
		Not:        []string{"Un giorno oltre il limite è decadenza (R03), non sospensione più lunga.", "Giorni e ore effettivamente lavorati non contano: conta la durata di calendario (R27).", "Un contratto a tempo indeterminato che porta una data di fine si contraddice: sospensione cautelativa e DATE_NON_VALIDE."},
		Modes:      automatic,
		Certainty:  ByBoth,
		Readings:   []string{readSixMonths, "Sei mesi esatti stanno nel limite: la legge dice «inferiore», la circolare e il msg 2028/2015 «inferiore o pari»."},
		Parameters: []string{paramLimitASpI}, Exceptions: []string{ExcBadDates},
	},
	{
		ID: "R02", Title: "Ripresa d'ufficio al termine della sospensione", Norm: norm142a + "; " + norm5430,
		Also: []string{"La scadenza di un contratto a termine non si comunica: che la cessazione manchi è normale.", "Proroghe: cinque giorni per comunicarle; agenzie e pubbliche amministrazioni entro il 20 del mese seguente."},
		When: []string{
			"Una sospensione ha un ultimo giorno ed è passato.",
			"Nessun altro rapporto o evento sospende il giorno dopo (R18).",
			"Sulla domanda non c'è una sospensione cautelativa o senza fine, né un annullamento o una rettifica tardivi da decidere (R14, R15).",
			"Restano giorni spettanti e il giorno della ripresa viene prima di ogni decadenza automatica.",
		},
		Then: []string{
			"RIPRESA dal giorno dopo l'ultimo sospeso, per i giorni residui al momento della sospensione; senza nuova domanda, nuova carenza o modello.",
			"L'azione è emessa dopo l'attesa prevista (o dopo il 20 del mese seguente se l'ultimo giorno è di un'agenzia o di un datore pubblico); la data di effetto non cambia. Fino ad allora sta in agenda.",
			"Per malattia, ricovero, maternità e servizio civile non c'è attesa.",
		},
		Not:       []string{"Non trattengono la ripresa i rapporti che non sospendono: intermittente senza indennità, domestico in attesa di definizione, rapporto preesistente, collaborazioni.", "Una ripresa già emessa resta, anche se poi arriva un annullamento o una rettifica tardivi."},
		Modes:     automatic,
		Certainty: ByBoth,
		Readings:  []string{"La data è l'ultimo giorno sospeso più uno, senza nuova carenza: la legge dice che l'indennità riprende da dove era rimasta sospesa.", "L'attesa prima di emettere la ripresa serve alle proroghe comunicate in ritardo e si può azzerare."},
		Switches:  []string{"resume_release_delay", "day_count"},
	},
	{
		ID: "R03", Title: "ASpI: lavoro oltre sei mesi o a tempo indeterminato, decadenza", Norm: "L. 92/2012 art. 2 c. 40; circ. INPS 142/2012 par. 2.9 b); " + norm5430,
		Also:       []string{alsoMonths, "Msg INPS 2028/2015: oltre sei mesi e sopra il limite di reddito è decadenza."},
		When:       []string{"La domanda è di ASpI, nel regime e aperta.", "Il rapporto è a tempo indeterminato dall'inizio, oppure il termine convenuto all'assunzione supera il limite di sei mesi.", "Non è dichiarato in tempo un reddito entro il limite, né il termine per dichiararlo corre ancora su un lavoro a basso reddito (R08).", "Non è finito entro il limite prima che la decadenza fosse eseguita (R06)."},
		Then:       []string{"DECADENZA dal primo giorno del rapporto, compreso: l'ultimo giorno pagabile è quello prima. Nulla riprende dopo.", "Se il termine supera il limite di un solo giorno: LIMITE_DI_UN_GIORNO (INFO), perché l'operatore rilegga le date.", onlyProposed},
		Not:        []string{"L'ultimo giorno utile è ancora sospensione (R01).", "L'avviso sul giorno di troppo vale per la sola fine convenuta all'assunzione, non per una proroga o una fine anticipata, e per la sola decadenza AUTOMATICA: di una PROPOSTA dice già l'eccezione che la propone.", "Un inizio fra la cessazione e la decorrenza non decade da sé (R22, R23)."},
		Modes:      both,
		Certainty:  ByNorm,
		Parameters: []string{paramLimitASpI}, Exceptions: []string{ExcLimitBoundary},
	},
	{
		ID: "R04", Title: "mini-ASpI: lavoro fino a cinque giorni, sospensione", Norm: "L. 92/2012 art. 2 c. 23; circ. INPS 142/2012 par. 3.3; circ. INPS 37/2013 punto 3",
		When:       []string{"La domanda è di mini-ASpI, nel regime e aperta.", "È noto un rapporto subordinato a termine che dura non più di cinque giorni di calendario."},
		Then:       []string{"SOSPENSIONE per la durata del rapporto; poi la ripresa come in R02."},
		Not:        []string{"Il sesto giorno è decadenza (R05).", "La regola dei sei mesi non si applica alla mini-ASpI.", "Un contratto a tempo indeterminato che porta una data di fine si contraddice: sospensione cautelativa e DATE_NON_VALIDE."},
		Modes:      automatic,
		Certainty:  ByBoth,
		Readings:   []string{readFiveDays},
		Parameters: []string{paramLimitMini}, Exceptions: []string{ExcBadDates},
	},
	{
		ID: "R05", Title: "mini-ASpI: lavoro oltre cinque giorni o a tempo indeterminato, decadenza", Norm: "L. 92/2012 art. 2 c. 23; circ. INPS 142/2012 par. 3 h); " + norm5430,
		When:       []string{"La domanda è di mini-ASpI, nel regime e aperta.", "Il rapporto dura più di cinque giorni di calendario, o è a tempo indeterminato.", "Non è un lavoro a basso reddito dichiarato in tempo o ancora dichiarabile (R08)."},
		Then:       []string{"DECADENZA dal primo giorno del rapporto, compreso.", "Con sei giorni esatti: LIMITE_DI_UN_GIORNO (INFO), perché l'operatore rilegga le date.", onlyProposed},
		Not:        []string{"Cinque giorni sono ancora sospensione (R04).", "L'avviso sul giorno di troppo vale per la sola decadenza AUTOMATICA."},
		Modes:      both,
		Certainty:  ByBoth,
		Readings:   []string{readFiveDays},
		Parameters: []string{paramLimitMini}, Exceptions: []string{ExcLimitBoundary},
	},
	{
		ID: "R06", Title: "Fine anticipata del rapporto", Norm: norm142a,
		Also: []string{"Per la NASpI la prassi conserva la decadenza anche se il rapporto finisce in anticipo: qui è seguita per analogia."},
		When: []string{"Una cessazione, per qualunque causa, chiude il rapporto prima della fine convenuta."},
		Then: []string{
			"Contratto entro il limite: la sospensione si accorcia all'ultimo giorno effettivo e la ripresa è il giorno dopo, anche per dimissioni.",
			"Contratto oltre il limite, decadenza già eseguita: la decadenza resta, con FINE_ANTICIPATA_DOPO_DECADENZA (INFO).",
			"Contratto oltre il limite, decadenza non ancora eseguita e durata effettiva entro il limite: SOSPENSIONE cautelativa dei giorni lavorati, DECADENZA proposta, FINE_ANTICIPATA_DOPO_DECADENZA (CAUTELA), nessuna ripresa. Vale anche per rapporti prorogati o trasformati.",
			"CONFERMA dell'operatore: la decadenza è dovuta, eseguita o proposta che fosse. RIFIUTO: non lo è, i giorni lavorati sono sospesi e si riprende dopo di essi.",
		},
		Not:       []string{"Una cessazione nel giorno convenuto non cambia nulla.", "Se anche la durata effettiva supera il limite non c'è eccezione: la decadenza è certa.", "Finito prima del giorno che lo porterebbe oltre (una proroga o una trasformazione successive), il rapporto è entro il limite."},
		Modes:     both,
		Certainty: ByBoth,
		Readings:  []string{"Che le dimissioni siano ininfluenti è detto; che conti la fine effettiva e non quella del contratto è la lettura scelta, con un interruttore per l'altra: i giorni dovuti in tutto sono gli stessi.", "La fine anticipata di un rapporto oltre il limite non toglie la decadenza già eseguita."},
		Switches:  []string{"early_end_policy"}, Parameters: []string{paramLimitASpI, paramLimitMini}, Exceptions: []string{ExcEarlyEndAfterDecadence},
	},
	{
		ID: "R07", Title: "Contributi del nuovo rapporto", Norm: norm142a,
		When:      []string{"La prestazione è stata sospesa per un nuovo rapporto di lavoro."},
		Then:      []string{"I contributi del nuovo rapporto possono valere per una domanda successiva. Qui non c'è alcun effetto: la durata spettante della domanda è quella del suo record."},
		Not:       []string{"Giorni spettanti e residui non si ricalcolano per i contributi maturati durante la sospensione."},
		Certainty: NoDecision,
	},
	{
		ID: "R08", Title: "Lavoro subordinato con reddito sotto soglia", Norm: "D.L. 76/2013 art. 7 c. 7; msg INPS 2028/2015",
		Also: []string{"D.Lgs. 181/2000 art. 4 lett. a): un reddito annuo entro il minimo esente conserva lo stato di disoccupazione."},
		When: []string{"Il rapporto subordinato, di qualunque durata, inizia dal giorno da cui il cumulo è ammesso.", "Il beneficiario dichiara entro un mese dall'inizio un reddito annuo non oltre il limite; oppure il mese corre ancora e l'assunzione è a tempo parziale o con retribuzione annua entro il limite."},
		Then: []string{
			"Reddito dichiarato in termine: né sospensione né decadenza; RIDUZIONE proposta dell'80 % dall'inizio alla prima fra la fine del rapporto, la fine teorica, spostata da tutte le sospensioni, e il 31 dicembre, con CUMULO_POSSIBILE (BLOCCO). Una decadenza la tronca come in R40.",
			"Termine che corre, rapporto che porterebbe alla decadenza: SOSPENSIONE cautelativa e DECADENZA proposta, con CUMULO_POSSIBILE (CAUTELA); la scadenza del termine è in agenda.",
			"Termine passato senza dichiarazione: valgono R01, R03, R04, R05.",
		},
		Not:       []string{"Un centesimo oltre il limite non conserva lo stato.", "Una dichiarazione un giorno dopo il termine è come non fatta.", "Un rapporto entro sei mesi (cinque giorni), nel mese per dichiarare, si sospende normalmente.", "Una dichiarazione che toglierebbe un'azione già eseguita non la toglie: decide un operatore (R15)."},
		Modes:     both,
		Certainty: ByReading,
		Readings: []string{
			"Circ. 142/2012 e msg 5430/2014 non ne parlano; il msg 2028/2015 dà i casi. Perciò nulla è automatico, salvo la cautela.",
			"Che il silenzio sul reddito lasci l'effetto ordinario non è scritto: della mancata comunicazione è detta solo la condizione.",
			"La cautela sospende pur essendoci una lettura che paga: l'indennità ridotta dipende da una dichiarazione che ancora non c'è, e una sospensione si toglie, una decadenza no.",
		},
		Parameters: []string{paramIncomeEmployee, paramReduction, paramNotice}, Switches: []string{"cumulo_subordinate_from"}, Exceptions: []string{ExcPossibleCumulo},
	},
	{
		ID: "R09", Title: "Lavoro all'estero", Norm: "circ. INPS 142/2012 par. 2.8.a e 3.3",
		Also: []string{norm5430 + ": la decadenza per lavoro comunicato oltre il limite non distingue il Paese."},
		When: []string{"Il beneficiario comunica lavoro subordinato con datore in uno Stato estero, dell'Unione o no. Nessun UNILAV può esserci."},
		Then: []string{
			"Entro il limite: SOSPENSIONE e RIPRESA come in R01 o R04.",
			"Oltre il limite: DECADENZA dall'inizio comunicato, con LAVORO_ESTERO (INFO) dove è AUTOMATICA; iniziato prima della decorrenza, R22 e R23.",
			"Stato o inizio mancanti: LAVORO_ESTERO (BLOCCO), nulla di automatico. Fine mancante: R37.",
		},
		Not:        []string{"La mancanza dell'UNILAV non è segnalata: il datore estero non la deve.", "Un datore con codice fiscale italiano vale come Italia anche se lo Stato non è indicato.", "Lo stesso periodo comunicato anche come espatrio aggiunge R55, non lo sostituisce."},
		Modes:      automatic,
		Certainty:  ByBoth,
		Readings:   []string{"La sospensione è detta; la decadenza oltre il limite applica al lavoro estero la regola generale sul lavoro comunicato."},
		Parameters: []string{paramLimitASpI, paramLimitMini}, Exceptions: []string{ExcForeignWork},
	},
}
