package match_test

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
)

const eleven pipeline.CodiceFiscale = "03472640170"

var birth = pipeline.MustDate("1975-05-05")

// changed is the notice that a code was changed.
func changed(n int, from, to pipeline.CodiceFiscale, on, acquired pipeline.Date) pipeline.Notice {
	return pipeline.Notice{
		ID: sha256.Sum256(fmt.Appendf(nil, "changed %d", n)), Kind: pipeline.NoticeTaxCodeChanged, TaxCode: from, NewCode: to, On: on,
		Protocol: fmt.Sprint("V", n), Acquired: acquired, Source: pipeline.Source{Flow: pipeline.FlowSegnalazioni, File: "v", Index: int64(n)},
	}
}

func openClaim(number string, code pipeline.CodiceFiscale, surname string) pipeline.Claim {
	return pipeline.Claim{
		Number: number, TaxCode: code, Surname: surname, GivenName: "Anna", BirthDate: birth, Start: night - 30, State: pipeline.StateInPayment,
	}
}

func work(n int, code pipeline.CodiceFiscale, surname string) pipeline.Communication {
	return pipeline.Communication{
		ID: sha256.Sum256(fmt.Appendf(nil, "work %d", n)), Worker: code, Code: fmt.Sprintf("CO%014d", n), SentAt: pipeline.Instant(n),
		Acquired: night - 5, Model: pipeline.ModelUnilav, Surname: surname, GivenName: "Anna", BirthDate: birth,
		Source: pipeline.Source{Flow: pipeline.FlowUnilav, File: "w", Index: int64(n)},
	}
}

// family tells who is whom: for each person the codes of claims and facts, then the doubtful facts.
func family(people []match.Person) []string {
	var out []string
	for i := range people {
		p := &people[i]
		var parts []string
		for _, c := range p.Claims {
			parts = append(parts, "claim "+c.Number)
		}
		for _, c := range p.Communications {
			parts = append(parts, c.Code[:2]+strings.TrimLeft(c.Code[2:], "0"))
		}
		for _, a := range p.Issued {
			parts = append(parts, "action "+a.ID)
		}
		for _, e := range p.Open {
			parts = append(parts, "exception "+e.ID)
		}
		for _, s := range p.Submissions {
			parts = append(parts, "sub "+s.Protocol)
		}
		for _, v := range p.Vouchers {
			parts = append(parts, fmt.Sprint("voucher ", int64(v.Net)))
		}
		for _, d := range p.Doubtful {
			parts = append(parts, fmt.Sprintf("%s %s of %d?", d.Doubt, strings.TrimLeft(d.Ref, "CO0"), d.Claimants))
		}
		if len(parts) > 0 {
			out = append(out, strings.Join(parts, ", "))
		}
	}
	slices.Sort(out)
	return out
}

func TestChangedCodesAreOnePerson(t *testing.T) {
	a, b, c := person(0), person(2), person(4)
	facts := world{
		claims: []pipeline.Claim{openClaim("1", c, "Bianchi")}, communications: []pipeline.Communication{work(1, a, "Bianchi"), work(2, b, "Verdi")},
		issued:   []pipeline.Action{{ID: "A", TaxCode: a, Claim: "1", From: night}},
		open:     []pipeline.Exception{{ID: "E", TaxCode: b, Code: "X", Claim: "1"}},
		vouchers: []pipeline.Voucher{{ID: pipeline.DocID{5}, Worker: a, Net: 7, On: night}},
	}
	together := []string{"claim 1, CO1, CO2, action A, exception E, voucher 7"}
	for name, x := range map[string]struct {
		notices []pipeline.Notice
		want    []string
		called  pipeline.CodiceFiscale
	}{
		"chain":             {[]pipeline.Notice{changed(1, a, b, night-9, night-9), changed(2, b, c, night-3, night)}, together, c},
		"chain, last first": {[]pipeline.Notice{changed(1, b, c, night-3, night-9), changed(2, a, b, night-9, night)}, together, c},
		"circle": {[]pipeline.Notice{
			changed(1, a, b, night-9, night), changed(2, b, c, night-8, night), changed(3, c, a, night-7, night),
		}, together, a},
		"there and back":    {[]pipeline.Notice{changed(1, a, b, night-9, night), changed(2, b, a, night-8, night), changed(3, a, c, night-10, night)}, together, a},
		"two into one":      {[]pipeline.Notice{changed(1, a, c, night, night-1), changed(2, b, c, night-1, night)}, together, c},
		"told twice":        {[]pipeline.Notice{changed(1, a, c, night, night), changed(1, a, c, night, night), changed(2, b, c, night, night)}, together, c},
		"into itself":       {[]pipeline.Notice{changed(1, c, c, night, night)}, []string{"CO1, action A, voucher 7", "CO2, exception E", "claim 1"}, a},
		"one of the two":    {[]pipeline.Notice{changed(1, a, c, night, night)}, []string{"CO2, exception E", "claim 1, CO1, action A, voucher 7"}, c},
		"somebody's else's": {[]pipeline.Notice{changed(1, a, person(8), night, night)}, []string{"CO1, action A, voucher 7", "CO2, exception E", "claim 1"}, person(8)},
	} {
		w := facts
		w.notices = x.notices
		for _, n := range []int{1, 8, 64} {
			w.shuffle(rand.New(rand.NewPCG(1, uint64(n))))
			people := join(t, &w, n, 2, 1<<20, t.TempDir())
			if d := gocmp.Diff(x.want, family(people)); d != "" {
				t.Errorf("%s, %d partitions (-want +got):\n%s", name, n, d)
			}
			if !slices.ContainsFunc(people, func(p match.Person) bool { return p.Person == x.called }) {
				t.Errorf("%s: nobody is called as the newest notice says", name)
			}
		}
	}
}

// TestClaimantsWhoDifferStayTwo: a notice that would make one of them is a doubt on both, and what was known before stands.
func TestClaimantsWhoDifferStayTwo(t *testing.T) {
	a, b, c := person(0), person(2), person(4)
	w := world{
		claims:         []pipeline.Claim{openClaim("1", b, "Bianchi"), openClaim("2", c, "Rossi")},
		communications: []pipeline.Communication{work(1, a, "Bianchi")},
		notices:        []pipeline.Notice{changed(2, b, c, night-40, night), changed(1, a, b, night-9, night-9)},
	}
	want := []string{"claim 1, CO1, VARIATO V2 of 2?", "claim 2, VARIATO V2 of 2?"}
	people := join(t, &w, 64, 1, 1<<20, t.TempDir())
	if d := gocmp.Diff(want, family(people)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for i := range people {
		if p := &people[i]; len(p.Notices) > 0 && !p.Shared[w.notices[0].ID] && !p.Shared[w.notices[1].ID] {
			t.Errorf("%s has the notice and does not share it", p.Person)
		}
	}
	for name, edit := range map[string]func(*pipeline.Claim){
		"closed":          func(c *pipeline.Claim) { c.State = pipeline.StateExhausted },
		"same person":     func(c *pipeline.Claim) { c.Surname = "BIANCHI" },
		"names not known": func(c *pipeline.Claim) { c.Surname, c.GivenName, c.BirthDate = "", "", 0 },
	} {
		one := w
		one.claims = slices.Clone(w.claims)
		edit(&one.claims[slices.IndexFunc(one.claims, func(c pipeline.Claim) bool { return c.Number == "2" })])
		got := family(join(t, &one, 64, 1, 1<<20, t.TempDir()))
		if len(got) != 1 || strings.Contains(got[0], "?") {
			t.Errorf("%s: %q, want one person", name, got)
		}
	}
	w.claims[1].BirthDate++
	if w.claims[1].Surname = w.claims[0].Surname; len(family(join(t, &w, 8, 1, 1<<20, t.TempDir()))) != 2 {
		t.Error("another day of birth makes no difference")
	}
}

// TestTooManyCodesOfOnePerson: a file that says that all are one does not send all to one partition.
func TestTooManyCodesOfOnePerson(t *testing.T) {
	const many = 1000
	var w world
	for i := range many {
		w.communications = append(w.communications, work(i, person(2*i), "Bianchi"))
		w.notices = append(w.notices, changed(i, person(0), person(2*i+2), night, night))
	}
	people := join(t, &w, 64, 1, 1<<20, t.TempDir())
	for i := range people {
		if n := len(people[i].Communications); n > 64 {
			t.Fatalf("a person of %d codes", n)
		}
	}
	if len(people) < many-64 {
		t.Errorf("%d persons, want nearly %d", len(people), many)
	}
}

func TestOmocodes(t *testing.T) {
	plain, variant, other := person(0), person(1), person(0).Omocode(0b11)
	for name, x := range map[string]struct {
		world
		want []string
	}{
		"claim plain": {world{
			claims: []pipeline.Claim{openClaim("1", plain, "Bianchi")}, communications: []pipeline.Communication{work(1, variant, "BIANCHI")},
		}, []string{"CO1", "claim 1, OMOCODIA 1 of 1?"}},
		"claim a variant": {world{
			claims: []pipeline.Claim{openClaim("1", variant, "Bianchi")}, communications: []pipeline.Communication{work(1, plain, "Bianchi")},
		}, []string{"CO1", "claim 1, OMOCODIA 1 of 1?"}},
		"two variants": {world{
			claims: []pipeline.Claim{openClaim("1", variant, "Bianchi")}, communications: []pipeline.Communication{work(1, other, "Bianchi")},
		}, []string{"CO1", "claim 1, OMOCODIA 1 of 1?"}},
		"other names": {world{
			claims: []pipeline.Claim{openClaim("1", plain, "Bianchi")}, communications: []pipeline.Communication{work(1, variant, "Bianco")},
		}, []string{"CO1", "claim 1"}},
		"a claim of their own": {world{
			claims:         []pipeline.Claim{openClaim("1", plain, "Bianchi"), openClaim("2", variant, "Bianchi")},
			communications: []pipeline.Communication{work(1, variant, "Bianchi")},
		}, []string{"claim 1", "claim 2, CO1"}},
		"closed claim": {world{
			claims:         []pipeline.Claim{{Number: "1", TaxCode: plain, State: pipeline.StateForfeited}},
			communications: []pipeline.Communication{work(1, variant, "Bianchi")},
		}, []string{"CO1", "claim 1"}},
		"two claimants": {world{
			claims:         []pipeline.Claim{openClaim("1", plain, "Bianchi"), openClaim("2", variant, "Bianchi")},
			communications: []pipeline.Communication{work(1, other, "Bianchi")},
		}, []string{"CO1", "claim 1, OMOCODIA 1 of 2?", "claim 2, OMOCODIA 1 of 2?"}},
		"confirmed": {world{
			claims: []pipeline.Claim{openClaim("1", plain, "Bianchi")}, communications: []pipeline.Communication{work(1, variant, "Bianchi")},
			notices: []pipeline.Notice{changed(1, variant, plain, night, night)},
		}, []string{"claim 1, CO1"}},
		"of a code that was changed": {world{
			claims: []pipeline.Claim{openClaim("1", person(6), "Bianchi")}, communications: []pipeline.Communication{work(1, variant, "Bianchi")},
			notices: []pipeline.Notice{changed(1, plain, person(6), night, night)},
		}, []string{"CO1", "claim 1, OMOCODIA 1 of 1?"}},
		"two variants, each changed": {world{
			claims: []pipeline.Claim{openClaim("1", person(0), "Bianchi"), openClaim("2", person(2), "Bianchi")},
			communications: []pipeline.Communication{
				work(1, person(8), "Bianchi"), work(2, person(9), "Bianchi"), work(3, person(8).Omocode(0b11), "Bianchi"),
			},
			notices: []pipeline.Notice{changed(1, person(8), person(0), night, night), changed(2, person(9), person(2), night, night)},
		}, []string{"CO3", "claim 1, CO1, OMOCODIA 3 of 2?", "claim 2, CO2, OMOCODIA 3 of 2?"}},
		"of all kinds": {world{
			claims: []pipeline.Claim{openClaim("1", plain, "Bianchi")},
			submissions: []pipeline.Submission{
				{ID: pipeline.DocID{1}, TaxCode: variant, Protocol: "P1"}, {ID: pipeline.DocID{2}, TaxCode: variant, Protocol: "P2", Draft: true},
			},
			notices: []pipeline.Notice{
				{ID: pipeline.DocID{3}, TaxCode: variant, Kind: pipeline.NoticePIN, Protocol: "N1"},
				{ID: pipeline.DocID{4}, TaxCode: variant, Kind: pipeline.NoticePension, Protocol: "N2"},
			},
			vouchers: []pipeline.Voucher{{ID: pipeline.DocID{5}, Worker: variant, Net: 7}},
		}, []string{
			"claim 1, OMOCODIA P1 of 1?, OMOCODIA N2 of 1?, OMOCODIA #0500000000000000 of 1?", "sub P1, sub P2, voucher 7",
		}},
	} {
		for _, n := range []int{1, 64} {
			if d := gocmp.Diff(x.want, family(join(t, &x.world, n, 2, 1<<20, t.TempDir()))); d != "" {
				t.Errorf("%s, %d partitions (-want +got):\n%s", name, n, d)
			}
		}
	}
}

// TestJoinedTonight tells what a notice of tonight made the person's from what was theirs before.
func TestJoinedTonight(t *testing.T) {
	a, b, c := person(0), person(2), person(4)
	for name, x := range map[string]struct {
		notices []pipeline.Notice
		want    []pipeline.CodiceFiscale
	}{
		"before":             {[]pipeline.Notice{changed(1, a, b, night, night-1), changed(2, b, c, night, night-1)}, nil},
		"tonight":            {[]pipeline.Notice{changed(1, a, b, night, night), changed(2, b, c, night, night)}, []pipeline.CodiceFiscale{a, b}},
		"the far end":        {[]pipeline.Notice{changed(1, a, b, night, night), changed(2, b, c, night, night-1)}, []pipeline.CodiceFiscale{a}},
		"both ends":          {[]pipeline.Notice{changed(1, a, b, night, night-1), changed(2, b, c, night, night)}, []pipeline.CodiceFiscale{a, b}},
		"once more":          {[]pipeline.Notice{changed(1, a, c, night, night-1), changed(1, a, c, night, night), changed(2, b, c, night, night-1)}, nil},
		"by another notice":  {[]pipeline.Notice{changed(1, a, c, night, night-1), changed(2, a, c, night, night), changed(3, b, c, night, night-1)}, nil},
		"both claims' codes": {[]pipeline.Notice{changed(1, a, b, night, night), changed(2, b, c, night, night-1), changed(3, a, c, night, night-2)}, nil},
	} {
		w := world{claims: []pipeline.Claim{openClaim("1", c, "Bianchi")}, notices: x.notices}
		people := join(t, &w, 1, 1, 1<<20, t.TempDir())
		if len(people) != 1 || !slices.Equal(people[0].Joined, x.want) {
			t.Errorf("%s: %d persons, joined %d codes, want %d", name, len(people), len(people[0].Joined), len(x.want))
		}
	}
}

// TestPersonsAgainstTheOracle draws claims, facts and notices over a few codes, and holds who is together with whom against
// sets that are joined one after another.
func TestPersonsAgainstTheOracle(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var w world
		code := rapid.Custom(func(t *rapid.T) pipeline.CodiceFiscale { return person(2 * rapid.IntRange(0, 6).Draw(t, "code")) })
		for i := range rapid.IntRange(0, 6).Draw(t, "claims") {
			c := openClaim(fmt.Sprint(i), code.Draw(t, "of"), rapid.SampledFrom([]string{"Bianchi", "Rossi"}).Draw(t, "name"))
			if rapid.Bool().Draw(t, "closed") {
				c.State = pipeline.StateExhausted
			}
			w.claims = append(w.claims, c)
		}
		for i := range rapid.IntRange(0, 8).Draw(t, "facts") {
			w.communications = append(w.communications, work(i, code.Draw(t, "of"), "Neri"))
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "notices") {
			w.notices = append(w.notices, changed(i, code.Draw(t, "from"), code.Draw(t, "to"),
				night-pipeline.Date(rapid.IntRange(0, 3).Draw(t, "on")), night-pipeline.Date(rapid.IntRange(0, 3).Draw(t, "acquired"))))
		}
		label := labels(&w)
		for _, n := range []int{1, 64} {
			w.shuffle(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
			for _, p := range join(t, &w, n, 2, 1<<20, dir) {
				here := map[int]bool{}
				for _, c := range p.Claims {
					here[label[c.TaxCode]] = true
				}
				for _, c := range p.Communications {
					here[label[c.Worker]] = true
				}
				if len(here) > 1 {
					t.Fatalf("%d partitions: persons %v in one dossier", n, here)
				}
				for l := range here {
					claims, facts := 0, 0
					for _, c := range w.claims {
						if label[c.TaxCode] == l {
							claims++
						}
					}
					for _, c := range w.communications {
						if label[c.Worker] == l {
							facts++
						}
					}
					if claims != len(p.Claims) || facts != len(p.Communications) {
						t.Fatalf("%d partitions: %d claims, %d facts of %d, %d", n, len(p.Claims), len(p.Communications), claims, facts)
					}
				}
			}
		}
	})
}

// labels gives each code the number of its person.
func labels(w *world) map[pipeline.CodiceFiscale]int {
	label := map[pipeline.CodiceFiscale]int{}
	for i := range 8 {
		label[person(2*i)] = i
	}
	notices := slices.Clone(w.notices)
	slices.SortFunc(notices, func(a, b pipeline.Notice) int {
		return cmp.Or(cmp.Compare(a.Acquired, b.Acquired), cmp.Compare(a.On, b.On), cmp.Compare(a.Protocol, b.Protocol))
	})
	names := func(l int) map[string]bool {
		out := map[string]bool{}
		for i := range w.claims {
			if c := &w.claims[i]; c.Open() && label[c.TaxCode] == l {
				out[c.Surname] = true
			}
		}
		return out
	}
	for _, n := range notices {
		x, y := label[n.TaxCode], label[n.NewCode]
		a, b := names(x), names(y)
		differ := a["Bianchi"] && b["Rossi"] || a["Rossi"] && b["Bianchi"]
		if x == y || differ {
			continue
		}
		for code, l := range label {
			if l == y {
				label[code] = x
			}
		}
	}
	return label
}

// TestDoubtfulCommunications point at claimants by name.
func TestDoubtfulCommunications(t *testing.T) {
	who := match.NewClaimants()
	temporary, wrong := work(1, eleven, "D'Amico"), work(2, person(0)[:15]+"?", "d amico")
	stranger, another := work(3, eleven, "Nessuno"), work(4, eleven, "D'Amico")
	for _, c := range []pipeline.Communication{temporary, wrong, stranger, another} {
		who.Ask(&c)
	}
	claims := []pipeline.Claim{
		openClaim("1", person(2), "DAMICO"), openClaim("2", person(4), "D’Amico"), openClaim("3", person(4), "D'amico"),
		openClaim("4", person(6), "Bianchi"),
	}
	closed := openClaim("5", person(8), "D'Amico")
	closed.State = pipeline.StateRejected
	disputed := []pipeline.Claim{openClaim("6", person(1), "D'Amico"), openClaim("7", person(2), "D'Amico"), openClaim("8", eleven, "D'Amico")}
	who.Meet(slices.Concat(disputed, claims, []pipeline.Claim{closed}))
	for _, c := range disputed {
		who.Forget(&c)
	}
	if len(who.Of(&stranger)) != 0 {
		t.Errorf("a stranger points at %d claimants", len(who.Of(&stranger)))
	}
	var block []byte
	blocks := match.NewBlocks(1, func(_ int, b []byte) error { block = append(block, b...); return nil })
	again := temporary
	again.Acquired, again.Source.File = night, "again"
	for _, c := range []pipeline.Communication{again, temporary, wrong} {
		if err := blocks.Doubtful(nil, &c, who.Of(&c)); err != nil {
			t.Fatal(err)
		}
	}
	w := world{claims: claims}
	_, err := match.MapUnit(t.Context(), w.source(1), match.Unit{Kind: match.KindClaim, Anchor: true}, 1, nil, nil,
		func(_ int, b []byte) error { block = append(block, b...); return nil })
	if err := errors.Join(err, blocks.Flush()); err != nil {
		t.Fatal(err)
	}
	var people []match.Person
	for range 2 {
		people = nil
		if err := match.Reduce(t.Context(), strings.NewReader(string(block)), night, func(p *match.Person) error {
			people = append(people, *p)
			return nil
		}, match.Quiet{}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"claim 1, PROVVISORIO 1 of 2?, ERRATO 2 of 2?", "claim 2, claim 3, PROVVISORIO 1 of 2?, ERRATO 2 of 2?", "claim 4",
	}
	if d := gocmp.Diff(want, family(people)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, p := range people {
		if len(p.Doubtful) > 0 && (len(p.Repeated) != 1 || !p.Repeated[0].FanOut || p.Repeated[0].Source.File != "again") {
			t.Errorf("repeats: %+v", p.Repeated)
		}
	}
}

// TestDoubtfulOfTwoCodesOfOnePerson is of one claimant, whichever of the codes it points at.
func TestDoubtfulOfTwoCodesOfOnePerson(t *testing.T) {
	w := world{
		claims:  []pipeline.Claim{openClaim("1", person(2), "Neri"), openClaim("2", person(4), "Neri")},
		notices: []pipeline.Notice{changed(1, person(2), person(4), night, night)},
	}
	src := w.source(1)
	codes := aliases(t, src, 1)
	var block []byte
	emit := func(_ int, b []byte) error { block = append(block, b...); return nil }
	blocks := match.NewBlocks(1, emit)
	c := work(1, eleven, "Neri")
	err := errors.Join(blocks.Doubtful(codes, &c, []pipeline.CodiceFiscale{person(2), person(4)}), blocks.Flush())
	for _, kind := range []match.Kind{match.KindClaim, match.KindNotice} {
		_, merr := match.MapUnit(t.Context(), src, match.Unit{Kind: kind, Anchor: true}, 1, codes, nil, emit)
		err = errors.Join(err, merr)
	}
	var people []match.Person
	err = errors.Join(err, match.Reduce(t.Context(), strings.NewReader(string(block)), night, func(p *match.Person) error {
		people = append(people, *p)
		return nil
	}, match.Quiet{}))
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff([]string{"claim 1, claim 2, PROVVISORIO 1 of 1?"}, family(people)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestClaimUnderATemporaryCode: what is under the very code is the claimant's, whoever else has the names.
func TestClaimUnderATemporaryCode(t *testing.T) {
	who := match.NewClaimants()
	c := work(1, eleven, "Neri")
	who.Ask(&c)
	who.Meet([]pipeline.Claim{openClaim("1", eleven, "Neri"), openClaim("2", person(2), "Neri")})
	if got := who.Of(&c); len(got) != 0 {
		t.Errorf("points at %d claimants by name", len(got))
	}
}

func TestPointsByName(t *testing.T) {
	for name, x := range map[string]struct {
		edit func(*pipeline.Communication)
		want bool
	}{
		"temporary":       {func(*pipeline.Communication) {}, true},
		"no birth":        {func(c *pipeline.Communication) { c.BirthDate = 0 }, false},
		"no given name":   {func(c *pipeline.Communication) { c.GivenName = "'" }, false},
		"sixteen":         {func(c *pipeline.Communication) { c.Worker = person(0) }, false},
		"several workers": {func(c *pipeline.Communication) { c.Model = pipeline.ModelVardatori }, false},
	} {
		c := work(1, eleven, "Neri")
		if x.edit(&c); match.PointsByName(&c) != x.want {
			t.Errorf("%s: %v", name, !x.want)
		}
	}
}
