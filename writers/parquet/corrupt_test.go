package parquet_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/writers/parquet"
)

// damage is a way a file goes bad.
type damage func(r *rand.Rand, b []byte) []byte

// footerLength reads how long the footer of a sound file is, its length and magic included.
func footerLength(b []byte) int { return int(binary.LittleEndian.Uint32(b[len(b)-8:])) + 8 }

var damages = map[string]damage{
	"flip a bit": func(r *rand.Rand, b []byte) []byte {
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		return b
	},
	"change a byte": func(r *rand.Rand, b []byte) []byte {
		b[r.IntN(len(b))] ^= byte(1 + r.IntN(255))
		return b
	},
	"change a byte of the footer": func(r *rand.Rand, b []byte) []byte {
		b[len(b)-1-r.IntN(footerLength(b))] ^= byte(1 + r.IntN(255))
		return b
	},
	"zero 64 bytes": func(r *rand.Rand, b []byte) []byte {
		at := r.IntN(len(b) - 64)
		clear(b[at : at+64])
		return b
	},
	"fill 8 bytes": func(r *rand.Rand, b []byte) []byte {
		at := r.IntN(len(b) - 8)
		copy(b[at:], "\xff\xff\xff\xff\xff\xff\xff\xff")
		return b
	},
	"cut": func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] },
	"cut and keep the footer": func(r *rand.Rand, b []byte) []byte {
		body := len(b) - footerLength(b)
		return append(b[:r.IntN(body):body], b[body:]...)
	},
	"swap two blocks": func(r *rand.Rand, b []byte) []byte {
		i, j := r.IntN(len(b)-32), r.IntN(len(b)-32)
		kept := bytes.Clone(b[i : i+32])
		copy(b[i:i+32], b[j:j+32])
		copy(b[j:j+32], kept)
		return b
	},
}

// TestDamagedFiles damages a file in many ways. Every time there must be an error or all rows: no panic, no hang, no
// row less, no great allocation.
func TestDamagedFiles(t *testing.T) {
	const rows, times, most = 1500, 120, 256 << 20
	whole, _ := write(t, every, mixed(rows, 11), rows, parquet.Options{RowGroupRows: 600})
	for name, hurt := range damages {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 5))
			refused := 0
			for i := range times {
				b := hurt(r, bytes.Clone(whole))
				before := allocated()
				got, err := readInTime(t, b)
				if n := allocated() - before; n > most {
					t.Errorf("case %d: %d MiB allocated", i, n>>20)
				}
				switch {
				case err != nil:
					refused++
				case got != rows:
					t.Errorf("case %d: %d rows without an error", i, got)
				}
			}
			if refused == 0 {
				t.Error("no damage was noticed")
			}
			t.Logf("%d of %d refused", refused, times)
		})
	}
}

// small has the columns whose pages hold levels, a dictionary, plain values and flags, little else, so that every byte
// of a file can be changed in every way.
var small = &table.Table[cells]{Name: "piccola", Columns: []table.Column[cells]{
	every.Columns[3], every.Columns[9], every.Columns[12],
}}

// TestEveryByteChanged changes each byte of a small file in several ways: each of its bits, and all of them.
func TestEveryByteChanged(t *testing.T) {
	const rows = 40
	b, _ := write(t, small, mixed(rows, 12), rows, parquet.Options{})
	results := make(chan string, 1)
	for at := range b {
		for _, x := range []byte{1, 2, 4, 8, 16, 32, 64, 128, 255} {
			b[at] ^= x
			go func() { results <- verdict(b, rows) }()
			select {
			case v := <-results:
				if v != "" {
					t.Errorf("byte %d of %d changed by %#x: %s", at, len(b), x, v)
				}
			case <-time.After(20 * time.Second):
				t.Fatalf("byte %d of %d changed by %#x: reading does not end", at, len(b), x)
			}
			b[at] ^= x
		}
	}
}

// verdict reads a damaged file of the small table and tells what went wrong, "" where nothing did.
func verdict(b []byte, rows int) string {
	got, err := readAll(b, small)
	if err == nil && len(got) != rows {
		return fmt.Sprintf("%d rows without an error", len(got))
	}
	return ""
}

// TestLevelsThatDoNotCoverThePage damages the levels of a page, on which the library alone would run for ever.
func TestLevelsThatDoNotCoverThePage(t *testing.T) {
	tab := &table.Table[cells]{Name: "livelli", Columns: every.Columns[9:10]}
	rows := make([]cells, 40)
	for i := range rows {
		rows[i].Days = pipeline.Some(int32(i * 1_000_003))
	}
	whole, _ := write(t, tab, rows, 40, parquet.Options{})
	levels := []byte{2, 0, 0, 0, 40 << 1, 1} // two bytes: forty times one
	at := bytes.Index(whole, levels)
	if at < 0 {
		t.Fatal("no levels in the file")
	}
	for name, c := range map[string]struct {
		place int
		value byte
	}{
		"too few":       {4, 8 << 1},
		"none":          {4, 0},
		"packed":        {4, 5<<1 | 1},
		"level two":     {5, 2},
		"length short":  {0, 1},
		"length beyond": {1, 0xff},
	} {
		t.Run(name, func(t *testing.T) {
			b := bytes.Clone(whole)
			b[at+c.place] = c.value
			done := make(chan error, 1)
			go func() { _, err := readAll(b, tab); done <- err }()
			select {
			case err := <-done:
				if !errors.Is(err, parquet.ErrFile) {
					t.Errorf("got %v", err)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("reading does not end")
			}
		})
	}
}

// TestIndicesWiderThanTheirDictionary states indices of 31 bits, for which the library alone would allocate.
func TestIndicesWiderThanTheirDictionary(t *testing.T) {
	tab := &table.Table[cells]{Name: "indici", Columns: every.Columns[2:3]}
	rows := make([]cells, 64)
	for i := range rows {
		rows[i].Office = fmt.Sprint(i * i % 13)
	}
	whole, _ := write(t, tab, rows, 64, parquet.Options{})
	found := 0
	for at := range len(whole) - footerLength(whole) {
		if whole[at] != 3 {
			continue // seven distinct values take three bits
		}
		b := bytes.Clone(whole)
		b[at] = 31
		if _, err := readAll(b, tab); err != nil && strings.Contains(err.Error(), "indices") {
			found++
		}
	}
	if found != 1 {
		t.Errorf("refused at %d places, want the one that states the width", found)
	}
}

// allocated gives the bytes allocated since the program began.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// readInTime reads bytes and fails the test where that takes longer than any sound file of that size could.
func readInTime(t *testing.T, b []byte) (rows int, err error) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		got, e := readAll(b, every)
		rows, err = len(got), e
	}()
	select {
	case <-done:
		return rows, err
	case <-time.After(20 * time.Second):
		t.Fatal("reading does not end")
		return 0, nil
	}
}

func FuzzRead(f *testing.F) {
	whole, _ := write(f, every, mixed(40, 1), 40, parquet.Options{RowGroupRows: 16})
	f.Add(whole)
	none, _ := write(f, every, nil, 1, parquet.Options{})
	f.Add(none)
	f.Add([]byte("PAR1\x00\x00\x00\x00PAR1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parquet.NewReader(bytes.NewReader(b), int64(len(b)), every)
		if err != nil {
			return
		}
		rows, err := readAll(b, every)
		if err == nil && int64(len(rows)) != r.NumRows() {
			t.Fatalf("%d rows of %d without an error", len(rows), r.NumRows())
		}
	})
}
