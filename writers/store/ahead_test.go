package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"incrocio/pipeline/table"
)

// said is a row of texts.
type said struct{ text string }

var saids = kept[said]{t: &table.Table[said]{
	Name:    "detti",
	Columns: []table.Column[said]{table.Required(table.TextOf("testo", "", func(s *said) *string { return &s.text }))},
}}

var errSaid = errors.New("said")

// saying streams rows of a length, 0 and so on, in one that is used again, and then an error.
func saying(n, length int, end error, made *atomic.Int64) Stream[said] {
	return func(_ context.Context, fn func(*said) error) error {
		var s said
		for i := range n {
			s.text = fmt.Sprintf("%0*d", length, i)
			if made != nil {
				made.Add(1)
			}
			if err := fn(&s); err != nil {
				return err
			}
		}
		return end
	}
}

func agreed(*said) error { return nil }

// However blocks end and wherever readers stop, every row comes once and in order, and the error behind the last.
func TestAheadGivesEveryRowOnce(t *testing.T) {
	for _, c := range []struct {
		n, length, stride int
		end               error
	}{
		{0, 1, 1, nil},
		{0, 1, 1, errSaid},
		{1, 1, 1, nil},
		{blockRows - 1, 4, 7, nil},
		{blockRows, 4, blockRows, nil},
		{blockRows + 1, 4, blockRows, nil},
		{10*blockRows + 3, 6, 50, nil},
		{20, blockBytes / 3, 2, nil},
		{5, 2 * blockBytes, 1, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := saids.readAhead(t.Context(), saying(c.n, c.length, c.end, nil), agreed)
			defer a.end()
			var got []string
			for all := false; !all; {
				var err error
				left := c.stride
				all, err = a.while(func(v []table.Value) (bool, error) {
					if left--; left < 0 {
						return false, nil
					}
					got = append(got, v[0].Str)
					return true, nil
				})
				if !errors.Is(err, c.end) {
					t.Fatalf("%+v: %v", c, err)
				}
				if err != nil {
					break
				}
			}
			if len(got) != c.n || !slices.IsSorted(got) {
				t.Errorf("%+v: %d rows", c, len(got))
			}
		})
	}
}

// What fails ends the rows with its error: the stream, a row that is refused, one that no table holds, the reader, or the
// context with its cause. That no goroutine is left is for the bubble to say.
func TestAheadEndsWithTheError(t *testing.T) {
	spoilt := func(i int) Stream[said] {
		return func(_ context.Context, fn func(*said) error) error {
			for n := range 1000 {
				s := said{"x"}
				if n == i {
					s.text = "\x00"
				}
				if err := fn(&s); err != nil {
					return err
				}
			}
			return nil
		}
	}
	for name, c := range map[string]struct {
		rows  Stream[said]
		check func(*said) error
		taken int // rows, after which the reader fails; -1 for none
		want  error
	}{
		"stream":  {saying(100, 3, errSaid, nil), agreed, -1, errSaid},
		"refused": {saying(1000, 3, nil, nil), func(*said) error { return errSaid }, -1, errSaid},
		"row":     {spoilt(500), agreed, -1, ErrRow},
		"reader":  {saying(1000, 3, nil, nil), agreed, 70, errSaid},
		"ended":   {saying(1000, 3, nil, nil), agreed, 0, errSaid},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := saids.readAhead(t.Context(), c.rows, c.check)
			defer a.end()
			n := 0
			all, err := a.while(func([]table.Value) (bool, error) {
				if n++; c.taken >= 0 && n > c.taken {
					return true, errSaid
				}
				return true, nil
			})
			if all || !errors.Is(err, c.want) {
				t.Errorf("%s: %v %v", name, all, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		a := saids.readAhead(t.Context(), func(context.Context, func(*said) error) error { runtime.Goexit(); return nil }, agreed)
		defer a.end()
		if all, err := a.while(func([]table.Value) (bool, error) { return true, nil }); all || !errors.Is(err, errGone) {
			t.Errorf("gone: %v %v", all, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		a := saids.readAhead(ctx, saying(100*blockRows, 3, nil, nil), agreed)
		defer a.end()
		synctest.Wait()
		cancel(errSaid)
		synctest.Wait()
		if all, err := a.while(func([]table.Value) (bool, error) { return true, nil }); all || !errors.Is(err, errSaid) {
			t.Errorf("cancelled: %v %v", all, err)
		}
	})
}

// A stream is no more than its blocks ahead of who writes, and one that nobody reads ends.
func TestAheadIsBounded(t *testing.T) {
	for _, c := range []struct{ length, most int }{{3, blockCount * blockRows}, {blockBytes, blockCount + 1}} {
		synctest.Test(t, func(t *testing.T) {
			var made atomic.Int64
			a := saids.readAhead(t.Context(), saying(100_000, c.length, nil, &made), agreed)
			synctest.Wait()
			if n := made.Load(); n == 0 || n > int64(c.most) {
				t.Errorf("%d rows of %d bytes are made before one is read", n, c.length)
			}
			a.end()
		})
	}
}

// Names are told apart, and so many only.
func TestNames(t *testing.T) {
	n := names{at: 1}
	row := func(name string) []table.Value { return []table.Value{{Str: "same"}, {Str: name}} }
	for _, name := range []string{"", "a", "b", strings.Repeat("lungo", 100)} {
		if !n.add(row(name)) || n.add(row(name)) {
			t.Errorf("%.10q", name)
		}
	}
	for i := range namesMost - len(n.had) {
		if !n.add(row(fmt.Sprint("n", i))) {
			t.Fatal(i)
		}
	}
	if n.add(row("one more")) {
		t.Error("there is no end of names")
	}
}
