package ledger

import (
	"cmp"
	"slices"
	"strconv"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/worklist"
)

// What a sheet holds at most. What is left out is said in its place.
const (
	sheetDocuments = 20
	sheetValue     = 200              // characters of a value
	sheetAnswer    = worklist.MaxText // characters of the answer to a question
)

// sheets makes the pages that operators see: of exceptions that are new, changed or back tonight, of submissions and
// questions that arrived tonight, and of the automatic actions that were drawn for a look. By kind and owner, each once.
func (c *comparison) sheets() {
	c.exceptionSheets()
	c.submissionSheets()
	c.sampleSheets()
	c.questionSheets()
	slices.SortStableFunc(c.out.Sheets, func(a, b worklist.Sheet) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Owner, b.Owner))
	})
}

// sheet adds one; what it shows is the caller's.
func (c *comparison) sheet(kind worklist.Kind, owner, office string, show worklist.Sheet) {
	show.Kind, show.Owner, show.Office, show.Night = kind, owner, office, c.n.Date
	c.out.Sheets = append(c.out.Sheets, show)
}

// told tells whether tonight says something new of an exception.
func told(e *pipeline.Exception) bool {
	return e.State == pipeline.ExceptionNew || e.State == pipeline.ExceptionChanged || e.State == pipeline.ExceptionReopened
}

func (c *comparison) exceptionSheets() {
	for i := range c.out.Exceptions {
		e := &c.out.Exceptions[i]
		if !told(e) {
			continue
		}
		claim := c.claim(e.Claim)
		c.sheet(worklist.KindException, e.ID, e.Office, worklist.Sheet{
			Claim: claimSheet(claim), Documents: c.behind(e.Sources), Risk: worklist.RiskOf(e, claim),
		})
	}
}

func (c *comparison) submissionSheets() {
	if len(c.d.Submissions) == 0 {
		return
	}
	arrived := map[string]bool{}
	for i := range c.d.Submissions {
		if s := &c.d.Submissions[i]; s.Acquired == c.n.Date && !s.Draft {
			arrived[s.Protocol] = true
		}
	}
	for i := range c.out.Submissions {
		row := &c.out.Submissions[i]
		if !arrived[row.Protocol] {
			continue
		}
		c.sheet(worklist.KindSubmission, row.Protocol, row.Office, worklist.Sheet{
			Claim: claimSheet(c.claim(row.Claim)), Documents: c.behind(row.Protocol), // all that have it
		})
	}
}

func (c *comparison) sampleSheets() {
	for i := range c.out.Actions {
		a := &c.out.Actions[i]
		if !c.n.Sampling.Draws(a) {
			continue
		}
		c.sheet(worklist.KindSample, a.ID, a.Office, worklist.Sheet{
			Claim: claimSheet(c.claim(a.Claim)), Documents: c.behind(a.Sources), Sample: &worklist.SampleRow{Action: *a},
		})
	}
}

// questionSheets shows the messages of employers that arrived tonight, and those that an exception shows since tonight. One
// that was answered is shown with its answer.
func (c *comparison) questionSheets() {
	if len(c.d.Questions) == 0 {
		return
	}
	arrived := map[string]bool{}
	latest := map[string]*pipeline.DomesticQuestion{}
	for i := range c.d.Questions {
		q := &c.d.Questions[i]
		arrived[q.Protocol] = arrived[q.Protocol] || q.Acquired == c.n.Date
		if old := latest[q.Protocol]; old == nil || old.Answer == "" {
			latest[q.Protocol] = q
		}
	}
	for i := range c.d.Questions {
		q := &c.d.Questions[i]
		if latest[q.Protocol] != q {
			continue
		}
		e := c.showing(q)
		if !arrived[q.Protocol] && (e == nil || !told(e)) {
			continue
		}
		claim := c.onlyClaim()
		office, shown := "", ""
		if e != nil {
			claim, office, shown = c.claim(e.Claim), e.Office, e.ID
		} else if claim != nil {
			office = claim.Office
		}
		show := worklist.Sheet{Claim: claimSheet(claim), Question: question(q)}
		show.Question.Exception = shown
		if claim != nil {
			show.Question.Claim = claim.Number
		}
		c.sheet(worklist.KindQuestion, q.Protocol, office, show)
	}
}

// showing is the open exception on which a message is shown, the first of them; nil for none.
func (c *comparison) showing(q *pipeline.DomesticQuestion) *pipeline.Exception {
	if len(c.d.Questions) > few {
		return c.exceptionsByRef()[q.Ref()]
	}
	for i := range c.out.Exceptions {
		e := &c.out.Exceptions[i]
		if e.State != pipeline.ExceptionClosed && rules.Cites(e.Sources, q.Ref()) {
			return e
		}
	}
	return nil
}

func question(q *pipeline.DomesticQuestion) *worklist.Question {
	out := &worklist.Question{
		Protocol: q.Protocol, On: q.On, Category: q.Category, SentBy: q.SentBy, Employer: shownCode(q.Employer),
		Code: cut(q.RelationshipCode, sheetValue), Answer: cut(q.Answer, sheetAnswer),
	}
	for _, a := range q.Attachments {
		a.Name = cut(a.Name, sheetValue)
		out.Attachments = append(out.Attachments, a)
	}
	return out
}

// claim finds a claim of the person; nil where tonight's snapshot has none of this number.
func (c *comparison) claim(number string) *pipeline.Claim {
	for i := range c.d.Claims {
		if c.d.Claims[i].Number == number {
			return &c.d.Claims[i]
		}
	}
	return nil
}

// onlyClaim is the person's claim where there is one alone.
func (c *comparison) onlyClaim() *pipeline.Claim {
	if len(c.d.Claims) == 1 {
		return &c.d.Claims[0]
	}
	return nil
}

func claimSheet(c *pipeline.Claim) *worklist.ClaimSheet {
	if c == nil {
		return nil
	}
	return &worklist.ClaimSheet{
		Number: c.Number, Protocol: c.Protocol, Benefit: c.Benefit, TaxCode: c.TaxCode, Surname: cut(c.Surname, sheetValue),
		GivenName: cut(c.GivenName, sheetValue), BirthDate: c.BirthDate, State: c.State, Start: c.Start, DaysGranted: c.DaysGranted,
		PaidThrough: c.PaidThrough, Daily: c.DailyAmount, TerminatedOn: c.TerminatedOn, Former: shownCode(c.FormerEmployer),
	}
}

// behind gives the documents of a list of sources as they are shown, the oldest first. Of too many the newest stay, after one
// that tells how many there were before them.
func (c *comparison) behind(sources string) []worklist.Document {
	if c.shown == nil {
		c.shown = c.showAll()
	}
	var docs []worklist.Document
	for _, ref := range rules.SplitSources(sources) {
		docs = append(docs, c.shown[ref]...)
	}
	slices.SortStableFunc(docs, func(a, b worklist.Document) int {
		return cmp.Or(cmp.Compare(a.SentAt, b.SentAt), cmp.Compare(a.Acquired, b.Acquired), cmp.Compare(a.Ref, b.Ref))
	})
	if over := len(docs) - sheetDocuments + 1; over > 1 {
		docs = append([]worklist.Document{{
			Kind: "ALTRI", Fields: []worklist.Field{{Label: "documenti precedenti, non mostrati", Value: strconv.Itoa(over)}},
		}}, docs[over:]...)
	}
	return docs
}
