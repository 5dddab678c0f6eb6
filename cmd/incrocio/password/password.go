// Package password turns passwords of local accounts into digests and back into a yes or no, with argon2id (RFC 9106). It
// keeps nothing and logs nothing.
package password

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// MinLength is how many characters a password must have at least; MaxLength is the most it may have, in bytes.
const (
	MinLength = 12
	MaxLength = 1024
)

// Errors of this package. None repeats a password or a digest.
var (
	// ErrShort is returned by Hash for a password of fewer than [MinLength] characters.
	ErrShort = fmt.Errorf("the password has fewer than %d characters", MinLength)
	// ErrLong is returned for one of more than [MaxLength] bytes.
	ErrLong = fmt.Errorf("the password has more than %d bytes", MaxLength)
	// ErrText is returned by Hash for a password that is no UTF-8 or holds a control character, such as the end of a line.
	ErrText = errors.New("the password holds characters that cannot be typed")
	// ErrDigest is returned by Verify for a digest that is none of ours, or asks for more than a server should give.
	ErrDigest = errors.New("the digest is not argon2id, or its parameters are out of bounds")
)

// Parameters of new digests: the first choice of the OWASP Password Storage Cheat Sheet. One thread and 46 MiB: a console
// where several people sign in at once must not run out of either.
const (
	passes  = 1
	memory  = 46 * 1024 // KiB
	threads = 1
	saltLen = 16
	keyLen  = 32
)

// Bounds of the parameters that are read from a digest: whoever can write a digest must not be able to stop the server.
const (
	maxDigest  = 512
	maxPasses  = 16
	maxMemory  = 256 * 1024 // KiB
	maxThreads = 16
	minSalt    = 8
	maxSalt    = 64
	minKey     = 16
	maxKey     = 64
)

// Nobody is a digest that no password is known for. Verifying against it costs as much as against that of an account, so
// that nobody learns from the time whether a name is known.
const Nobody = "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// Hash gives the digest of a password as "$argon2id$v=19$m=…,t=…,p=…$salt$key", with the salt read from rand. It returns
// [ErrShort], [ErrLong], [ErrText] or the error of rand.
func Hash(password []byte, rand io.Reader) (string, error) {
	if err := check(password); err != nil {
		return "", err
	}
	salt := make([]byte, saltLen)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return "", fmt.Errorf("draw salt: %w", err)
	}
	key := argon2.IDKey(password, salt, passes, memory, threads, keyLen)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

func check(password []byte) error {
	switch {
	case len(password) > MaxLength:
		return ErrLong
	case !utf8.Valid(password):
		return ErrText
	case utf8.RuneCount(password) < MinLength:
		return ErrShort
	}
	for _, r := range string(password) {
		if r < ' ' || r == 0x7f {
			return ErrText
		}
	}
	return nil
}

// Verify tells whether a digest is that of a password, in a time that does not depend on the answer. It returns [ErrDigest]
// or [ErrLong].
func Verify(encoded string, password []byte) (bool, error) {
	d, err := parse(encoded)
	if err != nil {
		return false, err
	}
	if len(password) > MaxLength {
		return false, ErrLong
	}
	key := argon2.IDKey(password, d.salt, d.passes, d.memory, d.threads, uint32(len(d.key)))
	return subtle.ConstantTimeCompare(key, d.key) == 1, nil
}

// digest is a digest taken apart.
type digest struct {
	memory, passes uint32
	threads        uint8
	salt, key      []byte
}

// parse reads a digest that [Hash] could have written with parameters within the bounds.
func parse(encoded string) (digest, error) {
	parts := strings.Split(encoded, "$")
	if len(encoded) > maxDigest || strings.ContainsAny(encoded, "\r\n") || // which base64 would skip
		len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return digest{}, ErrDigest
	}
	params := strings.Split(parts[3], ",")
	if len(params) != 3 {
		return digest{}, ErrDigest
	}
	m, okM := parameter(params[0], "m=", maxMemory)
	t, okT := parameter(params[1], "t=", maxPasses)
	p, okP := parameter(params[2], "p=", maxThreads)
	salt, errSalt := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	key, errKey := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if !okM || !okT || !okP || errSalt != nil || errKey != nil || m < 8*p || // RFC 9106, section 3.1
		len(salt) < minSalt || len(salt) > maxSalt || len(key) < minKey || len(key) > maxKey {
		return digest{}, ErrDigest
	}
	return digest{m, t, uint8(p), salt, key}, nil
}

// parameter reads a number from 1 to limit, written as numbers are.
func parameter(s, name string, limit uint64) (uint32, bool) {
	text, ok := strings.CutPrefix(s, name)
	n, err := strconv.ParseUint(text, 10, 32)
	return uint32(n), ok && err == nil && n >= 1 && n <= limit && strconv.FormatUint(n, 10) == text
}
