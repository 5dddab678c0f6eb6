package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"incrocio/fixtures/national"
)

// samples are the repetitions of one measure.
type samples struct {
	wall, cpu []time.Duration
	memory    []int64 // KiB
}

func (s *samples) add(wall, cpu time.Duration, memory int64) {
	s.wall, s.cpu, s.memory = append(s.wall, wall), append(s.cpu, cpu), append(s.memory, memory)
}

// addStages adds the stages of a night for which want holds.
func (s *samples) addStages(d *benchDone, want func(stage string) bool) {
	var wall, cpu time.Duration
	for _, st := range d.Stages {
		if want(st.Name) {
			wall, cpu = wall+st.Wall, cpu+st.CPU
		}
	}
	s.add(wall, cpu, d.MemKiB+d.ChildKiB)
}

// median of values, the mean of the two in the middle where they are even in number; 0 of none.
func median[N ~int64](all []N) float64 {
	if len(all) == 0 {
		return 0
	}
	v := slices.Sorted(slices.Values(all))
	return (float64(v[(len(v)-1)/2]) + float64(v[len(v)/2])) / 2
}

// benchReport is what bench prints.
type benchReport struct {
	Machine  benchMachine   `json:"machine"`
	Set      national.Shape `json:"set"`
	Home     string         `json:"home,omitzero"` // instead of an invented set
	Lines    []benchLine    `json:"lines"`
	Stages   []benchShare   `json:"stages"`
	Warnings []string       `json:"warnings"`
	Differ   []string       `json:"differ"` // what does not agree; its ratios are left out
}

type benchMachine struct {
	Cores int     `json:"cores"`
	CPU   string  `json:"cpu"`
	Go    string  `json:"go"`
	Load  float64 `json:"load"` // average of the last minute at the start; less than 0: not known
	At    string  `json:"at"`
}

// benchLine is one measure of one work.
type benchLine struct {
	Work    string  `json:"work"`
	Measure string  `json:"measure"`
	Unit    string  `json:"unit"`
	Times   int     `json:"times"`
	Median  float64 `json:"median"`
	Least   float64 `json:"least"`
	Most    float64 `json:"most"`

	Against string  `json:"against,omitzero"`
	Other   float64 `json:"against_median,omitzero"`
	Ratio   float64 `json:"ratio,omitzero"`
	Bar     string  `json:"bar,omitzero"`
	Met     *bool   `json:"met,omitempty"`
}

// benchShare is a stage of a night.
type benchShare struct {
	Work  string  `json:"work"`
	Stage string  `json:"stage"`
	Wall  float64 `json:"wall_s"`
	CPU   float64 `json:"cpu_s"`
	Share float64 `json:"share"` // of the wall time of the night
}

// Units of lines, and what a value is divided by.
const (
	seconds = "s"
	mebi    = "MiB"
)

func lineOf[N ~int64](work, measure, unit string, per float64, values []N) benchLine {
	l := benchLine{Work: work, Measure: measure, Unit: unit, Times: len(values), Median: median(values) / per}
	if len(values) > 0 {
		l.Least, l.Most = float64(slices.Min(values))/per, float64(slices.Max(values))/per
	}
	return l
}

const perSecond = float64(time.Second)

// against compares a line with another measure, unless what they made differs.
func (l benchLine) against(what string, other float64, same bool) benchLine {
	l.Against, l.Other = what, other
	if same && other > 0 {
		l.Ratio = l.Median / other
	}
	return l
}

// most and least set the bar of a ratio.
func (l benchLine) most(bar float64) benchLine  { return l.bar("≤", bar, l.Ratio <= bar) }
func (l benchLine) least(bar float64) benchLine { return l.bar("≥", bar, l.Ratio >= bar) }

func (l benchLine) bar(op string, bar float64, met bool) benchLine {
	l.Bar = op + " " + strconv.FormatFloat(bar, 'f', -1, 64)
	if l.Ratio > 0 {
		l.Met = &met
	}
	return l
}

// underMiB sets a bar on the value itself.
func (l benchLine) underMiB(bar float64) benchLine {
	met := l.Median <= bar
	l.Bar, l.Met = "≤ "+strconv.FormatFloat(bar, 'f', -1, 64)+" MiB", &met
	return l
}

func (b *bench) add(lines ...benchLine) { b.report.Lines = append(b.report.Lines, lines...) }

// shares adds what each stage of the nights takes, by median.
func (b *bench) shares(work string, nights []*benchDone) {
	var order []string
	wall, cpu := map[string][]time.Duration{}, map[string][]time.Duration{}
	for _, d := range nights {
		for _, s := range d.Stages {
			if wall[s.Name] == nil {
				order = append(order, s.Name)
			}
			wall[s.Name], cpu[s.Name] = append(wall[s.Name], s.Wall), append(cpu[s.Name], s.CPU)
		}
	}
	total := 0.0
	for _, name := range order {
		total += median(wall[name])
	}
	for _, name := range order {
		b.report.Stages = append(b.report.Stages, benchShare{
			work, name, median(wall[name]) / perSecond, median(cpu[name]) / perSecond, median(wall[name]) / max(total, 1),
		})
	}
}

// machineNow says what the measures are taken on.
func machineNow(now time.Time) benchMachine {
	m := benchMachine{Cores: runtime.NumCPU(), CPU: runtime.GOARCH, Go: runtime.Version(), Load: -1, At: now.UTC().Format(time.RFC3339)}
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
				m.CPU = strings.TrimSpace(value)
				break
			}
		}
	}
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		first, _, _ := strings.Cut(string(b), " ")
		if load, err := strconv.ParseFloat(first, 64); err == nil {
			m.Load = load
		}
	}
	return m
}

// busy is the load from which on the machine does other work that matters.
const busy = 0.3

// write prints the report as text.
func (r *benchReport) write(w io.Writer) error {
	m := &r.Machine
	t := &tableText{w: w}
	_, t.err = fmt.Fprintf(w, "%d cores, %s, %s, load %.2f at the start, %s\n", m.Cores, m.CPU, m.Go, m.Load, m.At)
	if t.err == nil {
		_, t.err = fmt.Fprintln(w, r.what())
	}
	t.row("WORK", "MEASURE", "MEDIAN", "LEAST", "MOST", "TIMES", "AGAINST", "MEDIAN", "RATIO", "BAR", "")
	for _, l := range r.Lines {
		other, ratio, met := "", "", ""
		if l.Against != "" {
			other, ratio = figure(l.Other, l.Unit), "-"
		}
		if l.Ratio > 0 {
			ratio = fmt.Sprintf("%.3f", l.Ratio)
		}
		if l.Met != nil {
			met = map[bool]string{true: "met", false: "missed"}[*l.Met]
		}
		t.row(l.Work, l.Measure, figure(l.Median, l.Unit), figure(l.Least, l.Unit), figure(l.Most, l.Unit), l.Times, l.Against, other, ratio, l.Bar, met)
	}
	t.flush()
	if len(r.Stages) > 0 {
		t.row("WORK", "STAGE", "WALL", "CPU", "SHARE")
		for _, s := range r.Stages {
			t.row(s.Work, s.Stage, figure(s.Wall, seconds), figure(s.CPU, seconds), fmt.Sprintf("%.0f %%", 100*s.Share))
		}
		t.flush()
	}
	for _, text := range slices.Concat(r.Warnings, r.Differ) {
		if t.err == nil {
			_, t.err = fmt.Fprintln(w, text)
		}
	}
	return t.err
}

func (r *benchReport) what() string {
	if r.Home != "" {
		return "home " + r.Home
	}
	s := &r.Set
	return fmt.Sprintf("%d claims, %d communications in %d nights, of which %.1f %% about claimants; seed %d",
		s.Claims, s.Total(), s.Nights, float64(s.Hits)/100, s.Seed)
}

func figure(v float64, unit string) string {
	digits := cmp.Or(map[string]int{mebi: 1}[unit], 3)
	return strconv.FormatFloat(v, 'f', digits, 64) + " " + unit
}
