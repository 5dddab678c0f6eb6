package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

// translate makes an error of the driver one of the store. The driver's error is not kept: what the server says of an error
// may show the values of a row (DETAIL: Key (codice_fiscale)=(…)), and so may the fields that others would print.
func translate(step string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return &store.DatabaseError{Step: step, Code: server.Code, Text: text(server), Kind: kind(server.Code)}
	}
	e := &store.DatabaseError{Step: step, Text: "the connection was lost"}
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.As(err, &connect):
		e.Text, e.Kind = "the server cannot be reached", store.ErrTemporary
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		pgconn.SafeToRetry(err):
		e.Kind = store.ErrTemporary
	default:
		e.Text = "the driver failed"
	}
	return e
}

// translateCommit is translate for COMMIT: where the server did not answer, or answered by ending the session, the
// transaction may have been committed. pgconn.SafeToRetry is not asked: when the line is cut after COMMIT was sent, the
// driver may say "conn closed", of which it believes that nothing was sent.
func translateCommit(err error) error {
	if errors.Is(err, pgx.ErrTxCommitRollback) {
		return &store.DatabaseError{Step: "commit", Text: "rolled back"}
	}
	var server *pgconn.PgError
	answered := errors.As(err, &server) && server.Severity != "FATAL" && server.Severity != "PANIC"
	out := translate("commit", err)
	var e *store.DatabaseError
	if errors.As(out, &e) {
		e.Unknown = !answered
	}
	return out
}

// kind judges an SQLSTATE (PostgreSQL, appendix A). Tried again are connections that failed (08), rolled back and
// deadlocked transactions (40001, 40P01), locks that were not to be had in time (55P03), too many connections (53300),
// servers that shut down, crashed or start (57P01 to 57P03), and the end of an idle transaction (25P03). A cancelled
// statement (57014) was cancelled by somebody else: the caller's own giving up is an error of the context.
func kind(code string) error {
	again := []string{"40001", "40P01", "55P03", "53300", "57P01", "57P02", "57P03", "25P03"}
	switch {
	case strings.HasPrefix(code, "08"), slices.Contains(again, code):
		return store.ErrTemporary
	case code == "XX001", code == "XX002":
		return store.ErrDamaged
	}
	return nil
}

// text says what happened without a value of a row: the server's message for those classes that speak of tables, rights
// and resources, and otherwise the name of what was violated.
func text(e *pgconn.PgError) string {
	for _, class := range [...]string{"08", "25", "28", "3D", "3F", "40", "42", "53", "55", "57", "58"} {
		if strings.HasPrefix(e.Code, class) {
			return e.Message
		}
	}
	said := "refused by the server"
	for _, part := range [...]struct{ name, value string }{
		{"table", e.TableName}, {"column", e.ColumnName}, {"constraint", e.ConstraintName},
	} {
		if part.value != "" {
			said += ", " + part.name + " " + part.value
		}
	}
	return said
}

// what names a statement by its first words.
func what(text string) string {
	words := strings.Fields(text)
	return strings.ToLower(strings.Join(words[:min(3, len(words))], " "))
}

// damaged is the error for a value that is none of its kind.
func damaged(text string, column int, k table.Kind) error {
	return &store.DatabaseError{Step: what(text), Text: fmt.Sprintf("column %d is no %s", column+1, k), Kind: store.ErrDamaged}
}
