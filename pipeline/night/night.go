package night

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/match"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/tables"
)

// Defaults of [Config].
const (
	DefaultPartitions = 256
	DefaultSpillBytes = 64 << 20
	smallSpill        = 8 << 20
)

// Config says which night and how. Only Date, Previous, Revision, Params and the versions show in what is published.
type Config struct {
	Date           pipeline.Date
	Previous       pipeline.Date // the last published night before Date; 0 for the first
	Revision       int           // 1, and one more each time the night is repeated
	Params         rules.Params
	RulesVersion   string
	ProgramVersion string
	Parameters     map[string]string // the switches as the manifest shows them

	Partitions int // a power of two, 1 to match.MaxPartitions
	Workers    int // at least 1
	SpillBytes int // memory for rows between stages; what is over goes to Ports.Scratch
	DryRun     bool
	// Replay: the night was published before and is tried again with other parameters. Its facts come from the archive,
	// and nobody counts what had been read, so the balance does not close.
	Replay bool
}

// Summary is what a night did.
type Summary struct {
	Night      pipeline.Date
	Revision   int
	Counts     Counts
	Inputs     []Input
	Exceptions map[string]int64 // open after tonight, by class
	Findings   []gates.Finding  // of the gates; none where there is no gate
	Warnings   []string         // in Italian
	Resting    int64            // claims of persons who were not decided again
}

// night is one run.
type night struct {
	cfg      Config
	ports    Ports
	decide   Decide
	progress *Progress
	rest     *restless
	carried  *carrying
	aside    *match.Aside                        // claims of whose persons nothing else may be known
	moved    *match.Moved                        // claims on which something is in force under another code
	disputed map[string]bool                     // claims of the snapshot that count as if they were not there, by number
	before   []match.Unit                        // see earlier
	echoes   []uint64                            // keys of workers of tonight of whom an earlier document may say the same
	doubtful *match.Runs[pipeline.Communication] // see doubtfulBefore
}

// Run does one night. An error means that nothing was published, unless it is a [FinishError].
// It wraps a [BalanceError] when a line of the balance does not close, and a [GateError] when the gates refuse the night.
func Run(ctx context.Context, cfg Config, ports Ports, decide Decide, progress *Progress) (*Summary, error) {
	if !match.ValidPartitions(cfg.Partitions) || cfg.Workers < 1 || cfg.Date.IsZero() {
		panic("night: configuration not validated")
	}
	n := &night{cfg: cfg, ports: ports, decide: decide, progress: progress, rest: newRestless(), moved: match.NewMoved(), disputed: map[string]bool{}}
	n.progress.begin("acquisizione", 0)
	in, err := n.takeIn(ctx)
	if err != nil {
		return nil, err
	}
	blocks, err := n.gather(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("gather: %w", err)
	}
	made, verdict, err := n.judged(ctx, in, blocks)
	if err != nil {
		return nil, err
	}
	return n.publish(ctx, in, made, &verdict)
}

// spool gives a place for rows between stages.
func (n *night) spool(name string, limit int) *match.Spool {
	return match.NewSpool(n.scratch(name), limit)
}

func (n *night) scratch(name string) string { return filepath.Join(n.ports.Scratch, name) }

// gather maps claims, what was issued, and facts to partitions. Anchors come first: they say who is looked at
// tonight, and facts of years past about anybody else are dropped while they are read.
func (n *night) gather(ctx context.Context, in *intake) (*match.Spool, error) {
	now, old, err := n.units()
	if err != nil {
		return nil, err
	}
	n.progress.begin("raccolta", len(now)+len(old))
	spool := n.spool("partizioni", n.cfg.SpillBytes)
	source := n.ports.Source
	var who *identities
	err = together(ctx, n.cfg.Workers, []job{
		{1, func(ctx context.Context) (err error) {
			who, err = n.whoIsWho(ctx, in, slices.Concat(now, old))
			return err
		}},
		{0, n.recallRests},
		{0, n.recallIssued},
	})
	if err != nil {
		return nil, err
	}
	n.aside = match.NewAside(n.cfg.Partitions, n.spool("domande", n.cfg.SpillBytes/2), n.alone)
	source.Claims, source.Aside = n.claims(in, who.claimants), n.aside
	first, then := n.looksFirst(now, old)
	spoken, err := n.mapFirst(ctx, in, who, &source, first, spool)
	if err != nil {
		return nil, err
	}
	persons, err := n.whoRests(ctx, in, who, &spoken)
	if err != nil {
		return nil, err
	}
	keep := who.codes.Keep(persons)
	return spool, together(ctx, n.cfg.Workers, []job{
		{2, func(ctx context.Context) error {
			_, err := n.mapAll(ctx, &source, then, who.codes, keep, spool)
			return err
		}},
		{1, func(ctx context.Context) error { return n.standing(ctx, who.codes, spool) }},
		{1, func(ctx context.Context) error { return n.known(ctx, who.codes, spool) }},
		{0, func(ctx context.Context) error { return n.recall(ctx, who, keep, spool) }},
	})
}

// mapFirst maps the units that say who is looked at tonight, and doubtful communications, and gives whom they speak of.
func (n *night) mapFirst(
	ctx context.Context, in *intake, who *identities, source *match.Source, first []match.Unit, spool *match.Spool,
) (spoken anchored, err error) {
	issued, others := apart(first, match.KindAction) // mapped before the snapshot is read, see findMoved
	holding, err := n.mapAll(ctx, n.showing(*source), issued, who.codes, nil, spool)
	if err != nil {
		return spoken, err
	}
	var holders []uint64
	err = together(ctx, n.cfg.Workers, []job{
		{1, func(ctx context.Context) (err error) {
			spoken, err = n.mapAll(ctx, source, others, who.codes, nil, spool)
			return err
		}},
		{0, func(ctx context.Context) (err error) {
			holders, err = n.glance(ctx, who.codes)
			return err
		}},
	})
	if err != nil {
		return spoken, err
	}
	spoken.known = append(append(spoken.known, holding.known...), holders...)
	more, err := n.settle(ctx, in, who, spool)
	if err != nil {
		return spoken, err
	}
	spoken.tonight = append(spoken.tonight, more...)
	return spoken, n.findMoved(ctx, who.codes, issued, spool)
}

// looksFirst gives the units that say who is looked at tonight, then those that only add to persons who are. Where persons may
// rest, whoever ever sent a submission is not looked at for that alone, and what was issued waits until it is known who does
// (see standing and known). Exceptions come later wherever they are glanced at: what operators do while the night runs must not have been
// read before that.
func (n *night) looksFirst(tonight, old []match.Unit) (first, then []match.Unit) {
	if n.ports.Last == nil {
		all := slices.Concat(tonight, old)
		first, then = anchors(all, true), anchors(all, false)
		if n.ports.Standing != nil {
			var known []match.Unit
			known, first = apart(first, match.KindException)
			then = append(known, then...)
		}
		return first, then
	}
	first = slices.DeleteFunc(anchors(tonight, true), func(u match.Unit) bool { return u.Kind == match.KindAction || u.Kind == match.KindException })
	before := slices.Clone(old)
	for i := range before {
		before[i].Anchor = false
	}
	return first, append(anchors(tonight, false), anchors(before, false)...)
}

// units gives what is read tonight: claims, what was issued and tonight's documents, and the documents of nights before.
func (n *night) units() (tonight, old []match.Unit, err error) {
	if old, err = n.earlier(); err != nil {
		return nil, nil, err
	}
	staged, err := n.ports.Archive.StagedUnits()
	if err != nil {
		return nil, nil, fmt.Errorf("list tonight's archive: %w", err)
	}
	return slices.Concat([]match.Unit{{Kind: match.KindClaim, Anchor: true}}, n.ports.Issued, staged), old, nil
}

// earlier gives the documents of nights before, which are listed once. The slice is not to be changed.
func (n *night) earlier() (units []match.Unit, err error) {
	if n.before == nil {
		if n.before, err = n.ports.Archive.Units(); err != nil {
			return nil, fmt.Errorf("list archive: %w", err)
		}
	}
	return n.before, nil
}

// anchors gives the units that are mapped by themselves and are anchors, or those that are not.
func anchors(units []match.Unit, want bool) []match.Unit {
	var out []match.Unit
	for _, u := range units {
		if u.Anchor == want && u.Kind != match.KindDoubtful {
			out = append(out, u)
		}
	}
	return out
}

// claims reads the snapshot, shows every claim to whoever looks for some, and counts its rows; those that are no claims become
// discards of tonight, and what was noted of claims that turn out to be in dispute is forgotten.
func (n *night) claims(in *intake, who *match.Claimants) func(context.Context, match.Unit, match.Batches) error {
	return func(ctx context.Context, _ match.Unit, next match.Batches) error {
		var read int64
		var rejected []pipeline.DiscardRow
		batch, err := next(nil)
		if err != nil {
			return err
		}
		shown := 0 // of the batch
		show := func() {
			who.Meet(batch[shown:])
			n.moved.Meet(batch[shown:])
			n.rest.claims(batch[shown:])
			shown = len(batch)
		}
		err = n.ports.Claims.Each(ctx, func(c *pipeline.Claim) (err error) {
			read++
			if batch = append(batch, *c); len(batch) == cap(batch) {
				show()
				batch, err = next(batch)
				shown = 0
			}
			return err
		}, func(d pipeline.Discard) error {
			read++
			rejected = append(rejected, pipeline.DiscardRow{Discard: d, Night: n.cfg.Date})
			return putAway(in.discards, &rejected, false)
		}, func(c *pipeline.Claim) error {
			show() // what is forgotten was shown
			read-- // since its row is a discard
			who.Forget(c)
			n.moved.Forget(c)
			n.rest.forget(c)
			n.disputed[strings.Clone(c.Number)] = true
			return nil
		})
		if err = errors.Join(err, putAway(in.discards, &rejected, true)); err != nil {
			return err
		}
		show()
		if _, err = next(batch); err != nil {
			return err
		}
		input := n.ports.Claims.Input()
		input.Documents = read
		in.inputs = append(in.inputs, input)
		in.counts.document(string(pipeline.FlowDomande), ItemRead, read)
		return nil
	}
}

// anchored are the places of persons whom anchors speak of.
type anchored struct {
	known   []uint64 // by claims, by what was issued and by exceptions
	tonight []uint64 // by tonight's documents
	workers []uint64 // by communications of tonight alone, perhaps
}

// mapAll maps units with a pool of workers and gives the persons of anchors.
func (n *night) mapAll(
	ctx context.Context, src *match.Source, units []match.Unit, codes *match.Aliases, keep *match.Filter, spool *match.Spool,
) (out anchored, err error) {
	var mu sync.Mutex
	err = each(ctx, n.cfg.Workers, len(units), func(ctx context.Context, i int) error {
		m, err := match.MapUnit(ctx, src, units[i], n.cfg.Partitions, codes, keep, spool.Append)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		switch units[i].Kind {
		case match.KindClaim, match.KindAction, match.KindException:
			out.known = append(out.known, m.Persons...)
		case match.KindCommunication:
			out.workers = append(out.workers, m.Persons...)
		default:
			out.tonight = append(out.tonight, m.Persons...)
		}
		n.progress.step(1)
		return nil
	})
	return out, err
}

// made is what was decided, as sorted runs.
type made struct {
	actions     *match.Runs[pipeline.Action]
	inForce     *match.Runs[pipeline.Action]
	exceptions  *match.Runs[pipeline.Exception]
	submissions *match.Runs[pipeline.SubmissionRow]
	evidence    *match.Runs[pipeline.Evidence]
	stretches   *match.Runs[pipeline.Stretch]
	agenda      *match.Runs[pipeline.AgendaRow]
	sheets      *match.Runs[tables.ArchivedSheet]

	mu      sync.Mutex
	resting int64
	counts  Counts
	fanOut  FanOut
	adverse tally
	offices map[string]bool  // sedi with an action or exception
	classes map[string]int64 // open exceptions by class
}

func (n *night) made(folder string) *made {
	spool := func(name string) *match.Spool { return n.spool(filepath.Join(folder, name), smallSpill) }
	return &made{
		actions:     match.NewRuns(tables.Actions, spool("azioni")),
		inForce:     match.NewRuns(tables.ActionsInForce, spool("azioni_in_essere")),
		exceptions:  match.NewRuns(tables.Exceptions, spool("eccezioni")),
		submissions: match.NewRuns(tables.Submissions, spool("comunicazioni")),
		evidence:    match.NewRuns(tables.Evidence, spool("evidenze")),
		stretches:   match.NewRuns(tables.Situation, spool("situazione")),
		agenda:      match.NewRuns(tables.Agenda, spool("agenda")),
		sheets:      match.NewRuns(tables.ArchivedSheets, spool("schede")),
		counts:      Counts{}, fanOut: FanOut{}, adverse: tally{}, offices: map[string]bool{}, classes: map[string]int64{},
	}
}

// decideAll works through the partitions with a pool of workers.
func (n *night) decideAll(ctx context.Context, blocks *match.Spool, how pass) (*made, error) {
	n.progress.begin("decisioni", n.cfg.Partitions)
	out := n.made(how.name)
	what := ledger.Night{
		Date: n.cfg.Date, Previous: n.cfg.Previous, Params: &n.cfg.Params, RulesVersion: n.cfg.RulesVersion,
		Hold: how.hold, Accepted: how.accepted,
	}
	n.rest.begin()
	handOver := func(p *Partial) error {
		n.rest.take(p.Rests)
		return out.add(p)
	}
	parts := partials{full: n.cfg.SpillBytes / 8}
	err := each(ctx, n.cfg.Workers, n.cfg.Partitions, func(ctx context.Context, p int) error {
		data, err := blocks.Open(p)
		if err != nil {
			return err
		}
		part := parts.take()
		err = ReducePartition(ctx, data, what, n.decide, match.Quiet{Aside: n.aside, Partition: p, Resting: n.rest.resting, Disputed: n.disputed}, part, handOver)
		err = errors.Join(err, data.Close())
		if !how.keep {
			err = errors.Join(err, blocks.Drop(p), n.aside.Drop(p))
		}
		if err != nil {
			return fmt.Errorf("partition %d: %w", p, err)
		}
		n.progress.step(1)
		parts.put(part)
		return nil
	})
	for _, part := range parts.free {
		if err == nil {
			err = handOver(part)
		}
	}
	if err == nil {
		err = n.carry(ctx, out)
	}
	return out, err
}

// partials are those that no worker has in hand, as many as there were workers at most. Each goes on with what it holds, so that runs
// are long however small partitions are.
type partials struct {
	full int // bytes of rows from which on one is handed over
	mu   sync.Mutex
	free []*Partial
}

func (p *partials) take() *Partial {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.free) - 1
	if last < 0 {
		return NewPartial(p.full)
	}
	part := p.free[last]
	p.free = p.free[:last]
	return part
}

func (p *partials) put(part *Partial) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, part)
}

// noteException notes the sede and the class of a row of eccezioni.
func (m *made) noteException(e *pipeline.Exception) {
	m.offices[e.Office] = true
	if e.State != pipeline.ExceptionClosed {
		m.classes[e.Class]++
	}
}

// add takes over what a partial holds, and empties it.
func (m *made) add(p *Partial) error {
	defer p.empty()
	m.mu.Lock()
	m.resting += p.Resting
	m.counts.Merge(p.Counts)
	m.fanOut.Merge(p.FanOut)
	for _, a := range p.Adverse {
		m.adverse.add(a)
	}
	for i := range p.Actions {
		m.offices[p.Actions[i].Office] = true
	}
	for i := range p.Exceptions {
		m.noteException(&p.Exceptions[i])
	}
	m.mu.Unlock()
	return errors.Join(
		m.actions.Add(p.Actions), m.inForce.Add(p.InForce), m.exceptions.Add(p.Exceptions),
		m.submissions.Add(p.Submissions), m.evidence.Add(p.Evidence), m.stretches.Add(p.Stretches),
		m.agenda.Add(p.Agenda), m.sheets.Add(p.Sheets),
	)
}
