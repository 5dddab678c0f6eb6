package pipeline_test

import (
	"testing"

	"incrocio/pipeline"
)

func TestFoldName(t *testing.T) {
	for name, want := range map[string]string{
		"Rossi":            "ROSSI",
		"  de   Santis ":   "DESANTIS",
		"D'Angelo":         "DANGELO",
		"D’ANGELO":         "DANGELO",
		"DANGELO":          "DANGELO",
		"Dʼangelo":         "DANGELO",
		"Nicolò":           "NICOLO",
		"NICOLO'":          "NICOLO",
		"Nicolo\u0300":     "NICOLO",
		"Lucì-Maria":       "LUCIMARIA",
		"Østergård":        "OSTERGARD",
		"Weiß":             "WEISS",
		"Łukasz Żuraw":     "LUKASZZURAW",
		"Țepeș":            "TEPES",
		"İlker":            "ILKER",
		"Ægir":             "AEGIR",
		"O\u200bNeill":     "ONEILL",
		"Rоssi":            "RОSSI", // the second letter is Cyrillic: it looks alike and stays another
		"":                 "",
		" - ":              "",
		"Maria 2":          "MARIA2",
		"JOSÉ ANTÔNIO ÇİĞ": "JOSEANTONIOCIG",
	} {
		if got := pipeline.FoldName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestIdentity(t *testing.T) {
	birth := pipeline.MustDate("1980-01-02")
	a := pipeline.NewIdentity("D'Amico", "Nicolò", birth)
	if !a.Complete() || a != pipeline.NewIdentity("d amico", "NICOLO'", birth) {
		t.Errorf("%+v", a)
	}
	for name, o := range map[string]pipeline.Identity{
		"surname":    pipeline.NewIdentity("Damicis", "Nicolò", birth),
		"given name": pipeline.NewIdentity("D'Amico", "Nicola", birth),
		"birth":      pipeline.NewIdentity("D'Amico", "Nicolò", birth+1),
		"birth only": pipeline.NewIdentity("", "", birth+1),
	} {
		if !a.Differs(o) || !o.Differs(a) {
			t.Errorf("%s: %+v does not differ", name, o)
		}
	}
	for name, o := range map[string]pipeline.Identity{
		"nothing":  {},
		"no birth": pipeline.NewIdentity("D'Amico", "Nicolò", 0),
		"no name":  pipeline.NewIdentity("D'Amico", "", birth),
	} {
		if a.Differs(o) || o.Differs(a) || o.Complete() {
			t.Errorf("%s: %+v differs or is complete", name, o)
		}
	}
}

func TestValidCode(t *testing.T) {
	for code, want := range map[pipeline.CodiceFiscale]bool{
		"RSSMRA80A01H501U": true, "03472640170": true, "RSSMRA85M01H501Z": false, "03472640171": false, "": false, "X": false,
	} {
		if code.Valid() != want {
			t.Errorf("%s of %d characters: %v", code, len(code), !want)
		}
	}
}
