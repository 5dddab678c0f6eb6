package main

import (
	"slices"
	"strings"
	"testing"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/tables"
)

// inForce wants the actions in force after the last night, each as its claim, code, type and first day.
func (r *restful) inForce(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, a := range rowsOf(t, r.home, r.night-1, tables.ActionsInForce) {
		got = append(got, strings.Join([]string{a.Claim, string(a.TaxCode), a.Type, a.From.String()}, " "))
	}
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("%s: in force %q, want %q", r.night-1, got, want)
	}
}

// TestClaimThatMovesToAnotherCode: what was issued stays as it is and a person is asked, night after night, whatever arrives under
// either code, until a notice says that the codes are one person's; then all is decided as if there had been one code.
func TestClaimThatMovesToAnotherCode(t *testing.T) {
	r := newRestful(t, "2014-07-10", claimantsOf(3))
	old, now, other := r.claims[0].TaxCode, r.claims[1].TaxCode, r.claims[2].TaxCode
	moved := r.claims[0]
	moved.TaxCode = now
	r.claims = append(r.claims[:1:1], r.claims[2]) // the code it moves to has no claim
	files := job(&r.claims[0], old, "001")
	files["inbox/unilav/002.xml"] = hiredAs(&r.claims[1], other, "002")
	r.arrives(t, files)
	issued := []string{"770000 " + string(old) + " SOSPENSIONE 2014-07-01", "770002 " + string(other) + " SOSPENSIONE 2014-07-01"}
	r.inForce(t, issued...)
	r.quiet(t, 2, 2)

	r.claims[0] = moved
	r.quiet(t, 1, 1)
	r.says(t, "IDENTITA_AMBIGUA NUOVA")
	r.inForce(t, issued...)
	e := rowsOf(t, r.home, r.night-1, tables.Exceptions)[0]
	if e.Claim != "770000" || e.TaxCode != now || e.Class != pipeline.ClassBlock || !strings.Contains(e.Text, old.Mask()) || !strings.Contains(e.Text, now.Mask()) {
		t.Errorf("%+v", e)
	}
	for _, s := range rowsOf(t, r.home, r.night-1, tables.Situation) {
		if s.Claim == "770000" && (s.State == pipeline.StretchPayable) != (s.To < pipeline.MustDate("2014-07-01") && s.To != 0) {
			t.Errorf("%+v", s)
		}
	}
	r.quiet(t, 2, 1)
	r.says(t, "IDENTITA_AMBIGUA APERTA")

	under := hireAs(&moved, now, "003") // a job that would forfeit the benefit, and one under the old code
	under.Contract, under.End, under.Employer = "A.01.00", 0, "20000000008"
	late := hireAs(&moved, old, "004")
	late.Employer = "20000000008"
	r.arrives(t, map[string][]byte{"inbox/unilav/003.xml": documents.XML(under), "inbox/unilav/004.xml": documents.XML(late)})
	r.says(t, "IDENTITA_AMBIGUA MODIFICATA")
	r.quiet(t, 2, 1)
	r.inForce(t, issued...)
	r.says(t, "IDENTITA_AMBIGUA APERTA")

	r.arrives(t, variation(old, now))
	states := map[string]string{}
	for _, e := range rowsOf(t, r.home, r.night-1, tables.Exceptions) {
		states[e.Code] = e.State
		if rules.OfMovedClaim(&e) && e.State != pipeline.ExceptionClosed {
			t.Errorf("after the notice: %+v", e)
		}
	}
	if states["IDENTITA_AMBIGUA"] != pipeline.ExceptionClosed {
		t.Errorf("after the notice: %q", states)
	}
	for _, a := range rowsOf(t, r.home, r.night-1, tables.ActionsInForce) {
		if a.Claim == "770000" && a.TaxCode != now {
			t.Errorf("%s is still under the old code", a.Type)
		}
	}
	r.quiet(t, 2, 1)
}

// TestClaimThatMovesBack leaves nothing behind.
func TestClaimThatMovesBack(t *testing.T) {
	r := newRestful(t, "2014-07-10", claimantsOf(2))
	was := slices.Clone(r.claims)
	r.arrives(t, job(&was[0], was[0].TaxCode, "001"))
	issued := "770000 " + string(was[0].TaxCode) + " SOSPENSIONE 2014-07-01"
	r.claims[0].TaxCode = was[1].TaxCode // who has another claim
	r.arrives(t, nil)
	r.says(t, "IDENTITA_AMBIGUA NUOVA")
	r.quiet(t, 2, 0)
	r.claims = slices.Clone(was)
	r.arrives(t, nil)
	r.says(t, "IDENTITA_AMBIGUA CHIUSA_DA_SOLA")
	r.inForce(t, issued)
	r.quiet(t, 2, 2)
	r.says(t)
	r.inForce(t, issued)
}

// TestClaimsThatSwapCodes, of two persons and of two whose codes differ by omocodia only, who share a key.
func TestClaimsThatSwapCodes(t *testing.T) {
	for name, omocode := range map[string]bool{"persons": false, "omocodes": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRestful(t, "2014-07-10", claimantsOf(2))
			if omocode {
				r.claims[1].TaxCode = r.claims[0].TaxCode.Omocode(1 << 6)
			}
			was := slices.Clone(r.claims)
			files := job(&was[0], was[0].TaxCode, "001")
			files["inbox/unilav/002.xml"] = hiredAs(&was[1], was[1].TaxCode, "002")
			r.arrives(t, files)
			issued := []string{
				"770000 " + string(was[0].TaxCode) + " SOSPENSIONE 2014-07-01", "770001 " + string(was[1].TaxCode) + " SOSPENSIONE 2014-07-01",
			}
			r.inForce(t, issued...)
			r.claims[0].TaxCode, r.claims[1].TaxCode = was[1].TaxCode, was[0].TaxCode
			r.arrives(t, nil)
			r.says(t, "IDENTITA_AMBIGUA NUOVA", "IDENTITA_AMBIGUA NUOVA")
			r.quiet(t, 2, 0)
			r.inForce(t, issued...)
			r.says(t, "IDENTITA_AMBIGUA APERTA", "IDENTITA_AMBIGUA APERTA")
			r.claims = was
			r.quiet(t, 2, 0) // whoever had an exception that closed by itself is decided again
			r.inForce(t, issued...)
			r.says(t)
		})
	}
}

// TestClaimThatMovesOn goes from one code to a second and a third.
func TestClaimThatMovesOn(t *testing.T) {
	r := newRestful(t, "2014-07-10", claimantsOf(3))
	codes := []pipeline.CodiceFiscale{r.claims[0].TaxCode, r.claims[1].TaxCode, r.claims[2].TaxCode}
	r.claims = r.claims[:1]
	r.arrives(t, job(&r.claims[0], codes[0], "001"))
	r.claims[0].TaxCode = codes[1]
	r.quiet(t, 2, 0)
	r.claims[0].TaxCode = codes[2]
	r.arrives(t, nil)
	r.says(t, "IDENTITA_AMBIGUA CHIUSA_DA_SOLA", "IDENTITA_AMBIGUA NUOVA")
	r.claims = nil // from the snapshot altogether: nothing is decided on it
	r.arrives(t, nil)
	r.inForce(t, "770000 "+string(codes[0])+" SOSPENSIONE 2014-07-01")
	r.quiet(t, 2, 0)
	r.says(t)
}
