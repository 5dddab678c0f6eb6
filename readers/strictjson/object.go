package strictjson

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"incrocio/pipeline"
)

// Object reads the fields of a JSON object. Absent, null and, for texts, blank mean the same: no value. Each method
// names the field it wants; the first fault found is kept and shared with the objects inside, and every later read
// still gives a value (the zero one where it must). Fields nobody asks for are ignored.
//
// The zero Object has no fields and must not be asked to require one.
type Object struct {
	members []member
	path    string // of the object within the document, with a final point
	first   *Fault
}

// Fault gives the first fault of this object and of every object read from the same document.
func (o Object) Fault() Fault {
	if o.first == nil {
		return Fault{}
	}
	return *o.first
}

// Fail records a fault of the named field, unless one is there already.
func (o Object) Fail(code, name, message string) {
	if o.first != nil && !o.first.Bad() {
		*o.first = Fault{code, "campo " + o.path + name + ": " + message}
	}
}

// get finds a member; a null one is not there.
func (o Object) get(name string) (*value, bool) {
	for i := range o.members {
		if o.members[i].name == name {
			v := &o.members[i].value
			return v, v.kind != null
		}
	}
	return nil, false
}

// Has tells whether a field has a value, of any type.
func (o Object) Has(name string) bool {
	v, ok := o.get(name)
	return ok && (v.kind != text || strings.TrimSpace(v.text) != "")
}

func (o Object) wrongType(name, want string) {
	o.Fail(pipeline.DiscardJSON, name, "atteso "+want)
}

// Require records DATO_MANCANTE for each of the named fields that has no value.
func (o Object) Require(names ...string) {
	for _, name := range names {
		if !o.Has(name) {
			o.Fail(pipeline.DiscardMissing, name, "dato mancante")
		}
	}
}

// Text gives a text without the white space around it; "" where there is none.
func (o Object) Text(name string) string {
	v, ok := o.get(name)
	if !ok {
		return ""
	}
	if v.kind != text {
		o.wrongType(name, "un testo")
		return ""
	}
	return strings.TrimSpace(v.text)
}

// Code gives a text that stands for a document, as a protocol does. Lists of sources are joined by ";" and are read by
// people, so one that has a ";", a control character, a mark of direction or another character that is not seen is
// CODICE_NON_VALIDO.
func (o Object) Code(name string) string {
	s := o.Text(name)
	if strings.ContainsFunc(s, notInCode) {
		o.Fail(pipeline.DiscardCode, name, "codice non valido")
		return ""
	}
	return s
}

func notInCode(r rune) bool {
	return r == ';' || unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Upper gives a text in capitals, for codes that are written so.
func (o Object) Upper(name string) string { return strings.ToUpper(o.Text(name)) }

// Choice gives a text that must be one of a closed list, to the letter; anything else is VALORE_NON_AMMESSO.
func (o Object) Choice(name string, allowed ...string) string {
	s := o.Text(name)
	if s != "" && !slices.Contains(allowed, s) {
		o.Fail(pipeline.DiscardValue, name, "valore non ammesso")
		return ""
	}
	return s
}

// Date gives a day written YYYY-MM-DD; 0 where there is none. Anything else is DATA_NON_LEGGIBILE.
func (o Object) Date(name string) pipeline.Date {
	s := o.Text(name)
	if s == "" {
		return 0
	}
	d, err := pipeline.ParseDate(s)
	if err != nil {
		o.Fail(pipeline.DiscardDate, name, "data non leggibile")
	}
	return d
}

// Moment gives an instant written as RFC 3339 says, and its day in Europe/Rome. Where the offset is missing the time
// is taken as Europe/Rome; an hour that the change of time skips or repeats is read in winter time.
func (o Object) Moment(name string) (pipeline.Instant, pipeline.Date) {
	s := o.Text(name)
	if s == "" {
		return 0, 0
	}
	t, ok := parseMoment(s)
	if !ok {
		o.Fail(pipeline.DiscardDate, name, "data e ora non leggibili")
		return 0, 0
	}
	return pipeline.InstantOf(t), pipeline.DateOf(t, pipeline.Rome)
}

// DayOrMoment gives an instant as [Object.Moment] does, or a day written YYYY-MM-DD as its first instant in Europe/Rome.
// It tells whether the offset was missing.
func (o Object) DayOrMoment(name string) (at pipeline.Instant, day pipeline.Date, assumed bool) {
	s := o.Text(name)
	if len(s) != len("2006-01-02") {
		at, day = o.Moment(name)
		return at, day, at != 0 && s[len(s)-1] != 'Z' && !strings.ContainsAny(s[len("2006-01-02"):], "+-")
	}
	if day = o.Date(name); day == 0 {
		return 0, 0, false
	}
	y, m, d := day.Civil()
	return pipeline.InstantOf(time.Date(y, time.Month(m), d, 0, 0, 0, 0, pipeline.Rome)), day, true
}

// parseMoment wants date, "T", time with seconds and at most nine decimals. The standard parser alone would also take
// a comma before the decimals and hours of one digit.
func parseMoment(s string) (time.Time, bool) {
	if len(s) < 19 || len(s) > 35 || s[10] != 'T' || s[13] != ':' || s[16] != ':' || strings.ContainsRune(s, ',') {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t, err = time.ParseInLocation("2006-01-02T15:04:05", s, pipeline.Rome)
	}
	y := t.UTC().Year()
	return t, err == nil && y >= 1 && y < 9999 // the last year is left out: its end may be cut to a day beyond it
}

// Amount gives a decimal text such as "3000.00" in cents. A JSON number is refused, since what wrote it may have
// rounded it: IMPORTO_NON_VALIDO, as for anything else that is not an amount.
func (o Object) Amount(name string) pipeline.Opt[pipeline.Cents] {
	if v, ok := o.get(name); ok && v.kind == number {
		o.Fail(pipeline.DiscardAmount, name, "importo non scritto come testo decimale")
		return pipeline.Opt[pipeline.Cents]{}
	}
	s := o.Text(name)
	if s == "" {
		return pipeline.Opt[pipeline.Cents]{}
	}
	c, err := pipeline.ParseCents(s)
	if err != nil {
		o.Fail(pipeline.DiscardAmount, name, "importo non valido")
		return pipeline.Opt[pipeline.Cents]{}
	}
	return pipeline.Some(c)
}

// Year gives a calendar year, 1900 to 9999, written as a whole number; 0 where there is none.
func (o Object) Year(name string) int32 {
	v, ok := o.get(name)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(v.text, 10, 32)
	if v.kind != number || err != nil {
		o.wrongType(name, "un anno")
		return 0
	}
	if n < 1900 || n > 9999 {
		o.Fail(pipeline.DiscardValue, name, "anno non ammesso")
		return 0
	}
	return int32(n)
}

// Count gives a whole number from 0 to most; 0 where there is none. Anything else is VALORE_NON_AMMESSO.
func (o Object) Count(name string, most int64) int64 {
	v, ok := o.get(name)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(v.text, 10, 64)
	switch {
	case v.kind != number:
		o.wrongType(name, "un numero")
		return 0
	case err != nil || n < 0 || n > most:
		o.Fail(pipeline.DiscardValue, name, "numero non ammesso")
		return 0
	}
	return n
}

// TaxCode gives a codice fiscale of a person; small letters and white space around it are accepted.
func (o Object) TaxCode(name string) pipeline.CodiceFiscale {
	s := o.Text(name)
	if s == "" {
		return ""
	}
	cf, err := pipeline.ParseCodiceFiscale(s)
	if err != nil {
		o.Fail(pipeline.DiscardTaxCode, name, "codice fiscale errato")
	}
	return cf
}

// OldTaxCode gives a codice fiscale that somebody had or was given by mistake: as [Object.TaxCode], but a wrong check
// character is accepted.
func (o Object) OldTaxCode(name string) pipeline.CodiceFiscale {
	s := strings.ToUpper(o.Text(name))
	if _, err := pipeline.ParseCodiceFiscale(s); errors.Is(err, pipeline.ErrCodiceCheck) {
		return pipeline.CodiceFiscale(s)
	}
	return o.TaxCode(name)
}

// Object gives an object inside, and false where there is none.
func (o Object) Object(name string) (Object, bool) {
	v, ok := o.get(name)
	if !ok {
		return Object{}, false
	}
	if v.kind != object {
		o.wrongType(name, "un oggetto")
		return Object{}, false
	}
	return Object{members: v.members, path: o.path + name + ".", first: o.first}, true
}

// Objects gives the objects of an array, in order; an element that is null or no object is JSON_NON_VALIDO.
func (o Object) Objects(name string) []Object {
	v, ok := o.get(name)
	if !ok {
		return nil
	}
	if v.kind != array {
		o.wrongType(name, "un elenco")
		return nil
	}
	list := make([]Object, 0, len(v.items))
	for i := range v.items {
		at := name + "[" + strconv.Itoa(i) + "]"
		if v.items[i].kind != object {
			o.wrongType(at, "un oggetto")
			return nil
		}
		list = append(list, Object{members: v.items[i].members, path: o.path + at + ".", first: o.first})
	}
	return list
}
