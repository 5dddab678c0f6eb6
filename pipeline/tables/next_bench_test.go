package tables_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// BenchmarkNext reads rows as a night has most of.
func BenchmarkNext(b *testing.B) {
	id := sha256.Sum256(nil)
	hire := pipeline.Communication{
		ID: id, Source: pipeline.Source{Flow: pipeline.FlowUnilav, File: "unilav/2014-05-09/lotto-0001.zip", Index: 12, Offset: 12_345, SHA256: hex.EncodeToString(id[:])},
		Acquired: pipeline.MustDate("2014-05-09"), Model: pipeline.ModelUnilav, Event: pipeline.EventHire, Purpose: pipeline.PurposeNormal, Code: "1300114000000001",
		SentAt: 1_399_600_000_000_000, SentOn: pipeline.MustDate("2014-05-09"), Worker: "VRDLGU80A01H501X", Surname: "Verdi", GivenName: "Luigi", Sex: "M",
		BirthDate: pipeline.MustDate("1980-01-01"), BirthPlace: "H501", Employer: "03472640170", EmployerName: "Alfa Costruzioni S.r.l.", Contract: "A.02.00",
		Start: pipeline.MustDate("2014-05-08"), End: pipeline.MustDate("2014-11-08"), Hours: "F", YearlyPay: pipeline.Some(pipeline.Cents(1_874_300)),
	}
	claim := pipeline.Claim{
		Number: "201400001234", Protocol: "INPS.7000.01/01/2014.0001234", TaxCode: hire.Worker, Surname: "Verdi", GivenName: "Luigi", BirthDate: hire.BirthDate,
		Office: "7000", Benefit: pipeline.BenefitASpI, TerminatedOn: hire.Start - 60, FormerEmployer: "10000000009", FiledOn: hire.Start - 58,
		Start: hire.Start - 52, DaysGranted: 240, State: pipeline.StateInPayment, PaidThrough: hire.Start - 8, PaymentMode: pipeline.PaymentAtCounter,
	}
	b.Run("communication", func(b *testing.B) { benchNext(b, tables.Communications, &hire) })
	b.Run("archived", func(b *testing.B) { benchNext(b, tables.CommunicationRows, &hire) })
	b.Run("claim", func(b *testing.B) { benchNext(b, tables.Claims, &claim) })
}

func benchNext[T any](b *testing.B, t *table.Table[T], row *T) {
	block := t.Append(nil, row)
	var got T
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.Next(block, &got); err != nil {
			b.Fatal(err)
		}
	}
}
