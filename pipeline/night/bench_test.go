package night_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"incrocio/fixtures/sources"
	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/match"
	"incrocio/pipeline/night"
)

// BenchmarkReducePartition decides a partition as a national night has it: 20,000 persons with a claim, three in a hundred
// of them with a job that began tonight; on the next night, all that was issued with nothing new.
func BenchmarkReducePartition(b *testing.B) {
	var claims []pipeline.Claim
	var comms []pipeline.Communication
	for i := range 20_000 {
		c := benchClaim(i)
		claims = append(claims, c)
		if i%33 == 0 {
			comms = append(comms, benchHire(i, &c))
		}
	}
	n := ledger.Night{Date: tonight, Params: &nightParams, RulesVersion: "v"}
	first := benchBlocks(b, claims, comms, nil)
	reduce := func(blocks []byte, n ledger.Night) *night.Partial {
		part := night.NewPartial(math.MaxInt) // nothing is handed over
		if err := night.ReducePartition(b.Context(), bytes.NewReader(blocks), n, ledger.Decide, match.Quiet{}, part, nil); err != nil {
			b.Fatal(err)
		}
		return part
	}
	part := reduce(first, n)
	again := benchBlocks(b, claims, comms, part.InForce)
	next := n
	next.Previous, next.Date = n.Date, n.Date+1
	for _, c := range []struct {
		name    string
		blocks  []byte
		n       ledger.Night
		actions int
	}{{"first", first, n, len(part.Actions)}, {"again", again, next, 0}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if p := reduce(c.blocks, c.n); len(p.Actions) != c.actions {
					b.Fatalf("%d actions", len(p.Actions))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(claims)), "ns/person")
		})
	}
}

func benchClaim(i int) pipeline.Claim {
	code, err := pipeline.CompleteCodiceFiscale(fmt.Sprintf("VRDLG%c%02dA01H%03d", 'A'+i/10_000, 50+i/1000%10, i%1000))
	if err != nil {
		panic(err)
	}
	return pipeline.Claim{
		Number: fmt.Sprintf("2014%08d", i), Protocol: fmt.Sprintf("INPS.7000.01/01/2014.%07d", i), TaxCode: code, Office: fmt.Sprint(7000 + i%80),
		Surname: "Verdi", GivenName: "Luigi", Benefit: pipeline.BenefitASpI, State: pipeline.StateInPayment, TerminatedOn: tonight - 60,
		FiledOn: tonight - 58, Start: tonight - 52, DaysGranted: 240, FormerEmployer: "10000000009", PaymentMode: pipeline.PaymentAtCounter,
	}
}

func benchHire(i int, c *pipeline.Claim) pipeline.Communication {
	return pipeline.Communication{
		ID: sha256.Sum256(fmt.Appendf(nil, "hire %d", i)), Model: pipeline.ModelUnilav, Event: pipeline.EventHire, Purpose: pipeline.PurposeNormal,
		Code: fmt.Sprintf("13001%011d", i), SentAt: pipeline.Instant(i), Acquired: tonight, Worker: c.TaxCode, Surname: c.Surname, GivenName: c.GivenName,
		Employer: "03472640170", EmployerName: "Alfa", Contract: "A.02.00", Start: tonight - 20, End: tonight + pipeline.Date(i%200), Hours: "F",
		Source: pipeline.Source{Flow: pipeline.FlowUnilav, File: "unilav/a.xml", Index: int64(i)},
	}
}

// benchBlocks maps rows in no order to the one block of a partition.
func benchBlocks(b *testing.B, claims []pipeline.Claim, comms []pipeline.Communication, issued []pipeline.Action) []byte {
	b.Helper()
	src := &match.Source{Claims: sources.Claims(shuffled(claims)), Communications: sources.Communications(shuffled(comms)), Actions: shuffled(issued)}
	var blocks []byte
	for _, kind := range []match.Kind{match.KindClaim, match.KindCommunication, match.KindAction} {
		_, err := match.MapUnit(b.Context(), src, match.Unit{Kind: kind, Anchor: true}, 1, nil, nil, func(_ int, block []byte) error {
			blocks = append(blocks, block...)
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return blocks
}

func shuffled[T any](rows []T) func(context.Context, match.Unit, func(*T) error) error {
	return func(_ context.Context, _ match.Unit, fn func(*T) error) error {
		for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(len(rows)) {
			row := rows[i]
			if err := fn(&row); err != nil {
				return err
			}
		}
		return nil
	}
}
