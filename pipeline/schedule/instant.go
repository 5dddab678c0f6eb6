package schedule

import (
	"time"

	"incrocio/pipeline"
)

// instant gives the moment at which clocks in loc first show the minute of day d. Where a change of the clocks skips that
// minute it gives the first moment after the gap.
//
// [time.Date] does not promise which of two moments it gives, so the two offsets around the day are tried by hand.
func instant(d pipeline.Date, minute int, loc *time.Location) time.Time {
	wall := int64(d.UnixDays())*86400 + int64(minute)*60
	var first time.Time
	for _, near := range [2]int64{wall - 86400, wall + 86400} {
		offset := offsetAt(near, loc)
		t := time.Unix(wall-offset, 0).In(loc)
		if offsetAt(wall-offset, loc) == offset && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	if !first.IsZero() {
		return first
	}
	after := time.Unix(wall-offsetAt(wall-86400, loc), 0).In(loc) // with the old offset, the minute lies past the change
	change, _ := after.ZoneBounds()
	return change
}

// offsetAt gives the seconds east of UTC at a moment.
func offsetAt(unix int64, loc *time.Location) int64 {
	_, offset := time.Unix(unix, 0).In(loc).Zone()
	return int64(offset)
}
