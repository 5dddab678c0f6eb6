package match

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
)

// TestContestedNoticesAmongMany: what a set of a person's notices finds is what a look through them does.
func TestContestedNoticesAmongMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var people [2][]*Person // the same, contested by sets and by looks
		for i := range 3 {
			ids := rapid.SliceOf(rapid.IntRange(0, 9)).Draw(t, "notices")
			claims := rapid.SliceOfN(rapid.SampledFrom([]string{pipeline.StateRejected, pipeline.StateInPayment}), 0, 2).Draw(t, "claims")
			for side := range people {
				p := &Person{Dossier: pipeline.Dossier{Person: pipeline.CodiceFiscale(fmt.Sprint("P", i))}}
				for _, id := range ids {
					p.Notices = append(p.Notices, pipeline.Notice{ID: pipeline.DocID{byte(id)}})
				}
				for _, state := range claims {
					p.Claims = append(p.Claims, pipeline.Claim{State: state})
				}
				people[side] = append(people[side], p)
			}
		}
		var o owners
		for _, id := range rapid.SliceOf(rapid.IntRange(0, 9)).Draw(t, "refused") {
			n, i := &pipeline.Notice{ID: pipeline.DocID{byte(id)}}, rapid.IntRange(0, 2).Draw(t, "person")
			o.contest(n, people[0][i], "X")
			contestByLooking(n, people[1][i], "X")
		}
		if d := gocmp.Diff(people[1], people[0]); d != "" {
			t.Fatal(d)
		}
	})
}

// contestByLooking is contest by a look at every notice.
func contestByLooking(n *pipeline.Notice, p *Person, other pipeline.CodiceFiscale) {
	if slices.ContainsFunc(p.Notices, func(own pipeline.Notice) bool { return own.ID == n.ID }) {
		p.note(n.ID)
	}
	if slices.ContainsFunc(p.Claims, func(c pipeline.Claim) bool { return c.Live() }) {
		p.Doubtful = append(p.Doubtful, doubtfulNotice(pipeline.DoubtAlias, other, n, 2))
	}
}

// BenchmarkConfuse contests n notices that would make one claimant a person of too many codes. What one costs (ns/notice)
// must not grow with their number.
func BenchmarkConfuse(b *testing.B) {
	const code pipeline.CodiceFiscale = "RSSMRA80A01H501U"
	for _, n := range []int{1000, 2000, 4000, 8000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			claims := []pipeline.Claim{{TaxCode: code, State: pipeline.StateInPayment}}
			notices := make([]pipeline.Notice, n)
			for i := range notices {
				notices[i] = pipeline.Notice{
					ID: sha256.Sum256([]byte(fmt.Sprint(i))), Kind: pipeline.NoticeTaxCodeChanged, TaxCode: code,
					NewCode: pipeline.CodiceFiscale(fmt.Sprintf("%016d", i)), Acquired: 100, On: 100, Protocol: fmt.Sprint(i),
				}
			}
			for b.Loop() {
				who := whoIsWho(notices, claims, 100)
				confuse([]*Person{{Dossier: pipeline.Dossier{Person: who.of(code), Claims: claims, Notices: notices}}}, who)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/notice")
		})
	}
}
