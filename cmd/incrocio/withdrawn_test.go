package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
	"incrocio/writers/archive"
)

// corrected is a document that corrects another, to be about whoever has a claim.
func corrected(of *pipeline.Communication, to *pipeline.Claim, serial string) map[string][]byte {
	c := *hireAs(to, to.TaxCode, serial)
	c.Purpose, c.PreviousCode, c.SentAt = pipeline.PurposeCorrection, of.Code, of.SentAt+1_000_000
	c.Contract, c.End = of.Contract, of.End
	return map[string][]byte{"inbox/unilav/" + serial + ".xml": documents.XML(&c)}
}

// TestCorrectionToAnotherWorker: whom a job was taken for and is not hears of it, at rest or not, with a claim then or later; and so
// does the one whose it is.
func TestCorrectionToAnotherWorker(t *testing.T) {
	claims := claimantsOf(3)
	first, second := &claims[0], &claims[1]
	const stopped = " SOSPENSIONE 2014-07-01"

	t.Run("executed, and the first at rest", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		hire := hireAs(first, first.TaxCode, "001")
		r.arrives(t, job(first, first.TaxCode, "001"))
		r.quiet(t, 2, 1)
		r.arrives(t, corrected(hire, second, "002"))
		r.says(t, "RETTIFICA_TARDIVA NUOVA")
		r.inForce(t, first.Number+" "+string(first.TaxCode)+stopped, first.Number+" "+string(first.TaxCode)+" RIPRESA 2014-07-01",
			second.Number+" "+string(second.TaxCode)+stopped)
		e := rowsOf(t, r.home, r.night-1, tables.Exceptions)[0]
		if e.Claim != first.Number || !strings.Contains(e.Sources, hire.Code) || strings.Contains(e.Text, string(second.TaxCode)) {
			t.Errorf("%+v", e)
		}
		r.quiet(t, 2, 2)
		r.says(t, "RETTIFICA_TARDIVA APERTA")
	})
	t.Run("both on one night", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		files := corrected(hireAs(first, first.TaxCode, "001"), second, "002")
		files["inbox/unilav/001.xml"] = hiredAs(first, first.TaxCode, "001")
		r.arrives(t, files)
		r.says(t)
		r.inForce(t, second.Number+" "+string(second.TaxCode)+stopped)
	})
	t.Run("the correction first", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		hire := hireAs(first, first.TaxCode, "001")
		r.arrives(t, corrected(hire, second, "002"))
		r.quiet(t, 2, 1)
		r.arrives(t, job(first, first.TaxCode, "001"))
		r.says(t)
		r.inForce(t, second.Number+" "+string(second.TaxCode)+stopped)
	})
	t.Run("the first has no claim yet", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims[1:])
		hire := hireAs(first, first.TaxCode, "001")
		r.arrives(t, job(first, first.TaxCode, "001"))
		r.arrives(t, corrected(hire, second, "002"))
		r.quiet(t, 2, 1)
		r.claims = claims
		r.arrives(t, nil)
		r.says(t)
		r.inForce(t, second.Number+" "+string(second.TaxCode)+stopped)
	})
}

// TestCorrectionToTwoWorkers: of two corrections of one document the last holds. Whom the one before it put in the place of
// the first hears of that, too, whichever comes last: nothing of theirs goes without the office being asked.
func TestCorrectionToTwoWorkers(t *testing.T) {
	claims := claimantsOf(3)
	first, second, third := &claims[0], &claims[1], &claims[2]
	hire := hireAs(first, first.TaxCode, "001")
	stopped := func(c *pipeline.Claim) string { return c.Number + " " + string(c.TaxCode) + " SOSPENSIONE 2014-07-01" }
	resumed := func(c *pipeline.Claim) string { return c.Number + " " + string(c.TaxCode) + " RIPRESA 2014-07-01" }

	t.Run("in order", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		r.arrives(t, job(first, first.TaxCode, "001"))
		r.arrives(t, corrected(hire, second, "002"))
		r.arrives(t, corrected(hire, third, "003"))
		r.says(t, "RETTIFICA_TARDIVA APERTA", "RETTIFICA_TARDIVA NUOVA")
		r.inForce(t, stopped(first), resumed(first), stopped(second), resumed(second), stopped(third))
		r.quiet(t, 2, 3)
	})
	t.Run("the last one first", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		r.arrives(t, job(first, first.TaxCode, "001"))
		r.arrives(t, corrected(hire, third, "003"))
		r.arrives(t, corrected(hire, second, "002"))
		r.says(t, "IDENTITA_AMBIGUA NUOVA", "RETTIFICA_TARDIVA APERTA")
		r.inForce(t, stopped(first), resumed(first), stopped(third))
		r.quiet(t, 2, 3)
	})
	t.Run("in one night", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		all := job(first, first.TaxCode, "001")
		maps.Copy(all, corrected(hire, second, "002"))
		maps.Copy(all, corrected(hire, third, "003"))
		r.arrives(t, all)
		r.says(t, "IDENTITA_AMBIGUA NUOVA")
		r.inForce(t, stopped(third))
	})
}

// TestCorrectionsThatFork: of two corrections of one hire the one sent last holds, and whom a correction of the other one names hears of
// it, on however many nights they came.
func TestCorrectionsThatFork(t *testing.T) {
	claims := claimantsOf(4)
	first, second, third, fourth := &claims[0], &claims[1], &claims[2], &claims[3]
	hire, loser := hireAs(first, first.TaxCode, "001"), hireAs(second, second.TaxCode, "002")
	stopped := func(c *pipeline.Claim) string { return c.Number + " " + string(c.TaxCode) + " SOSPENSIONE 2014-07-01" }
	before := func() map[string][]byte {
		files := job(first, first.TaxCode, "001")
		maps.Copy(files, corrected(hire, second, "002"))
		return files
	}

	t.Run("in one night", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		files := before()
		maps.Copy(files, corrected(loser, fourth, "004"))
		maps.Copy(files, corrected(hire, third, "003"))
		r.arrives(t, files)
		r.says(t, "IDENTITA_AMBIGUA NUOVA", "IDENTITA_AMBIGUA NUOVA")
		r.inForce(t, stopped(third))
		r.quiet(t, 2, 4)
	})
	t.Run("the one that holds comes last", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		r.arrives(t, before())
		r.arrives(t, corrected(loser, fourth, "004"))
		r.arrives(t, corrected(hire, third, "003"))
		r.says(t, "RETTIFICA_TARDIVA APERTA", "RETTIFICA_TARDIVA NUOVA")
		r.quiet(t, 2, 4)
	})
	t.Run("the end of the other comes last", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		files := before()
		maps.Copy(files, corrected(hire, third, "003"))
		r.arrives(t, files)
		r.says(t, "IDENTITA_AMBIGUA NUOVA")
		r.arrives(t, corrected(loser, fourth, "004"))
		r.says(t, "IDENTITA_AMBIGUA MODIFICATA", "IDENTITA_AMBIGUA NUOVA")
		r.inForce(t, stopped(third))
	})
	t.Run("and the hire never comes", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		files := corrected(hire, second, "002")
		maps.Copy(files, corrected(hire, third, "003"))
		r.arrives(t, files)
		r.says(t, "IDENTITA_AMBIGUA NUOVA")
		r.inForce(t, stopped(third))
	})
}

// TestDomesticCorrectionOfATermination that puts another worker in the place of the one it was about hires nobody: the days it tells of are
// those of a job without its hire, which the office hears of, whichever of the two comes first.
func TestDomesticCorrectionOfATermination(t *testing.T) {
	claims := claimantsOf(2)
	first, second := &claims[0], &claims[1]
	record := func(c *pipeline.Claim, code string, purpose pipeline.Purpose, cites string) []byte {
		d := *hireAs(c, c.TaxCode, "001")
		d.Model, d.Event, d.Purpose, d.Code, d.PreviousCode, d.Contract = pipeline.ModelDomestico, pipeline.EventTermination, purpose, code, cites, pipeline.ContractDomesticFixed
		d.End, d.EventDate = pipeline.MustDate("2014-07-05"), pipeline.MustDate("2014-07-05")
		return append(documents.Domestic(&d), '\n')
	}
	cited, by := record(first, "DOM-1", pipeline.PurposeNormal, ""), record(second, "DOM-2", pipeline.PurposeCorrection, "DOM-1")
	for _, nights := range [][][]byte{{append(slices.Clone(cited), by...)}, {cited, by}} {
		r := newRestful(t, "2014-07-10", claims)
		for _, lines := range nights {
			r.arrives(t, map[string][]byte{"inbox/domestico/" + r.night.String() + ".jsonl": lines})
		}
		var asked []string
		for _, e := range rowsOf(t, r.home, r.night-1, tables.Exceptions) {
			if e.Claim == second.Number {
				asked = append(asked, e.Code)
			}
		}
		if !slices.Equal(asked, []string{"COMUNICAZIONE_ORFANA"}) {
			t.Errorf("%d nights: the worker whom the correction names hears %q", len(nights), asked)
		}
	}
}

// TestCancellationOfWhatWasCorrected to another worker: whether it means the first document or the job, which the office is asked.
func TestCancellationOfWhatWasCorrected(t *testing.T) {
	t.Parallel()
	claims := claimantsOf(2)
	first, second := &claims[0], &claims[1]
	hire, cancel := hireAs(first, first.TaxCode, "001"), hireAs(first, first.TaxCode, "003")
	cancel.Purpose, cancel.PreviousCode, cancel.SentAt = pipeline.PurposeCancellation, hire.Code, hire.SentAt+2_000_000
	r := newRestful(t, "2014-07-10", claims)
	all := job(first, first.TaxCode, "001")
	maps.Copy(all, corrected(hire, second, "002"))
	all["inbox/unilav/003.xml"] = documents.XML(cancel)
	r.arrives(t, all)
	r.says(t, "IDENTITA_AMBIGUA NUOVA")
	r.inForce(t)
	if e := rowsOf(t, r.home, r.night-1, tables.Exceptions)[0]; e.Claim != second.Number {
		t.Errorf("it is asked of %s, want whom the correction named", e.Claim)
	}
}

// TestCancellationUnderAnotherWorker hired by the same employer on the same day: it is of the document that it cites, and of no other,
// whichever comes last, and also where the two workers are found to be one.
func TestCancellationUnderAnotherWorker(t *testing.T) {
	claims := claimantsOf(2)
	first, second := &claims[0], &claims[1]
	hire, cancel := hireAs(first, first.TaxCode, "001"), hireAs(second, second.TaxCode, "003")
	cancel.Purpose, cancel.PreviousCode, cancel.SentAt = pipeline.PurposeCancellation, hire.Code, hire.SentAt+1_000_000
	stopped := second.Number + " " + string(second.TaxCode) + " SOSPENSIONE 2014-07-01"
	cancelled := map[string][]byte{"inbox/unilav/003.xml": documents.XML(cancel)}

	t.Run("in one night", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		all := job(first, first.TaxCode, "001")
		maps.Copy(all, job(second, second.TaxCode, "002"))
		maps.Copy(all, cancelled)
		r.arrives(t, all)
		r.says(t)
		r.inForce(t, stopped)
		r.quiet(t, 2, 2)
	})
	t.Run("the cited one comes last", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		all := job(second, second.TaxCode, "002")
		maps.Copy(all, cancelled)
		r.arrives(t, all)
		r.inForce(t)
		r.arrives(t, job(first, first.TaxCode, "001"))
		r.says(t)
		r.inForce(t, stopped)
		if rows := rowsOf(t, r.home, r.night-1, tables.Evidence); len(rows) != 2 {
			t.Errorf("%d rows of evidence, want one for each document", len(rows))
		}
		r.quiet(t, 2, 2)
	})
	t.Run("the two are one", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims[1:])
		all := job(first, first.TaxCode, "001")
		maps.Copy(all, cancelled)
		r.arrives(t, all)
		r.arrives(t, variation(first.TaxCode, second.TaxCode))
		r.says(t)
		r.inForce(t)
		r.arrives(t, cancelled)
		r.quiet(t, 1, 0)
	})
}

// TestJobOfTwoWorkersIsAscertained by an operator, who finds that it is of whom the first correction named: it stops what they get.
func TestJobOfTwoWorkersIsAscertained(t *testing.T) {
	t.Parallel()
	claims := claimantsOf(3)
	first, second, third := &claims[0], &claims[1], &claims[2]
	hire := hireAs(first, first.TaxCode, "001")
	r := newRestful(t, "2014-07-10", claims)
	all := job(first, first.TaxCode, "001")
	maps.Copy(all, corrected(hire, second, "002"))
	maps.Copy(all, corrected(hire, third, "003"))
	r.arrives(t, all)
	s := embedded(t, r.home)
	closes(t, s, &worklist.Command{
		Outcome: worklist.OutcomeFounded, Text: "buste paga",
		Decision: &worklist.Decision{Kind: worklist.DecideDates, From: pipeline.MustDate("2014-07-01"), To: pipeline.MustDate("2014-08-31")},
	}, exceptionOf(&rowsOf(t, r.home, r.night-1, tables.Exceptions)[0]))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ages(t, r.home)
	r.arrives(t, nil)
	stopped := []string{second.Number + " " + string(second.TaxCode) + " SOSPENSIONE 2014-07-01", third.Number + " " + string(third.TaxCode) + " SOSPENSIONE 2014-07-01"}
	r.inForce(t, stopped...)
	r.quiet(t, 2, 3)
	r.says(t)
	r.inForce(t, stopped...)
}

// TestCorrectionUnderADoubtfulCode: documents under a temporary or wrong code are corrected, and correct, like all others, unless they
// are discards.
func TestCorrectionUnderADoubtfulCode(t *testing.T) {
	claims := claimantsOf(2)
	first, second := &claims[0], &claims[1]
	wrong := []byte(first.TaxCode)
	wrong[15] = 'A' + (wrong[15]-'A'+1)%26
	under := func(c *pipeline.Claim, code pipeline.CodiceFiscale) *pipeline.Claim {
		as := *c
		as.TaxCode = code
		return &as
	}
	surname, given, _, birth, _, _ := documents.Person(990)
	stranger := &pipeline.Claim{Surname: surname, GivenName: given, BirthDate: birth}
	stopped := func(c *pipeline.Claim) string { return c.Number + " " + string(c.TaxCode) + " SOSPENSIONE 2014-07-01" }
	resumed := func(c *pipeline.Claim) string { return c.Number + " " + string(c.TaxCode) + " RIPRESA 2014-07-01" }
	const temporary = "03472640170"

	for name, code := range map[string]pipeline.CodiceFiscale{"temporary": temporary, "wrong": pipeline.CodiceFiscale(wrong)} {
		hire := hireAs(first, code, "001")
		t.Run("a hire under a code that is "+name, func(t *testing.T) {
			t.Parallel()
			r := newRestful(t, "2014-07-10", claims)
			r.arrives(t, job(first, code, "001"))
			r.says(t, "IDENTITA_AMBIGUA NUOVA")
			r.arrives(t, variation(code, first.TaxCode))
			r.inForce(t, stopped(first))
			r.arrives(t, corrected(hire, second, "002"))
			r.says(t, "RETTIFICA_TARDIVA NUOVA")
			r.inForce(t, stopped(first), resumed(first), stopped(second))
			r.quiet(t, 2, 1)
			r.says(t, "RETTIFICA_TARDIVA APERTA")
		})
		t.Run("whose code it is comes last, and it is "+name, func(t *testing.T) {
			t.Parallel()
			r := newRestful(t, "2014-07-10", claims)
			r.arrives(t, job(first, code, "001"))
			r.arrives(t, corrected(hire, second, "002"))
			r.inForce(t, stopped(second))
			r.arrives(t, variation(code, first.TaxCode))
			r.says(t, "IDENTITA_AMBIGUA CHIUSA_DA_SOLA")
			r.inForce(t, stopped(second))
		})
		t.Run("a correction under a code that is "+name+" and whose holder is known", func(t *testing.T) {
			t.Parallel()
			r := newRestful(t, "2014-07-10", claims)
			r.arrives(t, job(second, second.TaxCode, "001"))
			r.arrives(t, corrected(hire, under(first, code), "002"))
			r.says(t, "IDENTITA_AMBIGUA NUOVA", "RETTIFICA_TARDIVA NUOVA")
			r.inForce(t, stopped(second), resumed(second))
		})
		t.Run("only the code is corrected, to one that is "+name, func(t *testing.T) {
			t.Parallel()
			r := newRestful(t, "2014-07-10", claims)
			r.arrives(t, job(first, first.TaxCode, "001"))
			r.arrives(t, corrected(hire, under(first, code), "002"))
			r.says(t, "IDENTITA_AMBIGUA NUOVA", "RETTIFICA_TARDIVA NUOVA")
			once := map[string]bool{}
			for _, e := range rowsOf(t, r.home, r.night-1, tables.Evidence) {
				if once[e.Owner+e.Ref] {
					t.Errorf("%s is twice behind %s", e.Ref, e.Owner)
				}
				once[e.Owner+e.Ref] = true
			}
			r.arrives(t, variation(code, first.TaxCode))
			r.says(t, "IDENTITA_AMBIGUA CHIUSA_DA_SOLA", "RETTIFICA_TARDIVA APERTA")
			r.inForce(t, stopped(first), resumed(first))
		})
		t.Run("all on one night, under a code that is "+name, func(t *testing.T) {
			t.Parallel()
			r := newRestful(t, "2014-07-10", claims)
			files := corrected(hire, under(first, code), "002")
			files["inbox/unilav/001.xml"] = hiredAs(second, second.TaxCode, "001")
			r.arrives(t, files)
			r.says(t, "IDENTITA_AMBIGUA NUOVA")
			r.inForce(t)
		})
	}
	t.Run("a correction under the temporary code of nobody", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		r.arrives(t, job(first, first.TaxCode, "001"))
		r.arrives(t, corrected(hireAs(first, first.TaxCode, "001"), under(stranger, temporary), "002"))
		r.says(t, "RETTIFICA_TARDIVA NUOVA")
		r.inForce(t, stopped(first), resumed(first))
	})
	t.Run("a hire under the wrong code of nobody, corrected at once", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		nobody := under(stranger, pipeline.CodiceFiscale(wrong))
		files := corrected(hireAs(nobody, nobody.TaxCode, "001"), second, "002")
		files["inbox/unilav/001.xml"] = hiredAs(nobody, nobody.TaxCode, "001")
		r.arrives(t, files)
		r.arrives(t, variation(nobody.TaxCode, first.TaxCode))
		r.says(t)
		r.inForce(t, stopped(second))
	})
	t.Run("a correction under the wrong code of nobody", func(t *testing.T) {
		t.Parallel()
		r := newRestful(t, "2014-07-10", claims)
		r.arrives(t, job(first, first.TaxCode, "001"))
		r.arrives(t, corrected(hireAs(first, first.TaxCode, "001"), under(stranger, pipeline.CodiceFiscale(wrong)), "002"))
		r.says(t)
		r.inForce(t, stopped(first))
		r.quiet(t, 2, 1)
	})
}

// TestCorrectionsOnOneNightOrSeveral: of a correction that only gives the worker a wrong code, and a later one of the same document to
// another worker, the later holds, and the same is asked on whatever nights they came.
func TestCorrectionsOnOneNightOrSeveral(t *testing.T) {
	t.Parallel()
	claims := claimantsOf(2)
	first, second := &claims[0], &claims[1]
	wrong := []byte(first.TaxCode)
	wrong[15] = 'A' + (wrong[15]-'A'+1)%26
	as := *first
	as.TaxCode = pipeline.CodiceFiscale(wrong)
	hire := hireAs(first, first.TaxCode, "001")
	hire.Start, hire.End = pipeline.MustDate("2014-09-01"), pipeline.MustDate("2014-11-30")
	to := func(c *pipeline.Claim, serial string) []byte {
		x := *hireAs(c, c.TaxCode, serial)
		x.Purpose, x.PreviousCode, x.SentAt, x.Start, x.End = pipeline.PurposeCorrection, hire.Code, hire.SentAt+1_000_000, hire.Start, hire.End
		return documents.XML(&x)
	}
	all := map[string][]byte{"001": documents.XML(hire), "002": to(&as, "002"), "003": to(second, "003")}
	for _, nights := range [][]string{{"001 002 003"}, {"001 002", "003"}, {"001", "002", "003"}, {"003", "002", "001"}} {
		r := newRestful(t, "2014-07-10", claims)
		for _, names := range nights {
			files := map[string][]byte{}
			for name := range strings.FieldsSeq(names) {
				files["inbox/unilav/"+name+".xml"] = all[name]
			}
			r.arrives(t, files)
		}
		asked := 0
		for _, e := range rowsOf(t, r.home, r.night-1, tables.Exceptions) {
			if e.State != pipeline.ExceptionClosed {
				asked++
			}
		}
		if asked != 1 {
			t.Errorf("%q: %d exceptions, want that of the wrong code", nights, asked)
		}
		r.inForce(t, second.Number+" "+string(second.TaxCode)+" SOSPENSIONE 2014-09-01")
	}
}

// TestCorrectionOfAHireUnderAnOmocode to the same names and another code: the document is counted once, and the doubt stays.
func TestCorrectionOfAHireUnderAnOmocode(t *testing.T) {
	t.Parallel()
	claims := claimantsOf(1)
	r := newRestful(t, "2014-07-10", claims)
	code := claims[0].TaxCode.Omocode(1 << 6)
	hire := hireAs(&claims[0], code, "001")
	r.arrives(t, job(&claims[0], code, "001"))
	r.says(t, "IDENTITA_AMBIGUA NUOVA")
	as := claims[0]
	_, _, _, _, _, as.TaxCode = documents.Person(990)
	r.arrives(t, corrected(hire, &as, "002"))
	r.says(t, "IDENTITA_AMBIGUA APERTA")
}

// TestCorrectionThatNobodyHeardOf lies in an archive of a program that did not look for such: the first night that does finds it, once.
func TestCorrectionThatNobodyHeardOf(t *testing.T) {
	t.Parallel()
	claims := claimantsOf(2)
	first, second := &claims[0], &claims[1]
	r := newRestful(t, "2014-07-10", claims)
	hire := hireAs(first, first.TaxCode, "001")
	r.arrives(t, job(first, first.TaxCode, "001"))
	r.arrives(t, job(second, second.TaxCode, "002"))
	unheardOf(t, r.home, r.night-1, func(c *pipeline.Communication) {
		c.Purpose, c.PreviousCode, c.SentAt = pipeline.PurposeCorrection, hire.Code, hire.SentAt+1_000_000
	})
	r.arrives(t, nil)
	r.says(t, "RETTIFICA_TARDIVA NUOVA")
	stopped, resumed := " SOSPENSIONE 2014-07-01", " RIPRESA 2014-07-01"
	want := []string{
		first.Number + " " + string(first.TaxCode) + stopped, first.Number + " " + string(first.TaxCode) + resumed,
		second.Number + " " + string(second.TaxCode) + stopped,
	}
	r.inForce(t, want...)
	r.quiet(t, 2, 2)
	r.says(t, "RETTIFICA_TARDIVA APERTA")
	unheardOf(t, r.home, r.night-1, func(*pipeline.Communication) {}) // looked at once more: nothing is new
	r.arrives(t, nil)
	r.says(t, "RETTIFICA_TARDIVA APERTA")
	r.inForce(t, want...)
}

// unheardOf makes the last night of an archive one of a program that did not look for corrections to other workers, and changes its
// documents.
func unheardOf(t *testing.T, home string, night pipeline.Date, change func(*pipeline.Communication)) {
	t.Helper()
	s := archive.Open(home)
	units, err := s.Of(night)
	if err != nil {
		t.Fatal(err)
	}
	tonight := s.Begin(archive.Night{Date: night, Revision: 1}, "")
	w, err := tonight.Staged()
	if err != nil {
		t.Fatal(err)
	}
	src := s.Source()
	for _, u := range units {
		if u.Kind == match.KindCommunication {
			err = errors.Join(err, src.Communications(t.Context(), u, nil, func(c *pipeline.Communication) error {
				change(c)
				row := tables.Sealed(c)
				return w.Communications.Write(&row)
			}))
		}
	}
	doubtful, derr := tonight.StagedDoubtful()
	err = errors.Join(err, derr, doubtful.Close(), w.Communications.Close(), w.Submissions.Close(), w.Notices.Close(), w.Questions.Close(), w.Vouchers.Close())
	if err = errors.Join(err, tonight.Place(), s.Done()); err != nil {
		t.Fatal(err)
	}
	index := filepath.Join(home, "archive", "indice", night.String()+".json")
	b, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	before := strings.Replace(string(b), "  \"rettifiche_ad_altri\": true,\n", "", 1)
	if before == string(b) {
		t.Fatal("the night does not say that it looked")
	}
	if err := os.WriteFile(index, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
}
