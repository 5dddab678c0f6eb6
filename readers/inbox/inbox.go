package inbox

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"runtime"
	"sync"

	"incrocio/pipeline"
)

// Format says how the bytes of a document are to be read.
type Format uint8

// The formats.
const (
	XML Format = iota + 1
	JSON
	CSV // a row of a table
)

// String names the format.
func (f Format) String() string {
	switch f {
	case XML:
		return "XML"
	case JSON:
		return "JSON"
	case CSV:
		return "CSV"
	}
	return fmt.Sprintf("Format(%d)", uint8(f))
}

// Document is one document as a parser sees it.
type Document struct {
	Source pipeline.Source // with the digest of the bytes as received
	Format Format
	// Data is UTF-8 without byte order mark. An XML declaration, where there is one, says UTF-8 or nothing.
	// It belongs to the inbox and is valid until the parser returns.
	Data []byte
	// Header gives the names of the columns, where the document is a row of a table. It is shared and must not be written to.
	Header []string
}

// Parsed is what became of one document. A document is accepted where it gives at least one fact, or no discard.
// Unverified is set in a document that is nothing but a discard: what it says if its worker, whose code has a wrong check
// character, can be told by name and day of birth. Who does not look into that has the discard.
type Parsed struct {
	Communications []pipeline.Communication
	Submission     *pipeline.Submission
	Notice         *pipeline.Notice
	Question       *pipeline.DomesticQuestion
	Voucher        *pipeline.Voucher
	Discards       []pipeline.Discard
	Unverified     *pipeline.Communication
}

// Parser reads one document. It has no effects and may be called from several goroutines at once.
type Parser func(Document) Parsed

// Limits are the caps on what a file may hold. A zero field stands for its default.
type Limits struct {
	Document   int   // bytes of one document as received; default 4 MiB
	Line       int   // bytes of a line of JSON lines; default 1 MiB. A row of a table has the cap of csvrows.MaxRow
	TarEntries int   // entries of a tar, folders and links included; default 1,000,000
	ZipEntries int   // entries of a zip; default 100,000
	Unpacked   int64 // bytes that a file may hold once unpacked, where it is packed or compressed; default 8 GiB
	Spool      int64 // bytes of a compressed zip, which has to be unpacked into a temporary file; default 1 GiB
	Ratio      int64 // unpacked bytes for each compressed one; default 100
	// Grace is how many bytes a stream may unpack to before the ratio is looked at: a small archive of
	// nearly nothing compresses well without being an attack. Default 1 MiB.
	Grace   int64
	Window  int // bytes of history a zstd frame may ask for; default 32 MiB
	Name    int // bytes of the name of an entry; default 1,024
	Workers int // parsers at work at once for one file; default one for each core
}

// Defaults of [Limits].
const (
	DefaultDocument   = 4 << 20
	DefaultLine       = 1 << 20
	DefaultTarEntries = 1_000_000
	DefaultZipEntries = 100_000
	DefaultUnpacked   = 8 << 30
	DefaultSpool      = 1 << 30
	DefaultRatio      = 100
	DefaultGrace      = 1 << 20
	DefaultWindow     = 32 << 20
	DefaultName       = 1024
)

// DefaultLimits gives the limits with every default filled in.
func DefaultLimits() Limits { return Limits{}.filled() }

func (l Limits) filled() Limits {
	return Limits{
		Document:   cmp.Or(l.Document, DefaultDocument),
		Line:       cmp.Or(l.Line, DefaultLine),
		TarEntries: cmp.Or(l.TarEntries, DefaultTarEntries),
		ZipEntries: cmp.Or(l.ZipEntries, DefaultZipEntries),
		Unpacked:   cmp.Or(l.Unpacked, DefaultUnpacked),
		Spool:      cmp.Or(l.Spool, DefaultSpool),
		Ratio:      cmp.Or(l.Ratio, DefaultRatio),
		Grace:      cmp.Or(l.Grace, DefaultGrace),
		Window:     cmp.Or(l.Window, DefaultWindow),
		Name:       cmp.Or(l.Name, DefaultName),
		Workers:    cmp.Or(l.Workers, runtime.GOMAXPROCS(0)),
	}
}

// Box is the inbox of a home. It is safe for concurrent use, apart from [Box.Close].
type Box struct {
	root    *os.Root
	limits  Limits
	parsers map[pipeline.Flow]Parser
	tools   sync.Pool              // of *tools
	settled func(os.FileInfo) bool // nil: every file is
	columns map[pipeline.Flow][]string
	careful bool // for tests: no entry is taken at a glance

	mu   sync.Mutex
	read map[Unit]identity // the files that Read has read
}

// New opens the inbox of the home at dir, which must exist; its folder inbox need not. Files of a flow without a parser
// stay where they are. The box must be closed.
func New(dir string, limits Limits, parsers map[pipeline.Flow]Parser) (*Box, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open home: %w", err)
	}
	return &Box{
		root: root, limits: limits.filled(), parsers: maps.Clone(parsers),
		tools: sync.Pool{New: newTools}, read: map[Unit]identity{}, columns: map[pipeline.Flow][]string{},
	}, nil
}

// Columns says which columns the tables of a flow have. A table whose first row names none of them, in whatever case and between
// whatever separators, has no header. It must not be called while the box is used.
func (b *Box) Columns(flow pipeline.Flow, names []string) { b.columns[flow] = names }

// Close gives the home back.
func (b *Box) Close() error { return b.root.Close() }
