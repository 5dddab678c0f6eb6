package store_test

import (
	"errors"
	"fmt"
	"strings"

	"incrocio/pipeline"
	"incrocio/writers/store"
)

func auditCases() []conformance {
	cases := []conformance{
		{"the chain holds and gives its head", func(e *env) {
			e.chain(8)
			head, err := e.VerifyAudit(e.t.Context(), e.heads...)
			e.ok(err)
			rows := e.audits()
			e.same(store.Head{Number: 9, Hash: rows[8].Hash}, head)
			e.same(rows[7].Hash, rows[8].Previous)
			e.same(strings.Repeat("0", 64), rows[0].Previous)
		}},
		{"rows from a number on", func(e *env) {
			e.chain(4)
			var got []int64
			e.ok(e.Audit(e.t.Context(), 3, func(r *store.AuditRow) error { got = append(got, r.Number); return nil }))
			e.same([]int64{3, 4, 5}, got)
		}},
		{"what was said comes back", func(e *env) {
			want := store.Entry{Who: "op «1»\n", What: "COSA", On: "E1", Detail: `{"a":"è"}`}
			_, err := e.Append(e.t.Context(), want)
			e.ok(err)
			e.same(want, e.audits()[1].Entry)
			if e.audits()[1].At == 0 {
				e.t.Error("no moment")
			}
		}},
		{"nothing but who and what", func(e *env) {
			_, err := e.Append(e.t.Context(), store.Entry{Who: "a", What: "b"})
			e.ok(err)
			_, err = e.VerifyAudit(e.t.Context())
			e.ok(err)
		}},
		{"fields do not run into one another", func(e *env) {
			a, err := e.Append(e.t.Context(), store.Entry{Who: "ab", What: "c"})
			e.ok(err)
			e.tamper("UPDATE audit SET chi = 'a', cosa = 'bc' WHERE numero = 2")
			_, err = e.VerifyAudit(e.t.Context())
			e.broken(err, a.Number)
		}},
		{"an edit is forbidden", func(e *env) { e.forbidden("UPDATE audit SET chi = 'altro'") }},
		{"a deletion is forbidden", func(e *env) { e.forbidden("DELETE FROM audit WHERE numero = 1") }},
		{"any edit of any row is found", anyEdit},
		{"any deletion is found", func(e *env) {
			e.chain(6)
			head := e.heads[len(e.heads)-1]
			for n := int64(7); n >= 1; n-- { // each takes more off the end
				e.tamper(fmt.Sprintf("DELETE FROM audit WHERE numero = %d", n))
				_, err := e.VerifyAudit(e.t.Context(), head)
				e.broken(err, n)
			}
		}},
		{"the first row deleted", func(e *env) {
			e.chain(3)
			e.tamper("DELETE FROM audit WHERE numero = 1")
			_, err := e.VerifyAudit(e.t.Context())
			e.broken(err, 1)
		}},
		{"a row in the middle deleted", func(e *env) {
			e.chain(5)
			e.tamper("DELETE FROM audit WHERE numero = 3")
			_, err := e.VerifyAudit(e.t.Context())
			e.broken(err, 3)
		}},
		{"a row deleted and the rest renumbered", func(e *env) {
			e.chain(5)
			e.tamper("DELETE FROM audit WHERE numero = 3", "UPDATE audit SET numero = 3 WHERE numero = 4",
				"UPDATE audit SET numero = 4 WHERE numero = 5", "UPDATE audit SET numero = 5 WHERE numero = 6")
			_, err := e.VerifyAudit(e.t.Context())
			e.broken(err, 3)
		}},
		{"two rows swapped", func(e *env) {
			e.chain(5)
			e.tamper("UPDATE audit SET numero = 99 WHERE numero = 3", "UPDATE audit SET numero = 3 WHERE numero = 4",
				"UPDATE audit SET numero = 4 WHERE numero = 99")
			_, err := e.VerifyAudit(e.t.Context())
			e.broken(err, 3)
		}},
		{"a row moved to the end", func(e *env) {
			e.chain(5)
			e.tamper("UPDATE audit SET numero = 7 WHERE numero = 2")
			_, err := e.VerifyAudit(e.t.Context())
			e.broken(err, 2)
		}},
		{"a row put in between", func(e *env) {
			e.chain(3)
			e.tamper("UPDATE audit SET numero = 5 WHERE numero = 4", "UPDATE audit SET numero = 4 WHERE numero = 3",
				"INSERT INTO audit SELECT 3, quando, chi, 'FALSA', oggetto, dettaglio, precedente, impronta FROM audit WHERE numero = 4")
			_, err := e.VerifyAudit(e.t.Context())
			e.broken(err, 3)
		}},
		{"a row forged at the end", func(e *env) {
			e.chain(2)
			e.tamper("INSERT INTO audit SELECT 4, quando, chi, cosa, oggetto, dettaglio, impronta, impronta FROM audit WHERE numero = 3")
			_, err := e.VerifyAudit(e.t.Context())
			e.broken(err, 4)
		}},
		{"rows taken off the end show by a head that is known", func(e *env) {
			e.chain(5)
			e.tamper("DELETE FROM audit WHERE numero >= 5")
			_, err := e.VerifyAudit(e.t.Context())
			e.ok(err)
			_, err = e.VerifyAudit(e.t.Context(), e.heads[0], e.heads[4])
			e.broken(err, 5)
		}},
		{"rows taken off the end and made up for", func(e *env) {
			e.chain(5)
			e.tamper("DELETE FROM audit WHERE numero >= 4")
			old := e.heads
			e.chain(3)
			_, err := e.VerifyAudit(e.t.Context(), old[4])
			e.broken(err, 6)
			_, err = e.VerifyAudit(e.t.Context(), old[2])
			e.broken(err, 4)
		}},
		{"a chain taken away whole", func(e *env) {
			e.chain(3)
			e.tamper("DELETE FROM audit")
			_, err := e.VerifyAudit(e.t.Context(), e.heads[2])
			e.broken(err, 1)
		}},
		{"a moment that is none", func(e *env) {
			e.chain(3)
			value := "quando = 'ieri'"
			if e.adapter == "postgres" {
				value = "quando = 'infinity'"
			}
			e.tamper("UPDATE audit SET " + value + " WHERE numero = 2")
			_, err := e.VerifyAudit(e.t.Context())
			e.broken(err, 2)
		}},
		{"every change has its row", func(e *env) {
			e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew))
			e.undo(e.clear("E1", "f1"))
			e.prepare(e.night(2))
			e.ok(e.Abandon(e.t.Context(), e.lease, day(2), 1))
			var got []string
			for _, r := range e.audits() {
				got = append(got, r.Who+" "+r.What+" "+r.On)
			}
			e.same([]string{
				"prova:1 BLOCCO_PRESO ", "prova:1 NOTTE_PREPARATA 2014-09-02-r1", "prova:1 NOTTE_PUBBLICATA 2014-09-02-r1",
				"op1 CHIUDI E1", "op1 ANNULLA E1", "prova:1 NOTTE_PREPARATA 2014-09-03-r1",
				"prova:1 NOTTE_ABBANDONATA 2014-09-03-r1",
			}, got)
		}},
	}
	for _, edit := range edits {
		column, _, _ := strings.Cut(edit, " ")
		cases = append(cases, conformance{"an edit of " + column, func(e *env) {
			e.chain(4)
			e.tamper("UPDATE audit SET " + edit + " WHERE numero = 3")
			_, err := e.VerifyAudit(e.t.Context())
			e.broken(err, 3)
		}})
	}
	return cases
}

var edits = []string{
	"quando = '2014-01-01T00:00:00.000000Z'", "chi = 'altro'", "cosa = 'ALTRO'", "oggetto = 'altro'", "dettaglio = '{}'",
	"precedente = '" + strings.Repeat("a", 64) + "'", "impronta = '" + strings.Repeat("b", 64) + "'",
}

// chain appends entries and keeps the heads.
func (e *env) chain(n int) {
	e.t.Helper()
	e.heads = nil
	for i := range n {
		head, err := e.Append(e.t.Context(), store.Entry{Who: "op1", What: "PROVA", On: fmt.Sprint("E", i), Detail: `{"n":1}`})
		e.ok(err)
		e.heads = append(e.heads, head)
	}
}

// tamper changes the audit as somebody with every right on the database can.
func (e *env) tamper(statements ...string) {
	e.t.Helper()
	off := []string{"DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete"}
	if e.adapter == "postgres" {
		off = []string{"ALTER TABLE audit DISABLE TRIGGER ALL"}
	}
	e.exec(e.t, append(off, statements...)...)
}

func (e *env) forbidden(statement string) {
	e.t.Helper()
	if _, err := e.raw.ExecContext(e.t.Context(), statement); err == nil || !strings.Contains(err.Error(), "audit is append-only") {
		e.t.Errorf("%s: %v", statement, err)
	}
	_, err := e.VerifyAudit(e.t.Context())
	e.ok(err)
}

// broken checks that an error names a row.
func (e *env) broken(err error, row int64) {
	e.t.Helper()
	var a *store.AuditError
	if !errors.As(err, &a) || !errors.Is(err, store.ErrAudit) || a.Row != row {
		e.t.Fatalf("got %v, want row %d", err, row)
	}
}

func anyEdit(e *env) {
	e.chain(5)
	e.tamper("CREATE TABLE copia AS SELECT * FROM audit")
	for n := int64(1); n <= 6; n++ {
		for _, edit := range edits {
			column, _, _ := strings.Cut(edit, " ")
			e.exec(e.t, fmt.Sprintf("UPDATE audit SET %s WHERE numero = %d", edit, n))
			_, err := e.VerifyAudit(e.t.Context())
			e.broken(err, n)
			e.exec(e.t, fmt.Sprintf("UPDATE audit SET %s = (SELECT %s FROM copia WHERE numero = %d) WHERE numero = %d", column, column, n, n))
		}
	}
	e.exec(e.t, "DROP TABLE copia")
	_, err := e.VerifyAudit(e.t.Context())
	e.ok(err)
}
