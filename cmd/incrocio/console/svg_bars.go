package console

// barChart is a small drawing of counts, with the same as a table. Lengths are in units of the drawing.
type barChart struct {
	Title  string
	Head   string // of the first column of the table
	Unit   string // of the second
	Width  int
	Height int
	Bars   []chartBar
}

// chartBar is a count.
type chartBar struct {
	Label      string
	Value      int64
	Text       string // the value as it is read
	Y, TextY   int
	X, Width   int
	ValueX     int
	Class, URL string
}

// Measures of a chart.
const (
	chartWidth = 600
	chartLeft  = 200 // for the labels
	chartRight = 70  // for the values
	chartStep  = 34
	chartBand  = 22

	// maxChartLabel is how many characters of a label the drawing has room for; the table has it whole.
	maxChartLabel = 26
)

// newBarChart draws counts, in the order they come in. Nil where there is none.
func newBarChart(title, head, unit string, bars []chartBar) *barChart {
	if len(bars) == 0 {
		return nil
	}
	c := &barChart{Title: title, Head: head, Unit: unit, Width: chartWidth, Height: len(bars)*chartStep + 8, Bars: bars}
	most := int64(1)
	for i := range bars {
		most = max(most, bars[i].Value)
	}
	for i := range bars {
		b := &bars[i]
		b.Text = thousands(b.Value)
		b.Y = i*chartStep + 6
		b.TextY = b.Y + 16
		b.X = chartLeft
		b.Width = int(float64(max(b.Value, 0)) / float64(most) * (chartWidth - chartLeft - chartRight))
		if b.Value > 0 {
			b.Width = max(b.Width, 2)
		}
		b.ValueX = b.X + b.Width + 6
		if b.Class == "" {
			b.Class = "g-barra"
		}
	}
	return c
}

// Short is the label as far as there is room for it.
func (b *chartBar) Short() string {
	r := []rune(b.Label)
	if len(r) <= maxChartLabel {
		return b.Label
	}
	return string(r[:maxChartLabel-1]) + "…"
}
