// Package digest tells files apart by what they hold.
package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
)

// File gives the SHA-256 of a file in hexadecimal, and how many bytes it has.
func File(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}
