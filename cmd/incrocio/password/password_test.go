package password_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"incrocio/cmd/incrocio/password"
)

const horse = "cavallo batteria graffetta"

func TestHashAndVerify(t *testing.T) {
	t.Parallel()
	encoded, err := password.Hash([]byte(horse), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(encoded, "$argon2id$v=19$m=47104,t=1,p=1$") {
		t.Errorf("digest %s", encoded)
	}
	for candidate, want := range map[string]bool{horse: true, horse + " ": false, "": false, "Cavallo batteria graffetta": false} {
		if got, err := password.Verify(encoded, []byte(candidate)); got != want || err != nil {
			t.Errorf("Verify(%q) = %v, %v; want %v", candidate, got, err, want)
		}
	}
	again, err := password.Hash([]byte(horse), rand.Reader)
	if err != nil || again == encoded {
		t.Errorf("two digests of a password are one: %s, %v", again, err)
	}
}

// TestKnownDigests are those of the reference implementation of argon2 (its test.c, version 0x13).
func TestKnownDigests(t *testing.T) {
	t.Parallel()
	for encoded, want := range map[string]string{
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4":   "password",
		"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc":   "password",
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc": "password",
	} {
		if ok, err := password.Verify(encoded, []byte(want)); !ok || err != nil {
			t.Errorf("%s: %v, %v", encoded, ok, err)
		}
		if ok, err := password.Verify(encoded, []byte("differentpassword")); ok || err != nil {
			t.Errorf("%s with another password: %v, %v", encoded, ok, err)
		}
	}
}

func TestPasswordsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		password string
		want     error
	}{
		"empty":                      {"", password.ErrShort},
		"eleven characters":          {"undicigiusti"[:11], password.ErrShort},
		"eleven characters in bytes": {strings.Repeat("è", 11), password.ErrShort},
		"too long":                   {strings.Repeat("a", password.MaxLength+1), password.ErrLong},
		"no UTF-8":                   {"una password \xff", password.ErrText},
		"two lines":                  {"una password\nsu due righe", password.ErrText},
		"a NUL":                      {"una password \x00", password.ErrText},
	} {
		if got, err := password.Hash([]byte(c.password), rand.Reader); got != "" || !errors.Is(err, c.want) {
			t.Errorf("%s: %q, %v; want %v", name, got, err, c.want)
		}
	}
	for _, good := range []string{strings.Repeat("è", password.MinLength), strings.Repeat("a", password.MaxLength)} {
		if _, err := password.Hash([]byte(good), rand.Reader); err != nil {
			t.Errorf("%d bytes: %v", len(good), err)
		}
	}
	if _, err := password.Verify(password.Nobody, bytes.Repeat([]byte("a"), password.MaxLength+1)); !errors.Is(err, password.ErrLong) {
		t.Errorf("verify a long one: %v", err)
	}
	broken := errors.New("no entropy")
	if _, err := password.Hash([]byte(horse), iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("without entropy: %v", err)
	}
}

// TestDigestsThatAreRefused: whoever can write a digest cannot make the program work for it.
func TestDigestsThatAreRefused(t *testing.T) {
	t.Parallel()
	text := func(n int) string { return base64.RawStdEncoding.EncodeToString(make([]byte, n)) }
	tail := "$" + text(16) + "$" + text(32)
	for _, encoded := range []string{
		"", "$", "$$$$$", horse, "$argon2i$v=19$m=65536,t=3,p=4" + tail, "$argon2id$v=16$m=65536,t=3,p=4" + tail,
		"$argon2id$m=65536,t=3,p=4" + tail, "x$argon2id$v=19$m=65536,t=3,p=4" + tail, "$argon2id$v=19$m=65536,t=3,p=4" + tail + "$",
		"$argon2id$v=19$m=4294967295,t=3,p=4" + tail, "$argon2id$v=19$m=262145,t=3,p=4" + tail, "$argon2id$v=19$m=65536,t=17,p=4" + tail,
		"$argon2id$v=19$m=65536,t=3,p=17" + tail, "$argon2id$v=19$m=65536,t=0,p=4" + tail, "$argon2id$v=19$m=65536,t=3,p=0" + tail,
		"$argon2id$v=19$m=31,t=3,p=4" + tail, "$argon2id$v=19$m=-1,t=3,p=4" + tail, "$argon2id$v=19$m=065536,t=3,p=4" + tail,
		"$argon2id$v=19$m=+65536,t=3,p=4" + tail, "$argon2id$v=19$t=3,m=65536,p=4" + tail, "$argon2id$v=19$m=65536,t=3" + tail,
		"$argon2id$v=19$m=65536,t=3,p=260" + tail, "$argon2id$v=19$m=65536,t=3,p=4$" + text(7) + "$" + text(32),
		"$argon2id$v=19$m=65536,t=3,p=4$" + text(65) + "$" + text(32), "$argon2id$v=19$m=65536,t=3,p=4$" + text(16) + "$" + text(15),
		"$argon2id$v=19$m=65536,t=3,p=4$" + text(16) + "$" + text(65), "$argon2id$v=19$m=65536,t=3,p=4$=" + tail[1:],
		"$argon2id$v=19$m=65536,t=3,p=4$" + text(16) + "$" + text(32) + "\n", "$argon2id$v=19$m=65536,t=3,p=4$" + text(16) + "$" + strings.Repeat("A", 600),
	} {
		if ok, err := password.Verify(encoded, []byte(horse)); ok || !errors.Is(err, password.ErrDigest) {
			t.Errorf("%q: %v, %v", encoded, ok, err)
		}
	}
}

// TestNobodyCostsAsMuch: the digest for unknown names has the parameters of all others, and no password.
func TestNobodyCostsAsMuch(t *testing.T) {
	t.Parallel()
	encoded, err := password.Hash([]byte(horse), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	parameters := func(s string) string { return s[:strings.LastIndexByte(s[:strings.LastIndexByte(s, '$')], '$')] }
	if parameters(encoded) != parameters(password.Nobody) || len(encoded) != len(password.Nobody) {
		t.Errorf("%s and %s differ in what they cost", encoded, password.Nobody)
	}
	if ok, err := password.Verify(password.Nobody, []byte(horse)); ok || err != nil {
		t.Errorf("nobody has signed in: %v, %v", ok, err)
	}
}

func BenchmarkVerify(b *testing.B) {
	for b.Loop() {
		_, _ = password.Verify(password.Nobody, []byte(horse))
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(password.Nobody)
	f.Add("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	f.Add("$argon2id$v=19$m=65536,t=3,p=4$$")
	f.Fuzz(func(t *testing.T, encoded string) {
		if ok, err := password.Verify(encoded, []byte(horse)); ok && err != nil {
			t.Errorf("%q: yes, and %v", encoded, err)
		}
	})
}
