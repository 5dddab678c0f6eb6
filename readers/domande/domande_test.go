package domande_test

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/readers/domande"
)

// TestMain makes the test binary the process that reads Parquet, and the ill-behaved processes of the tests.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case domande.ChildVerb:
			os.Exit(domande.ChildMain(os.Stdin, os.Stdout))
		case verbGreedy:
			greedy()
		case verbSilent:
			select {}
		case verbFlood:
			flood(bufio.NewWriter(os.Stdout))
		case verbRubbish:
			_, _ = os.Stdout.WriteString("panic: or whatever else\n")
			os.Exit(0)
		case verbLiar:
			_, _ = os.Stdout.Write([]byte{'F', 1, 7}) // seven rows, none sent
			os.Exit(0)
		case verbQuits:
			os.Exit(0)
		}
	}
	os.Exit(pgtest.Main(m))
}

// faultyRows are rows with one or more faults that every source can hold.
func faultyRows() []row {
	return []row{
		goodRow(100).with("codice_fiscale", "PRVABC80A01H501X"),
		goodRow(101).with("sede", ""),
		goodRow(102).with("prestazione", "DISOCCUPAZIONE"),
		goodRow(103).with("giorni_spettanti", "-1"),
		goodRow(105).with("importo_giornaliero", "-0.01"),
		goodRow(106).with("decorrenza", ""),
		goodRow(107).with("stato", "CHIUSA").with("data_cessazione", ""),
		goodRow(3).with("sede", "4900"), // a number for the second time
		goodRow(108).with("numero_domanda", " "),
		goodRow(109).with("giorni_spettanti", "10000"),
	}
}

// The same claims give the same slices from all three sources.
func TestSourcesAgree(t *testing.T) {
	rows := append(goodRows(3000), faultyRows()[:7]...)
	rows = append(rows, goodRow(3001).with("sede", " 0701 "), goodRow(3002).with("importo_giornaliero", "12.5000"))
	rows = append(rows, goodRow(3003).with("codice_fiscale", "prvaaa80a01h501i").with("cf_datore_cessazione", "xyz"))
	for i := range rows { // numbers in order, so that the place of a row is the same in all sources
		rows[i] = rows[i].with("numero_domanda", goodRow(i)[0])
	}
	fromCSV, badCSV := read(t, put(t, csvName, csvText(rows)))
	wide := plain
	wide.scale = 4
	fromParquet, badParquet := read(t, put(t, parquetName, wide.parquetBytes(t, rows)))
	url := pgtest.Start(t)
	load(t, url, rows)
	database, err := domande.FromPostgres(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	fromDatabase, badDatabase := read(t, database)

	byNumber := func(a, b pipeline.Claim) int { return cmp.Compare(a.Number, b.Number) }
	for _, list := range [][]pipeline.Claim{fromCSV, fromParquet, fromDatabase} {
		slices.SortFunc(list, byNumber)
	}
	if len(fromCSV) < 3001 {
		t.Fatalf("only %d claims", len(fromCSV))
	}
	if diff := gocmp.Diff(fromCSV, fromParquet); diff != "" {
		t.Errorf("CSV and Parquet: %s", diff)
	}
	if diff := gocmp.Diff(fromCSV, fromDatabase); diff != "" {
		t.Errorf("CSV and PostgreSQL: %s", diff)
	}
	if len(badCSV) < 7 {
		t.Fatalf("only %d discards", len(badCSV))
	}
	if diff := gocmp.Diff(reasons(badCSV), reasons(badParquet)); diff != "" {
		t.Errorf("discards of CSV and Parquet: %s", diff)
	}
	if diff := gocmp.Diff(reasons(badCSV), reasons(badDatabase)); diff != "" {
		t.Errorf("discards of CSV and PostgreSQL: %s", diff)
	}
}

// Rows of one number that do not say the same are none of them used, whatever the source, and those that do are one claim.
func TestRivalRows(t *testing.T) {
	rows := goodRows(6)
	rows = slices.Insert(rows, 5, rows[4])
	rows = slices.Insert(rows, 3, rows[2].with("giorni_spettanti", "90"))
	url := pgtest.Start(t)
	load(t, url, rows)
	for _, s := range []domande.Snapshot{
		put(t, csvName, csvText(rows)), put(t, parquetName, plain.parquetBytes(t, rows)), fromPostgres(t, url),
	} {
		claims, discards := read(t, s)
		var numbers []string
		for i := range claims {
			numbers = append(numbers, claims[i].Number)
		}
		want := []string{rows[0][0], rows[1][0], rows[4][0], rows[5][0], rows[7][0]}
		if !slices.Equal(numbers, want) {
			t.Errorf("%s: claims %q, want %q", s.Name(), numbers, want)
		}
		var got []string
		for _, d := range discards {
			got = append(got, fmt.Sprint(d.Index, d.Code, d.CommCode))
		}
		if diff := gocmp.Diff([]string{
			fmt.Sprint(2, pipeline.DiscardRivals, rows[2][0]), fmt.Sprint(3, pipeline.DiscardRivals, rows[2][0]), fmt.Sprint(6, pipeline.DiscardDuplicate, rows[5][0]),
		}, got); diff != "" {
			t.Errorf("%s: %s", s.Name(), diff)
		}
	}
}

// reasons leaves only what does not depend on the source.
func reasons(list []pipeline.Discard) []pipeline.Discard {
	list = slices.Clone(list)
	for i := range list {
		list[i].Source = pipeline.Source{Flow: list[i].Flow, Index: list[i].Index}
	}
	return list
}

func TestClaim(t *testing.T) {
	claims, discards := read(t, put(t, csvName, csvText(goodRows(3))))
	if len(claims) != 3 || len(discards) != 0 {
		t.Fatalf("%d claims, discards %+v", len(claims), discards)
	}
	want := []pipeline.Claim{
		{
			Number: "DS00000000", Protocol: "INPS.7000.01/07/2014.0000000", TaxCode: pipeline.CodiceFiscale(goodRow(0)[2]),
			Surname: "D'Àgata, \"detto\" Prova", GivenName: "Anna\nMaria", BirthDate: pipeline.MustDate("1980-02-29"), Office: "0700",
			Benefit: "ASPI", TerminatedOn: pipeline.MustDate("2014-05-31"), FormerEmployer: "01234567897",
			FiledOn: pipeline.MustDate("2014-06-02"), Start: pipeline.MustDate("2014-06-08"), DaysGranted: 240,
			State: "IN_PAGAMENTO", PaidThrough: pipeline.MustDate("2014-06-30"), DailyAmount: pipeline.Some(pipeline.Cents(3155)),
			PaymentMode: "BONIFICO_DOMICILIATO",
		},
		{
			Number: "DS00000001", TaxCode: pipeline.CodiceFiscale(goodRow(1)[2]), Office: "0700", Benefit: "NASPI",
			TerminatedOn: pipeline.MustDate("2014-05-31"), Start: pipeline.MustDate("2014-06-08"), DaysGranted: 240, State: "IN_ESAME",
		},
	}
	if diff := gocmp.Diff(want, claims[:2]); diff != "" {
		t.Error(diff)
	}
	if c := claims[2]; !c.Advance || c.DailyAmount != pipeline.Some(pipeline.Cents(0)) || c.IBAN == "" {
		t.Errorf("third claim %+v", c)
	}
}

func TestInForce(t *testing.T) {
	night := pipeline.MustDate("2014-07-31")
	for name, c := range map[string]struct {
		files []string
		want  string
		err   error
	}{
		"none":                     {nil, "", domande.ErrNoSnapshot},
		"newest not after":         {[]string{"domande-2014-07-01.csv", "domande-2014-07-31.csv", "domande-2014-08-01.csv"}, "domande-2014-07-31.csv", nil},
		"all after":                {[]string{"domande-2014-08-01.csv"}, "", domande.ErrNoSnapshot},
		"two of one date":          {[]string{"domande-2014-07-01.csv", "domande-2014-07-01.parquet"}, "", domande.ErrTwoSnapshots},
		"two, but older":           {[]string{"domande-2014-06-01.csv", "domande-2014-06-01.parquet", "domande-2014-07-01.parquet"}, "domande-2014-07-01.parquet", nil},
		"being written":            {[]string{"domande-2014-07-02.csv.part", "domande-2014-07-03.csv.tmp", "domande-2014-07-01.csv"}, "domande-2014-07-01.csv", nil},
		"other names":              {[]string{"domande.csv", "domande-2014-07-40.csv", "domande-2014-07-02.txt", "xdomande-2014-07-02.csv"}, "", domande.ErrNoSnapshot},
		"folder of a date":         {[]string{"2014-07-20/domande-2014-07-15.csv", "domande-2014-07-01.csv"}, "2014-07-20/domande-2014-07-15.csv", nil},
		"folder of a later date":   {[]string{"2014-08-02/domande-2014-07-15.csv", "domande-2014-07-01.csv"}, "domande-2014-07-01.csv", nil},
		"one date in two folders":  {[]string{"2014-07-20/domande-2014-07-01.csv", "domande-2014-07-01.csv"}, "", domande.ErrTwoSnapshots},
		"folder of something else": {[]string{"altro/domande-2014-07-15.csv"}, "", domande.ErrNoSnapshot},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range c.files {
				f = filepath.Join(dir, filepath.FromSlash(f))
				if err := os.MkdirAll(filepath.Dir(f), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(f, []byte("x"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s, err := domande.InForce(dir, night)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if err == nil && s.Name() != c.want {
				t.Errorf("in force %s, want %s", s.Name(), c.want)
			}
		})
	}
	if _, err := domande.InForce(filepath.Join(t.TempDir(), "none"), night); !errors.Is(err, domande.ErrNoSnapshot) {
		t.Errorf("no folder: %v", err)
	}
}

func TestDirectoriesAndLinksAreNoSnapshots(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, csvName), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "domande-2014-07-02.csv")); err != nil {
		t.Fatal(err)
	}
	if _, err := domande.InForce(dir, pipeline.MustDate("2014-07-31")); !errors.Is(err, domande.ErrNoSnapshot) {
		t.Errorf("got %v", err)
	}
}

func TestStrays(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"domande-2014-07-01.csv": "x", "domande-2014-08-01.parquet": "x", "domande-2014-07-02.csv.part": "x", "a.TMP": "x", ".keep": "",
		"2014-07-20/domande-2014-07-15.csv": "x", "2014-08-02/domande.csv": "x", ".cache/x.csv": "x",
		"domande_2014-07-03.csv": "x", "domande-2014-07-40.csv": "x", "Domande-2014-07-03.CSV": "x", "domande-2014-07-03.csv.gz": "x",
		".domande-2014-07-03.csv": "x", "2014-07-20/domande.csv": "x", "2014-07-20/sotto/domande-2014-07-16.csv": "x", "luglio/domande-2014-07-17.csv": "x",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("domande-2014-07-01.csv", filepath.Join(dir, "domande-2014-07-04.csv")); err != nil {
		t.Fatal(err)
	}
	got, err := domande.Strays(dir, pipeline.MustDate("2014-07-31"))
	want := []string{
		".domande-2014-07-03.csv", "2014-07-20/domande.csv", "2014-07-20/sotto", "Domande-2014-07-03.CSV", "domande-2014-07-03.csv.gz",
		"domande-2014-07-04.csv", "domande-2014-07-40.csv", "domande_2014-07-03.csv", "luglio",
	}
	if diff := gocmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := domande.Strays(filepath.Join(dir, "none"), pipeline.MustDate("2014-07-31")); got != nil || err != nil {
		t.Errorf("no folder: %q, %v", got, err)
	}
}

func TestDigestIsOfTheFile(t *testing.T) {
	for name, data := range map[string][]byte{csvName: csvText(goodRows(2000)), parquetName: plain.parquetBytes(t, goodRows(2000))} {
		s := put(t, name, data)
		if sum, n := s.Digest(); sum != "" || n != 0 {
			t.Errorf("%s: digest %s of %d bytes before it is read", name, sum, n)
		}
		read(t, s)
		want := fmt.Sprintf("%x", sha256.Sum256(data))
		if sum, n := s.Digest(); sum != want || n != int64(len(data)) {
			t.Errorf("%s: digest %s of %d bytes, want %s of %d", name, sum, n, want, len(data))
		}
	}
}

func TestChangedFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, csvName)
	if err := os.WriteFile(path, csvText(goodRows(2)), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := domande.InForce(dir, pipeline.MustDate("2014-07-31"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, csvText(goodRows(3)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := tryRead(s); !errors.Is(err, domande.ErrChanged) {
		t.Errorf("got %v, want %v", err, domande.ErrChanged)
	}
}

func TestErrorOfTheReceiverStopsReading(t *testing.T) {
	stop := errors.New("enough")
	url := pgtest.Start(t)
	load(t, url, goodRows(2000))
	database, err := domande.FromPostgres(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []domande.Snapshot{
		put(t, csvName, csvText(goodRows(2000))), put(t, parquetName, plain.parquetBytes(t, goodRows(2000))), database,
	} {
		n := 0
		err := s.Each(t.Context(), func(*pipeline.Claim) error {
			if n++; n == 3 {
				return stop
			}
			return nil
		}, func(pipeline.Discard) error { return nil }, noVoid)
		if !errors.Is(err, stop) || n != 3 {
			t.Errorf("%s: error %v after %d claims", s.Name(), err, n)
		}
	}
}
