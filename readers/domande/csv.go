package domande

import (
	"context"
	"os"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// csvSnapshot is a snapshot in a CSV file.
type csvSnapshot struct{ datedFile }

// Each reads the file once, in its order.
func (s *csvSnapshot) Each(ctx context.Context, fn func(*pipeline.Claim) error, bad func(pipeline.Discard) error) error {
	return s.each(func(f *os.File) error {
		return row.ReadCSV(ctx, f, row.NewDelivery(s.name, fn, bad))
	})
}
