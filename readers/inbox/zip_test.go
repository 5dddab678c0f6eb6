package inbox_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"incrocio/readers/inbox"
)

// TestReadingAhead: reads in any order give what they would without reading ahead.
func TestReadingAhead(t *testing.T) {
	const size = 200 << 10
	data := make([]byte, size)
	r := rand.NewChaCha8([32]byte{1})
	must(r.Read(data))
	rapid.Check(t, func(t *rapid.T) {
		whole := bytes.NewReader(data)
		ahead := inbox.Near(whole, size)
		at := int64(0)
		for range rapid.IntRange(1, 20).Draw(t, "reads") {
			at += rapid.OneOf(rapid.Int64Range(0, 3000), rapid.Int64Range(-size, size)).Draw(t, "step")
			n := rapid.OneOf(rapid.IntRange(0, 64), rapid.IntRange(0, 70<<10)).Draw(t, "bytes")
			got, want := make([]byte, n), make([]byte, n)
			gotN, gotErr := ahead.ReadAt(got, at)
			wantN, wantErr := whole.ReadAt(want, at)
			if gotN != wantN || fmt.Sprint(gotErr) != fmt.Sprint(wantErr) || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes at %d: %d, %v; want %d, %v", n, at, gotN, gotErr, wantN, wantErr)
			}
			at += int64(gotN)
		}
	})
}
