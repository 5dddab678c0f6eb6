package main

import (
	"sync"
	"time"

	"incrocio/pipeline"
)

// systemClock is the one place where the program reads the time of the machine.
func systemClock() time.Time { return time.Now() }

// rome is the zone of protocols and of the night's date.
var rome = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err) // the zones are part of the program
	}
	return loc
})

// today is the date of a run that is not told one.
func (a *app) today() pipeline.Date { return pipeline.DateOf(a.now(), rome()) }
