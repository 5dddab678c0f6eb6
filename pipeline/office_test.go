package pipeline_test

import (
	"strings"
	"testing"

	"incrocio/pipeline"
)

func TestIsOffice(t *testing.T) {
	for code, want := range map[string]bool{
		"0700": true, "RmEur1": true, "z": true, strings.Repeat("9", 20): true,
		"": false, "07 00": false, "07/00": false, "..": false, "città": false, "\x00": false, strings.Repeat("9", 21): false,
	} {
		if pipeline.IsOffice(code) != want {
			t.Errorf("%q: want %t", code, want)
		}
	}
}
