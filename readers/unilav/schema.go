package unilav

import "incrocio/pipeline"

// field is a value that is kept from a document.
type field uint8

const (
	fCode field = iota
	fPrevious
	fPreviousLong // the same, under its longer name
	fSent
	fVersion
	fSender
	fPurpose
	fEmployer
	fEmployerName
	fPublic
	fPreviousEmployer
	fUser
	fMissionStart
	fMissionEnd
	fEventCode
	fEventDate
	fEventDate2 // other names under which the day of the event may come
	fEventDate3
	fLeaseEnd

	fTaxCode // from here on: of one worker
	fSurname
	fGivenName
	fSex
	fBirthDate
	fBirthPlace
	fStart
	fEnd
	fTrainingEnd
	fContract
	fSeasonal
	fAgricultural
	fPartner
	fAvailability
	fWorkDays
	fHours
	fWeeklyHours
	fPay

	fields
	firstOfWorker = fTaxCode
)

// leaf is a named value: its name in XML, in JSON and in the documents' own field.
type leaf struct {
	xml, json string
	field     field
}

// node is an element, or JSON object, that holds values that are kept.
type node struct {
	xml, json string
	attrs     []leaf // attributes in XML
	leaves    []leaf // elements with text in XML
	nodes     []*node

	event     pipeline.EventKind // what a body element says happened; of a variation of UniSomm, with its code
	variation bool               // the relation of a UniSomm varies; absent in a start
	many      bool               // it may come more than once; in JSON it is an array, or one object
	worker    bool               // it holds all about one of several workers
	nameOnly  bool               // a body that names no worker: the employer's name changed

	bit uint64 // of its own among those seen in a document; 0 where it may come again
	sub uint64 // bits of all that is inside
}

// layout is the tree of one model.
type layout struct {
	root  *node
	space string
	kind  string // tipoModello of the JSON envelope
	model pipeline.Model
}

var layouts = func() []*layout {
	all := []*layout{
		{unilavRoot(), "http://servizi.lavoro.gov.it/unilav", "UNILAV", pipeline.ModelUnilav},
		{unisommRoot(), "http://servizi.lavoro.gov.it/unisomm", "UNISOMM", pipeline.ModelUnisomm},
		{uniurgRoot(), "http://servizi.lavoro.gov.it/uniurg", "UNIURG", pipeline.ModelUniurg},
		{vardatoriRoot(), "http://servizi.lavoro.gov.it/vardat", "VARDATORI", pipeline.ModelVardatori},
	}
	for _, l := range all {
		next := uint64(1)
		l.root.number(&next)
	}
	return all
}()

// number gives the nodes below n their bits.
func (n *node) number(next *uint64) {
	for _, c := range n.nodes {
		c.number(next)
		if !c.many && c.event == "" { // bodies are counted, not marked: a second one is a fault of its own
			c.bit = *next
			*next <<= 1
		}
		n.sub |= c.sub | c.bit
	}
}

// sending are the attributes of every root.
func sending(more ...leaf) []leaf {
	return append([]leaf{
		same("codiceComunicazione", fCode),
		same("codiceComunicazionePrec", fPrevious),
		same("codiceComunicazionePrecedente", fPreviousLong),
		same("dataInvio", fSent),
		same("versione", fVersion),
		same("delegato", fSender),
	}, more...)
}

// same is a value with one name in both forms.
func same(name string, f field) leaf { return leaf{name, name, f} }

var purpose = leaf{"TipoComunicazione", "tipoComunicazione", fPurpose}

func unilavRoot() *node {
	return &node{
		xml: "UniLav", attrs: sending(), leaves: []leaf{purpose},
		nodes: []*node{
			employer("DatoreLavoro", "datoreLavoro"),
			worker(),
			contract("InizioRapporto", "inizioRapporto", pipeline.EventHire),
			{
				xml: "Proroga", json: "proroga", event: pipeline.EventExtension,
				attrs: []leaf{same("dataFineProroga", fEventDate)},
				nodes: []*node{contract("Contratto", "contratto", "")},
			},
			{
				xml: "Trasformazione", json: "trasformazione", event: pipeline.EventConversion,
				attrs: append(eventDates("dataTrasformazione"), same("codiceTrasformazione", fEventCode)),
				nodes: []*node{contract("Contratto", "contratto", "")},
			},
			{
				xml: "Cessazione", json: "cessazione", event: pipeline.EventTermination,
				attrs: append(eventDates("dataCessazione"), same("codiceCausa", fEventCode)),
				nodes: []*node{contract("Contratto", "contratto", "")},
			},
		},
	}
}

// eventDates are the names of the day of an event, its own first.
func eventDates(own string) []leaf {
	return []leaf{same(own, fEventDate), same("data", fEventDate2), same("dataFine", fEventDate3)}
}

// employer is the employer of record with the flag of public employers.
func employer(xml, json string) *node {
	return &node{
		xml: xml, json: json, attrs: party(fEmployer, fEmployerName),
		leaves: []leaf{{"PubblicaAmministrazione", "pubblicaAmministrazione", fPublic}},
	}
}

func party(code, name field) []leaf {
	return []leaf{same("codiceFiscale", code), same("denominazione", name)}
}

var nameAndCode = []leaf{
	same("cognome", fSurname), same("nome", fGivenName), {"codice-fiscale", "codiceFiscale", fTaxCode},
}

// worker is the worker of all models but VarDatori; UniUrg gives name and code without AnagraficaCompleta.
func worker() *node {
	person := &node{
		xml: "AnagraficaCompleta", json: "anagraficaCompleta",
		leaves: append([]leaf{same("sesso", fSex)}, nameAndCode...),
		nodes: []*node{{
			xml: "nascita", json: "nascita",
			leaves: []leaf{same("comune", fBirthPlace), same("data", fBirthDate)},
		}},
	}
	return &node{xml: "Lavoratore", json: "lavoratore", leaves: nameAndCode, nodes: []*node{person}}
}

var (
	contractCode = leaf{"TipologiaContrattuale", "tipologiaContrattuale", fContract}
	availability = same("indennitaDisponibilita", fAvailability)
	trainingEnd  = same("dataFinePeriodoFormativo", fTrainingEnd)
	agricultural = same("lavoroInAgricoltura", fAgricultural)
	workDays     = same("ggLavorativePreviste", fWorkDays)
	pay          = leaf{"RetribuzioneCompenso", "retribuzioneCompenso", fPay}
)

func hours() *node {
	return &node{xml: "tipoOrario", json: "tipoOrario", attrs: []leaf{
		same("codice", fHours), same("oreSettimanaliMedie", fWeeklyHours),
	}}
}

// contract is the contract block, which is the body itself in a hire.
func contract(xml, json string, event pipeline.EventKind) *node {
	return &node{
		xml: xml, json: json, event: event,
		attrs: []leaf{
			same("dataInizio", fStart), same("dataFine", fEnd), trainingEnd, contractCode,
			same("socioLavoratore", fPartner), same("lavoroStagionale", fSeasonal),
			agricultural, workDays, availability,
		},
		leaves: []leaf{pay},
		nodes:  []*node{hours()},
	}
}

func unisommRoot() *node {
	agency := &node{
		xml: "AgenziaSomministrazione", json: "agenziaSomministrazione", attrs: party(fEmployer, fEmployerName),
		nodes: []*node{{
			xml: "RapportoAgenziaSomm", json: "rapportoAgenziaSomm",
			attrs: []leaf{
				same("dataInizioSomm", fStart), same("dataFineSomm", fEnd), trainingEnd, contractCode, availability,
			},
		}},
	}
	return &node{
		xml: "UniSomm", attrs: sending(), leaves: []leaf{purpose},
		nodes: []*node{agency, worker(), userCompany(), {
			xml: "DatiVariazione", json: "datiVariazione", variation: true,
			attrs: []leaf{same("codiceVariazione", fEventCode)},
			nodes: []*node{
				{
					xml: "DatiProroga", json: "datiProroga", event: pipeline.EventExtension,
					attrs: []leaf{same("dataFineProroga", fEventDate)},
				},
				{
					xml: "DatiTrasformazione", json: "datiTrasformazione", event: pipeline.EventConversion,
					attrs: eventDates("dataTrasformazione"),
				},
				{
					xml: "DatiCessazione", json: "datiCessazione", event: pipeline.EventTermination,
					attrs: eventDates("dataCessazione"),
				},
			},
		}},
	}
}

func userCompany() *node {
	mission := &node{
		xml: "Inizio", json: "inizio",
		attrs: []leaf{
			same("dataInizioMissione", fMissionStart), same("dataFineMissione", fMissionEnd), agricultural, workDays,
		},
		leaves: []leaf{pay},
		nodes:  []*node{hours()},
	}
	return &node{
		xml: "DittaUtilizzatrice", json: "dittaUtilizzatrice",
		attrs:  []leaf{same("codiceFiscale", fUser)},
		leaves: []leaf{{"PubblicaAmministrazione", "pubblicaAmministrazione", fPublic}},
		nodes:  []*node{{xml: "InizioContratto", json: "inizioContratto", nodes: []*node{mission}}},
	}
}

func uniurgRoot() *node {
	return &node{
		xml: "UniUrg", attrs: sending(same("dataInizioRapporto", fStart)), leaves: []leaf{purpose},
		nodes: []*node{
			{xml: "DatoreLavoro", json: "datoreLavoro", attrs: party(fEmployer, fEmployerName)},
			worker(),
		},
	}
}

func vardatoriRoot() *node {
	moved := &node{
		xml: "Lavoratori", json: "lavoratori", many: true, worker: true,
		nodes: []*node{
			contract("Contratto", "contratto", ""),
			{xml: "DatiLavoratore", json: "datiLavoratore", leaves: nameAndCode},
		},
	}
	return &node{
		xml: "VarDatori", attrs: sending(), leaves: []leaf{purpose},
		nodes: []*node{
			employer("DatoreAttuale", "datoreAttuale"),
			{
				xml: "TrasferimentoAzienda", json: "trasferimentoAzienda", event: pipeline.EventTransfer,
				attrs: []leaf{
					same("codiceTrasferimento", fEventCode), same("dataInizio", fEventDate),
					same("dataFineAffittoRamo", fLeaseEnd),
				},
				nodes: []*node{
					{
						xml: "DatorePrecedente", json: "datorePrecedente",
						attrs: []leaf{same("codiceFiscale", fPreviousEmployer)},
					},
					{xml: "SedeLavoro", json: "sedeLavoro", many: true, nodes: []*node{moved}},
				},
			},
			{
				xml: "VariazioneRagioneSociale", json: "variazioneRagioneSociale", event: pipeline.EventTransfer, nameOnly: true,
				attrs: []leaf{same("dataInizio", fEventDate), same("data", fEventDate2), same("dataVariazione", fEventDate3)},
			},
		},
	}
}
