package night

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// FileNames knows the files of the inbox, so that a document found inside a container is counted for the container.
// It is read-only once built.
type FileNames struct {
	known map[string]bool
}

// NewFileNames gives the names of some files.
func NewFileNames(files []File) *FileNames {
	n := &FileNames{known: make(map[string]bool, len(files))}
	for _, f := range files {
		n.known[fileScope(f.Flow, f.Name)] = true
	}
	return n
}

func fileScope(flow pipeline.Flow, name string) string { return string(flow) + "/" + name }

// Scope gives the scope (ambito) of the file a document was found in: "unilav/2014-03-01/a.zip" for the document
// "2014-03-01/a.zip!b.xml". An exclamation mark may be part of a file's own name, so the longest known name counts;
// where none is known, since the inbox shows the name in another form, it is what stands before the first mark.
func (n *FileNames) Scope(s *pipeline.Source) string {
	name := fileScope(s.Flow, s.File)
	for cut := name; ; {
		if n.known[cut] {
			return cut
		}
		i := strings.LastIndexByte(cut, '!')
		if i < 0 {
			return cut
		}
		cut = cut[:i]
	}
}

// intake is what the first stage leaves behind.
type intake struct {
	files    []File
	names    *FileNames
	inputs   []Input
	counts   Counts         // documents read
	partly   map[Place]bool // accepted documents with a discard
	discards *match.Runs[pipeline.DiscardRow]
}

// chunk is how many rows of a kind are gathered before they are sorted and put away.
const chunk = 8192

// takeIn reads every file of the inbox: facts go to the archive of tonight, discards to their runs.
func (n *night) takeIn(ctx context.Context) (*intake, error) {
	files, err := n.ports.Inbox.Files()
	if err != nil {
		return nil, fmt.Errorf("list inbox: %w", err)
	}
	in := &intake{
		files: files, names: NewFileNames(files), inputs: make([]Input, len(files)), counts: Counts{}, partly: map[Place]bool{},
		discards: match.NewRuns(tables.Discards, n.spool("scarti", smallSpill)),
	}
	facts := n.factRuns()
	if err := n.readFiles(ctx, in, facts); err != nil {
		return nil, err
	}
	if err := n.archive(ctx, facts); err != nil {
		return nil, err
	}
	return in, nil
}

// factRuns sort what is taken in by person, as the archive keeps it.
type factRuns struct {
	communications *match.Runs[pipeline.Communication]
	submissions    *match.Runs[tables.ArchivedSubmission]
	notices        *match.Runs[tables.ArchivedNotice]
	questions      *match.Runs[tables.ArchivedQuestion]
	vouchers       *match.Runs[tables.ArchivedVoucher]
}

func (n *night) factRuns() *factRuns {
	return &factRuns{
		communications: match.NewRuns(tables.Communications, n.spool("comunicazioni-archivio", n.cfg.SpillBytes/4)),
		submissions:    match.NewRuns(tables.ArchivedSubmissions, n.spool("dichiarazioni-archivio", smallSpill)),
		notices:        match.NewRuns(tables.ArchivedNotices, n.spool("segnalazioni-archivio", smallSpill)),
		questions:      match.NewRuns(tables.ArchivedQuestions, n.spool("domestico-archivio", smallSpill)),
		vouchers:       match.NewRuns(tables.ArchivedVouchers, n.spool("voucher-archivio", smallSpill)),
	}
}

func (n *night) readFiles(ctx context.Context, in *intake, facts *factRuns) error {
	var mu sync.Mutex
	return each(ctx, n.cfg.Workers, len(in.files), func(ctx context.Context, i int) error {
		f := in.files[i]
		r := &fileReading{
			night: n.cfg.Date, at: pipeline.Source{Flow: f.Flow, File: f.Name}, names: in.names,
			facts: facts, discards: in.discards, scopes: map[string]int64{},
		}
		digest, err := n.ports.Inbox.Read(ctx, f, r.document)
		if err = errors.Join(err, r.flush(true)); err != nil {
			return fmt.Errorf("take in %s: %w", fileScope(f.Flow, f.Name), err)
		}
		in.inputs[i] = Input{Flow: f.Flow, File: f.Name, Digest: digest, Documents: r.read}
		mu.Lock()
		defer mu.Unlock()
		in.counts.document(string(f.Flow), ItemRead, r.read)
		for scope, docs := range r.scopes {
			in.counts.Add(scope, ItemRead, docs)
		}
		for range r.empty {
			in.counts.accepted(in.names, &pipeline.Source{Flow: f.Flow, File: f.Name}, OutcomeNoEffect, true)
		}
		for _, at := range r.partly {
			in.partly[at] = true
		}
		n.progress.step(1)
		return nil
	})
}

// fileReading collects the documents of one file.
type fileReading struct {
	night    pipeline.Date
	at       pipeline.Source // the file
	names    *FileNames
	facts    *factRuns
	discards *match.Runs[pipeline.DiscardRow]

	read           int64
	scopes         map[string]int64 // documents read, by scope; more than one where the inbox shows the name otherwise
	empty          int64            // documents that say nothing of anybody, and have no fault
	partly         []Place          // documents with facts and discards
	rejected       []pipeline.DiscardRow
	communications []pipeline.Communication
	submissions    []tables.ArchivedSubmission
	notices        []tables.ArchivedNotice
	questions      []tables.ArchivedQuestion
	vouchers       []tables.ArchivedVoucher
}

func (r *fileReading) document(d Document) error {
	r.read++
	r.scopes[r.names.Scope(cmp.Or(d.source(), &r.at))]++
	switch facts := d.facts(); {
	case facts == 0 && len(d.Discards) == 0:
		r.empty++
	case facts > 0 && len(d.Discards) > 0:
		r.partly = append(r.partly, placeOf(&d.Discards[0].Source))
	}
	for _, x := range d.Discards {
		r.rejected = append(r.rejected, pipeline.DiscardRow{Discard: x, Night: r.night})
	}
	for _, c := range d.Communications {
		c.Acquired = r.night
		r.communications = append(r.communications, c)
	}
	if d.Submission != nil {
		s := *d.Submission
		s.Acquired = r.night
		row, err := tables.ArchiveSubmission(&s)
		if err != nil {
			return err
		}
		r.submissions = append(r.submissions, row)
	}
	if d.Notice != nil {
		s := *d.Notice
		s.Acquired = r.night
		row, err := tables.ArchiveNotice(&s)
		if err != nil {
			return err
		}
		r.notices = append(r.notices, row)
	}
	if err := r.feeds(&d); err != nil {
		return err
	}
	return r.flush(false)
}

// feeds takes what the feeds of domestic work and vouchers bring besides communications.
func (r *fileReading) feeds(d *Document) error {
	if d.Question != nil {
		q := *d.Question
		q.Acquired = r.night
		row, err := tables.ArchiveQuestion(&q)
		if err != nil {
			return err
		}
		r.questions = append(r.questions, row)
	}
	if d.Voucher != nil {
		v := *d.Voucher
		v.Acquired = r.night
		row, err := tables.ArchiveVoucher(&v)
		if err != nil {
			return err
		}
		r.vouchers = append(r.vouchers, row)
	}
	return nil
}

func (r *fileReading) flush(all bool) error {
	return errors.Join(
		putAway(r.facts.communications, &r.communications, all),
		putAway(r.facts.submissions, &r.submissions, all),
		putAway(r.facts.notices, &r.notices, all),
		putAway(r.facts.questions, &r.questions, all),
		putAway(r.facts.vouchers, &r.vouchers, all),
		putAway(r.discards, &r.rejected, all),
	)
}

func putAway[T any](to *match.Runs[T], rows *[]T, all bool) error {
	if len(*rows) < chunk && !all {
		return nil
	}
	err := to.Add(*rows)
	*rows = (*rows)[:0]
	return err
}

// archive writes the facts of tonight, in order, where only tonight sees them.
func (n *night) archive(ctx context.Context, facts *factRuns) error {
	w, err := n.ports.Archive.Staged()
	if err != nil {
		return fmt.Errorf("open archive: %w", err)
	}
	err = errors.Join(
		drain(ctx, facts.communications, w.Communications),
		drain(ctx, facts.submissions, w.Submissions),
		drain(ctx, facts.notices, w.Notices),
		drain(ctx, facts.questions, w.Questions),
		drain(ctx, facts.vouchers, w.Vouchers),
	)
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	return nil
}

// drain writes all rows of runs and closes the writer in any case.
func drain[T any](ctx context.Context, runs *match.Runs[T], w RowWriter[T]) error {
	return errors.Join(runs.Merge(ctx, w.Write), w.Close())
}
