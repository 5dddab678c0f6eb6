package rules

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"incrocio/pipeline"
)

// The trace of a row (traccia) says how it was decided. What is tried is noted where the code decides, as constants and
// numbers; text is made of it only for rows that are published.

// trail is what was tried on one fact, in order.
type trail struct {
	ref   string // names the fact among those of a row
	steps []step
	told  told
}

// told is what a trace told of a trail: of most facts several rows tell, and each but the first copies it.
type told struct {
	trace   string   // "" while none has
	at      [4]int32 // where in it the rules that were tried begin and end, and the values that were compared
	steps   int32    // of the trail then
	several bool     // it told of other facts too
}

// step is one rule that was tried and why it applied or did not, or two values that were compared, or both. All texts
// but s are constants that JSON can hold as they are.
type step struct {
	rule string // "" where values are compared for no rule in particular
	why  string // %a and %b stand for the values, %n for the number, %s for the text
	fact string // what a is, where a and b were compared; "" where they were not
	a, b int64
	s    string
	n    int32
	unit unit
	hit  bool
}

// unit is what the two values of a step are.
type unit uint8

const (
	unitDates unit = iota // dates, their difference in days
	unitDays              // numbers of days
	unitCents             // amounts
)

// yes notes a rule that applied.
func (t *trail) yes(rule, why string) *step { return t.note(rule, why, true) }

// no notes a rule that did not apply.
func (t *trail) no(rule, why string) *step { return t.note(rule, why, false) }

// compared notes two dates compared for no rule in particular.
func (t *trail) compared(fact string, value, limit pipeline.Date) {
	t.note("", "", false).days(fact, value, limit)
}

// usualSteps is how many steps most facts take; a row of its own takes fewer.
const usualSteps, fewSteps = 18, 3

func (t *trail) note(rule, why string, hit bool) *step {
	if t.steps == nil {
		n := fewSteps
		if t.ref != "" {
			n = usualSteps
		}
		t.steps = make([]step, 0, n)
	}
	t.steps = append(t.steps, step{rule: rule, why: why, hit: hit})
	return &t.steps[len(t.steps)-1]
}

// dates gives the dates that the sentence names.
func (s *step) dates(a, b pipeline.Date) *step {
	s.a, s.b = int64(a), int64(b)
	return s
}

// days gives two dates that were compared.
func (s *step) days(fact string, value, limit pipeline.Date) *step {
	s.fact = fact
	return s.dates(value, limit)
}

// length gives two numbers of days that were compared.
func (s *step) length(fact string, value, limit int) *step {
	s.fact, s.unit, s.a, s.b = fact, unitDays, int64(value), int64(limit)
	return s
}

// cents gives two amounts that were compared.
func (s *step) cents(fact string, value, limit pipeline.Cents) *step {
	s.fact, s.unit, s.a, s.b = fact, unitCents, int64(value), int64(limit)
	return s
}

// count gives the number that the sentence names.
func (s *step) count(n int) *step {
	s.n = int32(n)
	return s
}

// text gives the words that the sentence quotes.
func (s *step) text(words string) *step {
	s.s = words
	return s
}

// margin is how far a decision is from turning, in days, and the fact that it hangs on (margine_giorni).
type margin struct {
	days pipeline.Opt[int32]
	fact string
}

func marginOf(fact string, days pipeline.Date) margin {
	return margin{pipeline.Some(int32(days)), fact}
}

// why is what stands behind one row: what its sentence and its trace are written from.
type why struct {
	trails  []*trail // of the facts that it rests on
	own     trail    // tried on the row itself
	margin  margin
	because func() string // the second half of the sentence of an action
	values  []value       // of the row, beyond those that every row has
	parts   []spell       // of which a suspension is the union; nil where it has one
}

// value is a figure of a row by name, a text or a date; empty ones are left out.
type value struct {
	name, text string
	day        pipeline.Date
}

// distinct gives the trails of parts, each once.
func distinct(parts []spell) []*trail {
	var out []*trail
	var had map[*trail]bool // nil while a look at each will do
	for i := range parts {
		for _, t := range parts[i].trails {
			if had == nil && len(out) > few {
				had = make(map[*trail]bool, 2*len(parts))
				for _, o := range out {
					had[o] = true
				}
			}
			if had[t] || had == nil && slices.Contains(out, t) {
				continue
			}
			out = append(out, t)
			if had != nil {
				had[t] = true
			}
		}
	}
	return out
}

// applied tells whether the rule is among those that applied.
func (w *why) applied(rule string) bool {
	is := func(s step) bool { return s.rule == rule && s.hit }
	return slices.ContainsFunc(w.own.steps, is) || slices.ContainsFunc(w.trails, func(t *trail) bool { return slices.ContainsFunc(t.steps, is) })
}

// facts are the trails that the trace tells of. Those of more than mostTold facts are left out.
func (w *why) facts() []*trail { return w.trails[:min(len(w.trails), mostTold)] }

// telling are the steps that a trace tells of. Those after mostTried steps are left out.
func (t *trail) telling() []step { return t.steps[:min(len(t.steps), mostTried)] }

// untold is how many steps on the facts that the trace tells of are left out.
func (w *why) untold() int {
	n := len(w.own.steps) - len(w.own.telling())
	for _, t := range w.facts() {
		n += len(t.steps) - len(t.telling())
	}
	return n
}

// buffers are what traces are made in.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

// write gives the trace as one line of JSON, keys in a fixed order, what is empty left out.
func (w *why) write(rule string, searched []finding, values []value) string {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	b := appendText(append((*buffer)[:0], `{"regola":`...), rule)
	b = w.appendTried(b)
	b = w.appendCompared(b)
	if w.margin.days.OK {
		b = strconv.AppendInt(append(b, `,"margine":{"giorni":`...), int64(w.margin.days.V), 10)
		b = append(appendText(append(b, `,"fatto":`...), w.margin.fact), '}')
	}
	b = appendSearched(b, searched)
	b = append(b, `,"valori":{`...)
	b = appendValues(b, values)
	if n := len(w.trails) - mostTold; n > 0 { // only a broken sender tells so much of one person
		b = appendValues(b, []value{{name: "fatti_non_mostrati", text: strconv.Itoa(n)}})
	}
	if n := w.untold(); n > 0 {
		b = appendValues(b, []value{{name: "passi_non_mostrati", text: strconv.Itoa(n)}})
	}
	b = append(appendValues(b, w.values), '}', '}')
	*buffer = b
	trace := string(b)
	w.remember(trace)
	return trace
}

// appendTried writes the rules that were tried. Where the row rests on several facts, the first step on each comes with its
// name.
func (w *why) appendTried(b []byte) []byte {
	several := len(w.trails) > 1
	b = append(b, `,"provate":[`...)
	for _, t := range w.facts() {
		b = t.tellTried(b, several)
	}
	own := ""
	if several {
		own = "domanda"
	}
	return append(w.own.appendTried(b, own), ']')
}

// appendCompared writes the values that were compared, if any were.
func (w *why) appendCompared(b []byte) []byte {
	const open = `,"confronti":[`
	b = append(b, open...)
	first := len(b)
	for _, t := range w.facts() {
		b = t.tellCompared(b)
	}
	if b = w.own.appendCompared(b); len(b) == first {
		return b[:first-len(open)]
	}
	return append(b, ']')
}

// remember keeps the trace for the rows after it that rest on the same facts.
func (w *why) remember(trace string) {
	for _, t := range w.facts() {
		if t.told.trace == "" {
			t.told.trace = trace
		}
	}
}

// tellTried appends the rules that were tried on a fact, as the last trace told them or for the first time.
func (t *trail) tellTried(b []byte, several bool) []byte {
	if o := &t.told; o.trace != "" && o.several == several && int(o.steps) == len(t.steps) {
		return appendItems(b, o.trace[o.at[0]:o.at[1]])
	}
	name := ""
	if several {
		name = t.ref
	}
	t.told = told{several: several, steps: int32(len(t.steps))}
	from := len(b)
	b = t.appendTried(b, name)
	t.told.at[0], t.told.at[1] = placeOfItems(b, from)
	return b
}

// tellCompared appends the values that were compared, likewise; it comes after tellTried.
func (t *trail) tellCompared(b []byte) []byte {
	o := &t.told
	if o.trace != "" {
		return appendItems(b, o.trace[o.at[2]:o.at[3]])
	}
	from := len(b)
	b = t.appendCompared(b)
	o.at[2], o.at[3] = placeOfItems(b, from)
	return b
}

// placeOfItems tells where items appended from a place on begin and end, without the comma before the first; zeros where
// there are none.
func placeOfItems(b []byte, from int) (begin, end int32) {
	if from == len(b) {
		return 0, 0
	}
	if b[from] == ',' {
		from++
	}
	return int32(from), int32(len(b))
}

// appendItems adds items to a list.
func appendItems(b []byte, items string) []byte {
	if items == "" {
		return b
	}
	return append(appendComma(b), items...)
}

// appendComma parts the next item of a list from the one before it.
func appendComma(b []byte) []byte {
	if b[len(b)-1] == '[' {
		return b
	}
	return append(b, ',')
}

// appendTried adds the rules that were tried, the first step under a name where there is one.
func (t *trail) appendTried(b []byte, name string) []byte {
	steps := t.telling()
	for i := range steps {
		s := &steps[i]
		if s.rule == "" {
			continue
		}
		b = append(appendComma(b), '{')
		if name != "" && i == 0 {
			b = append(appendText(append(b, `"fatto":`...), name), ',')
		}
		b = append(append(b, `"regola":"`...), s.rule...)
		if s.hit {
			b = append(b, `","esito":"APPLICATA","perche":"`...)
		} else {
			b = append(b, `","esito":"NON_APPLICATA","perche":"`...)
		}
		b = append(s.appendSentence(b), '"', '}')
	}
	return b
}

// appendCompared adds the values that were compared.
func (t *trail) appendCompared(b []byte) []byte {
	steps := t.telling()
	for i := range steps {
		s := &steps[i]
		if s.fact == "" {
			continue
		}
		b = append(append(appendComma(b), `{"fatto":"`...), s.fact...)
		b = s.appendPlain(append(b, `","valore":"`...), s.a)
		b = s.appendPlain(append(b, `","limite":"`...), s.b)
		b = strconv.AppendInt(append(b, `","differenza":`...), s.a-s.b, 10)
		if s.unit == unitCents {
			b = append(b, `,"unita":"centesimi"}`...)
		} else {
			b = append(b, `,"unita":"giorni"}`...)
		}
	}
	return b
}

// appendValues writes values by name, after those that are there.
func appendValues(b []byte, values []value) []byte {
	for _, v := range values {
		if v.text == "" && v.day <= 0 {
			continue
		}
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), v.name...), '"', ':')
		if v.day > 0 {
			b = append(v.day.Append(append(b, '"')), '"')
			continue
		}
		b = appendText(b, v.text)
	}
	return b
}

// appendSentence writes why the rule applied or did not, without the quotes.
func (s *step) appendSentence(b []byte) []byte {
	rest := s.why
	for {
		i := strings.IndexByte(rest, '%')
		if i < 0 || i+1 == len(rest) {
			return append(b, rest...)
		}
		b = append(b, rest[:i]...)
		switch rest[i+1] {
		case 'a':
			b = s.appendSpoken(b, s.a)
		case 'b':
			b = s.appendSpoken(b, s.b)
		case 'n':
			b = strconv.AppendInt(b, int64(s.n), 10)
		case 's':
			b = appendInside(b, s.s)
		default:
			b = append(b, rest[i:i+2]...)
		}
		rest = rest[i+2:]
	}
}

// appendSpoken writes a value as a sentence does, appendPlain as a table does.
func (s *step) appendSpoken(b []byte, v int64) []byte {
	switch s.unit {
	case unitDates:
		if v == 0 || pipeline.Date(v) == pipeline.MaxDate {
			return append(b, "data non nota"...)
		}
		y, m, d := pipeline.Date(v).Civil()
		b = append(b, byte('0'+d/10), byte('0'+d%10), '/', byte('0'+m/10), byte('0'+m%10), '/')
		return strconv.AppendInt(b, int64(y), 10)
	case unitCents:
		return append(append(b, pipeline.Cents(v).Italian()...), " euro"...)
	case unitDays:
	}
	return strconv.AppendInt(b, v, 10)
}

func (s *step) appendPlain(b []byte, v int64) []byte {
	switch s.unit {
	case unitDates:
		if v == 0 {
			return b
		}
		y, m, d := pipeline.Date(v).Civil()
		b = strconv.AppendInt(b, int64(y), 10)
		return append(b, '-', byte('0'+m/10), byte('0'+m%10), '-', byte('0'+d/10), byte('0'+d%10))
	case unitCents:
		return append(b, pipeline.Cents(v).String()...)
	case unitDays:
	}
	return strconv.AppendInt(b, v, 10)
}

// appendText appends a JSON string.
func appendText(b []byte, s string) []byte {
	return append(appendInside(append(b, '"'), s), '"')
}

// appendInside appends what stands between the quotes of a JSON string. Most texts need no escape.
func appendInside(b []byte, s string) []byte {
	plain, ascii := true, true
	for i := range len(s) {
		c := s[i]
		plain = plain && c >= 0x20 && c != '"' && c != '\\'
		ascii = ascii && c < utf8.RuneSelf
	}
	if plain && (ascii || utf8.ValidString(s)) {
		return append(b, s...)
	}
	q, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always encodes
	}
	return append(b, q[1:len(q)-1]...)
}
