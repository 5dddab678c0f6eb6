// Package metrics keeps the figures that a monitoring system looks at, and gives them to Prometheus in its text format
// 0.0.4: over HTTP, or in a text file that the collector of files of node_exporter picks up. No figure names a person or an
// office.
package metrics

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Suffix is how the name of a text file must end for its collector to see it.
const Suffix = ".prom"

const (
	namespace   = "incrocio"
	recordsName = "records_total"
)

// family is a figure, with a value for each set of labels: "" for one without any.
type family struct {
	name, kind, help string
	values           map[string]float64
}

// Set is the figures of one home. It is safe for concurrent use: who reads it sees a night whole or not at all.
type Set struct {
	lease func() time.Duration

	mu                                                                               sync.RWMutex
	lastSuccess, duration, records, exceptions, discardRatio, publishBytes, verified family
	clockJump, leaseAge                                                              family
}

// New makes a set in which nothing has happened yet. lease tells how long the lease in force has been held by this
// process, 0 where it holds none; it is called by whoever reads the set.
func New(lease func() time.Duration) *Set {
	one := func(name, help string) family {
		return family{name, "gauge", help, map[string]float64{"": 0}}
	}
	many := func(name, kind, help string) family { return family{name, kind, help, map[string]float64{}} }
	return &Set{
		lease:       lease,
		lastSuccess: one("last_success_timestamp_seconds", "When a night was last published; 0 for never."),
		duration:    many("run_duration_seconds", "gauge", "How long each stage of the last published night took, and all of it (totale)."),
		records:     many(recordsName, "counter", "Documents that published nights have read, by flow and by what became of them."),
		exceptions: many("exceptions_open", "gauge",
			"Exceptions that wait for an operator after the last published night, by class and by age or missed term."),
		discardRatio: one("discard_ratio", "Share of the documents of the last published night that were discarded, 0 to 1."),
		publishBytes: one("publish_bytes", "Size of the folder of the last published night."),
		verified:     one("verify_last_success_timestamp_seconds", "When verify last found the last published night undamaged; 0 for never."),
		clockJump:    one("clock_jump_seconds", "The last step of the wall clock against the time gone by, positive forward; 0 for none since the start."),
		leaseAge:     one("lease_age_seconds", "How long this process has held the lock of the night; 0 while it holds none."),
	}
}

// Night is what a published night brought.
type Night struct {
	Stages []Stage
	Flows  []Flow
	Open   []Open
	Bytes  int64 // of the published folder
}

// Stage is a stage of a night and the time it took.
type Stage struct {
	Name string
	Took time.Duration
}

// Flow counts the documents of a flow by what became of them.
type Flow struct {
	Name                          string
	Accepted, Discarded, Repeated int64
}

// Open counts exceptions of a class (severity) and age.
type Open struct {
	Severity, Age string
	N             int64
}

// Values of the label outcome.
const (
	accepted  = "accettato"
	discarded = "scartato"
	repeated  = "ripetuto"
)

// Night enters a published night in the place of the one before; documents are added up.
func (s *Set) Night(n *Night) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.duration.values)
	for _, x := range n.Stages {
		s.duration.values[fmt.Sprintf("stage=%q", x.Name)] = x.Took.Seconds()
	}
	var read, refused int64
	for _, f := range n.Flows {
		s.count(accepted, f.Name, float64(f.Accepted))
		s.count(discarded, f.Name, float64(f.Discarded))
		s.count(repeated, f.Name, float64(f.Repeated))
		read += f.Accepted + f.Discarded + f.Repeated
		refused += f.Discarded
	}
	s.discardRatio.values[""] = float64(refused) / float64(max(read, 1))
	s.publishBytes.values[""] = float64(n.Bytes)
	s.waiting(n.Open)
}

func (s *Set) count(outcome, flow string, n float64) {
	s.records.values[fmt.Sprintf("outcome=%q,source=%q", outcome, flow)] += n
}

// Exceptions enters the exceptions that are open in the place of those before.
func (s *Set) Exceptions(open []Open) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting(open)
}

func (s *Set) waiting(open []Open) {
	clear(s.exceptions.values)
	for _, o := range open {
		s.exceptions.values[fmt.Sprintf("age=%q,severity=%q", o.Age, o.Severity)] += float64(o.N)
	}
}

// Published enters when a night was last published; the zero time says nothing.
func (s *Set) Published(at time.Time) { s.set(&s.lastSuccess, at) }

// Verified enters when the last night was last found undamaged; the zero time says nothing.
func (s *Set) Verified(at time.Time) { s.set(&s.verified, at) }

func (s *Set) set(f *family, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !at.IsZero() {
		f.values[""] = float64(at.UnixMilli()) / 1000
	}
}

// Jumped enters a step of the wall clock.
func (s *Set) Jumped(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clockJump.values[""] = by.Seconds()
}

// text gives the set in Prometheus's text format, families and labels in order.
func (s *Set) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaseAge.values[""] = s.lease().Seconds()
	var b strings.Builder
	for _, f := range [...]*family{ // by name
		&s.clockJump, &s.discardRatio, &s.exceptions, &s.lastSuccess, &s.leaseAge, &s.publishBytes, &s.records, &s.duration, &s.verified,
	} {
		f.write(&b)
	}
	return b.String()
}

func (f *family) write(b *strings.Builder) {
	if len(f.values) == 0 {
		return
	}
	name := namespace + "_" + f.name
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", name, f.help, name, f.kind)
	for _, labels := range slices.Sorted(maps.Keys(f.values)) {
		b.WriteString(name)
		if labels != "" {
			b.WriteString("{" + labels + "}")
		}
		b.WriteString(" " + strconv.FormatFloat(f.values[labels], 'g', -1, 64) + "\n")
	}
}

// Handler serves the set to Prometheus.
func (s *Set) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write([]byte(s.text())) // whoever asked may be gone
	})
}

// Write writes the set to a text file, whole or not at all. The file can be read by everybody: it holds no data of
// persons, and its collector is another user.
func (s *Set) Write(path string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path))
	if err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	_, err = f.WriteString(s.text())
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write metrics: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// record is a line of a text file that [Set.Write] has written.
var record = regexp.MustCompile(`^` + namespace + `_` + recordsName + `\{outcome="([a-z]+)",source="([a-z]+)"\} ([0-9.e+]+)$`)

// Resume adds to the documents those of a text file, so that one process after another counts on. A file that is not
// there, and lines that are none of [Set.Write]'s, say nothing.
func (s *Set) Resume(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read metrics: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		m := record.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		if n, err := strconv.ParseFloat(m[3], 64); err == nil {
			s.count(m[1], m[2], n)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read metrics: %w", err)
	}
	return nil
}
