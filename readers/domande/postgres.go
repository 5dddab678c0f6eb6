package domande

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/readers/domande/internal/row"
)

// postgresName names the snapshot of the database.
const postgresName = "postgresql/domande"

// postgresSnapshot is the table domande as one transaction sees it.
type postgresSnapshot struct {
	config *pgx.ConnConfig
	sum    string
	bytes  int64
}

// ErrDatabaseURL is returned for a URL that is no PostgreSQL URL. It does not repeat it.
var ErrDatabaseURL = errors.New("not a PostgreSQL URL")

// FromPostgres gives the snapshot that the table domande of a database holds, found by the search path of the user. It
// connects once to make sure that the table is there with its columns; each reading connects again and sees one state
// of the table (REPEATABLE READ, read only), in the order of numero_domanda by bytes. Errors of the database satisfy
// interface{ Retryable() bool } and never show the password. It returns [ErrDatabaseURL], [ErrNoSnapshot] and [ErrColumns].
func FromPostgres(ctx context.Context, url string) (Snapshot, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read claims %s: %w", postgresName, ErrDatabaseURL)
	}
	s := &postgresSnapshot{config: config}
	err = s.transaction(ctx, func(conn *pgx.Conn) error { return checkTable(ctx, conn) })
	if err != nil {
		return nil, fmt.Errorf("read claims %s: %w", postgresName, err)
	}
	return s, nil
}

// Name is "postgresql/domande".
func (s *postgresSnapshot) Name() string { return postgresName }

// Digest is of the rows as they were understood, known after Each.
func (s *postgresSnapshot) Digest() (sum string, bytes int64) { return s.sum, s.bytes }

// Each reads the table in the order of numero_domanda.
func (s *postgresSnapshot) Each(ctx context.Context, fn func(*pipeline.Claim) error, bad func(pipeline.Discard) error, void func(*pipeline.Claim) error) error {
	s.sum, s.bytes = "", 0
	var reader rowValues
	err := s.transaction(ctx, func(conn *pgx.Conn) error {
		if err := checkTable(ctx, conn); err != nil {
			return err
		}
		return row.Deliver(postgresName, &row.Receiver{Claim: fn, Bad: bad, Void: void}, func(to *row.Delivery) error {
			reader = rowValues{digest: rowDigest{sum: sha256.New()}}
			return copyOut(ctx, conn, reader.rows(to))
		})
	})
	if err != nil {
		return fmt.Errorf("read claims %s: %w", postgresName, err)
	}
	s.sum, s.bytes = reader.digest.end()
	return nil
}

// copyOut has the server send the table, which it does alike every time within a transaction.
func copyOut(ctx context.Context, conn *pgx.Conn, rows copyRows) error {
	_, err := conn.PgConn().CopyTo(ctx, &rows, copySQL())
	if err == nil && !rows.whole() {
		err = errCopy
	}
	return err
}

// rows cuts a binary COPY into rows and hands them over.
func (r *rowValues) rows(to *row.Delivery) copyRows {
	return copyRows{
		quick: func(b []byte) (int, error) {
			n := r.quick(b)
			if n == 0 {
				return 0, nil
			}
			return n, callerErrorOf(to.Claim(&r.claim, row.Nowhere))
		},
		fn: func(values *[row.Width][]byte) error {
			if f := r.read(values); f.Bad() {
				return callerErrorOf(to.Discard(r.claim.Number, f, row.Nowhere))
			}
			return callerErrorOf(to.Claim(&r.claim, row.Nowhere))
		},
	}
}

// orderBy sorts by number first; the other columns only settle the order of rows that share one.
func orderBy() string {
	keys := make([]string, row.Width)
	for i := range row.Columns {
		keys[i] = row.Columns[i].Name
		if row.Columns[i].Kind == row.Text {
			keys[i] += ` COLLATE "C"`
		}
	}
	return " ORDER BY " + strings.Join(keys, ", ")
}

func selectColumns() string {
	names := make([]string, row.Width)
	for i := range row.Columns {
		names[i] = row.Columns[i].Name
	}
	return "SELECT " + strings.Join(names, ", ") + " FROM domande"
}

func copySQL() string { return "COPY (" + selectColumns() + orderBy() + ") TO STDOUT (FORMAT binary)" }

// callerError carries an error of the receiver of rows past the translation of those of the database.
type callerError struct{ err error }

func (e callerError) Error() string { return e.err.Error() }

func callerErrorOf(err error) error {
	if err == nil {
		return nil
	}
	return callerError{err}
}

// transaction runs fn in a read-only transaction of its own that sees one state of the table. It is the one place where
// errors of the database are translated.
func (s *postgresSnapshot) transaction(ctx context.Context, fn func(*pgx.Conn) error) error {
	conn, err := pgx.ConnectConfig(ctx, s.config)
	if err != nil {
		return s.translate("connect", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // which also ends the transaction
	if _, err = conn.Exec(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); err != nil {
		return s.translate("begin", err)
	}
	err = fn(conn)
	var caller callerError
	if errors.As(err, &caller) {
		return caller.err
	}
	if err == nil || errors.Is(err, ErrColumns) {
		return err
	}
	return s.translate("select", err)
}

// checkTable makes sure that the table can be read and has the columns, each of a type that holds its kind. They stay so
// until the end of the transaction, which has a lock on the table from here on.
func checkTable(ctx context.Context, conn *pgx.Conn) error {
	rows := conn.PgConn().ExecParams(ctx, selectColumns()+" LIMIT 0", nil, nil, nil, []int16{pgx.BinaryFormatCode})
	fields := slices.Clone(rows.FieldDescriptions())
	if _, err := rows.Close(); err != nil {
		return err
	}
	return checkTypes(fields)
}

// kindTypes are the types of the database that can hold each kind.
var kindTypes = map[row.Kind][]uint32{
	row.Text:   {pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID},
	row.Date:   {pgtype.DateOID},
	row.Amount: {pgtype.NumericOID},
	row.Count:  {pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID},
	row.Flag:   {pgtype.BoolOID},
}

// checkTypes compares types with kinds.
func checkTypes(fields []pgconn.FieldDescription) error {
	if len(fields) != row.Width {
		return row.ColumnError("%d instead of %d", len(fields), row.Width)
	}
	for i, f := range fields {
		known := false
		for _, oid := range kindTypes[row.Columns[i].Kind] {
			known = known || oid == f.DataTypeOID
		}
		if !known {
			return row.ColumnError("column %s: type %s is not read here", row.Columns[i].Name, typeName(f.DataTypeOID))
		}
	}
	return nil
}

// typeName names a type the way the database does; a type of its own making has a number only.
func typeName(oid uint32) string {
	if t, ok := pgtype.NewMap().TypeForOID(oid); ok {
		return t.Name
	}
	return strconv.FormatUint(uint64(oid), 10)
}

// rowDigest sums up rows: 0 and the claim as a block of the table, or what the stream of the Parquet reader says of a row that
// is none. The sum is in the manifest of a night, so that the bytes must not change.
type rowDigest struct {
	sum   hash.Hash
	bytes int64
	buf   []byte // what is not in sum yet
}

// digestBlock is how many bytes are summed up at a time.
const digestBlock = 16 << 10

func (d *rowDigest) add(c *pipeline.Claim, f row.Fault) {
	if f.Bad() {
		d.buf = appendDiscard(d.buf, c.Number, f)
	} else {
		d.buf = tables.AppendClaim(append(d.buf, rowClaim), c)
	}
	d.flushFull()
}

func (d *rowDigest) flushFull() {
	if len(d.buf) >= digestBlock {
		d.flush()
	}
}

func (d *rowDigest) flush() {
	d.sum.Write(d.buf) // a hash never fails
	d.bytes += int64(len(d.buf))
	d.buf = d.buf[:0]
}

func (d *rowDigest) end() (sum string, bytes int64) {
	d.flush()
	return hex.EncodeToString(d.sum.Sum(nil)), d.bytes
}
