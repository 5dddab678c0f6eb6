// Package inbox takes in files: it finds those that belong to a night, takes each apart and hands the documents in it,
// in order, to the parser of its flow.
//
// # The folder
//
//	inbox/<flow>/<file>               belongs to the last night of a call
//	inbox/<flow>/YYYY-MM-DD/<file>    belongs to the first night on or after the date
//
// Names that begin with a dot and names that end in .part or .tmp are left alone. Only regular files are read:
// a symbolic link, a FIFO or a device is refused without being opened, and a path never leaves the home.
//
// # What a file may be
//
//	document   = XML (one or several, one after another) | JSON (one) | JSON lines (one a line) | CSV (one a row)
//	compressed = gzip (one or more members) | zstd (one or more frames)
//	file       = document | compressed(document) | container | compressed(container)
//	container  = (zip | tar) of (document | compressed(document)), compressed once in all
//
// The content decides, by its first bytes; the name tells only what the content cannot: JSON from JSON lines, a table
// (.csv, in the flow voucher alone), and what a broken file was meant to be. Anything else (.p7m, .pdf, …) is a discard TIPO_NON_AMMESSO.
//
// Formats are those of RFC 1952 (gzip), RFC 8878 (zstd), APPNOTE.TXT 6.3.10 (zip) and POSIX.1-2001 pax and ustar
// with the GNU extensions for long names (tar).
//
// # What cannot be read
//
// It becomes a [pipeline.Discard], one for each document or entry concerned, and reading goes on with the next. Where
// a container breaks off, what was read whole before stays and the break is one discard. Errors are only for what
// is wrong with the machine, and then the night has to be repeated.
//
// # Encodings
//
// Documents reach the parser in UTF-8 without byte order mark. XML may declare ISO-8859-1 or windows-1252 and is then
// converted; everything else must be UTF-8, or is a discard CODIFICA_NON_VALIDA.
//
// # Memory
//
// Nothing holds a whole file. A few batches of documents are under way at a time, each of 256 KiB or one document.
package inbox
