package unilav_test

import (
	"bytes"
	"encoding/xml"
	"reflect"
	"slices"
	"testing"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/unilav"
)

// codes are the discards that a single document can end in.
var codes = []string{
	pipeline.DiscardEncoding, pipeline.DiscardDTD, pipeline.DiscardMalformed, pipeline.DiscardJSON, pipeline.DiscardDepth,
	pipeline.DiscardTooLong, pipeline.DiscardTooMany, pipeline.DiscardAttributes, pipeline.DiscardNamespace,
	pipeline.DiscardRoot, pipeline.DiscardDuplicate, pipeline.DiscardMissing, pipeline.DiscardDate,
	pipeline.DiscardTaxCode, pipeline.DiscardCode, pipeline.DiscardPrevious, pipeline.DiscardKind, pipeline.DiscardValue,
	pipeline.DiscardAmount,
}

func FuzzUnilav(f *testing.F) {
	for _, name := range documentNames(f) {
		doc := document(f, name)
		f.Add(doc.Data, doc.Format == inbox.JSON)
	}
	f.Fuzz(func(t *testing.T, data []byte, isJSON bool) {
		doc := inbox.Document{Source: source("x"), Format: inbox.XML, Data: data}
		if isJSON {
			doc.Format = inbox.JSON
		}
		parsed := unilav.Parse(doc)
		if !reflect.DeepEqual(parsed, unilav.Parse(doc)) {
			t.Fatal("two readings differ")
		}
		checkParsed(t, parsed)
		if !isJSON && len(parsed.Communications) > 0 {
			if err := unmarshal(data, new(anything)); err != nil {
				t.Fatalf("accepted, but encoding/xml says %v", err)
			}
		}
	})
}

// anything takes any document in.
type anything struct {
	XMLName xml.Name
	Inner   []byte `xml:",innerxml"`
}

// checkParsed asserts what holds for every document: it is accepted or discarded for a reason, what is required is
// there, and identity is one.
func checkParsed(t *testing.T, parsed inbox.Parsed) {
	if len(parsed.Communications) == 0 && len(parsed.Discards) != 1 {
		t.Fatalf("neither accepted nor discarded once: %+v", parsed)
	}
	for _, d := range parsed.Discards {
		if !slices.Contains(codes, d.Code) || d.Message == "" || d.CommCode != "" && len(d.CommCode) != 16 {
			t.Fatalf("discard %+v", d)
		}
	}
	last := int32(-1)
	for _, c := range parsed.Communications {
		nobody := c.Model == pipeline.ModelVardatori && c.Worker == "" && len(parsed.Communications) == 1
		if _, err := pipeline.ParseCodiceFiscale(string(c.Worker)); err != nil && !nobody {
			t.Fatalf("worker: %v", err)
		}
		if len(c.Code) != 16 || c.SentOn == 0 || c.Employer == "" || c.Part <= last || c.ID != parsed.Communications[0].ID {
			t.Fatalf("communication %+v", c)
		}
		if c.EventDate == 0 && c.Event != pipeline.EventHire && c.Event != pipeline.EventUrgent && !nobody {
			t.Fatalf("%s without a day", c.Event)
		}
		if bytes.ContainsAny([]byte(c.Surname+c.GivenName+c.EmployerName), "\x00\x01") {
			t.Fatal("control characters kept")
		}
		last = c.Part
	}
}
