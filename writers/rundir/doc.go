// Package rundir keeps the published nights of a home: a folder per night, whole or not there, never edited, its path
// never used again.
//
//	HOME/.lock                               held while a night runs; says by whom
//	HOME/staging/notte-D/                    a night being written; what a crash left there is removed by the next
//	HOME/sigilli/D-rN.sha256                 SHA-256 of the manifest of revision N of night D
//	HOME/runs/data_elaborazione=D/           the published night
//	HOME/runs/data_elaborazione=D/manifest.json   written last: every other file with size and SHA-256
//	HOME/current                             one line, the folder of the last published night
//
// A night is published by renaming its folder into place after every file and folder in it has reached the disk, and
// then replacing current. A reader who follows current sees the previous night or this one. The manifest answers for
// all files of the folder and the seal, which lies outside it, for the manifest.
package rundir
