package pipeline_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"incrocio/pipeline"
)

func TestParseCodiceFiscale(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     pipeline.CodiceFiscale
		err      error
	}{
		{"a man", "RSSMRA80A01H501U", "RSSMRA80A01H501U", nil},
		{"no omocodia", "CCCFBA85D03L219P", "CCCFBA85D03L219P", nil},
		{"one letter for a digit", "CCCFBA85D03L21VE", "CCCFBA85D03L21VE", nil},
		{"six letters for digits", "CCCFBA8RDLPLNMVX", "CCCFBA8RDLPLNMVX", nil},
		{"another", "PPRPLN70A01H501S", "PPRPLN70A01H501S", nil},
		{"July", "RSSMRA77L18H501W", "RSSMRA77L18H501W", nil},
		{"lower case", "rssmra80a01h501u", "RSSMRA80A01H501U", nil},
		{"wrong check character", "RSSMRA85M01H501Z", "", pipeline.ErrCodiceCheck},
		{"wrong check character again", "MRCDRH15D26H501Y", "", pipeline.ErrCodiceCheck},
		{"a masked code", "AAAAAA12AMMA123A", "", pipeline.ErrCodiceCheck},
		{"no such month", "RSSMRA80F01H501U", "", pipeline.ErrCodiceForm},
		{"day 0", "RSSMRA80A00H501U", "", pipeline.ErrCodiceForm},
		{"day 32", "RSSMRA80A32H501U", "", pipeline.ErrCodiceForm},
		{"day 40", "RSSMRA80A40H501U", "", pipeline.ErrCodiceForm},
		{"day 72", "RSSMRA80A72H501U", "", pipeline.ErrCodiceForm},
		{"digit in the surname", "R5SMRA80A01H501U", "", pipeline.ErrCodiceForm},
		{"no letter that stands for a digit", "RSSMRAA0A01H501U", "", pipeline.ErrCodiceForm},
		{"digit at the end", "RSSMRA80A01H5011", "", pipeline.ErrCodiceForm},
		{"fifteen characters", "RSSMRA80A01H501", "", pipeline.ErrCodiceForm},
		{"a space before", " RSSMRA80A01H501U", "", pipeline.ErrCodiceForm},
		{"long s, which has S for capital", "R\u017fMRA80A01H501U", "", pipeline.ErrCodiceForm},
		{"dotless i", "R\u0131SMRA80A01H50U", "", pipeline.ErrCodiceForm},
		{"nothing", "", "", pipeline.ErrCodiceForm},
		{"a company", "03472640170", "03472640170", nil},
		{"a company", "02877740213", "02877740213", nil},
		{"eleven digits", "10000000009", "10000000009", nil},
		{"eleven digits", "50000000005", "50000000005", nil},
		{"zeros pass the check and are nobody's", "00000000000", "", pipeline.ErrCodiceForm},
		{"a stand-in", "01234567890", "", pipeline.ErrCodiceCheck},
		{"a letter among eleven", "0347264017A", "", pipeline.ErrCodiceForm},
		{"eleven bytes, no digits", "0347264017\x00", "", pipeline.ErrCodiceForm},
	} {
		got, err := pipeline.ParseCodiceFiscale(c.in)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v, want %q, %v", c.name, string(got), err, string(c.want), c.err)
		}
		if err != nil && c.in != "" && strings.Contains(err.Error(), c.in) {
			t.Errorf("%s: the error repeats the code", c.name)
		}
	}
}

func TestOmocodia(t *testing.T) {
	for _, base := range []pipeline.CodiceFiscale{"RSSMRA80A01H501U", "CCCFBA85D03L219P", "PPRPLN70A01H501S"} {
		seen := map[pipeline.CodiceFiscale]bool{}
		for mask := range 128 {
			v := base.Omocode(uint8(mask))
			seen[v] = true
			if got, err := pipeline.ParseCodiceFiscale(string(v)); err != nil || got != v {
				t.Errorf("variant %07b: %v", mask, err)
			}
			if v.Base() != base {
				t.Errorf("variant %07b: base is another code", mask)
			}
		}
		if len(seen) != 128 || !seen[base] {
			t.Errorf("%d variants, want 128 with the code itself", len(seen))
		}
	}
	if v := pipeline.CodiceFiscale("CCCFBA85D03L219P"); v.Omocode(1<<6) != "CCCFBA85D03L21VE" || v.Omocode(127&^1) != "CCCFBA8RDLPLNMVX" {
		t.Error("known variants are not found")
	}
	eleven := pipeline.CodiceFiscale("03472640170")
	if eleven.Omocode(127) != eleven || eleven.Base() != eleven || !eleven.Temporary() {
		t.Error("eleven digits have variants")
	}
	if pipeline.CodiceFiscale("RSSMRA80A01H501U").Temporary() {
		t.Error("sixteen characters are temporary")
	}
}

func TestCompleteCodiceFiscale(t *testing.T) {
	if got, err := pipeline.CompleteCodiceFiscale("RSSMRA80A01H501"); err != nil || got != "RSSMRA80A01H501U" {
		t.Errorf("completed: %q, %v", string(got), err)
	}
	for _, s := range []string{"", "RSSMRA80A01H50", "RSSMRA80A01H501U", "rssmra80a01h501", "RSSMRA80A99H501"} {
		if got, err := pipeline.CompleteCodiceFiscale(s); !errors.Is(err, pipeline.ErrCodiceForm) || got != "" {
			t.Errorf("CompleteCodiceFiscale(%q) = %q, %v, want ErrCodiceForm", s, string(got), err)
		}
	}
}

// However a code is printed, it is a mask; only data show it whole.
func TestCodiceFiscaleIsMasked(t *testing.T) {
	const whole, mask = "RSSMRA80A01H501U", "RSS*************"
	cf := pipeline.CodiceFiscale(whole)
	type holder struct{ Code pipeline.CodiceFiscale }
	for _, verb := range []string{"%s", "%v", "%+v", "%#v", "%q", "%x", "%X", "%20s"} {
		for _, v := range []any{cf, &holder{cf}, []pipeline.CodiceFiscale{cf}, map[string]pipeline.CodiceFiscale{"a": cf}} {
			if got := fmt.Sprintf(verb, v); strings.Contains(got, whole[3:]) || strings.Contains(strings.ToUpper(got), fmt.Sprintf("%X", whole[3:])) {
				t.Errorf("%s of %T shows the code: %s", verb, v, got)
			}
		}
	}
	if got := fmt.Sprint(cf); got != mask {
		t.Errorf("printed %s, want %s", got, mask)
	}
	if got := fmt.Errorf("read claim of %s: %w", cf, pipeline.ErrDate).Error(); !strings.Contains(got, mask) {
		t.Errorf("in an error: %s", got)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("claim", "who", cf, "all", holder{cf}.Code)
	slog.New(slog.NewTextHandler(&log, nil)).Info("claim", "who", cf)
	if got := log.String(); strings.Contains(got, whole[3:]) || strings.Count(got, mask) != 3 {
		t.Errorf("in a log: %s", got)
	}
	if b, err := json.Marshal(cf); err != nil || string(b) != `"`+whole+`"` {
		t.Errorf("as data: %s, %v", b, err)
	}
	for in, want := range map[pipeline.CodiceFiscale]string{"": "", "AB": "**", "ABC": "***", "ABCD": "ABC*"} {
		if got := in.Mask(); got != want {
			t.Errorf("mask of %q: %q, want %q", string(in), got, want)
		}
	}
}

// Whatever is read is a code in its one form, which reads as itself, and so does its base; an error tells nothing of it.
func FuzzCodiceFiscale(f *testing.F) {
	for _, s := range []string{
		"RSSMRA80A01H501U", "rssmra80a01h501u", "CCCFBA8RDLPLNMVX", "03472640170", "00000000000", "AAAAAA12AMMA123A", "R\u017fMRA80A01H501U", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		cf, err := pipeline.ParseCodiceFiscale(s)
		if err != nil {
			if cf != "" || !errors.Is(err, pipeline.ErrCodiceForm) && !errors.Is(err, pipeline.ErrCodiceCheck) {
				t.Fatalf("code %q with error %v", string(cf), err)
			}
			return
		}
		if string(cf) != strings.ToUpper(s) || len(cf) != 11 && len(cf) != 16 {
			t.Fatalf("%q read as %q", s, string(cf))
		}
		base := cf.Base()
		for _, c := range []pipeline.CodiceFiscale{cf, base, cf.Omocode(127)} {
			if again, err := pipeline.ParseCodiceFiscale(string(c)); err != nil || again != c {
				t.Fatalf("%q from %q: %v", string(c), s, err)
			}
		}
		if base.Base() != base || cf.Omocode(127).Base() != base {
			t.Fatalf("%q: bases differ", s)
		}
		if m := cf.Mask(); len(m) != len(cf) || strings.Trim(m[3:], "*") != "" {
			t.Fatalf("mask %q", m)
		}
	})
}
