package console

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
	"incrocio/writers/worksheet"
)

// Limits of an export from the console; a larger one is a matter of the command line.
const (
	maxExport = 10_000 // rows
	maxWhole  = 1_000  // rows with whole tax codes that anybody may export; more take a supervisor
)

// auditExport is the code of the audit row of an export.
const auditExport = "ESPORTAZIONE"

// exportPage asks how a list is to be written as a file.
type exportPage struct {
	Title    string
	Back     string // the list
	Query    string // of the list, without what names a person
	Formats  []choiceOf
	All      bool
	Whole    bool
	Purpose  string
	Mistakes mistakes
	MaxWhole int
}

// exportType is a format with its type.
type exportType struct {
	format      worksheet.Format
	label, mime string
}

var exportTypes = []exportType{
	{worksheet.XLSX, "Foglio di calcolo (xlsx)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{worksheet.CSV, "Testo separato da punti e virgola (csv)", "text/csv; charset=utf-8"},
	{worksheet.Parquet, "Parquet", "application/vnd.apache.parquet"},
}

// exportForm shows the form of an export of the list in the URL.
func (s *Server) exportForm(q *request) (view, error) {
	f := readFilters(worklist.KindException, q.form, q.session.kept)
	if len(f.Mistakes) > 0 {
		return view{Redirect: f.path()}, nil
	}
	return view{Template: "esporta", Data: newExportPage(f, string(worksheet.XLSX))}, nil
}

func newExportPage(f *filters, format string) *exportPage {
	p := &exportPage{Title: "Esporta la lista", Back: f.at(f.After), MaxWhole: maxWhole}
	if u, err := url.Parse(p.Back); err == nil {
		p.Query = u.RawQuery
	}
	for _, t := range exportTypes {
		p.Formats = append(p.Formats, choiceOf{string(t.format), t.label, string(t.format) == format})
	}
	return p
}

// export sends the list as a file: the page that is shown, or all that the filters ask for. Nothing is sent that the audit
// does not know of.
func (s *Server) export(q *request) (view, error) {
	query, err := url.ParseQuery(q.form.Get("elenco"))
	if err != nil {
		return view{}, errForm
	}
	f := readFilters(worklist.KindException, query, q.session.kept)
	if len(f.Mistakes) > 0 {
		return view{Redirect: f.path()}, nil
	}
	i := slices.IndexFunc(exportTypes, func(t exportType) bool { return string(t.format) == q.form.Get("formato") })
	p := newExportPage(f, q.form.Get("formato"))
	p.All, p.Whole, p.Purpose = q.form.Get("ambito") == "tutto", q.form.Get("codici") == "interi", strings.TrimSpace(q.form.Get("finalita"))
	p.check(i >= 0)
	var rows []worklist.Row
	if len(p.Mistakes) == 0 {
		if rows, err = s.exported(q, f, p); err != nil {
			return view{}, err
		}
	}
	if len(p.Mistakes) > 0 {
		return view{Template: "esporta", Data: p, Status: http.StatusUnprocessableEntity}, nil
	}
	t := exportTypes[i]
	body, name, err := s.sheet(q, f, p, t.format, rows)
	if err != nil {
		return view{}, err
	}
	return view{File: &download{Name: name, Type: t.mime, Body: body}}, nil
}

func (p *exportPage) check(known bool) {
	if !known {
		p.Mistakes.add("formato", "Il formato manca")
	}
	if p.Whole && p.Purpose == "" {
		p.Mistakes.add("finalita", "Per i codici fiscali interi serve la finalità")
	}
	if len([]rune(p.Purpose)) > worklist.MaxText {
		p.Mistakes.add("finalita", "La finalità è troppo lunga: al massimo 2.000 caratteri")
	}
	for _, word := range strings.Fields(p.Purpose) {
		if _, err := pipeline.ParseCodiceFiscale(strings.ToUpper(word)); err == nil {
			p.Mistakes.add("finalita", "La finalità contiene un codice fiscale, e resta nel registro")
			return
		}
	}
}

// exported gathers the rows, page by page.
func (s *Server) exported(q *request, f *filters, p *exportPage) (rows []worklist.Row, err error) {
	ask := f.query
	if p.All {
		ask.After, ask.Limit = "", worklist.MaxPage
	}
	for {
		page, err := s.Desk.List(q.Context(), q.who, &ask)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Rows...)
		switch {
		case p.Whole && len(rows) > maxWhole && q.who.Role != worklist.RoleSupervisor:
			p.Mistakes.add("codici", "Oltre 1.000 righe i codici fiscali interi sono riservati ai responsabili")
			return nil, nil
		case len(rows) > maxExport:
			p.Mistakes.add("ambito", "Le righe sono più di 10.000: restringere i filtri")
			return nil, nil
		case !p.All || page.Next == "":
			return rows, nil
		}
		ask.After = page.Next
	}
}

// sheet writes the file and tells the audit.
func (s *Server) sheet(q *request, f *filters, p *exportPage, format worksheet.Format, rows []worklist.Row) (body []byte, name string, err error) {
	ctx := q.Context()
	today, err := s.Desk.Today(ctx)
	if err != nil {
		return nil, "", err
	}
	at := s.Now().Truncate(time.Second)
	origin := worksheet.Origin{By: q.who.Name, At: pipeline.InstantOf(at), Filter: p.Query, Purpose: p.Purpose, Masked: !p.Whole}
	if origin.Night, err = s.Nights.Last(ctx); err != nil {
		return nil, "", err
	}
	mark := q.who.Name + " " + at.UTC().Format(time.RFC3339)
	lines := make([]workbook.Row, len(rows))
	for i := range rows {
		lines[i] = workbook.Of(&rows[i], today, !p.Whole, mark)
	}
	var b bytes.Buffer
	if err := worksheet.Write(&b, format, lines, &origin); err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(b.Bytes())
	detail, err := json.Marshal(struct {
		Format  string `json:"formato"`
		Rows    int    `json:"righe"`
		Masked  bool   `json:"codici_fiscali_nascosti"`
		SHA256  string `json:"sha256"`
		Filter  string `json:"filtro"`
		Purpose string `json:"finalita"`
	}{string(format), len(rows), !p.Whole, hex.EncodeToString(sum[:]), p.Query, p.Purpose})
	if err != nil {
		return nil, "", err
	}
	if err := s.Audit(ctx, q.who.Name, auditExport, string(detail)); err != nil {
		return nil, "", err
	}
	return b.Bytes(), "eccezioni-" + today.String() + "." + string(format), nil
}
