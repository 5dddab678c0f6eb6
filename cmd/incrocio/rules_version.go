package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// rulesRelease changes when the same facts and switches may be decided otherwise.
const rulesRelease = "1"

// rulesVersion names the rules that a night goes by: their release, and a piece of the SHA-256 of the switches and code
// tables. It is the same wherever and whenever it is computed.
func (c *config) rulesVersion() string {
	h := sha256.New()
	parameters := c.ruleParameters()
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		fmt.Fprintf(h, "%s=%s\n", key, parameters[key])
	}
	for _, code := range slices.Sorted(maps.Keys(c.Rules.Contracts)) {
		for _, t := range c.Rules.Contracts[code] {
			fmt.Fprintf(h, "%s|%s|%s|%s|%s|%s\n", t.Code, t.Name, t.Form, t.Treatment, t.ValidFrom, t.ValidTo)
		}
	}
	return rulesRelease + "-" + hex.EncodeToString(h.Sum(nil))[:12]
}
