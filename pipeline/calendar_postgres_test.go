//go:build unix

package pipeline_test

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// days are the start days of the regime and what it reaches into.
const days = `
	SELECT day::date AS s FROM generate_series(date '2013-01-01', date '2016-12-31', interval '1 day') AS day`

// calendar asks PostgreSQL for rows of three numbers, dates being days since 1970-01-01, and gives how many there were.
func calendar(t *testing.T, query string, each func(a, b, c int32)) int {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, pgtest.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, query)
	if err != nil {
		t.Fatal(err)
	}
	var a, b, c int32
	tag, err := pgx.ForEachRow(rows, []any{&a, &b, &c}, func() error { each(a, b, c); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return int(tag.RowsAffected())
}

// TestMonthsAgainstPostgres compares every start day and number of months with date + interval, which takes the last day
// of a month that has no such day.
func TestMonthsAgainstPostgres(t *testing.T) {
	n := calendar(t, `
		SELECT s - date '1970-01-01', n, (s + make_interval(months => n))::date - date '1970-01-01'
		FROM (`+days+`) AS days, generate_series(-12, 24) AS n`, func(s, n, want int32) {
		if got := pipeline.DateFromUnixDays(s).AddMonths(int(n)); got.UnixDays() != want {
			t.Errorf("%s and %d months: %s, want %s", pipeline.DateFromUnixDays(s), n, got, pipeline.DateFromUnixDays(want))
		}
	})
	if n != 1461*37 {
		t.Errorf("%d rows", n)
	}
}

// TestLastDayWithinAgainstPostgres counts by the first of the month, which every month has: the limit is the day before
// the same-numbered day or, where the month has no such day, its last (D2). The length has both ends (D1).
func TestLastDayWithinAgainstPostgres(t *testing.T) {
	const limit = `
		WITH months AS (
			SELECT s, n, extract(day FROM s)::int AS numbered, (date_trunc('month', s) + make_interval(months => n))::date AS first
			FROM (` + days + `) AS days, generate_series(1, 12) AS n
		), limits AS (
			SELECT s, n, CASE
				WHEN numbered <= extract(day FROM first + interval '1 month - 1 day') THEN first + numbered - 2
				ELSE (first + interval '1 month')::date - 1 END AS last
			FROM months
		)`
	n := calendar(t, limit+` SELECT s - date '1970-01-01', n, last - date '1970-01-01' FROM limits`, func(s, n, want int32) {
		if got := pipeline.DateFromUnixDays(s).LastDayWithin(int(n)); got.UnixDays() != want {
			t.Errorf("%d months from %s: %s, want %s", n, pipeline.DateFromUnixDays(s), got, pipeline.DateFromUnixDays(want))
		}
	})
	if n != 1461*12 {
		t.Errorf("%d rows", n)
	}
	calendar(t, limit+` SELECT s - date '1970-01-01', n, last - s + 1 FROM limits`, func(s, n, want int32) {
		from := pipeline.DateFromUnixDays(s)
		if got := (pipeline.Period{From: from, To: from.LastDayWithin(int(n))}).Days(); got != int(want) {
			t.Errorf("%d months from %s: %d days, want %d", n, from, got, want)
		}
	})
}

// italy has the public holidays of Italy. Easter is the Sunday after the ecclesiastical full moon, which the golden number
// gives for the years 1900 to 2199.
const italy = `
	WITH moons(golden, month, day) AS (VALUES
		(1, 4, 14), (2, 4, 3), (3, 3, 23), (4, 4, 11), (5, 3, 31), (6, 4, 18), (7, 4, 8), (8, 3, 28), (9, 4, 16), (10, 4, 5),
		(11, 3, 25), (12, 4, 13), (13, 4, 2), (14, 3, 22), (15, 4, 10), (16, 3, 30), (17, 4, 17), (18, 4, 7), (19, 3, 27)
	), easters AS (
		SELECT year, moon + (7 - extract(dow FROM moon)::int) AS sunday
		FROM generate_series(2013, 2025) AS year, moons, make_date(year, moons.month, moons.day) AS moon
		WHERE moons.golden = year % 19 + 1
	), holidays AS (
		SELECT make_date(year, month, day) AS day
		FROM easters, (VALUES (1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)) AS fixed(month, day)
		UNION SELECT sunday FROM easters
		UNION SELECT sunday + 1 FROM easters
	)`

// TestHolidaysAgainstPostgres compares every day of the years 2013 to 2025. Saturdays are no holidays.
func TestHolidaysAgainstPostgres(t *testing.T) {
	n := calendar(t, italy+`
		SELECT day::date - date '1970-01-01', extract(isodow FROM day)::int,
			(extract(isodow FROM day) = 7 OR EXISTS (SELECT FROM holidays WHERE holidays.day = d.day::date))::int
		FROM generate_series(date '2013-01-01', date '2025-12-31', interval '1 day') AS d(day)`, func(day, weekday, want int32) {
		if got := pipeline.DateFromUnixDays(day).IsHoliday(); got != (want == 1) {
			t.Errorf("%s, day %d of the week: holiday %v", pipeline.DateFromUnixDays(day), weekday, got)
		}
	})
	if n != 4748 {
		t.Errorf("%d rows", n)
	}
}

// TestNoticeTermAgainstPostgres has the terms in months of D4: the same-numbered day, or the last of its month, moved on
// while it is a Sunday or a holiday.
func TestNoticeTermAgainstPostgres(t *testing.T) {
	moved := 0
	n := calendar(t, italy+`
		SELECT s - date '1970-01-01', n, term - date '1970-01-01'
		FROM (`+days+`) AS days, generate_series(1, 12) AS n, LATERAL (
			SELECT min(day)::date AS term
			FROM generate_series(s + make_interval(months => n), s + make_interval(months => n) + interval '9 days', interval '1 day') AS day
			WHERE extract(isodow FROM day) < 7 AND day::date NOT IN (SELECT holidays.day FROM holidays)
		) AS terms`, func(s, n, want int32) {
		from := pipeline.DateFromUnixDays(s)
		if got := from.NoticeTerm(int(n)); got.UnixDays() != want {
			t.Errorf("a term of %d months from %s: %s, want %s", n, from, got, pipeline.DateFromUnixDays(want))
		}
		if from.AddMonths(int(n)).UnixDays() != want {
			moved++
		}
	})
	if n != 1461*12 || moved < n/7 {
		t.Errorf("%d rows, %d moved", n, moved)
	}
}
