package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the data dictionary of the published tables",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			published := tables.Published()
			return a.print(published, func(w io.Writer) error { return writeSchema(w, published) })
		},
	}
}

// writeSchema writes the data dictionary as Markdown.
func writeSchema(w io.Writer, published []table.Schema) error {
	var b strings.Builder
	b.WriteString("# Dizionario dei dati\n")
	for _, t := range published {
		fmt.Fprintf(&b, "\n## %s (`%s`)\n\n%s\n\n", t.Name, t.File, t.Describe)
		b.WriteString("| colonna | tipo | nullo | significato |\n| --- | --- | --- | --- |\n")
		for _, c := range t.Columns {
			null := "no"
			if c.Null {
				null = "sì"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", c.Name, c.Type, null, strings.ReplaceAll(c.Describe, "|", `\|`))
		}
	}
	fmt.Fprintf(&b, "\nOgni sede trova le proprie righe di azioni ed eccezioni, con le stesse colonne, in `sedi/<sede>/%s` e `sedi/<sede>/%s`.\n",
		tables.OfficeActionsFile, tables.OfficeExceptionsFile)
	_, err := io.WriteString(w, b.String())
	return err
}
