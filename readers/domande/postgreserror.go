package domande

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// DatabaseError is an error of the claims database.
type DatabaseError struct {
	Step string // what was being done: connect, begin, select
	// Err is the error of the driver. Its own text may repeat the URL: show the DatabaseError, not Err.
	Err error

	secret string
}

// Error gives the step and the driver's text without the password.
func (e *DatabaseError) Error() string {
	text := e.Err.Error()
	if e.secret != "" {
		text = strings.ReplaceAll(text, e.secret, "***")
	}
	return e.Step + ": " + text
}

// Unwrap gives the error of the driver.
func (e *DatabaseError) Unwrap() error { return e.Err }

// Is tells that there are no claims at all, which is [ErrNoSnapshot], where the database or its table is not there.
func (e *DatabaseError) Is(target error) bool {
	const undefinedTable, undefinedDatabase = "42P01", "3D000"
	var server *pgconn.PgError
	return target == ErrNoSnapshot && errors.As(e.Err, &server) && (server.Code == undefinedTable || server.Code == undefinedDatabase)
}

// Retryable tells whether the same call may succeed later with nothing changed here: the server cannot be reached, is
// starting or stopping, is full, or gave up this transaction. A wrong password, a missing database or table are not.
func (e *DatabaseError) Retryable() bool {
	if errors.Is(e.Err, context.Canceled) || errors.Is(e.Err, context.DeadlineExceeded) {
		return false
	}
	var server *pgconn.PgError
	if errors.As(e.Err, &server) {
		return retryableState(server.Code)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(e.Err, &connect) || errors.As(e.Err, &network) || errors.Is(e.Err, io.EOF) ||
		errors.Is(e.Err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(e.Err)
}

// retryableState judges an SQLSTATE (PostgreSQL, appendix A): connection exceptions, rolled back transactions, lack of
// resources, the server shutting down, a lock that was not to be had, errors of the system below.
func retryableState(code string) bool {
	return slices.ContainsFunc([]string{"08", "40", "53", "57P", "55P03", "58"}, func(class string) bool {
		return strings.HasPrefix(code, class)
	})
}

func (s *postgresSnapshot) translate(step string, err error) error {
	return &DatabaseError{Step: step, Err: err, secret: s.config.Password}
}
