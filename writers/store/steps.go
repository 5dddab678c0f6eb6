package store

import (
	"encoding/json"
	"fmt"
)

// step says what was being done when an error came up.
func step(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// delivering marks that the caller has seen a row.
func delivering[T any](r *reading, fn func(*T) error) func(*T) error {
	return func(row *T) error {
		r.delivered = true
		return fn(row)
	}
}

// detail is the JSON of an audit entry.
func detail(v map[string]any) string {
	b, err := json.Marshal(v) // keys in order
	if err != nil {
		panic(err) // the values are ours: texts and numbers
	}
	return string(b)
}
