package domande_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/schema"
	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/readers/domande"
)

// The ill-behaved processes.
const (
	verbGreedy  = "prova-avida"
	verbSilent  = "prova-muta"
	verbFlood   = "prova-fiume"
	verbRubbish = "prova-rumore"
	verbLiar    = "prova-bugiarda"
	verbQuits   = "prova-rinuncia"
)

// greedy takes memory under the limits of the real process until it is ended.
func greedy() {
	if err := domande.LimitSelf(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(0)
	}
	var hold [][]byte
	for range 64 {
		b := make([]byte, 64<<20)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		hold = append(hold, b)
	}
	fmt.Fprintln(os.Stderr, len(hold))
	os.Exit(0)
}

// flood sends discards without end.
func flood(w *bufio.Writer) {
	for {
		if _, err := w.Write([]byte{'R', 4, 1, 0, 0, 0}); err != nil {
			os.Exit(0)
		}
	}
}

func TestParquetLayouts(t *testing.T) {
	rows := goodRows(2500)
	want, _ := read(t, put(t, csvName, csvText(rows)))
	for name, change := range map[string]func(*layout){
		"as it is":           func(*layout) {},
		"no dictionary":      func(l *layout) { l.dict = false },
		"one row group":      func(l *layout) { l.group = 10_000 },
		"small row groups":   func(l *layout) { l.group = 7 },
		"pages of version 2": func(l *layout) { l.v2 = true },
		"not compressed":     func(l *layout) { l.codec = compress.Codecs.Uncompressed },
		"gzip":               func(l *layout) { l.codec = compress.Codecs.Gzip },
		"zstd, version 2":    func(l *layout) { l.codec, l.v2 = compress.Codecs.Zstd, true },
		"amount in INT32":    func(l *layout) { l.amount = parquet.Types.Int32 },
		"amount in INT64":    func(l *layout) { l.amount, l.scale = parquet.Types.Int64, 6 },
		"amount in bytes":    func(l *layout) { l.amount = parquet.Types.ByteArray },
		"days in INT64":      func(l *layout) { l.days = parquet.Types.Int64 },
		"days in INT(16)": func(l *layout) {
			n, err := schema.NewPrimitiveNodeLogical("giorni_spettanti", parquet.Repetitions.Optional, schema.NewIntLogicalType(16, true), parquet.Types.Int32, 0, -1)
			if err != nil {
				t.Fatal(err)
			}
			l.instead = n
		},
		"text without a type": func(l *layout) { l.instead = schema.NewByteArrayNode("cognome", parquet.Repetitions.Optional, -1) },
	} {
		t.Run(name, func(t *testing.T) {
			l := plain
			change(&l)
			got, discards := read(t, put(t, parquetName, l.parquetBytes(t, rows)))
			if len(discards) > 0 {
				t.Fatalf("discards: %+v", discards[0])
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A column without any value may come as one of the type Null, whatever it would have held.
func TestParquetNullColumn(t *testing.T) {
	for _, name := range []string{"protocollo", "data_nascita", "decorrenza", "giorni_spettanti", "pagata_fino_al", "importo_giornaliero", "anticipata", "iban"} {
		t.Run(name, func(t *testing.T) {
			rows := goodRows(2500)
			for i := range rows {
				rows[i] = rows[i].with(name, "")
			}
			null, err := schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Optional, schema.NullLogicalType{}, parquet.Types.Int32, 0, -1)
			if err != nil {
				t.Fatal(err)
			}
			l := plain
			l.instead = null
			want, missing := read(t, put(t, csvName, csvText(rows)))
			got, discards := read(t, put(t, parquetName, l.parquetBytes(t, rows)))
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if len(discards) != len(missing) || len(discards)+len(got) != len(rows) {
				t.Errorf("%d discards of %d rows, %d in CSV", len(discards), len(rows), len(missing))
			}
		})
	}
}

func TestParquetEmpty(t *testing.T) {
	claims, discards := read(t, put(t, parquetName, plain.parquetBytes(t, nil)))
	if len(claims)+len(discards) != 0 {
		t.Errorf("%d claims, %d discards of no rows", len(claims), len(discards))
	}
}

func TestParquetWrongColumns(t *testing.T) {
	optional := parquet.Repetitions.Optional
	for name, change := range map[string]func(*layout){
		"amount in DOUBLE":      func(l *layout) { l.instead = schema.NewFloat64Node("importo_giornaliero", optional, -1) },
		"amount in INT64":       func(l *layout) { l.instead = schema.NewInt64Node("importo_giornaliero", optional, -1) },
		"days in DOUBLE":        func(l *layout) { l.instead = schema.NewFloat64Node("giorni_spettanti", optional, -1) },
		"sede in INT32":         func(l *layout) { l.instead = schema.NewInt32Node("sede", optional, -1) },
		"number in INT64":       func(l *layout) { l.instead = schema.NewInt64Node("numero_domanda", optional, -1) },
		"date as text":          func(l *layout) { l.instead = schema.NewByteArrayNode("decorrenza", optional, -1) },
		"flag as text":          func(l *layout) { l.instead = schema.NewByteArrayNode("anticipata", optional, -1) },
		"repeated":              func(l *layout) { l.instead = schema.NewByteArrayNode("sede", parquet.Repetitions.Repeated, -1) },
		"a column is not there": func(l *layout) { l.without = "iban" },
	} {
		t.Run(name, func(t *testing.T) {
			l := plain
			change(&l)
			s := put(t, parquetName, l.parquetBytes(t, nil))
			if _, _, err := tryRead(s); !errors.Is(err, domande.ErrColumns) {
				t.Errorf("got %v, want %v", err, domande.ErrColumns)
			}
		})
	}
}

// No damage to a file ends the caller, hangs it or gives it part of the rows without an error.
func TestParquetDamage(t *testing.T) {
	const rows = 600
	cases := 40
	if s := os.Getenv("DANNI_PARQUET"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		cases = n
	}
	v2 := plain
	v2.v2, v2.group = true, 100
	good := [][]byte{plain.parquetBytes(t, goodRows(rows)), v2.parquetBytes(t, goodRows(rows))}
	random := rand.New(rand.NewPCG(7, 7))
	refused := 0
	for i := range cases {
		data := damage(random, good[i%2], i)
		claims, discards, err := tryRead(put(t, parquetName, data))
		switch {
		case err != nil:
			refused++
		case len(claims)+len(discards) != rows:
			t.Errorf("case %d: %d claims and %d discards of %d rows, and no error", i, len(claims), len(discards), rows)
		}
	}
	t.Logf("%d of %d damaged files refused", refused, cases)
	if refused < cases/4 {
		t.Errorf("only %d of %d damaged files refused", refused, cases)
	}
}

// damage cuts, flips or wipes bytes.
func damage(random *rand.Rand, good []byte, i int) []byte {
	b := append([]byte(nil), good...)
	footer := len(b) - 8 - int(uint32(b[len(b)-8])|uint32(b[len(b)-7])<<8|uint32(b[len(b)-6])<<16|uint32(b[len(b)-5])<<24)
	switch i % 5 {
	case 0:
		return b[:random.IntN(len(b))]
	case 1:
		b[random.IntN(footer)] ^= 1 << random.IntN(8)
	case 2:
		b[footer+random.IntN(len(b)-footer)] ^= 1 << random.IntN(8)
	case 3:
		at := random.IntN(len(b) - 64)
		clear(b[at : at+64])
	default:
		for range 8 {
			b[random.IntN(len(b))] = byte(random.IntN(256))
		}
	}
	return b
}

func TestParquetThatIsNone(t *testing.T) {
	for name, data := range map[string]string{
		"empty": "", "text": "numero_domanda,protocollo\n", "magic only": "PAR1PAR1",
		"encrypted": "PAR1\x00\x00\x00\x00\x04\x00\x00\x00PARE", "huge footer": "PAR1\xff\xff\xff\xffPAR1",
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := tryRead(put(t, parquetName, []byte(data))); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestChildThatMisbehaves(t *testing.T) {
	file := plain.parquetBytes(t, goodRows(10))
	for _, c := range []struct {
		verb    string
		silence time.Duration
		want    error
	}{
		{verbGreedy, time.Minute, domande.ErrCrashed},
		{verbSilent, 300 * time.Millisecond, domande.ErrSilent},
		{verbFlood, time.Minute, domande.ErrFlood},
		{verbRubbish, time.Minute, domande.ErrStream},
		{verbLiar, time.Minute, domande.ErrStream},
	} {
		t.Run(c.verb, func(t *testing.T) {
			s := domande.WithChild(put(t, parquetName, file), c.verb, c.silence, 1, 1<<20)
			if _, _, err := tryRead(s); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	t.Run(verbQuits, func(t *testing.T) {
		s := domande.WithChild(put(t, parquetName, file), verbQuits, time.Minute, 1, 1<<20)
		if _, _, err := tryRead(s); err == nil {
			t.Error("no error, though nothing was sent")
		}
	})
}

func TestCancelledReadingOfParquet(t *testing.T) {
	s := domande.WithChild(put(t, parquetName, plain.parquetBytes(t, goodRows(10))), verbSilent, time.Minute, 1, 1<<20)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := s.Each(ctx, func(*pipeline.Claim) error { return nil }, func(pipeline.Discard) error { return nil }, noVoid)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestAmountOfBytes(t *testing.T) {
	for _, c := range []struct {
		bytes []byte
		scale int
		want  int64
		ok    bool
	}{
		{[]byte{0x0c, 0x53}, 2, 3155, true},
		{[]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0c, 0x53}, 2, 3155, true},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 2, -1, true},
		{[]byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 2, 0, false},
		{[]byte{1, 0, 0, 0, 0, 0, 0, 0, 0}, 2, 0, false},
		{[]byte{0x7b}, 0, 12300, true},
		{[]byte{0x7b}, 1, 1230, true},
		{[]byte{0x7b}, 3, 0, false},
		{[]byte{0x78}, 3, 12, true},
		{[]byte{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 0, 0, false},
		{nil, 2, 0, true},
	} {
		got, ok := domande.AmountOfBytes(c.bytes, c.scale)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%x at scale %d: %d, %v; want %d, %v", c.bytes, c.scale, got, ok, c.want, c.ok)
		}
	}
}
