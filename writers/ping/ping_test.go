package ping_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/writers/ping"
)

const secret = "5f2c9d1e-check"

// check is a monitor that notes what it is told and answers as it is bid.
func check(t *testing.T, answer func(w http.ResponseWriter)) (address string, told func() []string) {
	t.Helper()
	var mu sync.Mutex
	var all []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, r.Method+" "+r.URL.RequestURI()+" "+r.UserAgent()+" "+string(b))
		answer(w)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/" + secret, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return all
	}
}

func TestMessages(t *testing.T) {
	address, told := check(t, func(http.ResponseWriter) {})
	for _, end := range []string{"", "/", "?create=1"} {
		m, err := ping.New(address+end, "incrocio/1")
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		if err := errors.Join(m.Start(ctx, "a"), m.Success(ctx, "b"), m.Fail(ctx, "c")); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"POST /" + secret + "/start incrocio/1 a", "POST /" + secret + " incrocio/1 b", "POST /" + secret + "/fail incrocio/1 c",
		"POST /" + secret + "/start incrocio/1 a", "POST /" + secret + " incrocio/1 b", "POST /" + secret + "/fail incrocio/1 c",
		"POST /" + secret + "/start?create=1 incrocio/1 a", "POST /" + secret + "?create=1 incrocio/1 b", "POST /" + secret + "/fail?create=1 incrocio/1 c",
	}
	if diff := cmp.Diff(want, told()); diff != "" {
		t.Error(diff)
	}
}

func TestNobody(t *testing.T) {
	m, err := ping.New("", "incrocio/1")
	if m != nil || err != nil {
		t.Fatalf("%v, %v", m, err)
	}
	if err := m.Fail(t.Context(), "x"); err != nil {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	for address, good := range map[string]bool{
		"https://hc.example.org/" + secret:          true,
		"http://127.0.0.1:8000/" + secret:           true,
		"http://[::1]:8000/" + secret:               true,
		"http://localhost/" + secret:                true,
		"http://hc.example.org/" + secret:           false,
		"http://127.0.0.1.example.org/" + secret:    false,
		"file:///" + secret:                         false,
		"hc.example.org/" + secret:                  false,
		"https:///" + secret:                        false,
		"https://hc.example.org/#" + secret:         false,
		"https://hc.example.org:port/" + secret:     false,
		"https://hc.example.org/%zz" + secret:       false,
		"https://hc.example.org/\x7f" + secret + "": false,
	} {
		_, err := ping.New(address, "x")
		if (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && (!errors.Is(err, ping.ErrAddress) || strings.Contains(err.Error(), secret)) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestFailures: what the monitor does wrong is told, without its address.
func TestFailures(t *testing.T) {
	elsewhere, told := check(t, func(http.ResponseWriter) {})
	cases := map[string]struct {
		answer func(http.ResponseWriter)
		want   string
	}{
		"refusal":  {func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) }, "404"},
		"redirect": {func(w http.ResponseWriter) { w.Header().Set("Location", elsewhere); w.WriteHeader(http.StatusFound) }, "302"},
		"hang up":  {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, "EOF"},
	}
	for name, c := range cases {
		address, _ := check(t, c.answer)
		m, err := ping.New(address, "x")
		if err != nil {
			t.Fatal(err)
		}
		err = m.Success(t.Context(), "")
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(told()) > 0 {
		t.Errorf("a redirect was followed: %q", told())
	}
	m, err := ping.New("http://127.0.0.1:1/"+secret, "x")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, ctx := range []context.Context{t.Context(), ctx} {
		if err := m.Start(ctx, ""); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%v", err)
		}
	}
}
