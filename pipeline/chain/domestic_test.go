package chain_test

import (
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
)

// corrected makes a record that corrects or cancels another and, like all of them, does not say what happened: it is read
// as a hire, with its days as they stand.
func corrected(n int, code, start, end, day string, opts ...option) *pipeline.Communication {
	return hire(n, code, companyX, start, end, append([]option{domestic, on(day)}, opts...)...)
}

func TestDomesticCorrections(t *testing.T) {
	h := hire(1, "D1", companyX, "2013-10-01", "2013-12-31", domestic)
	runAll(t, []scenario{
		{
			"of the hire",
			comms{h, corrected(2, "D2", "2013-10-08", "2014-01-31", "", corrects("D1"))},
			[]string{"D1 X 2013-10-08..2014-01-31 DOMESTICO {D1 D2}"},
		},
		{
			"of an extension, which stays one",
			comms{
				h, extension(2, "D2", companyX, "2013-10-01", "2014-03-31", domestic, until("2013-12-31")),
				corrected(3, "D3", "2013-10-01", "2014-02-28", "2013-12-20", corrects("D2")),
			},
			[]string{"D1 X 2013-10-01..2014-02-28 DOMESTICO agreed=2013-12-31 ext(D3 2013-12-31>2014-02-28) {D1 D2 D3}"},
		},
		{
			"of a correction of a termination, which has no day but its end",
			comms{
				h, termination(2, "D2", companyX, "2013-10-01", "2013-11-30", domestic),
				corrected(3, "D3", "2013-10-01", "2013-11-20", "2013-11-20", corrects("D2")),
				corrected(4, "D4", "2013-10-01", "2013-11-10", "", corrects("D3")),
			},
			[]string{"D1 X 2013-10-01..2013-11-10 DOMESTICO agreed=2013-12-31 terminated {D1 D2 D3 D4}"},
		},
		{
			"of a conversion, to permanent",
			comms{
				h, conversion(2, "D2", companyX, "2013-10-01", "", "2013-11-01", domestic, contract("A.04.01")),
				corrected(3, "D3", "2013-10-01", "", "2013-11-15", corrects("D2"), contract("A.04.00")),
			},
			[]string{"D1 X 2013-10-01.. DOMESTICO agreed=2013-12-31 permanent=2013-11-15 {D1 D2 D3}"},
		},
		{
			"of what is not here: what the record can only be",
			comms{corrected(2, "D2", "2013-10-01", "2013-12-31", "", corrects("D1"))},
			[]string{"D2 X 2013-10-01..2013-12-31 DOMESTICO {D2}"},
		},
		{
			"of another worker's termination, which comes with it: no hire",
			comms{
				corrected(2, "D2", "2013-10-01", "2013-11-20", "", corrects("D1")),
				termination(1, "D1", companyX, "2013-10-01", "2013-11-30", domestic, func(c *pipeline.Communication) { c.Part = pipeline.PartCited }),
			},
			[]string{"D1 X 2013-10-01..2013-11-20 DOMESTICO terminated RICOSTRUITO {D1 D2}"},
		},
		{
			"in a ring",
			comms{
				corrected(1, "D1", "2013-10-01", "2013-12-31", "", corrects("D2")),
				corrected(2, "D2", "2013-10-01", "2013-11-30", "", corrects("D1")),
			},
			[]string{"D1 X 2013-10-01..2013-11-30 DOMESTICO {D1 D2}"},
		},
		{
			"of the Ministry's document with that code: none",
			comms{
				hire(1, "K001", companyX, "2013-10-01", "2013-12-31"),
				corrected(2, "D2", "2013-10-01", "2014-01-31", "", corrects("K001")),
			},
			[]string{
				"D2 X 2013-10-01..2014-01-31 DOMESTICO {D2}",
				"K001 X 2013-10-01..2013-12-31 {K001}",
			},
		},
	})
}

func TestDomesticCancellations(t *testing.T) {
	h := hire(1, "D1", companyX, "2013-10-01", "2013-12-31", domestic)
	end := termination(2, "D2", companyX, "2013-10-01", "2013-11-30", domestic)
	runAll(t, []scenario{
		{
			"of the hire",
			comms{h, corrected(2, "D2", "2013-10-01", "", "", cancels("D1"))},
			[]string{"D1 X 2013-10-01..2013-12-31 DOMESTICO cancelled {D1 D2}"},
		},
		{
			"of the termination, by a record without days",
			comms{h, end, corrected(3, "D3", "", "", "", cancels("D2"))},
			[]string{"D1 X 2013-10-01..2013-12-31 DOMESTICO {D1 D2 D3}"},
		},
		{
			"of a correction of the termination: the termination is gone too",
			comms{h, end, corrected(3, "D3", "2013-10-01", "2013-11-20", "", corrects("D2")), corrected(4, "D4", "", "", "", cancels("D3"))},
			[]string{"D1 X 2013-10-01..2013-12-31 DOMESTICO {D1 D2 D3 D4}"},
		},
		{
			"with a code that begins with zeros",
			comms{
				hire(1, "0000-7", companyX, "2013-10-01", "2013-12-31", domestic),
				corrected(2, "9", "2013-10-01", "", "", cancels("0000-7")),
			},
			[]string{"0000-7 X 2013-10-01..2013-12-31 DOMESTICO cancelled {0000-7 9}"},
		},
	})
}

func TestPending(t *testing.T) {
	runAll(t, []scenario{
		{
			"a hire that waits",
			comms{hire(1, "D1", companyX, "2013-10-01", "2013-12-31", pending)},
			[]string{"D1 X 2013-10-01..2013-12-31 DOMESTICO pending {D1}"},
		},
		{
			"defined by its correction",
			comms{
				hire(1, "D1", companyX, "2013-10-01", "2013-12-31", pending),
				corrected(2, "D2", "2013-10-01", "2013-12-31", "", corrects("D1")),
			},
			[]string{"D1 X 2013-10-01..2013-12-31 DOMESTICO {D1 D2}"},
		},
		{
			"the last valid record says so, not the first and not a cancelled one",
			comms{
				hire(1, "D1", companyX, "2013-10-01", "2013-12-31", domestic),
				extension(2, "D2", companyX, "2013-10-01", "2014-01-31", pending),
				extension(3, "D3", companyX, "2013-10-01", "2014-02-28", domestic),
				corrected(4, "D4", "", "", "", cancels("D3")),
			},
			[]string{"D1 X 2013-10-01..2014-01-31 DOMESTICO agreed=2013-12-31 ext(D2 2013-12-31>2014-01-31) pending {D1 D2 D3 D4}"},
		},
		{
			"cancelled: nothing waits",
			comms{
				hire(1, "D1", companyX, "2013-10-01", "2013-12-31", pending),
				corrected(2, "D2", "2013-10-01", "", "", pending, cancels("D1")),
			},
			[]string{"D1 X 2013-10-01..2013-12-31 DOMESTICO cancelled {D1 D2}"},
		},
	})
}

func TestDomesticDocumentsAreNotChanged(t *testing.T) {
	h := hire(1, "D1", companyX, "2013-10-01", "2013-12-31", domestic)
	end := termination(2, "D2", companyX, "2013-10-01", "2013-11-30", domestic)
	fix := corrected(3, "D3", "2013-10-01", "2013-11-20", "", corrects("D2"))
	before := *fix
	rels := chain.Build(comms{fix, end, h})
	if len(rels) != 1 || len(rels[0].Chain) != 3 || rels[0].Chain[2] != fix || *fix != before {
		t.Errorf("%d relationships; the correction was copied or changed", len(rels))
	}
}
