package domande

import (
	"context"
	"io"
	"os"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// csvSnapshot is a snapshot in a CSV file.
type csvSnapshot struct{ datedFile }

// Each reads the file in its order.
func (s *csvSnapshot) Each(ctx context.Context, fn func(*pipeline.Claim) error, bad func(pipeline.Discard) error, void func(*pipeline.Claim) error) error {
	return s.each(ctx, func(f *os.File) error {
		return row.Deliver(s.name, &row.Receiver{Claim: fn, Bad: bad, Void: void}, func(to *row.Delivery) error {
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				return err
			}
			return row.ReadCSV(ctx, f, to)
		})
	})
}
