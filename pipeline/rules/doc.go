// Package rules decides what should be in force for one person on one night. It is pure: a dossier, a date and the
// parameters in; actions, exceptions and dates to remember out. It opens no file and asks no clock.
//
// A decision goes through these steps, each in its own file:
//
//	intake.go       submissions: claim, channel, PIN, mandate, duplicates             R60-R69
//	bind.go         which claim a fact belongs to, and where in its time it falls     R20-R26, I02
//	work.go         one job: where it stands in the time of a claim, what contract    R20-R35
//	length.go       its length against the limit of six months or five days           R01-R12
//	declared.go     the beneficiary's own word on a job, alone or beside UNILAV       R09, R36-R39
//	cumulo.go       employment under the income limit                                 R08
//	autonomo.go     self-employment, quasi-subordinate work and their income          R40-R47
//	reduction.go    what is withheld of a benefit for it, and the settlement           R40, R44, R45, R48
//	events.go       sickness, hospital, maternity, civil service, going abroad        R51-R56
//	late.go         what the issued actions forbid to undo                            R06, R13-R15
//	rivals.go       documents under one code of communication that differ             R15, R69
//	timeline.go     union of suspensions, chains, decadence, resumption, counters     R02, R18, R19
//	overpaid.go     days already paid                                                 R70
//	termination.go  the termination behind the claim                                  R16, R71
//	notices.go      pension, loss of status; decorrenza                               R57-R59
//	vouchers.go     occasional work                                                   R49
//	data.go         changes of address, contacts, payment                             R66
//	hold.go         stopped persons, claims corrected too often: nothing is automatic
//	rulings.go      what operators decide on exceptions; rulings_dates.go the days they ascertain; rulings_stand.go what
//	                stays as it was issued once other documents have come; rulings_words.go how it is said
//	trace.go        what was tried on a fact and why; search.go what would defeat an action; words.go how it is said
//	identity.go     facts under another code that may be the person's                 I01
//	catalog.go      exception codes; exceptions.go what each brings with it
//	rulebook.go     every rule for people to read, with its norm: book_*.go
//	parameters.go   figures and terms of the norms, by date
//
// Every period includes both ends (D1).
package rules
