package night

import (
	"context"

	"incrocio/pipeline"
)

// TakeIn runs the first stage of a night alone: from the files of the inbox to the files of tonight's archive.
func TakeIn(ctx context.Context, cfg Config, ports Ports) (documents int64, err error) {
	in, err := (&night{cfg: cfg, ports: ports, progress: new(Progress)}).takeIn(ctx)
	if err != nil {
		return 0, err
	}
	return in.counts[Line{Total, ItemRead}], nil
}

// Together does jobs, the i-th of as many rows as there are jobs after it.
func Together(ctx context.Context, workers int, do ...func(context.Context) error) error {
	jobs := make([]job, len(do))
	for i := range do {
		jobs[i] = job{int64(len(do) - i), do[i]}
	}
	return together(ctx, workers, jobs)
}

// DoubtSum is what doubtful communications that each point at one person add to what the decision on the person rests on.
func DoubtSum(docs []pipeline.Communication) uint64 {
	r := newRestless()
	for i := range docs {
		r.doubt(1, &docs[i], 1)
	}
	var s sum
	for _, n := range r.noted {
		s.add(n.sum)
	}
	return s.facts
}
