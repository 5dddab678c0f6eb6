//go:build browser

package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"incrocio/cmd/incrocio/password"
	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// browsed is what giornata.mjs says of a day.
type browsed struct {
	Pages      int      `json:"pages"`
	Violations []string `json:"violations"`
	Reports    []string `json:"reports"`
	Foreign    []string `json:"foreign"`
	Keys       int      `json:"keys"`
	Steps      []string `json:"steps"`
	Decided    string   `json:"decided"`
}

const browserNight = "2014-09-30"

// TestADayInTheBrowser has two operators work for a day in Chromium, with JavaScript and without, and sees what the next
// night makes of what they decided. BROWSER_NODE is the folder with the packages, BROWSER_PICTURES that of the
// screenshots.
func TestADayInTheBrowser(t *testing.T) {
	for name, script := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			home := filepath.Join(t.TempDir(), "home")
			call(t, home, "generate", "--claims", "3000", "--seed", "7", "--date", browserNight, "--out", home).want(t, exitOK)
			call(t, home, "run", "--date", browserNight).want(t, exitDiscarded)
			anna, bruno := account(t, home, "anna"), account(t, home, "bruno")
			s := serveOn(t, home, nil)
			got := browse(t, map[string]any{
				"base": s.address, "chromium": chromium(t), "script": script, "pictures": os.Getenv("BROWSER_PICTURES"),
				"anna": anna, "bruno": bruno, "second": "REDDITO_OLTRE_LIMITE", "year": 2014,
			})
			for what, list := range map[string][]string{"axe": got.Violations, "CSP": got.Reports, "foreign requests": got.Foreign} {
				if len(list) > 0 {
					t.Errorf("%s: %s", what, strings.Join(list, "\n"))
				}
			}
			t.Logf("%d pages, 20 exceptions in %d key strokes, steps: %s", got.Pages, got.Keys, strings.Join(got.Steps, ", "))
			s.stop(syscall.SIGTERM, 143)
			if said := s.said.String(); strings.Contains(said, "csp") {
				t.Errorf("the console was told of violations: %s", said)
			}
			nextNight(t, home, got.Decided)
		})
	}
}

// account adds an operator of all sedi, and gives what giornata.mjs needs of it.
func account(t *testing.T, home, name string) map[string]string {
	t.Helper()
	secret := "una password di " + name
	digest, err := password.Hash([]byte(secret), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := worklist.Account{Name: name, Role: worklist.RoleOperator, AllOffices: true, Secret: digest}
	if err := ledgerOf(t, home).SaveAccount(t.Context(), "prova", a); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"name": name, "password": secret}
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no Chromium")
	return ""
}

// browse runs the script.
func browse(t *testing.T, day map[string]any) (out browsed) {
	t.Helper()
	arg, err := json.Marshal(day)
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs(filepath.Join("testdata", "browser", "giornata.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "node", script, string(arg))
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	failed := cmd.Run()
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil || failed != nil {
		t.Fatalf("%v: after %s: %s", failed, strings.Join(out.Steps, ", "), stderr.String())
	}
	return out
}

// nextNight sees that what was decided in the browser changed the actions of the claim, and that explain says who decided.
func nextNight(t *testing.T, home, exception string) {
	t.Helper()
	e, ok, err := ledgerOf(t, home).Exception(t.Context(), exception)
	if err != nil || !ok {
		t.Fatalf("exception %s: %t %v", exception, ok, err)
	}
	ages(t, home)
	call(t, home, "run", "--date", (pipeline.MustDate(browserNight)+1).String()).want(t, exitOK)
	said := call(t, home, "explain", e.Exception.Claim).want(t, exitOK).stdout
	for _, want := range []string{pipeline.CauseOperator, "anna", "bruno", "reddito confermato dal beneficiario"} {
		if !strings.Contains(said, want) {
			t.Errorf("explain does not say %q:\n%s", want, said)
		}
	}
}
