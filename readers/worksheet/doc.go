// Package worksheet reads back the files that writers/worksheet has written, after people and their spreadsheet programs
// had them in hand: xlsx and CSV, told apart by their content. It is strict about what could do harm and lenient about what
// programs change when they save.
//
// Refused whole: files over a cap of [Limits]; containers that expand beyond reason or contradict themselves; workbooks
// with macros, links to other files, embedded objects or data connections; workbooks under a password. Refused row by row:
// rows with a formula, an error, a cell that is too long, or a value that is no date or number where one belongs.
//
// Read as equal: columns in another order, with others between; CSV with semicolons, commas or tabs, with or without quotes,
// byte order mark and CR, in UTF-8 or windows-1252; dates as 1/7/14, 01/07/2014, 2014-07-01; amounts with comma or point;
// xlsx with shared or inline strings, dates from 1900 or 1904.
package worksheet
