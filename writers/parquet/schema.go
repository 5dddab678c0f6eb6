package parquet

import (
	"encoding/json"
	"errors"
	"fmt"

	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"incrocio/pipeline/table"
)

// ErrSchema is wrapped by errors on a file whose columns are not those of the table it is read as.
var ErrSchema = errors.New("columns differ from the table's")

// schemaKey is the metadata key that holds the data dictionary.
const schemaKey = "incrocio.schema"

// precision is that of every decimal: ten digits before the point at scale 2, as the largest amounts need.
const precision = 12

// node describes a column as Parquet does.
func node(name string, kind table.Kind, notNull bool) (schema.Node, error) {
	rep := pq.Repetitions.Optional
	if notNull {
		rep = pq.Repetitions.Required
	}
	return schema.NewPrimitiveNodeLogical(name, rep, logical(kind), physical(kind), 0, -1)
}

func physical(k table.Kind) pq.Type {
	switch k {
	case table.Date, table.Int32:
		return pq.Types.Int32
	case table.Timestamp, table.Int64, table.Decimal2, table.Decimal4:
		return pq.Types.Int64
	case table.Bool:
		return pq.Types.Boolean
	case table.Text, table.Bytes:
	}
	return pq.Types.ByteArray
}

func logical(k table.Kind) schema.LogicalType {
	switch k {
	case table.Text:
		return schema.StringLogicalType{}
	case table.Date:
		return schema.DateLogicalType{}
	case table.Timestamp:
		return schema.NewTimestampLogicalType(true, schema.TimeUnitMicros)
	case table.Decimal2:
		return schema.NewDecimalLogicalType(precision, 2)
	case table.Decimal4:
		return schema.NewDecimalLogicalType(precision, 4)
	case table.Int32, table.Int64, table.Bool, table.Bytes:
	}
	return schema.NoLogicalType{}
}

// root describes a table as the one group at the top of a file.
func root[T any](t *table.Table[T]) (*schema.GroupNode, error) {
	fields := make(schema.FieldList, 0, len(t.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		n, err := node(c.Name, c.Kind, c.NotNull)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		fields = append(fields, n)
	}
	return schema.NewGroupNode("schema", pq.Repetitions.Required, fields, -1)
}

// dictionary gives the metadata that goes with every file of a table.
func dictionary(s table.Schema) (metadata.KeyValueMetadata, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	kv := metadata.NewKeyValueMetadata()
	return kv, kv.Append(schemaKey, string(b))
}

// checkSchema tells whether a file has exactly the columns of a table. Errors wrap [ErrSchema] and name the first
// column that differs.
func checkSchema[T any](got *schema.Schema, t *table.Table[T]) error {
	for i := range t.Columns {
		c := &t.Columns[i]
		if i >= got.NumColumns() {
			return fmt.Errorf("%w: %s is missing", ErrSchema, c.Name)
		}
		want, err := node(c.Name, c.Kind, c.NotNull)
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
		if g := got.Column(i).SchemaNode(); got.Column(i).Path() != c.Name || !sameColumn(g, want) {
			return fmt.Errorf("%w: column %d is %s, not %s", ErrSchema, i+1, describe(g), describe(want))
		}
	}
	if n := got.NumColumns(); n > len(t.Columns) {
		return fmt.Errorf("%w: %s is one too many", ErrSchema, got.Column(len(t.Columns)).Name())
	}
	return nil
}

func sameColumn(a, b schema.Node) bool {
	x, ok := a.(*schema.PrimitiveNode)
	y := b.(*schema.PrimitiveNode)
	return ok && x.PhysicalType() == y.PhysicalType() && x.RepetitionType() == y.RepetitionType() &&
		x.LogicalType().Equals(y.LogicalType())
}

func describe(n schema.Node) string {
	p, ok := n.(*schema.PrimitiveNode)
	if !ok {
		return n.Name() + " (a group)"
	}
	return fmt.Sprintf("%s %s %s (%s)", p.RepetitionType(), p.PhysicalType(), p.Name(), p.LogicalType())
}
