package console

import (
	"strings"

	"incrocio/pipeline/worklist"
)

// domesticPage is the section of domestic work: the employers' questions by sede (msg INPS 2749/2018).
type domesticPage struct {
	Title    string
	From, To string
	Asked    bool
	Offices  []domesticOffice
	Count    int
	Mistakes mistakes
}

type domesticOffice struct {
	Office string
	Rows   []questionView
}

type questionView struct {
	worklist.Question
	Exception string // path; "" for none
	Files     []fileView
	Worker    string // codice fiscale of the worker whose claim it is about, whole
	Name      string
}

// fileView is an attachment: only what it is called and how large it is is known.
type fileView struct{ Name, Format, Size string }

// domesticDays is how far the section looks back where nothing else is asked for, maxDomesticDays at most.
const (
	domesticDays    = 30
	maxDomesticDays = 366
)

// domestic shows the questions of a range of days.
func (s *Server) domestic(q *request) (view, error) {
	today, err := s.Desk.Today(q.Context())
	if err != nil {
		return view{}, err
	}
	p := &domesticPage{Title: "Lavoro domestico", From: strings.TrimSpace(q.form.Get("dal")), To: strings.TrimSpace(q.form.Get("al"))}
	from, to := today-domesticDays+1, today
	if p.From != "" || p.To != "" {
		from, to = p.Mistakes.day("dal", "Il primo giorno", p.From), p.Mistakes.day("al", "L'ultimo giorno", p.To)
		switch {
		case from == 0 || to == 0:
		case to < from:
			p.Mistakes.add("al", "L'ultimo giorno viene prima del primo")
		case to-from >= maxDomesticDays:
			p.Mistakes.add("al", "L'intervallo supera un anno")
		}
	} else {
		p.From, p.To = from.String(), to.String()
	}
	if len(p.Mistakes) > 0 {
		return view{Template: "domestico", Data: p, Status: 422}, nil
	}
	sheets, err := s.Desk.Questions(q.Context(), q.who, from, to)
	if err != nil {
		return view{}, err
	}
	p.Asked = true
	p.lay(sheets)
	return view{Template: "domestico", Data: p}, nil
}

// lay puts questions, which come by sede, under their sedi.
func (p *domesticPage) lay(sheets []worklist.Sheet) {
	for i := range sheets {
		sh := &sheets[i]
		if sh.Question == nil {
			continue
		}
		v := questionView{Question: *sh.Question}
		if sh.Question.Exception != "" {
			v.Exception = pathOf(worklist.Key{Kind: worklist.KindException, ID: sh.Question.Exception})
		}
		if sh.Claim != nil {
			v.Worker = string(sh.Claim.TaxCode)
			v.Name = strings.TrimSpace(sh.Claim.Surname + " " + sh.Claim.GivenName)
		}
		for _, a := range sh.Question.Attachments {
			v.Files = append(v.Files, fileView{a.Name, a.Format, size(a.Bytes)})
		}
		if n := len(p.Offices); n == 0 || p.Offices[n-1].Office != sh.Office {
			p.Offices = append(p.Offices, domesticOffice{Office: sh.Office})
		}
		o := &p.Offices[len(p.Offices)-1]
		o.Rows = append(o.Rows, v)
		p.Count++
	}
}

// size writes a number of bytes: "120 kB", "1,4 MB".
func size(n int64) string {
	switch {
	case n < 1000:
		return count(n, "byte", "byte")
	case n < 1_000_000:
		return thousands((n+500)/1000) + " kB"
	}
	tenths := (n + 50_000) / 100_000
	return thousands(tenths/10) + "," + thousands(tenths%10) + " MB"
}
