package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"incrocio/fixtures/national/peers"
)

// step does one measured step in a process of its own.
func (b *bench) step(home string, s *benchStep) (*benchDone, error) {
	ask, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var out, said bytes.Buffer
	cmd := exec.CommandContext(b.ctx, path)
	cmd.Args = []string{"incrocio", "--home", home, benchStepVerb}
	cmd.Env = []string{"PATH=" + b.app.getenv("PATH"), "HOME=" + b.app.getenv("HOME"), "TMPDIR=" + b.tmp, "GOMAXPROCS=" + b.app.getenv("GOMAXPROCS")}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(ask), &out, &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s of %s: %w: %s", s.Kind, s.Night, err, firstLines(said.String()))
	}
	var done benchDone
	if err := json.Unmarshal(out.Bytes(), &done); err != nil {
		return nil, fmt.Errorf("%s of %s: %w", s.Kind, s.Night, err)
	}
	return &done, nil
}

// firstLines gives the beginning of what a process said, on one line: where it broke, that names the cause.
func firstLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[:min(3, len(lines))], "; ")
}

// benchPeer is another engine, in one warm process.
type benchPeer struct {
	name   string
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *json.Decoder
	took   samples
	counts map[string]int64
}

// peerFiles are what a peer reads and writes.
type peerFiles struct {
	Threads        int      `json:"threads"`
	Claims         string   `json:"claims"`
	Communications []string `json:"communications"`
	Out            string   `json:"out"`
}

// startPeers starts the engines that are installed below a folder, and has each run once to warm up.
func (b *bench) startPeers(files *peerFiles) (started []*benchPeer, err error) {
	if b.o.peers == "" {
		return nil, nil
	}
	defer func() {
		if err != nil {
			stopPeers(started)
		}
	}()
	dir, err := filepath.Abs(b.o.peers)
	if err != nil {
		return nil, err
	}
	if err := peers.Write(dir); err != nil {
		return nil, err
	}
	for _, name := range peers.Names {
		if _, err := os.Stat(filepath.Join(dir, "node_modules", filepath.FromSlash(peers.Modules[name]))); err != nil {
			b.warn("%s is not installed: make bench-peers installs what it can", name)
			continue
		}
		p, err := b.startPeer(dir, name, files)
		if err == nil {
			started = append(started, p)
			err = p.run() // to warm up
			p.took = samples{}
		}
		if err != nil && name == peers.Names[0] {
			return started, err
		}
		if err != nil {
			b.warn("%s does not run here: %s", name, err)
			stopPeers(started[len(started)-1:])
			started = started[:len(started)-1]
		}
	}
	return started, nil
}

func (b *bench) startPeer(dir, name string, files *peerFiles) (*benchPeer, error) {
	f := *files
	f.Out = filepath.Join(b.tmp, name+".parquet")
	config, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	p := &benchPeer{name: name, cmd: exec.CommandContext(b.ctx, "node", filepath.Join(dir, name+".mjs"))}
	p.cmd.Env = append(os.Environ(), "POLARS_MAX_THREADS="+strconv.Itoa(f.Threads), "TMPDIR="+b.tmp)
	p.cmd.Dir = b.tmp
	p.cmd.Stderr = b.app.stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p.out = json.NewDecoder(bufio.NewReader(out))
	_, err = p.in.Write(append(config, '\n'))
	return p, err
}

// run has the peer do its query once.
func (p *benchPeer) run() error {
	if _, err := io.WriteString(p.in, "run\n"); err != nil {
		return fmt.Errorf("ask %s: %w", p.name, err)
	}
	var a struct {
		Wall   int64              `json:"wall_ns"`
		CPU    int64              `json:"cpu_ns"`
		Memory int64              `json:"memory_kib"`
		Counts map[string]float64 `json:"counts"`
	}
	if err := p.out.Decode(&a); err != nil {
		return fmt.Errorf("run %s: %w", p.name, err)
	}
	p.took.add(time.Duration(a.Wall), time.Duration(a.CPU), a.Memory)
	p.counts = map[string]int64{}
	for k, n := range a.Counts {
		p.counts[k] = int64(n)
	}
	return nil
}

// stopPeers ends the processes; how they end is nobody's business any more.
func stopPeers(all []*benchPeer) {
	for _, p := range all {
		_ = errors.Join(p.in.Close(), p.cmd.Process.Kill(), p.cmd.Wait())
	}
}

// bench is one call of the verb.
type bench struct {
	app    *app
	ctx    context.Context
	o      *benchOptions
	sets   *benchSets
	tmp    string // removed at the end
	report benchReport
	differ []string // what does not agree
}

func (b *bench) warn(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(b.report.Warnings, text) {
		b.report.Warnings = append(b.report.Warnings, text)
	}
}

// disagree notes that two ways do not give the same; nothing that rests on it is compared.
func (b *bench) disagree(format string, args ...any) bool {
	b.differ = append(b.differ, fmt.Sprintf(format, args...))
	return false
}
