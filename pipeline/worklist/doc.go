// Package worklist is the operators' list (lista di lavorazione): what a night leaves to the people of a sede, and what
// they may do with it. An item goes from da lavorare to in carico, where it takes two people through in approvazione, to
// lavorata; it can be held until a day and comes back by itself.
//
// The package is pure: an item, a command, an operator and a moment in, the changed item and what to remember out. The
// command line, the spreadsheet and the console all end in [Apply]; a store keeps what it says, with its audit row, in one
// transaction.
package worklist
