package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/schedule"
	"incrocio/writers/metrics"
	"incrocio/writers/ping"
)

// Defaults of the schedule. 01:30 lies outside the hour that the change of the clocks takes away or repeats.
const (
	defaultCron   = "30 1 * * *"
	defaultSettle = time.Minute
)

// scheduleConfig is the part of the configuration that schedule works by.
type scheduleConfig struct {
	Cron     string
	CatchUp  int
	Freeze   string // see parseFreeze
	Jitter   time.Duration
	Listen   string // "" for nowhere
	Textfile string // "" for none
	Ping     string // "" for nobody
}

// schedule gives the schedule that is configured. seed makes its jitter differ from that of another installation.
func (c *scheduleConfig) schedule(seed string) (*schedule.Schedule, error) {
	freezes, err := parseFreeze(c.Freeze)
	if c.CatchUp == 0 {
		err = errors.Join(err, errors.New("schedule.catch_up: 0 is not positive"))
	}
	s, serr := schedule.New(schedule.Config{
		Spec: c.Cron, Location: pipeline.Rome, Freezes: freezes, CatchUp: c.CatchUp, Jitter: c.Jitter, Seed: seed,
	})
	if serr != nil {
		serr = fmt.Errorf("schedule: %w", serr)
	}
	return s, errors.Join(err, serr)
}

func (c *scheduleConfig) validate() error {
	_, err := c.schedule("")
	errs := []error{err}
	if c.Listen != "" {
		if _, _, err := net.SplitHostPort(c.Listen); err != nil {
			errs = append(errs, fmt.Errorf("schedule.listen: %q is not an address and a port, such as 127.0.0.1:9110", c.Listen))
		}
	}
	if c.Textfile != "" && filepath.Ext(c.Textfile) != metrics.Suffix {
		errs = append(errs, fmt.Errorf("schedule.textfile: %q does not end in %s", c.Textfile, metrics.Suffix))
	}
	if _, err := ping.New(c.Ping, ""); err != nil {
		errs = append(errs, fmt.Errorf("schedule.ping: %w", err))
	}
	return errors.Join(errs...)
}

// parseFreeze reads days and ranges of days, both ends included: "2026-12-24/2027-01-06, 2027-04-05".
func parseFreeze(text string) (periods []pipeline.Period, err error) {
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		from, to, ranged := strings.Cut(part, "/")
		if !ranged {
			to = from
		}
		first, err1 := pipeline.ParseDate(strings.TrimSpace(from))
		last, err2 := pipeline.ParseDate(strings.TrimSpace(to))
		if err1 != nil || err2 != nil {
			err = errors.Join(err, fmt.Errorf("schedule.freeze: %q is neither a date nor two with a / between, YYYY-MM-DD/YYYY-MM-DD", part))
			continue
		}
		periods = append(periods, pipeline.Period{From: first, To: last})
	}
	return periods, err
}

// setTexts takes a text, or a list of them, which becomes one with commas.
func setTexts(to *string, v any) error {
	list, ok := v.([]any)
	if !ok {
		return setText(to, v)
	}
	parts := make([]string, len(list))
	for i, v := range list {
		if err := setText(&parts[i], v); err != nil {
			return err
		}
	}
	*to = strings.Join(parts, ", ")
	return nil
}

// maskPing hides all of an address but where it is: whoever knows the rest can speak for this program.
func maskPing(s string) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return hidden
	}
	return u.Scheme + "://" + u.Host + "/" + hidden
}
