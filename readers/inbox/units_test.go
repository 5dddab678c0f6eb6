package inbox_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
)

func units(t *testing.T, b *inbox.Box, night string, loose bool) ([]string, []inbox.Warning) {
	t.Helper()
	list, warnings, err := b.Units(pipeline.MustDate(night), loose)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, u := range list {
		names = append(names, string(u.Flow)+"/"+u.File)
	}
	return names, warnings
}

func TestUnits(t *testing.T) {
	x := []byte("x")
	b := open(t, home(t, map[string][]byte{
		"unilav/b.xml": x, "unilav/B.xml": x, "unilav/a.zip": x,
		"unilav/2014-06-30/old.xml": x, "unilav/2014-07-01/tonight.xml": x, "unilav/2014-07-02/tomorrow.xml": x,
		"unilav/.keep": nil, "unilav/on-its-way.xml.part": x, "unilav/on-its-way.TMP": x, "unilav/.cache/x.xml": x,
		"unilav/.a.xml.part": x, ".keep": nil,
		"unilav/2014-07-01/late.part":    x,
		"domande/domande-2014-07-01.csv": x,
	}), inbox.Limits{}, echo)
	for _, c := range []struct {
		name, night string
		loose       bool
		want        []string
	}{
		{"the last night of a call", "2014-07-01", true, []string{
			"unilav/2014-06-30/old.xml", "unilav/2014-07-01/tonight.xml", "unilav/B.xml", "unilav/a.zip", "unilav/b.xml",
		}},
		{"a night before it", "2014-07-01", false, []string{"unilav/2014-06-30/old.xml", "unilav/2014-07-01/tonight.xml"}},
		{"the day before a folder", "2014-06-29", false, nil},
		{"the day of a folder", "2014-06-30", false, []string{"unilav/2014-06-30/old.xml"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, warnings := units(t, b, c.night, c.loose)
			equal(t, "units", got, c.want)
			if len(warnings) > 0 {
				t.Errorf("warnings: %v", warnings)
			}
		})
	}
}

func TestUnitsWithoutAnInbox(t *testing.T) {
	got, warnings := units(t, open(t, t.TempDir(), inbox.Limits{}, echo), "2014-07-01", true)
	if len(got) > 0 || len(warnings) > 0 {
		t.Errorf("got %v, %v", got, warnings)
	}
}

func TestUnitsWarn(t *testing.T) {
	x := []byte("x")
	b := open(t, home(t, map[string][]byte{
		"voucher/2014.csv": x, "voucher/2014-07-01/a.csv": x, "voucher/2014-07-01/.b.csv": x,
		"stray.xml": x, "unilav/luglio/a.xml": x, "unilav/2014-02-30/a.xml": x, "unilav/2014-07-01/below/a.xml": x,
		"unilav/RSSMRA80A01H501U/a.xml": x, "unilav/2014-07-01/.a.xml": x, "unilav/2014-07-01/.b.xml": x, "unilav/2014-07-02/.a.xml": x,
		".a.xml": x, "unilav/.A.xml": x,
	}), inbox.Limits{}, echo)
	got, warnings := units(t, b, "2014-07-01", true)
	equal(t, "units", got, nil)
	var texts []string
	for _, w := range warnings {
		text := w.Path
		if strings.Contains(w.Message, "con un punto") {
			text = fmt.Sprintf("%s: %d with a dot", w.Path, w.Files)
		}
		texts = append(texts, text)
		if w.Path == "inbox/voucher" && (w.Files != 2 || !strings.Contains(w.Message, pipeline.DiscardUnsupported)) {
			t.Errorf("voucher: %+v", w)
		}
	}
	equal(t, "warnings", texts, []string{
		"inbox: 1 with a dot", "inbox/stray.xml", "inbox/unilav: 1 with a dot", "inbox/unilav/2014-02-30",
		"inbox/unilav/2014-07-01: 2 with a dot", "inbox/unilav/2014-07-01/below", "inbox/unilav/RSS*************",
		"inbox/unilav/luglio", "inbox/voucher/2014-07-01: 1 with a dot", "inbox/voucher",
	})
}

func TestOnlyRegularFilesAreOpened(t *testing.T) {
	dir := home(t, map[string][]byte{"unilav/a.xml": []byte("<a/>"), "unilav/b.xml": nil})
	at := func(name string) string { return filepath.Join(dir, "inbox", "unilav", name) }
	outside := filepath.Join(t.TempDir(), "secret.xml")
	for _, err := range []error{
		os.WriteFile(outside, []byte("<secret/>"), 0o600),
		os.Symlink("a.xml", at("inside.xml")),
		os.Symlink(outside, at("outside.xml")),
		os.Symlink("nowhere", at("dangling.xml")),
		os.Symlink(filepath.Dir(outside), at("2014-07-01")),
		syscall.Mkfifo(at("fifo.xml"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	b := open(t, dir, inbox.Limits{}, echo)
	got, _ := units(t, b, "2014-07-01", true)
	equal(t, "units", got, []string{
		"unilav/2014-07-01", "unilav/a.xml", "unilav/b.xml", "unilav/dangling.xml", "unilav/fifo.xml", "unilav/inside.xml",
		"unilav/outside.xml",
	})
	for _, name := range []string{"2014-07-01", "dangling.xml", "fifo.xml", "inside.xml", "outside.xml"} {
		k := read(t, b, name)
		equal(t, name, k.codes(), []string{pipeline.DiscardEntryName})
		if k.calls != 1 || len(k.docs) > 0 || k.digest != (inbox.Digest{Documents: 1, Unread: true}) {
			t.Errorf("%s: %+v", name, k)
		}
	}
}

func TestFileWithoutPermission(t *testing.T) {
	dir := home(t, map[string][]byte{"unilav/a.xml": []byte("<a/>")})
	if err := os.Chmod(filepath.Join(dir, "inbox/unilav/a.xml"), 0); err != nil {
		t.Fatal(err)
	}
	want := []string{pipeline.DiscardUnreadable}
	if os.Geteuid() == 0 { // root reads everything
		want = nil
	}
	equal(t, "codes", read(t, open(t, dir, inbox.Limits{}, echo), "a.xml").codes(), want)
}

func TestNamesThatDeceive(t *testing.T) {
	for _, name := range []string{"a\nb.xml", "fattura\u202elmx.xml", `c:\a.xml`, "d:a.xml", "a\x1b[31m.xml", "citt\xe0.xml"} {
		k := take(t, name, []byte("<a/>"), inbox.Limits{})
		equal(t, name, k.codes(), []string{pipeline.DiscardEntryName})
		if f := k.discards[0].File; strings.ContainsAny(f, "\n\x1b\u202e") || !utf8.ValidString(f) {
			t.Errorf("file %q is not fit to be shown", f)
		}
	}
}

// Two files of a flow, or a file and an entry of another, never show one name.
func TestShownNamesAreUnique(t *testing.T) {
	worse := []byte("<worse")
	dir := home(t, map[string][]byte{
		"unilav/a.zip": zipped(entry{"b.xml", []byte("<bad")}, entry{"c!d.xml", docA}), "unilav/a.zip!b.xml": worse,
		"unilav/a\x01.xml": worse, `unilav/a\x01.xml`: worse, `unilav/a\\x01.xml`: worse,
		"unilav/c\xff.xml": worse, `unilav/c\xff.xml`: worse,
		`unilav/a.zip\!b.xml`: worse, `unilav/a.zip\`: worse, "unilav/!": worse, `unilav/\`: worse,
	})
	b := open(t, dir, inbox.Limits{}, echo)
	units, _, err := b.Units(night, true)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range units {
		k := read(t, b, u.File)
		for _, d := range k.docs {
			got = append(got, d.Source.File)
		}
		for _, d := range k.discards {
			got = append(got, d.File)
		}
	}
	slices.Sort(got)
	want := []string{
		"a.zip!b.xml", `a.zip!c\!d.xml`, `a.zip\!b.xml`, `a\x01.xml`, `a\\x01.xml`, `a\\\\x01.xml`,
		`c\xff.xml`, `c\\xff.xml`, `a.zip\\\!b.xml`, `a.zip\\`, `\!`, `\\`,
	}
	slices.Sort(want)
	equal(t, "names", got, want)
}

func TestArchive(t *testing.T) {
	dir := home(t, map[string][]byte{
		"unilav/a.tar.gz": []byte("1"), "unilav/2014-07-01/a.tar.gz": []byte("2"), "unilav/b\n.xml": []byte("3"),
	})
	b := open(t, dir, inbox.Limits{}, echo)
	move := func(file string, unread bool) {
		t.Helper()
		if err := b.Archive(inbox.Unit{Flow: pipeline.FlowUnilav, File: file}, night, unread); err != nil {
			t.Fatal(err)
		}
	}
	move("a.tar.gz", false)
	move("2014-07-01/a.tar.gz", false)
	move("b\n.xml", true)
	for _, again := range []string{"4", "5"} { // the sender uses the name again
		if err := os.WriteFile(filepath.Join(dir, "inbox/unilav/a.tar.gz"), []byte(again), 0o600); err != nil {
			t.Fatal(err)
		}
		move("a.tar.gz", false)
	}
	for name, want := range map[string]string{
		"originali/2014-07-01/unilav/a.tar.gz":            "1",
		"originali/2014-07-01/unilav/2014-07-01/a.tar.gz": "2",
		`scartati/2014-07-01/unilav/b\n.xml`:              "3",
		"originali/2014-07-01/unilav/a~2.tar.gz":          "4",
		"originali/2014-07-01/unilav/a~3.tar.gz":          "5",
	} {
		got, err := os.ReadFile(filepath.Join(dir, "archive", name))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if got, _ := units(t, b, "2014-07-01", true); len(got) > 0 {
		t.Errorf("left in the inbox: %v", got)
	}
	err := b.Archive(inbox.Unit{Flow: pipeline.FlowUnilav, File: "a.tar.gz"}, night, false)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is gone: %v", err)
	}
}

func TestArchiveLeavesAFileThatCameSince(t *testing.T) {
	dir := home(t, map[string][]byte{"unilav/a.xml": docA, "unilav/b.xml": docB})
	b := open(t, dir, inbox.Limits{}, echo)
	for _, file := range []string{"a.xml", "b.xml"} {
		read(t, b, file)
	}
	at := filepath.Join(dir, "inbox/unilav/a.xml")
	for _, err := range []error{os.WriteFile(at+".part", docC, 0o600), os.Rename(at+".part", at)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"a.xml", "b.xml"} {
		if err := b.Archive(inbox.Unit{Flow: pipeline.FlowUnilav, File: file}, night, false); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := units(t, b, "2014-07-01", true)
	equal(t, "units", got, []string{"unilav/a.xml"})
	equal(t, "documents", read(t, b, "a.xml").texts(), []string{string(docC)})
}

func TestArchiveOfLongNames(t *testing.T) {
	long := strings.Repeat("è", 125) + ".xml" // 254 bytes
	escaped := strings.Repeat("\xff", 200) + ".xml"
	dir := home(t, map[string][]byte{"unilav/" + long: []byte("1"), "unilav/" + escaped: []byte("2")})
	b := open(t, dir, inbox.Limits{}, echo)
	for _, file := range []string{long, escaped} {
		if err := b.Archive(inbox.Unit{Flow: pipeline.FlowUnilav, File: file}, night, false); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "inbox/unilav", file), []byte("3"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := b.Archive(inbox.Unit{Flow: pipeline.FlowUnilav, File: file}, night, false); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadDir(filepath.Join(dir, "archive/originali/2014-07-01/unilav"))
	if err != nil || len(kept) != 4 {
		t.Errorf("%d files kept: %v", len(kept), err)
	}
}

// TestWhatSendersLeaveLying: the names that are left alone, and of which of them people are told.
func TestWhatSendersLeaveLying(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"a.xml": "x", "a.xml.part": "x", "A.TMP": "x", ".a.xml": "x", ".keep": "", ".a.xml.part": "x", "a.parts": "x", "a.": "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{".folder", "folder", "folder.tmp"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, ".link")); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]bool{}
	for _, e := range entries {
		left, told := inbox.LeftAlone(e)
		got[e.Name()] = [2]bool{left, told}
	}
	taken, silent, told := [2]bool{}, [2]bool{true, false}, [2]bool{true, true}
	want := map[string][2]bool{
		"a.xml": taken, "a.parts": taken, "a.": taken, "folder": taken,
		"a.xml.part": silent, "A.TMP": silent, "folder.tmp": silent, ".a.xml.part": silent, ".keep": silent, ".folder": silent,
		".a.xml": told, ".link": told,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
