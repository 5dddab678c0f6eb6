package console

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"incrocio/pipeline/worklist"
)

// request gives a request that no browser sent.
func (b *bench) request(method, target string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = "192.0.2.1:1"
	return r
}

// echo tells what a form said.
func echo(upload bool) route {
	return route{Method: http.MethodPost, Pattern: "/eco", Role: worklist.RoleReader, Upload: upload, Handle: func(_ *Server, q *request) (view, error) {
		text := q.form.Encode()
		if f, ok := q.files["file"]; ok {
			text += fmt.Sprintf(" %s %d", f.Name, len(f.Body))
		}
		return view{File: &download{Type: "text/plain", Body: []byte(text)}}, nil
	}}
}

func TestForms(t *testing.T) {
	b := newBench(t, nil)
	b.withRoutes(echo(false))
	w := b.signed("operatore")
	const encoded = "application/x-www-form-urlencoded"
	for _, c := range []struct {
		name, kind, body string
		status           int
		want             string
	}{
		{"fields", encoded, "a=1&a=2&b=%C3%A0+x", 200, "a=1&a=2&b=%C3%A0+x"},
		{"line ends", encoded + "; charset=utf-8", "a=x%0D%0Ay%0Az", 200, "a=x%0Ay%0Az"},
		{"empty", encoded, "", 200, ""},
		{"no UTF-8", encoded, "a=%ff", 400, ""},
		{"NUL", encoded, "a=%00", 400, ""},
		{"escape", encoded, "a=%1B%5B31m", 400, ""},
		{"turned about", encoded, "a=%E2%80%AE", 400, ""},
		{"half an escape", encoded, "a=%f", 400, ""},
		{"too many fields", encoded, strings.Repeat("a=1&", maxParts), 413, ""},
		{"1 MiB", encoded, "a=" + strings.Repeat("x", 1<<20-2), 200, "a="},
		{"more than 1 MiB", encoded, "a=" + strings.Repeat("x", 1<<20-1), 413, ""},
		{"JSON", "application/json", "{}", 415, ""},
		{"plain text", "text/plain", "a=1", 415, ""},
		{"no type", "", "a=1", 415, ""},
		{"a file where none is wanted", "multipart/form-data; boundary=x", "--x--", 415, ""},
	} {
		a := w.do(http.MethodPost, "/eco", c.kind, strings.NewReader(c.body))
		a.is(t, c.name, c.status)
		if c.status == 200 && !strings.HasPrefix(a.body, c.want) {
			t.Errorf("%s: %.100q", c.name, a.body)
		}
	}
	b.browser().post("/entra", url.Values{"nome": {strings.Repeat("x", strangersBody)}}).is(t, "more than 64 KiB of a stranger", 413)
	w.get("/entra?da=%00").is(t, "NUL in a query", 400)
	w.get("/entra?a=%zz").is(t, "half an escape in a query", 400)
}

func TestFiles(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Limits.Upload = 1 << 16 })
	b.withRoutes(echo(true))
	w := b.signed("operatore")
	form := func(fill func(*multipart.Writer)) (string, io.Reader) {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		fill(m)
		m.Close()
		return m.FormDataContentType(), &body
	}
	file := func(m *multipart.Writer, name string, size int) {
		p, _ := m.CreateFormFile("file", name)
		p.Write(make([]byte, size))
	}
	for _, c := range []struct {
		name   string
		status int
		want   string
		fill   func(*multipart.Writer)
	}{
		{"a file and a field", 200, "a=1 lista.xlsx 100", func(m *multipart.Writer) { m.WriteField("a", "1"); file(m, "lista.xlsx", 100) }},
		{"a file of a folder", 200, " passwd 1", func(m *multipart.Writer) { file(m, "../../etc/passwd", 1) }},
		{"two files", 400, "", func(m *multipart.Writer) { file(m, "a", 1); file(m, "b", 1) }},
		{"too large", 413, "", func(m *multipart.Writer) { file(m, "a", 1<<16) }},
		{"too many parts", 413, "", func(m *multipart.Writer) {
			for range maxParts + 1 {
				m.WriteField("", "")
			}
		}},
	} {
		b.server.Limits.Upload = 1 << 16
		if c.name == "too many parts" {
			b.server.Limits.Upload = 1 << 20
		}
		kind, body := form(c.fill)
		a := w.do(http.MethodPost, "/eco", kind, body)
		a.is(t, c.name, c.status)
		if c.status == 200 && a.body != c.want {
			t.Errorf("%s: %q", c.name, a.body)
		}
	}
	w.do(http.MethodPost, "/eco", "multipart/form-data; boundary=x", strings.NewReader("--x\r\n\r\ncut")).is(t, "cut off", 400)
}

// TestRates: one who asks too much is told to wait, and nobody else is.
func TestRates(t *testing.T) {
	b := newBench(t, func(c *Config) {
		c.Limits.PerAddress, c.Limits.PerAccount = Rate{1, 5}, Rate{1, 7}
	})
	b.withRoutes(whoami)
	tooMany := func(w *browser, path string) (n int) {
		for ; n < 100; n++ {
			if a := w.get(path); a.StatusCode == http.StatusTooManyRequests {
				if a.Header.Get("Retry-After") == "" {
					t.Error("no Retry-After")
				}
				return n
			}
		}
		return n
	}
	nobody := b.browser()
	if n := tooMany(nobody, "/entra"); n != 5 {
		t.Errorf("an address: %d", n)
	}
	b.clock.pass(time.Second)
	nobody.get("/entra").is(t, "a second later", 200)
	b.clock.pass(time.Minute)
	first, second := b.signed("operatore"), b.signed("operatore")
	first.address, second.address = "192.0.2.10:1", "192.0.2.11:1"
	if n := tooMany(first, "/chi"); n != 7 {
		t.Errorf("an account: %d", n)
	}
	second.get("/chi").is(t, "the same account elsewhere", http.StatusTooManyRequests)
	b.clock.pass(time.Minute)
	third := b.signed("lettore")
	tooMany(first, "/chi")
	third.get("/chi").is(t, "another account", 200)
}

func TestBusy(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Limits.AtOnce = 2 })
	begun, end := make(chan bool), make(chan bool)
	b.withRoutes(whoami, route{Method: http.MethodGet, Pattern: "/lenta", Role: worklist.RoleReader, Handle: func(*Server, *request) (view, error) {
		begun <- true
		<-end
		return view{}, nil
	}})
	w := b.signed("operatore")
	var running sync.WaitGroup
	for range 2 {
		running.Go(func() {
			slow := b.browser()
			slow.cookies[sessionCookie] = w.cookies[sessionCookie]
			slow.get("/lenta").is(t, "slow", http.StatusNoContent)
		})
		<-begun
	}
	w.get("/chi").is(t, "third", http.StatusServiceUnavailable)
	w.get("/healthz").is(t, "health", 200)
	close(end)
	running.Wait()
	w.get("/chi").is(t, "afterwards", 200)
}

// TestRecent: memory is bounded whatever keys are made up, and what is in use is kept.
func TestRecent(t *testing.T) {
	m := newRecent[int](100)
	for i := range 10_000 {
		m.with(fmt.Sprint(i), func(int) int { return i })
		m.with("in use", func(n int) int { return n + 1 })
	}
	if n := len(m.young) + len(m.old); n > 200 {
		t.Errorf("%d kept", n)
	}
	m.with("in use", func(n int) int {
		if n != 10_000 {
			t.Errorf("%d, want 10000", n)
		}
		return n
	})
	m.forget("in use")
	m.with("in use", func(n int) int {
		if n != 0 {
			t.Errorf("%d after it was forgotten", n)
		}
		return n
	})
}

// served gives the address of a console that listens, until the test ends.
func (b *bench) served(l net.Listener) {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.server.Serve(ctx, l) }()
	b.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.t.Error(err)
		}
	})
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestSlowClients: who does not get on with a request is cut off, and does not keep others.
func TestSlowClients(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Limits.Headers, c.Limits.Read = time.Second, 2*time.Second })
	l := listen(t)
	b.served(l)
	slow := func(what, send string, most time.Duration) func() {
		return func() {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			conn.SetDeadline(deadline(most))
			io.WriteString(conn, send)
			if _, err := io.Copy(io.Discard, conn); err != nil {
				t.Errorf("%s: not cut off in %s: %v", what, most, err)
			}
		}
	}
	var running sync.WaitGroup
	running.Go(slow("nothing", "", 10*time.Second))
	running.Go(slow("half a header", "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ", 10*time.Second))
	running.Go(slow("half a form", "POST /entra HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nnome=", 10*time.Second))
	for range 200 {
		running.Go(slow("half a header, many", "GET / HT", 10*time.Second))
	}
	client := &http.Client{Timeout: 2 * time.Second}
	for range 20 {
		resp, err := client.Get("http://" + l.Addr().String() + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("others: %d", resp.StatusCode)
		}
	}
	running.Wait()
}

// deadline is a moment of the machine's clock, by which connections go.
func deadline(d time.Duration) time.Time {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	at, _ := ctx.Deadline()
	return at
}

// TestLargeBody: a gigabyte is not read to be refused.
func TestLargeBody(t *testing.T) {
	b := newBench(t, nil)
	l := listen(t)
	b.served(l)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(deadline(10 * time.Second))
	fmt.Fprintf(conn, "POST /entra HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", 1<<30)
	sent := int64(0)
	chunk := bytes.Repeat([]byte("x"), 64<<10)
	for err == nil && sent < 1<<30 {
		var n int
		n, err = conn.Write(chunk)
		sent += int64(n)
	}
	if sent > 64<<20 {
		t.Errorf("%d bytes were taken", sent)
	}
	for _, send := range []string{
		"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + strings.Repeat("x", 2*maxHeader) + "\r\n\r\n",
		"GET /" + strings.Repeat("x", 2*maxHeader) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(deadline(10 * time.Second))
		io.WriteString(conn, send)
		answer, _ := io.ReadAll(conn)
		conn.Close()
		if !strings.HasPrefix(string(answer), "HTTP/1.1 431") {
			t.Errorf("large header: %.60s", answer)
		}
	}
}

// TestDrain: what is under way when the console is told to end is answered; nothing new is.
func TestDrain(t *testing.T) {
	b := newBench(t, nil)
	begun, end := make(chan bool), make(chan bool)
	b.server.handler = b.server.guard(b.server.mux([]route{{Method: http.MethodGet, Pattern: "/lenta", Handle: func(*Server, *request) (view, error) {
		begun <- true
		<-end
		return view{File: &download{Type: "text/plain", Body: []byte("fatto")}}, nil
	}}}))
	l := listen(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.server.Serve(ctx, l) }()
	got := make(chan string, 1)
	go func() {
		resp, err := http.Get("http://" + l.Addr().String() + "/lenta")
		if err != nil {
			got <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		got <- string(body)
	}()
	<-begun
	stop()
	close(end)
	if text := <-got; text != "fatto" {
		t.Errorf("got %q", text)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get("http://" + l.Addr().String() + "/healthz"); err == nil {
		t.Error("it still listens")
	}
}

// TestBrokenDownload: a file that breaks off in the middle is not taken for whole.
func TestBrokenDownload(t *testing.T) {
	b := newBench(t, nil)
	b.server.handler = b.server.guard(b.server.mux([]route{{Method: http.MethodGet, Pattern: "/file", Handle: func(*Server, *request) (view, error) {
		return view{File: &download{Name: "lista.csv", Type: "text/csv", Write: func(w io.Writer) error {
			w.Write(make([]byte, 1<<16))
			return fmt.Errorf("no more")
		}}}, nil
	}}}))
	l := listen(t)
	b.served(l)
	resp, err := http.Get("http://" + l.Addr().String() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("the file looks whole")
	}
	if resp.Header.Get("Content-Disposition") != "attachment; filename=lista.csv" {
		t.Errorf("offered as %q", resp.Header.Get("Content-Disposition"))
	}
}

// TestHTTP2 speaks it over TLS, as browsers do.
func TestHTTP2(t *testing.T) {
	b := newBench(t, func(c *Config) { c.URL = &url.URL{Scheme: "https", Host: "127.0.0.1"} })
	a := newAuthority(t)
	l := tls.NewListener(listen(t), &tls.Config{Certificates: []tls.Certificate{a.issue(t, "console", true)}, NextProtos: []string{"h2", "http/1.1"}})
	b.served(l)
	client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: a.pool}}}
	resp, err := client.Get("https://" + l.Addr().String() + "/entra")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.ProtoMajor != 2 || resp.StatusCode != http.StatusOK || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s %d %v", resp.Proto, resp.StatusCode, resp.Header)
	}
}
