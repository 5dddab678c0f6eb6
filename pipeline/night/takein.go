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

func fileScope(flow pipeline.Flow, name string) string { return string(flow) + "/" + name }

// Scope gives the scope (ambito) of the file a document was found in: "unilav/2014-03-01/a.zip" for the document
// "2014-03-01/a.zip!b.xml". A "!" after a backslash is part of a name, and so is a backslash after another.
func Scope(s *pipeline.Source) string { return fileScope(s.Flow, s.File[:nameEnd(s.File)]) }

// nameEnd tells where, in the file of a source, the name of the file ends and those of entries begin.
func nameEnd(file string) int {
	for i := 0; i < len(file); i++ {
		switch file[i] {
		case '\\':
			i++
		case '!':
			return i
		}
	}
	return len(file)
}

// nameMarks escapes the name of a file as the inbox does in a source.
var nameMarks = strings.NewReplacer(`\`, `\\`, `!`, `\!`)

// intake is what the first stage leaves behind.
type intake struct {
	files    []File
	inputs   []Input
	counts   Counts         // documents read
	partly   map[Place]bool // accepted documents with a discard
	discards *match.Runs[pipeline.DiscardRow]

	// Communications of workers named by a temporary or wrong code, and the discards that those of a wrong one are unless
	// they point at a claimant: what becomes of them is known once the claims are.
	doubtful *match.Runs[pipeline.Communication]
	pending  *match.Runs[pipeline.DiscardRow]
}

// chunk is how many rows of a kind are gathered before they are sorted and put away: as many as fit in the cache of a core.
const chunk = 2048

// takeIn reads every file of the inbox: facts go to the archive of tonight, discards to their runs.
func (n *night) takeIn(ctx context.Context) (*intake, error) {
	files, err := n.ports.Inbox.Files()
	if err != nil {
		return nil, fmt.Errorf("list inbox: %w", err)
	}
	in := &intake{
		files: files, inputs: make([]Input, len(files)), counts: Counts{}, partly: map[Place]bool{},
		discards: match.NewRuns(tables.Discards, n.spool("scarti", smallSpill)),
		doubtful: match.NewRuns(tables.DoubtfulCommunications, n.spool("dubbie", smallSpill)),
		pending:  match.NewRuns(tables.Discards, n.spool("scarti-dubbi", smallSpill)),
	}
	facts := n.factRuns(in)
	if err := n.readFiles(ctx, in, facts); err != nil {
		return nil, err
	}
	if err := n.withdraw(ctx, facts); err != nil {
		return nil, fmt.Errorf("look for documents about other workers: %w", err)
	}
	if err := n.archive(ctx, facts); err != nil {
		return nil, err
	}
	return in, nil
}

// factRuns sort what is taken in by person, as the archive keeps it.
type factRuns struct {
	communications *match.Runs[tables.SealedCommunication]
	names          *match.Spool // of these, see bareNames
	submissions    *match.Runs[tables.ArchivedSubmission]
	notices        *match.Runs[tables.ArchivedNotice]
	questions      *match.Runs[tables.ArchivedQuestion]
	vouchers       *match.Runs[tables.ArchivedVoucher]
	doubtful       *match.Runs[pipeline.Communication]
	discards       *match.Runs[pipeline.DiscardRow]
	pending        *match.Runs[pipeline.DiscardRow]
}

func (n *night) factRuns(in *intake) *factRuns {
	return &factRuns{
		communications: match.NewRuns(tables.SealedCommunications, n.spool("comunicazioni-archivio", n.cfg.SpillBytes/4)).By(sealedKey),
		names:          n.spool("codici", smallSpill),
		submissions:    match.NewRuns(tables.ArchivedSubmissions, n.spool("dichiarazioni-archivio", smallSpill)),
		notices:        match.NewRuns(tables.ArchivedNotices, n.spool("segnalazioni-archivio", smallSpill)),
		questions:      match.NewRuns(tables.ArchivedQuestions, n.spool("domestico-archivio", smallSpill)),
		vouchers:       match.NewRuns(tables.ArchivedVouchers, n.spool("voucher-archivio", smallSpill)),
		doubtful:       in.doubtful, discards: in.discards, pending: in.pending,
	}
}

// sealedKey agrees with the order of the archive's communications.
func sealedKey(c *tables.SealedCommunication) uint64 { return c.Key }

func (n *night) readFiles(ctx context.Context, in *intake, facts *factRuns) error {
	var mu sync.Mutex
	gathered := make([]gathering, max(1, n.cfg.Workers))
	free := make(chan *gathering, len(gathered)) // one for each worker
	for i := range gathered {
		free <- &gathered[i]
	}
	err := each(ctx, n.cfg.Workers, len(in.files), func(ctx context.Context, i int) error {
		f := in.files[i]
		r := &fileReading{
			night: n.cfg.Date, at: pipeline.Source{Flow: f.Flow, File: nameMarks.Replace(f.Name)},
			facts: facts, scopes: map[scope]int64{}, gathering: <-free,
		}
		defer func() { free <- r.gathering }()
		digest, err := n.ports.Inbox.Read(ctx, f, r.document)
		if err != nil {
			return fmt.Errorf("take in %s: %w", f.Flow, err) // the inbox names the file, with tax codes masked
		}
		in.inputs[i] = Input{Flow: f.Flow, File: f.Name, Digest: digest, Documents: r.read}
		mu.Lock()
		defer mu.Unlock()
		in.count(r)
		n.progress.step(1)
		return nil
	})
	for i := range gathered {
		if err == nil {
			err = gathered[i].flush(facts, true)
		}
	}
	return err
}

// count takes what was counted in a file.
func (in *intake) count(r *fileReading) {
	in.counts.document(string(r.at.Flow), ItemRead, r.read)
	r.putScope()
	for scope, docs := range r.scopes {
		in.counts.Add(fileScope(scope.flow, scope.name), ItemRead, docs)
	}
	for range r.empty {
		in.counts.accepted(&r.at, OutcomeNoEffect, true)
	}
	for _, at := range r.partly {
		in.partly[at] = true
	}
}

// gathering holds rows until there are enough for a run. It goes on from file to file, so that many small files do not
// make many small runs.
type gathering struct {
	rejected       []pipeline.DiscardRow
	communications []tables.SealedCommunication
	names          []byte
	submissions    []tables.ArchivedSubmission
	notices        []tables.ArchivedNotice
	questions      []tables.ArchivedQuestion
	vouchers       []tables.ArchivedVoucher
	doubtful       []pipeline.Communication
	pending        []pipeline.DiscardRow

	row   []byte          // that is being sealed
	texts strings.Builder // sealed rows, one after another
}

// keptTexts is how many bytes of sealed rows lie in one piece of memory.
const keptTexts = 64 << 10

// seal seals a communication. Rows share memory, which goes when none of them is needed any more.
func (g *gathering) seal(c *pipeline.Communication) tables.SealedCommunication {
	key := c.Worker.Key()
	g.row = tables.SealRow(g.row[:0], c, key)
	if g.texts.Cap()-g.texts.Len() < len(g.row) {
		g.texts = strings.Builder{}
		g.texts.Grow(max(keptTexts, len(g.row)))
	}
	from := g.texts.Len()
	g.texts.Write(g.row)
	g.names = appendNames(g.names, key, c)
	return tables.SealedCommunication{Key: key, Row: g.texts.String()[from:]}
}

// scope is what Scope makes a text of.
type scope struct {
	flow pipeline.Flow
	name string
}

// fileReading collects the documents of one file.
type fileReading struct {
	*gathering

	night pipeline.Date
	at    pipeline.Source // the file
	facts *factRuns

	read   int64
	scopes map[scope]int64 // documents read; more than one scope where the inbox shows the name otherwise
	last   scope           // of the document before
	since  int64           // documents of it that are not among scopes yet
	empty  int64           // documents that say nothing of anybody, and have no fault
	partly []Place         // documents with facts and discards
}

func (r *fileReading) document(d Document) error {
	r.read++
	at := cmp.Or(d.source(), &r.at)
	r.countScope(at)
	switch facts := d.facts(); {
	case facts == 0 && len(d.Discards) == 0:
		r.empty++
	case facts > 0 && len(d.Discards) > 0:
		r.partly = append(r.partly, placeOf(&d.Discards[0].Source))
	}
	rejected := &r.rejected
	if d.Unverified != nil {
		rejected = &r.pending
		d.Unverified.Acquired = r.night
		r.doubtful = append(r.doubtful, *d.Unverified)
	}
	for _, x := range d.Discards {
		*rejected = append(*rejected, pipeline.DiscardRow{Discard: x, Night: r.night})
	}
	for i := range d.Communications {
		c := &d.Communications[i]
		c.Acquired = r.night
		if match.PointsByName(c) {
			r.doubtful = append(r.doubtful, *c)
			continue
		}
		r.communications = append(r.communications, r.seal(c))
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
	return r.flush(r.facts, false)
}

// countScope counts a document in its scope, which is nearly always that of the one before.
func (r *fileReading) countScope(at *pipeline.Source) {
	if name := at.File[:nameEnd(at.File)]; r.since == 0 || at.Flow != r.last.flow || name != r.last.name {
		r.putScope()
		r.last = scope{at.Flow, name}
	}
	r.since++
}

// putScope puts what was counted among scopes.
func (r *fileReading) putScope() {
	if r.since > 0 {
		r.scopes[r.last] += r.since
		r.since = 0
	}
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

// flush puts away what is enough for a run, or all there is.
func (g *gathering) flush(facts *factRuns, all bool) error {
	return errors.Join(
		putAway(facts.communications, &g.communications, all),
		putNames(facts.names, &g.names, all),
		putAway(facts.submissions, &g.submissions, all),
		putAway(facts.notices, &g.notices, all),
		putAway(facts.questions, &g.questions, all),
		putAway(facts.vouchers, &g.vouchers, all),
		putAway(facts.doubtful, &g.doubtful, all),
		putAway(facts.discards, &g.rejected, all),
		putAway(facts.pending, &g.pending, all),
	)
}

func putAway[T any](to *match.Runs[T], rows *[]T, all bool) error {
	if len(*rows) < chunk && !all {
		return nil
	}
	err := to.Add(*rows)
	clear(*rows) // what they point to is not needed any more
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
