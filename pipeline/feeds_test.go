package pipeline_test

import (
	"testing"

	"incrocio/pipeline"
)

func TestOpenQuestions(t *testing.T) {
	q := func(protocol, answer string) pipeline.DomesticQuestion {
		return pipeline.DomesticQuestion{Protocol: protocol, Answer: answer}
	}
	list := []pipeline.DomesticQuestion{q("A", ""), q("B", ""), q("A", "Sì"), q("C", ""), q("C", ""), q("D", "No")}
	open := pipeline.OpenQuestions(list)
	if len(open) != 2 || open[0] != &list[1] || open[1] != &list[3] {
		t.Errorf("open: %v, want B and the first C", open)
	}
	if got := pipeline.OpenQuestions(nil); got != nil {
		t.Errorf("of nothing: %v", got)
	}
	if got := list[1].Ref(); got != "B" {
		t.Errorf("Ref %s", got)
	}
}

func TestVoucherIdentities(t *testing.T) {
	v := pipeline.Voucher{ID: pipeline.DocID{0x0a, 0xff}}
	seen := map[pipeline.DocID]bool{}
	for n := range 300 {
		seen[v.Nth(n)] = true
	}
	if v.Nth(0) != v.ID || len(seen) != 300 || v.ID != (pipeline.DocID{0x0a, 0xff}) {
		t.Errorf("%d identities of 300", len(seen))
	}
	if got := v.Ref(); got != "#0aff000000000000" {
		t.Errorf("Ref %s", got)
	}
}

func TestDomesticDay(t *testing.T) {
	early, late := date("2014-07-01"), date("2014-09-30")
	for _, c := range []struct {
		event         pipeline.EventKind
		end, on, want pipeline.Date
	}{
		{pipeline.EventHire, late, early, 0},
		{pipeline.EventExtension, late, early, late},
		{pipeline.EventExtension, early, late, late},
		{pipeline.EventExtension, late, 0, late},
		{pipeline.EventConversion, late, early, early},
		{pipeline.EventConversion, late, 0, 0},
		{pipeline.EventTermination, late, early, early},
		{pipeline.EventTermination, late, 0, late},
		{pipeline.EventTermination, 0, 0, 0},
	} {
		got := pipeline.DomesticDay(c.event, c.end, c.on)
		if again := pipeline.DomesticDay(c.event, c.end, got); got != c.want || again != got {
			t.Errorf("%s, end %s, on %s: %s, then %s; want %s", c.event, c.end, c.on, got, again, c.want)
		}
	}
	if pipeline.DomesticConversion(pipeline.ContractDomesticPermanent) != "DI" || pipeline.DomesticConversion(pipeline.ContractDomesticFixed) != "" {
		t.Error("only a conversion to permanent is one")
	}
}

func TestDomesticCodesAreAssigned(t *testing.T) {
	c := pipeline.Communication{Model: pipeline.ModelDomestico, Code: "0000-1"}
	if !c.Names("7") || !c.Names("DOM-0001") || c.Names("") || c.Ref() != "0000-1" {
		t.Errorf("a code of domestic work names nothing: %s", c.Ref())
	}
	c.Model = pipeline.ModelUnilav
	if c.Names("0000000000000007") || !c.Names("0502177200123456") {
		t.Error("codes of the Ministry are read otherwise")
	}
}
