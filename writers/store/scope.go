package store

import (
	"context"
	"slices"
	"strings"

	"incrocio/pipeline/worklist"
)

type scopeKey struct{}

// Scoped marks what is done under a context as done for an operator: a database that keeps sedi apart by itself shows it
// only rows of the sedi that the operator was granted. The methods of [worklist.Desk] do so themselves.
func Scoped(ctx context.Context, who *worklist.Operator) context.Context {
	return context.WithValue(ctx, scopeKey{}, scope(who))
}

// scope is "*" for every sede, or the codes separated by commas. A code with a comma is no code, and grants nothing.
func scope(who *worklist.Operator) string {
	if who.AllOffices {
		return "*"
	}
	var sedi []string
	for _, o := range who.Offices {
		if o != "" && o != "*" && !strings.Contains(o, ",") {
			sedi = append(sedi, o)
		}
	}
	slices.Sort(sedi)
	return strings.Join(slices.Compact(sedi), ",")
}

// ScopeOf gives the sedi that a context was marked with by [Scoped], separated by commas, "*" for all; false where it was
// not marked.
func ScopeOf(ctx context.Context) (string, bool) {
	s, ok := ctx.Value(scopeKey{}).(string)
	return s, ok
}
