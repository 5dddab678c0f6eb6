// Package ping tells a monitor outside that a night has begun, ended well or failed, in the manner of Healthchecks
// (https://healthchecks.io/docs/http_api/): a POST to the address of the check, with /start or /fail behind it. Whoever
// waits for the messages notices when none comes.
package ping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Timeout is how long a message may take.
const Timeout = 10 * time.Second

// ErrAddress is returned for an address that is none of a monitor: it must be https, or http on this very machine, since
// whoever knows it can speak for the program.
var ErrAddress = errors.New("not https://, nor http:// on this machine")

// Monitor is who is told. A nil Monitor is told nothing.
type Monitor struct {
	address *url.URL
	agent   string
	client  *http.Client
}

// New gives the monitor at an address, nil for "". agent is how the program calls itself.
func New(address, agent string) (*Monitor, error) {
	if address == "" {
		return nil, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, ErrAddress // without the address, which is as good as a password
	}
	return &Monitor{address: u, agent: agent, client: &http.Client{
		Timeout:       Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Start says that something has begun. text, here and below, is kept by the monitor for people.
func (m *Monitor) Start(ctx context.Context, text string) error { return m.say(ctx, "/start", text) }

// Success says that it has ended well.
func (m *Monitor) Success(ctx context.Context, text string) error { return m.say(ctx, "", text) }

// Fail says that it has failed, or does not begin.
func (m *Monitor) Fail(ctx context.Context, text string) error { return m.say(ctx, "/fail", text) }

// say sends one message. Errors do not show the address.
func (m *Monitor) say(ctx context.Context, what, text string) error {
	if m == nil {
		return nil
	}
	u := *m.address
	u.Path = strings.TrimSuffix(u.Path, "/") + what
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(text))
	if err != nil {
		return fmt.Errorf("ping %s: %w", u.Host, ErrAddress)
	}
	r.Header.Set("User-Agent", m.agent)
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	a, err := m.client.Do(r)
	if err != nil {
		var e *url.Error
		if errors.As(err, &e) {
			err = e.Err
		}
		return fmt.Errorf("ping %s: %w", u.Host, err)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(a.Body, 4096)) // a connection is used again once it was read
	if err = errors.Join(err, a.Body.Close()); err != nil {
		return fmt.Errorf("ping %s: %w", u.Host, err)
	}
	if a.StatusCode < http.StatusOK || a.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("ping %s: it answers %s", u.Host, a.Status)
	}
	return nil
}
