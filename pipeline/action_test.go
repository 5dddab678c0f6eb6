package pipeline_test

import (
	"reflect"
	"slices"
	"testing"

	"incrocio/pipeline"
)

// TestSameContent changes one column of an action after the other: two rows say the same unless an office or a payment acts
// on what differs.
func TestSameContent(t *testing.T) {
	aside := []string{
		"ID", "Operation", "Cause", "Cascade", "PrevFrom", "PrevTo", "Rule", "Norm", "RulesVersion", "Reason", "Margin", "Trace", "Sources", "Night",
	}
	columns := reflect.TypeFor[pipeline.Action]()
	for i := range columns.NumField() {
		var a, b pipeline.Action
		switch f := reflect.ValueOf(&b).Elem().Field(i); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int32:
			f.SetInt(1)
		default: // a number that may be absent
			f.FieldByName("OK").SetBool(true)
		}
		name := columns.Field(i).Name
		if got, want := a.SameContent(&b), slices.Contains(aside, name); got != want {
			t.Errorf("%s differs: the same is %v, want %v", name, got, want)
		}
	}
}
