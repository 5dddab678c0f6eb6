package main

import (
	"strings"
	"testing"

	"incrocio/pipeline/worklist"
)

// TestIDsGoFromOneVerbToTheNext: what list --ids prints, the other verbs read, and they insist on the facts that were
// listed.
func TestIDsGoFromOneVerbToTheNext(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	listed := m.call(t, "exceptions", "list", "--ids", "--limit", "2").want(t, exitOK).stdout
	equal(t, "ids", "e1\timpronta-e1\ne2\timpronta-e2\n", listed)
	m.details[worklist.Key{Kind: worklist.KindException, ID: "e2"}].Fingerprint = "altra"
	c := m.callIn(t, listed, "exceptions", "take", "-").want(t, exitFailed)
	if !strings.Contains(c.stderr, "1 of 2 refused: i fatti sono cambiati nel frattempo") {
		t.Errorf("stderr: %s", c.stderr)
	}
	if m.state(worklist.KindException, "e1") != worklist.StateTaken || m.state(worklist.KindException, "e2") != worklist.StatePending {
		t.Error("not the one that was listed was taken")
	}
	one := m.callIn(t, "e1\n", "exceptions", "show", "-").want(t, exitOK)
	if !strings.HasPrefix(one.stdout, "ECCEZIONE e1, in carico\n") {
		t.Errorf("stdout: %s", one.stdout)
	}
	m.callIn(t, "e1\ne2\n", "exceptions", "show", "-").want(t, exitUsage)
}
