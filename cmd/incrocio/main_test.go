package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"incrocio/fixtures/documents"
	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/readers/domande"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == domande.ChildVerb {
		os.Exit(domande.ChildMain(os.Stdin, os.Stdout))
	}
	testscript.Main(withServer{m}, map[string]func(){"incrocio": main})
}

// withServer stops the PostgreSQL of the tests, if one was started.
type withServer struct{ m *testing.M }

func (w withServer) Run() int {
	code := pgtest.Main(w.m)
	for _, f := range atEnd {
		f()
	}
	return code
}

// atEnd is what remains to be done once all tests are over.
var atEnd []func()

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"status": wantStatus},
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "1")
			return nil
		},
	})
}

// wantStatus runs a command and wants an exit code: "status 64 incrocio rnu".
func wantStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status code command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// called is what came of a call.
type called struct {
	code           int
	stdout, stderr string
}

// call runs the program in this process on a home.
func call(t *testing.T, home string, args ...string) called {
	t.Helper()
	return callWith(t, home, func(*world) {}, args...)
}

// callWith is call in another world.
func callWith(t *testing.T, home string, change func(*world), args ...string) called {
	t.Helper()
	var out, errs bytes.Buffer
	w := &world{
		args: append([]string{"--home", home}, args...), stdout: &out, stderr: &errs,
		environ: func() []string { return nil },
		now:     func() time.Time { return time.Date(2017, 7, 1, 23, 30, 0, 0, time.UTC) },
	}
	change(w)
	code := execute(w)
	return called{code, out.String(), errs.String()}
}

// want fails the test where the exit code is another.
func (c called) want(t *testing.T, code int) called {
	t.Helper()
	if c.code != code {
		t.Fatalf("exit code %d, want %d\nstdout:\n%s\nstderr:\n%s", c.code, code, c.stdout, c.stderr)
	}
	return c
}

// put writes files below a home.
func put(t *testing.T, home string, files map[string][]byte) {
	t.Helper()
	for name, body := range files {
		path := filepath.Join(home, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// snapshot writes a snapshot of claims in CSV.
func snapshot(t *testing.T, home string, d pipeline.Date, claims []pipeline.Claim) {
	t.Helper()
	var b bytes.Buffer
	if err := documents.ClaimsCSV(&b, claims); err != nil {
		t.Fatal(err)
	}
	put(t, home, map[string][]byte{"inbox/domande/domande-" + d.String() + ".csv": b.Bytes()})
}

// tree reads all files of a folder, by path below it.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		out[filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator)))] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// nightFolder is where a night is published.
func nightFolder(home string, d pipeline.Date) string {
	return filepath.Join(home, "runs", "data_elaborazione="+d.String())
}
