package console

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// draw executes one of the shared templates.
func draw(t *testing.T, name string, data any) string {
	t.Helper()
	all, err := loadTemplates(embedded)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	page := all.byName["elemento"]
	if err := page.ExecuteTemplate(&b, name, data); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTimeline(t *testing.T) {
	d := exception("E1")
	date := pipeline.MustDate
	d.Actions = append(
		d.Actions,
		pipeline.Action{Type: pipeline.ActionResume, Mode: pipeline.ModeAuto, From: date("2014-10-01"), NewEnd: date("2015-03-04")},
		pipeline.Action{Type: pipeline.ActionReduce, Mode: pipeline.ModeAuto, From: date("2014-10-10"), To: date("2014-12-31")},
		pipeline.Action{Type: pipeline.ActionDecade, Mode: pipeline.ModeProposed, From: date("2015-02-01")},
		pipeline.Action{Type: pipeline.ActionUpdateData, Mode: pipeline.ModeAuto, From: date("2014-07-01")},
	)
	golden(t, "disegni/giorni.html", draw(t, "timeline", newTimeline(&d, date("2014-10-01"))))

	open := exception("E1")
	open.To, open.Actions[0].To, open.Actions[0].NewEnd = 0, 0, 0
	tl := newTimeline(&open, date("2014-10-01"))
	if !tl.Bars[1].Open || tl.Words[2].To != "senza fine nota" || tl.Words[2].Days != "" {
		t.Errorf("an open suspension: %+v, %+v", tl.Bars[1], tl.Words[2])
	}
	open.Sheet.Claim.Start = 0
	if newTimeline(&open, date("2014-10-01")) != nil || newTimeline(&worklist.Detail{}, 1) != nil {
		t.Error("a claim without a first day is drawn")
	}
}

func TestChart(t *testing.T) {
	c := newBarChart("Per classe", "Classe", "Eccezioni", []chartBar{
		{Label: "Blocco", Value: 12345, URL: "/eccezioni?classe=BLOCCO"}, {Label: "Una classe dal nome davvero molto lungo", Value: 1}, {Label: "Info"},
	})
	golden(t, "disegni/barre.html", draw(t, "chart", c))
	if newBarChart("x", "x", "x", nil) != nil {
		t.Error("no bars are drawn")
	}
}

// Whatever the dates and numbers are, drawings stay in their frames.
func TestDrawingsStayInTheirFrames(t *testing.T) {
	anyDate := rapid.Custom(func(t *rapid.T) pipeline.Date {
		if rapid.Bool().Draw(t, "none") {
			return 0
		}
		return pipeline.Date(rapid.Int32Range(1, int32(pipeline.MaxDate)).Draw(t, "day"))
	})
	rapid.Check(t, func(t *rapid.T) {
		d := exception("E1")
		d.From, d.To = anyDate.Draw(t, "from"), anyDate.Draw(t, "to")
		c := d.Sheet.Claim
		c.Start, c.PaidThrough, c.DaysGranted = anyDate.Draw(t, "start"), anyDate.Draw(t, "paid"), rapid.Int32().Draw(t, "days")
		for i := range rapid.IntRange(0, 5).Draw(t, "actions") {
			_ = i
			d.Actions = append(d.Actions, pipeline.Action{
				Type: rapid.SampledFrom([]string{pipeline.ActionSuspend, pipeline.ActionDecade, pipeline.ActionReduce, pipeline.ActionResume}).Draw(t, "type"),
				From: anyDate.Draw(t, "a"), To: anyDate.Draw(t, "b"), NewEnd: anyDate.Draw(t, "c"),
			})
		}
		tl := newTimeline(&d, anyDate.Draw(t, "today"))
		if tl == nil {
			return
		}
		for _, b := range tl.Bars {
			if b.X < timeLeft || b.Width < 2 || b.X+b.Width > timeWidth-timeRight+2 {
				t.Fatalf("bar %+v", b)
			}
		}
		for _, m := range tl.Marks {
			if m.X < timeLeft || m.X > timeWidth-timeRight {
				t.Fatalf("mark %+v", m)
			}
		}
		if len(tl.Ticks) > 40 {
			t.Fatalf("%d ticks", len(tl.Ticks))
		}
		for _, w := range tl.Words {
			if strings.HasPrefix(w.Days, "-") {
				t.Fatalf("%+v", w)
			}
		}
		chart := newBarChart("x", "x", "x", []chartBar{{Value: rapid.Int64().Draw(t, "value")}, {Value: rapid.Int64().Draw(t, "value")}})
		for _, b := range chart.Bars {
			if b.Width < 0 || b.X+b.Width > chartWidth {
				t.Fatalf("bar %+v", b)
			}
		}
	})
}
