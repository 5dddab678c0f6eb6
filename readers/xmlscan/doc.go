// Package xmlscan reads XML 1.0 (fifth edition) with Namespaces 1.0 the strict way, from memory and without a copy.
//
// [Scanner] pulls tokens from one whole document. It refuses what the two recommendations forbid, and beyond them any
// document type declaration, any entity but the five predefined ones, any xml-stylesheet instruction, and whatever
// passes its caps ([MaxDepth], [MaxAttributes], [MaxMarkup], [MaxText]): a document from outside can neither make the
// program open a file nor make it use more memory than a small multiple of the document.
//
// [Splitter] cuts a stream of several documents, one after another, into documents, in bounded memory. It looks only for
// their borders and leaves judgement to the scanner.
package xmlscan
