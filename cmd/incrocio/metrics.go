package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/writers/metrics"
	"incrocio/writers/store"
)

// Entries of the audit that the verbs make.
const (
	auditVerified  = "VERIFICA"
	auditConfirmed = "RECUPERO_CONFERMATO"
)

// exporter keeps the figures of a home, and writes them to a text file where one is configured. A nil exporter, for a
// call that nobody reads figures of, does nothing.
type exporter struct {
	app    *app
	config *config
	set    *metrics.Set
	file   string // "" for none
	read   int64  // the last row of the audit that was read
}

// newExporter gives the exporter of a call that writes a text file; nil where none is configured.
func (a *app) newExporter(c *config) *exporter {
	if c.Schedule.Textfile == "" {
		return nil
	}
	return a.exporter(c)
}

// exporter gives an exporter. Figures that cannot be read are left out, with a warning: they are not worth a night.
func (a *app) exporter(c *config) *exporter {
	e := &exporter{
		app: a, config: c, file: c.Schedule.Textfile,
		set: metrics.New(func() time.Duration { return a.life.leaseAge(a.now()) }),
	}
	if e.file == "" {
		return e
	}
	if !filepath.IsAbs(e.file) {
		e.file = filepath.Join(a.home, e.file)
	}
	if err := e.set.Resume(e.file); err != nil {
		a.log.Warn("the documents counted so far could not be read: counting begins at zero", "cause", err)
	}
	return e
}

// write enters a published night and writes the text file.
func (e *exporter) write(ctx context.Context, s *summary) {
	if e == nil || s.DryRun {
		return
	}
	figures := s.figures
	bytes, err := folderSize(s.Folder)
	figures.Bytes = bytes
	e.set.Night(&figures)
	err = errors.Join(err, e.refresh(ctx))
	if e.file != "" {
		err = errors.Join(err, e.set.Write(e.file))
	}
	if err != nil {
		e.app.log.Warn("the night is published, but not all of its figures", "cause", err)
	}
}

// refresh reads from the ledger what it knows: when the last night was published and verified, and which exceptions wait.
func (e *exporter) refresh(ctx context.Context) (err error) {
	s, err := e.app.openStore(ctx, e.config, true)
	if errors.Is(err, store.ErrNoStore) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	last, there, err := s.LastNight(ctx)
	if err != nil {
		return err
	}
	open := newOpenCounts(last.Date)
	err = errors.Join(
		s.Exceptions(ctx, 0, open.add),
		s.Audit(ctx, e.read+1, func(r *store.AuditRow) error {
			e.read = r.Number
			if r.What == auditVerified {
				e.set.Verified(r.At.Time())
			}
			return nil
		}),
	)
	if err == nil && there {
		e.set.Published(last.PublishedAt.Time())
		e.set.Exceptions(open.rows())
	}
	return err
}

// noteVerified enters in the audit that everything published was found undamaged. A home that cannot be written to is no
// reason to fail.
func (a *app) noteVerified(ctx context.Context, last pipeline.Date) {
	if err := a.note(ctx, auditVerified, last); err != nil && !errors.Is(err, store.ErrNoStore) {
		a.log.Warn("the verification could not be noted in the ledger", "cause", err)
	}
}

// note appends an entry on a date to the audit of a ledger that is there.
func (a *app) note(ctx context.Context, what string, on pipeline.Date) (err error) {
	c, err := a.loadConfig(nil)
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, &c, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	_, err = s.Append(ctx, store.Entry{Who: operator(), What: what, On: on.String()})
	return err
}

// flows are the flows that are counted, in the order in which they are shown.
var flows = [...]pipeline.Flow{
	pipeline.FlowUnilav, pipeline.FlowAspicom, pipeline.FlowDomestico, pipeline.FlowVoucher, pipeline.FlowSegnalazioni, pipeline.FlowDomande,
}

func flowsOf(c night.Counts) []metrics.Flow {
	out := make([]metrics.Flow, len(flows))
	for i, f := range flows {
		of := func(item string) int64 { return c[night.Line{Scope: string(f), Item: item}] }
		out[i] = metrics.Flow{
			Name: string(f), Accepted: of(night.ItemAccepted), Discarded: of(night.ItemDiscarded), Repeated: of(night.ItemRepeated),
		}
	}
	return out
}

// Classes and ages by which exceptions are counted. One that is past its term counts as that, whatever its age.
var (
	openClasses = [...]string{pipeline.ClassBlock, pipeline.ClassHold, pipeline.ClassProtect, pipeline.ClassInfo}
	openAges    = [...]string{"fino_a_7_giorni", "fino_a_30_giorni", "oltre_30_giorni", "oltre_il_termine"}
)

// openCounts counts the exceptions that wait for an operator after a night.
type openCounts struct {
	night pipeline.Date
	n     map[[2]string]int64 // by class and age
}

func newOpenCounts(last pipeline.Date) *openCounts {
	return &openCounts{night: last, n: map[[2]string]int64{}}
}

func (o *openCounts) add(s *store.Standing) error {
	e := &s.Exception
	if e.State == pipeline.ExceptionClosed || s.Cleared() {
		return nil
	}
	age := openAges[2]
	switch days := o.night - e.FirstNight; {
	case !e.Due.IsZero() && e.Due < o.night:
		age = openAges[3]
	case days <= 7:
		age = openAges[0]
	case days <= 30:
		age = openAges[1]
	}
	o.n[[2]string{e.Class, age}]++
	return nil
}

// rows gives every class and age, those without exceptions too.
func (o *openCounts) rows() []metrics.Open {
	var out []metrics.Open
	for _, class := range openClasses {
		for _, age := range openAges {
			out = append(out, metrics.Open{Severity: class, Age: age, N: o.n[[2]string{class, age}]})
		}
	}
	return out
}

// folderSize adds up the sizes of the files in a folder.
func folderSize(dir string) (bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}
