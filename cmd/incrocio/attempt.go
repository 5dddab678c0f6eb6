package main

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"time"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/writers/store"
)

// noteTime is how long the end of an attempt may take to be noted: a signal must end the program within 5 s.
const noteTime = 2 * time.Second

// attempt does the night that was chosen, and notes in the ledger that it was tried and how it ended. A trial run is no
// attempt.
func (h *home) attempt(ctx context.Context) (*summary, error) {
	if h.dryRun {
		return h.do(ctx)
	}
	number, err := h.ledger.BeginAttempt(ctx, store.Attempt{Night: h.date, Holder: h.tenure.lease.Holder, Fence: h.tenure.lease.Fence})
	if err != nil {
		return nil, err
	}
	s, err := h.do(ctx)
	code, message := outcome(ctx, err)
	if code == exitOK && s.Refused > 0 {
		code = exitDiscarded
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer cancel()
	if nerr := h.ledger.EndAttempt(end, number, int32(code), message); nerr != nil {
		h.app.log.Warn("the end of the attempt could not be noted in the ledger", "cause", nerr)
	}
	return s, err
}

// outcome gives the exit code and the message of an attempt.
func outcome(ctx context.Context, err error) (code int, message string) {
	var untidy *night.FinishError
	var sig *signalError
	switch {
	case err == nil:
		return exitOK, ""
	case errors.As(err, &untidy):
		return exitOK, told(err)
	case errors.Is(err, context.Canceled):
		if cause := context.Cause(ctx); errors.As(cause, &sig) {
			err = sig
		} else {
			err = cmp.Or(cause, err) // the lease was lost
		}
	}
	code, _ = classify(err)
	return code, told(err)
}

// longestMessage is how many bytes of a message are kept.
const longestMessage = 500

// personal finds what may be a tax code or an IBAN. No error should show one; the ledger is kept for ten years.
var personal = regexp.MustCompile(`(?i)[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]|[A-Z]{2}[0-9]{2}[A-Z][0-9]{10}[A-Z0-9]{12}`)

// discreet gives a text without data of persons, fit for one line.
func discreet(text string) string {
	return printable(personal.ReplaceAllStringFunc(text, func(s string) string { return pipeline.CodiceFiscale(s).Mask() }))
}

// told gives the text of an error without data of persons, fit for one line and not too long.
func told(err error) string {
	text := discreet(err.Error())
	if len(text) <= longestMessage {
		return text
	}
	cut := longestMessage
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}
