// Incrocio crosses, in one nightly batch, employers' mandatory communications and beneficiaries' submissions with the
// open claims for unemployment benefit, and publishes actions and exceptions as Parquet.
package main

import (
	"os"
	_ "time/tzdata" // Europe/Rome must be known on every machine
)

func main() {
	os.Exit(execute(&world{
		args: os.Args[1:], stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ, now: systemClock, signals: true,
	}))
}
