// Package metrics keeps the figures that a monitoring system looks at, and gives them to Prometheus: over HTTP, or in a
// text file that the collector of files of node_exporter picks up. No figure names a person or an office.
package metrics

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Suffix is how the name of a text file must end for its collector to see it.
const Suffix = ".prom"

const (
	namespace   = "incrocio"
	recordsName = "records_total"
)

// Set is the figures of one home. It is safe for concurrent use: who reads it sees a night whole or not at all.
type Set struct {
	mu       sync.RWMutex // read by who reads figures, written by who changes several of them
	registry *prometheus.Registry

	lastSuccess  prometheus.Gauge
	duration     *prometheus.GaugeVec
	records      *prometheus.CounterVec
	exceptions   *prometheus.GaugeVec
	discardRatio prometheus.Gauge
	publishBytes prometheus.Gauge
	verified     prometheus.Gauge
	clockJump    prometheus.Gauge
}

// New makes a set in which nothing has happened yet. lease tells how long the lease in force has been held by this
// process, 0 where it holds none; it is called by whoever reads the set.
func New(lease func() time.Duration) *Set {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help})
	}
	gauges := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
	}
	s := &Set{
		registry:    prometheus.NewRegistry(),
		lastSuccess: gauge("last_success_timestamp_seconds", "When a night was last published; 0 for never."),
		duration:    gauges("run_duration_seconds", "How long each stage of the last published night took, and all of it (totale).", "stage"),
		records: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: recordsName, Help: "Documents that published nights have read, by flow and by what became of them.",
		}, []string{"source", "outcome"}),
		exceptions: gauges("exceptions_open",
			"Exceptions that wait for an operator after the last published night, by class and by age or missed term.", "severity", "age"),
		discardRatio: gauge("discard_ratio", "Share of the documents of the last published night that were discarded, 0 to 1."),
		publishBytes: gauge("publish_bytes", "Size of the folder of the last published night."),
		verified:     gauge("verify_last_success_timestamp_seconds", "When verify last found the last published night undamaged; 0 for never."),
		clockJump:    gauge("clock_jump_seconds", "The last step of the wall clock against the time gone by, positive forward; 0 for none since the start."),
	}
	age := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: namespace, Name: "lease_age_seconds", Help: "How long this process has held the lock of the night; 0 while it holds none.",
	}, func() float64 { return lease().Seconds() })
	s.registry.MustRegister(s.lastSuccess, s.duration, s.records, s.exceptions, s.discardRatio, s.publishBytes, s.verified, s.clockJump, age)
	return s
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
	s.duration.Reset()
	for _, x := range n.Stages {
		s.duration.WithLabelValues(x.Name).Set(x.Took.Seconds())
	}
	var read, refused int64
	for _, f := range n.Flows {
		s.records.WithLabelValues(f.Name, accepted).Add(float64(f.Accepted))
		s.records.WithLabelValues(f.Name, discarded).Add(float64(f.Discarded))
		s.records.WithLabelValues(f.Name, repeated).Add(float64(f.Repeated))
		read += f.Accepted + f.Discarded + f.Repeated
		refused += f.Discarded
	}
	s.discardRatio.Set(float64(refused) / float64(max(read, 1)))
	s.publishBytes.Set(float64(n.Bytes))
	s.waiting(n.Open)
}

// Exceptions enters the exceptions that are open in the place of those before.
func (s *Set) Exceptions(open []Open) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting(open)
}

func (s *Set) waiting(open []Open) {
	s.exceptions.Reset()
	for _, o := range open {
		s.exceptions.WithLabelValues(o.Severity, o.Age).Add(float64(o.N))
	}
}

// Published enters when a night was last published; the zero time says nothing.
func (s *Set) Published(at time.Time) { set(s.lastSuccess, at) }

// Verified enters when the last night was last found undamaged; the zero time says nothing.
func (s *Set) Verified(at time.Time) { set(s.verified, at) }

func set(g prometheus.Gauge, at time.Time) {
	if !at.IsZero() {
		g.Set(float64(at.UnixMilli()) / 1000)
	}
}

// Jumped enters a step of the wall clock.
func (s *Set) Jumped(by time.Duration) { s.clockJump.Set(by.Seconds()) }

// readTime is how long a reading may take.
const readTime = 5 * time.Second

// Handler serves the set to Prometheus.
func (s *Set) Handler() http.Handler {
	figures := promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	whole := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.RLock()
		defer s.mu.RUnlock()
		figures.ServeHTTP(w, r)
	})
	return http.TimeoutHandler(whole, readTime, "") // it buffers: a slow reader does not hold the lock
}

// Write writes the set to a text file, whole or not at all. The file can be read by everybody: it holds no data of
// persons, and its collector is another user.
func (s *Set) Write(path string) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := prometheus.WriteToTextfile(path, s.registry); err != nil {
		return fmt.Errorf("write metrics: %w", err)
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
			s.records.WithLabelValues(m[2], m[1]).Add(n)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read metrics: %w", err)
	}
	return nil
}
