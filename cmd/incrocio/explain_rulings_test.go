package main

import (
	"strings"
	"testing"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// TestExplainSaysWhoDecided shows a ruling as a source and in the trace of what it made.
func TestExplainSaysWhoDecided(t *testing.T) {
	u := &pipeline.Ruling{
		Kind: pipeline.RulingDates, Code: rules.ExcMissingEndDate, By: "mario.rossi", Approved: "anna.bianchi", Reason: "Visto il contratto.",
		From: pipeline.MustDate("2014-07-01"), To: pipeline.MustDate("2014-08-31"),
		At: pipeline.InstantOf(time.Date(2014, 7, 19, 22, 30, 0, 0, time.UTC)), // the next day in Rome
	}
	n := &pipeline.Notice{Kind: pipeline.NoticeRuling, Protocol: "OP.12", Ruling: u}
	const source = "DATE su FINE_MANCANTE, dal 01/07/2014 al 31/08/2014, per decisione dell'operatore mario.rossi del 20/07/2014, approvata da anna.bianchi: Visto il contratto"
	if got := sayNotice(n); got != source {
		t.Errorf("%s\nwant %s", got, source)
	}
	fact := &pipeline.Notice{Kind: pipeline.NoticePIN, On: pipeline.MustDate("2014-07-15"), Ruling: u}
	if got := sayNotice(fact); !strings.HasPrefix(got, "pin dispositivo dal 15/07/2014, per decisione dell'operatore mario.rossi") {
		t.Error(got)
	}
	var b strings.Builder
	writeTrace(&b, rules.TraceRuling(`{"regola":"R01","provate":[],"valori":{}}`, n.Ref(), u), pipeline.Opt[int32]{})
	const told = "  Deciso dall'operatore:\n    OP.12, DATE su FINE_MANCANTE, di mario.rossi il 20/07/2014, approvata da anna.bianchi: Visto il contratto.\n"
	if b.String() != told {
		t.Errorf("%q\nwant %q", b.String(), told)
	}
}
