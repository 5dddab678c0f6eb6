package chain_test

import (
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
)

func TestLaterEvents(t *testing.T) {
	h := hire(1, "H001", companyX, "2013-10-01", "2013-12-31")
	runAll(t, []scenario{
		{
			"extensions in a row",
			comms{
				h, extension(2, "E001", companyX, "2013-10-01", "2014-03-31"),
				extension(3, "E002", companyX, "2013-10-01", "2014-06-30"),
			},
			[]string{"H001 X 2013-10-01..2014-06-30 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) ext(E002 2014-03-31>2014-06-30) {H001 E001 E002}"},
		},
		{
			"an extension that shortens",
			comms{
				h, extension(2, "E001", companyX, "2013-10-01", "2014-03-31"),
				extension(3, "E002", companyX, "2013-10-01", "2014-02-28"),
			},
			[]string{"H001 X 2013-10-01..2014-02-28 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) ext(E002 2014-03-31>2014-02-28) {H001 E001 E002}"},
		},
		{
			"a corrected extension keeps its place",
			comms{
				h, extension(2, "E001", companyX, "2013-10-01", "2014-03-31"),
				extension(3, "E002", companyX, "2013-10-01", "2014-06-30"),
				extension(4, "C001", companyX, "2013-10-01", "2014-03-15", corrects("E001")),
			},
			[]string{"H001 X 2013-10-01..2014-06-30 agreed=2013-12-31 ext(C001 2013-12-31>2014-03-15) ext(E002 2014-03-15>2014-06-30) {H001 E001 E002 C001}"},
		},
		{
			"a cancelled extension",
			comms{
				h, extension(2, "E001", companyX, "2013-10-01", "2014-03-31"),
				extension(3, "A001", companyX, "2013-10-01", "2014-03-31", cancels("E001")),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 E001 A001}"},
		},
		{
			"events that cite the start before its correction",
			comms{
				h, hire(2, "C001", companyX, "2013-10-07", "2013-12-31", corrects("H001")),
				extension(3, "E001", companyX, "2013-10-01", "2014-03-31"),
				termination(4, "T001", companyX, "2013-10-07", "2014-02-15"),
			},
			[]string{"H001 X 2013-10-07..2014-02-15 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) terminated {H001 C001 E001 T001}"},
		},
		{
			"a termination beats a later extension, and the earliest of two counts",
			comms{
				h, termination(2, "T001", companyX, "2013-10-01", "2013-11-30"),
				termination(3, "T002", companyX, "2013-10-01", "2013-11-15"),
				termination(3, "T003", companyX, "2013-10-01", "2013-11-20"),
				extension(4, "E001", companyX, "2013-10-01", "2014-03-31"),
			},
			[]string{"H001 X 2013-10-01..2013-11-15 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) terminated {H001 T001 T002 T003 E001}"},
		},
		{
			"a cancelled termination",
			comms{
				h, termination(2, "T001", companyX, "2013-10-01", "2013-11-30"),
				termination(3, "A001", companyX, "2013-10-01", "2013-11-30", cancels("T001")),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 T001 A001}"},
		},
		{
			"a conversion to permanent opens the end, the earliest of two",
			comms{
				h, conversion(2, "V001", companyX, "2013-10-01", "DI", "2013-12-01"),
				conversion(3, "V002", companyX, "2013-10-01", "FF", "2013-11-01"),
			},
			[]string{"H001 X 2013-10-01.. agreed=2013-12-31 permanent=2013-11-01 {H001 V001 V002}"},
		},
		{
			"a cancelled conversion",
			comms{
				h, conversion(2, "V001", companyX, "2013-10-01", "AI", "2013-12-01"),
				conversion(3, "A001", companyX, "2013-10-01", "AI", "2013-12-01", cancels("V001")),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 V001 A001}"},
		},
		{
			"conversions that show another contract and no end, which their codes do not say",
			comms{
				h, conversion(2, "V001", companyX, "2013-10-01", "QQ", "2013-12-01", contract("A.01.00")),
				conversion(3, "V002", companyX, "2013-10-01", "TP", "2013-11-01", contract("A.07.00")),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 shown(A.07.00 2013-11-01) shown(A.01.00 2013-12-01) {H001 V001 V002}"},
		},
		{
			"a conversion that shows another contract with an end, and one that is cancelled",
			comms{
				h, conversion(2, "V001", companyX, "2013-10-01", "QQ", "2013-12-01", contract("A.01.00"), until("2013-12-31")),
				conversion(3, "V002", companyX, "2013-10-01", "QQ", "2013-11-01", contract("A.01.00")),
				conversion(4, "A001", companyX, "2013-10-01", "QQ", "2013-11-01", contract("A.01.00"), cancels("V002")),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 V001 V002 A001}"},
		},
		{
			"conversions of the hours leave those of the hire",
			comms{
				h, conversion(3, "V001", companyX, "2013-10-01", "TP", "2013-11-01", hours("V")),
				conversion(2, "V002", companyX, "2013-10-01", "PP", "2013-12-01"),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 V002 V001}"},
		},
		{
			"full time to part time",
			comms{h, conversion(2, "V001", companyX, "2013-10-01", "TP", "2013-11-01", hours("P"))},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 V001}"},
		},
		{
			"change of place, secondment, grade: nothing",
			comms{
				h, conversion(2, "V001", companyX, "2013-10-01", "TL", "2013-11-01"),
				conversion(3, "V002", companyX, "2013-10-01", "DL", "2013-11-02"),
				conversion(4, "V003", companyX, "2013-10-01", "PV", "2013-11-03"),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 V001 V002 V003}"},
		},
		{
			"events of a cancelled hire have nothing to stand on",
			comms{
				h, hire(3, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H001")),
				extension(2, "E001", companyX, "2013-10-01", "2014-03-31"),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 cancelled {H001 E001 A001}"},
		},
		{
			"one hire sent twice is one job, by what was sent last",
			comms{h, hire(2, "H002", companyX, "2013-10-01", "2014-01-31", hours("P"))},
			[]string{"H001 X 2013-10-01..2014-01-31 hours=P {H001 H002}"},
		},
		{
			"one hire sent twice, one of them cancelled",
			comms{
				h, hire(2, "H002", companyX, "2013-10-01", "2014-01-31"),
				hire(3, "A001", companyX, "2013-10-01", "2014-01-31", cancels("H002")),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 H002 A001}"},
		},
		{
			"two contracts with one employer are two jobs",
			comms{h, hire(2, "H002", companyX, "2014-01-01", "2014-01-31"), extension(3, "E001", companyX, "2014-01-01", "2014-02-28")},
			[]string{
				"H001 X 2013-10-01..2013-12-31 {H001}",
				"H002 X 2014-01-01..2014-02-28 agreed=2014-01-31 ext(E001 2014-01-31>2014-02-28) {H002 E001}",
			},
		},
		{
			"one start with two employers is two jobs",
			comms{h, hire(2, "H002", companyY, "2013-10-01", "2013-10-31")},
			[]string{"H002 Y 2013-10-01..2013-10-31 {H002}", "H001 X 2013-10-01..2013-12-31 {H001}"},
		},
		{
			"from traineeship to employment, and by the inspectors: hires by their body",
			comms{
				hire(1, "H001", companyX, "2013-10-01", "2013-12-31", contract("C.01.00")),
				hire(2, "H002", companyX, "2014-01-01", "", contract("A.01.00"), follows("05", "H001")),
				hire(3, "H003", companyY, "2014-02-01", "", follows("06", "")),
			},
			[]string{
				"H001 X 2013-10-01..2013-12-31 contract=C.01.00 {H001}",
				"H002 X 2014-01-01.. contract=A.01.00 {H002}",
				"H003 Y 2014-02-01.. {H003}",
			},
		},
	})
}

func TestWeakLinks(t *testing.T) {
	h := hire(1, "H001", companyX, "2013-10-01", "2013-12-31")
	runAll(t, []scenario{
		{
			"a termination without start",
			comms{h, termination(2, "T001", companyX, "", "2013-11-30")},
			[]string{"H001 X 2013-10-01..2013-11-30 agreed=2013-12-31 terminated weak {H001 T001}"},
		},
		{
			"a termination with a wrong start, and what agrees with it",
			comms{
				h, extension(2, "E001", companyX, "2013-10-02", "2014-03-31", until("2013-12-31")),
				termination(3, "T001", companyX, "2013-10-02", "2014-02-15"),
			},
			[]string{"H001 X 2013-10-01..2014-02-15 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) terminated weak {H001 E001 T001}"},
		},
		{
			"the latest of those that still ran",
			comms{
				hire(1, "H001", companyX, "2012-01-01", ""), hire(2, "H002", companyX, "2013-02-01", "2013-03-31"),
				hire(3, "H003", companyX, "2013-06-01", "2013-12-31"), termination(4, "T001", companyX, "", "2013-09-30"),
				termination(5, "T002", companyX, "", "2013-05-31"),
			},
			[]string{
				"H001 X 2012-01-01..2013-05-31 agreed= terminated weak {H001 T002}",
				"H002 X 2013-02-01..2013-03-31 {H002}",
				"H003 X 2013-06-01..2013-09-30 agreed=2013-12-31 terminated weak {H003 T001}",
			},
		},
		{
			"an extension of another contract does not prolong one that was over",
			comms{
				hire(1, "H001", companyX, "2013-01-01", "2013-03-31"),
				extension(2, "E001", companyX, "2013-10-01", "2014-03-31", until("2013-12-31")),
			},
			[]string{
				"H001 X 2013-01-01..2013-03-31 {H001}",
				"E001 X 2013-10-01..2014-03-31 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) RICOSTRUITO {E001}",
			},
		},
		{
			"agency work and ordinary work of one employer stay apart",
			comms{
				hire(1, "H001", companyX, "2013-10-01", "2013-12-31", mission("U", "2013-10-01", "2013-12-31")),
				termination(2, "T001", companyX, "2013-10-01", "2013-11-30"),
			},
			[]string{
				"H001 X 2013-10-01..2013-12-31 UNISOMM {H001}",
				"T001 X 2013-10-01..2013-11-30 agreed= terminated RICOSTRUITO {T001}",
			},
		},
		{
			"domestic and ordinary work of one employer stay apart",
			comms{
				hire(1, "H001", companyX, "2013-10-01", "2013-12-31", domestic),
				hire(2, "H002", companyX, "2013-10-01", "2014-01-31"),
				termination(3, "T001", companyX, "2013-10-01", "2013-11-30", domestic),
			},
			[]string{
				"H001 X 2013-10-01..2013-11-30 DOMESTICO agreed=2013-12-31 terminated {H001 T001}",
				"H002 X 2013-10-01..2014-01-31 {H002}",
			},
		},
		{
			"an extension with a wrong start that is cancelled is still of its hire",
			comms{
				h, extension(2, "E001", companyX, "2013-10-02", "2014-03-31", until("2013-12-31")),
				extension(3, "A001", companyX, "2013-10-02", "2014-03-31", until("2013-12-31"), cancels("E001")),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 weak {H001 E001 A001}"},
		},
		{
			"a termination without start that is cancelled is still of its hire",
			comms{
				h, termination(2, "T001", companyX, "", "2013-11-30"),
				termination(3, "A001", companyX, "", "2013-11-30", cancels("T001")),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 weak {H001 T001 A001}"},
		},
		{
			"the cancellation of another hire is not of one that ran on its day",
			comms{h, hire(2, "A001", companyX, "2013-10-02", "2013-12-31", cancels("H009"))},
			[]string{
				"H001 X 2013-10-01..2013-12-31 {H001}",
				"A001 X 2013-10-02..2013-12-31 cancelled {A001}",
			},
		},
		{
			"a termination before any start is an orphan",
			comms{h, termination(2, "T001", companyX, "", "2013-09-15")},
			[]string{
				"T001 X ..2013-09-15 agreed= terminated ISOLATO on=2013-09-15 {T001}",
				"H001 X 2013-10-01..2013-12-31 {H001}",
			},
		},
	})
}

func TestOrphans(t *testing.T) {
	runAll(t, []scenario{
		{
			"an extension shows the end before it",
			comms{extension(2, "E001", companyX, "2013-10-01", "2014-03-31", until("2013-12-31"))},
			[]string{"E001 X 2013-10-01..2014-03-31 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) RICOSTRUITO {E001}"},
		},
		{
			"an extension that shows no end before it",
			comms{extension(2, "E001", companyX, "2013-10-01", "2014-03-31")},
			[]string{"E001 X 2013-10-01..2014-03-31 agreed= ext(E001 >2014-03-31) RICOSTRUITO {E001}"},
		},
		{
			"an extension of agency work repeats the new end",
			comms{extension(2, "E001", agency, "2013-10-01", "2014-03-31", until("2014-03-31"), event("2.02"), mission("U", "2013-10-01", "2014-03-31"))},
			[]string{"E001 AG 2013-10-01..2014-03-31 UNISOMM agreed= ext(E001 >2014-03-31) RICOSTRUITO {E001}"},
		},
		{
			"several orphans of one job",
			comms{
				extension(2, "E001", companyX, "2013-10-01", "2014-03-31", until("2013-12-31")),
				conversion(3, "V001", companyX, "2013-10-01", "DI", "2014-02-01", contract("A.01.00")),
				termination(4, "T001", companyX, "2013-10-01", "2014-02-28"),
				termination(5, "T002", companyY, "2013-10-01", "2014-02-28", until("2014-06-30")),
			},
			[]string{
				"T002 Y 2013-10-01..2014-02-28 agreed=2014-06-30 terminated RICOSTRUITO {T002}",
				"E001 X 2013-10-01..2014-02-28 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) permanent=2014-02-01 terminated RICOSTRUITO {E001 V001 T001}",
			},
		},
		{
			"a conversion alone shows the contract after it",
			comms{conversion(3, "V001", companyX, "2013-10-01", "DI", "2014-02-01", contract("A.01.00"))},
			[]string{"V001 X 2013-10-01.. permanent=2014-02-01 contract=A.01.00 RICOSTRUITO {V001}"},
		},
		{
			"without start, each stands apart",
			comms{termination(2, "T001", companyX, "", "2013-11-30"), termination(3, "T002", companyX, "", "2013-12-31")},
			[]string{
				"T001 X ..2013-11-30 agreed= terminated ISOLATO on=2013-11-30 {T001}",
				"T002 X ..2013-12-31 agreed= terminated ISOLATO on=2013-12-31 {T002}",
			},
		},
		{
			"without start, but within one that others rebuild",
			comms{
				termination(2, "T001", companyX, "", "2014-02-15"),
				extension(3, "E001", companyX, "2013-10-01", "2014-03-31", until("2013-12-31")),
			},
			[]string{"T001 X 2013-10-01..2014-02-15 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) terminated RICOSTRUITO weak {T001 E001}"},
		},
		{
			"an orphan that was cancelled is nothing",
			comms{
				termination(2, "T001", companyX, "2013-10-01", "2013-11-30"),
				termination(3, "A001", companyX, "2013-10-01", "2013-11-30", cancels("T001")),
			},
			[]string{"T001 X 2013-10-01.. cancelled {T001 A001}"},
		},
		{
			"documents without an employer are never joined",
			comms{termination(2, "T001", "", "2013-10-01", "2013-11-30"), termination(3, "T002", "", "2013-10-01", "2013-12-31")},
			[]string{
				"T001 - 2013-10-01..2013-11-30 agreed= terminated RICOSTRUITO {T001}",
				"T002 - 2013-10-01..2013-12-31 agreed= terminated RICOSTRUITO {T002}",
			},
		},
	})
}

func TestAgencyWork(t *testing.T) {
	h := hire(1, "H001", agency, "2013-10-01", "2013-12-31", mission("U", "2013-10-01", "2013-12-31"))
	runAll(t, []scenario{
		{
			"a mission ends, the relation goes on",
			comms{h, termination(2, "T001", agency, "2013-10-01", "2013-11-30", event("4.01"), mission("U", "2013-10-01", "2013-11-30"))},
			[]string{"H001 AG 2013-10-01..2013-12-31 UNISOMM {H001 T001}"},
		},
		{
			"the relation ends",
			comms{h, termination(2, "T001", agency, "2013-10-01", "2013-11-30", event("4.02"), mission("U", "2013-10-01", "2013-11-30"))},
			[]string{"H001 AG 2013-10-01..2013-11-30 UNISOMM agreed=2013-12-31 terminated {H001 T001}"},
		},
		{
			"extensions of the relation, with and without mission, and of the mission alone",
			comms{
				h, extension(2, "E001", agency, "2013-10-01", "2014-01-31", event("2.01"), mission("", "", "")),
				extension(3, "E002", agency, "2013-10-01", "2014-02-28", event("2.02"), mission("U", "2013-10-01", "2014-02-28")),
				extension(4, "E003", agency, "2013-10-01", "2014-05-31", event("2.03"), mission("U", "2013-10-01", "2014-05-31")),
			},
			[]string{"H001 AG 2013-10-01..2014-02-28 UNISOMM agreed=2013-12-31 ext(E001 2013-12-31>2014-01-31) ext(E002 2014-01-31>2014-02-28) {H001 E001 E002 E003}"},
		},
		{
			"a new mission within the relation is no second job",
			comms{h, hire(2, "H002", agency, "2013-10-01", "2013-12-31", mission("W", "2013-11-01", "2013-11-30"))},
			[]string{"H001 AG 2013-10-01..2013-12-31 UNISOMM {H001 H002}"},
		},
		{
			"a new mission that carries the relation further",
			comms{h, hire(2, "H002", agency, "2013-10-01", "2014-02-28", mission("W", "2014-01-01", "2014-02-28"))},
			[]string{"H001 AG 2013-10-01..2014-02-28 UNISOMM agreed=2013-12-31 ext(H002 2013-12-31>2014-02-28) {H001 H002}"},
		},
		{
			"a new assignment is a new job",
			comms{h, hire(2, "H002", agency, "2014-01-01", "2014-02-28", mission("W", "2014-01-01", "2014-02-28"))},
			[]string{"H001 AG 2013-10-01..2013-12-31 UNISOMM {H001}", "H002 AG 2014-01-01..2014-02-28 UNISOMM {H002}"},
		},
		{
			"variations of the 3 series leave the end",
			comms{h, conversion(2, "V001", agency, "2013-10-01", "3.01", "2013-11-01", mission("U", "2013-10-01", ""))},
			[]string{"H001 AG 2013-10-01..2013-12-31 UNISOMM {H001 V001}"},
		},
	})
}

func TestTransfers(t *testing.T) {
	h := hire(1, "H001", companyX, "2013-10-01", "")
	runAll(t, []scenario{
		{
			"the job goes on under the new employer",
			comms{
				h, transfer(2, "V001", companyX, companyY, "2013-10-01", "2014-01-01"),
				termination(3, "T001", companyY, "2013-10-01", "2014-02-28"),
			},
			[]string{"H001 Y 2013-10-01..2014-02-28 agreed= terminated former=X {H001 V001 T001}"},
		},
		{
			"from hand to hand, and an old employer's event",
			comms{
				h, transfer(3, "V002", companyY, companyZ, "2013-10-01", "2014-06-01"),
				transfer(2, "V001", companyX, companyY, "2013-10-01", "2014-01-01"),
				conversion(4, "C001", companyX, "2013-10-01", "TP", "2013-11-01", hours("P")),
			},
			[]string{"H001 Z 2013-10-01.. former=X former=Y {H001 V001 V002 C001}"},
		},
		{
			"and back again",
			comms{
				h, transfer(2, "V001", companyX, companyY, "2013-10-01", "2014-01-01"),
				transfer(3, "V002", companyY, companyX, "2013-10-01", "2014-06-01"),
			},
			[]string{"H001 X 2013-10-01.. former=Y {H001 V001 V002}"},
		},
		{
			"after the transfer, by days",
			comms{
				h, transfer(2, "V001", companyX, companyY, "2013-10-01", "2014-01-01"),
				termination(3, "T001", companyY, "", "2014-02-28"), termination(4, "T002", companyY, "", "2013-12-15"),
			},
			[]string{
				"H001 Y 2013-10-01..2014-02-28 agreed= terminated former=X weak {H001 V001 T001}",
				"T002 Y ..2013-12-15 agreed= terminated ISOLATO on=2013-12-15 {T002}",
			},
		},
		{
			"of a hire that is not here",
			comms{
				transfer(2, "V001", companyX, companyY, "2012-05-01", "2014-01-01", until("2014-06-30")),
				termination(3, "T001", companyY, "2012-05-01", "2014-02-28"),
				extension(1, "E001", companyX, "2012-05-01", "2014-06-30", until("2013-12-31")),
			},
			[]string{"E001 Y 2012-05-01..2014-02-28 agreed=2013-12-31 ext(E001 2013-12-31>2014-06-30) terminated former=X RICOSTRUITO {E001 V001 T001}"},
		},
		{
			"with another start, by days",
			comms{h, transfer(2, "V001", companyX, companyY, "2013-10-02", "2014-01-01"), termination(3, "T001", companyY, "2013-10-02", "2014-02-28")},
			[]string{"H001 Y 2013-10-01..2014-02-28 agreed= terminated former=X weak {H001 V001 T001}"},
		},
		{
			"cancelled",
			comms{
				h, transfer(2, "V001", companyX, companyY, "2013-10-01", "2014-01-01"),
				transfer(3, "A001", companyX, companyY, "2013-10-01", "2014-01-01", cancels("V001")),
			},
			[]string{"H001 X 2013-10-01.. {H001 V001 A001}"},
		},
		{
			"of a cancelled hire, and an event that only days could join to it",
			comms{
				h, hire(2, "A001", companyX, "2013-10-01", "", cancels("H001")),
				transfer(3, "V001", companyX, companyY, "2013-10-01", "2014-01-01"),
				termination(4, "T001", companyY, "", "2014-02-28"),
			},
			[]string{
				"H001 X 2013-10-01.. cancelled {H001 A001 V001}",
				"T001 Y ..2014-02-28 agreed= terminated ISOLATO on=2014-02-28 {T001}",
			},
		},
		{
			"sent twice",
			comms{
				h, transfer(2, "V001", companyX, companyY, "2013-10-01", "2014-01-01"),
				transfer(3, "V002", companyX, companyY, "2013-10-01", "2014-01-01"),
			},
			[]string{"H001 Y 2013-10-01.. former=X {H001 V001 V002}"},
		},
	})
}

// A VarDatori may name one worker twice, for two contracts; its correction replaces the document as a whole.
func TestTransferOfTwoContracts(t *testing.T) {
	parts := func(n int, code, from, to string, opts ...option) comms {
		a := transfer(n, code, from, to, "2013-10-01", "2014-01-01", append(opts, part(3))...)
		b := transfer(n, code, from, to, "2013-11-01", "2014-01-01", append(opts, part(7))...)
		b.ID = a.ID
		return comms{a, b}
	}
	in := comms{hire(1, "H001", companyX, "2013-10-01", ""), hire(2, "H002", companyX, "2013-11-01", "")}
	in = append(in, parts(3, "V001", companyX, companyY)...)
	in = append(in, parts(4, "C001", companyX, companyZ, corrects("V001"))...)
	scenario{"", in, []string{
		"H001 Z 2013-10-01.. former=X {H001 V001 C001}",
		"H002 Z 2013-11-01.. former=X {H002 V001 C001}",
	}}.run(t)
	in = append(in[:4:4], transfer(5, "A001", companyX, companyY, "2013-10-01", "2014-01-01", cancels("V001")))
	got := chain.Build(in)
	if len(got) != 2 || got[0].Employer != companyX || got[1].Employer != companyX {
		t.Errorf("after the cancellation of the whole document: %q", showAll(got))
	}
}

func TestUrgency(t *testing.T) {
	u := urgency(1, "U001", companyX, "2013-10-01")
	runAll(t, []scenario{
		{"alone", comms{u}, []string{"U001 X 2013-10-01.. UNIURG contract= hours= urgent {U001}"}},
		{
			"sent twice",
			comms{u, urgency(2, "U002", companyX, "2013-10-01")},
			[]string{"U001 X 2013-10-01.. UNIURG contract= hours= urgent {U001 U002}"},
		},
		{
			"followed by a hire that cites it, whatever its start",
			comms{u, hire(2, "H001", companyX, "2013-11-15", "2013-12-31", follows("07", "U001"))},
			[]string{"U001 X 2013-11-15..2013-12-31 {U001 H001}"},
		},
		{
			"followed by agency work",
			comms{u, hire(2, "H001", companyX, "2013-10-01", "2013-12-31", follows("09", "U001"), mission("U", "2013-10-01", ""))},
			[]string{"U001 X 2013-10-01..2013-12-31 UNISOMM {U001 H001}"},
		},
		{
			"followed by a hire of that day that does not cite it",
			comms{u, hire(2, "H001", companyX, "2013-10-01", "2013-12-31")},
			[]string{"U001 X 2013-10-01..2013-12-31 {U001 H001}"},
		},
		{
			"followed within five days",
			comms{u, hire(2, "H001", companyX, "2013-10-06", "2013-12-31", follows("08", "0000000000000000"))},
			[]string{"U001 X 2013-10-06..2013-12-31 {U001 H001}"},
		},
		{
			"not within five days",
			comms{u, hire(2, "H001", companyX, "2013-10-07", "2013-12-31", follows("08", ""))},
			[]string{"U001 X 2013-10-01.. UNIURG contract= hours= urgent {U001}", "H001 X 2013-10-07..2013-12-31 {H001}"},
		},
		{
			"within five days of a hire that follows no urgency",
			comms{u, hire(2, "H001", companyX, "2013-10-03", "2013-12-31")},
			[]string{"U001 X 2013-10-01.. UNIURG contract= hours= urgent {U001}", "H001 X 2013-10-03..2013-12-31 {H001}"},
		},
		{
			"the hire that follows is corrected",
			comms{
				u, hire(2, "H001", companyX, "2013-10-01", "2013-12-31", follows("07", "U001")),
				hire(3, "C001", companyX, "2013-10-20", "2013-12-31", corrects("H001")),
			},
			[]string{"U001 X 2013-10-20..2013-12-31 {U001 H001 C001}"},
		},
		{
			"the hire that follows is cancelled",
			comms{
				u, hire(2, "H001", companyX, "2013-10-01", "2013-12-31", follows("07", "U001")),
				hire(3, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H001")),
			},
			[]string{"U001 X 2013-10-01..2013-12-31 cancelled {U001 H001 A001}"},
		},
		{
			"cancelled",
			comms{u, urgency(2, "A001", companyX, "2013-10-01", cancels("U001"))},
			[]string{"U001 X 2013-10-01.. UNIURG contract= hours= cancelled {U001 A001}"},
		},
		{
			"corrected",
			comms{u, urgency(2, "C001", companyX, "2013-10-02", corrects("U001"))},
			[]string{"U001 X 2013-10-02.. UNIURG contract= hours= urgent {U001 C001}"},
		},
		{
			"cancelled after the hire",
			comms{
				u, hire(2, "H001", companyX, "2013-10-01", "2013-12-31", follows("07", "U001")),
				urgency(3, "A001", companyX, "2013-10-01", cancels("U001")),
			},
			[]string{"U001 X 2013-10-01..2013-12-31 {U001 H001 A001}"},
		},
		{
			"followed by an extension only",
			comms{u, extension(2, "E001", companyX, "2013-10-01", "2014-03-31", until("2013-12-31"))},
			[]string{"U001 X 2013-10-01..2014-03-31 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) RICOSTRUITO {U001 E001}"},
		},
	})
}

func TestBadDates(t *testing.T) {
	bad := func(s string) []string { return []string{s} }
	runAll(t, []scenario{
		{"end before start", comms{hire(1, "H001", companyX, "2013-10-01", "2013-09-30")}, bad("H001 X 2013-10-01..2013-09-30 baddates {H001}")},
		{"one day is a job", comms{hire(1, "H001", companyX, "2013-10-01", "2013-10-01")}, bad("H001 X 2013-10-01..2013-10-01 {H001}")},
		{
			"terminated before the start",
			comms{hire(1, "H001", companyX, "2013-10-01", "2013-12-31"), termination(2, "T001", companyX, "2013-10-01", "2013-09-30")},
			bad("H001 X 2013-10-01..2013-09-30 agreed=2013-12-31 terminated baddates {H001 T001}"),
		},
		{
			"extended to before the start",
			comms{hire(1, "H001", companyX, "2013-10-01", "2013-12-31"), extension(2, "E001", companyX, "2013-10-01", "2013-03-31")},
			bad("H001 X 2013-10-01..2013-03-31 agreed=2013-12-31 ext(E001 2013-12-31>2013-03-31) baddates {H001 E001}"),
		},
		{"fifty years", comms{hire(1, "H001", companyX, "2013-10-01", "2063-10-01")}, bad("H001 X 2013-10-01..2063-10-01 {H001}")},
		{"over fifty years", comms{hire(1, "H001", companyX, "2013-10-01", "2063-10-02")}, bad("H001 X 2013-10-01..2063-10-02 baddates {H001}")},
		{
			"wrong dates that were corrected",
			comms{
				hire(1, "H001", companyX, "2013-10-01", "2013-09-30"),
				hire(2, "C001", companyX, "2013-10-01", "2014-09-30", corrects("H001")),
			},
			bad("H001 X 2013-10-01..2014-09-30 {H001 C001}"),
		},
	})
}

func TestDataOfTheHire(t *testing.T) {
	first := hire(1, "H001", companyX, "2013-10-01", "2013-12-31")
	last := hire(2, "C001", companyX, "2013-10-01", "2013-12-31", corrects("H001"), contract("A.05.02"), hours("N"), func(c *pipeline.Communication) {
		c.EmployerName, c.PublicEmployer = "ALFA SRL", true
		c.YearlyPay = pipeline.Some[pipeline.Cents](1_793_100)
		c.Seasonal, c.Agricultural, c.Availability = true, true, pipeline.Yes
	})
	moved := transfer(3, "V001", companyX, companyY, "2013-10-01", "2013-11-01", func(c *pipeline.Communication) { c.EmployerName = "BETA SRL" })
	r := chain.Build(comms{first, last})[0]
	if r.EmployerName != "ALFA SRL" || !r.PublicEmployer || r.YearlyPay != pipeline.Some[pipeline.Cents](1_793_100) ||
		!r.Seasonal || !r.Agricultural || r.Availability != pipeline.Yes || r.Contract != "A.05.02" || r.Hours != "N" {
		t.Errorf("data of the corrected hire: %+v", r)
	}
	r = chain.Build(comms{first, last, moved})[0]
	if r.EmployerName != "BETA SRL" || r.PublicEmployer || r.Contract != "A.05.02" {
		t.Errorf("data after the transfer: %+v", r)
	}
}
