// Package domande reads a snapshot of the open claims (domande): a CSV or Parquet file dated in its name, or the
// PostgreSQL table "domande". All three have the same columns and give the same claims and the same discards.
//
//	numero_domanda        text, required
//	protocollo            text
//	codice_fiscale        text, required
//	cognome, nome         text
//	data_nascita          date
//	sede                  text, required
//	prestazione           ASPI | MINI_ASPI | MINI_ASPI_2012 | ASPI_SOSPESI | NASPI, required
//	data_cessazione       date, required
//	cf_datore_cessazione  text
//	data_presentazione    date
//	decorrenza            date, required
//	giorni_spettanti      whole number, 0 to 9999, required
//	stato                 IN_ESAME | IN_PAGAMENTO | SOSPESA | DECADUTA | ESAURITA | RESPINTA, required
//	pagata_fino_al        date
//	importo_giornaliero   amount, two decimals, not negative
//	anticipata            true | false; absent is false
//	modalita_pagamento    text
//	iban                  text
//
// Every column must be there, in any order; others are ignored. White space around a text is dropped and a blank text
// is absent. A row that cannot be used is a discard and the next one is read; a snapshot that cannot be understood as
// a whole (no such column, another type, a damaged file) is an error. Of rows of one number that say the same the first is the
// claim and the others are discards; where they do not say the same all of them are, and the claim is as if it were not there.
//
//	source      date   amount                     number       flag     text
//	CSV         ISO    decimal text               digits       text     RFC 4180, UTF-8 with or without BOM
//	Parquet     DATE   DECIMAL of any storage     INT32/64     BOOLEAN  BYTE_ARRAY, plain or UTF8
//	PostgreSQL  date   numeric                    int2/4/8     boolean  text, varchar, char
//
// Decimals beyond the second must be zero. Codes such as sede are texts everywhere: a numeric column would have lost
// its leading zeros and is refused. A Parquet column of the type Null, which holds nothing, may stand for any.
package domande
