package domande

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/klauspost/compress/s2"
)

// ChildMain is the process that reads a Parquet file: the file is stdin, which must be a plain file, and the claims go
// to stdout. It takes its limits on memory and processor time before it looks at the file, and gives the exit code.
func ChildMain(stdin *os.File, stdout io.Writer) int {
	w := &frameWriter{w: stdout}
	err := limitSelf()
	if err == nil {
		compress.RegisterCodec(compress.Codecs.Snappy, exactSnappy{mustCodec(compress.Codecs.Snappy)})
		compress.RegisterCodec(compress.Codecs.Uncompressed, exactPlain{mustCodec(compress.Codecs.Uncompressed)})
		err = readGuarded(stdin, w)
	}
	if err == nil {
		err = w.end()
	} else {
		err = errors.Join(w.flush(), w.fail(err))
	}
	if err != nil {
		return 1 // nobody listens any more
	}
	return 0
}

// errDamaged is what a panic of the Parquet library comes to.
var errDamaged = errors.New("damaged Parquet file")

// readGuarded turns panics into errors: the library panics on blocks that do not decompress and on counts that do not
// agree. The text of a panic may hold data and is not passed on.
func readGuarded(f *os.File, w *frameWriter) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errDamaged
		}
	}()
	return readParquet(f, w)
}

func mustCodec(c compress.Compression) compress.Codec {
	codec, err := compress.GetCodec(c)
	if err != nil {
		panic(err) // both are part of the library
	}
	return codec
}

// exactSnappy decodes a block only if it has exactly the announced size. The library's own codec would allocate
// whatever the block asks for, and the reader of version 2 pages ignores what the codec gives back.
type exactSnappy struct{ compress.Codec }

// Decode panics with errDamaged where the block is not as announced.
func (exactSnappy) Decode(dst, src []byte) []byte {
	if n, err := s2.DecodedLen(src); err != nil || n != len(dst) {
		panic(errDamaged)
	}
	out, err := s2.Decode(dst, src)
	if err != nil {
		panic(errDamaged)
	}
	return out
}

// exactPlain is the codec of blocks that are not compressed; the library's own one leaves the rest of dst as it was
// where the block is shorter.
type exactPlain struct{ compress.Codec }

// Decode panics with errDamaged where the block is not as announced.
func (exactPlain) Decode(dst, src []byte) []byte {
	if len(src) != len(dst) {
		panic(errDamaged)
	}
	return dst[:copy(dst, src)]
}

// Limits of the process.
const (
	childMemory = 512 << 20 // bytes of data, beyond what the program has when it starts
	childHeap   = 384 << 20 // from here on the collector works harder
	childCPU    = 300       // seconds
)

var errLimits = errors.New("cannot limit the process that reads Parquet")

func limitError(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s: %w", errLimits, what, err)
}
