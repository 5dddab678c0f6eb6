package rundir

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"incrocio/pipeline"
)

// Errors on names.
var (
	// ErrName is returned for a file name that a published folder does not take.
	ErrName = errors.New("not a name for a published file")
	// ErrOffice is returned for an office (sede) that gets no folder of its own: not 1 to 20 ASCII letters or digits.
	// Its rows are in the national files all the same.
	ErrOffice = errors.New("the office is not 1 to 20 letters or digits")
)

const (
	runsDir     = "runs"
	stagingDir  = "staging"
	sealsDir    = "sigilli"
	officesDir  = "sedi"
	currentFile = "current"
	lockFile    = ".lock"

	nightPrefix = "data_elaborazione="
	stagePrefix = "notte-"
)

// checkName tells whether name is a plain file of the folder or one of an office: "azioni.parquet",
// "sedi/0700/sede-azioni.parquet".
func checkName(name string) error {
	parts := strings.Split(name, "/")
	if len(parts) == 3 && parts[0] == officesDir {
		if !pipeline.IsOffice(parts[1]) {
			return fmt.Errorf("%w: %q", ErrOffice, parts[1])
		}
		parts = parts[2:]
	}
	if len(parts) != 1 || !plainName(parts[0]) || name == ManifestFile {
		return fmt.Errorf("%w: %q", ErrName, name)
	}
	return nil
}

// plainName accepts lower-case letters, digits, "-", "_" and "." after the first character, which is a letter or digit:
// what starts with a point or an underscore is skipped by some readers and read by others.
func plainName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || c != '-' && c != '_' && c != '.') {
			return false
		}
	}
	return s != "" && len(s) <= 100
}

// nightName is the name of the folder of a night.
func nightName(night pipeline.Date) string { return nightPrefix + night.String() }

// parseDated reads a name made of a prefix and a date, in the one way it is written.
func parseDated(name, prefix string) (pipeline.Date, bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return 0, false
	}
	d, err := pipeline.ParseDate(rest)
	return d, err == nil
}

// Dir gives the folder of a night of a home, published or not.
func Dir(home string, night pipeline.Date) string {
	return filepath.Join(home, runsDir, nightName(night))
}

// sealOf gives the seal of a manifest.
func sealOf(manifest []byte) []byte { return fmt.Appendf(nil, "%x\n", sha256.Sum256(manifest)) }

// sealPath is where the seal of a manifest lies.
func sealPath(home string, night pipeline.Date, revision int) string {
	return filepath.Join(home, sealsDir, fmt.Sprintf("%s-r%d.sha256", night, revision))
}
