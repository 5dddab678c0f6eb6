package pipeline

import (
	"time"
	_ "time/tzdata" // a static binary may run where the machine has no zone table
)

// Rome is the civil time of Italy (Europe/Rome): where sedi are, and by which protocols, terms and nights are dated.
var Rome = func() *time.Location {
	l, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err) // the table is linked in
	}
	return l
}()
