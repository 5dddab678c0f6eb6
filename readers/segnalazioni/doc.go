// Package segnalazioni reads notices of other offices and archives: one JSON object a line.
//
//	tipo                   data                       further fields
//	REQUISITI_PENSIONE     requirement met
//	ASSEGNO_INVALIDITA     allowance starts
//	PERDITA_STATO          status of unemployed lost
//	RIFIUTO_OFFERTA        refusal
//	PIN_DISPOSITIVO        PIN made dispositive
//	DELEGA                 mandate registered         patronato
//	REDDITO_SUBORDINATO    declaration                inizio, reddito
//	REDDITO_EFFETTIVO      declaration                anno, categoria, reddito, origine
//	CODICE_FISCALE_VARIATO code changed               nuovo
//
// tipo, codice_fiscale and data are required, and so are the further fields, except categoria and origine; fonte and
// protocollo may be absent. The codice_fiscale of CODICE_FISCALE_VARIATO may have a wrong check character, being what
// documents carry and nuovo puts right. A further field of another tipo is checked and then dropped: it says nothing there.
// Absent, null and blank mean the same; names not listed are ignored.
package segnalazioni
