package main

import (
	"path/filepath"
	"strings"
	"testing"

	"incrocio/pipeline"
)

// rehearsedHome is a home with two nights some weeks apart.
func rehearsedHome(t *testing.T) (home string, first, second pipeline.Date) {
	t.Helper()
	home, sum := generatedFor(t, 300, 6, 2)
	published(t, home, "run", "--date", sum.FirstNight.String())
	published(t, home, "run", "--date", sum.Night.String())
	return home, sum.FirstNight, sum.Night
}

// TestRehearsalWithTheSameRulesDiffersInNothing replays both nights, and each alone.
func TestRehearsalWithTheSameRulesDiffersInNothing(t *testing.T) {
	home, first, second := rehearsedHome(t)
	put(t, home, map[string][]byte{"prova.toml": []byte("[rules]\nphase = \"automatic\"\n")})
	before := wholeHome(t, home)
	for _, nights := range [][2]pipeline.Date{{first, second}, {first, first}, {second, second}} {
		c := call(t, home, "rehearse", "--from", nights[0].String(), "--to", nights[1].String(), "--rules", filepath.Join(home, "prova.toml"))
		if !strings.Contains(c.want(t, exitOK).stdout, "Nessuna differenza") {
			t.Errorf("%s to %s:\n%s", nights[0], nights[1], c.stdout)
		}
	}
	sameFiles(t, "home", before, wholeHome(t, home))
}

// TestRehearsalShowsWhatOtherRulesWouldChange: without the delay resumptions come earlier; in the experimental phase every
// automatic action is a proposal.
func TestRehearsalShowsWhatOtherRulesWouldChange(t *testing.T) {
	home, first, second := rehearsedHome(t)
	put(t, home, map[string][]byte{"prova.toml": []byte("[rules]\nphase = \"experimental\"\n")})
	c := call(t, home, "rehearse", "--from", first.String(), "--to", second.String(), "--rules", filepath.Join(home, "prova.toml")).want(t, exitOK)
	for _, part := range []string{"SOSPENSIONE", "PROPOSTA", "CAMBIATA", "PERSONE"} {
		if !strings.Contains(c.stdout, part) {
			t.Errorf("no %s in\n%s", part, c.stdout)
		}
	}
	if strings.Contains(c.stdout, "IN_PIU  ") && !strings.Contains(c.stdout, "-") {
		t.Errorf("the experimental phase stops no day:\n%s", c.stdout)
	}
}

// TestRulesAreTriedInATrialRunOnly: the same night, all proposals.
func TestRulesAreTriedInATrialRunOnly(t *testing.T) {
	home, night := generated(t, 60, 6)
	put(t, home, map[string][]byte{"prova.toml": []byte("[rules]\nphase = \"experimental\"\n")})
	rules := filepath.Join(home, "prova.toml")
	published(t, home, "run", "--date", night.String(), "--rules", rules, "--dry-run")
	call(t, home, "run", "--date", night.String(), "--rules", rules).want(t, exitUsage)
}

func TestRehearsalsThatCannotBe(t *testing.T) {
	home, first, second := rehearsedHome(t)
	put(t, home, map[string][]byte{"vuoto.toml": []byte("[match]\npartitions = 8\n"), "sbagliato.toml": []byte("[rules]\nphase = \"mai\"\n")})
	for file, code := range map[string]int{"vuoto.toml": exitConfig, "sbagliato.toml": exitConfig, "manca.toml": exitConfig} {
		call(t, home, "rehearse", "--from", first.String(), "--to", second.String(), "--rules", filepath.Join(home, file)).want(t, code)
	}
	call(t, home, "rehearse", "--from", first.String(), "--to", second.String()).want(t, exitUsage)
	put(t, home, map[string][]byte{"prova.toml": []byte("[rules]\nphase = \"automatic\"\n")})
	call(t, home, "rehearse", "--from", (second+1).String(), "--to", (second+2).String(), "--rules", filepath.Join(home, "prova.toml")).want(t, exitFailed)
}
