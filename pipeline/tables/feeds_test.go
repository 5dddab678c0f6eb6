package tables_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

func TestArchivedQuestion(t *testing.T) {
	for name, q := range map[string]pipeline.DomesticQuestion{
		"full": {
			ID: pipeline.DocID{4, 5}, Source: source(pipeline.FlowDomestico), Acquired: pipeline.MustDate("2018-07-07"), Protocol: "Q1",
			On: pipeline.MustDate("2018-07-06"), Category: pipeline.QuestionRelationship, SentBy: pipeline.SentByDelegate, Employer: "60000350912",
			Worker: "RSSMRA80A01H501U", RelationshipCode: "DOM-0001", Answer: "Sì",
			Attachments: []pipeline.Attachment{{Name: "a.pdf", Format: "PDF", Bytes: 3 << 20}},
		},
		"about nobody": {Protocol: "Q2"},
	} {
		t.Run(name, func(t *testing.T) {
			row, err := tables.ArchiveQuestion(&q)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := tables.ArchivedQuestions.Decode(nil, tables.ArchivedQuestions.Append(nil, &row))
			if err != nil {
				t.Fatal(err)
			}
			back, err := rows[0].Restore()
			if err != nil || rows[0].Person != q.Worker {
				t.Fatalf("%v, person %s", err, rows[0].Person)
			}
			if d := cmp.Diff(q, back); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestArchivedVoucher(t *testing.T) {
	v := pipeline.Voucher{
		ID: pipeline.DocID{6}, Source: source(pipeline.FlowVoucher), Acquired: pipeline.MustDate("2014-01-07"), Worker: "RSSMRA80A01H501U",
		Client: "60000350912", ClientKind: pipeline.ClientBusiness, On: pipeline.MustDate("2013-12-15"), Net: 300_001,
	}
	row, err := tables.ArchiveVoucher(&v)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := tables.ArchivedVouchers.Decode(nil, tables.ArchivedVouchers.Append(nil, &row))
	if err != nil {
		t.Fatal(err)
	}
	back, err := rows[0].Restore()
	if err != nil || rows[0].Person != v.Worker {
		t.Fatalf("%v, person %s", err, rows[0].Person)
	}
	if d := cmp.Diff(v, back); d != "" {
		t.Error(d)
	}
}

func TestRestoreOfFeedsRefuses(t *testing.T) {
	for _, content := range []string{"", "{", `{"altro":1}`, "{}{}"} {
		q := tables.ArchivedQuestion{Archived: tables.Archived{Content: content}}
		if _, err := q.Restore(); !errors.Is(err, tables.ErrContent) {
			t.Errorf("question %q: %v", content, err)
		}
		v := tables.ArchivedVoucher{Archived: tables.Archived{Content: content}}
		if _, err := v.Restore(); !errors.Is(err, tables.ErrContent) {
			t.Errorf("voucher %q: %v", content, err)
		}
	}
}
