// Package operatori reads what operators decided (provvedimenti): one JSON object a line, written by the home itself from
// the closings of the ledger, and read like everything that comes from outside.
//
//	numero          number of the closing; the protocol of the notice is "OP." and the number
//	tipo            CONFERMA, RIFIUTO, DATE or FATTO
//	id_eccezione    the exception that was closed
//	codice          its code
//	impronta        fingerprint of the facts the operator saw
//	fonti           codes of the documents the operator saw, joined by ";"
//	numero_domanda  claim of the exception; absent for none
//	sede            office of the exception; absent for none
//	codice_fiscale  person of the exception; a wrong check character is accepted, as on the exception
//	dal, al         with DATE: days ascertained, both included; without al there is no end
//	fatto           with FATTO: object with tipo, data and, as in a segnalazione, patronato, inizio, reddito, anno, categoria,
//	                origine, nuovo
//	operatore       who decided; approvato_da the second person, absent where it took one
//	quando          when, RFC 3339
//	motivo          why
//
// All but the optional ones named above are required. Dates are YYYY-MM-DD, amounts decimal texts. A line gives one
// [pipeline.Notice] with its [pipeline.Ruling]: of kind PROVVEDIMENTO, dated the day of the decision in Europe/Rome, or with
// FATTO of the fact's kind and date. Absent, null and blank mean the same; names not listed are ignored.
package operatori
