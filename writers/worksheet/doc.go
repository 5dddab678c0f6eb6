// Package worksheet writes the operators' list as files for people who work with a spreadsheet program: xlsx, CSV as
// Italian programs expect it, and Parquet for those who reckon. The rows and columns are those of
// [incrocio/pipeline/workbook]; equal rows and an equal moment give equal bytes.
//
//	format   texts                                     dates                 amounts        ends of rows
//	xlsx     typed string cells, never formulas        real dates            real numbers
//	csv      quoted; an apostrophe before what could   01/07/2014            -12,50         CR LF
//	         be taken for a formula (workbook.Guard)
//	parquet  as they are                               DATE                  DECIMAL(12,2)
//
// CSV files are UTF-8 with a byte order mark and semicolons, without a line "sep=", which would cancel the mark. Characters
// that XML does not allow are written into xlsx as ECMA-376 says (part 1, 22.9.2.19: _x0001_).
package worksheet
