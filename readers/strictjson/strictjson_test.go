package strictjson_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/readers/strictjson"
)

func TestParseRefuses(t *testing.T) {
	deep := func(n int) string { return `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}" }
	long := strings.Repeat("x", strictjson.MaxString+1)
	many := "[" + strings.Repeat("1,", strictjson.MaxElements) + "1]"
	for name, c := range map[string]struct{ text, code string }{
		"nothing":              {"", pipeline.DiscardEmpty},
		"only white space":     {" \r\n\t", pipeline.DiscardEmpty},
		"an array":             {"[]", pipeline.DiscardJSON},
		"a text":               {`"a"`, pipeline.DiscardJSON},
		"two objects":          {"{}{}", pipeline.DiscardJSON},
		"cut short":            {`{"a":1`, pipeline.DiscardJSON},
		"cut in a text":        {`{"a":"b`, pipeline.DiscardJSON},
		"cut in an escape":     {`{"a":"\`, pipeline.DiscardJSON},
		"final comma":          {`{"a":1,}`, pipeline.DiscardJSON},
		"final comma in list":  {`{"a":[1,]}`, pipeline.DiscardJSON},
		"no quotes":            {`{a:1}`, pipeline.DiscardJSON},
		"single quotes":        {`{'a':1}`, pipeline.DiscardJSON},
		"comment":              {`{"a":1/*b*/}`, pipeline.DiscardJSON},
		"leading zero":         {`{"a":01}`, pipeline.DiscardJSON},
		"plus":                 {`{"a":+1}`, pipeline.DiscardJSON},
		"point at the end":     {`{"a":1.}`, pipeline.DiscardJSON},
		"bare exponent":        {`{"a":1e}`, pipeline.DiscardJSON},
		"NaN":                  {`{"a":NaN}`, pipeline.DiscardJSON},
		"wrong literal":        {`{"a":nul}`, pipeline.DiscardJSON},
		"control character":    {"{\"a\":\"b\nc\"}", pipeline.DiscardJSON},
		"control after escape": {"{\"a\":\"\\tb\nc\"}", pipeline.DiscardJSON},
		"unknown escape":       {`{"a":"\x"}`, pipeline.DiscardJSON},
		"short escape":         {`{"a":"\u12"}`, pipeline.DiscardJSON},
		"lone high surrogate":  {`{"a":"\ud800"}`, pipeline.DiscardJSON},
		"lone low surrogate":   {`{"a":"\udc00"}`, pipeline.DiscardJSON},
		"surrogate and text":   {`{"a":"\ud800\u0041"}`, pipeline.DiscardJSON},
		"bad UTF-8":            {"{\"a\":\"\xff\"}", pipeline.DiscardEncoding},
		"Latin-1":              {"{\"a\":\"citt\xe0\"}", pipeline.DiscardEncoding},
		"a NUL":                {"{\"a\":1}\x00", pipeline.DiscardJSON},
		"name twice":           {`{"a":1,"a":1}`, pipeline.DiscardDuplicate},
		"name twice, escaped":  {`{"a":1,"\u0061":2}`, pipeline.DiscardDuplicate},
		"name twice, inside":   {`{"b":{"a":1,"a":null}}`, pipeline.DiscardDuplicate},
		"too deep":             {deep(strictjson.MaxDepth), pipeline.DiscardDepth},
		"bottomless":           {`{"a":` + strings.Repeat("[", 100_000), pipeline.DiscardDepth},
		"long text":            {`{"a":"` + long + `"}`, pipeline.DiscardTooLong},
		"long name":            {`{"` + long + `":1}`, pipeline.DiscardTooLong},
		"long number":          {`{"a":` + strings.Repeat("1", strictjson.MaxNumber+1) + `}`, pipeline.DiscardTooLong},
		"long list":            {`{"a":` + many + `}`, pipeline.DiscardTooMany},
		"large":                {`{"a":1}` + strings.Repeat(" ", strictjson.MaxBytes), pipeline.DiscardTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, fault := strictjson.Parse([]byte(c.text), strictjson.MaxString)
			if fault.Code != c.code {
				t.Errorf("code %q (%s), want %q", fault.Code, fault.Message, c.code)
			}
		})
	}
}

func TestParseAtTheCaps(t *testing.T) {
	text := `{"a":"` + strings.Repeat("x", strictjson.MaxString) + `","b":` +
		strings.Repeat("[", strictjson.MaxDepth-1) + strings.Repeat("]", strictjson.MaxDepth-1) + `,"c":[0` +
		strings.Repeat(",0", strictjson.MaxElements-1) + `]}`
	if _, fault := strictjson.Parse([]byte(text), strictjson.MaxString); fault.Bad() {
		t.Errorf("refused at the caps: %+v", fault)
	}
}

func TestNamesAreToldApartByCase(t *testing.T) {
	o := parse(t, `{"Tipo":"X","TIPO":"Y","tipo":"Z"}`)
	if got := o.Text("tipo"); got != "Z" {
		t.Errorf("got %q, want Z", got)
	}
}

func TestTextDecodesEscapes(t *testing.T) {
	o := parse(t, `{"a":"  \"\\\/\b\f\n\r\t\u00e0\ud83d\ude00z ","vuoto":"  ","nullo":null}`)
	if got, want := o.Text("a"), "\"\\/\b\f\n\r\tà😀z"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if o.Text("vuoto") != "" || o.Text("nullo") != "" || o.Text("assente") != "" || o.Fault().Bad() {
		t.Errorf("blank, null and absent are no text and no fault: %+v", o.Fault())
	}
}

func TestMoment(t *testing.T) {
	for text, want := range map[string]struct{ utc, day string }{
		"2014-07-20T10:15:00+02:00":           {"2014-07-20T08:15:00Z", "2014-07-20"},
		"2014-07-20T23:30:00Z":                {"2014-07-20T23:30:00Z", "2014-07-21"},
		"2014-01-20T23:30:00Z":                {"2014-01-20T23:30:00Z", "2014-01-21"},
		"2014-07-20T10:15:00":                 {"2014-07-20T08:15:00Z", "2014-07-20"},
		"2014-01-20T10:15:00.25":              {"2014-01-20T09:15:00.25Z", "2014-01-20"},
		"2014-12-31T23:59:59.999999999+01:00": {"2014-12-31T22:59:59.999999Z", "2014-12-31"},
		"2014-10-26T02:30:00":                 {"2014-10-26T01:30:00Z", "2014-10-26"}, // twice that night: winter time
		"2014-03-30T02:30:00":                 {"2014-03-30T01:30:00Z", "2014-03-30"}, // never that night: winter time
	} {
		o := parse(t, `{"a":"`+text+`"}`)
		at, day := o.Moment("a")
		if o.Fault().Bad() {
			t.Errorf("%s: %+v", text, o.Fault())
			continue
		}
		if got := at.Time().Format(time.RFC3339Nano); got != want.utc || day.String() != want.day {
			t.Errorf("%s: %s on %s, want %s on %s", text, got, day, want.utc, want.day)
		}
	}
	for _, text := range []string{
		"2014-07-20", "20/07/2014 10:15", "2014-07-20 10:15:00", "2014-02-30T10:15:00Z", "2014-07-20T24:00:00Z",
		"2014-07-20T1:15:00Z", "2014-07-20T10:15:00,5Z", "2014-07-20T10:15Z", "0000-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z", "2014-07-20T10:15:00+25:00", "2014-07-20t10:15:00z",
	} {
		o := parse(t, `{"a":"`+text+`"}`)
		if o.Moment("a"); o.Fault().Code != pipeline.DiscardDate {
			t.Errorf("%s: code %q, want %s", text, o.Fault().Code, pipeline.DiscardDate)
		}
	}
}

func TestDayOrMoment(t *testing.T) {
	for text, want := range map[string]struct {
		utc, day string
		assumed  bool
	}{
		"2014-07-20":                {"2014-07-19T22:00:00Z", "2014-07-20", true},
		"2014-01-20":                {"2014-01-19T23:00:00Z", "2014-01-20", true},
		"2014-07-20T23:30:00Z":      {"2014-07-20T23:30:00Z", "2014-07-21", false},
		"2014-07-20T10:15:00+02:00": {"2014-07-20T08:15:00Z", "2014-07-20", false},
		"2014-07-20T10:15:00-01:00": {"2014-07-20T11:15:00Z", "2014-07-20", false},
		"2014-07-20T10:15:00":       {"2014-07-20T08:15:00Z", "2014-07-20", true},
	} {
		o := parse(t, `{"a":"`+text+`"}`)
		at, day, assumed := o.DayOrMoment("a")
		if got := at.Time().Format(time.RFC3339Nano); o.Fault().Bad() || got != want.utc || day.String() != want.day || assumed != want.assumed {
			t.Errorf("%s: %s on %s, assumed %v, %+v; want %+v", text, got, day, assumed, o.Fault(), want)
		}
	}
	for _, text := range []string{"2014-02-30", "2014-07-20T", "20/07/2014", "ieri", "2014-07-20T10:15Z"} {
		o := parse(t, `{"a":"`+text+`"}`)
		if at, day, assumed := o.DayOrMoment("a"); at != 0 || day != 0 || assumed || o.Fault().Code != pipeline.DiscardDate {
			t.Errorf("%s: %d, %s, %v, code %q", text, at, day, assumed, o.Fault().Code)
		}
	}
	if at, day, assumed := parse(t, `{"a":null}`).DayOrMoment("a"); at != 0 || day != 0 || assumed {
		t.Errorf("of nothing: %d, %s, %v", at, day, assumed)
	}
}

func TestCountAndHas(t *testing.T) {
	o := parse(t, `{"n":7,"most":9,"null":null,"blank":" "}`)
	if o.Count("n", 9) != 7 || o.Count("most", 9) != 9 || o.Count("null", 9) != 0 || o.Count("none", 9) != 0 || o.Fault().Bad() {
		t.Errorf("counts: %+v", o.Fault())
	}
	if !o.Has("n") || o.Has("blank") || o.Has("null") || o.Has("none") {
		t.Error("Has")
	}
	for text, code := range map[string]string{
		"10": pipeline.DiscardValue, "-1": pipeline.DiscardValue, "1.0": pipeline.DiscardValue, "1e0": pipeline.DiscardValue,
		"99999999999999999999": pipeline.DiscardValue, `"1"`: pipeline.DiscardJSON, "true": pipeline.DiscardJSON,
	} {
		o := parse(t, `{"n":`+text+`}`)
		if got := o.Count("n", 9); got != 0 || o.Fault().Code != code {
			t.Errorf("%s: %d, code %q, want %s", text, got, o.Fault().Code, code)
		}
	}
}

func TestFirstFaultStays(t *testing.T) {
	o := parse(t, `{"x":{"quando":"ieri"},"importo":12}`)
	x, _ := o.Object("x")
	x.Date("quando")
	o.Amount("importo")
	if f := o.Fault(); f.Code != pipeline.DiscardDate || !strings.Contains(f.Message, "x.quando") {
		t.Errorf("got %+v, want the date of x.quando", f)
	}
	if strings.Contains(o.Fault().Message, "ieri") {
		t.Error("the message repeats the value")
	}
}

// Whatever the standard library writes is read back to the same text.
func TestTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.StringN(0, 200, 1000).Draw(t, "text")
		b, err := json.Marshal(map[string]string{"a": want})
		if err != nil {
			t.Fatal(err)
		}
		o, fault := strictjson.Parse(b, strictjson.MaxString)
		if fault.Bad() {
			t.Fatalf("%s: %+v", b, fault)
		}
		if got := o.Text("a"); got != strings.TrimSpace(want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestCode(t *testing.T) {
	for text, want := range map[string]string{
		`"INPS.7000.20/07/2014.0012345"`: "INPS.7000.20/07/2014.0012345",
		`" è 1, 2 "`:                     "è 1, 2",
		`"  "`:                           "",
		`"a;b"`:                          "!", `";"`: "!", `"a\u0000"`: "!", `"a\nb"`: "!", `"a\u007f"`: "!", `"a\u0085b"`: "!",
		`"a\u202eb"`: "!", `"\u200fa"`: "!", `"a\u2066b"`: "!", `"a\u061cb"`: "!", `"a\u2028b"`: "!", `"a\ufeff"`: "!",
	} {
		o := parse(t, `{"c":`+text+`}`)
		got := o.Code("c")
		if f := o.Fault(); f.Bad() {
			if got != "" || f.Code != pipeline.DiscardCode {
				t.Errorf("%s: %q, fault %+v", text, got, f)
			}
			got = "!"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// FuzzParse holds the parser against the standard library: what it accepts is JSON, and what it refuses as syntax is
// none, apart from what the standard library is known to let through.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":[1,-0.5e+3,true,false,null,{"b":"\u00e8\ud83d\ude00"}]}`, `{"a":1,"a":2}`, `{"a":"\ud800"}`, `{"a":01}`, ` {"a" : "b" } `,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, fault := strictjson.Parse(data, strictjson.MaxString)
		if !fault.Bad() && !json.Valid(data) {
			t.Fatalf("accepted, but no JSON: %q", data)
		}
		var m map[string]any
		if fault.Code == pipeline.DiscardJSON && json.Unmarshal(data, &m) == nil && m != nil &&
			!strings.Contains(strings.ToLower(string(data)), `\ud`) {
			t.Fatalf("refused, but JSON: %q", data)
		}
	})
}

func parse(t *testing.T, text string) strictjson.Object {
	t.Helper()
	o, fault := strictjson.Parse([]byte(text), strictjson.MaxString)
	if fault.Bad() {
		t.Fatalf("%s: %+v", text, fault)
	}
	return o
}
