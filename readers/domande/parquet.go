package domande

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// ChildVerb is the first argument of the process that reads a Parquet file. A program that calls [InForce] must hand
// over to [ChildMain] when it is started with it; so must the TestMain of its tests.
const ChildVerb = "leggi-domande-parquet"

// parquetSnapshot is a snapshot in a Parquet file. A damaged Parquet file can crash, fill the memory of or stop the
// process that reads it, in ways that Go cannot recover from, so another process does, under limits.
type parquetSnapshot struct {
	datedFile
	child child
}

// child is how the other process is started and watched.
type child struct {
	command func() (path string, args []string, err error) // args with the name of the program first
	silence time.Duration                                  // longest wait for the next bytes
	ratio   int64                                          // bytes it may send for each byte of the file
	least   int64                                          // bytes it may always send
}

// Limits of the other process, seen from here; it sets those on memory and processor time itself.
const (
	childSilence = 30 * time.Second
	childRatio   = 200
	childLeast   = 64 << 20
)

func defaultChild() child {
	return child{
		command: func() (string, []string, error) {
			path, err := os.Executable()
			return path, []string{os.Args[0], ChildVerb}, err
		},
		silence: childSilence, ratio: childRatio, least: childLeast,
	}
}

// Errors of the other process.
var (
	errSilent  = errors.New("the process that reads Parquet was silent for too long")
	errFlood   = errors.New("the file expands beyond the allowed ratio")
	errCrashed = errors.New("the process that reads Parquet broke down")
)

// Each reads the file in its order, in another process.
func (s *parquetSnapshot) Each(ctx context.Context, fn func(*pipeline.Claim) error, bad func(pipeline.Discard) error, void func(*pipeline.Claim) error) error {
	return s.each(ctx, func(f *os.File) error {
		return row.Deliver(s.name, &row.Receiver{Claim: fn, Bad: bad, Void: void}, func(to *row.Delivery) error {
			return s.child.read(ctx, f, s.info.Size(), to)
		})
	})
}

// read starts the process on the open file, so that no name is looked up twice, and ends it in every case.
func (c *child) read(ctx context.Context, f *os.File, size int64, to *row.Delivery) error {
	path, args, err := c.command()
	if err != nil {
		return err
	}
	run, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	cmd := exec.CommandContext(run, path)
	cmd.Args = args
	cmd.Env = []string{"GOTRACEBACK=none", "GOMAXPROCS=2"} // nothing of ours: passwords may be in the environment
	cmd.Stdin = f
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the process that reads Parquet: %w", err)
	}
	enlarge(out)
	watch := &watched{r: out, left: max(c.least, size*c.ratio), silence: c.silence}
	watch.timer = time.AfterFunc(c.silence, func() { kill(errSilent) })
	defer watch.timer.Stop()
	err = readFrames(watch, to)
	if !errors.Is(err, errShort) {
		kill(nil) // it has said all there is to say
		_ = cmd.Wait()
		return err
	}
	watch.timer.Reset(c.silence)
	wait := cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(context.Cause(run), errSilent):
		return errSilent
	case wait != nil:
		return fmt.Errorf("%w: %w", errCrashed, wait)
	}
	return err
}

// watched counts what comes from the process and measures only the time spent waiting for it: a slow receiver of
// claims is not its fault.
type watched struct {
	r       io.Reader
	left    int64
	timer   *time.Timer
	silence time.Duration
}

func (w *watched) Read(p []byte) (int, error) {
	w.timer.Reset(w.silence)
	n, err := w.r.Read(p)
	w.timer.Stop()
	if w.left -= int64(n); w.left < 0 {
		return 0, errFlood
	}
	return n, err
}
