package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

func (a *app) schemaCommand() *cobra.Command {
	var ofRules bool
	cmd := &cobra.Command{
		Use:   "schema [RULE]",
		Short: "Print the data dictionary of the published tables, or the pages of the rules",
		Long: `Prints the data dictionary of the published tables.

With --rules it prints the pages of the rules instead, as Markdown: norm, conditions, effect, parameters, exceptions, and
test scenarios as worked examples. RULE is one of R01 to R71, I01 to I03, indice or eccezioni; all pages where it is left out.`,
		Example: `  incrocio schema
  incrocio schema --rules R03
  incrocio schema --rules --json`,
		Args: atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if ofRules {
				return a.printRules(args)
			}
			if len(args) > 0 {
				return &usageError{
					err:  errors.New("a rule is named together with --rules"),
					hint: cmd.CommandPath() + " --rules " + args[0],
				}
			}
			published := tables.Published()
			return a.print(published, func(w io.Writer) error { return writeSchema(w, published) })
		},
	}
	cmd.Flags().BoolVar(&ofRules, "rules", false, "print the pages of the rules")
	return cmd
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
