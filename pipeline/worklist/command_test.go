package worklist_test

import (
	"errors"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

func TestCommandsAreChecked(t *testing.T) {
	today := pipeline.MustDate("2014-10-01")
	one := []worklist.Target{{Key: worklist.Key{Kind: worklist.KindException, ID: "E1"}}}
	two := append([]worklist.Target{{Key: worklist.Key{Kind: worklist.KindException, ID: "E2"}}}, one...)
	many := make([]worklist.Target, worklist.MaxItems+1)
	for i := range many {
		many[i].ID = strings.Repeat("x", i+1)
	}
	long := strings.Repeat("è", worklist.MaxText+1)
	decide := func(d worklist.Decision) worklist.Command {
		return worklist.Command{Verb: worklist.VerbClose, Items: one, Outcome: worklist.OutcomeFounded, Text: "perché", Decision: &d}
	}
	day := pipeline.MustDate("2014-09-01")
	for name, tc := range map[string]struct {
		c  worklist.Command
		ok bool
	}{
		"take":                         {worklist.Command{Verb: worklist.VerbTake, Items: one}, true},
		"take nothing":                 {worklist.Command{Verb: worklist.VerbTake}, false},
		"take twice":                   {worklist.Command{Verb: worklist.VerbTake, Items: append(one, one...)}, false},
		"too many":                     {worklist.Command{Verb: worklist.VerbTake, Items: many}, false},
		"just as many":                 {worklist.Command{Verb: worklist.VerbTake, Items: many[1:]}, true},
		"no verb":                      {worklist.Command{Items: one}, false},
		"hold until today":             {worklist.Command{Verb: worklist.VerbHold, Items: one, Until: today, Text: "x"}, false},
		"hold until tomorrow":          {worklist.Command{Verb: worklist.VerbHold, Items: one, Until: today + 1, Text: "x"}, true},
		"hold without a reason":        {worklist.Command{Verb: worklist.VerbHold, Items: one, Until: today + 1}, false},
		"hold for a year":              {worklist.Command{Verb: worklist.VerbHold, Items: one, Until: today + 366, Text: "x"}, true},
		"hold for longer":              {worklist.Command{Verb: worklist.VerbHold, Items: one, Until: today + 367, Text: "x"}, false},
		"note":                         {worklist.Command{Verb: worklist.VerbNote, Items: one, Text: long[:2*worklist.MaxText]}, true},
		"note too long":                {worklist.Command{Verb: worklist.VerbNote, Items: one, Text: long}, false},
		"note of bad bytes":            {worklist.Command{Verb: worklist.VerbNote, Items: one, Text: "\xff"}, false},
		"assign to nobody":             {worklist.Command{Verb: worklist.VerbAssign, Items: one}, false},
		"close":                        {worklist.Command{Verb: worklist.VerbClose, Items: two, Outcome: worklist.OutcomeUseful}, true},
		"close without outcome":        {worklist.Command{Verb: worklist.VerbClose, Items: one}, false},
		"close with another outcome":   {worklist.Command{Verb: worklist.VerbClose, Items: one, Outcome: "FORSE"}, false},
		"approve":                      {worklist.Command{Verb: worklist.VerbApprove, Group: 3}, true},
		"approve an item":              {worklist.Command{Verb: worklist.VerbApprove, Group: 3, Items: one}, false},
		"approve nothing":              {worklist.Command{Verb: worklist.VerbApprove}, false},
		"reject without a reason":      {worklist.Command{Verb: worklist.VerbReject, Group: 3}, false},
		"undo":                         {worklist.Command{Verb: worklist.VerbUndo, Group: 3}, true},
		"reopen without a reason":      {worklist.Command{Verb: worklist.VerbReopen, Items: one}, false},
		"confirm":                      {decide(worklist.Decision{Kind: worklist.DecideConfirm}), true},
		"confirm with dates":           {decide(worklist.Decision{Kind: worklist.DecideConfirm, From: day}), false},
		"dates":                        {decide(worklist.Decision{Kind: worklist.DecideDates, From: day, To: day}), true},
		"dates without an end":         {decide(worklist.Decision{Kind: worklist.DecideDates, From: day}), true},
		"dates without a beginning":    {decide(worklist.Decision{Kind: worklist.DecideDates, To: day}), false},
		"dates backwards":              {decide(worklist.Decision{Kind: worklist.DecideDates, From: day, To: day - 1}), false},
		"fact that is not there":       {decide(worklist.Decision{Kind: worklist.DecideFact}), false},
		"fact":                         {decide(worklist.Decision{Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticePIN, On: day}}), true},
		"fact without a day":           {decide(worklist.Decision{Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticePIN}}), false},
		"fact of no kind":              {decide(worklist.Decision{Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: "X", On: day}}), false},
		"ruling as a fact":             {decide(worklist.Decision{Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticeRuling, On: day}}), false},
		"mandate without patronato":    {decide(worklist.Decision{Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticeMandate, On: day}}), false},
		"income without amount":        {decide(worklist.Decision{Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticeSubordinateIncome, On: day, Start: day}}), false},
		"income below nothing":         {decide(worklist.Decision{Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticeSubordinateIncome, On: day, Start: day, Income: pipeline.Some[pipeline.Cents](-1)}}), false},
		"changed code without the new": {decide(worklist.Decision{Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticeTaxCodeChanged, On: day}}), false},
		"decision of no kind":          {decide(worklist.Decision{Kind: "X"}), false},
	} {
		if err := tc.c.Check(today); (err == nil) != tc.ok || err != nil && !errors.Is(err, worklist.ErrIncomplete) {
			t.Errorf("%s: %v", name, err)
		}
	}
	noReason := decide(worklist.Decision{Kind: worklist.DecideConfirm})
	noReason.Text = ""
	if noReason.Check(today) == nil {
		t.Error("a decision without a reason")
	}
	bulk := decide(worklist.Decision{Kind: worklist.DecideDates, From: day})
	bulk.Items = two
	if bulk.Check(today) == nil {
		t.Error("one pair of dates for two items")
	}
}
