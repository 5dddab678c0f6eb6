// Package archive keeps what every night has taken in, as Parquet in tables of this program's own, so that later
// nights meet all facts ever received.
//
//	archive/comunicazioni/2014-03-01.parquet   facts of one night, by person
//	archive/dichiarazioni/2014-03-01.parquet
//	archive/segnalazioni/2014-03-01.parquet
//	archive/domestico/2014-03-01.parquet       messages of employers; the relationships are among the communications
//	archive/voucher/2014-03-01.parquet
//	archive/dubbie/2014-03-01.parquet          communications under a temporary or wrong code that point at somebody by name
//	archive/schede/2014-03-01.parquet          what operators are shown of what that night brought; removed when the originals are
//	archive/riposo/2014-03-01.parquet          until when what that night decided stays as it is; of the last night only
//	archive/comunicazioni/2014-01-01_2014-02-28.parquet    those of several nights, put together, and so of all kinds of facts
//	archive/mazzi/2014-01-01_2014-02-28.json   which nights these are, and the files with their SHA-256; placed after the files
//	archive/indice/2014-03-01.json             these files with their SHA-256; placed last
//	archive/in_corso.json                      the night that is being placed and published, while it is
//
// A night that is repeated adds files of its own ("2014-03-01-r2.parquet"): nothing that counts is ever edited, and of
// the revisions of a night the last published one counts.
//
// # Communications by key
//
// The communications of a year are many more than a night needs, so their files lie in the order of a key of the worker
// ([pipeline.CodiceFiscale.Key]). A night reads keys and lengths of rows, bare columns that are checked against their digests, and
// fetches the rows of its persons alone, each with a digest of its own. Files of before, sorted by codice fiscale, are read whole.
// Two more bare columns, keys of the code that a document bears and of the one that it corrects or cancels, are gone through by a night
// that takes in documents, to find those which correct what was about another worker; a file without them is read whole for that.
// After each night [Store.Compact] puts files of a size together, so that there are few to open.
//
// # After a crash
//
// Files are placed before the night is published. [Store.Recover] reads in_corso.json at the next start: if that night
// was not published, its files go away and it is as if it had not been tried; if it was, what remains to be done is
// to put the originals away.
package archive
