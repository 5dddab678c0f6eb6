package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/schedule"
)

// observe is told by the loop what happens.
func (s *scheduler) observe(e schedule.Event) {
	s.app.life.beat()
	s.mu.Lock()
	s.decision = e.Decision
	s.running = 0
	log := s.app.log
	switch e.Kind {
	case schedule.Ticked:
	case schedule.Jumped:
		log.Warn("the clock of the machine was changed", "di", e.Jump.Round(time.Second))
		s.figures.set.Jumped(e.Jump)
	case schedule.Decided:
		s.trouble = ""
		if d := e.Decision; d.State == schedule.Overdue {
			s.trouble = "serve la conferma di una persona"
			log.Error("too many nights are missing: nothing runs until a person agrees", "notti", d.Due, "dal", d.Date, "al", d.Newest,
				"comando", "incrocio schedule --confirm "+d.Newest.String())
		}
	case schedule.Started:
		s.running = e.Date
	case schedule.Finished:
		s.trouble = ""
	case schedule.Failed:
		code, _ := classify(e.Err)
		s.trouble = fmt.Sprintf("non riuscita (codice %d), nuovo tentativo fra %s", code, e.Retry)
		log.Error("the night failed", "notte", e.Date, "codice", code, "cause", e.Err, "nuovo tentativo fra", e.Retry)
	}
	s.mu.Unlock()
	if e.Kind != schedule.Ticked {
		s.tell(&e)
	}
}

// tell passes on what happened to those outside.
func (s *scheduler) tell(e *schedule.Event) {
	s.notify(s.manager.Status(s.status()))
	switch e.Kind {
	case schedule.Decided:
		s.app.log.Info(s.status())
		if e.Decision.State == schedule.Overdue {
			s.ping(s.monitor.Fail(s.ctx, s.status()))
		}
	case schedule.Finished:
		if e.Err != nil { // somebody else has published it
			s.app.log.Info("the night is published already", "notte", e.Date, "cause", e.Err)
			if err := s.figures.refresh(s.ctx); err != nil {
				s.app.log.Warn("the figures of the night could not be read", "cause", err)
			}
		}
		s.ping(s.monitor.Success(s.ctx, "notte del "+e.Date.String()))
	case schedule.Failed:
		// Another process at work, or a database that restarts, is no failure yet: a monitor waits for the success.
		if code, _ := classify(e.Err); code != exitLocked && code != exitTemporary {
			s.ping(s.monitor.Fail(s.ctx, s.status()))
		}
	}
}

// notify and ping tell of messages that did not arrive: they are not worth a night.
func (s *scheduler) notify(err error) {
	if err != nil {
		s.app.log.Warn("the service manager was not told", "cause", err)
	}
}

func (s *scheduler) ping(err error) {
	if err != nil && s.ctx.Err() == nil {
		s.app.log.Warn("the monitor was not told", "cause", err)
	}
}

// status says in one line what the program is doing.
func (s *scheduler) status() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.decision
	switch {
	case s.running != 0:
		text := "notte del " + s.running.String() + " in corso"
		if p := s.app.life.progress.Load(); p != nil {
			stage, n, of := p.Now()
			text += fmt.Sprintf(": %s %d/%d", stage, n, of)
		}
		return text
	case d.State == schedule.Overdue:
		return fmt.Sprintf("%d notti arretrate, dal %s al %s: %s", d.Due, d.Date, d.Newest, s.trouble)
	case d.State == schedule.Frozen:
		return fmt.Sprintf("fermo fino al %s, notti in attesa: %d", local(d.Wake), d.Due)
	case s.trouble != "":
		return "notte del " + d.Date.String() + " " + s.trouble
	case d.State == schedule.Due:
		return "notte del " + d.Date.String() + " da elaborare"
	case d.Date != 0:
		return fmt.Sprintf("in attesa: notte del %s, %s", d.Date, local(d.Wake))
	}
	return "in attesa"
}

// local writes a moment as clocks in Rome show it.
func local(t time.Time) string { return t.In(pipeline.Rome).Format("2006-01-02 15:04") }

// watchEvery is how often the status is told where no watchdog asks for more.
const watchEvery = 30 * time.Second

// watch tells the service manager how the program is, as often as its watchdog wants, until stop is called.
func (s *scheduler) watch() (stop func()) {
	if !s.manager.Listening() {
		return func() {}
	}
	every := watchEvery
	if w := s.manager.Watchdog(); w > 0 {
		every = min(every, w/3)
	}
	return repeat(every, s.sign)
}

// sign tells the service manager that the program lives, if it does: the manager ends one that hangs.
func (s *scheduler) sign() {
	if !s.app.life.alive(s.clock.Elapsed()) {
		s.notify(s.manager.Status("nessun segno di vita da " + silence.String() + ": " + s.status()))
		return
	}
	s.notify(s.manager.Alive())
	s.notify(s.manager.Status(s.status()))
}

// grace is how long after it falls due a night may take until the program counts as ill: with a night a day, the last
// success is 26 hours old by then.
const grace = 2 * time.Hour

// health is the answer of /healthz.
type health struct {
	Well   bool   `json:"sano"`
	Why    string `json:"motivo,omitempty"`
	Status string `json:"stato"`
}

// health tells whether nights are done when they should be.
func (s *scheduler) health() health {
	h := health{Well: true, Status: s.status()}
	s.mu.Lock()
	d := s.decision
	s.mu.Unlock()
	switch due, ok := s.expected(d); {
	case !s.app.life.alive(s.clock.Elapsed()):
		h.Well, h.Why = false, "nessun segno di vita da "+silence.String()
	case ok && s.clock.Now().Sub(due) > grace:
		h.Well, h.Why = false, fmt.Sprintf("la notte del %s doveva partire il %s", d.Date, local(due))
	}
	return h
}

// expected gives the moment at which the oldest night that is not done may start; false where there is none.
func (s *scheduler) expected(d schedule.Decision) (time.Time, bool) {
	if d.Date == 0 || d.State == schedule.Frozen {
		return time.Time{}, false
	}
	_, start, ok := s.schedule.Next(d.Date - 1)
	if then := s.schedule.At(start, d.Date-1, d.Date); then.State == schedule.Frozen {
		start = then.Wake
	}
	return start, ok
}

// Limits on whoever asks the server.
const (
	headerTime  = 5 * time.Second
	requestTime = 10 * time.Second
	idleTime    = time.Minute
	headerBytes = 16 << 10
)

// serve answers /healthz and /metrics until stop is called, where an address is configured.
func (s *scheduler) serve() (stop func(), err error) {
	address := s.config.Schedule.Listen
	if address == "" {
		return func() {}, nil
	}
	l, err := (&net.ListenConfig{}).Listen(s.ctx, "tcp", address)
	if err != nil {
		return nil, &codeError{exitConfig, fmt.Errorf("schedule.listen: %w", err), "give another address, or none"}
	}
	server := &http.Server{
		Handler:           s.routes(),
		ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: requestTime, IdleTimeout: idleTime,
		MaxHeaderBytes: headerBytes,
	}
	s.app.log.Info("listening", "indirizzo", l.Addr())
	var running sync.WaitGroup
	running.Go(func() {
		if err := server.Serve(l); err != http.ErrServerClosed {
			s.app.log.Error("the server of /healthz and /metrics ended", "cause", err)
		}
	})
	return func() { _ = server.Close(); running.Wait() }, nil
}

func (s *scheduler) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.figures.set.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		h := s.health()
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if !h.Well {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(h) // whoever asked may be gone
	})
	return mux
}
