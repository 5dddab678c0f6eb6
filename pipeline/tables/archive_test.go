package tables_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

func source(flow pipeline.Flow) pipeline.Source {
	return pipeline.Source{Flow: flow, File: "2014-07-20/invio.jsonl.gz", Index: 3, Offset: 4096, SHA256: "ab12"}
}

func submission() pipeline.Submission {
	return pipeline.Submission{
		ID: pipeline.DocID{1, 2, 3}, Source: source(pipeline.FlowAspicom), Acquired: pipeline.MustDate("2014-07-21"),
		Protocol: "INPS.7000.20/07/2014.0012345", SubmittedAt: 1_405_844_100_000_000, SubmittedOn: pipeline.MustDate("2014-07-20"),
		Form: "SR137", Channel: pipeline.ChannelWeb, PIN: pipeline.PINDispositive,
		TaxCode: "VRDLCU80A01H501A", ClaimNumber: "0001234567", Kind: pipeline.KindEvent,
		Events: []pipeline.Event{{
			Kind: pipeline.EventSelfEmployed, Case: pipeline.CaseStart, Category: pipeline.CategorySelf,
			Start: pipeline.MustDate("2014-07-01"), Income: pipeline.Some(pipeline.Cents(300_000)), Year: 2014,
			Employer: "01234567890", EmployerName: "Caffè & Figli <srl>", EmployerCountry: pipeline.CountryItaly,
		}, {Kind: pipeline.EventSickness, Start: pipeline.MustDate("2014-07-03"), End: pipeline.MustDate("2014-07-09")}},
		Changes: &pipeline.DataChanges{
			Residence: &pipeline.Address{Street: "Via dell'Olmo 3", Commune: "H501", Postal: "00100"},
			Payment:   &pipeline.Payment{Mode: pipeline.PaymentAtCounter},
		},
	}
}

func TestArchivedSubmission(t *testing.T) {
	for name, s := range map[string]pipeline.Submission{"full": submission(), "empty": {}, "draft": {Draft: true, Protocol: "B"}} {
		t.Run(name, func(t *testing.T) {
			row, err := tables.ArchiveSubmission(&s)
			if err != nil {
				t.Fatal(err)
			}
			if row.Person != s.TaxCode || row.ID != s.ID || row.Acquired != s.Acquired || row.Source != s.Source {
				t.Errorf("columns: %+v", row)
			}
			rows, err := tables.ArchivedSubmissions.Decode(nil, tables.ArchivedSubmissions.Append(nil, &row))
			if err != nil {
				t.Fatal(err)
			}
			back, err := rows[0].Restore()
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(s, back); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestArchivedNotice(t *testing.T) {
	n := pipeline.Notice{
		ID: pipeline.DocID{9}, Source: source(pipeline.FlowSegnalazioni), Acquired: pipeline.MustDate("2014-07-21"),
		Kind: pipeline.NoticeTaxCodeChanged, TaxCode: "VRDLCU80A01H501A", On: pipeline.MustDate("2014-06-30"),
		Income: pipeline.Some(pipeline.Cents(-150)), Year: 2014, NewCode: "VRDLCU80A01H50MU",
	}
	row, err := tables.ArchiveNotice(&n)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := tables.ArchivedNotices.Decode(nil, tables.ArchivedNotices.Append(nil, &row))
	if err != nil {
		t.Fatal(err)
	}
	back, err := rows[0].Restore()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(n, back); d != "" {
		t.Error(d)
	}
}

func TestRestoreRefuses(t *testing.T) {
	for name, content := range map[string]string{
		"nothing":      "",
		"no object":    `[]`,
		"unknown name": `{"protocollo":"P","novita":1}`,
		"two values":   `{"protocollo":"P"} {}`,
		"bad date":     `{"data":"2014-02-30"}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := tables.ArchivedSubmission{Archived: tables.Archived{Content: content}}
			if _, err := s.Restore(); !errors.Is(err, tables.ErrContent) {
				t.Errorf("submission: %v", err)
			}
			n := tables.ArchivedNotice{Archived: tables.Archived{Content: content}}
			if _, err := n.Restore(); !errors.Is(err, tables.ErrContent) {
				t.Errorf("notice: %v", err)
			}
		})
	}
}
