package night_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/tables"
)

// factTables are those that depend on facts only, not on their packaging.
var factTables = []string{
	"azioni.parquet", "azioni_in_essere.parquet", "eccezioni.parquet", "situazione.parquet", "agenda.parquet",
	"comunicazioni.parquet",
}

// lively fills a home with 60 persons, half of them with a claim, and facts of all kinds.
func lively(files int, r *rand.Rand) *home {
	h := newHome()
	var docs []night.Document
	for i := range 60 {
		for k := range i % 4 {
			docs = append(docs, one(hire(i, k)))
		}
		if i%2 == 0 {
			h.claims = append(h.claims, claim(i))
		}
	}
	r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	r.Shuffle(len(h.claims), func(i, j int) { h.claims[i], h.claims[j] = h.claims[j], h.claims[i] })
	for i, d := range docs {
		name := fmt.Sprintf("unilav/f%d.xml", i%files)
		h.files[name] = append(h.files[name], d)
	}
	h.files["aspicom/s.jsonl"] = []night.Document{
		{Submission: &pipeline.Submission{ID: pipeline.DocID{1}, Protocol: "P1", TaxCode: who(2)}},
		{Submission: &pipeline.Submission{ID: pipeline.DocID{2}, Protocol: "P2", TaxCode: who(301)}}, // no claim
		{Discards: []pipeline.Discard{{Code: pipeline.DiscardJSON}}},
	}
	h.files["segnalazioni/n.jsonl"] = []night.Document{
		{Notice: &pipeline.Notice{ID: pipeline.DocID{3}, Kind: pipeline.NoticePIN, TaxCode: who(2)}},
		{Notice: &pipeline.Notice{ID: pipeline.DocID{4}, Kind: pipeline.NoticePIN, TaxCode: who(399)}},
	}
	return h
}

func TestOneDocumentReachesAPublishedRow(t *testing.T) {
	h := newHome()
	h.claims = []pipeline.Claim{claim(1)}
	h.files["unilav/a.xml"] = []night.Document{one(hire(1, 0))}
	s, err := h.run(t, 64)
	if err != nil {
		t.Fatal(err)
	}
	actions, err := tables.Actions.Decode(nil, h.published["azioni.parquet"])
	if err != nil {
		t.Fatal(err)
	}
	if len(actions) != 1 || actions[0].Claim != "00000001" || actions[0].TaxCode != who(1) {
		t.Errorf("actions %+v, want the one of claim 00000001", actions)
	}
	if !bytes.Equal(h.published["azioni.parquet"], h.published["sedi/7100/sede-azioni.parquet"]) {
		t.Error("the copy of the sede differs from the national file")
	}
	if h.rows["sedi/7100/sede-eccezioni.parquet"] != 0 || h.published["sedi/7100/sede-eccezioni.parquet"] != nil {
		t.Error("the sede has exceptions")
	}
	if s.Counts[night.Line{Scope: "unilav", Item: night.ItemActedOn}] != 1 {
		t.Errorf("counts %v", s.Counts)
	}
	if h.manifest == nil || len(h.manifest.Inputs) != 2 || h.manifest.Inputs[1].Documents != 1 {
		t.Errorf("manifest %+v", h.manifest)
	}
}

func TestResultsDoNotDependOnPartitionsOrPackaging(t *testing.T) {
	var want map[string][]byte
	for i, c := range []struct{ partitions, files int }{{1, 1}, {8, 1}, {64, 1}, {8, 5}, {256, 17}} {
		h := lively(c.files, rand.New(rand.NewPCG(7, uint64(i))))
		if _, err := h.run(t, c.partitions); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = h.published
			if h.rows["azioni.parquet"] != 30 || h.rows["eccezioni.parquet"] != 15 {
				t.Fatalf("rows %v: the test would show nothing", h.rows)
			}
		}
		for _, name := range factTables {
			if !bytes.Equal(want[name], h.published[name]) {
				t.Errorf("%d partitions, %d files: %s differs", c.partitions, c.files, name)
			}
		}
		for name := range want {
			if strings.HasPrefix(name, "sedi/") && !bytes.Equal(want[name], h.published[name]) {
				t.Errorf("%d partitions, %d files: %s differs", c.partitions, c.files, name)
			}
		}
	}
}

func TestPartitionsChangeNoByteAtAll(t *testing.T) {
	var want map[string][]byte
	for _, partitions := range []int{1, 8, 64, 4096} {
		h := lively(3, rand.New(rand.NewPCG(7, 7)))
		if _, err := h.run(t, partitions); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = h.published
		}
		if d := gocmp.Diff(want, h.published); d != "" {
			t.Errorf("%d partitions: files differ", partitions)
		}
	}
}

func TestRepeatsChangeOnlyTheBalance(t *testing.T) {
	once := lively(1, rand.New(rand.NewPCG(1, 1)))
	if _, err := once.run(t, 8); err != nil {
		t.Fatal(err)
	}
	twice := lively(1, rand.New(rand.NewPCG(1, 1)))
	twice.files["unilav/z.zip"] = append(slices.Clone(twice.files["unilav/f0.xml"]), twice.files["unilav/f0.xml"]...)
	twice.files["aspicom/z.jsonl"] = twice.files["aspicom/s.jsonl"][:2]
	s, err := twice.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range factTables {
		if !bytes.Equal(once.published[name], twice.published[name]) {
			t.Errorf("%s differs", name)
		}
	}
	if got := s.Counts[night.Line{Scope: "unilav/z.zip", Item: night.ItemRepeated}]; got != 180 {
		t.Errorf("%d documents repeated in z.zip, want 180", got)
	}
	if got := s.Counts[night.Line{Scope: night.Total, Item: night.ItemRepeated}]; got != 182 {
		t.Errorf("%d documents repeated in all, want 182", got)
	}
	for _, item := range []string{night.ItemDiscarded, night.ItemRefused} {
		if got := s.Counts[night.Line{Scope: "aspicom", Item: item}]; got != 1 {
			t.Errorf("%s of aspicom = %d, want 1", item, got)
		}
	}
}

func TestFactsOfEarlierNightsAreMet(t *testing.T) {
	h := newHome()
	h.claims = []pipeline.Claim{claim(1)}
	old := hire(1, 0)
	old.Acquired, old.Source = tonight-9, pipeline.Source{Flow: pipeline.FlowUnilav, File: "old.xml"}
	stranger := hire(2, 0)
	stranger.Acquired, stranger.Source = tonight-9, pipeline.Source{Flow: pipeline.FlowUnilav, File: "old.xml", Index: 1}
	nameless := hire(3, 0)
	nameless.Code = ""
	again := nameless
	nameless.Acquired, nameless.Source = tonight-9, pipeline.Source{Flow: pipeline.FlowUnilav, File: "old.xml", Index: 2}
	h.communications["2014-02-20"] = []pipeline.Communication{old, stranger, nameless}
	// Documents of strangers come again tonight: they are repeats, though nobody would have asked for the old ones.
	h.files["unilav/a.xml"] = []night.Document{one(hire(2, 0)), one(hire(1, 1)), one(again)}
	s, err := h.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	if h.rows["azioni_in_essere.parquet"] != 2 || h.rows["azioni.parquet"] != 1 {
		t.Errorf("rows %v, want 2 in force and 1 tonight", h.rows)
	}
	want := map[string]int64{
		night.ItemRead: 3, night.ItemAccepted: 1, night.ItemRepeated: 2, night.ItemFacts: 1, night.ItemActedOn: 1,
	}
	for item, n := range want {
		if got := s.Counts[night.Line{Scope: "unilav", Item: item}]; got != n {
			t.Errorf("%s = %d, want %d", item, got, n)
		}
	}
}

func TestDocumentOfSeveralWorkersCountsOnce(t *testing.T) {
	transfer := func(workers ...int) night.Document {
		var d night.Document
		for part, i := range workers {
			c := hire(i, 0)
			c.ID, c.Part, c.Model, c.Event = pipeline.DocID{77}, int32(part), pipeline.ModelVardatori, pipeline.EventTransfer
			d.Communications = append(d.Communications, c)
		}
		return d
	}
	h := newHome()
	h.claims = []pipeline.Claim{claim(1)}
	partly := transfer(2, 1, 3) // the second of three has a claim; a fourth could not be read
	partly.Discards = []pipeline.Discard{{Code: pipeline.DiscardTaxCode}}
	h.files["unilav/a.xml"] = []night.Document{partly, transfer(2, 1, 3), {}, {Discards: []pipeline.Discard{{}, {}}}}
	s, err := h.run(t, 64)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for line, n := range s.Counts {
		if line.Scope == "unilav" {
			got[line.Item] = n
		}
	}
	want := map[string]int64{
		night.ItemRead: 4, night.ItemAccepted: 2, night.ItemRepeated: 1, night.ItemDiscarded: 1, night.ItemRefused: 3,
		night.ItemFacts: 2, night.ItemActedOn: 1, night.ItemNoEffect: 1,
	}
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("balance of unilav (-want +got):\n%s", d)
	}
	if h.rows["scarti.parquet"] != 3 {
		t.Errorf("%d rows of scarti, want 3", h.rows["scarti.parquet"])
	}
}

func TestExceptionsOfYesterdayAreBalanced(t *testing.T) {
	h := newHome()
	h.claims = []pipeline.Claim{claim(1)}
	h.open = []pipeline.Exception{
		{ID: "A", State: pipeline.ExceptionOpen, Code: "X", TaxCode: who(1), Office: "7000"},
		{ID: "B", State: pipeline.ExceptionClosed, Code: "X", TaxCode: who(1), Office: "7000"}, // closed last night
	}
	s, err := h.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	for item, n := range map[string]int64{night.ItemYesterday: 1, night.ItemClosed: 1, night.ItemToday: 0} {
		if got := s.Counts[night.Line{Scope: night.Total, Item: item}]; got != n {
			t.Errorf("%s = %d, want %d", item, got, n)
		}
	}
}

func TestBadClaimIsADiscard(t *testing.T) {
	h := newHome()
	h.claims, h.badClaim = []pipeline.Claim{claim(1)}, 2
	s, err := h.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Counts[night.Line{Scope: "domande/domande-2014-03-01.csv", Item: night.ItemDiscarded}]; got != 2 {
		t.Errorf("%d claims discarded, want 2", got)
	}
}

// A claim in dispute is as if it were not there, but that its rows are discards.
func TestClaimInDisputeIsAbsent(t *testing.T) {
	absent, disputed := lively(3, rand.New(rand.NewPCG(7, 7))), lively(3, rand.New(rand.NewPCG(7, 7)))
	for i := range disputed.claims {
		if i%3 == 0 {
			disputed.disputed = append(disputed.disputed, i)
		}
	}
	absent.claims = slices.DeleteFunc(absent.claims, func(c pipeline.Claim) bool {
		i := slices.IndexFunc(disputed.claims, func(o pipeline.Claim) bool { return o.Number == c.Number })
		return slices.Contains(disputed.disputed, i)
	})
	want, err := absent.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	got, err := disputed.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	rows := int64(2 * len(disputed.disputed))
	for item, more := range map[string]int64{night.ItemRead: rows, night.ItemDiscarded: rows, night.ItemAccepted: 0} {
		line := night.Line{Scope: string(pipeline.FlowDomande), Item: item}
		if got.Counts[line] != want.Counts[line]+more {
			t.Errorf("%s: %d, want %d", item, got.Counts[line], want.Counts[line]+more)
		}
	}
	for _, name := range factTables {
		if !bytes.Equal(absent.published[name], disputed.published[name]) {
			t.Errorf("%s differs", name)
		}
	}
	if len(absent.published["azioni.parquet"]) == 0 {
		t.Error("no action: the test shows nothing")
	}
}

func TestOfficeThatIsNoFolderStaysNational(t *testing.T) {
	h := newHome()
	odd := claim(1)
	odd.Office = "../x"
	h.claims = []pipeline.Claim{odd, claim(2)}
	h.files["unilav/a.xml"] = []night.Document{one(hire(1, 0)), one(hire(2, 0))}
	s, err := h.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	if h.rows["azioni.parquet"] != 2 || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], `"../x"`) {
		t.Errorf("rows %v, warnings %q", h.rows, s.Warnings)
	}
	for name := range h.published {
		if strings.Contains(name, "..") {
			t.Errorf("file %s", name)
		}
	}
}

func TestRowsOfNoOfficeAreTold(t *testing.T) {
	h := newHome()
	none := claim(1)
	none.Office = ""
	h.claims = []pipeline.Claim{none, claim(2)}
	h.files["unilav/a.xml"] = []night.Document{one(hire(1, 0)), one(hire(2, 0))}
	s, err := h.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	if h.rows["azioni.parquet"] != 2 || len(s.Warnings) != 1 || !strings.HasPrefix(s.Warnings[0], "righe senza sede") {
		t.Errorf("rows %v, warnings %q", h.rows, s.Warnings)
	}
}

func TestBalanceThatDoesNotCloseRefusesTheNight(t *testing.T) {
	h := newHome()
	h.claims = []pipeline.Claim{claim(1)}
	x := pipeline.Notice{ID: pipeline.DocID{5}, TaxCode: who(1)}
	h.files["segnalazioni/n.jsonl"] = []night.Document{{Notice: &x}}
	h.open = []pipeline.Exception{{ID: "A", State: "", Code: "X", TaxCode: who(9), Office: "7000"}}
	// An exception that nobody decides about vanishes: the engine must see it.
	ports := h.ports(t)
	cfg := night.Config{Date: tonight, Revision: 1, Params: nightParams, Partitions: 4, Workers: 1, SpillBytes: 1}
	_, err := night.Run(t.Context(), cfg, ports, forgetful, &night.Progress{})
	var line *night.BalanceError
	if !errors.As(err, &line) {
		t.Fatalf("error %v, want a BalanceError", err)
	}
	if line.Scope != night.Total || !strings.Contains(err.Error(), night.ItemYesterday) {
		t.Errorf("line %v", err)
	}
	if h.manifest != nil || slices.Contains(h.steps, "place archive") {
		t.Error("something was published")
	}
}

func TestPanicOfARuleNamesThePersonByMask(t *testing.T) {
	h := newHome()
	h.claims = []pipeline.Claim{claim(1), claim(1)} // one alone is only counted
	h.claims[1].Number += "B"
	_, err := night.Run(t.Context(), night.Config{Date: tonight, Params: nightParams, Partitions: 4, Workers: 1}, h.ports(t), panicking, &night.Progress{})
	if err == nil || !strings.Contains(err.Error(), "VRD*************") || strings.Contains(err.Error(), string(who(1))) {
		t.Errorf("error %v", err)
	}
}

// TestFailureAtAnyStepPublishesNothing injects a failure at each step of a night in turn.
func TestFailureAtAnyStepPublishesNothing(t *testing.T) {
	clean := lively(2, rand.New(rand.NewPCG(3, 3)))
	if _, err := clean.run(t, 8); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, step := range clean.steps {
		if seen[step] {
			continue
		}
		seen[step] = true
		h := lively(2, rand.New(rand.NewPCG(3, 3)))
		h.failAt = step
		_, err := h.run(t, 8)
		if err == nil || !strings.Contains(err.Error(), "injected at "+step) {
			t.Errorf("%s: error %v", step, err)
		}
		var tidy *night.FinishError
		if errors.As(err, &tidy) != (step == "finish") {
			t.Errorf("%s: error %T", step, err)
		}
		if (h.manifest != nil) != (step == "finish") {
			t.Errorf("%s: published %v", step, h.manifest != nil)
		}
	}
	for _, step := range []string{"place archive", "publish", "finish", "close azioni.parquet", "open sedi/7000/sede-azioni.parquet"} {
		if !seen[step] {
			t.Errorf("step %s was never reached", step)
		}
	}
}

func TestArchiveComesBeforePublication(t *testing.T) {
	h := lively(1, rand.New(rand.NewPCG(3, 3)))
	if _, err := h.run(t, 8); err != nil {
		t.Fatal(err)
	}
	tail := h.steps[len(h.steps)-3:]
	if d := gocmp.Diff([]string{"place archive", "publish", "finish"}, tail); d != "" {
		t.Errorf("last steps (-want +got):\n%s", d)
	}
}

func TestScopeIsTheFileOfTheInbox(t *testing.T) {
	for file, want := range map[string]string{
		"a.zip":               "unilav/a.zip",
		"a.zip!x.xml":         "unilav/a.zip",
		"a.zip!x!y.xml":       "unilav/a.zip",
		`odd\!name.zip!x.xml`: `unilav/odd\!name.zip`,
		`a\\!x.xml`:           `unilav/a\\`,
		`a\\\!x.xml`:          `unilav/a\\\!x.xml`,
		`a\`:                  `unilav/a\`,
		"":                    "unilav/",
		"\\u202e.zip!x!y":     "unilav/\\u202e.zip",
	} {
		if got := night.Scope(&pipeline.Source{Flow: "unilav", File: file}); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

// TestNameThatIsShownOtherwise has an inbox that escapes the name of a file, as it must for one that is not UTF-8.
func TestNameThatIsShownOtherwise(t *testing.T) {
	h := newHome()
	h.claims = []pipeline.Claim{claim(1)}
	h.files["unilav/\xff.xml"] = []night.Document{one(hire(1, 0)), {Discards: []pipeline.Discard{{Code: pipeline.DiscardDate}}}}
	h.show = func(name string) string { return strings.ReplaceAll(name, "\xff", `\xff`) }
	s, err := h.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Counts[night.Line{Scope: `unilav/\xff.xml`, Item: night.ItemRead}]; got != 2 {
		t.Errorf("%d documents read, want 2: %v", got, s.Counts)
	}
}

// Messages and vouchers go through archive and dossier, are counted once, and change nothing when they come again.
func TestFeedsOfANight(t *testing.T) {
	h := newHome()
	h.claims = []pipeline.Claim{claim(1)}
	voucher := night.Document{Voucher: &pipeline.Voucher{ID: pipeline.DocID{1}, Worker: who(1), On: tonight - 9, Net: 100}}
	stranger := night.Document{Voucher: &pipeline.Voucher{ID: pipeline.DocID{2}, Worker: who(3), On: tonight - 9, Net: 100}}
	h.files["voucher/a.csv"] = []night.Document{voucher, voucher, stranger, {Discards: []pipeline.Discard{{Code: pipeline.DiscardCSV}}}}
	h.files["voucher/b.csv"] = []night.Document{voucher, stranger}
	question := night.Document{Question: &pipeline.DomesticQuestion{ID: pipeline.DocID{3}, Worker: who(1), Protocol: "Q"}}
	unnamed := night.Document{Question: &pipeline.DomesticQuestion{ID: pipeline.DocID{4}, Protocol: "N"}}
	h.files["domestico/a.jsonl"] = []night.Document{question, unnamed, question}
	s, err := h.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[night.Line]int64{
		{Scope: "voucher", Item: night.ItemRead}:               6,
		{Scope: "voucher", Item: night.ItemAccepted}:           3,
		{Scope: "voucher", Item: night.ItemRepeated}:           2,
		{Scope: "voucher", Item: night.ItemDiscarded}:          1,
		{Scope: "voucher", Item: night.ItemNoEffect}:           2,
		{Scope: "voucher", Item: night.ItemNoClaim}:            1,
		{Scope: "voucher/b.csv", Item: night.ItemRepeated}:     2,
		{Scope: "domestico", Item: night.ItemRead}:             3,
		{Scope: "domestico", Item: night.ItemOnException}:      1,
		{Scope: "domestico", Item: night.ItemNoClaim}:          1,
		{Scope: "domestico/a.jsonl", Item: night.ItemRepeated}: 1,
	} {
		if got := s.Counts[line]; got != want {
			t.Errorf("%s of %s: %d, want %d", line.Item, line.Scope, got, want)
		}
	}
	if n, m := len(h.vouchers[tonight.String()]), len(h.questions[tonight.String()]); n != 5 || m != 3 {
		t.Errorf("archive of the night: %d vouchers, %d questions; want 5, 3", n, m)
	}
}

// TestFileNamedAsAnEntry has a file that is called what an entry of another would be shown as, told apart as the inbox
// does; both hold a document that is discarded at the same place.
func TestFileNamedAsAnEntry(t *testing.T) {
	h := newHome()
	bad := night.Document{Discards: []pipeline.Discard{{Code: pipeline.DiscardDate}}}
	part := one(hire(1, 0))
	part.Discards = bad.Discards
	h.claims = []pipeline.Claim{claim(1)}
	h.files["unilav/a.zip"] = []night.Document{part, {}}
	h.files["unilav/a.zip!b.xml"] = []night.Document{bad, {}}
	h.show = func(name string) string {
		if name == "a.zip" {
			return "a.zip!b.xml" // its entry
		}
		return `a.zip\!b.xml`
	}
	s, err := h.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[night.Line]int64{
		{Scope: "unilav", Item: night.ItemDiscarded}:              1,
		{Scope: "unilav/a.zip", Item: night.ItemRead}:             2,
		{Scope: "unilav/a.zip", Item: night.ItemAccepted}:         2,
		{Scope: "unilav/a.zip", Item: night.ItemDiscarded}:        0,
		{Scope: `unilav/a.zip\!b.xml`, Item: night.ItemRead}:      2,
		{Scope: `unilav/a.zip\!b.xml`, Item: night.ItemAccepted}:  1,
		{Scope: `unilav/a.zip\!b.xml`, Item: night.ItemDiscarded}: 1,
	} {
		if got := s.Counts[line]; got != want {
			t.Errorf("%s of %s: %d, want %d", line.Item, line.Scope, got, want)
		}
	}
}

// TestManySmallFiles takes in many files of one document: each is counted by itself, and the rows are those of one file.
func TestManySmallFiles(t *testing.T) {
	const files = 3000
	one, many := newHome(), newHome()
	for i := range files {
		d := night.Document{Discards: []pipeline.Discard{{Code: pipeline.DiscardDate, Message: fmt.Sprint(i)}}}
		if i%3 == 0 {
			d = night.Document{Communications: []pipeline.Communication{hire(i%99, i)}}
		}
		one.files["unilav/all.xml"] = append(one.files["unilav/all.xml"], d)
		many.files[fmt.Sprintf("unilav/%04d.xml", i)] = []night.Document{d}
	}
	for _, h := range []*home{one, many} {
		one.claims, many.claims = []pipeline.Claim{claim(3)}, []pipeline.Claim{claim(3)}
		s, err := h.run(t, 8)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Counts[night.Line{Scope: "unilav", Item: night.ItemDiscarded}]; got != 2000 || h.rows["scarti.parquet"] != 2000 {
			t.Errorf("%d discards, %d rows, want 2000", got, h.rows["scarti.parquet"])
		}
		if h == many {
			for i := range files {
				scope := fmt.Sprintf("unilav/%04d.xml", i)
				item := night.ItemDiscarded
				if i%3 == 0 {
					item = night.ItemAccepted
				}
				if s.Counts[night.Line{Scope: scope, Item: item}] != 1 || s.Counts[night.Line{Scope: scope, Item: night.ItemRead}] != 1 {
					t.Fatalf("%s is not counted once as %s", scope, item)
				}
			}
		}
	}
	for _, name := range factTables {
		if !bytes.Equal(one.published[name], many.published[name]) {
			t.Errorf("%s differs", name)
		}
	}
}
