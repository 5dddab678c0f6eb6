package domande

import (
	"time"
)

// What the tests outside the package need of its inside.
var (
	ErrSilent  = errSilent
	ErrFlood   = errFlood
	ErrCrashed = errCrashed
	ErrStream  = errStream
	LimitSelf  = limitSelf
)

// WithChild makes a Parquet snapshot run another verb, under other limits.
func WithChild(s Snapshot, verb string, silence time.Duration, ratio, least int64) Snapshot {
	p := *s.(*parquetSnapshot)
	command := p.child.command
	p.child.command = func() (string, []string, error) {
		path, args, err := command()
		return path, []string{args[0], verb}, err
	}
	p.child.silence, p.child.ratio, p.child.least = silence, ratio, least
	return &p
}

// AmountOfBytes reads a decimal of a Parquet file; false where it is no amount.
func AmountOfBytes(b []byte, scale int) (int64, bool) {
	c := amountOfBytes(b, scale)
	return c.Num, !c.Fault.Bad()
}
