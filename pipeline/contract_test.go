package pipeline_test

import (
	"testing"

	"incrocio/pipeline"
)

func TestContractTableLookup(t *testing.T) {
	table := pipeline.ContractTable{
		"B.01.00": {{Code: "B.01.00", Name: "progetto", Treatment: pipeline.TreatQuasi, ValidTo: date("2016-01-31")}},
		"B.03.00": {
			{Code: "B.03.00", Name: "prima", Treatment: pipeline.TreatQuasi, ValidFrom: date("2016-02-01"), ValidTo: date("2019-12-31")},
			{Code: "B.03.00", Name: "poi", Treatment: pipeline.TreatEmployment, ValidFrom: date("2021-01-01")},
		},
	}
	for _, c := range []struct{ code, on, name string }{
		{"B.01.00", "2014-01-01", "progetto"},
		{"B.01.00", "2016-01-31", "progetto"},
		{"B.01.00", "2018-01-01", "progetto"}, // withdrawn, yet the same
		{"B.03.00", "2014-01-01", "prima"},    // not yet, the nearest
		{"B.03.00", "2019-12-31", "prima"},
		{"B.03.00", "2020-06-30", "prima"}, // in the gap
		{"B.03.00", "2020-07-03", "poi"},
		{"B.03.00", "2021-01-01", "poi"},
		{"B.03.00", "2040-01-01", "poi"},
	} {
		if got := table.Lookup(c.code, date(c.on)); got.Name != c.name {
			t.Errorf("%s on %s: %q, want %q", c.code, c.on, got.Name, c.name)
		}
	}
	if got := table.Lookup("X.99.00", date("2014-01-01")); got != (pipeline.ContractType{Code: "X.99.00", Treatment: pipeline.TreatUnknown}) {
		t.Errorf("a code that is not there: %+v", got)
	}
}
