package domestico

import (
	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/strictjson"
)

var _ inbox.Parser = Parse

// Parse reads one line of a file: a record of a relationship, a message, or a discard that says why there is neither.
// It may be called from several goroutines.
func Parse(doc inbox.Document) inbox.Parsed {
	return strictjson.Line(doc, strictjson.MaxString, func(o strictjson.Object) (inbox.Parsed, string) {
		switch relationship, message := o.Has("evento"), o.Has("quesito"); {
		case relationship == message:
			o.Fail(pipeline.DiscardKind, "evento", "è di un rapporto, quesito di un messaggio: serve l'uno o l'altro")
			return inbox.Parsed{}, ""
		case message:
			q := question(o)
			q.Source = doc.Source
			q.ID = questionIdentity(q)
			return inbox.Parsed{Question: q}, q.Protocol
		}
		c := communication(o)
		c.Source = doc.Source
		c.ID = identity(c)
		return inbox.Parsed{Communications: []pipeline.Communication{*c}}, c.Code
	})
}
