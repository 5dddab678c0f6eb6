package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"incrocio/pipeline/night"
	"incrocio/readers/domande"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
)

// Exit codes. An exception for an operator is the product and changes none of them.
const (
	exitOK        = 0
	exitFailed    = 1  // nothing was published
	exitDiscarded = 3  // published, some input was discarded
	exitGate      = 4  // the gates refused to publish
	exitNoHome    = 10 // home, store or claims are not there
	exitLocked    = 11 // another night holds the lock
	exitDamaged   = 12 // verify found damage
	exitDate      = 13 // that date, or a later one, is published
	exitUsage     = 64
	exitTemporary = 75 // try again
	exitConfig    = 78
	exitSignal    = 128 // and the number of the signal
)

// codeError is an error with its exit code and, where there is one, the command to run next.
type codeError struct {
	code int
	err  error
	hint string
}

func (e *codeError) Error() string { return e.err.Error() }
func (e *codeError) Unwrap() error { return e.err }

// notAllowed is told of a file that the user who runs the program may not read or write.
const notAllowed = "the user who runs this may not: see whose the home is, and run as that user"

// Hints about a home that cannot be written: the ledger in its file, any file, where there is no room, and where the system has
// another reason.
const (
	ledgerNotWritable = storeFile + " and the home it lies in must be writable: see whose they are (ls -la), run as that user, see that the disk is not mounted read-only, and that this process may open enough files (ulimit -n)"
	readOnlyDisk      = "the disk is mounted read-only: mount it for writing and run this again"
	fullDisk          = "make room where the home is and run this again: what was half done is undone then"
	refusingDisk      = "see whether a quota or a limit of the size of files is reached (quota, ulimit -f), and what the system's log says of the disk; then run this again"
	tooManyFiles      = "let this process open more files (ulimit -n; under systemd LimitNOFILE) and run this again"
	oneDisk           = "the whole home has to lie on one disk, and no part of it may be a link or a disk of its own; --home may name a link"
)

// unlocked is the error of a command that reads the archive without the lock of the home: a file that is not there was probably put
// together with others by the night that just ended.
func unlocked(err error) error {
	var known *codeError
	if !errors.Is(err, fs.ErrNotExist) || errors.As(err, &known) {
		return err
	}
	return &codeError{exitTemporary, err, "a night may have put files of the archive together meanwhile: try again; if it stays so, incrocio verify"}
}

// usageError is a call that cannot be understood.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// signalError is the cause of a context that a signal ended.
type signalError struct{ signal os.Signal }

func (e *signalError) Error() string { return "interrupted: " + e.signal.String() }

// report writes what went wrong and gives the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return exitOK
	}
	code, hint := classify(err)
	if !errors.Is(err, errSilent) {
		a.tell("incrocio: %s\n", err)
		if hint != "" {
			a.tell("%s\n", hint)
		}
	}
	return code
}

// tell writes to people. There is nobody left to tell where that fails.
func (a *app) tell(format string, args ...any) { _, _ = fmt.Fprintf(a.stderr, format, args...) }

// classify translates every error the program knows to its code; the rest failed.
func classify(err error) (code int, hint string) {
	var (
		coded *codeError
		usage *usageError
		sig   *signalError
		retry interface{ Retryable() bool }
		line  *night.BalanceError
		gate  *night.GateError

		ledger *store.DatabaseError
	)
	const noDatabase = "3D000" // SQLSTATE
	switch {
	case errors.As(err, &coded):
		return coded.code, coded.hint
	case errors.As(err, &usage):
		return exitUsage, usage.hint
	case errors.As(err, &sig):
		if s, ok := sig.signal.(syscall.Signal); ok && s != syscall.SIGHUP {
			return exitSignal + int(s), ""
		}
		return exitSignal + int(syscall.SIGTERM), ""
	case errors.Is(err, context.Canceled):
		return exitSignal + int(syscall.SIGINT), ""
	case errors.Is(err, rundir.ErrLocked), errors.Is(err, store.ErrHeld):
		return exitLocked, "another night is running on this home: wait for it to end"
	case errors.Is(err, store.ErrTemporary):
		return exitTemporary, "try again later"
	case errors.Is(err, store.ErrNewerSchema):
		return exitConfig, "use the newer version of the program"
	case errors.Is(err, store.ErrNoStore):
		return exitNoHome, "incrocio migrate"
	case errors.Is(err, domande.ErrNoSnapshot):
		return exitNoHome, "put domande-YYYY-MM-DD.csv or .parquet, a file and no link, dated that day or before, into inbox/domande, or set [database] url to a database with a table domande"
	case errors.Is(err, store.ErrDamaged):
		return exitFailed, "restore the home from its last backup: incrocio restore"
	case errors.Is(err, domande.ErrTwoSnapshots):
		return exitFailed, "take one of the two out of inbox/domande"
	case errors.Is(err, domande.ErrColumns):
		return exitFailed, "every column must be there, of a CSV in its first line, with commas between them"
	case errors.As(err, &ledger) && ledger.Code == noDatabase:
		return exitNoHome, "create the database, or mend [database] url"
	case errors.Is(err, domande.ErrDatabaseURL):
		return exitConfig, checkConfig
	case errors.As(err, &gate):
		return exitGate, `nothing was published: mend the cause and run the night again, or let it pass with --accept "reason"`
	case errors.As(err, &line):
		return exitFailed, "nothing was published: this is a fault of the program, please report the line"
	case errors.As(err, &retry) && retry.Retryable():
		return exitTemporary, "try again later"
	}
	return exitFailed, aboutWriting(err)
}

// aboutWriting is what to do where something cannot be written, or read; "" for an error of another kind.
func aboutWriting(err error) string {
	const noRoom = "13" // SQLITE_FULL
	var ledger *store.DatabaseError
	switch {
	case errors.Is(err, store.ErrNotWritable):
		return ledgerNotWritable
	case errors.Is(err, fs.ErrPermission):
		return notAllowed
	case errors.Is(err, syscall.EROFS):
		return readOnlyDisk
	case errors.Is(err, syscall.EXDEV):
		return oneDisk
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.As(err, &ledger) && ledger.Code == noRoom:
		return fullDisk
	case errors.Is(err, store.ErrDisk), errors.Is(err, syscall.EIO), errors.Is(err, syscall.EFBIG):
		return refusingDisk
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return tooManyFiles
	}
	return ""
}
