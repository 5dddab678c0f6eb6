package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

func TestStates(t *testing.T) {
	for code, want := range map[string]error{
		"40001": store.ErrTemporary, "40P01": store.ErrTemporary, "55P03": store.ErrTemporary, "53300": store.ErrTemporary,
		"57P01": store.ErrTemporary, "57P02": store.ErrTemporary, "57P03": store.ErrTemporary, "08006": store.ErrTemporary,
		"25P03": store.ErrTemporary, "XX001": store.ErrDamaged,
		"57014": nil, "57P04": nil, "25006": nil, "53100": nil, "23505": nil, "22P02": nil, "42P01": nil, "28P01": nil, "40003": nil,
	} {
		err := translate("prova", fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: code, Severity: "ERROR"}))
		var e *store.DatabaseError
		if !errors.As(err, &e) || e.Code != code || !errors.Is(e.Kind, want) || e.Retryable() != errors.Is(want, store.ErrTemporary) || e.Unknown {
			t.Errorf("%s: %+v", code, e)
		}
	}
}

func TestNoValueInAnError(t *testing.T) {
	const person = "RSSMRA80A01H501U"
	for _, code := range []string{"23505", "23502", "23514", "22001", "22P02", "P0001", "XX000", "21000"} {
		err := translate("load", &pgconn.PgError{
			Code: code, Message: "value " + person, Detail: "Key (codice_fiscale)=(" + person + ") already exists.", Hint: person,
			Where: "COPY x, line 1: " + person, InternalQuery: person, TableName: "azioni_in_essere", ConstraintName: "una",
		})
		for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
			if s := fmt.Sprintf(form, err); strings.Contains(s, person) || !strings.Contains(s, "una") {
				t.Errorf("%s %s: %s", code, form, s)
			}
		}
		if errors.Unwrap(err) != nil {
			t.Errorf("%s: wraps %T", code, errors.Unwrap(err))
		}
	}
}

func TestConnectionsThatGo(t *testing.T) {
	for name, err := range map[string]error{
		"end": io.EOF, "half": io.ErrUnexpectedEOF, "closed": net.ErrClosed, "reset": &net.OpError{Op: "read", Err: errors.New("reset")},
		"connect": &pgconn.ConnectError{Config: &pgconn.Config{}},
	} {
		if got := translate("prova", err); !errors.Is(got, store.ErrTemporary) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := translate("prova", errors.New("what")); errors.Is(got, store.ErrTemporary) || strings.Contains(got.Error(), "what") {
		t.Errorf("got %v", got)
	}
	for _, err := range []error{context.Canceled, context.DeadlineExceeded, nil} {
		if got := translate("prova", err); !errors.Is(got, err) {
			t.Errorf("%v became %v", err, got)
		}
	}
}

func TestCommitUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		unknown bool
	}{
		"lost":         {io.ErrUnexpectedEOF, true},
		"server ended": {&pgconn.PgError{Code: "57P01", Severity: "FATAL"}, true},
		"refused":      {&pgconn.PgError{Code: "40001", Severity: "ERROR"}, false},
		"rolled back":  {pgx.ErrTxCommitRollback, false},
	} {
		var e *store.DatabaseError
		if !errors.As(translateCommit(c.err), &e) || e.Unknown != c.unknown {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// What the server may send and the column's kind does not hold is refused.
func TestDecodeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		kind table.Kind
		raw  []byte
	}{
		"infinite date":           {table.Date, []byte{0x7f, 0xff, 0xff, 0xff}},
		"minus infinite date":     {table.Date, []byte{0x80, 0, 0, 0}},
		"date BC":                 {table.Date, []byte{0xff, 0xf0, 0, 0}},
		"year 10000":              {table.Date, []byte{0, 0x40, 0, 0}},
		"infinite moment":         {table.Timestamp, []byte{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
		"short moment":            {table.Timestamp, []byte{0, 0, 0, 0}},
		"long integer":            {table.Int32, []byte{0, 0, 0, 0, 0, 0, 0, 1}},
		"no integer":              {table.Int64, []byte{1}},
		"NaN":                     {table.Decimal2, []byte{0, 0, 0, 0, 0xc0, 0, 0, 0}},
		"a thousandth":            {table.Decimal2, []byte{0, 1, 0xff, 0xff, 0, 0, 0, 3, 0, 10}},
		"ten thousand billions":   {table.Decimal2, []byte{0, 1, 0, 3, 0, 0, 0, 0, 0, 10}},
		"a numeric cut short":     {table.Decimal4, []byte{0, 1, 0, 0, 0, 0, 0, 0}},
		"a numeric without digit": {table.Decimal4, []byte{0, 1}},
	} {
		if v, ok := decode(c.kind, c.raw); ok {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// safe is an error of the driver that says that nothing was sent.
type safe struct{}

func (safe) Error() string     { return "conn closed" }
func (safe) SafeToRetry() bool { return true }

func TestCommitDoesNotTrustTheDriver(t *testing.T) {
	var e *store.DatabaseError
	if !errors.As(translateCommit(safe{}), &e) || !e.Unknown || !e.Retryable() {
		t.Errorf("%+v", e)
	}
}
