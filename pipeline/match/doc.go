// Package match brings together, in bounded memory, what is known of each person: every fact meets exactly the
// claims, actions and exceptions of the same codice fiscale.
//
// Rows are split by a hash of the normalised code into a fixed number of partitions ([MapUnit]); one partition at a
// time is put in order and handed over person by person ([Reduce]); rows that come out are kept as sorted runs and
// merged ([Runs]). Nothing here depends on how many partitions there are, on the order of blocks, or on timing.
package match
