package main

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
)

func TestParseAmount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]pipeline.Cents{
		"1234,56": 123456, "1.234,56": 123456, "1.234.567,8": 123456780, "0,05": 5, "-12,30": -1230, "1234.56": 123456, "1234": 123400, "0": 0,
	} {
		if got, err := parseAmount(text); got != want || err != nil {
			t.Errorf("%q = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", ",", "1,", ",5", "1.234", "12.34,5", "1.2345,6", "1,234", "1,2,3", "1 234,00", "€ 5", "1e3", "１２", "99999999999,00", "1.234,567", "--1", "+1",
	} {
		if got, err := parseAmount(text); err == nil {
			t.Errorf("%q = %s", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		c := pipeline.Cents(rapid.Int64Range(-999_999_999_999, 999_999_999_999).Draw(t, "cents"))
		for _, text := range []string{c.Italian(), c.String()} {
			if got, err := parseAmount(text); got != c || err != nil {
				t.Fatalf("%q = %s, %v", text, got, err)
			}
		}
	})
}

func TestDateFlag(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2014-07-31": "2014-07-31", "31/07/2014": "2014-07-31", "29/02/2012": "2012-02-29",
		"29/02/2014": "", "1/7/2014": "", "07/31/2014": "", "2014-7-31": "", "": "", "oggi": "", "31/07/14": "",
	} {
		var d pipeline.Date
		err := dateFlag{&d}.Set(text)
		if (err == nil) != (want != "") || d.String() != want {
			t.Errorf("%q = %q, %v; want %q", text, d, err, want)
		}
	}
}

// TestScrub: no tax code of a person goes through, in whatever text, with a check character that is right or not.
func TestScrub(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                      "",
		"la domanda 20140000123":                "la domanda 20140000123",
		"INPS.7000.20/07/2014.0012345":          "INPS.7000.20/07/2014.0012345",
		"4f2a91c07b3d4f2a":                      "4f2a91c07b3d4f2a",
		"<RSSMRA80A01H501Z>, rssmra80a01h501u.": "<RSS*************>, rss*************.",
		"RSSMRA8LALMHRLMU e XRSSMRA80A01H501U":  "RSS************* e XRSSMRA80A01H501U",
	} {
		if got := scrub(text); got != want {
			t.Errorf("scrub(%q) = %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		_, _, _, _, _, code := documents.Person(rapid.IntRange(0, 1_000_000).Draw(t, "person"))
		code = code.Omocode(uint8(rapid.IntRange(0, 127).Draw(t, "omocode")))
		around := rapid.SampledFrom([]string{" ", "\"", "/", ".", "\n", "", "è", "="})
		text := around.Draw(t, "before") + string(code) + around.Draw(t, "after")
		if got := scrub(text); strings.Contains(got, string(code)) {
			t.Fatalf("scrub(%q) = %q", text, got)
		}
	})
}

// FuzzItemLines: whatever is on stdin gives items, each with an id, or an error that leads to 64.
func FuzzItemLines(f *testing.F) {
	f.Add("a\nb\tc\r\n\n")
	f.Add("\t\n")
	f.Fuzz(func(t *testing.T, in string) {
		items, err := itemLines(strings.NewReader(in))
		if err != nil {
			if code, _ := classify(err); code != exitUsage {
				t.Errorf("%v", err)
			}
			return
		}
		for _, i := range items {
			if i.id == "" || len(items) > maxLines || strings.ContainsAny(i.id, "\n\t") {
				t.Errorf("%q", items)
			}
		}
	})
}
