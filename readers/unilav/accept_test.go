package unilav_test

import (
	"testing"
	"time"

	"incrocio/pipeline"
	"incrocio/readers/unilav"
)

// one parses an edited document that must give one communication.
func one(t *testing.T, name string, edits ...string) pipeline.Communication {
	t.Helper()
	parsed := unilav.Parse(edited(t, name, edits...))
	if len(parsed.Communications) != 1 || len(parsed.Discards) > 0 {
		t.Fatalf("%d communications, discards %+v", len(parsed.Communications), parsed.Discards)
	}
	return parsed.Communications[0]
}

func TestSentAt(t *testing.T) {
	for text, want := range map[string]struct {
		utc, on string
		assumed bool
	}{
		"2014-07-01T00:30:00+02:00":         {"2014-06-30T22:30:00Z", "2014-07-01", false},
		"2014-06-30T22:30:00Z":              {"2014-06-30T22:30:00Z", "2014-07-01", false},
		"2014-06-30T22:30:00.5-00:30":       {"2014-06-30T23:00:00.5Z", "2014-07-01", false},
		"2014-06-30T22:30:00.123Z":          {"2014-06-30T22:30:00.123Z", "2014-07-01", false},
		"2014-06-30T22:30:00.123456Z":       {"2014-06-30T22:30:00.123456Z", "2014-07-01", false},
		"2014-06-30T22:30:00.1234569Z":      {"2014-06-30T22:30:00.123456Z", "2014-07-01", false},
		"2014-06-30T22:30:00.1234567890+00": {"", "", false},
		"2014-01-01T00:00:00+0100":          {"2013-12-31T23:00:00Z", "2014-01-01", false},
		"2014-07-01T00:30:00":               {"2014-06-30T22:30:00Z", "2014-07-01", true},
		"2014-01-01T00:30:00.25":            {"2013-12-31T23:30:00.25Z", "2014-01-01", true},
		"2014-01-01":                        {"2013-12-31T23:00:00Z", "2014-01-01", true},
		"2014-01-01+05:00":                  {"2013-12-31T23:00:00Z", "2014-01-01", true},
		"2014-03-30T02:30:00":               {"2014-03-30T01:30:00Z", "2014-03-30", true}, // left out by summer time
		"2014-10-26T02:30:00":               {"2014-10-26T00:30:00Z", "2014-10-26", true}, // comes twice
		" 2014-01-01T00:00:00Z ":            {"2014-01-01T00:00:00Z", "2014-01-01", false},
		"2014-01-01T00:00:00z":              {"", "", false},
		"2014-01-01 00:00:00":               {"", "", false},
		"2014-01-01T00:00":                  {"", "", false},
		"2014-01-01T00:00:60Z":              {"", "", false},
	} {
		doc := edited(t, hire, "2014-02-27T09:30:15.1234567+01:00", text)
		if want.utc == "" {
			discarded(t, doc, pipeline.DiscardDate)
			continue
		}
		c := one(t, hire, "2014-02-27T09:30:15.1234567+01:00", text)
		utc, err := time.Parse(time.RFC3339Nano, want.utc)
		if err != nil {
			t.Fatal(err)
		}
		if c.SentAt != pipeline.InstantOf(utc) || c.SentOn.String() != want.on || c.ZoneAssumed != want.assumed {
			t.Errorf("%q: %v on %v, assumed %v; want %+v", text, c.SentAt.Time(), c.SentOn, c.ZoneAssumed, want)
		}
	}
}

func TestEventDateAliases(t *testing.T) {
	const both = `data="2014-06-27" dataFine="2014-06-30"`
	for attrs, want := range map[string]string{
		`dataCessazione="2014-06-20" data="2014-06-21" dataFine="2014-06-22"`: "2014-06-20",
		`dataFine="2014-06-22" data="2014-06-21"`:                             "2014-06-21",
		`dataFine="2014-06-22Z"`:                                              "2014-06-22",
		`dataCessazione="" dataFine="2014-06-22"`:                             "2014-06-22",
	} {
		if c := one(t, cessant, both, attrs); c.EventDate.String() != want || c.EventCode != "DI" {
			t.Errorf("%s: %v %s, want %s", attrs, c.EventDate, c.EventCode, want)
		}
	}
	if c := one(t, "trasformazione.xml", "dataTrasformazione", "data"); c.EventDate.String() != "2014-07-01" {
		t.Errorf("conversion: %v", c.EventDate)
	}
}

func TestOpenEnds(t *testing.T) {
	for _, day := range []string{"9999-12-31", "1900-01-01", "9999-12-31Z", ""} {
		if c := one(t, hire, `dataFine="2014-08-29"`, `dataFine="`+day+`"`); c.End != 0 {
			t.Errorf("%s: end %v", day, c.End)
		}
	}
	c := one(t, "somministrazione.xml", `dataFineSomm="2014-06-30"`, `dataFineSomm="9999-12-31"`,
		`dataFineMissione="2014-06-30"`, `dataFineMissione="1900-01-01"`)
	if c.End != 0 || c.MissionEnd != 0 || c.MissionStart == 0 {
		t.Errorf("agency work: %v, mission %v to %v", c.End, c.MissionStart, c.MissionEnd)
	}
}

// What is readable but odd is accepted: the rules judge it.
func TestAccepted(t *testing.T) {
	c := one(t, hire, `dataFine="2014-08-29"`, `dataFine="2014-02-28"`)
	if c.Start <= c.End {
		t.Errorf("end before start: %v to %v", c.Start, c.End)
	}
	if c = one(t, "rettifica.xml", `codiceComunicazionePrec="1800014001234567"`, ``); c.PreviousCode != "1800014001234567" {
		t.Errorf("long name of the previous code: %q", c.PreviousCode)
	}
	c = one(t, "rettifica.xml", `codiceComunicazionePrec="1800014001234567" codiceComunicazionePrecedente="1800014001234567"`, ``)
	if c.Purpose != pipeline.PurposeCorrection || c.PreviousCode != "" {
		t.Errorf("correction of nothing: %+v", c)
	}
	if c = one(t, hire, `codiceFiscale="02145670895"`, `codiceFiscale="de12-34/x"`); c.Employer != "DE12-34/X" {
		t.Errorf("foreign employer: %q", c.Employer)
	}
	if c = one(t, hire, "BRNLCU81C12F205X", "10000000009"); !c.Worker.Temporary() {
		t.Errorf("temporary code: %q", string(c.Worker))
	}
	if c = one(t, cessant, `TipologiaContrattuale="A.02.00" dataFine="2014-08-29"`, ``); c.Start != 0 || c.EventDate == 0 {
		t.Errorf("orphan: %+v", c)
	}
	if c = one(t, hire, "Bruni<", "Bruni &amp;amp; C.<"); c.Surname != "Bruni &amp; C." {
		t.Errorf("escaped twice: %q", c.Surname)
	}
	if c = one(t, hire, "<nome>Luca", "<nome>Luci\u0300"); c.GivenName != "Luc\u00ec" { // decomposed becomes composed
		t.Errorf("accent: %q", c.GivenName)
	}
	if c = one(t, "somministrazione_proroga.xml", `codiceFiscale="09123456783" `, ``); c.UserCompany != "" || c.EventCode != "2.02" {
		t.Errorf("user company unknown: %+v", c)
	}
	if c = one(t, "somministrazione.xml", "ione>NO</Pubb", "ione>SI</Pubb"); !c.PublicEmployer {
		t.Error("public user company not seen")
	}
	if c = one(t, "somministrazione.xml"); c.Availability != pipeline.Unknown {
		t.Errorf("an amount read as a flag: %q", c.Availability)
	}
	if c = one(t, hire, ">17931<", ">17931.50<"); c.YearlyPay != pipeline.Some(pipeline.Cents(1793150)) {
		t.Errorf("pay %v", c.YearlyPay)
	}
	if c = one(t, twin, `"codiceComunicazionePrec": null`, `"proroga": null`); c.Event != pipeline.EventHire {
		t.Errorf("null body: %v", c.Event)
	}
}

func TestVariationsOfAgencyWork(t *testing.T) {
	const before = `<DatiVariazione codiceVariazione="4.01"><DatiCessazione dataCessazione="2014-06-13"/>`
	for _, v := range []struct {
		code, element string
		event         pipeline.EventKind
	}{
		{"2.01", `<DatiProroga dataFineProroga="2014-06-13"/>`, pipeline.EventExtension},
		{"2.03", `<DatiProroga dataFineProroga="2014-06-13"/>`, pipeline.EventExtension},
		{"3.01", `<DatiTrasformazione dataTrasformazione="2014-06-13"/>`, pipeline.EventConversion},
		{"3.04", `<DatiTrasformazione data="2014-06-13"/>`, pipeline.EventConversion},
		{"4.01", `<DatiCessazione data="2014-06-13"/>`, pipeline.EventTermination},
		{"4.02", `<DatiCessazione dataFine="2014-06-13"/>`, pipeline.EventTermination},
	} {
		c := one(t, mission, before, `<DatiVariazione codiceVariazione="`+v.code+`">`+v.element)
		if c.Event != v.event || c.EventCode != v.code || c.EventDate != pipeline.MustDate("2014-06-13") {
			t.Errorf("%s: %s %s %v", v.code, c.Event, c.EventCode, c.EventDate)
		}
	}
}
