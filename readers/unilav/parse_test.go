package unilav_test

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/unilav"
)

var update = flag.Bool("update", false, "write the golden files anew")

// document reads a file of testdata/documents.
func document(t testing.TB, name string) inbox.Document {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "documents", name))
	if err != nil {
		t.Fatal(err)
	}
	return inbox.Document{Source: source(name), Format: format(name), Data: data}
}

func source(file string) pipeline.Source {
	return pipeline.Source{Flow: pipeline.FlowUnilav, File: file, Index: 3, Offset: 77, SHA256: "ab"}
}

func format(name string) inbox.Format {
	if strings.HasSuffix(name, ".json") {
		return inbox.JSON
	}
	return inbox.XML
}

func documentNames(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "documents", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no documents", err)
	}
	for i := range paths {
		paths[i] = filepath.Base(paths[i])
	}
	return paths
}

// written is a communication as a golden file shows it: identities readable, what is absent left out.
func written(t testing.TB, parsed inbox.Parsed) []byte {
	t.Helper()
	type line = map[string]any
	out := struct {
		Communications []line
		Discards       []pipeline.Discard `json:",omitempty"`
	}{Discards: parsed.Discards}
	for _, c := range parsed.Communications {
		raw, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		l := line{}
		if err := json.Unmarshal(raw, &l); err != nil {
			t.Fatal(err)
		}
		for k, v := range l {
			if v == "" || v == false || v == 0.0 {
				delete(l, k)
			}
		}
		l["ID"] = hex.EncodeToString(c.ID[:])
		delete(l, "Source")
		out.Communications = append(out.Communications, l)
	}
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(b, '\n')
}

func TestGolden(t *testing.T) {
	for _, name := range documentNames(t) {
		t.Run(name, func(t *testing.T) {
			got := written(t, unilav.Parse(document(t, name)))
			path := filepath.Join("testdata", "golden", name+".golden")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Errorf("-golden +got:\n%s", d)
			}
		})
	}
}

// What is the same document in another form gives the same communications, identity included.
func TestTwins(t *testing.T) {
	firsts := map[string]string{}
	pairs := 0
	for _, name := range documentNames(t) {
		base, _, _ := strings.Cut(name, ".")
		first, ok := firsts[base]
		if !ok {
			firsts[base] = name
			continue
		}
		pairs++
		want, got := unilav.Parse(document(t, first)), unilav.Parse(document(t, name))
		for i := range got.Communications {
			got.Communications[i].Source = source(first)
		}
		if d := cmp.Diff(want, got); d != "" || len(got.Communications) == 0 {
			t.Errorf("-%s +%s:\n%s", first, name, d)
		}
	}
	if pairs != 6 {
		t.Errorf("%d pairs, want 6", pairs)
	}
}

func TestProvenance(t *testing.T) {
	for _, name := range []string{"assunzione.xml", "trasferimento.xml"} {
		for i, c := range unilav.Parse(document(t, name)).Communications {
			if c.Source != source(name) || c.Part != int32(i) || c.Acquired != 0 {
				t.Errorf("%s: source %+v, part %d, acquired %v", name, c.Source, c.Part, c.Acquired)
			}
		}
	}
}

// Communications must not change when the inbox uses its memory again.
func TestSharesNoMemory(t *testing.T) {
	for _, name := range documentNames(t) {
		doc := document(t, name)
		parsed := unilav.Parse(doc)
		before := written(t, parsed)
		for i := range doc.Data {
			doc.Data[i] = '#'
		}
		unilav.Parse(doc)
		if after := written(t, parsed); string(before) != string(after) {
			t.Errorf("%s: changed", name)
		}
	}
}

func TestOneWorkerOfSeveralUnreadable(t *testing.T) {
	doc := document(t, "trasferimento.xml")
	whole := unilav.Parse(doc)
	doc.Data = []byte(strings.Replace(string(doc.Data), "RZZDVD88B15A944R", "RZZDVD88B15A944Y", 1))
	parsed := unilav.Parse(doc)
	if len(parsed.Communications) != 2 || parsed.Communications[0].Part != 0 || parsed.Communications[1].Part != 2 {
		t.Fatalf("communications %+v", parsed.Communications)
	}
	want := []pipeline.Discard{{
		Source: source("trasferimento.xml"), Code: pipeline.DiscardTaxCode, CommCode: "1900014000007001",
		Message: "lavoratore n. 2: codice fiscale del lavoratore errato",
	}}
	if d := cmp.Diff(want, parsed.Discards); d != "" {
		t.Error(d)
	}
	if parsed.Communications[0].ID == whole.Communications[0].ID {
		t.Error("the identity does not see the worker who cannot be read")
	}
}

// Each field that is kept takes part in the identity; the way it is written does not.
func TestIdentity(t *testing.T) {
	doc := document(t, "assunzione.xml")
	text := string(doc.Data)
	id := func(s string) pipeline.DocID {
		doc.Data = []byte(s)
		parsed := unilav.Parse(doc)
		if len(parsed.Communications) != 1 {
			t.Fatalf("%+v", parsed.Discards)
		}
		return parsed.Communications[0].ID
	}
	seen := map[pipeline.DocID]string{id(text): "the document itself"}
	for _, edit := range [][2]string{
		{"1800014001234567", "1800014001234568"},
		{`protocollo=`, `codiceComunicazionePrec="1800014000000001" protocollo=`},
		{"15.1234567", "15.123457"},
		{"CO130110", "CO160201R1"},
		{"cntpla74h28d612e", "SPSNTN79S04H501Q"},
		{"<TipoComunicazione>01", "<TipoComunicazione>03"},
		{`codiceFiscale="02145670895"`, `codiceFiscale="03876543210"`},
		{"Brunelli &amp; Figli", "Brunelli &amp; C."},
		{"Amministrazione>NO", "Amministrazione>SI"},
		{"BRNLCU81C12F205X", "SPSNTN79S04H501Q"},
		{"Bruni<", "Bruno<"},
		{"<nome>Luca", "<nome>Luce"},
		{"<sesso>M</sesso><nascita><comune>F205</comune><data>1981", "<sesso>F</sesso><nascita><comune>F205</comune><data>1981"},
		{"<comune>F205</comune><data>1981", "<comune>F206</comune><data>1981"},
		{"1981-03-12", "1981-03-13"},
		{"A.02.00", "A.02.01"},
		{"2014-03-03", "2014-03-04"},
		{"2014-08-29", "2014-08-30"},
		{`dataFine="2014-08-29"`, ``},
		{`dataFine="2014-08-29"`, `dataFine="2014-08-29" dataFinePeriodoFormativo="2014-08-29"`},
		{`codice="P"`, `codice="V"`},
		{`Medie="24"`, `Medie="25"`},
		{">17931<", ">17932<"},
		{">17931<", "><"},
		{">17931<", ">0<"},
		{`Stagionale="SI"`, `Stagionale="NO"`},
		{`Agricoltura="NO"`, `Agricoltura="SI"`},
		{`Agricoltura="NO"`, `Agricoltura="NO" ggLavorativePreviste="9"`},
		{`socioLavoratore="NO"`, `socioLavoratore="SI"`},
		{`socioLavoratore="NO"`, `socioLavoratore="NO" indennitaDisponibilita="NO"`},
		{`socioLavoratore="NO"`, `socioLavoratore="NO" indennitaDisponibilita="SI"`},
	} {
		edited := strings.Replace(text, edit[0], edit[1], 1)
		if edited == text {
			t.Fatalf("no %q", edit[0])
		}
		got := id(edited)
		if other, ok := seen[got]; ok {
			t.Errorf("%s -> %s: same identity as %s", edit[0], edit[1], other)
		}
		seen[got] = edit[1]
	}
	for _, edit := range [][2]string{
		{"Via delle Prove", "Via di Altre Prove"},
		{`protocollo="00012345"`, ""},
		{"<PatINAIL>99991000</PatINAIL>", ""},
		{"2014-02-27T09:30:15.1234567+01:00", "2014-02-27T09:30:15.123456"},
		{"><", ">\n\t<"},
	} {
		if seen[id(strings.ReplaceAll(text, edit[0], edit[1]))] != "the document itself" {
			t.Errorf("%s -> %s: another identity", edit[0], edit[1])
		}
	}
}
