package worklist_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

func TestAccept(t *testing.T) {
	t.Parallel()
	night := pipeline.MustDate("2014-09-02")
	word := func(change func(*worklist.Override)) worklist.Override {
		o := worklist.Override{Night: night, Revision: 1, Findings: "abc", By: "rossi", Person: "m1", Reason: "verificato"}
		change(&o)
		return o
	}
	same := func(*worklist.Override) {}
	supervisor := func(name, person string) *worklist.Operator {
		return &worklist.Operator{Name: name, Person: person, Role: worklist.RoleSupervisor, AllOffices: true}
	}
	for name, c := range map[string]struct {
		who     *worklist.Operator
		earlier []worklist.Override
		first   int // index of the word that it passes on; -1 for none
		err     error
	}{
		"the first word":            {supervisor("rossi", "M1"), nil, -1, nil},
		"a second person":           {supervisor("bianchi", "M2"), []worklist.Override{word(same)}, 0, nil},
		"the same person":           {supervisor("rossi", "M1"), []worklist.Override{word(same)}, -1, worklist.ErrSamePerson},
		"another account":           {supervisor("rossi2", " m1 "), []worklist.Override{word(same)}, -1, worklist.ErrSamePerson},
		"a person without number":   {supervisor("M1", ""), []worklist.Override{word(same)}, -1, worklist.ErrSamePerson},
		"other findings":            {supervisor("bianchi", "M2"), []worklist.Override{word(func(o *worklist.Override) { o.Findings = "abd" })}, -1, nil},
		"another night":             {supervisor("bianchi", "M2"), []worklist.Override{word(func(o *worklist.Override) { o.Night++ })}, -1, nil},
		"another revision":          {supervisor("bianchi", "M2"), []worklist.Override{word(func(o *worklist.Override) { o.Revision++ })}, -1, nil},
		"another spoke after one's": {supervisor("rossi", "M1"), []worklist.Override{word(same), word(func(o *worklist.Override) { o.Person = "m3" })}, 1, nil},
		"another spoke before":      {supervisor("rossi", "M1"), []worklist.Override{word(func(o *worklist.Override) { o.Person = "m3" }), word(same)}, 0, nil},
		"an operator":               {&worklist.Operator{Name: "a", Role: worklist.RoleOperator, AllOffices: true}, []worklist.Override{word(same)}, -1, worklist.ErrRole},
		"of one sede":               {&worklist.Operator{Name: "a", Role: worklist.RoleSupervisor, Offices: []string{"7000"}}, nil, -1, worklist.ErrRole},
		"nobody":                    {&worklist.Operator{}, nil, -1, worklist.ErrRole},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := worklist.Accept(c.who, word(func(o *worklist.Override) { o.By, o.Person = c.who.Name, c.who.ID() }), c.earlier)
			if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			if c.first < 0 && got != nil || c.first >= 0 && got != &c.earlier[c.first] {
				t.Errorf("passes on %+v, want %d", got, c.first)
			}
		})
	}
}

// TestNobodyAcceptsAlone: whatever was said before, a night passes only on the words of two persons about the same findings.
func TestNobodyAcceptsAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		person := rapid.SampledFrom([]string{"m1", "M1", " m1", "m2", "m 2", ""})
		spoken := rapid.Custom(func(t *rapid.T) worklist.Override {
			who := worklist.Operator{Name: rapid.SampledFrom([]string{"m1", "rossi", "M2"}).Draw(t, "name"), Person: person.Draw(t, "person")}
			return worklist.Override{
				Night: pipeline.Date(rapid.IntRange(1, 2).Draw(t, "night")), Revision: rapid.IntRange(1, 2).Draw(t, "revision"),
				Findings: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "findings"), By: who.Name, Person: who.ID(),
			}
		})
		earlier := rapid.SliceOfN(spoken, 0, 6).Draw(t, "earlier")
		who := worklist.Operator{
			Name: rapid.SampledFrom([]string{"m1", "rossi", "M2"}).Draw(t, "name"), Person: person.Draw(t, "person"),
			Role: worklist.RoleSupervisor, AllOffices: true,
		}
		now := spoken.Draw(t, "now")
		now.By, now.Person = who.Name, who.ID()
		others := 0
		for _, e := range earlier {
			if e.Night == now.Night && e.Revision == now.Revision && e.Findings == now.Findings && e.Person != now.Person {
				others++
			}
		}
		first, err := worklist.Accept(&who, now, earlier)
		switch {
		case (first != nil) != (others > 0):
			t.Fatalf("passes: %v, with %d words of others", first != nil, others)
		case first != nil && (first.Person == who.ID() || err != nil):
			t.Fatalf("passes on %+v, %v", first, err)
		}
	})
}
