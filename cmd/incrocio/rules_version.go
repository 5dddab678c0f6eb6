package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// rulesRelease changes when the same facts and switches may be decided otherwise.
const rulesRelease = "5"

// rulesVersion names the rules that a night goes by: their release, and a piece of the SHA-256 of the switches, the code
// tables and the parameters by date. It is the same wherever and whenever it is computed.
func (c *config) rulesVersion() string {
	var b strings.Builder
	parameters := c.ruleParameters()
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		fmt.Fprintf(&b, "%s=%s\n", key, parameters[key])
	}
	for _, code := range slices.Sorted(maps.Keys(c.Rules.Contracts)) {
		for _, t := range c.Rules.Contracts[code] {
			fmt.Fprintf(&b, "%s|%s|%s|%s|%s|%s\n", t.Code, t.Name, t.Form, t.Treatment, t.ValidFrom, t.ValidTo)
		}
	}
	b.WriteString(c.Rules.Parameters.Text())
	sum := sha256.Sum256([]byte(b.String()))
	return rulesRelease + "-" + hex.EncodeToString(sum[:])[:12]
}
