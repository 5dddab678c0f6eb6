package main

import (
	"fmt"
	"strings"
	"time"

	"incrocio/pipeline/night"
)

// How often progress is shown: a bar on a terminal, lines elsewhere.
const (
	barEvery  = 200 * time.Millisecond
	lineEvery = 10 * time.Second
)

// showProgress shows how far a night is until the function it gives is called.
func (a *app) showProgress(p *night.Progress) (stop func()) {
	bar := terminal(a.stderr) && a.logs == "text"
	every := lineEvery
	if bar {
		every = barEvery
	}
	quiet := repeat(every, func() {
		if stage, n, of := p.Now(); bar {
			a.tell("\r%s", progressBar(stage, n, of))
		} else {
			a.log.Info("in progress", "fase", stage, "fatti", n, "su", of)
		}
	})
	if !bar {
		return quiet
	}
	return func() {
		quiet()
		a.tell("\r%s\r", strings.Repeat(" ", barWidth+40))
	}
}

const barWidth = 30

// progressBar draws "raccolta [=======      ] 12/64". It has no colours.
func progressBar(stage string, n, of int64) string {
	filled := 0
	if of > 0 {
		filled = int(min(n, of) * barWidth / of)
	}
	return fmt.Sprintf("%-14s [%s%s] %d/%d", stage, strings.Repeat("=", filled), strings.Repeat(" ", barWidth-filled), n, of)
}
