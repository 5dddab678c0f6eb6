package unilav_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/unilav"
)

func unmarshal(data []byte, v any) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return d.Decode(v)
}

// flat is what oracle and reader are compared by: texts as they are written, without what the reader works out.
type flat struct {
	Code, Previous, Version, Sender, Purpose, Employer, EmployerName, Public                     string
	Worker, Surname, GivenName, Sex, BirthPlace, BirthDate                                       string
	Contract, Start, End, Hours, Partner, Seasonal, Agricultural, Availability, Event, EventCode string
	EventDate                                                                                    string
}

func flatOracle(o *documents.PlainUnilav) flat {
	f := flat{
		Code: o.Code, Previous: o.Previous, Version: o.Version, Sender: strings.ToUpper(o.Sender), Purpose: o.Purpose,
		Employer: strings.ToUpper(o.Employer.Code), EmployerName: o.Employer.Name, Public: no(o.Employer.Public),
		Worker: strings.ToUpper(o.Person.TaxCode), Surname: o.Person.Surname, GivenName: o.Person.GivenName,
		Sex: strings.ToUpper(o.Person.Sex), BirthPlace: strings.ToUpper(o.Person.BirthPlace), BirthDate: o.Person.BirthDate,
	}
	if f.Previous == "" {
		f.Previous = o.PreviousLong
	}
	c := o.Hire
	switch {
	case o.Hire != nil:
		f.Event = string(pipeline.EventHire)
	case o.Extension != nil:
		f.Event, f.EventDate, c = string(pipeline.EventExtension), o.Extension.NewEnd, &o.Extension.Contract
	case o.Conversion != nil:
		f.Event, f.EventCode, c = string(pipeline.EventConversion), o.Conversion.Code, &o.Conversion.Contract
		f.EventDate = firstOf(o.Conversion.Day, o.Conversion.Data, o.Conversion.DataFine)
	case o.Termination != nil:
		f.Event, f.EventCode, c = string(pipeline.EventTermination), o.Termination.Cause, &o.Termination.Contract
		f.EventDate = firstOf(o.Termination.LastDay, o.Termination.Data, o.Termination.DataFine)
	}
	f.EventCode = strings.ToUpper(f.EventCode)
	f.Contract, f.Start, f.End, f.Hours = strings.ToUpper(c.Contract), c.Start, c.End, strings.ToUpper(c.Hours.Code)
	f.Partner, f.Seasonal, f.Agricultural, f.Availability = no(c.Partner), no(c.Seasonal), no(c.Agricultural), c.Availability
	return f
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

// no gives a flag that is absent, or not SI, as NO.
func no(s string) string {
	if strings.EqualFold(strings.TrimSpace(s), "SI") {
		return "SI"
	}
	return "NO"
}

func flatten(c *pipeline.Communication) flat {
	yesNo := map[bool]string{true: "SI", false: "NO"}
	return flat{
		Code: c.Code, Previous: c.PreviousCode, Version: c.Version, Sender: c.Sender, Purpose: string(c.Purpose),
		Employer: c.Employer, EmployerName: c.EmployerName, Public: yesNo[c.PublicEmployer],
		Worker: string(c.Worker), Surname: c.Surname, GivenName: c.GivenName,
		Sex: c.Sex, BirthPlace: c.BirthPlace, BirthDate: c.BirthDate.String(),
		Contract: c.Contract, Start: c.Start.String(), End: c.End.String(), Hours: c.Hours,
		Partner: yesNo[c.Partner], Seasonal: yesNo[c.Seasonal], Agricultural: yesNo[c.Agricultural],
		Availability: string(c.Availability), Event: string(c.Event), EventCode: c.EventCode, EventDate: c.EventDate.String(),
	}
}

func TestAgreesWithOracle(t *testing.T) {
	compared := 0
	for _, name := range []string{
		"assunzione.xml", "proroga.xml", "trasformazione.xml", "cessazione.xml", "rettifica.xml",
		"annullamento_senza_precedente.xml",
	} {
		doc := document(t, name)
		var o documents.PlainUnilav
		if err := unmarshal(doc.Data, &o); err != nil {
			t.Fatal(err)
		}
		parsed := unilav.Parse(doc)
		if len(parsed.Communications) != 1 {
			t.Fatalf("%s: %+v", name, parsed.Discards)
		}
		compared++
		if d := cmp.Diff(flatOracle(&o), flatten(&parsed.Communications[0])); d != "" {
			t.Errorf("%s: -oracle +reader\n%s", name, d)
		}
	}
	if compared != 6 {
		t.Errorf("%d documents compared", compared)
	}
}

// Whatever text stands in a name, and however it is escaped, both readers see the same.
func TestTextsAgreeWithOracle(t *testing.T) {
	base := string(document(t, hire).Data)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-zàèìòù'& <>"\]]{1,30}`).Draw(t, "name")
		written := rapid.SampledFrom([]func(string) string{escape, characterReferences, cdata}).Draw(t, "form")(name)
		doc := []byte(strings.Replace(base, ">Bruni<", ">"+written+"<", 1))
		var o documents.PlainUnilav
		if err := unmarshal(doc, &o); err != nil {
			t.Fatal(err)
		}
		parsed := unilav.Parse(inbox.Document{Format: inbox.XML, Data: doc})
		if len(parsed.Communications) != 1 {
			t.Fatalf("%+v", parsed.Discards)
		}
		want := strings.TrimSpace(name)
		if got := parsed.Communications[0].Surname; got != want || strings.TrimSpace(o.Person.Surname) != want {
			t.Fatalf("%q: reader %q, oracle %q", written, got, o.Person.Surname)
		}
	})
}

func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err)
	}
	return b.String()
}

func characterReferences(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString("&#x" + strings.ToUpper(hexOf(r)) + ";")
	}
	return b.String()
}

func hexOf(r rune) string {
	const digits = "0123456789abcdef"
	if r < 16 {
		return digits[r : r+1]
	}
	return hexOf(r/16) + digits[r%16:r%16+1]
}

func cdata(s string) string {
	return "<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>"
}

func BenchmarkParse(b *testing.B) {
	doc := realistic(b)
	b.SetBytes(int64(len(doc.Data)))
	b.ReportAllocs()
	for b.Loop() {
		if parsed := unilav.Parse(doc); len(parsed.Communications) != 1 {
			b.Fatalf("%+v", parsed.Discards)
		}
	}
}

func BenchmarkEncodingXML(b *testing.B) {
	doc := realistic(b)
	b.SetBytes(int64(len(doc.Data)))
	b.ReportAllocs()
	for b.Loop() {
		var o documents.PlainUnilav
		if err := xml.Unmarshal(doc.Data, &o); err != nil || o.Hire == nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseJSON(b *testing.B) {
	doc := document(b, twin)
	b.SetBytes(int64(len(doc.Data)))
	b.ReportAllocs()
	for b.Loop() {
		if parsed := unilav.Parse(doc); len(parsed.Communications) != 1 {
			b.Fatalf("%+v", parsed.Discards)
		}
	}
}

// realistic is a hire of 2.7 kB, the mean of real documents, written with line ends.
func realistic(b *testing.B) inbox.Document {
	doc := document(b, hire)
	doc.Data = bytes.ReplaceAll(doc.Data, []byte("><"), []byte(">\n      <"))
	if n := len(doc.Data); n < 2500 || n > 3000 {
		b.Fatalf("%d bytes", n)
	}
	return doc
}
