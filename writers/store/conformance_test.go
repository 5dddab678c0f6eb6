package store_test

import "testing"

// conformance is one thing that a store does, over whatever database.
type conformance struct {
	name string
	run  func(e *env)
}

// group is a list of cases.
type group struct {
	name  string
	cases []conformance
}

func suite() []group {
	return []group{
		{"lease", leaseCases()},
		{"nights", nightCases()},
		{"publish", publishCases()},
		{"exceptions", exceptionCases()},
		{"clearings", clearingCases()},
		{"desk", deskCases()},
		{"closing", closingCases()},
		{"tokens", tokenCases()},
		{"submissions", submissionCases()},
		{"lists", listCases()},
		{"accounts", accountCases()},
		{"sheets", sheetCases()},
		{"audit", auditCases()},
		{"attempts", attemptCases()},
		{"refused", refusedCases()},
		{"tries", tryCases()},
	}
}

// TestConformance runs every case over both databases, each in an empty store, those of columns in one.
func TestConformance(t *testing.T) {
	for _, a := range adapters(t) {
		t.Run(a.name, func(t *testing.T) {
			n, stores := 0, &pool{adapter: a, t: t}
			for _, group := range suite() {
				for _, c := range group.cases {
					n++
					t.Run(group.name+"/"+c.name, func(t *testing.T) { c.run(stores.env(t)) })
				}
			}
			columns := columnCases()
			t.Run("columns", func(t *testing.T) {
				e := newEnv(t, a)
				for _, c := range columns {
					n++
					t.Run(c.name, func(t *testing.T) { e.t = t; c.run(e) })
				}
				e.t = t
			})
			if n < 120 {
				t.Errorf("%d cases, want at least 120", n)
			}
			t.Logf("%d cases", n)
		})
	}
}
