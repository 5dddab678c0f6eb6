// Package voucher reads payments of occasional work (lavoro accessorio, buoni lavoro): CSV files (RFC 4180) in UTF-8 with
// the columns
//
//	codice_fiscale    of the worker, form and check character verified
//	cf_committente    the client's code, kept in capitals and not verified
//	tipo_committente  IMPRENDITORE, PROFESSIONISTA or ALTRO
//	data              the day of the payment, YYYY-MM-DD
//	importo_netto     euro, decimal point, at most two decimals, not negative
//
// in any order; other columns are ignored. Every column and every value is required. White space around values does not
// count. A row of a table without one of the columns, or with one of them twice, cannot be used, and so with every row.
// A table whose first row names none of the columns has no header and is one discard, see [inbox.Box.Columns].
package voucher
