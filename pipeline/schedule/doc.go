// Package schedule says which night is due. It is pure: spec, ledger, moment in, reference date out; only
// [Schedule.Run] waits, on a clock that is handed to it.
//
// The reference date of a night is the civil date, in the zone of the schedule, on which its spec fires: a night that
// starts at 01:30 on 12 May works for 12 May, and so it does when it is caught up days later. Every date on which the
// spec fires gets exactly one night, in order, and the ledger of finished dates alone tells which are still to come;
// the clock only says when to look. Whatever the clock does, a date that the ledger holds is not run again, and one
// that it lacks is not passed over.
//
// The spec is read as wall-clock time, without zones, and turned into an instant afterwards: a time of day that the
// spring change skips fires at the first instant after the gap, one that the autumn change repeats fires the first
// time. A spec that fires several times on a date counts once, at the first.
//
// An empty ledger begins with the date of now: nothing was missed before the first night.
package schedule
