package tables_test

import (
	"encoding/json"
	"regexp"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
)

// glances holds a look at a sheet against restoring it and writing it again: it may decline, and must not err.
func glances(t rapid.TB, content string) (ok bool) {
	t.Helper()
	row := tables.ArchivedSheet{Kind: worklist.KindException, Owner: "E1", Content: content}
	number, protocol, ok := row.Glance()
	if !ok {
		return false
	}
	s, err := row.Restore()
	if err != nil {
		t.Fatalf("%v: taken for whole\n%s", err, content)
	}
	again, err := json.Marshal(s)
	if err != nil || string(again) != content {
		t.Fatalf("%v: taken over\n%s\nwant\n%s", err, content, again)
	}
	claim := worklist.ClaimSheet{}
	if s.Claim != nil {
		claim = *s.Claim
	}
	if number != claim.Number || protocol != claim.Protocol {
		t.Fatalf("claim %q %q, want %q %q", number, protocol, claim.Number, claim.Protocol)
	}
	return true
}

// TestGlanceTakesWhatArchiveSheetWrites: it declines only where it has to, for a part or an identifier that it leaves to
// encoding/json, or where writing the sheet again gives other bytes.
func TestGlanceTakesWhatArchiveSheetWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.Make[worklist.Sheet]().Draw(t, "sheet")
		if rapid.IntRange(0, 9).Draw(t, "part") > 0 {
			s.Sample, s.Question = nil, nil
		}
		row, err := tables.ArchiveSheet(&s)
		if err != nil {
			t.Fatal(err)
		}
		got := glances(t, row.Content)
		want := s.Sample == nil && s.Question == nil
		if want && s.Claim != nil {
			want = plain(s.Claim.Number) && plain(s.Claim.Protocol)
		}
		if back, err := row.Restore(); want && err == nil {
			again, err := tables.ArchiveSheet(&back)
			want = err == nil && again.Content == row.Content && utf8.ValidString(row.Content)
		} else if err != nil {
			want = false
		}
		if got != want {
			t.Fatalf("taken %v, want %v:\n%s", got, want, row.Content)
		}
	})
	row, err := tables.ArchiveSheet(benchSheet())
	if err != nil || !glances(t, row.Content) {
		t.Error("an ordinary sheet is not taken", err)
	}
}

// plain tells whether a text is written without an escape.
func plain(text string) bool {
	b, err := json.Marshal(text)
	return err == nil && string(b) == `"`+text+`"`
}

// damages are what may get into the content of a sheet, or in the place of a value.
var damages = []string{
	``, ` `, `,`, `{`, `}`, `[`, `]`, `"`, `\`, `\"`, `\u0041`, `\u0026`, `\u002f`, `\/`, `\n`, `\u000a`, `\u000A`, `\u0008`, `\b`, `\ud83d`, `\ufffd`,
	"\xff", "\u2028", "\u20ac", "\ufffd", "\x00", "<", "0", "-", "-0", "1", "1e3", "99999999999", "99999999999999999999", "null", "true", `""`, `"x"`,
	`"2014-02-30"`, `"0000-00-00"`, `"0001-01-01"`, `"2014-7-01"`, `"x":1,`, `[]`, `{}`, `{"voce":"a","valore":"b"}`, `"nome":"x",`,
}

var jsonValue = regexp.MustCompile(`"(\\.|[^"\\])*"|[-0-9]+|true|false|null|\[\]`)

// TestGlanceIsNotDeceived by content with anything in it anywhere, in the place of any byte, and of any name or value.
func TestGlanceIsNotDeceived(t *testing.T) {
	s := benchSheet()
	s.Claim.TaxCode, s.Claim.Surname, s.Documents = "R&S", "", s.Documents[:1]
	s.Documents[0].Fields = s.Documents[0].Fields[:1]
	s.Documents = append(s.Documents, worklist.Document{Fields: []worklist.Field{}}, worklist.Document{})
	row, err := tables.ArchiveSheet(s)
	if err != nil {
		t.Fatal(err)
	}
	content, taken, all := row.Content, 0, 0
	try := func(text string) {
		all++
		if glances(t, text) {
			taken++
		}
	}
	for at := range content {
		for _, d := range damages {
			try(content[:at] + d + content[at:])
			try(content[:at] + d + content[at+1:])
		}
	}
	for _, v := range jsonValue.FindAllStringIndex(content, -1) {
		for _, d := range damages {
			try(content[:v[0]] + d + content[v[1]:])
		}
	}
	if !glances(t, content) || taken < all/20 || taken > all/2 {
		t.Errorf("%d of %d are taken", taken, all)
	}
	for end := range content {
		if glances(t, content[:end]) || glances(t, content[end+1:]) {
			t.Fatalf("taken when cut at %d", end)
		}
	}
}

// FuzzGlance looks for content that is taken over and not as encoding/json would write it.
func FuzzGlance(f *testing.F) {
	row, err := tables.ArchiveSheet(benchSheet())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(row.Content)
	for _, content := range []string{
		`{}`, `{"documenti":[{"codice":"","tipo":"","dati":null}]}`, `{"documenti":[{"codice":"a","tipo":"\u0026","inviata":-5,"dati":[]}]}`,
		`{"rischio":{"verso":"x","giorni":-1,"importo":0,"pagamento":""}}`,
	} {
		if !glances(f, content) {
			f.Errorf("%s is not taken", content)
		}
		f.Add(content)
	}
	for _, d := range damages {
		f.Add(`{"documenti":[{"codice":"` + d + `","tipo":` + d + `,"dati":null}]}`)
	}
	f.Fuzz(func(t *testing.T, content string) { glances(t, content) })
}

// BenchmarkGlance is what takes the place of restoring the sheet of an exception and writing it again.
func BenchmarkGlance(b *testing.B) {
	row, err := tables.ArchiveSheet(benchSheet())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("glance", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, ok := row.Glance(); !ok {
				b.Fatal("not taken")
			}
		}
	})
	b.Run("restore", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s, err := row.Restore()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := json.Marshal(&s); err != nil {
				b.Fatal(err)
			}
		}
	})
}
