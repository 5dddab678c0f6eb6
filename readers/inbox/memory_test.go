package inbox_test

import (
	"archive/tar"
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
)

// TestMemoryStaysFlat reads a tar of 80 MB and looks at the heap meanwhile.
func TestMemoryStaysFlat(t *testing.T) {
	const documentsInTar, bound = 30_000, 64 << 20
	dir := home(t, map[string][]byte{"unilav/.keep": nil})
	f := must(os.Create(filepath.Join(dir, "inbox/unilav/a.tar")))
	buffered := bufio.NewWriter(f)
	w := tar.NewWriter(buffered)
	doc := documents(1)[0].data
	for i := range documentsInTar {
		ok(w.WriteHeader(&tar.Header{Name: fmt.Sprint(i), Typeflag: tar.TypeReg, Size: int64(len(doc))}))
		must(w.Write(doc))
	}
	ok(w.Close())
	ok(buffered.Flush())
	ok(f.Close())

	box := open(t, dir, inbox.Limits{}, func(inbox.Document) inbox.Parsed { return inbox.Parsed{} })
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, peak, n := m.HeapAlloc, uint64(0), 0
	_, err := box.Read(context.Background(), inbox.Unit{Flow: pipeline.FlowUnilav, File: "a.tar"}, func(inbox.Parsed) error {
		if n++; n%500 == 0 {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
		return nil
	})
	if err != nil || n != documentsInTar {
		t.Fatal(n, err)
	}
	if peak > before+bound {
		t.Errorf("heap grew from %d to %d MiB", before>>20, peak>>20)
	}
}

// TestNothingIsLeftBehind reads archives that name files elsewhere and one that has to be unpacked on disk.
func TestNothingIsLeftBehind(t *testing.T) {
	scratch := t.TempDir()
	t.Setenv("TMPDIR", scratch)
	dir := home(t, map[string][]byte{
		"unilav/a.zip": zipped(entry{"../../a.xml", docA}, entry{"b.xml", docB}), "unilav/b.tar": special(tar.TypeReg, "../../b.xml"),
		"unilav/c.zip.gz": gzipped(zipped(entry{"c.xml", docC})),
	})
	box := open(t, dir, inbox.Limits{}, echo)
	for _, file := range []string{"a.zip", "b.tar", "c.zip.gz"} {
		if k := read(t, box, file); len(k.docs) != 1 {
			t.Errorf("%s: %+v", file, k)
		}
	}
	files := 0
	for _, root := range []string{dir, scratch} {
		ok(filepath.WalkDir(root, func(_ string, e fs.DirEntry, err error) error {
			if !e.IsDir() {
				files++
			}
			return err
		}))
	}
	if files != 3 {
		t.Errorf("%d files, want the three that were read", files)
	}
}
