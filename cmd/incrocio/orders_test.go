//go:build linux && amd64

package main

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/fixtures/scenari"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// delivery is a file without its name.
type delivery struct {
	flow, ending string
	body         []byte
}

// twoPeople tells of somebody who is hired, with a correction, an extension and a submission, and of somebody whose hire, on
// which a suspension was issued the night before, is cancelled for another one.
func twoPeople() []scenari.Scenario {
	day, claim := pipeline.MustDate, scenari.ClaimSpec{Base: "settembre-2013"}
	first, last := day("2013-11-20"), day("2014-04-20")
	return []scenari.Scenario{
		{
			Name: "prorogato", Claim: claim, FirstNight: first, LastNight: last, Facts: []scenari.Fact{
				{Unilav: "assunzione", Key: "a", Type: "TD", Start: day("2013-10-01"), End: day("2013-12-31")},
				{Unilav: "rettifica", Of: "a", NewStart: day("2013-10-02"), NewEnd: day("2013-12-31"), Received: day("2013-10-20")},
				{Unilav: "proroga", NewEnd: day("2014-03-15"), Received: day("2013-12-10")},
				{
					Aspicom: scenari.Words{"malattia"}, Start: day("2014-03-20"), End: day("2014-04-02"), Submitted: day("2014-03-21"),
					Channel: "carta", Form: "SR137",
				},
			},
		},
		{
			Name: "annullato", Claim: claim, FirstNight: first, LastNight: last, Facts: []scenari.Fact{
				{Unilav: "assunzione", Key: "b", Type: "TD", Start: day("2013-11-04"), End: day("2014-01-31"), Night: 1},
				{Unilav: "annullamento", Of: "b", Received: day("2013-12-20")},
				{Unilav: "assunzione", Key: "c", Employer: "Y", Type: "TD", Start: day("2014-02-03"), End: day("2014-02-28")},
			},
		},
	}
}

// sixFiles gives a home in which the first night is published, the date of the second, and the files that come for it.
func sixFiles(t *testing.T) (home string, night pipeline.Date, six []delivery) {
	t.Helper()
	home = filepath.Join(inMemory(t), "h")
	var nights [2]scenari.NightInput
	files := map[string][]byte{}
	list := twoPeople()
	for i := range list {
		of, err := list[i].Nights()
		if err != nil || len(of) != len(nights) {
			t.Fatalf("%d nights, %v", len(of), err)
		}
		for k := range of {
			nights[k].Date, nights[k].Claims = of[k].Date, append(nights[k].Claims, of[k].Claims...)
		}
		for name, body := range of[0].Files {
			files["inbox/"+name] = body
		}
		for _, name := range slices.Sorted(maps.Keys(of[1].Files)) {
			six = append(six, delivery{path.Dir(name), path.Ext(name), of[1].Files[name]})
		}
	}
	put(t, home, files)
	snapshot(t, home, nights[0].Date, nights[0].Claims)
	snapshot(t, home, nights[1].Date, nights[1].Claims)
	call(t, home, "run", "--date", nights[0].Date.String(), "--workers", "1", "--partitions", "1").want(t, exitOK)
	return home, nights[1].Date, six
}

// orders lists every order of the numbers below n.
func orders(n int) (all [][]int) {
	if n == 0 {
		return [][]int{nil}
	}
	for _, shorter := range orders(n - 1) {
		for i := range n {
			all = append(all, slices.Insert(slices.Clone(shorter), i, n-1))
		}
	}
	return all
}

// TestOrderOfFiles: whichever of six files comes under the first name, which under the second and so on, the tables of facts
// are the same bytes.
func TestOrderOfFiles(t *testing.T) {
	before, night, six := sixFiles(t)
	all := orders(len(six))
	if len(all) != 720 {
		t.Fatalf("%d orders of %d files", len(all), len(six))
	}
	var want map[string]string
	for _, i := range cases(len(all)) {
		home := filepath.Join(inMemory(t), "h")
		if err := os.CopyFS(home, os.DirFS(before)); err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{}
		for k, which := range all[i] {
			d := six[which]
			files[fmt.Sprintf("inbox/%s/consegna-%d%s", d.flow, k+1, d.ending)] = d.body
		}
		put(t, home, files)
		call(t, home, "run", "--date", night.String(), "--workers", "1", "--partitions", "1").want(t, exitOK)
		got := factFiles(t, home, night)
		if want == nil {
			want = got
			sixFilesSay(t, home, night)
		}
		sameFiles(t, fmt.Sprintf("order %v", all[i]), want, got)
		if err := os.RemoveAll(home); err != nil {
			t.Fatal(err)
		}
	}
}

// sixFilesSay wants that the files are about something: all of them count in what is published.
func sixFilesSay(t *testing.T, home string, night pipeline.Date) {
	t.Helper()
	var got []string
	for _, a := range rowsOf(t, home, night, tables.Actions) {
		got = append(got, fmt.Sprint(a.Operation, " ", a.Type, " ", a.From, " ", a.To))
	}
	slices.Sort(got)
	want := []string{
		"NUOVA RIPRESA 2013-11-04 ", "NUOVA RIPRESA 2014-03-16 ", "NUOVA RIPRESA 2014-04-03 ",
		"NUOVA SOSPENSIONE 2013-10-02 2014-03-15", "NUOVA SOSPENSIONE 2014-02-03 2014-02-28", "NUOVA SOSPENSIONE 2014-03-20 2014-04-02",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	if n := len(rowsOf(t, home, night, tables.Submissions)); n != 1 {
		t.Errorf("%d submissions", n)
	}
}
