// Package unilav reads the mandatory communications of employers (comunicazioni obbligatorie) of the UNILAV family.
//
// # Documents
//
//	root       namespace                              what
//	UniLav     http://servizi.lavoro.gov.it/unilav    one worker, one event
//	UniSomm    http://servizi.lavoro.gov.it/unisomm   agency work: the relation with the agency and the mission
//	UniUrg     http://servizi.lavoro.gov.it/uniurg    a start, to be confirmed by a UniLav
//	VarDatori  http://servizi.lavoro.gov.it/vardat    change of employer, many workers
//
// A document comes bare, as text inside a SOAP request ([soapWrappers]), or as its JSON twin, in which elements and
// attributes alike are members with camelCase names, below modello.payload.
//
// # The event
//
// What happened is told by the body element: InizioRapporto, Proroga, Trasformazione or Cessazione in UniLav, one of
// them exactly; DatiVariazione in UniSomm, absent in a start, with its code: 2.xx extension, 3.xx conversion, 4.01 end
// of the mission alone, 4.02 end of the relation; TrasferimentoAzienda or VariazioneRagioneSociale in VarDatori.
// TipoComunicazione says only why the document was sent.
//
// The layout of Trasformazione and Cessazione is known from derived schemas alone. Their day is read from the first of
// dataTrasformazione or dataCessazione, data and dataFine that is given; so too in UniSomm. An extension, conversion or
// termination whose day is missing is discarded, never given one.
//
// # What is kept
//
// Only the fields of [pipeline.Communication]. Addresses, telephones, e-mail, permits and legal representatives are
// passed over, and so is whatever the layout does not know: newer versions add to it.
//
// # What is refused
//
// What cannot be read or placed is a discard with its code: the XML or JSON itself, a wrong namespace, a field given
// twice, a communication code that has not sixteen characters, dates that are none, a worker's tax code whose form or
// check character is wrong (of the latter [Parse] says more), a value outside its closed list, a missing field without which the document means nothing.
// What is readable and senseless (an end before the start, a correction that names no document) is accepted: the
// rules judge it. An employer's code is kept as text, since foreign agencies have others.
package unilav
