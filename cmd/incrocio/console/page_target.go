package console

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"incrocio/pipeline/worklist"
)

// targetText is an item as the operator sees it, as the value of a field: "version.fingerprint.id", the last two in base64url.
func targetText(i *worklist.Item) string {
	enc := base64.RawURLEncoding
	return strconv.FormatInt(i.Version, 10) + "." + enc.EncodeToString([]byte(i.Fingerprint)) + "." + enc.EncodeToString([]byte(i.ID))
}

// parseTarget is the inverse of targetText, and false for what it cannot have given.
func parseTarget(kind worklist.Kind, s string) (worklist.Target, bool) {
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return worklist.Target{}, false
	}
	version, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || version < 0 || strconv.FormatInt(version, 10) != parts[0] {
		return worklist.Target{}, false
	}
	enc := base64.RawURLEncoding.Strict()
	seen, err := enc.DecodeString(parts[1])
	if err != nil || len(seen) > maxID {
		return worklist.Target{}, false
	}
	id, err := enc.DecodeString(parts[2])
	if err != nil || len(id) == 0 || len(id) > maxID {
		return worklist.Target{}, false
	}
	return worklist.Target{Key: worklist.Key{Kind: kind, ID: string(id)}, Version: version, Fingerprint: string(seen)}, true
}

// tokenOf names the sending of a form: what the form was given when it was shown, and a digest of what is asked. The same
// click twice has the same name; another choice on the same page, after Back, has another.
func tokenOf(form string, c *worklist.Command) (string, error) {
	if len(form) < 16 || len(form) > 64 {
		return "", errForm
	}
	said := *c
	said.Token = ""
	b, err := json.Marshal(said)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return form + "-" + hex.EncodeToString(sum[:8]), nil
}
