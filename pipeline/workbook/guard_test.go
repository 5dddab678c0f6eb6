package workbook_test

import (
	"encoding/json"
	"os"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline/workbook"
)

// hostile gives texts that were meant to do harm somewhere: formulas, markup, queries, control characters, escapes.
func hostile(t testing.TB) []string {
	t.Helper()
	b, err := os.ReadFile("testdata/ostili.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	if err := json.Unmarshal(b, &texts); err != nil {
		t.Fatal(err)
	}
	if len(texts) < 500 {
		t.Fatalf("%d texts", len(texts))
	}
	return texts
}

func TestGuard(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		"Verificare la data":            "Verificare la data",
		"l'utente":                      "l'utente",
		"'virgolettato'":                "'virgolettato'",
		"=1+1":                          "'=1+1",
		"'=1+1":                         "''=1+1",
		"+39 06":                        "'+39 06",
		"-12,50":                        "'-12,50",
		"@SUM(A1)":                      "'@SUM(A1)",
		"＝1+1":                          "'＝1+1",
		"  =1+1":                        "'  =1+1",
		"\u00a0\u200b=1+1":              "'\u00a0\u200b=1+1",
		"\x00=1":                        "'\x00=1",
		"\tx":                           "'\tx",
		"\rx":                           "'\rx",
		"\nx":                           "'\nx",
		"x\n=1":                         "x\n=1", // inside quotes it is the same cell
		"|cmd":                          "'|cmd",
		"4900":                          "4900",
		"0100":                          "'0100",
		"123456789012":                  "'123456789012",
		"1e5":                           "'1e5",
		"1/2":                           "'1/2",
		"2014-07-01":                    "'2014-07-01",
		"7000-2014-0001234":             "7000-2014-0001234",
		"INPS.7000.01/07/2014.00000123": "INPS.7000.01/07/2014.00000123",
		"12 rapporti":                   "12 rapporti",
	} {
		if got := workbook.Guard(text); got != want {
			t.Errorf("Guard(%q) = %q, want %q", text, got, want)
		}
		if got := workbook.Unguard(want); got != text {
			t.Errorf("Unguard(%q) = %q, want %q", want, got, text)
		}
	}
	if got := workbook.Unguard("'ciao"); got != "'ciao" {
		t.Errorf("an apostrophe that was typed became %q", got)
	}
}

func TestGuardIsReversedExactly(t *testing.T) {
	for _, s := range hostile(t) {
		if got := workbook.Unguard(workbook.Guard(s)); got != s {
			t.Errorf("%q came back as %q", s, got)
		}
	}
	letters := rapid.SliceOfN(rapid.SampledFrom([]rune("''=+-@＝ \t\r\n01eE/:.,;\"a\x00\u200b\ufeff_x\u00a0")), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		s := string(letters.Draw(t, "text"))
		if rapid.Bool().Draw(t, "any") {
			s = rapid.String().Draw(t, "string")
		}
		g := workbook.Guard(s)
		if got := workbook.Unguard(g); got != s {
			t.Fatalf("%q guarded as %q came back as %q", s, g, got)
		}
		if g != s && g != "'"+s {
			t.Fatalf("%q guarded as %q", s, g)
		}
		if again := workbook.Guard(g); workbook.Unguard(again) != g {
			t.Fatalf("%q guarded twice is %q", s, again)
		}
	})
}

func FuzzGuard(f *testing.F) {
	for _, s := range hostile(f) {
		f.Add(s)
	}
	f.Add("\xff=1")
	f.Fuzz(func(t *testing.T, s string) {
		g := workbook.Guard(s)
		if got := workbook.Unguard(g); got != s {
			t.Fatalf("%q guarded as %q came back as %q", s, g, got)
		}
		if g != "" && (g[0] == '=' || g[0] == '+' || g[0] == '-' || g[0] == '@' || g[0] == '\t' || g[0] == '\r' || g[0] == '\n') {
			t.Fatalf("%q is left as it is", s)
		}
	})
}
