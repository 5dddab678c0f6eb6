package chain

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
)

// TestNamedGoesTheWay compares the end that is found with that of going the whole way each time.
func TestNamedGoesTheWay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		byCode := map[string]*pipeline.Communication{}
		codes := rapid.IntRange(0, 9)
		for range rapid.IntRange(0, 12).Draw(t, "records") {
			c := &pipeline.Communication{Model: pipeline.ModelDomestico, Purpose: pipeline.PurposeNormal, PreviousCode: strconv.Itoa(codes.Draw(t, "names"))}
			if rapid.IntRange(0, 3).Draw(t, "whole") > 0 {
				c.Purpose = pipeline.PurposeCorrection
			}
			byCode[strconv.Itoa(codes.Draw(t, "code"))] = c
		}
		ends := map[string]*pipeline.Communication{}
		for range 10 {
			code := strconv.Itoa(codes.Draw(t, "asked"))
			if got, want := named(code, byCode, ends), wholeWay(code, byCode); got != want {
				t.Fatalf("%s leads to %v, not %v", code, got, want)
			}
		}
	})
}

func wholeWay(code string, byCode map[string]*pipeline.Communication) *pipeline.Communication {
	for range len(byCode) + 1 {
		c := byCode[code]
		if c == nil || !incomplete(c) {
			return c
		}
		code = c.PreviousCode
	}
	return nil
}
