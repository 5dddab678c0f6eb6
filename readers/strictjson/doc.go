// Package strictjson reads one JSON text (RFC 8259) the strict way: UTF-8 only, no name twice in an object, names told
// apart by case, no unpaired surrogate, depth, string and element counts under caps. The standard decoder lets all of
// these through: it replaces bad bytes, matches names in any case and takes the last of two.
//
// [Line] takes a document of a flow apart; [Object] reads fields of the domain from it and keeps the first fault, so that a
// reader lists its fields in order and leaves it to Line to ask once, at the end, whether the record is good.
package strictjson
