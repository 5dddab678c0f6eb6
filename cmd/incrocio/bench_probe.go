package main

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"incrocio/pipeline/night"
	"incrocio/pipeline/table"
)

// Stages of a night after the last one that it tells of itself.
const (
	stageLedger    = "registro"
	stageOriginals = "originali"
)

// probe measures a night from within, stage by stage. A nil one measures nothing. It belongs to the goroutine of the night, but for the files that
// its tables open.
type probe struct {
	now    func() time.Time
	stages []benchStage
	name   string // of the stage under way
	at     time.Time
	cpu    time.Duration
	opened sync.Mutex         // tables are opened at the same time
	rows   map[string]*rowSum // by file; nil where rows are not looked at
}

// benchStage is what a stage took.
type benchStage struct {
	Name string        `json:"stage"`
	Wall time.Duration `json:"wall_ns"`
	CPU  time.Duration `json:"cpu_ns"` // of this process and of those it waited for
}

// began ends the stage under way and begins another; "" is none.
func (p *probe) began(stage string) {
	if p == nil {
		return
	}
	now, cpu := p.now(), cpuTime()
	if p.name != "" {
		p.stages = append(p.stages, benchStage{p.name, now.Sub(p.at), cpu - p.cpu})
	}
	p.name, p.at, p.cpu = stage, now, cpu
}

// cpuTime is what this process and its children that ended have used.
func cpuTime() time.Duration {
	var sum time.Duration
	for _, who := range [...]int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return sum
}

// rowSum is a digest of the rows of a file, whatever its bytes are.
type rowSum struct {
	rows int64
	sum  hash.Hash
	row  []byte
}

func newRowSum() *rowSum { return &rowSum{sum: sha256.New()} }

func addRow[T any](s *rowSum, of *table.Table[T], row *T) {
	s.rows++
	s.row = of.Append(s.row[:0], row)
	_, _ = s.sum.Write(s.row) // a hash takes everything
}

func (s *rowSum) String() string {
	return strconv.FormatInt(s.rows, 10) + " " + hex.EncodeToString(s.sum.Sum(nil)[:16])
}

// trialWriter is the file of a trial run: nowhere, but for a probe that wants a digest of the rows.
func trialWriter[T any](p *probe, of *table.Table[T], name string) night.RowWriter[T] {
	if p == nil || p.rows == nil || strings.Contains(name, "/") { // the files of the sedi repeat the others
		return nowhere[T]{}
	}
	s := newRowSum()
	p.opened.Lock()
	defer p.opened.Unlock()
	p.rows[name] = s
	return summing[T]{s, of}
}

// summing is a file of which a digest is all that is kept.
type summing[T any] struct {
	to *rowSum
	of *table.Table[T]
}

// Write adds a row.
func (s summing[T]) Write(row *T) error {
	addRow(s.to, s.of, row)
	return nil
}

// Close does nothing.
func (s summing[T]) Close() error { return nil }

// memory watches the resident memory of this process and of its children. The kernel's own figure for children counts the
// memory of whoever started them, so they are looked at while they run; the peak of a short one may be missed.
type memory struct {
	stop  func()
	child int64 // KiB
}

const memoryEvery = 50 * time.Millisecond

func watchMemory() *memory {
	m := &memory{}
	m.stop = repeat(memoryEvery, func() { m.child = max(m.child, childMemory()) })
	return m
}

// end gives the peaks of this process and of the children that run at one time, in KiB; 0 where the system does not say.
func (m *memory) end() (self, child int64) {
	m.stop()
	return statusKiB("self", "VmHWM"), m.child
}

func childMemory() (sum int64) {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return 0
	}
	for _, t := range threads {
		b, err := os.ReadFile("/proc/self/task/" + t.Name() + "/children")
		if err != nil {
			continue
		}
		for _, pid := range strings.Fields(string(b)) {
			sum += statusKiB(pid, "VmHWM")
		}
	}
	return sum
}

// statusKiB reads a line of /proc/PID/status.
func statusKiB(pid, key string) int64 {
	b, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0
	}
	_, rest, ok := strings.Cut(string(b), key+":")
	if !ok {
		return 0
	}
	line, _, _ := strings.Cut(rest, "\n")
	n, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(line), "kB")), 10, 64)
	return n
}
