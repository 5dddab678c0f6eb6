package parquet_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"incrocio/writers/parquet"
)

// TestReadBackAsItsUsersRead holds what is read back in parts against the second implementation's own column reader.
func TestReadBackAsItsUsersRead(t *testing.T) {
	cases := map[string][]cells{"no row": nil, "mixed": mixed(20_000, 6), "a dictionary too full": distinct(60_000)}
	for name, rows := range cases {
		t.Run(name, func(t *testing.T) {
			b, want := write(t, every, rows, 1000, parquet.Options{RowGroupRows: 50_000})
			sameSums(t, save(t, b), want)
		})
	}
	path := filepath.Join(t.TempDir(), "t.parquet")
	rapid.Check(t, func(rt *rapid.T) {
		rows := mixed(rapid.IntRange(0, 2000).Draw(rt, "rows"), rapid.Uint64().Draw(rt, "seed"))
		b, want := write(t, every, rows, 1000, parquet.Options{RowGroupRows: rapid.IntRange(100, 3000).Draw(rt, "row group")})
		if err := os.WriteFile(path, b, 0o640); err != nil {
			rt.Fatal(err)
		}
		sameSums(rt, path, want)
	})
}

type failer interface{ Fatal(args ...any) }

func sameSums(t failer, path string, want parquet.Summary) {
	if err := parquet.ReadBack(path, want); err != nil {
		t.Fatal(err)
	}
	users, err := parquet.SumUp(path, want)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(users, want) {
		t.Fatal("the second implementation's users read something else")
	}
}

// TestReadBackOfDamage changes each byte of a small file before its footer. Reading back ends every time, with an error
// or, where nobody looks at the byte, without.
func TestReadBackOfDamage(t *testing.T) {
	b, want := write(t, small, mixed(40, 12), 40, parquet.Options{})
	path := save(t, b)
	results := make(chan error, 1)
	found := 0
	for at := range b[:len(b)-footerLength(b)] {
		for _, x := range []byte{1, 8, 128, 255} {
			b[at] ^= x
			if err := os.WriteFile(path, b, 0o640); err != nil {
				t.Fatal(err)
			}
			go func() { results <- parquet.ReadBack(path, want) }()
			select {
			case err := <-results:
				if errors.Is(err, parquet.ErrDiffers) {
					found++
				}
			case <-time.After(20 * time.Second):
				t.Fatalf("byte %d of %d changed by %#x: reading back does not end", at, len(b), x)
			}
			b[at] ^= x
		}
	}
	if found == 0 {
		t.Error("no damage was noticed")
	}
}
