package night

import (
	"context"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// Ports are what a night needs from outside.
type Ports struct {
	Inbox   Inbox
	Claims  Claims
	Archive Archive
	// Last is the last published night, where those who rest are not decided again; nil: everybody is.
	Last *Last
	// Weighed gives what decisions weigh besides documents, claims and what was issued. Nil: they weigh nothing else.
	Weighed func(fn func(Weighed))
	// Standing gives what decisions weigh of every exception that is known: another What once anything has changed about it but the
	// night it was published on, and whether it was new then; also where it has changed back, since exceptions are read whole after
	// that, and operators do not wait. Nil, which only a night without Last may have: exceptions are read whole at once, and nobody
	// who has one may rest on the night after.
	Standing func(ctx context.Context, fn func(Weighed) error) error
	Issued   []match.Unit // anchors: actions in force and exceptions of the last published night; none at first
	Source   match.Source // reads archive and issued units; its Claims is not used
	Output   Output
	Gate     Gate   // judges the night before it is published
	Scratch  string // folder for what does not fit in memory; removed by whoever made it
}

// Inbox hands over what arrived.
type Inbox interface {
	// Files lists the files of the night, in an order that does not change from call to call.
	Files() ([]File, error)
	// Read opens a file and gives its documents one after another. A file that cannot be used is a document with a
	// discard; an error stops the night. Several files may be read at once.
	Read(ctx context.Context, f File, sink func(Document) error) (Digest, error)
}

// File is a file of the inbox.
type File struct {
	Flow pipeline.Flow
	Name string // path below the folder of the flow
}

// source gives where the document was found; nil where it says nothing of anybody.
func (d *Document) source() *pipeline.Source {
	switch {
	case len(d.Communications) > 0:
		return &d.Communications[0].Source
	case d.Submission != nil:
		return &d.Submission.Source
	case d.Notice != nil:
		return &d.Notice.Source
	case d.Question != nil:
		return &d.Question.Source
	case d.Voucher != nil:
		return &d.Voucher.Source
	case len(d.Discards) > 0:
		return &d.Discards[0].Source
	}
	return nil
}

// Digest says what a file was.
type Digest struct {
	SHA256 string // in hexadecimal
	Bytes  int64
}

// Document is what a reader made of one document: facts, or discards, or both where it names several workers and some
// of them cannot be used. It is accepted where it gives at least one fact, or no discard, and counts once.
type Document struct {
	Communications []pipeline.Communication
	Submission     *pipeline.Submission
	Notice         *pipeline.Notice
	Question       *pipeline.DomesticQuestion
	Voucher        *pipeline.Voucher
	Discards       []pipeline.Discard
	// Unverified is what the document says if its worker, whose code has a wrong check character, is a claimant by name
	// and day of birth. If it is nobody it is its discard, and nothing else.
	Unverified *pipeline.Communication
}

// facts counts what the document gives.
func (d *Document) facts() int {
	n := len(d.Communications)
	for _, there := range [...]bool{d.Submission != nil, d.Notice != nil, d.Question != nil, d.Voucher != nil} {
		if there {
			n++
		}
	}
	return n
}

// Claims is the snapshot in force.
type Claims interface {
	// Input names the snapshot; the digest is known after Each.
	Input() Input
	// Each gives every claim to fn and every row that is none to bad; then those claims of fn to void that are in dispute, and
	// count as if they were not there.
	Each(ctx context.Context, fn func(*pipeline.Claim) error, bad func(pipeline.Discard) error, void func(*pipeline.Claim) error) error
}

// Archive keeps the facts of every night.
type Archive interface {
	// Units lists the row groups of earlier nights that were published. Submissions are anchors; doubtful communications
	// are not.
	Units() ([]match.Unit, error)
	// Unheard tells whether there are nights before that did not look for corrections to other workers: what they took in was
	// never looked at for them. From the night that is placed next on it is false.
	Unheard() (bool, error)
	// Staged opens the files of tonight, which nobody else sees before [Archive.Place].
	Staged() (Facts, error)
	// StagedUnits lists the row groups of tonight, after the writers of Staged were closed. All are anchors.
	StagedUnits() ([]match.Unit, error)
	// StagedDoubtful opens the file of tonight's doubtful communications, which are known once the claims are.
	StagedDoubtful() (RowWriter[pipeline.Communication], error)
	// StagedSheets opens the file of tonight's sheets, which are known once everybody is decided. Nights do not read them.
	StagedSheets() (RowWriter[tables.ArchivedSheet], error)
	// StagedRests opens the file of what later nights need to know of who may rest.
	StagedRests() (RowWriter[tables.Rest], error)
	// Place puts tonight's files where later nights look for them, if tonight is published.
	Place() error
}

// Facts are the writers of tonight's archive. Rows come in order.
type Facts struct {
	Communications RowWriter[tables.SealedCommunication]
	Submissions    RowWriter[tables.ArchivedSubmission]
	Notices        RowWriter[tables.ArchivedNotice]
	Questions      RowWriter[tables.ArchivedQuestion]
	Vouchers       RowWriter[tables.ArchivedVoucher]
}

// RowWriter writes the rows of one file. The file is whole, synced and read back when Close returns nil.
type RowWriter[T any] interface {
	Write(row *T) error
	Close() error
}

// Output is the directory being made. File names are those of the contract, "sedi/7000/sede-azioni.parquet".
// Files of different tables are opened and written at the same time, and a file is closed while the next is written.
type Output struct {
	Actions     func(name string) (RowWriter[pipeline.Action], error)
	InForce     func(name string) (RowWriter[pipeline.Action], error)
	Exceptions  func(name string) (RowWriter[pipeline.Exception], error)
	Submissions func(name string) (RowWriter[pipeline.SubmissionRow], error)
	Evidence    func(name string) (RowWriter[pipeline.Evidence], error)
	Stretches   func(name string) (RowWriter[pipeline.Stretch], error)
	Agenda      func(name string) (RowWriter[pipeline.AgendaRow], error)
	Discards    func(name string) (RowWriter[pipeline.DiscardRow], error)
	Balance     func(name string) (RowWriter[pipeline.BalanceRow], error)
	// Publish writes the manifest and makes the directory visible, whole or not at all.
	Publish func(Manifest) error
	// Finish puts away the files that were taken in. The night is published whatever comes of it.
	Finish func([]File) error
}

// Manifest is what a night says of itself, apart from the files of the directory.
type Manifest struct {
	Night          pipeline.Date
	Revision       int
	ProgramVersion string
	RulesVersion   string
	Params         map[string]string
	Inputs         []Input
	Balance        []pipeline.BalanceRow
}

// Input is a file that was read.
type Input struct {
	Flow      pipeline.Flow
	File      string
	Digest    Digest
	Documents int64
}
