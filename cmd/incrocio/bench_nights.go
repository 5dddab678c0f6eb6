package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/writers/archive"
)

// Stages that bench tells apart from the others, which are those that gather, match and decide.
const (
	stageOpen    = "apertura" // of the home, before the first stage of the night
	stageTakeIn  = "acquisizione"
	stagePublish = "pubblicazione"
)

func isDeciding(stage string) bool {
	return stage != stageOpen && stage != stageTakeIn && stage != stagePublish && stage != stageLedger && stage != stageOriginals
}

func isRecompute(stage string) bool { return stage == stageOpen || isDeciding(stage) }

func isLedger(stage string) bool { return stage == stageLedger }

func isBeforeLedger(stage string) bool { return stage != stageLedger }

func isAfterTakeIn(stage string) bool { return stage != stageTakeIn }

func isAny(string) bool { return true }

// nights measures the night itself (w1a, w1b, w3).
func (b *bench) nights() error {
	n := &benchNights{bench: b, base: filepath.Join(b.tmp, "base"), same: true, night: b.night()}
	if err := n.open(); err != nil {
		return err
	}
	if err := n.recompute(); err != nil {
		return err
	}
	if b.o.wants(workNext) {
		return n.next()
	}
	return nil
}

// benchNights are the measures that share one home.
type benchNights struct {
	*bench
	base      string // never changed: trial runs leave it alone, all others work on copies
	published string // a copy in which the night is published
	night     pipeline.Date
	same      bool // all ways gave the same rows so far

	trial, full samples // w1a, w1b
	ledger      samples
	whole       samples // w1b with the ledger
}

func (n *benchNights) open() error {
	if n.o.ownHome {
		n.report.Home = n.app.home
		return copyTree(n.app.home, n.base, linkable)
	}
	return n.sets.home(n.ctx, n.o.shape, n.base)
}

// linkable tells whether a file of a home is never written to again, only renamed or removed.
func linkable(name string) bool {
	name = filepath.ToSlash(name)
	return strings.HasPrefix(name, "archive/") || strings.HasPrefix(name, "runs/") || strings.HasPrefix(name, "inbox/")
}

// recompute measures w1a, and by turns with it the other engines and w1b.
func (n *benchNights) recompute() error {
	n.told("w1a: the first run, which is not measured")
	trial, err := n.step(n.base, &benchStep{Kind: stepNight, Night: n.night, DryRun: true, Full: true, Rows: true})
	if err != nil {
		return err
	}
	peers, agree, err := n.peersOn(n.base, n.night, false)
	if err != nil {
		return err
	}
	defer stopPeers(peers)
	withNight := n.o.wants(workNight) || n.o.wants(workNext)
	if withNight {
		if err := n.sameRows(trial); err != nil {
			return err
		}
	}
	var published []*benchDone
	for i := range n.o.times {
		n.told("w1: %d of %d", i+1, n.o.times)
		profile := ""
		if i == 0 {
			profile = n.o.profile
		}
		d, err := n.step(n.base, &benchStep{Kind: stepNight, Night: n.night, DryRun: true, Full: true, Profile: profile})
		if err != nil {
			return err
		}
		n.trial.addStages(d, isRecompute)
		for _, p := range peers {
			if err := p.run(); err != nil {
				return err
			}
		}
		if !withNight {
			continue
		}
		home := filepath.Join(n.tmp, "pubblica")
		if d, err = n.onCopy(n.base, home, "", &benchStep{Kind: stepNight, Night: n.night, Full: true}); err != nil {
			return err
		}
		n.full.addStages(d, isBeforeLedger)
		n.ledger.addStages(d, isLedger)
		n.whole.addStages(d, isAny)
		published = append(published, d)
	}
	n.lines(peers, agree)
	n.shares(workNight, published)
	return nil
}

// sameRows publishes the night once, keeps that home, and compares the rows with those of the trial.
func (n *benchNights) sameRows(trial *benchDone) error {
	n.told("w1b: the first run, which is not measured")
	n.published = filepath.Join(n.tmp, "pubblicata")
	if err := copyTree(n.base, n.published, linkable); err != nil {
		return err
	}
	d, err := n.step(n.published, &benchStep{Kind: stepNight, Night: n.night, Full: true, Rows: true})
	if err != nil {
		return err
	}
	n.compareRows("the trial and the published night", trial, d)
	return nil
}

// compareRows notes the tables in which two nights differ.
func (n *benchNights) compareRows(what string, a, b *benchDone) {
	for _, name := range slices.Sorted(maps.Keys(b.Rows)) {
		if a.Rows[name] != b.Rows[name] {
			n.same = n.disagree("%s differ in %s: %s, %s", what, name, a.Rows[name], b.Rows[name])
		}
	}
}

// onCopy does a step on a copy of a home, which is removed afterwards; documents is a folder that is its inbox of unilav.
func (n *benchNights) onCopy(from, to, documents string, s *benchStep) (*benchDone, error) {
	if err := os.RemoveAll(to); err != nil {
		return nil, err
	}
	if err := copyTree(from, to, linkable); err != nil {
		return nil, err
	}
	if documents != "" {
		if err := linkTree(documents, filepath.Join(to, "inbox", string(pipeline.FlowUnilav))); err != nil {
			return nil, err
		}
	}
	d, err := n.step(to, s)
	if err != nil {
		return nil, err
	}
	return d, os.RemoveAll(to)
}

// peersOn starts the other engines on the archive before a night, or on that night's communications alone, and tells which of
// them count as a plain loop does.
func (n *benchNights) peersOn(home string, night pipeline.Date, alone bool) (started []*benchPeer, agree map[string]bool, err error) {
	store := archive.Open(home)
	units, err := benchUnits(store, night, alone)
	if err != nil {
		return nil, nil, err
	}
	files := &peerFiles{Threads: n.o.threads}
	for _, u := range units {
		if !slices.Contains(files.Communications, u.File) {
			files.Communications = append(files.Communications, u.File)
		}
	}
	claims, err := filepath.Glob(filepath.Join(home, "inbox", string(pipeline.FlowDomande), "*.parquet"))
	if err != nil || len(claims) != 1 || len(units) == 0 || n.o.peers == "" {
		if n.o.peers != "" {
			n.warn("other engines need one snapshot of claims in Parquet, and communications")
		}
		return nil, nil, err
	}
	files.Claims = claims[0]
	if started, err = n.startPeers(files); err != nil {
		return nil, nil, err
	}
	loop, err := n.step(home, &benchStep{Kind: stepLoop, Night: night, Last: alone})
	if err != nil {
		stopPeers(started)
		return nil, nil, err
	}
	agree = map[string]bool{}
	for _, p := range started {
		agree[p.name] = maps.Equal(p.counts, loop.Counts)
		switch {
		case agree[p.name]:
		case p.name == exactPeer:
			n.disagree("%s and a plain loop over the same rows do not count the same: %v, %v", p.name, p.counts, loop.Counts)
		default:
			n.warn("%s does not count as a plain loop over the same rows does, so nothing is compared with it: %v, %v", p.name, p.counts, loop.Counts)
		}
	}
	return started, agree, nil
}

// exactPeer is the engine that the bars are about.
const exactPeer = "duckdb"

// lines reports w1a and w1b.
func (n *benchNights) lines(peers []*benchPeer, agree map[string]bool) {
	wall := lineOf(workAll, "wall", seconds, perSecond, n.trial.wall)
	cpu := lineOf(workAll, "CPU", seconds, perSecond, n.trial.cpu)
	if len(peers) == 0 {
		n.add(wall, cpu)
	}
	for _, p := range peers {
		same := n.same && agree[p.name]
		w := wall.against(p.name+" wall", median(p.took.wall)/perSecond, same)
		c := cpu.against(p.name+" CPU", median(p.took.cpu)/perSecond, same)
		if p.name == exactPeer {
			w, c = w.most(0.8), c.most(0.8)
		}
		n.add(w, c, lineOf(p.name, "memory", mebi, 1024, p.took.memory))
	}
	if len(n.full.wall) > 0 {
		n.add(
			lineOf(workNight, "wall, without the ledger", seconds, perSecond, n.full.wall).against("w1a wall", wall.Median, n.same).most(3),
			lineOf(workNight, "CPU, without the ledger", seconds, perSecond, n.full.cpu).against("w1a CPU", cpu.Median, n.same),
			lineOf(workNight, "wall, the ledger", seconds, perSecond, n.ledger.wall),
			lineOf(workNight, "wall, all", seconds, perSecond, n.whole.wall).against("w1a wall", wall.Median, n.same),
			lineOf(workNight, "memory", mebi, 1024, n.whole.memory).underMiB(512),
		)
	}
	n.add(lineOf(workAll, "memory", mebi, 1024, n.trial.memory).underMiB(512))
}

// next measures a night of new documents on the full archive, with two nights before it (w3).
func (n *benchNights) next() error {
	documents, err := n.sets.documents(n.ctx, n.o.shape, n.o.tonight, false)
	if err != nil {
		return err
	}
	n.told("w3: the first runs, which are not measured")
	// The night after the first has every exception again, open and no longer new: an ordinary one comes after it.
	if _, err := n.step(n.published, &benchStep{Kind: stepNight, Night: n.night + 1}); err != nil {
		return err
	}
	night := n.night + 2
	after, err := n.sameResting(documents, night)
	if err != nil {
		return err
	}
	peers, agree, err := n.peersOn(after, night, true)
	if err != nil {
		return err
	}
	defer stopPeers(peers)
	var w benchNext
	for i := range n.o.times {
		n.told("w3: %d of %d", i+1, n.o.times)
		d, err := n.onCopy(n.published, filepath.Join(n.tmp, "pubblica"), documents, &benchStep{Kind: stepNight, Night: night})
		if err != nil {
			return err
		}
		w.deciding.addStages(d, isDeciding)
		w.rest.addStages(d, isAfterTakeIn)
		w.nights = append(w.nights, d)
		for _, p := range peers {
			if err := p.run(); err != nil {
				return err
			}
		}
	}
	n.nextLines(&w, peers, agree)
	return nil
}

// benchNext is what was measured of nights of new documents.
type benchNext struct {
	deciding, rest samples // stages that decide, and all but take-in
	nights         []*benchDone
}

// sameResting compares the rows of a night of new documents with those of the same one in which nobody rests. It gives the home of
// the former, of which the peers read the last night.
func (n *benchNights) sameResting(documents string, night pipeline.Date) (home string, err error) {
	full, err := n.onCopy(n.published, filepath.Join(n.tmp, "intera"), documents, &benchStep{Kind: stepNight, Night: night, Full: true, Rows: true})
	if err != nil {
		return "", err
	}
	home = filepath.Join(n.tmp, "dopo")
	if err := copyTree(n.published, home, linkable); err != nil {
		return "", err
	}
	if err := linkTree(documents, filepath.Join(home, "inbox", string(pipeline.FlowUnilav))); err != nil {
		return "", err
	}
	d, err := n.step(home, &benchStep{Kind: stepNight, Night: night, Rows: true})
	if err != nil {
		return "", err
	}
	n.compareRows("the night and the same one with --full", full, d)
	return home, nil
}

// nextLines reports w3.
func (n *benchNights) nextLines(w *benchNext, peers []*benchPeer, agree map[string]bool) {
	n.add(lineOf(workNext, fmt.Sprintf("wall, %d documents, %d claims at rest, without take-in", n.o.tonight, w.nights[0].Resting), seconds, perSecond, w.rest.wall).
		against("w1b wall, all", median(n.whole.wall)/perSecond, n.same).most(0.5))
	wall := lineOf(workNext, "wall, match and decide", seconds, perSecond, w.deciding.wall)
	for _, p := range peers {
		l := wall.against(p.name+" wall, tonight's documents", median(p.took.wall)/perSecond, n.same && agree[p.name])
		if p.name == exactPeer {
			l = l.most(1)
		}
		n.add(l)
	}
	if len(peers) == 0 {
		n.add(wall)
	}
	n.add(lineOf(workNext, "memory", mebi, 1024, w.rest.memory).underMiB(512))
	n.shares(workNext, w.nights)
}
