package archive_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
	"incrocio/writers/archive"
)

var first = pipeline.MustDate("2014-03-01")

func person(i int) pipeline.CodiceFiscale {
	c, err := pipeline.CompleteCodiceFiscale(fmt.Sprintf("BNCNNA%02dE50L%03d", 60+i%30, 100+i))
	if err != nil {
		panic(err)
	}
	return c
}

// keep writes a night with n communications and one fact of each other kind, and places it.
func keep(t *testing.T, home string, n archive.Night, rows int) *archive.Tonight {
	t.Helper()
	s := archive.Open(home)
	tonight := stage(t, s.Begin(n, ""), n, rows)
	tonight.Take(archive.Taken{Flow: "unilav", File: "a.xml", SHA256: "00"})
	tonight.Take(archive.Taken{Flow: "unilav", File: "b", Unread: true})
	if err := tonight.Place(); err != nil {
		t.Fatal(err)
	}
	return tonight
}

func stage(t *testing.T, tonight *archive.Tonight, n archive.Night, rows int) *archive.Tonight {
	t.Helper()
	w, err := tonight.Staged()
	if err != nil {
		t.Fatal(err)
	}
	var cs []pipeline.Communication
	for i := range rows {
		cs = append(cs, pipeline.Communication{
			ID: pipeline.DocID{byte(i), byte(n.Date), byte(n.Revision)}, Worker: person(i), Code: fmt.Sprint(1000 + i), Acquired: n.Date,
			Source: pipeline.Source{Flow: pipeline.FlowUnilav, File: "a.xml", Index: int64(i)},
			Model:  pipeline.ModelUnilav, Event: pipeline.EventHire, Purpose: pipeline.PurposeNormal, SentAt: 1, SentOn: n.Date, Employer: "x",
		})
		if c := &cs[i]; i%2 == 1 {
			c.Purpose, c.PreviousCode = pipeline.PurposeCorrection, cs[i-1].Code
		}
	}
	slices.SortFunc(cs, func(a, b pipeline.Communication) int { return tables.CommunicationsByKey.Compare(&a, &b) })
	for i := range cs {
		row := tables.Sealed(&cs[i])
		if err := w.Communications.Write(&row); err != nil {
			t.Fatal(err)
		}
	}
	sub, err := tables.ArchiveSubmission(&pipeline.Submission{
		ID: pipeline.DocID{1}, Source: pipeline.Source{Flow: pipeline.FlowAspicom, File: "s"}, Acquired: n.Date, TaxCode: person(1), Protocol: "P",
	})
	if err == nil {
		err = w.Submissions.Write(&sub)
	}
	notice, nerr := tables.ArchiveNotice(&pipeline.Notice{ID: pipeline.DocID{2}, Acquired: n.Date, TaxCode: person(1)})
	question, qerr := tables.ArchiveQuestion(&pipeline.DomesticQuestion{ID: pipeline.DocID{3}, Acquired: n.Date, Worker: person(1)})
	voucher, verr := tables.ArchiveVoucher(&pipeline.Voucher{ID: pipeline.DocID{4}, Acquired: n.Date, Worker: person(1)})
	err = errors.Join(err, nerr, qerr, verr, w.Notices.Write(&notice), w.Questions.Write(&question), w.Vouchers.Write(&voucher))
	if err := errors.Join(err, w.Communications.Close(), w.Submissions.Close(), w.Notices.Close(), w.Questions.Close(), w.Vouchers.Close()); err != nil {
		t.Fatal(err)
	}
	keepDoubtful(t, tonight, pipeline.Communication{
		ID: pipeline.DocID{9, byte(n.Date)}, Worker: "03472640170", Code: "dubbia", Acquired: n.Date, SentAt: 1, SentOn: n.Date, Employer: "x",
		Source: pipeline.Source{Flow: pipeline.FlowUnilav, File: "d.xml"}, Model: pipeline.ModelUnilav, Event: pipeline.EventHire,
	})
	return tonight
}

// keepDoubtful writes the file of doubtful communications.
func keepDoubtful(t *testing.T, tonight *archive.Tonight, rows ...pipeline.Communication) {
	t.Helper()
	w, err := tonight.StagedDoubtful()
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		err = errors.Join(err, w.Write(&rows[i]))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
}

// communications reads those of the first unit.
func communications(t *testing.T, s *archive.Store) (out []pipeline.Communication) {
	t.Helper()
	units, err := s.Units(first + 1)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Source().Communications(t.Context(), units[0], nil, func(c *pipeline.Communication) error {
		out = append(out, *c)
		return nil
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("%d communications, %v", len(out), err)
	}
	return out
}

// codes reads all communications of units, with the night of each.
func codes(t *testing.T, s *archive.Store, units []match.Unit) (out []string) {
	t.Helper()
	src := s.Source()
	for _, u := range units {
		if u.Kind != match.KindCommunication {
			continue
		}
		err := src.Communications(t.Context(), u, nil, func(c *pipeline.Communication) error {
			out = append(out, c.Acquired.String()+" "+c.Code)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	return out
}

// others reads the facts of units that are no communications: of each its kind and its night.
func others(t *testing.T, s *archive.Store, units []match.Unit) (out []string) {
	t.Helper()
	src := s.Source()
	for _, u := range units {
		note := func(night pipeline.Date) error {
			out = append(out, u.Kind.String()+" "+night.String())
			return nil
		}
		var err error
		switch u.Kind {
		case match.KindSubmission:
			err = src.Submissions(t.Context(), u, func(r *tables.ArchivedSubmission) error { return note(r.Acquired) })
		case match.KindNotice:
			err = src.Notices(t.Context(), u, func(r *tables.ArchivedNotice) error { return note(r.Acquired) })
		case match.KindQuestion:
			err = src.Questions(t.Context(), u, func(r *tables.ArchivedQuestion) error { return note(r.Acquired) })
		case match.KindVoucher:
			err = src.Vouchers(t.Context(), u, func(r *tables.ArchivedVoucher) error { return note(r.Acquired) })
		case match.KindDoubtful:
			err = src.Doubtful(t.Context(), u, func(c *pipeline.Communication) error { return note(c.Acquired) })
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	return out
}

func TestNightsAreFoundAgain(t *testing.T) {
	home := t.TempDir()
	keep(t, home, archive.Night{Date: first, Revision: 1}, 2)
	keep(t, home, archive.Night{Date: first + 1, Revision: 1}, 1)
	s := archive.Open(home)
	units, err := s.Units(first + 2)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff([]string{"2014-03-01 1000", "2014-03-01 1001", "2014-03-02 1000"}, codes(t, s, units)); d != "" {
		t.Errorf("communications (-want +got):\n%s", d)
	}
	for _, u := range units {
		if u.Anchor != (u.Kind == match.KindSubmission) {
			t.Errorf("anchor %v of %s", u.Anchor, u.Kind)
		}
	}
	if units, err = s.Of(first + 1); err != nil || len(codes(t, s, units)) != 1 {
		t.Errorf("one night alone: %v, %v", codes(t, s, units), err)
	}
	units, err = s.Units(first + 1)
	if err != nil || len(codes(t, s, units)) != 2 {
		t.Errorf("a night sees itself: %v, %v", codes(t, s, units), err)
	}
}

func TestFeedsComeBack(t *testing.T) {
	home := t.TempDir()
	s := archive.Open(home)
	tonight := s.Begin(archive.Night{Date: first, Revision: 1}, "")
	w, err := tonight.Staged()
	if err != nil {
		t.Fatal(err)
	}
	v := pipeline.Voucher{
		ID: pipeline.DocID{7}, Source: pipeline.Source{Flow: pipeline.FlowVoucher, File: "v.csv"}, Acquired: first, Worker: person(1), Net: 100,
	}
	q := pipeline.DomesticQuestion{
		ID: pipeline.DocID{8}, Source: pipeline.Source{Flow: pipeline.FlowDomestico, File: "d.jsonl"}, Acquired: first, Protocol: "Q",
	}
	vrow, verr := tables.ArchiveVoucher(&v)
	qrow, qerr := tables.ArchiveQuestion(&q)
	keepDoubtful(t, tonight)
	err = errors.Join(verr, qerr, w.Vouchers.Write(&vrow), w.Questions.Write(&qrow), w.Vouchers.Close(), w.Questions.Close(),
		w.Communications.Close(), w.Submissions.Close(), w.Notices.Close(), tonight.Place())
	if err != nil {
		t.Fatal(err)
	}
	s = archive.Open(home)
	units, err := s.Units(first + 1)
	if err != nil {
		t.Fatal(err)
	}
	src, found := s.Source(), 0
	for _, u := range units {
		switch u.Kind {
		case match.KindVoucher:
			err = src.Vouchers(t.Context(), u, func(r *tables.ArchivedVoucher) error {
				found++
				back, err := r.Restore()
				if d := gocmp.Diff(v, back); d != "" {
					t.Error(d)
				}
				return err
			})
		case match.KindQuestion:
			err = src.Questions(t.Context(), u, func(r *tables.ArchivedQuestion) error {
				found++
				back, err := r.Restore()
				if d := gocmp.Diff(q, back); d != "" {
					t.Error(d)
				}
				return err
			})
		}
		if err != nil || u.Anchor {
			t.Errorf("%s: %v, anchor %v", u.Kind, err, u.Anchor)
		}
	}
	if found != 2 {
		t.Errorf("%d rows found, want a voucher and a question", found)
	}
}

func TestDoubtfulCommunicationsComeBack(t *testing.T) {
	home := t.TempDir()
	keep(t, home, archive.Night{Date: first, Revision: 1}, 1)
	s := archive.Open(home)
	units, err := s.Units(first + 1)
	if err != nil {
		t.Fatal(err)
	}
	src, found := s.Source(), ""
	for _, u := range units {
		if u.Kind != match.KindDoubtful {
			continue
		}
		if err := src.Doubtful(t.Context(), u, func(c *pipeline.Communication) error { found += c.Code; return nil }); err != nil || u.Anchor {
			t.Errorf("%s: %v, anchor %v", u.Kind, err, u.Anchor)
		}
	}
	if found != "dubbia" {
		t.Errorf("found %q", found)
	}
}

// TestNightOfBeforeDoubtfulCommunications has the index of a night that knew of five tables.
func TestNightOfBeforeDoubtfulCommunications(t *testing.T) {
	home := t.TempDir()
	keep(t, home, archive.Night{Date: first, Revision: 1}, 2)
	path := filepath.Join(home, "archive", "indice", "2014-03-01.json")
	write := func(keep int) {
		t.Helper()
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var x map[string]any
		if err := json.Unmarshal(b, &x); err != nil {
			t.Fatal(err)
		}
		x["file"] = x["file"].([]any)[:keep]
		if b, err = json.Marshal(x); err == nil {
			err = os.WriteFile(path, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write(5)
	s := archive.Open(home)
	units, err := s.Units(first + 1)
	if err != nil || len(codes(t, s, units)) != 2 {
		t.Errorf("five tables: %v, %v; want the two communications", units, err)
	}
	write(4)
	if _, err := archive.Open(home).Units(first + 1); !errors.Is(err, archive.ErrDamaged) {
		t.Errorf("four tables: error %v, want ErrDamaged", err)
	}
}

func TestStagedFilesAreSeenByTheirNightOnly(t *testing.T) {
	home := t.TempDir()
	s := archive.Open(home)
	n := archive.Night{Date: first, Revision: 1}
	tonight := stage(t, s.Begin(n, ""), n, 3)
	units, err := tonight.StagedUnits()
	if err != nil || len(codes(t, s, units)) != 3 {
		t.Errorf("staged %v, %v; want 3 communications", units, err)
	}
	if units, err := archive.Open(home).Units(first + 9); err != nil || len(units) != 0 {
		t.Errorf("other nights see %v, %v", units, err)
	}
}

func TestTrialRunLeavesTheHomeAlone(t *testing.T) {
	home := t.TempDir()
	n := archive.Night{Date: first, Revision: 1}
	stage(t, archive.Open(home).Begin(n, t.TempDir()), n, 3)
	if left := everything(t, home); len(left) != 0 {
		t.Errorf("home holds %v", left)
	}
}

func TestRepeatedNightCountsOnceAndEditsNothing(t *testing.T) {
	home := t.TempDir()
	keep(t, home, archive.Night{Date: first, Revision: 1}, 2)
	before := everything(t, home)
	keep(t, home, archive.Night{Date: first, Revision: 2}, 1)
	s := archive.Open(home)
	units, err := s.Units(first + 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := codes(t, s, units); len(got) != 1 {
		t.Errorf("communications %v, want the one of the second revision", got)
	}
	after := everything(t, home)
	for name, content := range before {
		if name != "archive/in_corso.json" && after[name] != content {
			t.Errorf("%s was edited", name)
		}
	}
}

func TestRecoverAfterACrashAtEachStep(t *testing.T) {
	whole := t.TempDir()
	keep(t, whole, archive.Night{Date: first, Revision: 1}, 1)
	if err := archive.Open(whole).Done(); err != nil {
		t.Fatal(err)
	}
	for name, next := range map[string]archive.Night{
		"next night": {Date: first + 1, Revision: 1},
		"revision":   {Date: first, Revision: 2},
	} {
		// A crash leaves the steps up to some point done: the rest of the files are taken away here.
		for lost := range 9 {
			home := t.TempDir()
			if err := os.CopyFS(home, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			keep(t, home, next, 2)
			removeLast(t, home, lost)
			s := archive.Open(home)
			_, unfinished, err := s.Recover(archive.Night{Date: first, Revision: 1})
			if err != nil || unfinished {
				t.Fatalf("%s, %d steps lost: %v, %v", name, lost, unfinished, err)
			}
			if d := gocmp.Diff(everything(t, whole), everything(t, home)); d != "" {
				t.Errorf("%s, %d steps lost (-before +after):\n%s", name, lost, d)
			}
		}
	}
}

// removeLast undoes the last n steps of Place.
func removeLast(t *testing.T, home string, n int) {
	t.Helper()
	steps := []string{"in_corso.json", "comunicazioni", "dichiarazioni", "segnalazioni", "domestico", "voucher", "dubbie", "indice"}
	for _, s := range steps[len(steps)-min(n, len(steps)):] {
		matches, err := filepath.Glob(filepath.Join(home, "archive", s, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range append(matches, filepath.Join(home, "archive", s)) {
			if base := filepath.Base(m); base == "2014-03-01.parquet" || base == "2014-03-01.json" {
				continue
			}
			if info, err := os.Stat(m); err == nil && !info.IsDir() {
				if err := os.Remove(m); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestRecoverOfAPublishedNightAsksForTheOriginals(t *testing.T) {
	home := t.TempDir()
	n := archive.Night{Date: first, Revision: 1}
	keep(t, home, n, 1)
	s := archive.Open(home)
	taken, unfinished, err := s.Recover(n)
	if err != nil || !unfinished {
		t.Fatalf("%v, %v; want unfinished", unfinished, err)
	}
	if d := gocmp.Diff([]archive.Taken{{Flow: "unilav", File: "a.xml", SHA256: "00"}, {Flow: "unilav", File: "b", Unread: true}}, taken); d != "" {
		t.Errorf("taken (-want +got):\n%s", d)
	}
	if err := s.Done(); err != nil {
		t.Fatal(err)
	}
	if _, unfinished, err = s.Recover(n); err != nil || unfinished {
		t.Errorf("after Done: %v, %v", unfinished, err)
	}
	if units, err := s.Units(first + 1); err != nil || len(units) == 0 {
		t.Errorf("the published night is gone: %v", err)
	}
}

func TestRecoverRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for name, content := range map[string]string{
		"rubbish": "{", "nothing": "{}", "older": `{"data_elaborazione":"2014-02-01","revisione":1}`,
	} {
		home := t.TempDir()
		keep(t, home, archive.Night{Date: first, Revision: 1}, 1)
		if err := os.WriteFile(filepath.Join(home, "archive", "in_corso.json"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := archive.Open(home).Recover(archive.Night{Date: first, Revision: 1}); !errors.Is(err, archive.ErrDamaged) {
			t.Errorf("%s: error %v, want ErrDamaged", name, err)
		}
	}
}

// TestDamageIsFound changes one byte after another, of every third: either nothing that is read is of it, or it is found.
func TestDamageIsFound(t *testing.T) {
	home := t.TempDir()
	keep(t, home, archive.Night{Date: first, Revision: 1}, 2)
	whole := communications(t, archive.Open(home))
	path := filepath.Join(home, "archive", "comunicazioni", "2014-03-01.parquet")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(b); i += 3 {
		b[i] ^= 1
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		b[i] ^= 1
		s := archive.Open(home)
		units, err := s.Units(first + 1)
		if err != nil {
			t.Fatal(err)
		}
		var got []pipeline.Communication
		err = s.Source().Communications(t.Context(), units[0], nil, func(c *pipeline.Communication) error {
			got = append(got, *c)
			return nil
		})
		if err == nil && gocmp.Equal(got, whole) { // nobody reads that byte
			continue
		}
		if !errors.Is(err, archive.ErrDamaged) {
			t.Fatalf("byte %d: error %v, want ErrDamaged", i, err)
		}
	}
	if err := os.WriteFile(filepath.Join(home, "archive", "indice", "2014-03-01.json"), []byte("[]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Open(home).Units(first + 1); !errors.Is(err, archive.ErrDamaged) {
		t.Errorf("index: error %v, want ErrDamaged", err)
	}
}

func TestSameNightSameBytes(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	keep(t, a, archive.Night{Date: first, Revision: 1}, 5)
	keep(t, b, archive.Night{Date: first, Revision: 1}, 5)
	if d := gocmp.Diff(everything(t, a), everything(t, b)); d != "" {
		t.Error("two archives of the same night differ")
	}
}

// everything reads all files below a folder.
func everything(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, rerr := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = string(b)
		return errors.Join(err, rerr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sheets lists the owners of a night's sheets.
func sheets(t *testing.T, home string, n archive.Night) (out []string, err error) {
	t.Helper()
	err = archive.Open(home).Sheets(t.Context(), n, func(row *tables.ArchivedSheet) error {
		s, err := row.Restore()
		if err == nil {
			out = append(out, string(s.Kind)+" "+s.Owner+" "+s.Office+" "+s.Claim.Number)
		}
		return err
	})
	return out, err
}

// TestSheetsAreKeptBesideTheFacts: they are placed with the night, no night reads them as facts, and they may go.
func TestSheetsAreKeptBesideTheFacts(t *testing.T) {
	home := t.TempDir()
	s := archive.Open(home)
	n := archive.Night{Date: first, Revision: 1}
	tonight := stage(t, s.Begin(n, ""), n, 1)
	w, err := tonight.StagedSheets()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"E1", "E2"} {
		row, err := tables.ArchiveSheet(&worklist.Sheet{
			Kind: worklist.KindException, Owner: id, Office: "7000", Night: first, Claim: &worklist.ClaimSheet{Number: "D" + id},
		})
		if err == nil {
			err = w.Write(&row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), tonight.Place()); err != nil {
		t.Fatal(err)
	}
	got, err := sheets(t, home, n)
	if d := gocmp.Diff([]string{"ECCEZIONE E1 7000 DE1", "ECCEZIONE E2 7000 DE2"}, got); d != "" || err != nil {
		t.Error(d, err)
	}
	noFacts(t, home, "schede")
	if _, unfinished, err := s.Recover(archive.Night{}); err != nil || unfinished {
		t.Fatal(unfinished, err)
	}
	if _, err := os.Stat(filepath.Join(home, "archive", "schede", first.String()+".parquet")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the sheets of a night that was not published stay: %v", err)
	}

	keep(t, home, n, 1) // a night without
	if got, err := sheets(t, home, n); err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := sheets(t, home, archive.Night{Date: first + 5, Revision: 1}); err != nil || got != nil {
		t.Errorf("of no night: %v, %v", got, err)
	}
}

// TestSheetsThatAreGoneOrDamaged: pruning leaves none, a changed byte is found.
func TestSheetsThatAreGoneOrDamaged(t *testing.T) {
	home := t.TempDir()
	n := archive.Night{Date: first, Revision: 2}
	tonight := stage(t, archive.Open(home).Begin(n, ""), n, 1)
	w, err := tonight.StagedSheets()
	if err == nil {
		err = w.Close()
	}
	if err := errors.Join(err, tonight.Place()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(home, "archive", "schede", n.Date.String()+"-r2.parquet")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole[len(whole)/2] ^= 1
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sheets(t, home, n); !errors.Is(err, archive.ErrDamaged) {
		t.Errorf("a changed byte: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got, err := sheets(t, home, n); err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}

// noFacts wants the files of a folder not to be among the facts of the first night.
func noFacts(t *testing.T, home, folder string) {
	t.Helper()
	units, err := archive.Open(home).Units(first + 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		if u.Kind == 0 || filepath.Base(filepath.Dir(u.File)) == folder {
			t.Errorf("%s is among the facts: %+v", folder, u)
		}
	}
}
