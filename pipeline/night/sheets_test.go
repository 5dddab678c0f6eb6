package night_test

import (
	"bytes"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/night"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
)

// showing is fakeDecide with a sheet for every action and submission.
func showing(d *pipeline.Dossier, n ledger.Night) ledger.Result {
	res := fakeDecide(d, n)
	for _, a := range res.Actions {
		res.Sheets = append(res.Sheets, worklist.Sheet{Kind: worklist.KindSample, Owner: a.ID, Office: a.Office, Night: n.Date, Sample: &worklist.SampleRow{Action: a}})
	}
	for _, s := range res.Submissions {
		res.Sheets = append(res.Sheets, worklist.Sheet{
			Kind: worklist.KindSubmission, Owner: s.Protocol, Office: string(s.TaxCode[:3]), Night: n.Date, Claim: &worklist.ClaimSheet{TaxCode: s.TaxCode},
		})
	}
	return res
}

func (h *home) runShowing(t *testing.T, partitions int, dry bool) []tables.ArchivedSheet {
	t.Helper()
	_, err := night.Run(t.Context(), night.Config{
		Date: tonight, Revision: 1, Params: nightParams, Partitions: partitions, Workers: 3, SpillBytes: 256, DryRun: dry,
	}, h.ports(t), showing, &night.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := tables.ArchivedSheets.Decode(nil, h.published["a7"])
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestSheetsGoToTheArchive in order, one for each owner, whatever the partitions; those of a trial go nowhere.
func TestSheetsGoToTheArchive(t *testing.T) {
	invent := func() *home {
		h := newHome()
		for i := range 30 {
			h.claims = append(h.claims, claim(i))
			h.files["unilav/a.xml"] = append(h.files["unilav/a.xml"], one(hire(i, 0)))
			h.files["aspicom/s.jsonl"] = append(h.files["aspicom/s.jsonl"], night.Document{Submission: &pipeline.Submission{
				ID: pipeline.DocID{byte(i + 1)}, Protocol: "P" + string(rune('a'+i%20)), TaxCode: who(i), // ten protocols are those of two persons
			}})
		}
		return h
	}
	want := invent().runShowing(t, 1, false)
	if len(want) != 50 || !slices.IsSortedFunc(want, func(a, b tables.ArchivedSheet) int { return tables.ArchivedSheets.Compare(&a, &b) }) {
		t.Fatalf("%d sheets, want 30 of actions and 20 of submissions, in order", len(want))
	}
	sheet, err := want[0].Restore()
	if err != nil || sheet.Kind != worklist.KindSample || sheet.Sample == nil || sheet.Sample.Action.ID != sheet.Owner || sheet.Night != tonight {
		t.Errorf("%+v, %v", sheet, err)
	}
	for _, partitions := range []int{8, 64} {
		if d := gocmp.Diff(want, invent().runShowing(t, partitions, false)); d != "" {
			t.Errorf("%d partitions: %s", partitions, d)
		}
	}
	h := invent()
	if got := h.runShowing(t, 8, true); len(got) != 0 || slices.Contains(h.steps, "stage sheets") {
		t.Errorf("a trial leaves %d sheets", len(got))
	}
}

// TestOperatorsAreAFlowOnlyWhenTheyDecide: a night without decisions says nothing of them.
func TestOperatorsAreAFlowOnlyWhenTheyDecide(t *testing.T) {
	h := newHome()
	h.claims = []pipeline.Claim{claim(1)}
	s, err := h.run(t, 4)
	if err != nil {
		t.Fatal(err)
	}
	for line := range s.Counts {
		if line.Scope == string(pipeline.FlowOperators) {
			t.Errorf("%s %s", line.Scope, line.Item)
		}
	}
	without := bytes.Clone(h.published["quadratura.parquet"])
	h = newHome()
	h.claims = []pipeline.Claim{claim(1)}
	h.files["operatori/2014-03-01.jsonl"] = []night.Document{
		{Notice: &pipeline.Notice{ID: pipeline.DocID{3}, Kind: pipeline.NoticeRuling, TaxCode: who(1), Protocol: "OP.1", Ruling: &pipeline.Ruling{Kind: "CONFERMA"}}},
		{Discards: []pipeline.Discard{{Code: pipeline.DiscardJSON}}},
	}
	if s, err = h.run(t, 4); err != nil {
		t.Fatal(err)
	}
	for item, n := range map[string]int64{night.ItemRead: 2, night.ItemAccepted: 1, night.ItemDiscarded: 1, night.ItemNoEffect: 1} {
		if got := s.Counts[night.Line{Scope: string(pipeline.FlowOperators), Item: item}]; got != n {
			t.Errorf("%s: %d, want %d", item, got, n)
		}
	}
	if bytes.Equal(without, h.published["quadratura.parquet"]) || h.manifest.Inputs[0].Flow != pipeline.FlowOperators {
		t.Errorf("inputs %+v", h.manifest.Inputs)
	}
}
