package pipeline_test

import (
	"slices"
	"testing"

	"incrocio/pipeline"
)

func TestRelationshipEnd(t *testing.T) {
	extended := []pipeline.Extension{{Before: date("2013-12-31"), To: date("2014-06-30")}, {Before: date("2014-06-30"), To: date("2014-03-31")}}
	for _, c := range []struct {
		name string
		r    pipeline.Relationship
		want string
	}{
		{"open", pipeline.Relationship{}, ""},
		{"agreed", pipeline.Relationship{AgreedEnd: date("2013-12-31")}, "2013-12-31"},
		{"extended: the last sent", pipeline.Relationship{AgreedEnd: date("2013-12-31"), Extensions: extended}, "2014-03-31"},
		{"permanent", pipeline.Relationship{AgreedEnd: date("2013-12-31"), Extensions: extended, PermanentFrom: date("2014-02-01")}, ""},
		{"terminated", pipeline.Relationship{AgreedEnd: date("2013-12-31"), Extensions: extended, PermanentFrom: date("2014-02-01"), TerminatedOn: date("2014-02-15")}, "2014-02-15"},
	} {
		if got := c.r.End().String(); got != c.want {
			t.Errorf("%s: ends %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRelationshipEmployers(t *testing.T) {
	r := pipeline.Relationship{Model: pipeline.ModelUnisomm, Employer: "C", FormerEmployers: []string{"A", "B"}}
	if got := r.Employers(); !slices.Equal(got, []string{"C", "A", "B"}) {
		t.Errorf("Employers = %v", got)
	}
	for code, want := range map[string]bool{"A": true, "B": true, "C": true, "D": false, "": false} {
		if r.EmployedBy(code) != want {
			t.Errorf("EmployedBy(%q) = %v", code, !want)
		}
	}
	if (&pipeline.Relationship{}).EmployedBy("") {
		t.Error("no employer is nobody's employer")
	}
	if !r.Agency() || (&pipeline.Relationship{Model: pipeline.ModelUnilav, Contract: "A.06.01"}).Agency() {
		t.Error("agency work is told by the model, not by the contract")
	}
}

func TestUnassignedCode(t *testing.T) {
	for code, want := range map[string]bool{
		"": true, "123": true, "0000000000000000": true, "0000000000960266": true, "0502177200123456": false, "1300013000000001": false, "0010": false,
	} {
		if got := pipeline.UnassignedCode(code); got != want {
			t.Errorf("UnassignedCode(%q) = %v", code, got)
		}
	}
	c := pipeline.Communication{Code: "0000000000960266", ID: pipeline.DocID{0x0a, 0xff, 1, 2, 3, 4, 5, 6, 7}}
	if got := c.Ref(); got != "#0aff010203040506" {
		t.Errorf("Ref without a code: %s", got)
	}
	c.Code = "0502177200123456"
	if got := c.Ref(); got != c.Code {
		t.Errorf("Ref with a code: %s", got)
	}
}
