package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// tableText writes rows in columns that are as wide as their widest cell. It remembers the first error.
type tableText struct {
	w    io.Writer
	rows [][]string
	err  error
}

func (t *tableText) row(cells ...any) {
	var row []string
	for _, c := range cells {
		row = append(row, printable(fmt.Sprint(c)))
	}
	t.rows = append(t.rows, row)
}

// title writes a line above rows that follow.
func (t *tableText) title(s string) {
	_, err := fmt.Fprintln(t.w, "\n"+s)
	t.err = errors.Join(t.err, err)
}

// flush writes the rows there are and begins anew.
func (t *tableText) flush() {
	var widths []int
	for _, row := range t.rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	for _, row := range t.rows {
		for i, c := range row {
			b.WriteString(c)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c)+2))
			}
		}
		b.WriteByte('\n')
	}
	t.rows = nil
	_, err := io.WriteString(t.w, b.String())
	t.err = errors.Join(t.err, err)
}
