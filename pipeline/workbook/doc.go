// Package workbook is the operators' list as a sheet of rows (foglio di lavorazione): what of an exception is written out,
// what an operator fills in beside it, and what the rows that were filled in ask for. It is pure; the files themselves
// are written by writers/worksheet and read back by readers/worksheet.
//
// A row has three parts. The first 21 columns show the exception and are read-only. Six columns are filled in: esito,
// motivo, provvedimento, nuovo_dal, nuovo_al, nota. The last two mark the row: estrazione says who exported it and when, and
// controllo is a digest of all that was exported, so that a row whose read-only cells were changed is known again.
package workbook
