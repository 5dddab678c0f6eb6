// Package parquet writes and reads the tables of [incrocio/pipeline/table] as Parquet files, and reads back what was
// written with a second implementation.
//
// How a column is stored:
//
//	kind            physical     logical              DuckDB sees
//	Text            BYTE_ARRAY   STRING               VARCHAR
//	Date            INT32        DATE                 DATE
//	Timestamp       INT64        TIMESTAMP(us, UTC)   TIMESTAMP WITH TIME ZONE
//	Int32           INT32                             INTEGER
//	Int64           INT64                             BIGINT
//	Bool            BOOLEAN                           BOOLEAN
//	Decimal2        INT64        DECIMAL(12,2)        DECIMAL(12,2)
//	Decimal4        INT64        DECIMAL(12,4)        DECIMAL(12,4)
//
// Columns that are never null are REQUIRED, all others OPTIONAL. Files have row groups of [RowGroupRows] rows, Snappy
// pages of format version 1, statistics on every column and a dictionary on columns of few values. The key
// incrocio.schema of the footer's metadata holds the data dictionary as JSON. Equal rows give equal bytes, whatever
// batches they came in and whatever version of the program wrote them.
//
// Parquet pages carry no checksum here: a changed byte may be read as a wrong value. Files are therefore opened only
// after their SHA-256 was found equal to the one in their manifest. What a reader does promise of a damaged file is
// an error or rows, never a crash, a hang, or fewer rows without an error.
package parquet
