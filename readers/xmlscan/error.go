package xmlscan

import "strconv"

// Error says why a document cannot be read. It is returned by pointer, for errors.As.
type Error struct {
	Code   string // one of the discard codes of pipeline
	Offset int64  // byte where the fault was seen: in the document for a Scanner, in the stream for a Splitter
	Msg    string // in Italian, fit for a pipeline.Discard; never repeats what the document says
}

// Error gives code, place and message.
func (e *Error) Error() string {
	return e.Code + " at byte " + strconv.FormatInt(e.Offset, 10) + ": " + e.Msg
}
