package rules

import "incrocio/pipeline"

// jobs finds jobs by what is told of them: by a look at each, or by maps where they are many.
type jobs struct {
	all        []*job
	byEmployer map[string][]*job     // nil until asked for
	byStart    map[pipeline.Date]int // the first not cancelled of each first day; nil until asked for
}

func newJobs(all []*job) *jobs { return &jobs{all: all} }

// of gives the jobs of an employer, in order, with others where they are few; without a name all of them. All must be
// communicated by employers.
func (x *jobs) of(employer string) []*job {
	if employer == "" || len(x.all) <= few {
		return x.all
	}
	if x.byEmployer == nil {
		x.byEmployer = map[string][]*job{}
		for _, j := range x.all {
			for _, name := range j.rel.Employers() {
				if of := x.byEmployer[name]; len(of) == 0 || of[len(of)-1] != j {
					x.byEmployer[name] = append(of, j)
				}
			}
		}
	}
	return x.byEmployer[employer]
}

// nearest gives the job not cancelled that began nearest to a day, at most sameStartDays apart, the first of several; nil
// where there is none.
func (x *jobs) nearest(day pipeline.Date) *job {
	if len(x.all) <= few {
		return x.nearestOfFew(day)
	}
	if x.byStart == nil {
		x.byStart = map[pipeline.Date]int{}
		for i, j := range x.all {
			if _, had := x.byStart[j.start]; !had && !j.cancelled() {
				x.byStart[j.start] = i
			}
		}
	}
	for gap := range pipeline.Date(sameStartDays + 1) {
		before, early := x.byStart[day-gap]
		after, late := x.byStart[day+gap]
		switch {
		case early && late:
			return x.all[min(before, after)]
		case early:
			return x.all[before]
		case late:
			return x.all[after]
		}
	}
	return nil
}

func (x *jobs) nearestOfFew(day pipeline.Date) *job {
	var best *job
	for _, j := range x.all {
		if gap := abs(day - j.start); gap <= sameStartDays && !j.cancelled() && (best == nil || gap < abs(day-best.start)) {
			best = j
		}
	}
	return best
}

// cancelled tells whether the job was cancelled by the employer, and no operator has ascertained its days all the same.
func (j *job) cancelled() bool { return j.rel != nil && j.rel.Cancelled && j.dates == nil }
