package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"sync/atomic"

	"incrocio/pipeline"
)

// item is a document on its way to the parser, or a discard where code is not "".
type item struct {
	source        pipeline.Source
	format        Format
	header        []string // of a row of a table
	from, to      int      // of the bytes of its batch
	code, message string
}

// batch is a run of items, and then of what became of them.
type batch struct {
	items  []item
	bytes  []byte
	parsed []Parsed
	ready  chan struct{} // receives once when parsed is filled
}

// A batch is handed on when it holds so many items or bytes.
const (
	batchItems = 256
	batchBytes = 256 << 10
)

// flight parses batches on several goroutines and gives what comes of them to sink in the order of arrival, from one
// goroutine. Goroutines are started with the second batch, so that a small file costs none.
type flight struct {
	parse   Parser
	sink    func(Parsed) error
	workers int
	handed  atomic.Int64 // documents that reached the parser

	ctx    context.Context // ends when sink returns an error
	cancel context.CancelCauseFunc
	batch  *batch
	free   chan *batch
	work   chan *batch
	order  chan *batch
	wait   sync.WaitGroup
}

func newFlight(ctx context.Context, parse Parser, workers int, sink func(Parsed) error) *flight {
	f := &flight{parse: parse, sink: sink, workers: workers, batch: newBatch()}
	f.ctx, f.cancel = context.WithCancelCause(ctx)
	return f
}

// batches are used again, by one file after another.
var batches = sync.Pool{New: func() any {
	return &batch{items: make([]item, 0, batchItems), bytes: make([]byte, 0, batchBytes), ready: make(chan struct{}, 1)}
}}

func newBatch() *batch { return batches.Get().(*batch) }

func (b *batch) reset() { b.items, b.bytes, b.parsed = b.items[:0], b.bytes[:0], b.parsed[:0] }

// giveBack keeps an empty batch for another file, with nothing in it of this one, unless a large document has made it large.
func (b *batch) giveBack() {
	clear(b.items[:cap(b.items)])
	clear(b.parsed[:cap(b.parsed)])
	if cap(b.bytes) <= 2*batchBytes {
		batches.Put(b)
	}
}

// add takes an item and a copy of its bytes.
func (f *flight) add(i item, data []byte) error {
	b := f.batch
	if len(b.items) > 0 && (len(b.items) == batchItems || len(b.bytes)+len(data) > batchBytes) {
		if err := f.launch(); err != nil {
			return err
		}
		b = f.batch
	}
	i.from = len(b.bytes)
	b.bytes = append(b.bytes, data...)
	i.to = len(b.bytes)
	b.items = append(b.items, i)
	return nil
}

// launch sends the batch off and takes a free one.
func (f *flight) launch() error {
	if f.work == nil {
		f.start()
	}
	f.order <- f.batch // never blocks: there is room for every batch
	f.work <- f.batch
	select {
	case f.batch = <-f.free:
	case <-f.ctx.Done():
		f.batch = newBatch()
		return context.Cause(f.ctx)
	}
	return nil
}

func (f *flight) start() {
	spare := f.workers + 2
	f.free = make(chan *batch, spare+1)
	f.work = make(chan *batch, spare+1)
	f.order = make(chan *batch, spare+1)
	for range spare {
		f.free <- newBatch()
	}
	for range f.workers {
		f.wait.Go(func() {
			var d decoder
			for b := range f.work {
				f.run(&d, b)
				b.ready <- struct{}{}
			}
		})
	}
	f.wait.Go(f.collect)
}

// collect gives what was parsed to sink and sends batches back.
func (f *flight) collect() {
	for b := range f.order {
		<-b.ready
		if f.ctx.Err() == nil {
			if err := f.deliver(b); err != nil {
				f.cancel(err)
			}
		}
		b.reset()
		f.free <- b
	}
}

func (f *flight) deliver(b *batch) error {
	for _, p := range b.parsed {
		if err := f.sink(p); err != nil {
			return err
		}
	}
	clear(b.parsed)
	return nil
}

// land finishes what is under way and gives the first error there was. After a failure nothing more is given to sink.
func (f *flight) land(failure error) error {
	if failure != nil {
		f.cancel(failure)
	}
	switch {
	case f.work != nil:
		if failure == nil {
			f.order <- f.batch
			f.work <- f.batch
		}
		close(f.work)
		close(f.order)
		f.wait.Wait()
		for len(f.free) > 0 {
			(<-f.free).giveBack()
		}
	case f.ctx.Err() == nil:
		f.run(new(decoder), f.batch)
		if err := f.deliver(f.batch); err != nil {
			f.cancel(err)
		}
		f.batch.reset()
		f.batch.giveBack()
	}
	err := context.Cause(f.ctx)
	f.cancel(nil)
	return err
}

// decoder keeps the room that conversion to UTF-8 and a digest in hexadecimal take.
type decoder struct{ buf, hex []byte }

func (f *flight) run(d *decoder, b *batch) {
	for _, i := range b.items {
		b.parsed = append(b.parsed, f.item(d, i, b.bytes[i.from:i.to:i.to]))
	}
}

func (f *flight) item(d *decoder, i item, data []byte) Parsed {
	if i.code == "" {
		sum := sha256.Sum256(data)
		d.hex = hex.AppendEncode(d.hex[:0], sum[:])
		i.source.SHA256 = string(d.hex)
		text, buf, fault := toUTF8(i.format, data, d.buf)
		if d.buf = buf; fault == "" {
			f.handed.Add(1)
			return f.parse(Document{Source: i.source, Format: i.format, Data: text, Header: i.header})
		}
		i.code, i.message = pipeline.DiscardEncoding, fault
	}
	return Parsed{Discards: []pipeline.Discard{{Source: i.source, Code: i.code, Message: i.message}}}
}
