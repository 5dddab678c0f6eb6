package console

import (
	"strconv"
	"strings"

	"incrocio/pipeline"
)

// mistake is something wrong with a field of a form: listed at the top of the page and told at the field.
type mistake struct{ Field, Text string }

// mistakes are those of a form, in the order of its fields.
type mistakes []mistake

func (p *mistakes) add(field, text string) { *p = append(*p, mistake{field, text}) }

// Of gives what is wrong with a field; "" for nothing.
func (p mistakes) Of(field string) string {
	for _, x := range p {
		if x.Field == field {
			return x.Text
		}
	}
	return ""
}

// day reads a date of a form: as browsers send it, or as people write it where the browser has no calendar. It gives 0 and
// a mistake for what is no date, and for none.
func (p *mistakes) day(field, what, text string) pipeline.Date {
	if text == "" {
		p.add(field, what+" manca")
		return 0
	}
	d, ok := readDay(text)
	if !ok {
		p.add(field, what+" non è una data: scrivere per esempio 31/12/2014")
	}
	return d
}

// readDay reads YYYY-MM-DD or D/M/YYYY.
func readDay(text string) (pipeline.Date, bool) {
	if d, err := pipeline.ParseDate(text); err == nil {
		return d, true
	}
	parts := strings.Split(text, "/")
	if len(parts) != 3 || len(parts[2]) != 4 {
		return 0, false
	}
	var n [3]int
	for i, part := range parts {
		v, err := strconv.Atoi(part)
		if err != nil || len(part) > 4 || part[0] == '+' || part[0] == '-' {
			return 0, false
		}
		n[i] = v
	}
	return pipeline.MakeDate(n[2], n[1], n[0])
}
