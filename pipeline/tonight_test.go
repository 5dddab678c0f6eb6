package pipeline_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
)

// TestTonightRemembersWhenAnAnswerChanges: all answers are the same up to that night, and on the next one of them is not.
func TestTonightRemembersWhenAnAnswerChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOf(rapid.OneOf(rapid.Int32Range(1, 60), rapid.SampledFrom([]int32{0, int32(pipeline.MaxDate)}))).Draw(t, "days")
		kinds := rapid.SliceOfN(rapid.IntRange(0, 3), len(days), len(days)).Draw(t, "questions")
		ask := func(on pipeline.Date) (answers []pipeline.Date, until pipeline.Date) {
			night := pipeline.NewTonight(on)
			yes := func(is bool) pipeline.Date {
				if is {
					return 1
				}
				return 0
			}
			for i, d := range days {
				day := pipeline.Date(d)
				switch kinds[i] {
				case 0:
					answers = append(answers, yes(night.Reached(day)))
				case 1:
					answers = append(answers, yes(night.Past(day)))
				case 2:
					answers = append(answers, yes(night.Is(day)))
				default:
					answers = append(answers, night.OrLater(day))
				}
			}
			return answers, night.Until()
		}
		on := pipeline.Date(rapid.Int32Range(1, 60).Draw(t, "night"))
		first, until := ask(on)
		if until < on {
			t.Fatalf("until %d, before the night %d", until, on)
		}
		for next := on; next <= min(until, 70); next++ {
			if again, _ := ask(next); !slices.Equal(first, again) {
				t.Fatalf("on %d %v, on %d %v, until %d", on, first, next, again, until)
			}
		}
		if until < 70 {
			if again, _ := ask(until + 1); slices.Equal(first, again) {
				t.Fatalf("on %d %v, and the same after %d", on, first, until)
			}
		}
	})
}
