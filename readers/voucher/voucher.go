package voucher

import (
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/readers/csvrows"
	"incrocio/readers/inbox"
	"incrocio/readers/strictjson"
)

var _ inbox.Parser = Parse

// Parse reads one row of a file: a payment, or a discard that says why there is none. It may be called from several
// goroutines.
func Parse(doc inbox.Document) inbox.Parsed {
	discard := func(f fault) inbox.Parsed {
		return inbox.Parsed{Discards: []pipeline.Discard{{Source: doc.Source, Code: f.code, Message: f.message}}}
	}
	if doc.Format != inbox.CSV {
		return discard(fault{pipeline.DiscardType, "qui si leggono solo tabelle CSV"})
	}
	cells, f := pick(doc.Header, doc.Data)
	if f.bad() {
		return discard(f)
	}
	v, f := voucher(cells)
	if f.bad() {
		return discard(f)
	}
	v.Source = doc.Source
	v.ID = identity(v)
	return inbox.Parsed{Voucher: v}
}

// fault says why a row cannot be used; the zero fault is none.
type fault struct{ code, message string }

func (f fault) bad() bool { return f.code != "" }

// The columns, in the order in which a row is judged.
const (
	worker = iota
	client
	kind
	day
	net
	width
)

var columns = [width]string{"codice_fiscale", "cf_committente", "tipo_committente", "data", "importo_netto"}

// Columns gives the names of the columns, as the header of a table has them.
func Columns() []string { return slices.Clone(columns[:]) }

// maxText is how many bytes a text of a row may have.
const maxText = 50

// pick gives the values of the columns, trimmed.
func pick(header []string, row []byte) (cells [width]string, f fault) {
	fields, ok := csvrows.Split(row)
	if !ok || len(fields) != len(header) {
		return cells, fault{pipeline.DiscardCSV, "numero di campi diverso dall'intestazione"}
	}
	for i, name := range columns {
		at := slices.Index(header, name)
		switch {
		case at < 0:
			return cells, fault{pipeline.DiscardCSV, "intestazione: manca la colonna " + name}
		case slices.Contains(header[at+1:], name):
			return cells, fault{pipeline.DiscardCSV, "intestazione: la colonna " + name + " è scritta due volte"}
		}
		cells[i] = strings.TrimSpace(fields[at])
	}
	return cells, fault{}
}

// voucher reads a row.
func voucher(cells [width]string) (*pipeline.Voucher, fault) {
	for i, cell := range cells {
		switch {
		case cell == "":
			return nil, wrong(pipeline.DiscardMissing, i, "dato mancante")
		case len(cell) > maxText:
			return nil, wrong(pipeline.DiscardTooLong, i, "testo troppo lungo")
		}
	}
	v := &pipeline.Voucher{Client: strings.ToUpper(cells[client]), ClientKind: cells[kind]}
	var err error
	if v.Worker, err = pipeline.ParseCodiceFiscale(cells[worker]); err != nil {
		return nil, wrong(pipeline.DiscardTaxCode, worker, "codice fiscale errato")
	}
	switch v.ClientKind {
	case pipeline.ClientBusiness, pipeline.ClientProfessional, pipeline.ClientOther:
	default:
		return nil, wrong(pipeline.DiscardValue, kind, "valore non ammesso")
	}
	if v.On, err = pipeline.ParseDate(cells[day]); err != nil {
		return nil, wrong(pipeline.DiscardDate, day, "data non leggibile")
	}
	if v.Net, err = pipeline.ParseCents(cells[net]); err != nil || v.Net < 0 {
		return nil, wrong(pipeline.DiscardAmount, net, "importo non valido")
	}
	return v, fault{}
}

func wrong(code string, column int, message string) fault {
	return fault{code, "colonna " + columns[column] + ": " + message}
}

// identity is the identity of what a row says. Rows of one file that say the same are told apart where payments of one
// person are gathered, see [pipeline.Voucher.Nth]: a row alone does not know how many there are.
func identity(v *pipeline.Voucher) pipeline.DocID {
	id := strictjson.NewIdentity("voucher/1")
	id.Text(string(v.Worker))
	id.Text(v.Client)
	id.Text(v.ClientKind)
	id.Text(v.On.String())
	id.Int(int64(v.Net))
	return id.DocID()
}
