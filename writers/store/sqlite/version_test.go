package sqlite

import (
	"errors"
	"testing"
)

func TestCheckVersion(t *testing.T) {
	for version, good := range map[string]bool{
		"3.51.3": true, "3.51.4": true, "3.52.0": true, "3.54.1": true, "4.0.0": true, "3.51.3.1": true, "3.52": true,
		"3.51.2": false, "3.50.9": false, "3.7.0": false, "2.99.99": false, "3.51": false, "": false, "x": false, "3.51.x": false,
	} {
		if err := checkVersion(version); (err == nil) != good || err != nil && !errors.Is(err, ErrVersion) {
			t.Errorf("%q: %v", version, err)
		}
	}
}
