package rules

import (
	"errors"
	"strings"
	"testing"

	"incrocio/pipeline"
)

func TestEmbeddedParameters(t *testing.T) {
	p := defaultParameters()
	for _, c := range []struct {
		name, on string
		want     int64
	}{
		{paramVoucherTotal, "2013-12-31", 5000_00},
		{paramVoucherTotal, "2014-01-01", 5050_00},
		{paramVoucherTotal, "2015-06-24", 5060_00},
		{paramVoucherTotal, "2015-06-25", 7000_00},
		{paramIncomeSelf, "2014-07-01", 4800_00},
		{paramIncomeQuasi, "2014-07-01", 8000_00},
		{paramReduction, "2013-01-01", 80},
		{paramLimitASpI, "2016-02-29", 6},
	} {
		if got := p.at(c.name, pipeline.MustDate(c.on)); got != c.want {
			t.Errorf("%s on %s is %d, want %d", c.name, c.on, got, c.want)
		}
	}
	for _, c := range []struct {
		name, on string
		want     bool
	}{
		{paramRegime, "2012-12-31", false},
		{paramRegime, "2013-01-01", true},
		{paramRegime, "2015-04-30", true},
		{paramRegime, "2015-05-01", false},
		{paramPaper, "2014-08-18", true},
		{paramPaper, "2014-08-19", false},
		{paramTelematic, "2014-06-17", false},
		{paramTelematic, "2014-06-18", true},
		{paramStatusKept, "2013-06-27", false},
		{paramStatusKept, "2013-06-28", true},
		{paramVoucherClient, "2015-03-01", false},
	} {
		if got := p.in(c.name, pipeline.MustDate(c.on)); got != c.want {
			t.Errorf("%s on %s: %v", c.name, c.on, got)
		}
	}
}

func TestParametersThatDoNotLoad(t *testing.T) {
	for name, change := range map[string]func(string) string{
		"a missing parameter": func(s string) string {
			return strings.ReplaceAll(s, "limite_aspi,6,mesi,2013-01-01,,circ. INPS 142/2012 par. 2.8.a\n", "")
		},
		"a gap between periods": func(s string) string {
			return strings.Replace(s, "voucher_totale,505000,centesimi,2014-01-01", "voucher_totale,505000,centesimi,2014-01-02", 1)
		},
		"two values on one day": func(s string) string {
			return strings.Replace(s, "voucher_totale,505000,centesimi,2014-01-01", "voucher_totale,505000,centesimi,2013-12-31", 1)
		},
		"an end that leaves later days out": func(s string) string {
			return strings.Replace(s, "carenza,8,giorni,2013-01-01,,", "carenza,8,giorni,2013-01-01,2020-12-31,", 1)
		},
		"a late beginning": func(s string) string {
			return strings.Replace(s, "carenza,8,giorni,2013-01-01", "carenza,8,giorni,2013-01-02", 1)
		},
		"a name nobody asks for": func(s string) string { return s + "limite_nuovo,1,si,2013-01-01,,fonte\n" },
		"no number":              func(s string) string { return strings.Replace(s, "carenza,8,", "carenza,otto,", 1) },
		"no date":                func(s string) string { return strings.Replace(s, "2014-08-18", "18/08/2014", 1) },
		"no source":              func(s string) string { return strings.Replace(s, "circ. INPS 77/2015", "", 1) },
		"other columns":          func(s string) string { return strings.Replace(s, "parametro,valore", "nome,valore", 1) },
		"an end before the beginning": func(s string) string {
			return strings.Replace(s, "2013-01-01,2015-04-30", "2015-04-30,2013-01-01", 1)
		},
	} {
		changed := change(embeddedParameters)
		if changed == embeddedParameters {
			t.Errorf("%s: nothing was changed", name)
		}
		if _, err := LoadParameters(strings.NewReader(changed)); !errors.Is(err, ErrParameters) {
			t.Errorf("%s: loads (%v)", name, err)
		}
	}
}
