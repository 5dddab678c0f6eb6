package store_test

import (
	"strings"
)

// nativeType is how a database names the type of a column.
func nativeType(adapter, kind string) string {
	if adapter == "postgres" {
		return map[string]string{
			"VARCHAR": "text C", "DATE": "date", "TIMESTAMP(us, UTC)": "timestamp with time zone", "INT32": "integer",
			"INT64": "bigint", "BOOLEAN": "boolean", "DECIMAL(12,2)": "numeric(12,2)", "DECIMAL(12,4)": "numeric(12,4)",
		}[kind]
	}
	switch kind {
	case "VARCHAR", "DATE", "TIMESTAMP(us, UTC)":
		return "TEXT"
	}
	return "INTEGER"
}

func trimNotNull(sql string) string { return strings.TrimSuffix(sql, " NOT NULL") }

// schemaOf asks the database for the columns of a table.
func schemaOf(e *env, table string) (map[string]string, error) {
	query := `SELECT name, type, "notnull" FROM pragma_table_info('` + table + `')`
	if e.adapter == "postgres" {
		query = `SELECT a.attname, format_type(a.atttypid, a.atttypmod) || coalesce(' ' || nullif(c.collname, 'default'), ''), a.attnotnull::int
			FROM pg_attribute a LEFT JOIN pg_collation c ON c.oid = a.attcollation
			WHERE a.attrelid = '` + table + `'::regclass AND a.attnum > 0`
	}
	rows, err := e.raw.QueryContext(e.t.Context(), query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[string]string{}
	for rows.Next() {
		var name, kind string
		var notNull int
		if err := rows.Scan(&name, &kind, &notNull); err != nil {
			return nil, err
		}
		if out[name] = kind; notNull == 1 {
			out[name] += " NOT NULL"
		}
	}
	return out, rows.Err()
}
