package night_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/tables"
)

const temporary pipeline.CodiceFiscale = "03472640170"

// mistyped gives a code with a wrong check character.
func mistyped(code pipeline.CodiceFiscale) pipeline.CodiceFiscale {
	return code[:15] + pipeline.CodiceFiscale('A'+(code[15]-'A'+1)%26)
}

// named gives the k-th hire of a person, under a code, with the names of the person.
func named(i, k int, code pipeline.CodiceFiscale) pipeline.Communication {
	c := hire(i, k)
	c.Worker, c.Surname, c.GivenName, c.BirthDate = code, fmt.Sprint("De  Verdi", i), "Luigi", tonight-15000
	c.ID[0] ^= byte(len(code)) // another document
	return c
}

func namedClaim(i int) pipeline.Claim {
	c := claim(i)
	c.Surname, c.GivenName, c.BirthDate = fmt.Sprint("DE VERDI", i), "LUIGI", tonight-15000
	return c
}

// unverified is a document under a wrong code, as its reader gives it.
func unverified(c pipeline.Communication) night.Document {
	return night.Document{
		Unverified: &c, Discards: []pipeline.Discard{{Code: pipeline.DiscardTaxCode, Message: "errato", CommCode: c.Code}},
	}
}

func variation(n int, from, to pipeline.CodiceFiscale) night.Document {
	return night.Document{Notice: &pipeline.Notice{
		ID: pipeline.DocID{9, byte(n)}, Kind: pipeline.NoticeTaxCodeChanged, TaxCode: from, NewCode: to, On: tonight - 9, Protocol: fmt.Sprint("V", n),
	}}
}

// balance gives the lines of a scope that are not zero.
func balance(s *night.Summary, scope string) map[string]int64 {
	out := map[string]int64{}
	for line, n := range s.Counts {
		if line.Scope == scope && n != 0 {
			out[line.Item] = n
		}
	}
	return out
}

func check(t *testing.T, s *night.Summary, scope string, want map[string]int64) {
	t.Helper()
	if d := gocmp.Diff(want, balance(s, scope)); d != "" {
		t.Errorf("balance of %s (-want +got):\n%s", scope, d)
	}
}

func TestWrongCodeThatPointsAtAClaimantIsAccepted(t *testing.T) {
	h := newHome()
	h.claims = []pipeline.Claim{namedClaim(1), namedClaim(2)}
	h.files["unilav/a.xml"] = []night.Document{unverified(named(1, 0, mistyped(who(1))))}
	h.files["unilav/b.xml"] = []night.Document{
		unverified(named(1, 0, mistyped(who(1)))), // again
		unverified(named(3, 0, mistyped(who(3)))), // nobody
		unverified(named(3, 0, mistyped(who(3)))), // nobody, again
	}
	s, err := h.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	check(t, s, "unilav", map[string]int64{
		night.ItemRead: 4, night.ItemAccepted: 1, night.ItemRepeated: 1, night.ItemDiscarded: 2, night.ItemRefused: 2, night.ItemFacts: 1, night.ItemOnException: 1,
	})
	check(t, s, "unilav/b.xml", map[string]int64{night.ItemRead: 3, night.ItemRepeated: 1, night.ItemDiscarded: 2})
	if h.rows["azioni.parquet"] != 0 || h.rows["eccezioni.parquet"] != 1 || h.rows["scarti.parquet"] != 2 {
		t.Errorf("rows %v", h.rows)
	}
	discards, err := tables.Discards.Decode(nil, h.published["scarti.parquet"])
	if err != nil || discards[0].File != "b.xml" || discards[0].Index != 1 || discards[0].Message != "errato" || discards[0].CommCode == "" {
		t.Errorf("discards %+v, error %v", discards, err)
	}
	if n := len(h.doubtful[tonight.String()]); n != 2 { // the discards are kept nowhere
		t.Errorf("%d documents archived, want 2", n)
	}
	if len(h.communications[tonight.String()]) != 0 {
		t.Error("archived among those that need no claim")
	}
}

// TestWrongCodeOfAnEarlierNight stays in doubt night after night, and comes again as a repeat, whether or not the claim is
// still open.
func TestWrongCodeOfAnEarlierNight(t *testing.T) {
	for _, open := range []bool{true, false} {
		h := newHome()
		c := namedClaim(1)
		if !open {
			c.State = pipeline.StateExhausted
		}
		h.claims = []pipeline.Claim{c}
		old := named(1, 0, mistyped(who(1)))
		old.Acquired, old.Source = tonight-9, pipeline.Source{Flow: pipeline.FlowUnilav, File: "old.xml"}
		h.doubtful["2014-02-20"] = []pipeline.Communication{old}
		h.files["unilav/a.xml"] = []night.Document{unverified(named(1, 0, mistyped(who(1))))}
		s, err := h.run(t, 8)
		if err != nil {
			t.Fatal(err)
		}
		check(t, s, "unilav", map[string]int64{night.ItemRead: 1, night.ItemRepeated: 1})
		if want := map[bool]int{true: 1}[open]; h.rows["eccezioni.parquet"] != want || h.rows["scarti.parquet"] != 0 {
			t.Errorf("open %v: rows %v, want %d exceptions", open, h.rows, want)
		}
	}
}

func TestTemporaryCode(t *testing.T) {
	h := newHome()
	same := namedClaim(2)
	same.Surname, same.TaxCode = namedClaim(1).Surname, who(2)
	h.claims = []pipeline.Claim{namedClaim(1), same}
	h.files["unilav/a.xml"] = []night.Document{one(named(1, 0, temporary)), one(named(3, 0, temporary)), one(named(1, 0, temporary))}
	bare := hire(5, 0) // without names nobody is pointed at
	bare.Worker = temporary
	h.files["unilav/b.xml"] = []night.Document{one(bare)}
	s, err := h.run(t, 8)
	if err != nil {
		t.Fatal(err)
	}
	check(t, s, "unilav", map[string]int64{
		night.ItemRead: 4, night.ItemAccepted: 3, night.ItemRepeated: 1, night.ItemFacts: 3, night.ItemOnException: 1, night.ItemNoClaim: 2,
	})
	if h.rows["eccezioni.parquet"] != 2 || h.rows["azioni.parquet"] != 0 {
		t.Errorf("rows %v, want an exception on each of two claimants", h.rows)
	}
	if len(h.doubtful[tonight.String()]) != 3 || len(h.communications[tonight.String()]) != 1 {
		t.Errorf("archived: %d by name, %d others", len(h.doubtful[tonight.String()]), len(h.communications[tonight.String()]))
	}
}

// TestTemporaryCodeOfNobodyComesAgain: it was accepted when it came, so it is a repeat.
func TestTemporaryCodeOfNobodyComesAgain(t *testing.T) {
	h := newHome()
	old := named(1, 0, temporary)
	old.Acquired, old.Source = tonight-9, pipeline.Source{Flow: pipeline.FlowUnilav, File: "old.xml"}
	h.doubtful["2014-02-20"] = []pipeline.Communication{old}
	h.files["unilav/a.xml"] = []night.Document{one(named(1, 0, temporary)), one(named(2, 0, temporary))}
	s, err := h.run(t, 64)
	if err != nil {
		t.Fatal(err)
	}
	check(t, s, "unilav", map[string]int64{
		night.ItemRead: 2, night.ItemAccepted: 1, night.ItemRepeated: 1, night.ItemFacts: 1, night.ItemNoClaim: 1,
	})
}

// TestConfirmedCodes: what a notice confirms is the person's own, from whichever night.
func TestConfirmedCodes(t *testing.T) {
	for name, code := range map[string]pipeline.CodiceFiscale{
		"temporary": temporary, "wrong": mistyped(who(1)), "changed": who(7), "omocode": who(1).Omocode(1 << 6),
	} {
		old := named(1, 0, code)
		old.Acquired, old.Source = tonight-9, pipeline.Source{Flow: pipeline.FlowUnilav, File: "old.xml"}
		h := newHome()
		h.claims = []pipeline.Claim{namedClaim(1)}
		tonights := one(named(1, 1, code))
		switch {
		case !code.Valid():
			tonights = unverified(named(1, 1, code))
			fallthrough
		case code.Temporary():
			h.doubtful["2014-02-20"] = []pipeline.Communication{old}
		default:
			h.communications["2014-02-20"] = []pipeline.Communication{old}
		}
		h.files["segnalazioni/n.jsonl"] = []night.Document{variation(1, code, who(1))}
		h.files["unilav/a.xml"] = []night.Document{tonights}
		s, err := h.run(t, 64)
		if err != nil {
			t.Fatal(err)
		}
		check(t, s, "unilav", map[string]int64{night.ItemRead: 1, night.ItemAccepted: 1, night.ItemFacts: 1, night.ItemActedOn: 1})
		for table, want := range map[string]int{"azioni_in_essere.parquet": 2, "eccezioni.parquet": 1, "scarti.parquet": 0} {
			if h.rows[table] != want { // the exception is the one that the stand-in for the rules gives for two documents
				t.Errorf("%s: %d rows of %s, want %d", name, h.rows[table], table, want)
			}
		}
	}
}

// TestWrongCodeOfNobodyThatIsConfirmed is accepted: its code is known, if not for a claim.
func TestWrongCodeOfNobodyThatIsConfirmed(t *testing.T) {
	h := newHome()
	h.files["segnalazioni/n.jsonl"] = []night.Document{variation(1, mistyped(who(1)), who(1))}
	h.files["unilav/a.xml"] = []night.Document{unverified(named(1, 1, mistyped(who(1))))}
	s, err := h.run(t, 64)
	if err != nil {
		t.Fatal(err)
	}
	check(t, s, "unilav", map[string]int64{night.ItemRead: 1, night.ItemAccepted: 1, night.ItemFacts: 1, night.ItemNoClaim: 1})
}

// TestFactsInDoubtOfSeveralCountOnce: an omocode's document, and a notice that would make two claimants one.
func TestFactsInDoubtOfSeveralCountOnce(t *testing.T) {
	h := newHome()
	h.claims = []pipeline.Claim{namedClaim(1), namedClaim(2)}
	h.files["unilav/a.xml"] = []night.Document{one(named(1, 0, who(1).Omocode(1<<6))), one(hire(2, 0))}
	h.files["segnalazioni/n.jsonl"] = []night.Document{variation(1, who(1), who(2)), variation(2, who(8), who(9))}
	s, err := h.run(t, 64)
	if err != nil {
		t.Fatal(err)
	}
	check(t, s, "unilav", map[string]int64{night.ItemRead: 2, night.ItemAccepted: 2, night.ItemFacts: 2, night.ItemOnException: 1, night.ItemActedOn: 1})
	check(t, s, "segnalazioni", map[string]int64{
		night.ItemRead: 2, night.ItemAccepted: 2, night.ItemFacts: 2, night.ItemOnException: 1, night.ItemNoClaim: 1,
	})
	if h.rows["eccezioni.parquet"] != 3 {
		t.Errorf("%d exceptions, want one of the omocode and two of the notice", h.rows["eccezioni.parquet"])
	}
}

// puzzling fills a home with claimants and documents under codes of all sorts.
func puzzling(files int, r *rand.Rand) *home {
	h := newHome()
	var docs []night.Document
	for i := range 40 {
		h.claims = append(h.claims, namedClaim(i))
		switch i % 8 {
		case 0:
			docs = append(docs, unverified(named(i, 0, mistyped(who(i)))))
		case 1:
			docs = append(docs, one(named(i, 0, temporary)))
		case 2:
			docs = append(docs, one(named(i, 0, who(i).Omocode(1<<6))))
		case 3:
			docs = append(docs, one(named(i, 0, who(i+200))), variation(i, who(i+200), who(i+300)), variation(i+100, who(i+300), who(i)))
		case 4:
			docs = append(docs, unverified(named(i, 0, mistyped(who(i)))), variation(i, mistyped(who(i)), who(i)))
		case 5:
			docs = append(docs, variation(i, who(i), who(i-1)))
		case 6:
			docs = append(docs, unverified(named(i+500, 0, mistyped(who(i))))) // nobody's names
		default:
			docs = append(docs, one(hire(i, 0)))
		}
	}
	r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	r.Shuffle(len(h.claims), func(i, j int) { h.claims[i], h.claims[j] = h.claims[j], h.claims[i] })
	for i, d := range docs {
		flow := "unilav"
		if d.Notice != nil {
			flow = "segnalazioni"
		}
		name := fmt.Sprintf("%s/f%d", flow, i%files)
		h.files[name] = append(h.files[name], d)
	}
	return h
}

func TestIdentitiesDoNotDependOnPartitionsOrPackaging(t *testing.T) {
	var want *home
	for i, c := range []struct{ partitions, files int }{{1, 1}, {8, 1}, {64, 4}, {256, 17}} {
		h := puzzling(c.files, rand.New(rand.NewPCG(11, uint64(i))))
		s, err := h.run(t, c.partitions)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = h
			check(t, s, "unilav", map[string]int64{
				night.ItemRead: 35, night.ItemAccepted: 30, night.ItemDiscarded: 5, night.ItemRefused: 5, night.ItemFacts: 30,
				night.ItemActedOn: 15, night.ItemOnException: 15,
			})
		}
		for _, name := range factTables {
			if !bytes.Equal(want.published[name], h.published[name]) {
				t.Errorf("%d partitions, %d files: %s differs", c.partitions, c.files, name)
			}
		}
	}
}
