package ledger_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	diff "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/worklist"
)

// sheet finds the sheet of an owner; it is an error where there is none, or more than one.
func (s *story) sheet(t *testing.T, kind worklist.Kind, owner string) worklist.Sheet {
	t.Helper()
	var found []worklist.Sheet
	for _, sh := range s.last.Sheets {
		if sh.Kind == kind && sh.Owner == owner {
			found = append(found, sh)
		}
	}
	if len(found) != 1 {
		t.Fatalf("night of %s: %d sheets %s of %s", s.prev, len(found), kind, owner)
	}
	return found[0]
}

// owners lists the sheets of the last night.
func (s *story) owners() (out []string) {
	for _, sh := range s.last.Sheets {
		out = append(out, string(sh.Kind)+" "+sh.Owner)
	}
	return out
}

// value gives the value of a label.
func value(t *testing.T, d *worklist.Document, label string) string {
	t.Helper()
	i := slices.IndexFunc(d.Fields, func(f worklist.Field) bool { return f.Label == label })
	if i < 0 {
		t.Fatalf("%s %s has no %q: %v", d.Kind, d.Ref, label, d.Fields)
	}
	return d.Fields[i].Value
}

// withoutPIN is a submission that waits for the PIN.
func (s *story) withoutPIN() *pipeline.Submission {
	s.declare("D1", "2014-08-01", sick("2014-07-20", "2014-07-30"))
	sub := &s.d.Submissions[len(s.d.Submissions)-1]
	sub.PIN, sub.SubmittedAt = pipeline.PINBasic, 1406887200000000
	sub.Events[0].Employer, sub.Events[0].EmployerName = "BNCNNA60E50L219X", "Anna Bianchi"
	return sub
}

func TestSheetsAreOfWhatIsNewTonight(t *testing.T) {
	c := aspi()
	c.Surname, c.GivenName, c.DailyAmount = "Rossi", "Mario", pipeline.Some(pipeline.Cents(30_00))
	s := newStory(c)
	protocol := s.withoutPIN().Protocol
	s.night("2014-08-02").want(t, "", "PIN_NON_DISPOSITIVO")
	e := s.last.Exceptions[0]
	if d := diff.Diff([]string{"COMUNICAZIONE " + protocol, "ECCEZIONE " + e.ID}, s.owners()); d != "" {
		t.Fatal(d)
	}
	got := s.sheet(t, worklist.KindException, e.ID)
	if got.Office != "7000" || got.Night != day("2014-08-02") || got.Claim == nil || got.Claim.Number != "D1" || got.Claim.Surname != "Rossi" || got.Claim.TaxCode != person {
		t.Errorf("%+v, claim %+v", got, got.Claim)
	}
	if want := worklist.RiskOf(&e, &c); diff.Diff(want, got.Risk) != "" || e.Priority != worklist.Priority(&e, want) {
		t.Errorf("risk %+v, want %+v; priority %d", got.Risk, want, e.Priority)
	}
	if len(got.Documents) != 1 || got.Documents[0].Ref != protocol || got.Documents[0].SentAt != 1406887200000000 {
		t.Fatalf("documents %+v", got.Documents)
	}
	doc := &got.Documents[0]
	for label, want := range map[string]string{
		"presentata il": "01/08/2014 12:00:00", "PIN": "NON_DISPOSITIVO", "evento": "MALATTIA", "inizio": "20/07/2014", "fine": "30/07/2014",
		"codice fiscale del datore": "BNC*************", "datore di lavoro": "Anna Bianchi", "patronato": "",
	} {
		if v := value(t, doc, label); v != want {
			t.Errorf("%s is %q, want %q", label, v, want)
		}
	}

	s.night("2014-08-03").want(t, "", "PIN_NON_DISPOSITIVO")
	if s.last.Sheets != nil {
		t.Errorf("nothing is new, but there are sheets: %v", s.owners())
	}
	s.d.Submissions[0].Events[0].End = day("2014-07-31") // the facts change
	s.d.Notices = append(s.d.Notices, pipeline.Notice{Kind: pipeline.NoticePIN, TaxCode: person, On: day("2014-08-04"), Protocol: "N1"})
	s.night("2014-08-04").want(t, "SOSPENSIONE 2014-07-20 2014-07-31, RIPRESA 2014-08-01", "")
	if s.last.Sheets != nil {
		t.Errorf("an exception that closes has no sheet: %v", s.owners())
	}
}

// TestChangedDataAreShown: all but the end of the IBAN.
func TestChangedDataAreShown(t *testing.T) {
	s := newStory(aspi())
	s.withoutPIN()
	sub := &s.d.Submissions[0]
	sub.Kind, sub.Events = pipeline.KindChange, nil
	sub.Changes = &pipeline.DataChanges{
		Residence: &pipeline.Address{Street: "Via Po 1", Postal: "10100", Commune: "L219"}, Email: "m@example.org",
		Payment: &pipeline.Payment{Mode: pipeline.PaymentOnAccount, IBAN: "IT60X0542811101000000123456"},
	}
	s.night("2014-08-02")
	doc := s.sheet(t, worklist.KindSubmission, sub.Protocol).Documents[0]
	for label, want := range map[string]string{
		"residenza": "Via Po 1, 10100, L219", "domicilio": "", "email": "m@example.org", "telefono": "",
		"modalità di pagamento": "ACCREDITO_CONTO", "IBAN": strings.Repeat("*", 23) + "3456",
	} {
		if v := value(t, &doc, label); v != want {
			t.Errorf("%s is %q, want %q", label, v, want)
		}
	}
}

// TestDocumentsOfAKindLieSideBySide: two communications have the same labels in the same order, and no tax code of a person
// is shown whole.
func TestDocumentsOfAKindLieSideBySide(t *testing.T) {
	s := newStory(aspi())
	s.withoutPIN()
	h := s.hire("BNCNNA60E50L219X", "A.02.00", "2014-08-01", "2014-08-31", func(c *pipeline.Communication) {
		c.EmployerName = "Anna Bianchi"
		c.Sender, c.YearlyPay, c.Surname, c.GivenName = "VRDLCU80A01H501A", pipeline.Some(pipeline.Cents(12000_00)), "Rossi", strings.Repeat("à", 300)
	})
	s.follow(h, pipeline.EventHire, pipeline.PurposeCorrection, "")
	s.declare("D1", "2014-08-05", work("2014-09-01", "2014-09-30", employerX))
	s.night("2014-08-10")
	s.d.Issued, s.d.Open = nil, nil
	s.last = ledger.Decide(&s.d, ledger.Night{
		Date: day("2014-08-10"), Params: &params, RulesVersion: "prova", Sampling: worklist.Sampling{Default: 1000},
	})
	labels := map[string][]string{}
	shown := 0
	for _, sh := range s.last.Sheets {
		for _, d := range sh.Documents {
			var of []string
			for _, f := range d.Fields {
				of = append(of, f.Label)
				if n := utf8.RuneCountInString(f.Value); n > 200 {
					t.Errorf("%s: %d characters", f.Label, n)
				}
				for _, code := range []string{string(person), "BNCNNA60E50L219X", "VRDLCU80A01H501A"} {
					if strings.Contains(f.Value, code) {
						t.Errorf("%s %s shows a code whole", d.Kind, f.Label)
					}
				}
			}
			if d.Kind != string(pipeline.ModelUnilav) {
				continue
			}
			shown++
			if old, ok := labels[d.Kind]; ok && !slices.Equal(old, of) {
				t.Errorf("%v and %v", old, of)
			}
			labels[d.Kind] = of
			if v := value(t, &d, "lavoratore"); !strings.HasSuffix(v, "à [tagliato]") || utf8.RuneCountInString(v) != 200 {
				t.Errorf("a long name: %q", v)
			}
			if v := value(t, &d, "retribuzione annua"); v != "12.000,00 euro" {
				t.Errorf("pay %q", v)
			}
		}
	}
	if shown < 2 {
		t.Errorf("%d communications are shown", shown)
	}
}

// TestSheetsHaveAnEnd: of many documents the newest twenty, less one that tells of the others.
func TestSheetsHaveAnEnd(t *testing.T) {
	s := newStory(aspi())
	for i := range 50 {
		s.d.Vouchers = append(s.d.Vouchers, pipeline.Voucher{
			ID: sha256.Sum256([]byte(fmt.Sprint(i))), Worker: person, Client: "A", ClientKind: "ALTRO", On: day("2014-08-01"), Net: 100_00,
			Acquired: day("2015-01-01") + pipeline.Date(i),
		})
	}
	s.night("2015-03-01").want(t, "", "VOUCHER_OLTRE_LIMITE")
	docs := s.sheet(t, worklist.KindException, s.last.Exceptions[0].ID).Documents
	if len(docs) != 20 || docs[0].Kind != "ALTRI" || docs[0].Fields[0].Value != "31" || docs[19].Acquired != day("2015-01-01")+49 {
		t.Errorf("%d documents: %+v", len(docs), docs)
	}
}

// TestSamples: the rate says who is drawn, only new automatic actions are, and the same ones again.
func TestSamples(t *testing.T) {
	decide := func(rates worklist.Sampling, night string, d *pipeline.Dossier) (drawn []string) {
		r := ledger.Decide(d, ledger.Night{Date: day(night), Params: &params, RulesVersion: "prova", Sampling: rates})
		for _, sh := range r.Sheets {
			if sh.Kind == worklist.KindSample {
				if sh.Sample == nil || sh.Sample.Action.ID != sh.Owner || sh.Office != "7000" || len(sh.Documents) == 0 || sh.Claim == nil {
					t.Errorf("%+v", sh)
				}
				drawn = append(drawn, sh.Sample.Action.Type)
			}
		}
		return drawn
	}
	s := newStory(aspi())
	s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
	s.d.Communications[0].Acquired = day("2014-09-10")
	if got := decide(worklist.Sampling{Default: 1000}, "2014-09-10", &s.d); len(got) != 2 {
		t.Errorf("all are drawn, but %v", got)
	}
	if got := decide(worklist.Sampling{}, "2014-09-10", &s.d); len(got) != 0 {
		t.Errorf("none is drawn, but %v", got)
	}
	rule := ledger.Decide(&s.d, ledger.Night{Date: day("2014-09-10"), Params: &params}).Actions[0].Rule
	if got := decide(worklist.Sampling{Default: 1000, ByRule: map[string]int{rule: 0}}, "2014-09-10", &s.d); len(got) != 1 {
		t.Errorf("one rule is left out, but %v", got)
	}
	s.night("2014-09-10")
	if got := decide(worklist.Sampling{Default: 1000}, "2014-09-11", &s.d); len(got) != 0 {
		t.Errorf("nothing is new, but %v", got)
	}
}

// TestQuestionsAreShown when they arrive, when they are answered, and when an exception shows them.
func TestQuestionsAreShown(t *testing.T) {
	s := newStory(aspi())
	ask := func(on, answer string) {
		s.d.Questions = append(s.d.Questions, pipeline.DomesticQuestion{
			ID: sha256.Sum256([]byte("q" + answer)), Protocol: "Q1", On: day("2014-08-20"), Category: pipeline.QuestionRelationship, Acquired: day(on),
			Employer: "BNCNNA60E50L219X", Worker: person, RelationshipCode: "DOM-0001", Answer: answer,
			Attachments: []pipeline.Attachment{{Name: "contratto.pdf", Format: "PDF", Bytes: 7}},
		})
	}
	ask("2014-08-21", "")
	s.night("2014-08-21")
	got := s.sheet(t, worklist.KindQuestion, "Q1")
	want := worklist.Question{
		Protocol: "Q1", On: day("2014-08-20"), Category: pipeline.QuestionRelationship, Employer: "BNC*************", Code: "DOM-0001", Claim: "D1",
		Attachments: []pipeline.Attachment{{Name: "contratto.pdf", Format: "PDF", Bytes: 7}},
	}
	if d := diff.Diff(&want, got.Question); d != "" || got.Office != "7000" {
		t.Errorf("%s: %s", got.Office, d)
	}

	s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31", func(c *pipeline.Communication) {
		c.Model, c.Pending, c.Code = pipeline.ModelDomestico, true, "DOM-0001"
	})
	s.night("2014-09-10").want(t, "", "DOMESTICO_IN_DEFINIZIONE")
	want.Exception = s.last.Exceptions[0].ID
	if d := diff.Diff(&want, s.sheet(t, worklist.KindQuestion, "Q1").Question); d != "" {
		t.Errorf("on an exception: %s", d)
	}
	s.night("2014-09-11")
	if s.last.Sheets != nil {
		t.Errorf("nothing is new, but there are sheets: %v", s.owners())
	}
	ask("2014-09-12", "provveduto")
	s.night("2014-09-12")
	if q := s.sheet(t, worklist.KindQuestion, "Q1").Question; q.Answer != "provveduto" {
		t.Errorf("the answer is not shown: %+v", q)
	}
}

// TestPriorityStays from night to night while the facts do, and goes by what may be lost.
func TestPriorityStays(t *testing.T) {
	c := aspi()
	c.DailyAmount = pipeline.Some(pipeline.Cents(40_00))
	s := newStory(c)
	s.hire(employerX, "A.02.00", "2014-08-01", "", func(m *pipeline.Communication) { m.Code = "0000000000000001" })
	s.hire(employerX, "B.01.00", "2014-08-01", "")
	s.declare("D1", "2014-08-05", work("2014-07-10", "2014-09-30", employerY))
	first := map[string]int32{}
	for n := range 40 {
		s.night((day("2014-08-20") + pipeline.Date(n)).String())
		for i := range s.last.Exceptions {
			e := &s.last.Exceptions[i]
			if want := worklist.Priority(e, worklist.RiskOf(e, &c)); e.Priority != want || want == 0 {
				t.Fatalf("%s %s: priority %d, want %d", s.prev, e.Code, e.Priority, want)
			}
			if old, ok := first[e.ID+e.Fingerprint]; ok && old != e.Priority {
				t.Fatalf("%s %s: priority %d, was %d", s.prev, e.Code, e.Priority, old)
			}
			first[e.ID+e.Fingerprint] = e.Priority
		}
	}
	if len(first) == 0 {
		t.Fatal("no exception")
	}
	s.d.Claims = nil // absent tonight: nobody knows the amount, and the priority stays
	s.night("2014-10-01")
	for _, e := range s.last.Exceptions {
		if e.Priority != first[e.ID+e.Fingerprint] {
			t.Errorf("%s of an absent claim: priority %d, was %d", e.Code, e.Priority, first[e.ID+e.Fingerprint])
		}
	}
}

// TestWhatOperatorsDidShows on the row of the submission and nowhere else.
func TestWhatOperatorsDidShows(t *testing.T) {
	s := newStory(aspi())
	protocol := s.withoutPIN().Protocol
	s.night("2014-08-02")
	before := s.last.Submissions[0]
	if before.List != pipeline.ListPending || before.Read || before.Outcome != "" {
		t.Fatalf("untouched: %+v", before)
	}
	for name, c := range map[string]struct {
		handling ledger.Handling
		want     func(*pipeline.SubmissionRow)
	}{
		"read": {ledger.Handling{ReadAt: 7}, func(r *pipeline.SubmissionRow) { r.Read, r.ReadAt = true, 7 }},
		"closed": {ledger.Handling{ReadAt: 7, Outcome: "FONDATA"}, func(r *pipeline.SubmissionRow) {
			r.Read, r.ReadAt, r.List, r.Outcome = true, 7, pipeline.ListWorked, "FONDATA"
		}},
		"reopened":      {ledger.Handling{Reopened: true}, func(*pipeline.SubmissionRow) {}},
		"closed unread": {ledger.Handling{Outcome: "UTILE"}, func(r *pipeline.SubmissionRow) { r.List, r.Outcome = pipeline.ListWorked, "UTILE" }},
	} {
		n := ledger.Night{Date: day("2014-08-03"), Previous: day("2014-08-02"), Params: &params, RulesVersion: "prova"}
		untouched := ledger.Decide(&s.d, n)
		n.Handled = func(r *pipeline.SubmissionRow) (ledger.Handling, bool) { return c.handling, r.Protocol == protocol }
		got := ledger.Decide(&s.d, n)
		want := untouched.Submissions[0]
		c.want(&want)
		if d := diff.Diff([]pipeline.SubmissionRow{want}, got.Submissions); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		got.Submissions, untouched.Submissions = nil, nil
		if d := diff.Diff(untouched, got); d != "" {
			t.Errorf("%s: something else changed: %s", name, d)
		}
	}
}

// TestAReopenedSubmissionIsNotWorkedByTheProcedureAgain until an operator closes it.
func TestAReopenedSubmissionIsNotWorkedByTheProcedureAgain(t *testing.T) {
	s := newStory(aspi())
	s.withoutPIN().PIN = pipeline.PINDispositive
	s.night("2014-08-02")
	if r := s.last.Submissions[0]; r.List != pipeline.ListWorked || r.Read {
		t.Fatalf("the procedure has not worked it: %+v", r)
	}
	n := ledger.Night{Date: day("2014-08-03"), Previous: day("2014-08-02"), Params: &params, RulesVersion: "prova"}
	handling := ledger.Handling{Reopened: true}
	n.Handled = func(*pipeline.SubmissionRow) (ledger.Handling, bool) { return handling, true }
	if r := ledger.Decide(&s.d, n).Submissions[0]; r.List != pipeline.ListPending || r.Outcome != "" {
		t.Errorf("reopened: %+v", r)
	}
	handling.Outcome = "FONDATA"
	if r := ledger.Decide(&s.d, n).Submissions[0]; r.List != pipeline.ListWorked || r.Outcome != "FONDATA" {
		t.Errorf("closed again: %+v", r)
	}
}
