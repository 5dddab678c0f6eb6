package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
	"incrocio/writers/store/sqlite"
)

// The house that BenchmarkConsole looks at.
const (
	benchSedi      = 100
	benchOperators = 50
	benchNational  = 5 // of the operators: they see every sede
	benchThink     = time.Second
)

// BenchmarkConsole times the pages of the console, through the server and the loopback, for fifty operators at once who
// have signed in, on INCROCIO_DESK exceptions (1,000,000 without it) of a hundred sedi. Forty-five have two sedi each, five
// all of them. Each looks at a list with one filter after another, at its next page, at items of it, and takes or closes one
// in five of these. In "closed" an operator asks again as soon as there is an answer; in "thinking" after a second on
// average, exponentially distributed. It reports percentiles in milliseconds by kind of page, requests
// per second, and the processor time of a request, which hardly depends on what else the machine does.
//
// The PostgreSQL is that of pgtest: it does not wait for the disk; the embedded store does, for every audit row.
func BenchmarkConsole(b *testing.B) {
	size := 1_000_000
	if n, err := strconv.Atoi(os.Getenv("INCROCIO_DESK")); err == nil {
		size = n
	}
	for _, c := range []struct {
		name string
		open func(*testing.B) (s *store.Store, loaded func())
	}{
		{"sqlite", func(b *testing.B) (*store.Store, func()) {
			s, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), storeFile), store.Options{Jitter: jitter})
			if err != nil {
				b.Fatal(err)
			}
			return s, func() {}
		}},
		{"postgres", func(b *testing.B) (*store.Store, func()) {
			at := pgtest.Start(b)
			s, err := postgres.Open(b.Context(), at, store.Options{Jitter: jitter})
			if err != nil {
				b.Fatal(err)
			}
			return s, func() { analyze(b, at) }
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			s, loaded := c.open(b)
			b.Cleanup(func() { _ = s.Close() })
			start := systemClock()
			fills(b, s, benchDoubts(size), benchSheets(size))
			loaded()
			b.Logf("%d exceptions in %s", size, systemClock().Sub(start).Round(time.Second))
			seats := staffed(b, s)
			b.Run("closed", func(b *testing.B) { office(b, seats, max(b.N, 100), 0) })
			b.Run("thinking", func(b *testing.B) { office(b, seats, max(b.N, 40), benchThink) })
		})
	}
}

// analyze does what the server of the tests does not do by itself.
func analyze(b *testing.B, at string) {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), at)
	if err != nil {
		b.Fatal(err)
	}
	_, err = conn.Exec(b.Context(), "VACUUM ANALYZE")
	if err := errors.Join(err, conn.Close(b.Context())); err != nil {
		b.Fatal(err)
	}
}

func benchOffice(n int) string { return fmt.Sprintf("%04d", n%benchSedi) }

// benchDoubts streams exceptions of all sedi, priorities, terms and codes.
func benchDoubts(size int) store.Stream[pipeline.Exception] {
	return func(_ context.Context, fn func(*pipeline.Exception) error) error {
		for i := range size {
			e, in := doubt(i, benchOffice(i)), i/benchSedi // in: of its sede
			e.Code, e.Priority = fmt.Sprint("C", in%40), int32(1+in%14)
			e.TaxCode = pipeline.CodiceFiscale(fmt.Sprintf("RSSMRA%02dA01H%03dU", i/1000%100, i%1000))
			e.Due, e.FirstNight = e.Night+pipeline.Date(in%60), e.Night-pipeline.Date(in%200)
			if in%7 == 0 {
				e.Class = pipeline.ClassInfo
			}
			if err := fn(&e); err != nil {
				return err
			}
		}
		return nil
	}
}

// benchSheets streams the sheets of the most urgent: about a hundred and twenty of ten thousand in each sede, which fill
// the first pages of a list by priority.
func benchSheets(size int) store.Stream[worklist.Sheet] {
	return func(_ context.Context, fn func(*worklist.Sheet) error) error {
		for i := range size {
			if in := i / benchSedi; in%14 != 0 || in%60 >= 10 {
				continue
			}
			s := benchSheet(i)
			if err := fn(&s); err != nil {
				return err
			}
		}
		return nil
	}
}

// benchSheet is a sheet as large as most: a claim and two documents to compare.
func benchSheet(i int) worklist.Sheet {
	e := doubt(i, benchOffice(i))
	s := worklist.Sheet{
		Owner: e.ID, Kind: worklist.KindException, Office: e.Office, Night: e.Night,
		Claim: &worklist.ClaimSheet{
			Number: e.Claim, Protocol: e.Protocol, Benefit: "ASPI", TaxCode: e.TaxCode, Surname: "Rossi", GivenName: "Maria",
			BirthDate: pipeline.MustDate("1980-01-01"), State: "IN_PAGAMENTO", Start: e.From - 90, DaysGranted: 240, PaidThrough: e.From - 1,
			Daily: pipeline.Some[pipeline.Cents](3_200), TerminatedOn: e.From - 98, Former: "01234567890",
		},
		Risk: &worklist.Risk{},
	}
	for d := range 2 {
		doc := worklist.Document{Ref: fmt.Sprintf("UNILAV %d.%d", i, d), Kind: "UNILAV", Acquired: e.From + pipeline.Date(d)}
		for f := range 20 {
			doc.Fields = append(doc.Fields, worklist.Field{Label: fmt.Sprint("Voce numero ", f), Value: fmt.Sprint("Valore ", f+d*(f%3))})
		}
		s.Documents = append(s.Documents, doc)
	}
	return s
}

// staffed gives the operators, at a console over the store.
func staffed(b *testing.B, s *store.Store) []*seat {
	b.Helper()
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	server := consoleOver(b, s, systemClock)
	go func() { ended <- server.Serve(ctx, l) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	var seats []*seat
	for i := range benchOperators {
		a := worklist.Account{Name: fmt.Sprint("operatore", i), Role: worklist.RoleOperator, Offices: []string{benchOffice(2 * i), benchOffice(2*i + 1)}}
		if i >= benchOperators-benchNational {
			a = worklist.Account{Name: a.Name, Role: worklist.RoleSupervisor, AllOffices: true}
		}
		enrol(b, s, a)
		one, err := sit(b.Context(), "http://"+l.Addr().String(), a.Name)
		if err != nil {
			b.Fatal(err)
		}
		seats = append(seats, one)
	}
	return seats
}

// worked is what an operator did.
type worked struct {
	*seat
	rng   *rand.Rand
	think time.Duration
	left  int // requests
	times map[string][]time.Duration
}

// office lets all operators send so many requests each, and reports how long they took.
func office(b *testing.B, seats []*seat, each int, think time.Duration) {
	all := make([]worked, len(seats))
	var done sync.WaitGroup
	before := processorTime(b)
	b.ResetTimer()
	for i, s := range seats {
		all[i] = worked{seat: s, rng: rand.New(rand.NewPCG(uint64(i), uint64(think))), think: think, left: each, times: map[string][]time.Duration{}}
		done.Go(func() {
			for all[i].left > 0 {
				if err := all[i].turn(b.Context()); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	done.Wait()
	b.StopTimer()
	spent := processorTime(b) - before
	total := 0
	for _, kind := range []string{"list", "next", "item", "take", "close"} {
		var times []time.Duration
		for i := range all {
			times = append(times, all[i].times[kind]...)
		}
		if len(times) == 0 {
			continue
		}
		total += len(times)
		slices.Sort(times)
		for _, p := range []int{50, 95, 99} {
			b.ReportMetric(float64(times[len(times)*p/100].Microseconds())/1000, fmt.Sprintf("%s-p%d-ms", kind, p))
		}
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(float64(spent.Microseconds())/1000/float64(total), "cpu-ms/request")
}

// processorTime is how long this process has had a processor: the console and those who ask it, without the server of
// PostgreSQL.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// benchFilters are those that operators use most; the plain list more often than any.
var benchFilters = []string{"", "", "", "&ordine=scadenza", "&ordine=data", "&codice=C7", "&classe=INFO", "&mie=1", "&scadute=1", "&righe=50"}

// Links of the pages of lists.
var (
	nextLink = regexp.MustCompile(`href="([^"]+)" rel="next"`)
	itemLink = regexp.MustCompile(`href="(/eccezioni/EX[^"]+)"`)
)

// turn is a list, its next page and some items.
func (w *worked) turn(ctx context.Context) error {
	body, err := w.asks(ctx, "list", "/eccezioni?lista=da-lavorare"+benchFilters[w.rng.IntN(len(benchFilters))], nil)
	if err != nil {
		return err
	}
	if next := nextLink.FindStringSubmatch(body); next != nil && w.rng.IntN(2) == 0 {
		if body, err = w.asks(ctx, "next", html.UnescapeString(next[1]), nil); err != nil {
			return err
		}
	}
	items := itemLink.FindAllStringSubmatch(body, -1)
	for range min(len(items), 3) {
		if err := w.works(ctx, html.UnescapeString(items[w.rng.IntN(len(items))][1])); err != nil {
			return err
		}
	}
	return nil
}

// works looks at an item and may take or close it.
func (w *worked) works(ctx context.Context, path string) error {
	body, err := w.asks(ctx, "item", path, nil)
	if err != nil {
		return err
	}
	at, _, _ := strings.Cut(path, "?")
	form := formOf(body)
	switch w.rng.IntN(10) {
	case 0:
		_, err = w.asks(ctx, "take", at+"/azione", with(form, "azione", "prendi"))
	case 1:
		_, err = w.asks(ctx, "close", at+"/azione", with(form, "azione", "chiudi", "esito", string(worklist.OutcomeUseful), "motivo", "visto"))
	}
	return err
}

// asks sends a request and notes how long the answer took. Somebody else may have been first.
func (w *worked) asks(ctx context.Context, kind, path string, form url.Values) (string, error) {
	if w.left == 0 {
		return "", nil
	}
	w.left--
	if w.think > 0 {
		pause := time.NewTimer(time.Duration(w.rng.ExpFloat64() * float64(w.think)))
		select {
		case <-pause.C:
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
	method := http.MethodPost
	if form == nil {
		method = http.MethodGet
	}
	start := systemClock()
	got, err := w.send(ctx, method, path, form)
	w.times[kind] = append(w.times[kind], systemClock().Sub(start))
	if err == nil && got.status >= http.StatusBadRequest && got.status != http.StatusConflict {
		err = fmt.Errorf("%s %s: %d %s", method, path, got.status, got.alert())
	}
	return got.body, err
}
