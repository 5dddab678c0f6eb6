package domestico

import (
	"crypto/sha256"
	"encoding/hex"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/strictjson"
)

var _ inbox.Parser = Parse

// Parse reads one line of a file: a record of a relationship, a message, or a discard that says why there is neither.
// It may be called from several goroutines.
func Parse(doc inbox.Document) inbox.Parsed {
	src := doc.Source
	if src.SHA256 == "" {
		sum := sha256.Sum256(doc.Data)
		src.SHA256 = hex.EncodeToString(sum[:])
	}
	discard := func(f strictjson.Fault, code string) inbox.Parsed {
		return inbox.Parsed{Discards: []pipeline.Discard{{Source: src, Code: f.Code, Message: f.Message, CommCode: code}}}
	}
	if doc.Format != inbox.JSON {
		return discard(strictjson.Fault{Code: pipeline.DiscardType, Message: "qui si leggono solo righe JSON"}, "")
	}
	record, f := strictjson.Parse(doc.Data)
	if f.Bad() {
		return discard(f, "")
	}
	switch relationship, message := record.Has("evento"), record.Has("quesito"); {
	case relationship == message:
		return discard(strictjson.Fault{
			Code: pipeline.DiscardKind, Message: "serve evento, per un rapporto, oppure quesito, per un messaggio",
		}, "")
	case message:
		q := question(record)
		if f := record.Fault(); f.Bad() {
			return discard(f, q.Protocol)
		}
		q.Source = src
		q.ID = questionIdentity(q)
		return inbox.Parsed{Question: q}
	}
	c := communication(record)
	if f := record.Fault(); f.Bad() {
		return discard(f, c.Code)
	}
	c.Source = src
	c.ID = identity(c)
	return inbox.Parsed{Communications: []pipeline.Communication{*c}}
}
