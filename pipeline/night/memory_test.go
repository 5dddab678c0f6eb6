package night_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"incrocio/fixtures/sources"
	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/match"
	"incrocio/pipeline/night"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

var tonight = pipeline.MustDate("2014-03-01")

// home is a home in memory.
type home struct {
	files    map[string][]night.Document // "unilav/a.xml" -> documents
	claims   []pipeline.Claim
	badClaim int
	disputed []int // places of claims of which there is another row

	communications map[string][]pipeline.Communication // archive, by file
	submissions    map[string][]tables.ArchivedSubmission
	notices        map[string][]tables.ArchivedNotice
	questions      map[string][]tables.ArchivedQuestion
	vouchers       map[string][]tables.ArchivedVoucher
	doubtful       map[string][]pipeline.Communication
	unheard        bool // nobody has looked at the archive for corrections to other workers
	issued         []pipeline.Action
	open           []pipeline.Exception

	mu        sync.Mutex
	published map[string][]byte // file -> its rows
	rows      map[string]int
	manifest  *night.Manifest
	steps     []string
	failAt    string
	show      func(string) string // how the inbox shows the name of a file; nil as it is
}

func newHome() *home {
	return &home{
		files: map[string][]night.Document{}, communications: map[string][]pipeline.Communication{},
		submissions: map[string][]tables.ArchivedSubmission{}, notices: map[string][]tables.ArchivedNotice{},
		questions: map[string][]tables.ArchivedQuestion{}, vouchers: map[string][]tables.ArchivedVoucher{},
		doubtful:  map[string][]pipeline.Communication{},
		published: map[string][]byte{}, rows: map[string]int{},
	}
}

// step notes what was done, and fails where the test wants it to.
func (h *home) step(name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.steps = append(h.steps, name)
	if name == h.failAt {
		return fmt.Errorf("injected at %s", name)
	}
	return nil
}

func (h *home) Files() ([]night.File, error) {
	var out []night.File
	for name := range h.files {
		flow, file, _ := strings.Cut(name, "/")
		out = append(out, night.File{Flow: pipeline.Flow(flow), Name: file})
	}
	slices.SortFunc(out, func(a, b night.File) int { return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Name, b.Name)) })
	return out, h.step("list")
}

func (h *home) Read(_ context.Context, f night.File, sink func(night.Document) error) (night.Digest, error) {
	name := string(f.Flow) + "/" + f.Name
	shown := f
	if h.show != nil {
		shown.Name = h.show(f.Name)
	}
	for i, d := range h.files[name] {
		if err := sink(placed(d, shown, int64(i))); err != nil {
			return night.Digest{}, err
		}
	}
	sum := sha256.Sum256([]byte(name))
	return night.Digest{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(name))}, h.step("read")
}

// placed gives the document its place in the file, as the inbox does.
func placed(d night.Document, f night.File, i int64) night.Document {
	at := pipeline.Source{Flow: f.Flow, File: f.Name, Index: i}
	d.Communications = slices.Clone(d.Communications)
	for k := range d.Communications {
		d.Communications[k].Source = at
	}
	d.Discards = slices.Clone(d.Discards)
	for k := range d.Discards {
		d.Discards[k].Source = at
	}
	if d.Unverified != nil {
		c := *d.Unverified
		c.Source = at
		d.Unverified = &c
	}
	if d.Submission != nil {
		s := *d.Submission
		s.Source = at
		d.Submission = &s
	}
	if d.Notice != nil {
		n := *d.Notice
		n.Source = at
		d.Notice = &n
	}
	if d.Question != nil {
		q := *d.Question
		q.Source = at
		d.Question = &q
	}
	if d.Voucher != nil {
		v := *d.Voucher
		v.Source = at
		d.Voucher = &v
	}
	return d
}

func (h *home) Input() night.Input {
	return night.Input{Flow: pipeline.FlowDomande, File: "domande-2014-03-01.csv"}
}

func (h *home) Each(_ context.Context, fn func(*pipeline.Claim) error, bad func(pipeline.Discard) error, void func(*pipeline.Claim) error) error {
	for i := range h.claims {
		if err := fn(&h.claims[i]); err != nil {
			return err
		}
	}
	for i := range h.badClaim {
		at := pipeline.Source{Flow: pipeline.FlowDomande, File: "domande-2014-03-01.csv", Index: int64(len(h.claims) + i)}
		if err := bad(pipeline.Discard{Source: at, Code: pipeline.DiscardDate}); err != nil {
			return err
		}
	}
	for _, i := range h.disputed { // and a second row, which says something else
		for k := range int64(2) {
			at := pipeline.Source{Flow: pipeline.FlowDomande, File: "domande-2014-03-01.csv", Index: 1000 + 2*int64(i) + k}
			if err := bad(pipeline.Discard{Source: at, Code: pipeline.DiscardRivals}); err != nil {
				return err
			}
		}
		if err := void(&h.claims[i]); err != nil {
			return err
		}
	}
	return h.step("claims")
}

// memory is a RowWriter that keeps rows.
type memory[T any] struct {
	h    *home
	name string
	t    *table.Table[T]
	buf  []byte
	n    int
	last *T
	rows *[]T
}

func (m *memory[T]) Write(row *T) error {
	if m.last != nil && m.t.Compare(m.last, row) > 0 {
		return fmt.Errorf("%s: rows out of order", m.name)
	}
	c := *row
	m.last = &c
	if m.rows != nil {
		*m.rows = append(*m.rows, c)
	}
	m.n++
	m.buf = m.t.Append(m.buf, row)
	return nil
}

// opened takes sealed communications.
type opened struct {
	*memory[pipeline.Communication]
}

func (o opened) Write(row *tables.SealedCommunication) error {
	keyed, err := tables.Keyed(row)
	if err != nil {
		return err
	}
	var c pipeline.Communication
	if err := tables.OpenRow([]byte(row.Row), keyed.Key, tables.CommunicationRows, &c); err != nil {
		return err
	}
	return o.memory.Write(&c)
}

func (m *memory[T]) Close() error {
	m.h.mu.Lock()
	m.h.published[m.name], m.h.rows[m.name] = m.buf, m.n
	m.h.mu.Unlock()
	return m.h.step("close " + m.name)
}

func create[T any](h *home, t *table.Table[T]) func(string) (night.RowWriter[T], error) {
	return func(name string) (night.RowWriter[T], error) {
		return &memory[T]{h: h, name: name, t: t}, h.step("open " + name)
	}
}

// keeping is create that also keeps the rows of the national file.
func keeping[T any](h *home, t *table.Table[T], rows *[]T) func(string) (night.RowWriter[T], error) {
	return func(name string) (night.RowWriter[T], error) {
		m := &memory[T]{h: h, name: name, t: t}
		if name == t.File {
			m.rows = rows
		}
		return m, h.step("open " + name)
	}
}

const (
	staged = "tonight"
	rested = "a8" // the file of who may rest
)

// archive is the archive of a home: files of earlier nights, and one that is staged.
type archive struct {
	h              *home
	communications []pipeline.Communication
	submissions    []tables.ArchivedSubmission
	notices        []tables.ArchivedNotice
	questions      []tables.ArchivedQuestion
	vouchers       []tables.ArchivedVoucher
	doubtful       []pipeline.Communication
}

func (a *archive) Units() ([]match.Unit, error) {
	var out []match.Unit
	for f := range a.h.communications {
		out = append(out, match.Unit{Kind: match.KindCommunication, File: f})
	}
	for f := range a.h.submissions {
		out = append(out, match.Unit{Kind: match.KindSubmission, File: f, Anchor: true})
	}
	for f := range a.h.notices {
		out = append(out, match.Unit{Kind: match.KindNotice, File: f})
	}
	for f := range a.h.questions {
		out = append(out, match.Unit{Kind: match.KindQuestion, File: f})
	}
	for f := range a.h.doubtful {
		out = append(out, match.Unit{Kind: match.KindDoubtful, File: f})
	}
	for f := range a.h.vouchers {
		out = append(out, match.Unit{Kind: match.KindVoucher, File: f})
	}
	return out, a.h.step("archive units")
}

func (a *archive) Unheard() (bool, error) { return a.h.unheard, a.h.step("archive unheard") }

func (a *archive) Staged() (night.Facts, error) {
	return night.Facts{
		Communications: opened{&memory[pipeline.Communication]{h: a.h, name: "a1", t: tables.CommunicationsByKey, rows: &a.communications}},
		Submissions:    &memory[tables.ArchivedSubmission]{h: a.h, name: "a2", t: tables.ArchivedSubmissions, rows: &a.submissions},
		Notices:        &memory[tables.ArchivedNotice]{h: a.h, name: "a3", t: tables.ArchivedNotices, rows: &a.notices},
		Questions:      &memory[tables.ArchivedQuestion]{h: a.h, name: "a4", t: tables.ArchivedQuestions, rows: &a.questions},
		Vouchers:       &memory[tables.ArchivedVoucher]{h: a.h, name: "a5", t: tables.ArchivedVouchers, rows: &a.vouchers},
	}, a.h.step("stage archive")
}

func (a *archive) StagedDoubtful() (night.RowWriter[pipeline.Communication], error) {
	return &memory[pipeline.Communication]{h: a.h, name: "a6", t: tables.DoubtfulCommunications, rows: &a.doubtful}, a.h.step("stage doubtful")
}

func (a *archive) StagedSheets() (night.RowWriter[tables.ArchivedSheet], error) {
	return &memory[tables.ArchivedSheet]{h: a.h, name: "a7", t: tables.ArchivedSheets}, a.h.step("stage sheets")
}

func (a *archive) StagedRests() (night.RowWriter[tables.Rest], error) {
	return &memory[tables.Rest]{h: a.h, name: rested, t: tables.Rests}, a.h.step("stage rests")
}

func (a *archive) StagedUnits() ([]match.Unit, error) {
	return []match.Unit{
		{Kind: match.KindCommunication, File: staged, Anchor: true},
		{Kind: match.KindSubmission, File: staged, Anchor: true},
		{Kind: match.KindNotice, File: staged, Anchor: true},
		{Kind: match.KindQuestion, File: staged, Anchor: true},
		{Kind: match.KindVoucher, File: staged, Anchor: true},
	}, a.h.step("staged units")
}

func (a *archive) Place() error {
	if err := a.h.step("place archive"); err != nil {
		return err
	}
	name := tonight.String()
	a.h.communications[name], a.h.submissions[name], a.h.notices[name] = a.communications, a.submissions, a.notices
	a.h.questions[name], a.h.vouchers[name], a.h.doubtful[name] = a.questions, a.vouchers, a.doubtful
	return nil
}

func pick[T any](old map[string][]T, now *[]T) func(context.Context, match.Unit, func(*T) error) error {
	return func(_ context.Context, u match.Unit, fn func(*T) error) error {
		rows := old[u.File]
		if u.File == staged {
			rows = *now
		}
		for i := range rows {
			row := rows[i]
			if err := fn(&row); err != nil {
				return err
			}
		}
		return nil
	}
}

func (h *home) ports(t *testing.T) night.Ports {
	a := &archive{h: h}
	return night.Ports{
		Inbox: h, Claims: h, Archive: a, Scratch: t.TempDir(),
		Issued:   []match.Unit{{Kind: match.KindAction, Anchor: true}, {Kind: match.KindException, Anchor: true}},
		Standing: h.standing,
		Source: match.Source{
			Actions: sources.Of(&h.issued), Exceptions: h.exceptions,
			Communications: sources.Communications(pick(h.communications, &a.communications)),
			Submissions:    pick(h.submissions, &a.submissions),
			Notices:        pick(h.notices, &a.notices),
			Questions:      pick(h.questions, &a.questions),
			Vouchers:       pick(h.vouchers, &a.vouchers),
			Doubtful:       pick(h.doubtful, &a.doubtful),
			Named:          match.Named(pick(h.communications, &a.communications)),
		},
		Output: night.Output{
			Actions: create(h, tables.Actions), InForce: create(h, tables.ActionsInForce), Exceptions: create(h, tables.Exceptions),
			Submissions: create(h, tables.Submissions), Evidence: create(h, tables.Evidence),
			Stretches: create(h, tables.Situation), Agenda: create(h, tables.Agenda),
			Discards: create(h, tables.Discards), Balance: create(h, tables.Balance),
			Publish: func(m night.Manifest) error {
				err := h.step("publish")
				if err == nil {
					h.manifest = &m
				}
				return err
			},
			Finish: func([]night.File) error { return h.step("finish") },
		},
	}
}

// standing tells what is weighed of the exceptions that are known: all but the night, and whether they were new then.
func (h *home) standing(_ context.Context, fn func(night.Weighed) error) error {
	for _, e := range h.open {
		if e.Night = 0; e.Standing() {
			e.State = pipeline.ExceptionOpen
		}
		if err := fn(night.Weighed{Code: e.TaxCode, What: string(tables.Exceptions.Append(nil, &e))}); err != nil {
			return err
		}
	}
	return nil
}

// exceptions gives those that are known of some persons.
func (h *home) exceptions(_ context.Context, _ match.Unit, of func(pipeline.CodiceFiscale) bool, fn func(*pipeline.Exception) error) error {
	for i := range h.open {
		if of != nil && !of(h.open[i].TaxCode) {
			continue
		}
		if err := fn(&h.open[i]); err != nil {
			return err
		}
	}
	return nil
}

// run does the night of a home with a number of partitions.
func (h *home) run(t *testing.T, partitions int) (*night.Summary, error) {
	t.Helper()
	return night.Run(t.Context(), night.Config{
		Date: tonight, Revision: 1, Params: nightParams, RulesVersion: "v", ProgramVersion: "p",
		Partitions: partitions, Workers: 3, SpillBytes: 4096,
	}, h.ports(t), fakeDecide, &night.Progress{})
}

// fakeDecide stands for the rules: a claim gets an action for every communication of its person, and an exception
// where there are two; it says what came of every fact.
func fakeDecide(d *pipeline.Dossier, n ledger.Night) ledger.Result {
	res := ledger.Result{Effects: map[pipeline.DocID]ledger.Effect{}, Terminations: map[string]int{}}
	for i := range d.Claims {
		cl := &d.Claims[i]
		res.Terminations[pipeline.TerminationNotFound]++
		for j := range d.Communications {
			c := &d.Communications[j]
			a := pipeline.Action{
				ID: cl.Number + "/" + c.Ref(), Operation: pipeline.OperationNew, Cause: pipeline.CauseCommunication,
				Type: pipeline.ActionSuspend, Mode: pipeline.ModeAuto, Claim: cl.Number, TaxCode: cl.TaxCode, Office: cl.Office,
				From: c.Start, Sources: c.Ref(), Night: n.Date,
			}
			if c.Acquired == n.Date {
				res.Actions = append(res.Actions, a)
			}
			res.InForce = append(res.InForce, a)
			res.Evidence = append(res.Evidence, pipeline.Evidence{Owner: a.ID, Order: int32(j), Document: "UNILAV", File: c.Source.File, Night: n.Date})
		}
		if len(d.Communications) == 2 {
			res.Exceptions = append(res.Exceptions, pipeline.Exception{
				ID: "E" + cl.Number, State: pipeline.ExceptionNew, Code: "DUE", Class: pipeline.ClassInfo, TaxCode: cl.TaxCode, Office: cl.Office, Night: n.Date,
			})
		}
		res.Stretches = append(res.Stretches, pipeline.Stretch{Claim: cl.Number, TaxCode: cl.TaxCode, From: cl.Start, State: pipeline.StretchPayable, Night: n.Date})
	}
	effect := ledger.EffectNoClaim
	if len(d.Claims) > 0 {
		effect = ledger.EffectAction
	}
	for _, c := range d.Communications {
		res.Effects[c.ID] = effect
	}
	for _, s := range d.Submissions {
		res.Effects[s.ID] = ledger.EffectException
		res.Submissions = append(res.Submissions, pipeline.SubmissionRow{Protocol: s.Protocol, TaxCode: s.TaxCode, List: pipeline.ListPending, Night: n.Date})
	}
	for _, x := range d.Notices {
		res.Effects[x.ID] = ledger.EffectNone
	}
	for _, q := range d.Questions {
		res.Effects[q.ID] = ledger.EffectException
	}
	for _, v := range d.Vouchers {
		res.Effects[v.ID] = ledger.EffectNone
	}
	for _, x := range d.Doubtful {
		res.Effects[x.ID] = ledger.EffectException
		res.Exceptions = append(res.Exceptions, pipeline.Exception{
			ID: "D" + x.Ref + string(d.Person), State: pipeline.ExceptionNew, Code: "DUBBIO", Class: pipeline.ClassBlock, TaxCode: d.Person, Night: n.Date,
		})
	}
	for _, e := range d.Open {
		if e.State != pipeline.ExceptionClosed {
			e.State, e.Night = pipeline.ExceptionClosed, n.Date
			res.Exceptions = append(res.Exceptions, e)
		}
	}
	return res
}

// who invents the i-th person.
func who(i int) pipeline.CodiceFiscale {
	c, err := pipeline.CompleteCodiceFiscale(fmt.Sprintf("VRDLGU%02dC15F%03d", 40+i%50, 205+i%700))
	if err != nil {
		panic(err)
	}
	return c
}

// hire invents the k-th hire of a person.
func hire(i, k int) pipeline.Communication {
	return pipeline.Communication{
		ID: sha256.Sum256(fmt.Appendf(nil, "hire %d %d", i, k)), Model: pipeline.ModelUnilav, Event: pipeline.EventHire,
		Purpose: pipeline.PurposeNormal, Code: fmt.Sprintf("16001%06d%05d", i, k), SentAt: pipeline.Instant(1000 * k), SentOn: tonight - 3,
		Worker: who(i), Employer: "01234567897", Contract: "A.02.00", Start: tonight - pipeline.Date(k),
	}
}

func one(c pipeline.Communication) night.Document {
	return night.Document{Communications: []pipeline.Communication{c}}
}

func claim(i int) pipeline.Claim {
	return pipeline.Claim{
		Number: fmt.Sprintf("%08d", i), TaxCode: who(i), Office: fmt.Sprintf("%d", 7000+i%3*100), Benefit: pipeline.BenefitASpI,
		Start: tonight - 30, State: pipeline.StateInPayment, DaysGranted: 240,
	}
}

// forgetful loses the exceptions that were open.
func forgetful(d *pipeline.Dossier, n ledger.Night) ledger.Result {
	res := fakeDecide(d, n)
	res.Exceptions = nil
	return res
}

func panicking(*pipeline.Dossier, ledger.Night) ledger.Result { panic("index out of range") }
