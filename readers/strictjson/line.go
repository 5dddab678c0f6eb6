package strictjson

import (
	"incrocio/pipeline"
	"incrocio/readers/inbox"
)

// Line reads a document that is a line of JSON, with a cap on its strings and names. What read makes of the fields, with the code
// that the document bears, stands where none of them has a fault; else there is a discard, under that code.
func Line(doc inbox.Document, maxString int, read func(Object) (facts inbox.Parsed, code string)) inbox.Parsed {
	discard := func(f Fault, code string) inbox.Parsed {
		return inbox.Parsed{Discards: []pipeline.Discard{{Source: doc.Source, Code: f.Code, Message: f.Message, CommCode: code}}}
	}
	if doc.Format != inbox.JSON {
		return discard(Fault{pipeline.DiscardType, "qui si leggono solo righe JSON"}, "")
	}
	o, f := Parse(doc.Data, maxString)
	if f.Bad() {
		return discard(f, "")
	}
	facts, code := read(o)
	if f := o.Fault(); f.Bad() {
		return discard(f, code)
	}
	return facts
}
