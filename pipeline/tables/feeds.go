package tables

import (
	"encoding/json"
	"fmt"

	"incrocio/pipeline"
)

// ArchivedQuestion is a [pipeline.DomesticQuestion] in the archive. Its person is the worker, "" where it names none.
type ArchivedQuestion struct{ Archived }

// ArchivedVoucher is a [pipeline.Voucher] in the archive.
type ArchivedVoucher struct{ Archived }

// ArchivedQuestions is the archive's table of messages of the employers of domestic work. It is not published.
var ArchivedQuestions = archiveTable("archivio_quesiti_domestico",
	"Archivio dei quesiti del cassetto previdenziale per il lavoro domestico acquisiti.",
	func(r *ArchivedQuestion) *Archived { return &r.Archived })

// ArchivedVouchers is the archive's table of payments of occasional work. It is not published.
var ArchivedVouchers = archiveTable("archivio_voucher",
	"Archivio dei pagamenti di lavoro accessorio acquisiti.",
	func(r *ArchivedVoucher) *Archived { return &r.Archived })

// ArchiveQuestion makes the archive's row of a message.
func ArchiveQuestion(q *pipeline.DomesticQuestion) (ArchivedQuestion, error) {
	content, err := json.Marshal(q)
	if err != nil {
		return ArchivedQuestion{}, fmt.Errorf("archive question %s: %w", q.Protocol, err)
	}
	return ArchivedQuestion{Archived{q.ID, q.Source, q.Acquired, q.Worker, string(content)}}, nil
}

// Restore gives the message back. It returns [ErrContent] for content it does not know in full.
func (a *ArchivedQuestion) Restore() (pipeline.DomesticQuestion, error) {
	q := pipeline.DomesticQuestion{ID: a.ID, Source: a.Source, Acquired: a.Acquired}
	if err := restore(a.Content, &q); err != nil {
		return pipeline.DomesticQuestion{}, fmt.Errorf("restore question %x: %w", a.ID[:8], err)
	}
	return q, nil
}

// ArchiveVoucher makes the archive's row of a payment.
func ArchiveVoucher(v *pipeline.Voucher) (ArchivedVoucher, error) {
	content, err := json.Marshal(v)
	if err != nil {
		return ArchivedVoucher{}, fmt.Errorf("archive voucher %s: %w", v.Ref(), err)
	}
	return ArchivedVoucher{Archived{v.ID, v.Source, v.Acquired, v.Worker, string(content)}}, nil
}

// Restore gives the payment back. It returns [ErrContent] for content it does not know in full.
func (a *ArchivedVoucher) Restore() (pipeline.Voucher, error) {
	v := pipeline.Voucher{ID: a.ID, Source: a.Source, Acquired: a.Acquired}
	if err := restore(a.Content, &v); err != nil {
		return pipeline.Voucher{}, fmt.Errorf("restore voucher %x: %w", a.ID[:8], err)
	}
	return v, nil
}
