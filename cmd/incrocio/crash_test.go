package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/readers/inbox"
	"incrocio/writers/archive"
	"incrocio/writers/store"
	"incrocio/writers/store/sqlite"
)

// twoNights gives a home with one night published and a document waiting for the next, and the same home after both.
func twoNights(t *testing.T) (waiting, done string, first, second pipeline.Date) {
	t.Helper()
	build := func() string {
		home, night := generated(t, 60, 6)
		first, second = night, night+1
		held := filepath.Join(home, "held")
		if err := os.Rename(filepath.Join(home, "inbox", "aspicom"), held); err != nil {
			t.Fatal(err)
		}
		if c := call(t, home, "run", "--date", first.String()); c.code != exitOK && c.code != exitDiscarded {
			t.Fatalf("exit code %d: %s", c.code, c.stderr)
		}
		if err := os.RemoveAll(filepath.Join(home, "inbox", "aspicom")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(held, filepath.Join(home, "inbox", "aspicom")); err != nil {
			t.Fatal(err)
		}
		return home
	}
	waiting, done = build(), build()
	if c := call(t, done, "run", "--date", second.String()); c.code != exitOK && c.code != exitDiscarded {
		t.Fatalf("exit code %d: %s", c.code, c.stderr)
	}
	return waiting, done, first, second
}

// wholeHome is everything in a home that a crash must not change: all but the lock, and of the ledger what it knows.
func wholeHome(t *testing.T, home string) map[string]string {
	t.Helper()
	known := ledgerText(t, home)
	files := tree(t, home)
	for name := range files {
		if strings.Contains(name, "lock") || strings.HasPrefix(name, storeFile) {
			delete(files, name)
		}
	}
	if known != "" {
		files[storeFile] = known
	}
	return files
}

// ledgerText writes what the embedded ledger knows, moments and leases apart; "" where it knows of no night.
func ledgerText(t *testing.T, home string) string {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(home, storeFile), store.Options{Existing: true})
	if errors.Is(err, store.ErrNoStore) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return known(t, s)
}

// known writes what a ledger knows.
func known(t *testing.T, s *store.Store) string {
	t.Helper()
	ctx := context.Background()
	nights, err := s.Nights(ctx, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, n := range nights {
		n.Fence, n.PreparedAt, n.PublishedAt = 0, 0, 0
		inputs, err := s.Inputs(ctx, n.Date)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%+v\n%+v\n", n, inputs)
	}
	err = errors.Join(
		s.InForce(ctx, 0, func(a *pipeline.Action) error { _, err := fmt.Fprintf(&b, "%+v\n", *a); return err }),
		s.Exceptions(ctx, 0, func(e *store.Standing) error {
			_, err := fmt.Fprintf(&b, "%+v", e.Exception)
			if e.Clearing != nil {
				_, err = fmt.Fprintf(&b, " %d of %s", e.Clearing.Number, e.Clearing.Night)
			}
			b.WriteByte('\n')
			return err
		}),
	)
	if _, audited := s.VerifyAudit(ctx); err != nil || audited != nil {
		t.Fatal(err, audited)
	}
	return b.String()
}

// TestCrashBeforePublication leaves the archive of a night that was never published.
func TestCrashBeforePublication(t *testing.T) {
	waiting, done, _, second := twoNights(t)
	tried := archive.Open(waiting).Begin(archive.Night{Date: second, Revision: 1}, "")
	w, err := tried.Staged()
	if err != nil {
		t.Fatal(err)
	}
	junk := pipeline.Communication{
		ID: pipeline.DocID{1}, Acquired: second, Worker: "junk", Model: pipeline.ModelUnilav, Event: pipeline.EventHire,
		Purpose: pipeline.PurposeNormal, Source: pipeline.Source{Flow: pipeline.FlowUnilav, File: "x"}, SentAt: 1, SentOn: second, Employer: "x",
	}
	doubtful, err := tried.StagedDoubtful()
	if err != nil {
		t.Fatal(err)
	}
	sealed := tables.Sealed(&junk)
	err = errors.Join(w.Communications.Write(&sealed), w.Communications.Close(), w.Submissions.Close(), w.Notices.Close(), doubtful.Close(), tried.Place())
	if err != nil {
		t.Fatal(err)
	}
	if c := call(t, waiting, "run", "--date", second.String()); c.code != exitOK && c.code != exitDiscarded {
		t.Fatalf("exit code %d: %s", c.code, c.stderr)
	}
	sameFiles(t, "home", wholeHome(t, done), wholeHome(t, waiting))
}

// TestCrashBeforeOriginalsArePutAway: the night is published, the inbox is as it was.
func TestCrashBeforeOriginalsArePutAway(t *testing.T) {
	waiting, done, _, second := twoNights(t)
	// Where the originals of the night should go stands a file: they cannot be put away.
	blocked := filepath.Join(waiting, "archive", "originali", second.String())
	put(t, waiting, map[string][]byte{"archive/originali/" + second.String(): []byte("x")})
	c := call(t, waiting, "run", "--date", second.String())
	if (c.code != exitOK && c.code != exitDiscarded) || !strings.Contains(c.stderr, "put away") {
		t.Fatalf("exit code %d: %s", c.code, c.stderr)
	}
	if len(tree(t, filepath.Join(waiting, "inbox", "aspicom"))) == 0 {
		t.Fatal("the inbox is empty: the test shows nothing")
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	// A file that has come since under the name of one that was taken in is another one.
	third := second + 1
	call(t, waiting, "run", "--date", third.String()).want(t, exitOK)
	call(t, done, "run", "--date", third.String()).want(t, exitOK)
	sameFiles(t, "home", wholeHome(t, done), wholeHome(t, waiting))
}

// TestFailedPublicationLeavesTheHomeAsItWas blocks the place where nights are published.
func TestFailedPublicationLeavesTheHomeAsItWas(t *testing.T) {
	waiting, done, _, second := twoNights(t)
	put(t, waiting, map[string][]byte{"runs/data_elaborazione=" + second.String(): []byte("in the way")})
	before := tree(t, filepath.Join(waiting, "inbox"))
	if c := call(t, waiting, "run", "--date", second.String()); c.code != exitFailed {
		t.Fatalf("exit code %d: %s", c.code, c.stderr)
	}
	sameFiles(t, "inbox", before, tree(t, filepath.Join(waiting, "inbox")))
	if err := os.Remove(nightFolder(waiting, second)); err != nil {
		t.Fatal(err)
	}
	if c := call(t, waiting, "run", "--date", second.String()); c.code != exitOK && c.code != exitDiscarded {
		t.Fatalf("exit code %d: %s", c.code, c.stderr)
	}
	sameFiles(t, "home", wholeHome(t, done), wholeHome(t, waiting))
}

// TestReplaceRepeatsTheLastNight: the same inputs give the same facts, and a second revision.
func TestReplaceRepeatsTheLastNight(t *testing.T) {
	_, done, first, second := twoNights(t)
	before := factFiles(t, done, second)
	originals := tree(t, filepath.Join(done, "archive", "originali", second.String()))
	c := call(t, done, "run", "--replace")
	if c.code != exitOK && c.code != exitDiscarded {
		t.Fatalf("exit code %d: %s", c.code, c.stderr)
	}
	if !strings.Contains(c.stdout, "revisione 2") {
		t.Errorf("summary:\n%s", c.stdout)
	}
	sameFiles(t, "facts", before, factFiles(t, done, second))
	sameFiles(t, "originals", originals, tree(t, filepath.Join(done, "archive", "originali", second.String())))
	older := filepath.Join(done, "sostituite", second.String()+"-r1")
	if len(tree(t, older)) == 0 {
		t.Errorf("%s is empty", older)
	}
	call(t, done, "verify").want(t, exitOK)
	// The night after stands on the second revision, and finds every fact once.
	call(t, done, "run", "--date", (second+1).String()).want(t, exitOK)
	if n := len(rowsOf(t, done, second+1, tables.Submissions)); n != len(rowsOf(t, done, second, tables.Submissions)) || n == 0 {
		t.Errorf("%d submissions known after the night that follows", n)
	}
	call(t, done, "run", "--replace", "--date", first.String()).want(t, exitDate)
}

// TestReplaceBesideALongName: an original comes back beside a file that has its name, however long that is.
func TestReplaceBesideALongName(t *testing.T) {
	home, night := t.TempDir(), pipeline.MustDate("2014-07-01")
	snapshot(t, home, night, nil)
	name := "unilav/" + strings.Repeat("à", 125) + "x.xml" // 255 bytes
	put(t, home, map[string][]byte{"inbox/" + name: []byte("prima")})
	published(t, home, "run", "--date", night.String())
	put(t, home, map[string][]byte{"inbox/" + name: []byte("poi")})
	published(t, home, "run", "--replace")
	kept := tree(t, filepath.Join(home, "archive", "scartati", night.String()))
	if second := inbox.Numbered(name, 2); len(kept) != 2 || kept[name] != "poi" || kept[second] != "prima" {
		t.Errorf("put away: %v", kept)
	}
}

// TestReplaceThatFailsGivesTheOriginalsBack blocks the publication of a second revision.
func TestReplaceThatFailsGivesTheOriginalsBack(t *testing.T) {
	_, done, _, second := twoNights(t)
	if err := os.RemoveAll(filepath.Join(done, "inbox", "domande")); err != nil { // without claims there is no night
		t.Fatal(err)
	}
	before := tree(t, filepath.Join(done, "archive"))
	call(t, done, "run", "--replace").want(t, exitNoHome)
	sameFiles(t, "archive", before, tree(t, filepath.Join(done, "archive")))
	put(t, done, map[string][]byte{"inbox/domande/domande-" + second.String() + ".csv": []byte("not,a,claim\n")})
	call(t, done, "run", "--replace").want(t, exitFailed)
	sameFiles(t, "archive", before, tree(t, filepath.Join(done, "archive")))
}

func TestTrialRunWritesNothing(t *testing.T) {
	home, night := generated(t, 60, 7)
	before := tree(t, home)
	c := call(t, home, "run", "--date", night.String(), "--dry-run")
	if c.code != exitOK && c.code != exitDiscarded {
		t.Fatalf("exit code %d: %s", c.code, c.stderr)
	}
	sameFiles(t, "home", before, tree(t, home))
	if !strings.Contains(c.stdout, "prova") || !strings.Contains(c.stdout, "azioni in essere") {
		t.Errorf("summary:\n%s", c.stdout)
	}
}

// TestCrashWhileARepeatedNightTakesItsPlace: the older revision was moved away and the newer one not yet in its place.
func TestCrashWhileARepeatedNightTakesItsPlace(t *testing.T) {
	_, done, _, second := twoNights(t)
	if c := call(t, done, "run", "--replace"); c.code != exitOK && c.code != exitDiscarded {
		t.Fatalf("exit code %d: %s", c.code, c.stderr)
	}
	want := tree(t, nightFolder(done, second))
	inner := shadow(done)
	if err := errors.Join(
		os.MkdirAll(filepath.Join(inner, "runs"), 0o750),
		os.Rename(nightFolder(done, second), nightFolder(inner, second)),
		os.CopyFS(filepath.Join(inner, "sigilli"), os.DirFS(filepath.Join(done, "sigilli"))),
	); err != nil {
		t.Fatal(err)
	}
	c := call(t, done, "verify").want(t, exitDamaged) // a restored copy would take the repetition back
	if strings.Count(c.stdout, "rimedio: incrocio migrate\n") != 2 || strings.Contains(c.stdout, "restore") {
		t.Error(c.stdout)
	}
	call(t, done, "run", "--date", (second+1).String()).want(t, exitOK)
	sameFiles(t, "second revision", want, tree(t, nightFolder(done, second)))
	call(t, done, "verify").want(t, exitOK)
	if _, err := os.Stat(inner); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", inner, err)
	}

	// A repetition that was cut short before leaves the published one alone.
	if err := os.MkdirAll(filepath.Join(inner, "staging", "notte-2014-10-02"), 0o750); err != nil {
		t.Fatal(err)
	}
	call(t, done, "run", "--date", (second+2).String()).want(t, exitOK)
	if _, err := os.Stat(inner); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", inner, err)
	}
}
