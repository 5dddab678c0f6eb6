package console

import (
	"strconv"
	"strings"

	"incrocio/pipeline/worklist"
)

// approvalsPage is what waits for a second person.
type approvalsPage struct {
	Title  string
	Theirs []requestView // of others: may be approved
	Mine   []requestView // one's own: shown, and nothing more
	Works  bool
	Token  string
	Done   *outcome
	// What was wrong with a form, with what was in it.
	Mistakes mistakes
	Reason   string
	Ticked   map[int64]bool
}

// requestView is a closing, or a bulk of them, as it is shown.
type requestView struct {
	worklist.Request
	Number int64 // by which it is approved
	Text   string
	Items  []rowView
}

// approvals shows what waits for a second person.
func (s *Server) approvals(q *request) (view, error) {
	p, err := s.newApprovalsPage(q)
	if err != nil {
		return view{}, err
	}
	return view{Template: "approvazioni", Data: p}, nil
}

func (s *Server) newApprovalsPage(q *request) (*approvalsPage, error) {
	today, err := s.Desk.Today(q.Context())
	if err != nil {
		return nil, err
	}
	all, err := s.Desk.Requests(q.Context(), q.who)
	if err != nil {
		return nil, err
	}
	p := &approvalsPage{Title: "Approvazioni", Works: q.who.Works(), Token: q.token(), Done: q.outcome(s.instant()), Ticked: map[int64]bool{}}
	for i := range all {
		v := requestView{Request: all[i], Number: numberOf(&all[i]), Text: decisionText(all[i].Decision)}
		for j := range all[i].Rows {
			v.Items = append(v.Items, newRowView(&all[i].Rows[j], today, q.who))
		}
		if all[i].Person == q.who.ID() {
			p.Mine = append(p.Mine, v)
		} else {
			p.Theirs = append(p.Theirs, v)
		}
	}
	return p, nil
}

// numberOf is the number by which a request is answered: that of the bulk, or of its one closing.
func numberOf(r *worklist.Request) int64 {
	if r.Group != 0 {
		return r.Group
	}
	return r.Number
}

// group reads the number of a closing out of a form.
func (q *request) group() (int64, bool) {
	n, err := strconv.ParseInt(q.form.Get("gruppo"), 10, 64)
	return n, err == nil && n > 0
}

// judge approves or rejects the closings that were ticked, each by itself: what cannot be done to one keeps no other from it.
func (s *Server) judge(q *request) (view, error) {
	var groups []int64
	for _, text := range q.form["gruppo"] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n <= 0 {
			return view{}, errForm
		}
		groups = append(groups, n)
	}
	verb := worklist.VerbApprove
	switch q.form.Get("azione") {
	case "approva":
	case "respingi":
		verb = worklist.VerbReject
	default:
		return view{}, errForm
	}
	reason := strings.TrimSpace(q.form.Get("motivo"))
	var wrong mistakes
	if len(groups) == 0 {
		wrong.add("gruppo", "Nessuna chiusura è selezionata")
	}
	if verb == worklist.VerbReject && reason == "" {
		wrong.add("motivo", "Per respingere serve il motivo")
	}
	if len(wrong) > 0 {
		return s.misjudged(q, wrong, reason, groups)
	}
	return s.judgeAll(q, verb, reason, groups)
}

func (s *Server) misjudged(q *request, wrong mistakes, reason string, groups []int64) (view, error) {
	p, err := s.newApprovalsPage(q)
	if err != nil {
		return view{}, err
	}
	p.Mistakes, p.Reason = wrong, reason
	for _, g := range groups {
		p.Ticked[g] = true
	}
	return view{Template: "approvazioni", Data: p, Status: 422}, nil
}

func (s *Server) judgeAll(q *request, verb worklist.Verb, reason string, groups []int64) (view, error) {
	all := worklist.Receipt{}
	var c *worklist.Command
	for _, g := range groups {
		c = &worklist.Command{Verb: verb, Group: g, Text: reason}
		r, err := s.do(q, c)
		if err != nil {
			if len(groups) == 1 {
				return view{}, err
			}
			if status, p := s.explain(q, err); status < 500 {
				all.Results = append(all.Results, worklist.Result{Key: worklist.Key{ID: "chiusura " + strconv.FormatInt(g, 10)}, Err: textError(p.Text)})
				continue
			}
			return view{}, err
		}
		all.Results = append(all.Results, r.Results...)
	}
	if len(all.Results) == 1 && all.Results[0].Err != nil {
		return view{}, all.Results[0].Err
	}
	return view{Redirect: q.keepOutcome(s.outcomeOf(c, &all), "/approvazioni")}, nil
}

// textError is an error whose text is a sentence already.
type textError string

func (e textError) Error() string { return strings.TrimSuffix(string(e), ".") }
