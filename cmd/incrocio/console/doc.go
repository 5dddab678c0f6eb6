// Package console is the operators' pages (incrocio serve): server-rendered HTML over [worklist.Desk], in Italian, that work
// without JavaScript. It keeps no state of the work: every click ends in the same call as the command line and the
// spreadsheet. What it does keep, in memory, is who is signed in and what they last searched for.
//
// A page is a row of the table of routes, see routes; the rights that it takes are in the row, and the matrix in the tests
// is made from the table. An operator sees the sedi that were granted: what belongs to another one does not exist.
package console
