package unilav_test

import (
	"testing"

	"incrocio/pipeline"
	"incrocio/readers/unilav"
)

// TestWrongCheckCharacterKeepsTheDocument: the discard stands, and beside it what the document says.
func TestWrongCheckCharacterKeepsTheDocument(t *testing.T) {
	for _, c := range []struct{ name, file, code, wrong string }{
		{"sixteen", hire, "BRNLCU81C12F205X", "BRNLCU81C12F205Y"},
		{"in small letters", hire, "BRNLCU81C12F205X", "brnlcu81c12f205y"},
		{"eleven", hire, "BRNLCU81C12F205X", "10000000008"},
		{"JSON", twin, "BRNLCU81C12F205X", "BRNLCU81C12F205Y"},
		{"extension", "proroga.xml", "BRNLCU81C12F205X", "BRNLCU81C12F205Y"},
	} {
		doc := edited(t, c.file, c.code, c.wrong)
		discarded(t, doc, pipeline.DiscardTaxCode)
		right, parsed := one(t, c.file), unilav.Parse(doc)
		u := parsed.Unverified
		if u == nil {
			t.Errorf("%s: nothing beside the discard", c.name)
			continue
		}
		if u.Worker.Valid() || len(u.Worker) != len(c.wrong) || u.ID == right.ID || u.Source != doc.Source {
			t.Errorf("%s: worker %s of %d characters, source %+v", c.name, u.Worker, len(u.Worker), u.Source)
		}
		right.Worker, right.ID, right.Source = u.Worker, u.ID, u.Source
		if *u != right {
			t.Errorf("%s: %+v, want %+v but for the code", c.name, *u, right)
		}
	}
}

// TestWrongCheckCharacterAlone: who cannot be told by name and day of birth, or whose document has another fault, is a
// discard and nothing else, with the code of the tax code.
func TestWrongCheckCharacterAlone(t *testing.T) {
	const right, wrong = "BRNLCU81C12F205X", "BRNLCU81C12F205Y"
	for name, edits := range map[string][]string{
		"no surname":         {"<cognome>Bruni</cognome>", ""},
		"blank given name":   {"<nome>Luca</nome>", "<nome> - </nome>"},
		"no birth":           {"<data>1981-03-12</data>", ""},
		"birth is none":      {"1981-03-12", "1981-13-12"},
		"start is none":      {`dataInizio="2014-03-03"`, `dataInizio="2014-02-30"`},
		"pay in words":       {">17931<", ">molto<"},
		"form of no code":    {right, "BRNLCU81Z12F205X"},
		"fifteen letters":    {right, "BRNLCU81C12F205"},
		"letters look alike": {right, "ВRNLCU81C12F205"},
	} {
		if edits[0] != right {
			edits = append(edits, right, wrong)
		}
		doc := edited(t, hire, edits...)
		discarded(t, doc, pipeline.DiscardTaxCode)
		if u := unilav.Parse(doc).Unverified; u != nil {
			t.Errorf("%s: %+v", name, u)
		}
	}
	urgent := string(one(t, "urgenza.xml").Worker) // the form has no day of birth
	doc := edited(t, "urgenza.xml", urgent, mistyped(urgent))
	discarded(t, doc, pipeline.DiscardTaxCode)
	if u := unilav.Parse(doc).Unverified; u != nil {
		t.Errorf("urgent: %+v", u)
	}
}

// mistyped gives a code with another check character.
func mistyped(code string) string {
	return code[:15] + string('A'+(code[15]-'A'+1)%26)
}

// TestWrongCheckCharacterOfOneOfSeveral stays a discard of its own beside the others.
func TestWrongCheckCharacterOfOneOfSeveral(t *testing.T) {
	all := unilav.Parse(document(t, transfer))
	if len(all.Communications) < 2 {
		t.Fatal("the test shows nothing")
	}
	code := string(all.Communications[0].Worker)
	parsed := unilav.Parse(edited(t, transfer, code, mistyped(code)))
	if parsed.Unverified != nil || len(parsed.Communications) != len(all.Communications)-1 || len(parsed.Discards) != len(all.Discards)+1 {
		t.Errorf("%d communications, %d discards, unverified %v", len(parsed.Communications), len(parsed.Discards), parsed.Unverified)
	}
}
