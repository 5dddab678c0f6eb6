package retention_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/writers/retention"
)

func put(t *testing.T, home, name, body string) {
	t.Helper()
	path := filepath.Join(home, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(body), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func TestRemoveWhatIsTooOldAndNothingElse(t *testing.T) {
	home := t.TempDir()
	old := []string{
		"archive/originali/2014-01-31/unilav/a.xml", "archive/scartati/2014-01-01/aspicom/b", "sostituite/2014-01-15-r1/azioni.parquet",
		"archive/schede/2014-01-31.parquet", "archive/schede/2014-01-31-r2.parquet",
	}
	young := []string{
		"archive/originali/2014-02-01/unilav/a.xml", "archive/comunicazioni/2014-01-01.parquet", "archive/originali/README",
		"archive/schede/2014-02-01.parquet", "archive/schede/2014-01-31.parquet.txt", "archive/originali/2014-01-01",
		"archive/originali/2014-01-xx/c", "runs/data_elaborazione=2014-01-01/manifest.json", "sostituite/2014-02-15-r2/x",
	}
	for _, name := range append(old, young...) {
		put(t, home, name, name)
	}
	before, today := pipeline.MustDate("2014-02-01"), pipeline.MustDate("2014-05-02")
	plan, err := retention.Plan(home, before, today)
	if err != nil || len(plan.Items) != len(old) || plan.Bytes() != int64(len(strings.Join(old, ""))) {
		t.Fatalf("%+v, %v", plan, err)
	}
	if _, err := os.Stat(filepath.Join(home, old[0])); err != nil {
		t.Fatal("the plan removed something")
	}
	name, err := plan.Remove(home)
	if err != nil || name != "certificati/2014-05-02-1.json" {
		t.Fatalf("%q, %v", name, err)
	}
	for _, name := range old {
		path := filepath.Join(home, name)
		if !strings.HasPrefix(name, "archive/schede") {
			path = filepath.Dir(path)
		}
		if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there", name)
		}
	}
	for _, name := range young {
		if _, err := os.Stat(filepath.Join(home, name)); err != nil {
			t.Error(err)
		}
	}
	var c retention.Certificate
	content, err := os.ReadFile(filepath.Join(home, name))
	if err != nil || json.Unmarshal(content, &c) != nil || !c.Done || len(c.Items) != len(old) || c.Items[0].SHA256 == "" {
		t.Errorf("%s, %v", content, err)
	}

	again, err := retention.Plan(home, before, today)
	if err != nil || len(again.Items) != 0 {
		t.Fatalf("%+v, %v", again, err)
	}
	if name, err := again.Remove(home); name != "" || err != nil {
		t.Errorf("nothing to remove, but %q, %v", name, err)
	}
}

// TestRemovalCutShort: what is left of a night is removed the next time, under a certificate of its own.
func TestRemovalCutShort(t *testing.T) {
	home := t.TempDir()
	put(t, home, "archive/originali/2014-01-01/unilav/b.xml", "b")
	put(t, home, "certificati/2014-05-02-1.json", "{}")
	plan, err := retention.Plan(home, pipeline.MustDate("2014-02-01"), pipeline.MustDate("2014-05-02"))
	if err != nil {
		t.Fatal(err)
	}
	if name, err := plan.Remove(home); err != nil || name != "certificati/2014-05-02-2.json" {
		t.Fatalf("%q, %v", name, err)
	}
}

// TestRemoveWhatIsNamed: folders that are named go with the rest, each once.
func TestRemoveWhatIsNamed(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"sostituite/2014-01-15-r1/a", "sostituite/2014-03-01-r1/b", "sostituite/2014-03-01-r2/c"} {
		put(t, home, name, name)
	}
	plan, err := retention.Plan(home, pipeline.MustDate("2014-02-01"), pipeline.MustDate("2014-05-02"), "sostituite/2014-01-15-r1", "sostituite/2014-03-01-r1")
	if err != nil || len(plan.Items) != 2 {
		t.Fatalf("%+v, %v", plan, err)
	}
	if _, err := plan.Remove(home); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(home, "sostituite"))
	if err != nil || len(left) != 1 || left[0].Name() != "2014-03-01-r2" {
		t.Errorf("%v, %v", left, err)
	}
}

func TestNoHomeNothingToRemove(t *testing.T) {
	plan, err := retention.Plan(t.TempDir(), pipeline.MustDate("2014-02-01"), pipeline.MustDate("2014-05-02"))
	if err != nil || len(plan.Items) != 0 {
		t.Fatalf("%+v, %v", plan, err)
	}
}
