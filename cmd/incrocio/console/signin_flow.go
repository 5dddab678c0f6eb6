package console

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// flowTime is how long somebody may take at the provider.
const flowTime = 10 * time.Minute

// maxFlowCookie is more than any cookie of a flow that this process made.
const maxFlowCookie = 4096

// flows seals what has to be known when somebody comes back from the provider into a cookie: nothing is kept of those who
// never do, however many they are. The key is the process's own; whoever is under way when it starts again begins anew.
type flows struct {
	now  func() time.Time
	rand io.Reader
	aead cipher.AEAD
	used *recent[bool] // states of those who came back
}

func newFlows(now func() time.Time, rand io.Reader) (*flows, error) {
	key := make([]byte, 32)
	if _, err := io.ReadFull(rand, key); err != nil {
		return nil, fmt.Errorf("draw a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &flows{now: now, rand: rand, aead: aead, used: newRecent[bool](rememberedKeys)}, nil
}

// seal gives the cookie of a flow, as a header.
func (fs *flows) seal(f *flow) (string, error) {
	plain, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, fs.aead.NonceSize())
	if _, err := io.ReadFull(fs.rand, nonce); err != nil {
		return "", fmt.Errorf("draw a nonce: %w", err)
	}
	sealed := fs.aead.Seal(nonce, nonce, plain, []byte(flowCookie))
	c := fs.cookie(base64.RawURLEncoding.EncodeToString(sealed))
	c.MaxAge = int(flowTime.Seconds())
	return c.String(), nil
}

// none gives the header that takes the cookie away.
func (fs *flows) none() string {
	c := fs.cookie("")
	c.MaxAge = -1
	return c.String()
}

// cookie comes back with who is sent here from another site by a link, which SameSite=Strict would not.
func (fs *flows) cookie(value string) *http.Cookie {
	return &http.Cookie{Name: flowCookie, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// open reads the flow of a request; the error wraps errRefused.
func (fs *flows) open(r *http.Request) (*flow, error) {
	refuse := func(what string) (*flow, error) { return nil, fmt.Errorf("%w: %s", errRefused, what) }
	found := r.CookiesNamed(flowCookie)
	if len(found) != 1 || len(found[0].Value) > maxFlowCookie {
		return refuse("no sign-in under way")
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(found[0].Value)
	if err != nil || len(sealed) < fs.aead.NonceSize() {
		return refuse("sign-in of another process")
	}
	n := fs.aead.NonceSize()
	plain, err := fs.aead.Open(nil, sealed[:n], sealed[n:], []byte(flowCookie))
	if err != nil {
		return refuse("sign-in of another process")
	}
	var f flow
	if err := json.Unmarshal(plain, &f); err != nil || f.State == "" || f.Nonce == "" {
		return refuse("sign-in of another process")
	}
	if !fs.now().Before(f.Until) {
		return refuse("sign-in took too long")
	}
	return &f, nil
}

// use tells whether nobody came back with this flow before.
func (fs *flows) use(f *flow) (first bool) {
	fs.used.with(f.State, func(used bool) bool {
		first = !used
		return true
	})
	return first
}
