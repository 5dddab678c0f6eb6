package main

import (
	"slices"
	"strings"
	"testing"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// claimantsOf invents n persons, each with a claim.
func claimantsOf(n int) []pipeline.Claim {
	var claims []pipeline.Claim
	for i := range n {
		surname, given, _, birth, _, code := documents.Person(900 + i)
		claims = append(claims, pipeline.Claim{
			Number: "77000" + string(rune('0'+i)), Protocol: "INPS.7000.30/01/2014.000000" + string(rune('0'+i)), TaxCode: code, Surname: surname,
			GivenName: given, BirthDate: birth, Office: "7000", Benefit: pipeline.BenefitASpI, State: pipeline.StateInPayment,
			TerminatedOn: pipeline.MustDate("2014-01-26"), FiledOn: pipeline.MustDate("2014-01-30"), Start: pipeline.MustDate("2014-02-03"),
			DaysGranted: 240, FormerEmployer: "10000000009", PaymentMode: pipeline.PaymentAtCounter,
		})
	}
	return claims
}

// hiredAs is a document that hires a claimant under a code.
func hiredAs(c *pipeline.Claim, code pipeline.CodiceFiscale, serial string) []byte {
	return documents.XML(hireAs(c, code, serial))
}

// hireAs hires a claimant under a code for three months.
func hireAs(c *pipeline.Claim, code pipeline.CodiceFiscale, serial string) *pipeline.Communication {
	start := pipeline.MustDate("2014-07-01")
	return &pipeline.Communication{
		Model: pipeline.ModelUnilav, Event: pipeline.EventHire, Purpose: pipeline.PurposeNormal, Code: "0709114000000" + serial, Version: "CO130131",
		SentAt: documents.Moment(start-1, 10, 0), SentOn: start - 1, Worker: code, Surname: strings.ToUpper(c.Surname), GivenName: c.GivenName,
		Sex: "M", BirthDate: c.BirthDate, BirthPlace: "H501", Employer: "10000000017", EmployerName: "Prova", Contract: "A.02.00", Hours: "F",
		Start: start, End: pipeline.MustDate("2014-09-30"),
	}
}

// TestIdentitiesInAHome goes through files: a notice that would make one of two claimants, an omocode's submission, a wrong
// code of a claimant and one of nobody. The night is repeated, and nothing that is printed shows a whole code.
func TestIdentitiesInAHome(t *testing.T) {
	home, night := t.TempDir(), pipeline.MustDate("2014-07-10")
	claims := claimantsOf(4)
	wrong := []byte(claims[2].TaxCode)
	wrong[15] = 'A' + (wrong[15]-'A'+1)%26
	nobody := claims[3]
	nobody.Surname = "Nessuno"
	other := []byte(nobody.TaxCode)
	other[15] = 'A' + (other[15]-'A'+1)%26
	snapshot(t, home, night, claims)
	put(t, home, map[string][]byte{
		"inbox/segnalazioni/v.jsonl": documents.Notice(&pipeline.Notice{
			Kind: pipeline.NoticeTaxCodeChanged, TaxCode: claims[0].TaxCode, NewCode: claims[1].TaxCode, On: night - 5, Protocol: "V1",
		}),
		"inbox/aspicom/s.jsonl": documents.Aspicom(&pipeline.Submission{
			Protocol: "INPS.7000.02/07/2014.0000001", SubmittedAt: documents.Moment(night-8, 10, 0), Form: "SR137", Channel: pipeline.ChannelWeb,
			PIN: pipeline.PINDispositive, TaxCode: claims[3].TaxCode.Omocode(1 << 6), Kind: pipeline.KindEvent,
			Events: []pipeline.Event{{Kind: pipeline.EventSickness, Start: night - 9, End: night + 9}},
		}),
		"inbox/unilav/wrong.xml":  hiredAs(&claims[2], pipeline.CodiceFiscale(wrong), "001"),
		"inbox/unilav/nobody.xml": hiredAs(&nobody, pipeline.CodiceFiscale(other), "002"),
	})
	said := ""
	run := func(args ...string) {
		c := call(t, home, append([]string{"run"}, args...)...)
		c.want(t, exitDiscarded)
		said += c.stdout + c.stderr
	}
	check := func() {
		t.Helper()
		var got []string
		for _, e := range rowsOf(t, home, night, tables.Exceptions) {
			got = append(got, e.Code+" "+e.Claim)
			said += e.Text + e.Proposed + e.Trace
			if e.Claim != "" && !slices.ContainsFunc(claims, func(c pipeline.Claim) bool { return c.Number == e.Claim && c.TaxCode == e.TaxCode }) {
				t.Errorf("%s is not under the code of its claim", e.Code)
			}
		}
		slices.Sort(got)
		want := []string{
			"DOMANDA_ASSENTE ", "IDENTITA_AMBIGUA 770000", "IDENTITA_AMBIGUA 770001", "IDENTITA_AMBIGUA 770002", "IDENTITA_AMBIGUA 770003",
		}
		if !slices.Equal(got, want) {
			t.Errorf("exceptions %q, want %q", got, want)
		}
		discards := rowsOf(t, home, night, tables.Discards)
		if len(discards) != 1 || discards[0].File != "nobody.xml" || discards[0].Code != pipeline.DiscardTaxCode {
			t.Errorf("discards %+v", discards)
		}
		if actions := rowsOf(t, home, night, tables.ActionsInForce); len(actions) != 0 {
			t.Errorf("actions %+v", actions)
		}
	}
	run("--date", night.String())
	check()
	c := call(t, home, "explain", "770002")
	c.want(t, exitOK)
	if said += c.stdout; !strings.Contains(c.stdout, "assunzione, rapporto dal 01/07/2014") {
		t.Errorf("the document is not told: %s", c.stdout)
	}
	run("--replace")
	check()
	for _, code := range []string{string(claims[0].TaxCode), string(claims[1].TaxCode), string(wrong), string(other), string(claims[3].TaxCode.Omocode(1 << 6))} {
		if strings.Contains(said, code) {
			t.Errorf("a whole code is printed: %s", pipeline.CodiceFiscale(code))
		}
	}
	// The same documents once more: the one that was accepted is a repeat, the other a discard as before.
	put(t, home, map[string][]byte{
		"inbox/unilav/again.xml":  hiredAs(&claims[2], pipeline.CodiceFiscale(wrong), "001"),
		"inbox/unilav/nobody.xml": hiredAs(&nobody, pipeline.CodiceFiscale(other), "002"),
	})
	run("--date", (night + 1).String())
	if n := len(rowsOf(t, home, night+1, tables.Discards)); n != 1 {
		t.Errorf("%d discards the night after, want 1", n)
	}
	for _, e := range rowsOf(t, home, night+1, tables.Exceptions) {
		if e.State != pipeline.ExceptionOpen {
			t.Errorf("%s is %s the night after", e.Code, e.State)
		}
	}
}
