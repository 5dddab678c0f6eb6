// Reads every Parquet file below a folder with DuckDB and prints, as JSON, what DuckDB makes of it: rows, and for each
// column name, type, values that are not null, sum, least, greatest, how many equal the greatest (which is where wrong
// statistics would show), and a digest of all cells in order.
//
// Usage: INCROCIO_NODE=<folder with node_modules> node duckdb.mjs FOLDER
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'

const [folder] = process.argv.slice(2)
if (!folder || !process.env.INCROCIO_NODE) {
  console.error('usage: INCROCIO_NODE=<folder with node_modules> node duckdb.mjs FOLDER')
  process.exit(64)
}
const require = createRequire(path.join(path.resolve(process.env.INCROCIO_NODE), 'package.json'))
const { DuckDBInstance } = require('@duckdb/node-api')

const quoted = (s) => `"${s.replaceAll('"', '""')}"`
const literal = (s) => `'${s.replaceAll("'", "''")}'`

// text is the SQL that writes a value of a type the one way both sides agree on.
const text = (type, value) => (type === 'TIMESTAMP WITH TIME ZONE' ? `epoch_us(${value})::VARCHAR` : `${value}::VARCHAR`)

// sum is the SQL that adds up a column: lengths of texts, days and microseconds since 1970, number of trues.
const sum = (type, column) => {
  if (type === 'VARCHAR') return `sum(strlen(${column}))`
  if (type === 'DATE') return `sum(${column} - DATE '1970-01-01')`
  if (type === 'TIMESTAMP WITH TIME ZONE') return `sum(epoch_us(${column}))`
  if (type === 'BOOLEAN') return `sum(${column}::INTEGER)`
  return `sum(${column})`
}

const rowsOf = async (connection, sql) => (await connection.runAndReadAll(sql)).getRowObjects()

const columnOf = async (connection, source, name, type) => {
  const c = quoted(name)
  const cell = `CASE WHEN ${c} IS NULL THEN '-' ELSE strlen(${text(type, c)})::VARCHAR || ':' || ${text(type, c)} END`
  const [r] = await rowsOf(
    connection,
    `SELECT count(${c})::VARCHAR AS present, (${sum(type, c)})::VARCHAR AS total,
            ${text(type, `min(${c})`)} AS least, ${text(type, `max(${c})`)} AS greatest,
            md5(coalesce(string_agg(${cell}, ',' ORDER BY file_row_number), '')) AS digest
     FROM ${source}`,
  )
  const [top] = await rowsOf(
    connection,
    `SELECT count(*)::VARCHAR AS n FROM ${source} WHERE ${c} = (SELECT max(${c}) FROM ${source})`,
  )
  return { name, type, ...r, atGreatest: top.n }
}

const fileOf = async (connection, file) => {
  const source = `read_parquet(${literal(file)}, file_row_number = true)`
  const described = await rowsOf(connection, `DESCRIBE SELECT * FROM read_parquet(${literal(file)}, hive_partitioning = false)`)
  const columns = []
  for (const d of described) columns.push(await columnOf(connection, source, d.column_name, d.column_type))
  const [count] = await rowsOf(connection, `SELECT count(*)::VARCHAR AS n FROM ${source}`)
  const [key] = await rowsOf(
    connection,
    `SELECT count(*)::VARCHAR AS n FROM parquet_kv_metadata(${literal(file)}) WHERE key::VARCHAR = 'incrocio.schema'`,
  )
  return { rows: count.n, dictionary: key.n, columns }
}

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
const files = readdirSync(folder, { recursive: true })
  .filter((f) => f.endsWith('.parquet'))
  .sort()
const result = {}
for (const f of files) result[f] = await fileOf(connection, path.join(folder, f))
console.log(JSON.stringify(result, null, 1))
