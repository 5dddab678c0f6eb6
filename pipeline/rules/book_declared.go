package rules

const normDeclared = norm5430 + "; D.L. 76/2013 art. 9 c. 5; circ. INPS 57/2014"

// declaredRules are R36 to R39: the beneficiary's own word on employment.
var declaredRules = []Rule{
	{
		ID: "R36", Title: "Valore della comunicazione del beneficiario", Norm: normDeclared,
		When:      []string{"Il beneficiario comunica lavoro subordinato con ASpI-COM."},
		Then:      []string{"Non è dovuta quando il datore deve l'UNILAV; serve a rimediare a un UNILAV omesso o tardivo; è obbligatoria dove l'UNILAV non è dovuto (estero, domestico)."},
		Not:       []string{"Non comunicare un lavoro per cui l'UNILAV c'è non ha conseguenze (R39)."},
		Certainty: ByNorm,
	},
	{
		ID: "R37", Title: "Lavoro subordinato comunicato dal beneficiario", Norm: normDeclared,
		When: []string{"Il beneficiario comunica lavoro subordinato e nessuna comunicazione del datore ne parla."},
		Then: []string{
			"Con inizio e fine: R01, R03, R04, R05 sulle date comunicate, dall'inizio comunicato.",
			"Datore italiano: anche UNILAV_MANCANTE (INFO).",
			"Senza fine: SOSPENSIONE cautelativa senza fine e FINE_MANCANTE; quando la sospensione aperta supera il limite senza notizie, anche DECADENZA proposta dall'inizio. La data è in agenda.",
			"Senza inizio: DATE_NON_VALIDE (BLOCCO).",
		},
		Not:        []string{"Una fine non indicata non prova un rapporto a tempo indeterminato.", "L'ultimo giorno del limite la decadenza non è ancora proposta."},
		Modes:      both,
		Certainty:  ByBoth,
		Readings:   []string{"Il modello dice solo inizio ed eventuale fine: la fine aperta non si legge mai come tempo indeterminato."},
		Parameters: []string{paramLimitASpI, paramLimitMini}, Exceptions: []string{ExcMissingUnilav, ExcMissingEndDate, ExcBadDates},
	},
	{
		ID: "R38", Title: "Comunicazione del beneficiario e UNILAV", Norm: normDeclared,
		When: []string{"Il beneficiario e un datore parlano dello stesso rapporto: stesso datore, o datore non indicato, con giorni in comune o inizi distanti non più di cinque giorni."},
		Then: []string{
			"Date uguali, o fine non detta dal beneficiario: una sola azione.",
			"Date diverse: si agisce su quelle dell'UNILAV; DATE_IN_CONTRASTO (INFO) con i giorni contestati.",
			"Una fonte entro il limite e l'altra oltre: SOSPENSIONE cautelativa sull'unione e DATE_IN_CONTRASTO (BLOCCO) per ripresa e decadenza.",
		},
		Not:        []string{"Un altro datore è un altro rapporto, anche nelle stesse date.", "Inizi distanti sei giorni, senza giorni in comune e senza datore indicato, sono due rapporti."},
		Modes:      automatic,
		Certainty:  ByBoth,
		Readings:   []string{"L'UNILAV è la base dell'ufficio: sulle date prevale, ma non se decide fra sospensione e decadenza.", "Cinque giorni di scarto fra gli inizi lasciano che si parli dello stesso rapporto."},
		Parameters: []string{paramLimitASpI, paramLimitMini}, Exceptions: []string{ExcDatesConflict},
	},
	{
		ID: "R39", Title: "UNILAV tardivo o mancante", Norm: "D.L. 76/2013 art. 9 c. 5; circ. INPS 57/2014; msg INPS 15079/2013",
		When:      []string{"L'UNILAV arriva dopo l'inizio del rapporto."},
		Then:      []string{"La data di effetto resta l'inizio; i giorni già pagati sono indebito (R70)."},
		Not:       []string{"Il ritardo del datore non è sanzione per il lavoratore.", "Se nessun giorno sospeso era pagato non c'è indebito."},
		Certainty: ByBoth,
		Readings:  []string{"La tutela del lavoratore è detta per integrazione salariale e mobilità; il titolo della circ. 57/2014 la estende all'ASpI."},
	},
}
