package main

import (
	"bytes"
	"log/slog"
	"os"
	"testing"

	"incrocio/pipeline/night"
)

func TestNearest(t *testing.T) {
	known := []string{"match.partitions", "match.workers", "rules.phase"}
	for word, want := range map[string]string{
		"match.partition": "match.partitions", "rules.fase": "rules.phase", "matchworkers": "match.workers",
		"colour": "", "": "",
	} {
		if got := nearest(word, known); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"run", "rnu", 2}, {"same", "same", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestMaskURL(t *testing.T) {
	for url, want := range map[string]string{
		"":                                       "",
		"postgres://u:segreta@h:5432/d":          "postgres://u:xxxxx@h:5432/d",
		"postgres://u@h/d":                       "postgres://u@h/d",
		"postgres://h/d?password=segreta&user=u": "postgres://h/d?password=xxxxx&user=u",
		"host=h password=segreta dbname=d":       "host=h password=xxxxx dbname=d",
		`host=h password = 'con spazi \' e apici' sslmode=no`: "host=h password = xxxxx sslmode=no",
		"postgres://u:segreta%zz@h/d":                         "xxxxx",
	} {
		if got := maskURL(url); got != want {
			t.Errorf("maskURL(%q) = %q, want %q", url, got, want)
		}
	}
}

func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		n     int64
		scale int
		want  string
	}{{0, 2, "0.00"}, {5, 2, "0.05"}, {-5, 2, "-0.05"}, {123456, 4, "12.3456"}, {-100, 2, "-1.00"}} {
		if got := decimal(c.n, c.scale); got != c.want {
			t.Errorf("decimal(%d, %d) = %s, want %s", c.n, c.scale, got, c.want)
		}
	}
}

func TestMessagesCannotSteerTheTerminal(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(newTextHandler(&b))
	log.Warn("file \x1b[2J", "nome", "a\nb", "città", "Forlì")
	log.Debug("left out")
	log.With("notte", "2014-07-01").Info("fatto")
	want := "warn: file \\x1b[2J nome=a\\nb città=Forlì\nfatto notte=2014-07-01\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestProgressBar(t *testing.T) {
	for _, c := range []struct {
		n, of int64
		want  string
	}{
		{0, 0, "raccolta       [                              ] 0/0"},
		{32, 64, "raccolta       [===============               ] 32/64"},
		{64, 64, "raccolta       [==============================] 64/64"},
	} {
		if got := progressBar("raccolta", c.n, c.of); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestProgressEnds on a device, which is taken for a terminal.
func TestProgressEnds(t *testing.T) {
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	a := &app{world: &world{stderr: device}, logs: "text"}
	if !terminal(a.stderr) {
		t.Fatal("a device is not taken for one")
	}
	a.showProgress(&night.Progress{})()
}

func TestTableText(t *testing.T) {
	var b bytes.Buffer
	tab := &tableText{w: &b}
	tab.row("à", 1, "x")
	tab.row("bb", 100, "yy")
	tab.flush()
	if want := "à   1    x\nbb  100  yy\n"; b.String() != want || tab.err != nil {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
