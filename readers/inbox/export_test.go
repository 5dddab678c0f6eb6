package inbox

import (
	"bytes"
	"context"
)

// Take reads data as if it were the file of the unit.
func (b *Box) Take(ctx context.Context, unit Unit, data []byte, sink func(Parsed) error) (Digest, error) {
	return b.take(ctx, unit, bytes.NewReader(data), int64(len(data)), sink)
}
