// Package domestico reads what INPS knows of domestic work: one JSON object a line, which is a record of a relationship
// where it has the field evento, or a message of the employer's drawer where it has quesito (msg INPS 2749/2018).
// Absent, null and blank mean the same; names not listed are ignored.
//
// # Relationships
//
// A record is a [pipeline.Communication] of the model DOMESTICO. Required are evento, codice, cf_datore, cf_lavoratore
// and data_invio, and for ASSUNZIONE data_inizio; codes are any text up to fifty characters without control characters
// and ";". An absent stato is DEFINITO. data_invio is a day or a moment; a day is taken as its first instant.
//
//	evento         is                             its day (EventDate)
//	ASSUNZIONE     hire                           none
//	PROROGA        extension                      the new end: the later of data_evento and data_fine
//	TRASFORMAZIONE conversion, DI where it is TI  data_evento
//	CESSAZIONE     termination                    data_evento, else data_fine
//	RETTIFICA      correction (03)                data_evento
//	ANNULLAMENTO   cancellation (04)              data_evento
//
// PROROGA and CESSAZIONE want one of the two days, TRASFORMAZIONE wants data_evento. RETTIFICA and ANNULLAMENTO do not
// say which event they are about: it is that of the record codice_precedente names, which whoever links the records of
// a person finds (package chain). Until then, and where that record never comes, they are taken for what the record can
// only be by itself: a permanent relationship that ends on data_evento was terminated; anything else is the relationship
// from its start to its end, which is what a hire says.
//
// # Messages
//
// Required are quesito, data and categoria. A message has at most three attachments of 3 MiB in all, in PDF, JPEG, PNG
// or TIFF; each says its formato and byte.
package domestico
