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
//	archive/indice/2014-03-01.json             these files with their SHA-256; placed last
//	archive/in_corso.json                      the night that is being placed and published, while it is
//
// A night that is repeated adds files of its own ("2014-03-01-r2.parquet"): nothing that counts is ever edited, and of
// the revisions of a night the last published one counts.
//
// # After a crash
//
// Files are placed before the night is published. [Store.Recover] reads in_corso.json at the next start: if that night
// was not published, its files go away and it is as if it had not been tried; if it was, what remains to be done is
// to put the originals away.
package archive
