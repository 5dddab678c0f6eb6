package main

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

// TestWhoMayNotReadIsTold whose the home is to be, not to check the configuration.
func TestWhoMayNotReadIsTold(t *testing.T) {
	if code, hint := classify(fmt.Errorf("list nights: %w", fs.ErrPermission)); code != exitFailed || hint != notAllowed {
		t.Errorf("%d, %q", code, hint)
	}
}

// TestConfigurationOfAnEditor: a mark before the text is no fault, and a text in another encoding is told so.
func TestConfigurationOfAnEditor(t *testing.T) {
	home := t.TempDir()
	const text = "[rules]\nphase = \"experimental\"\n"
	put(t, home, map[string][]byte{"incrocio.toml": []byte("\ufeff" + text), "altre.toml": []byte("\ufeff" + text)})
	if c := call(t, home, "config", "show").want(t, exitOK); !strings.Contains(c.stdout, `rules.phase = "experimental"`) {
		t.Errorf("config show: %s", c.stdout)
	}
	if keys, err := rulesOf(home + "/altre.toml"); err != nil || keys["rules.phase"] != "experimental" {
		t.Errorf("rules %v, %v", keys, err)
	}
	wide := []byte{0xff, 0xfe}
	for _, c := range []byte(text) {
		wide = append(wide, c, 0)
	}
	put(t, home, map[string][]byte{"incrocio.toml": wide})
	if c := call(t, home, "config", "check").want(t, exitConfig); !strings.Contains(c.stderr, "save it as UTF-8") {
		t.Errorf("config check: %s", c.stderr)
	}
}
