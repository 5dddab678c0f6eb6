// Package interop holds tests that put the writers together: a whole night published, verified and read by other
// programs. It has no code of its own.
//
// The tests with the build tag interop have DuckDB read every published file (make test-interop); they need Node.js
// and the npm package @duckdb/node-api in the folder that INCROCIO_NODE names.
package interop
