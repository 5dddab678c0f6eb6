// Package aspicom reads ASpI-COM and mini ASpI-COM submissions (mod. SR137, SR138) and the older DS56bis: one JSON
// object a line, written by the citizens' procedure, the contact centre, a patronato or a sede that keys in a paper
// form.
//
//	protocollo            text, required
//	data_presentazione    RFC 3339, required; without offset: Europe/Rome
//	stato                 INVIATA (also where absent) | BOZZA
//	modello               SR137 | SR138 | DS56BIS, required
//	canale                WEB | CONTACT_CENTER | PATRONATO | CARTACEO, required
//	pin                   DISPOSITIVO | NON_DISPOSITIVO; absent is unknown
//	patronato             {codice, delega_registrata_il}
//	codice_fiscale        of the beneficiary, required
//	numero_domanda        text
//	tipo                  EVENTO | VARIAZIONE, required
//	eventi                list of {evento, fattispecie, categoria, inizio, fine, reddito, anno, datore{codice_fiscale,
//	                      denominazione, stato}}
//	variazioni            {residenza, domicilio {indirizzo, comune, cap}, email, telefono, pagamento {modalita, iban}}
//
// Absent, null and blank mean the same; names not listed are ignored. What can be read is accepted even if it makes no
// sense, such as an end before the start, several events, or events in a VARIAZIONE: the rules say what comes of it.
package aspicom
