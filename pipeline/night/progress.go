package night

import "sync/atomic"

// Progress tells how far a night is; another goroutine may read it at any time. The zero value is ready.
type Progress struct {
	// Began is told of each stage as it begins, on the goroutine of the night, and is set before the night; nil: nobody.
	Began func(stage string)

	stage atomic.Pointer[string]
	done  atomic.Int64
	total atomic.Int64
}

// Now gives the stage, in Italian, and how many of its steps are done; total is 0 where the number is not known.
func (p *Progress) Now() (stage string, done, total int64) {
	if s := p.stage.Load(); s != nil {
		stage = *s
	}
	return stage, p.done.Load(), p.total.Load()
}

func (p *Progress) begin(stage string, total int) {
	p.done.Store(0)
	p.total.Store(int64(total))
	p.stage.Store(&stage)
	if p.Began != nil {
		p.Began(stage)
	}
}

func (p *Progress) step(n int64) { p.done.Add(n) }
