package domande

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"incrocio/pipeline"
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
// interface{ Retryable() bool } and never show the password. It returns [ErrDatabaseURL] and [ErrColumns].
func FromPostgres(ctx context.Context, url string) (Snapshot, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read claims %s: %w", postgresName, ErrDatabaseURL)
	}
	s := &postgresSnapshot{config: config}
	err = s.query(ctx, " LIMIT 0", func([][]byte) error { return nil })
	if err != nil {
		return nil, fmt.Errorf("read claims %s: %w", postgresName, err)
	}
	return s, nil
}

// Name is "postgresql/domande".
func (s *postgresSnapshot) Name() string { return postgresName }

// Digest is of the rows as they were understood, known after Each.
func (s *postgresSnapshot) Digest() (sum string, bytes int64) { return s.sum, s.bytes }

// Each reads the table once, in the order of numero_domanda.
func (s *postgresSnapshot) Each(ctx context.Context, fn func(*pipeline.Claim) error, bad func(pipeline.Discard) error) error {
	s.sum, s.bytes = "", 0
	digest := rowDigest{sum: sha256.New()}
	to := row.NewDelivery(postgresName, fn, bad)
	reader := rowValues{}
	err := s.query(ctx, orderBy(), func(values [][]byte) error {
		f := reader.assemble(values)
		digest.add(&reader.claim, f)
		if f.Bad() {
			return to.Discard(reader.claim.Number, f, row.Nowhere)
		}
		return to.Claim(&reader.claim, row.Nowhere)
	})
	if err != nil {
		return fmt.Errorf("read claims %s: %w", postgresName, err)
	}
	s.sum, s.bytes = hex.EncodeToString(digest.sum.Sum(nil)), digest.bytes
	return nil
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

// callerError carries an error of the receiver of rows past the translation of those of the database.
type callerError struct{ err error }

func (e callerError) Error() string { return e.err.Error() }

// query runs SELECT with the given end in a transaction of its own and hands the raw binary values of each row to fn.
// It is the one place where errors of the database are translated.
func (s *postgresSnapshot) query(ctx context.Context, end string, fn func([][]byte) error) error {
	conn, err := pgx.ConnectConfig(ctx, s.config)
	if err != nil {
		return s.translate("connect", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // which also ends the transaction
	if _, err = conn.Exec(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); err != nil {
		return s.translate("begin", err)
	}
	err = eachRow(ctx, conn.PgConn(), selectColumns()+end, fn)
	var caller callerError
	if errors.As(err, &caller) {
		return caller.err
	}
	if err == nil || errors.Is(err, ErrColumns) {
		return err
	}
	return s.translate("select", err)
}

func eachRow(ctx context.Context, conn *pgconn.PgConn, sql string, fn func([][]byte) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows := conn.ExecParams(ctx, sql, nil, nil, nil, []int16{pgx.BinaryFormatCode})
	err := checkTypes(rows.FieldDescriptions())
	for err == nil && rows.NextRow() {
		if e := fn(rows.Values()); e != nil {
			err = callerError{e}
		}
	}
	if err != nil {
		cancel() // closing would otherwise read all that is left
	}
	_, closing := rows.Close()
	if err != nil {
		return err
	}
	return closing
}

// kindTypes are the types of the database that can hold each kind.
var kindTypes = map[row.Kind][]uint32{
	row.Text:   {pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID},
	row.Date:   {pgtype.DateOID},
	row.Amount: {pgtype.NumericOID},
	row.Count:  {pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID},
	row.Flag:   {pgtype.BoolOID},
}

// checkTypes compares types with kinds; no fields means that the statement failed, which closing it will tell.
func checkTypes(fields []pgconn.FieldDescription) error {
	if len(fields) == 0 {
		return nil
	}
	if len(fields) != row.Width {
		return row.ColumnError("%d instead of %d", len(fields), row.Width)
	}
	for i, f := range fields {
		known := false
		for _, oid := range kindTypes[row.Columns[i].Kind] {
			known = known || oid == f.DataTypeOID
		}
		if !known {
			return row.ColumnError("column %s: type %d is not read here", row.Columns[i].Name, f.DataTypeOID)
		}
	}
	return nil
}

// rowDigest sums up rows as the stream of the Parquet reader writes them.
type rowDigest struct {
	sum   hash.Hash
	bytes int64
	buf   []byte
}

func (d *rowDigest) add(c *pipeline.Claim, f row.Fault) {
	if f.Bad() {
		d.buf = appendDiscard(d.buf[:0], c.Number, f)
	} else {
		d.buf = appendClaim(d.buf[:0], c)
	}
	d.sum.Write(d.buf) // a hash never fails
	d.bytes += int64(len(d.buf))
}
