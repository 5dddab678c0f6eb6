// Package night is one night, from the inbox to a published directory:
//
//	take in   inbox -> facts in tonight's archive, discards, counts of documents
//	gather    claims, what was issued, facts of this and earlier nights -> partitions, by person
//	decide    one partition at a time: dossiers -> rows of the published tables, sorted
//	judge     is the night like others? else it is refused, or decided again with what is abnormal held
//	merge     sorted rows -> the files of the night and those of each sede
//	balance   every document and every exception is accounted for, or the night is refused
//	commit    archive, manifest, publication, originals
//
// The outside world comes in through [Ports]. What is published depends on facts, claims, date and rules only: not on
// the number of partitions or workers, nor on the order or packaging of what arrived.
//
// Where the last night says who may rest ([Ports].Last), gather finds who is awake: whom tonight's documents are about, whoever is
// not as the last night left them, and those for whom a date falls due. Only they are decided; merge puts the rows of the
// others, read from the files of the last night, between those of tonight. What is published is the same.
package night
