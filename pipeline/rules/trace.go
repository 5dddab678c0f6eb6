package rules

import (
	"encoding/json"
)

// trace writes what a decision compared as JSON text: the rule, then pairs of name and value in the order given.
// Values that are empty are left out.
func trace(rule string, pairs ...string) string {
	b := append([]byte(`{"regola":`), quote(rule)...)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		b = append(b, ',')
		b = append(b, quote(pairs[i])...)
		b = append(b, ':')
		b = append(b, quote(pairs[i+1])...)
	}
	return string(append(b, '}'))
}

func quote(s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always encodes
	}
	return b
}
