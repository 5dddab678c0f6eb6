package store_test

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// cut is where a proxy breaks a connection on its way to PostgreSQL.
type cut int

const (
	nowhere     cut = iota
	beforeIsIn      // COMMIT never reaches the server
	afterIsIn       // COMMIT is passed on, and the line is cut at once
	afterIsDone     // the server has answered, and the answer is withheld
)

// proxy passes bytes to a server on and reads along what the client says (PostgreSQL, chapter "Frontend/Backend Protocol").
type proxy struct {
	t      testing.TB
	server string
	mu     sync.Mutex
	armed  cut
	cuts   int
	wg     sync.WaitGroup
}

// through starts a proxy on a port of the loopback, and gives it with the URL that leads through it.
func through(t testing.TB, database string) (*proxy, string) {
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
	p := &proxy{t: t, server: filepath.Join(q.Get("host"), ".s.PGSQL.5432")}
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

// arm has the next COMMIT cut.
func (p *proxy) arm(c cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed = c
}

// disarm takes the order, if it was not taken yet.
func (p *proxy) disarm() cut {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.armed
	if c != nowhere {
		p.armed = nowhere
		p.cuts++
	}
	return c
}

func (p *proxy) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("unix", p.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	silent := make(chan struct{}) // closed when what the server says is no longer passed on
	answered := make(chan struct{}, 1)
	p.wg.Go(func() { answers(client, server, silent, answered) })
	if start, ok := message(client, 4); !ok || !write(server, start) {
		return
	}
	for {
		said, ok := message(client, 5)
		if !ok {
			return
		}
		c := nowhere
		if said[0] == 'Q' && strings.HasPrefix(strings.ToLower(string(said[5:])), "commit") {
			c = p.disarm()
		}
		if c == beforeIsIn {
			return
		}
		if c == afterIsDone {
			close(silent)
		}
		if !write(server, said) || c == afterIsIn {
			return
		}
		if c == afterIsDone {
			<-answered
			return
		}
	}
}

// answers passes on what the server says until it is to be silent, and then tells of the first answer.
func answers(client, server net.Conn, silent <-chan struct{}, answered chan<- struct{}) {
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

// message reads one message whose length ends the first bytes, of which there are head: four at the start, five later.
func message(from io.Reader, head int) ([]byte, bool) {
	m := make([]byte, head)
	if _, err := io.ReadFull(from, m); err != nil {
		return nil, false
	}
	body := make([]byte, binary.BigEndian.Uint32(m[head-4:])-4)
	_, err := io.ReadFull(from, body)
	return append(m, body...), err == nil
}

func write(to io.Writer, m []byte) bool {
	_, err := to.Write(m)
	return err == nil
}
