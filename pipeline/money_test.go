package pipeline_test

import (
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
)

func TestParseCents(t *testing.T) {
	for s, want := range map[string]pipeline.Cents{
		"0": 0, "3000": 300_000, "3000.5": 300_050, "3000.05": 300_005, "-12.30": -1_230, "0.01": 1, "-0.01": -1, "007": 700,
		"9999999999.99": 999_999_999_999, "-9999999999.99": -999_999_999_999, "-0": 0,
	} {
		if got, err := pipeline.ParseCents(s); err != nil || got != want {
			t.Errorf("ParseCents(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", "-", ".", "1.", ".5", "1.234", "1,5", "1 000", " 1", "1 ", "+1", "--1", "1e3", "10000000000", "0x1", "1.-5", "NaN", "€1", "1.5.1", "١",
	} {
		if got, err := pipeline.ParseCents(s); !errors.Is(err, pipeline.ErrAmount) || got != 0 {
			t.Errorf("ParseCents(%q) = %d, %v, want ErrAmount", s, got, err)
		}
	}
}

func TestCentsInItalian(t *testing.T) {
	for c, want := range map[pipeline.Cents]string{
		0: "0,00", 5: "0,05", -5: "-0,05", 99_999: "999,99", 100_000: "1.000,00", 123_456_789: "1.234.567,89", -100_000: "-1.000,00",
		999_999_999_999: "9.999.999.999,99",
	} {
		if got := c.Italian(); got != want {
			t.Errorf("%d in Italian: %s, want %s", c, got, want)
		}
	}
}

func TestCentsAreWrittenAsTheyAreRead(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := pipeline.Cents(rapid.Int64Range(-999_999_999_999, 999_999_999_999).Draw(rt, "cents"))
		got, err := pipeline.ParseCents(c.String())
		if err != nil || got != c {
			rt.Fatalf("%d written %s, read %d, %v", c, c, got, err)
		}
	})
}

func TestDivRound(t *testing.T) {
	for _, c := range []struct{ a, b, want int64 }{
		{0, 3, 0}, {1, 2, 1}, {-1, 2, -1}, {1, 3, 0}, {2, 3, 1}, {5, 10, 1}, {4, 10, 0}, {-5, 10, -1}, {-4, 10, 0}, {240_000, 214, 1121}, {7, 1, 7},
	} {
		if got := pipeline.DivRound(c.a, c.b); got != c.want {
			t.Errorf("DivRound(%d, %d) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		a := rapid.Int64Range(-1_000_000_000_000_000, 1_000_000_000_000_000).Draw(rt, "a")
		b := rapid.Int64Range(1, 1_000_000).Draw(rt, "b")
		want := new(big.Rat).SetFrac64(a, b).FloatString(0) // rounds half away from zero
		if got := big.NewInt(pipeline.DivRound(a, b)).String(); got != want && "-"+got != want {
			rt.Fatalf("DivRound(%d, %d) = %s, want %s", a, b, got, want)
		}
	})
}

func TestOpt(t *testing.T) {
	var none pipeline.Opt[pipeline.Cents]
	if some := pipeline.Some[pipeline.Cents](0); none.OK || !some.OK || some == none {
		t.Errorf("an amount of zero is there, an absent one is not: %v, %v", none, some)
	}
}
