package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// textHandler writes messages for people, one a line: "note: text key=value". Control characters are escaped, so that
// a file name cannot steer a terminal.
//
// Sentences are English, as errors and hints are, and keys Italian, but for "cause", which is an error. Italian are the warnings
// of a night, which stand in its report too, and the status of the scheduler, which service managers and monitors are told.
type textHandler struct {
	mu    *sync.Mutex
	w     io.Writer
	attrs []slog.Attr
}

func newTextHandler(w io.Writer) *textHandler { return &textHandler{mu: &sync.Mutex{}, w: w} }

// Enabled leaves debugging messages out.
func (h *textHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

// Handle writes one message.
func (h *textHandler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	if r.Level >= slog.LevelWarn {
		b.WriteString(strings.ToLower(r.Level.String()) + ": ")
	}
	b.WriteString(printable(r.Message))
	add := func(at slog.Attr) bool {
		fmt.Fprintf(&b, " %s=%s", at.Key, printable(at.Value.Resolve().String()))
		return true
	}
	for _, at := range h.attrs {
		add(at)
	}
	r.Attrs(add)
	b.WriteByte('\n')
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := io.WriteString(h.w, b.String())
	return err
}

// WithAttrs gives a handler that adds attributes to every message.
func (h *textHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	c.attrs = append(append([]slog.Attr{}, h.attrs...), attrs...)
	return &c
}

// WithGroup has no effect: the messages are flat.
func (h *textHandler) WithGroup(string) slog.Handler { return h }

// printable escapes what a terminal would act on.
func printable(s string) string {
	clean := true
	for _, r := range s {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x202e {
			clean = false
		}
	}
	if clean {
		return s
	}
	q := fmt.Sprintf("%q", s)
	return q[1 : len(q)-1]
}
