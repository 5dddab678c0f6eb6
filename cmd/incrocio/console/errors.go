package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// What the server itself refuses.
var (
	errNoPage  = errors.New("no such page")
	errMethod  = errors.New("wrong method")
	errNobody  = errors.New("nobody is signed in")
	errForeign = errors.New("request from another site")
	errHost    = errors.New("request for another host")
	errLarge   = errors.New("form too large")
	errSlow    = errors.New("form too slow")
	errType    = errors.New("form of another type")
	errForm    = errors.New("malformed form")
	errTooMany = errors.New("too many requests")
	errBusy    = errors.New("no more at once")
	errRefused = errors.New("identity refused")
	errAway    = errors.New("the provider is out of reach")
)

// problem is the data of the page errore.
type problem struct {
	Title string
	Text  string
	ID    string // of a fault, as in the log; "" for what is none
	Entry bool   // signing in helps
	Back  bool   // the page before can be mended
}

// refusal is how an error is told. The first row that matches counts.
type refusal struct {
	err    error
	status int
	problem
}

var refusals = []refusal{
	{errNoPage, http.StatusNotFound, problem{Title: "Pagina non trovata", Text: "L'indirizzo non corrisponde a nessuna pagina."}},
	{errMethod, http.StatusMethodNotAllowed, problem{Title: "Richiesta non ammessa", Text: "Questa pagina non risponde a richieste di questo tipo."}},
	{errNobody, http.StatusUnauthorized, problem{Title: "Accesso scaduto", Text: "Nulla è stato registrato: entrare di nuovo e ripetere l'operazione.", Entry: true}},
	{errForeign, http.StatusForbidden, problem{Title: "Richiesta rifiutata", Text: "La richiesta non viene da una pagina di questa console."}},
	{errHost, http.StatusMisdirectedRequest, problem{Title: "Indirizzo errato", Text: "La console non risponde sotto questo nome."}},
	{errLarge, http.StatusRequestEntityTooLarge, problem{Title: "Troppi dati", Text: "Il modulo o il file supera la dimensione ammessa.", Back: true}},
	{errSlow, http.StatusRequestTimeout, problem{Title: "Tempo scaduto", Text: "I dati non sono arrivati in tempo: riprovare.", Back: true}},
	{errType, http.StatusUnsupportedMediaType, problem{Title: "Richiesta non ammessa", Text: "I dati non sono quelli di un modulo di questa console."}},
	{errForm, http.StatusBadRequest, problem{Title: "Dati non leggibili", Text: "Il modulo contiene caratteri o parti non ammesse.", Back: true}},
	{errTooMany, http.StatusTooManyRequests, problem{Title: "Troppe richieste", Text: "Attendere qualche secondo e riprovare."}},
	{errBusy, http.StatusServiceUnavailable, problem{Title: "Console occupata", Text: "Riprovare fra qualche secondo."}},
	{errRefused, http.StatusForbidden, problem{Title: "Accesso negato", Text: "L'identità non è stata confermata o non è abilitata a nessuna sede. Rivolgersi a chi gestisce le abilitazioni."}},
	{errAway, http.StatusServiceUnavailable, problem{Title: "Accesso non disponibile", Text: "Il servizio che conferma le identità non risponde: riprovare fra qualche minuto."}},
	{worklist.ErrUnknown, http.StatusNotFound, problem{Title: "Elemento non trovato", Text: "L'elemento non esiste."}},
	{worklist.ErrRole, http.StatusForbidden, problem{Title: "Operazione non consentita", Text: "Il ruolo non lo consente."}},
	{store.ErrTemporary, http.StatusServiceUnavailable, problem{Title: "Archivio non raggiungibile", Text: "Non si sa se l'operazione sia stata registrata: riprovare fra qualche secondo; ripetuta, non si raddoppia."}},
}

// retryAfter is what is told to who shall come back, in seconds.
const retryAfter = 5

// failure makes the page of an error. A text of this program is shown; that of another is only in the log, without data.
func (s *Server) failure(q *request, err error) view {
	v := view{Template: "errore", header: http.Header{}}
	var p problem
	v.Status, p = s.explain(q, err)
	v.Data = p
	switch v.Status {
	case http.StatusUnauthorized:
		if q.Method == http.MethodGet || q.Method == http.MethodHead {
			return view{Redirect: entryPath(q.URL.RequestURI()), header: v.header}
		}
		v.header.Set("WWW-Authenticate", `Sessione realm="incrocio"`) // RFC 9110 wants one; browsers ask nothing for it
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		v.header.Set("Retry-After", strconv.Itoa(retryAfter))
	case http.StatusRequestEntityTooLarge, http.StatusRequestTimeout:
		v.header.Set("Connection", "close")
	}
	return v
}

func (s *Server) explain(q *request, err error) (int, problem) {
	for i := range refusals {
		if r := &refusals[i]; errors.Is(err, r.err) {
			if r.status == http.StatusServiceUnavailable {
				s.Log.Warn("the console could not answer", "rotta", q.route.Pattern, "cause", err)
			}
			return r.status, r.problem
		}
	}
	var conflict *worklist.ConflictError
	switch {
	case errors.As(err, &conflict):
		return http.StatusConflict, problem{Title: "L'elemento è cambiato nel frattempo", Text: sentence(conflict) + " Nulla è stato registrato.", Back: true}
	case errors.Is(err, worklist.ErrIncomplete):
		return http.StatusUnprocessableEntity, problem{Title: "Dati incompleti o non validi", Text: sentence(err), Back: true}
	case q.Context().Err() != nil && errors.Is(err, context.Canceled): // nobody is there to read it
		return http.StatusServiceUnavailable, problem{Title: "Richiesta interrotta", Text: "Riprovare."}
	}
	for _, known := range []error{
		worklist.ErrNotClosable, worklist.ErrNoDecision, worklist.ErrSamePerson, worklist.ErrState, worklist.ErrGone, worklist.ErrTooLate,
		worklist.ErrNotGranted, worklist.ErrToken,
	} {
		if errors.Is(err, known) {
			return http.StatusConflict, problem{Title: "Operazione non possibile", Text: sentence(known) + " Nulla è stato registrato.", Back: true}
		}
	}
	return s.fault(q, "cause", err)
}

// fault tells of what should not happen, by a number that is in the log too.
func (s *Server) fault(q *request, args ...any) (int, problem) {
	id := s.draw()[:8]
	s.Log.Error("the console failed", append([]any{"guasto", id, "rotta", q.route.Pattern}, args...)...)
	return http.StatusInternalServerError, problem{Title: "Guasto", Text: "La richiesta non è riuscita. Il guasto è stato registrato.", ID: id}
}

// sentence makes a sentence of the text of an error.
func sentence(err error) string {
	text := []rune(err.Error())
	if len(text) > 0 && text[0] >= 'a' && text[0] <= 'z' {
		text[0] -= 'a' - 'A'
	}
	return string(text) + "."
}

// panicked is the text of a panic for the log: its type, and what is known to name no data.
func panicked(v any) string {
	if e, ok := v.(interface {
		error
		RuntimeError()
	}); ok {
		return e.Error()
	}
	return fmt.Sprintf("%T", v)
}
