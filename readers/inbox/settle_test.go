package inbox_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"incrocio/readers/inbox"
)

// TestSettle: a file written to less than a minute ago stays for the next night.
func TestSettle(t *testing.T) {
	now := time.Date(2014, 7, 1, 23, 30, 0, 0, time.UTC)
	dir := home(t, nil)
	for name, changed := range map[string]time.Time{
		"old.xml":             now.Add(-24 * time.Hour),
		"just-settled.xml":    now.Add(-time.Minute),
		"restless.xml":        now.Add(-time.Minute + time.Nanosecond),
		"now.xml":             now,
		"clock-a-bit-off.xml": now.Add(30 * time.Second),
		"clock-far-off.xml":   now.Add(365 * 24 * time.Hour),
		"2014-07-01/late.xml": now.Add(-time.Second),
		"2014-07-01/good.xml": now.Add(-time.Hour),
		"2014-07-02/not.xml":  now, // of another night
	} {
		path := filepath.Join(dir, "inbox", "unilav", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("<d/>"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, changed); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("old.xml", filepath.Join(dir, "inbox", "unilav", "link.xml")); err != nil {
		t.Fatal(err)
	}
	b := open(t, dir, inbox.Limits{}, echo)
	b.Settle(now, time.Minute)
	got, warnings := units(t, b, "2014-07-01", true)
	equal(t, "units", got, []string{
		"unilav/2014-07-01/good.xml", "unilav/clock-far-off.xml", "unilav/just-settled.xml", "unilav/link.xml", "unilav/old.xml",
	})
	if len(warnings) != 1 || warnings[0].Path != "inbox/unilav" || warnings[0].Files != 4 || !strings.Contains(warnings[0].Message, "prossima notte") {
		t.Errorf("warnings: %+v", warnings)
	}
	b.Settle(now.Add(time.Hour), time.Minute)
	got, warnings = units(t, b, "2014-07-01", true)
	if len(got) != 9 || len(warnings) > 0 {
		t.Errorf("an hour later: %d files, %+v", len(got), warnings)
	}
	b.Settle(now, 0)
	if got, warnings = units(t, b, "2014-07-01", true); len(got) != 9 || len(warnings) > 0 {
		t.Errorf("with no time to settle: %d files, %+v", len(got), warnings)
	}
}
