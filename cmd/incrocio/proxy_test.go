//go:build linux && amd64

package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
)

// moment is what a client of PostgreSQL is about to say (PostgreSQL, chapter "Frontend/Backend Protocol").
type moment struct {
	packet int // its number among all that were said through the line, from 1
	commit int // the number of this COMMIT, from 1; 0 for anything else
}

// verdict is what becomes of it.
type verdict int

const (
	pass       verdict = iota
	drop               // it does not reach the server, and the line is cut
	passAndCut         // it reaches the server, and the line is cut before there is an answer
	passUnsaid         // the server answers it, the answer does not come through, and the line is cut
)

// wire is a proxy before a server of PostgreSQL. It sees what is said, and what it cuts stays cut.
type wire struct {
	server string
	judge  func(moment) (v verdict, forGood bool) // one call at a time; nil passes everything
	wg     sync.WaitGroup

	mu      sync.Mutex
	packets int
	commits int
	dead    bool // nobody gets through any more
}

// newWire gives a wire to a server and the URL that leads through it.
func newWire(t *testing.T, database string, judge func(moment) (v verdict, forGood bool)) (*wire, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	p := &wire{server: filepath.Join(q.Get("host"), ".s.PGSQL.5432"), judge: judge}
	q.Del("host")
	u.RawQuery, u.Host = q.Encode(), l.Addr().String()
	p.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.serve(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); p.wg.Wait() })
	return p, u.String()
}

// decide counts what is said and asks what becomes of it.
func (p *wire) decide(said []byte) verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.packets++
	m := moment{packet: p.packets}
	if said[0] == 'Q' && bytes.HasPrefix(bytes.ToLower(said[5:]), []byte("commit")) {
		p.commits++
		m.commit = p.commits
	}
	if p.dead {
		return drop
	}
	if p.judge == nil {
		return pass
	}
	v, forGood := p.judge(m)
	p.dead = forGood
	return v
}

func (p *wire) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	p.mu.Lock()
	dead := p.dead
	p.mu.Unlock()
	if dead {
		return
	}
	server, err := net.Dial("unix", p.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	silent, answered := make(chan struct{}), make(chan struct{})
	p.wg.Go(func() { answer(client, server, silent, answered) })
	start, err := packet(client, 4)
	if err != nil {
		return
	}
	if _, err := server.Write(start); err != nil {
		return
	}
	for {
		said, err := packet(client, 5)
		if err != nil {
			return
		}
		v := p.decide(said)
		if v == drop {
			return
		}
		if v == passUnsaid {
			close(silent)
		}
		if _, err := server.Write(said); err != nil || v == passAndCut {
			return
		}
		if v == passUnsaid {
			<-answered
			return
		}
	}
}

// answer passes on what the server says; once it is to be silent, it ends at the next thing that is said.
func answer(client, server net.Conn, silent <-chan struct{}, answered chan<- struct{}) {
	defer func() { _ = client.Close(); close(answered) }()
	buf := make([]byte, 1<<16)
	for {
		n, err := server.Read(buf)
		if err != nil {
			return
		}
		select {
		case <-silent:
			return
		default:
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

// packet reads one message. Its length ends the first bytes, of which there are head: four at the start, five later.
func packet(from io.Reader, head int) ([]byte, error) {
	m := make([]byte, head)
	if _, err := io.ReadFull(from, m); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint32(m[head-4:])-4)
	_, err := io.ReadFull(from, body)
	return append(m, body...), err
}
