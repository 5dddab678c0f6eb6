package tables

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// ErrContent is wrapped by the errors of [ArchivedSubmission.Restore] and of the other documents of the archive.
var ErrContent = errors.New("archived content does not have the expected shape")

// Archived is how the archive keeps a document whose shape is not flat: who it is about and where it came from in
// columns, the rest as JSON.
type Archived struct {
	ID       pipeline.DocID
	Source   pipeline.Source
	Acquired pipeline.Date
	Person   pipeline.CodiceFiscale
	Content  string // JSON of the document, without identity, source and acquisition
}

// ArchivedSubmission is a [pipeline.Submission] in the archive.
type ArchivedSubmission struct{ Archived }

// ArchivedNotice is a [pipeline.Notice] in the archive.
type ArchivedNotice struct{ Archived }

// ArchivedSubmissions is the archive's table of submissions. It is not published.
var ArchivedSubmissions = archiveTable("archivio_dichiarazioni",
	"Archivio delle comunicazioni ASpI-COM e mini ASpI-COM acquisite.",
	func(r *ArchivedSubmission) *Archived { return &r.Archived })

// ArchivedNotices is the archive's table of notices. It is not published.
var ArchivedNotices = archiveTable("archivio_segnalazioni",
	"Archivio delle segnalazioni di altri uffici e archivi acquisite.",
	func(r *ArchivedNotice) *Archived { return &r.Archived })

// ArchiveSubmission makes the archive's row of a submission.
func ArchiveSubmission(s *pipeline.Submission) (ArchivedSubmission, error) {
	content, err := json.Marshal(s)
	if err != nil {
		return ArchivedSubmission{}, fmt.Errorf("archive submission %s: %w", s.Protocol, err)
	}
	return ArchivedSubmission{Archived{s.ID, s.Source, s.Acquired, s.TaxCode, string(content)}}, nil
}

// Restore gives the submission back. It returns [ErrContent] for content it does not know in full.
func (a *ArchivedSubmission) Restore() (pipeline.Submission, error) {
	s := pipeline.Submission{ID: a.ID, Source: a.Source, Acquired: a.Acquired}
	if err := restore(a.Content, &s); err != nil {
		return pipeline.Submission{}, fmt.Errorf("restore submission %x: %w", a.ID[:8], err)
	}
	return s, nil
}

// ArchiveNotice makes the archive's row of a notice.
func ArchiveNotice(n *pipeline.Notice) (ArchivedNotice, error) {
	content, err := json.Marshal(n)
	if err != nil {
		return ArchivedNotice{}, fmt.Errorf("archive notice %s: %w", n.Ref(), err)
	}
	return ArchivedNotice{Archived{n.ID, n.Source, n.Acquired, n.TaxCode, string(content)}}, nil
}

// Restore gives the notice back. It returns [ErrContent] for content it does not know in full.
func (a *ArchivedNotice) Restore() (pipeline.Notice, error) {
	n := pipeline.Notice{ID: a.ID, Source: a.Source, Acquired: a.Acquired}
	if err := restore(a.Content, &n); err != nil {
		return pipeline.Notice{}, fmt.Errorf("restore notice %x: %w", a.ID[:8], err)
	}
	return n, nil
}

// restore reads one JSON value and nothing after it. A name it does not know is an error: a fact must not be lost
// because an older program reads what a newer one archived.
func restore(content string, into any) error {
	d := json.NewDecoder(strings.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errors.Join(ErrContent, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: more than one value", ErrContent)
	}
	return nil
}

func archiveTable[T any](name, describe string, at func(*T) *Archived) *table.Table[T] {
	columns := append(provenance(
		func(r *T) *pipeline.DocID { return &at(r).ID },
		func(r *T) *pipeline.Source { return &at(r).Source },
		func(r *T) *pipeline.Date { return &at(r).Acquired },
	),
		table.Required(table.TextOf("codice_fiscale",
			"Codice fiscale della persona di cui il documento parla.",
			func(r *T) *pipeline.CodiceFiscale { return &at(r).Person })),
		table.Required(table.TextOf("contenuto",
			"Contenuto del documento in JSON.",
			func(r *T) *string { return &at(r).Content })),
	)
	return &table.Table[T]{
		Name:     name,
		Describe: describe + " Ordine: codice_fiscale, id.",
		Columns:  columns,
		Compare: total(columns, func(a, b *T) int {
			x, y := at(a), at(b)
			if c := strings.Compare(string(x.Person), string(y.Person)); c != 0 {
				return c
			}
			return compareIDs(&x.ID, &y.ID)
		}),
	}
}

// provenance describes the columns that say which document a row is and where it came from.
func provenance[T any](id func(*T) *pipeline.DocID, source func(*T) *pipeline.Source, acquired func(*T) *pipeline.Date) []table.Column[T] {
	return []table.Column[T]{
		idOf("id", "Identità del documento: SHA-256 del suo contenuto in forma canonica, in esadecimale.", id),
		table.Required(table.CodeOf("flusso",
			"Flusso di ingresso da cui il documento viene.",
			func(r *T) *pipeline.Flow { return &source(r).Flow })),
		table.Required(table.CodeOf("file",
			"File da cui il documento è stato letto, relativo alla cartella del flusso; la voce di un contenitore segue dopo il punto esclamativo.",
			func(r *T) *string { return &source(r).File })),
		table.IntOf("indice",
			"Posto del documento nel file, da 0.",
			table.Int64, func(r *T) *int64 { return &source(r).Index }),
		table.IntOf("posizione",
			"Posizione del documento nel file decompresso, in byte da 0.",
			table.Int64, func(r *T) *int64 { return &source(r).Offset }),
		table.TextOf("sha256",
			"Impronta SHA-256 dei byte del documento, in esadecimale.",
			func(r *T) *string { return &source(r).SHA256 }),
		table.Required(table.DateOf("data_acquisizione",
			"Notte che ha acquisito il documento.", acquired)),
	}
}

// idOf describes an identity as 64 hexadecimal digits. A text that is none gives the zero identity, which no document
// has.
func idOf[T any](name, describe string, at func(*T) *pipeline.DocID) table.Column[T] {
	return table.Column[T]{
		Name: name, Kind: table.Text, NotNull: true, Describe: describe,
		Get: func(r *T) table.Value { return table.Value{Str: hex.EncodeToString(at(r)[:])} },
		Set: func(r *T, v table.Value) {
			var id pipeline.DocID
			if len(v.Str) == 2*len(id) {
				if _, err := hex.Decode(id[:], []byte(v.Str)); err != nil {
					id = pipeline.DocID{}
				}
			}
			*at(r) = id
		},
	}
}

func compareIDs(a, b *pipeline.DocID) int { return bytes.Compare(a[:], b[:]) }
