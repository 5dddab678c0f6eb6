package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
	"incrocio/writers/worksheet"
)

// maxWhole is how many rows with whole tax codes anybody may export; more take a supervisor.
const maxWhole = 1000

// auditExport is the code of the audit entry of an export (cosa).
const auditExport = "ESPORTAZIONE"

// export is one call of exceptions export.
type export struct {
	*app
	format  string
	out     string
	masked  bool
	purpose string
	force   bool
	list    listOptions
	filter  string // what was asked for in words, without tax codes

	desk desk
	who  *worklist.Operator
}

// exported is what exceptions export prints.
type exported struct {
	File   string `json:"file"`
	Format string `json:"formato"`
	Rows   int    `json:"righe"`
	Masked bool   `json:"codici_fiscali_nascosti"`
	Cut    bool   `json:"troncato"` // there are more rows than a sheet holds
	SHA256 string `json:"sha256"`
}

func (t *branch) exportCommand() *cobra.Command {
	e := &export{app: t.app}
	cmd := &cobra.Command{
		Use:   "export --out FILE",
		Short: "Write the list as a spreadsheet, to be filled in",
		Long: `export writes the exceptions that are not worked into FILE, a row each: xlsx and csv to be filled in and taken back by
"exceptions import", parquet to reckon with. Grey columns are read-only; a row of which one was changed is refused.

Whole tax codes need --purpose, which is audited, and above 1,000 rows the role RESPONSABILE; --masked needs neither.`,
		Example: `  incrocio exceptions export --sede 4900 --masked --out lista.xlsx
  incrocio exceptions export --class BLOCCO --purpose "verifica di luglio" --out lista.csv`,
		Args: noArgs,
	}
	flags := cmd.Flags()
	flags.StringVar(&e.format, "format", "", "`FORM` of the file: xlsx, csv or parquet (default: as FILE ends)")
	flags.StringVar(&e.out, "out", "", "`FILE` to write")
	flags.BoolVar(&e.masked, "masked", false, "hide tax codes")
	flags.StringVar(&e.purpose, "purpose", "", "why whole tax codes are needed; goes into the audit")
	flags.BoolVar(&e.force, "force", false, "write over FILE")
	e.filters(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		format, err := e.check()
		if err != nil {
			return err
		}
		if err := e.list.settle(cmd, t.on); err != nil {
			return err
		}
		e.filter = filterWords(cmd)
		return t.at(cmd, func(ctx context.Context, d *counter) error {
			e.desk, e.who = d.desk, d.who
			done, err := e.run(ctx, format)
			if err != nil {
				return err
			}
			return t.app.print(done, done.text)
		})
	}
	return cmd
}

// filters are those of the list that make sense for what is not worked.
func (e *export) filters(cmd *cobra.Command) {
	q, f := &e.list.q, cmd.Flags()
	f.StringVar(&e.list.taxCode, "cf", "", "only of this `CODE` (codice fiscale)")
	f.StringVar(&q.Protocol, "protocol", "", "only with this `PROTOCOL`, of the submission or of the claim")
	f.StringVar(&q.Claim, "claim", "", "only on this claim (`NUMBER`)")
	f.StringArrayVar(&q.Offices, "sede", nil, "only of this `SEDE`; may be repeated")
	f.BoolVar(&q.Mine, "mine", false, "only in the hands of who asks")
	f.BoolVar(&q.Overdue, "overdue", false, "only past their term")
	choicesFlag(cmd, &q.States, "state", "only in this state",
		[]worklist.State{worklist.StatePending, worklist.StateTaken, worklist.StateHeld, worklist.StateApproval})
	choiceFlag(cmd, &q.Code, "code", "only with this `CODE`, such as fine-mancante", rules.ExceptionCodes())
	choiceFlag(cmd, &q.Class, "class", "only of this class",
		[]string{pipeline.ClassBlock, pipeline.ClassHold, pipeline.ClassProtect, pipeline.ClassInfo})
	typeFlag(cmd, &e.list)
	periodFlags(cmd, &e.list.year, &q.From, &q.To)
}

// filterWords says what was asked for as it was typed, without tax codes.
func filterWords(cmd *cobra.Command) string {
	known := []string{"cf", "protocol", "claim", "sede", "mine", "overdue", "state", "code", "class", "type", "year", "from", "to"}
	var said []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		value := strings.Trim(f.Value.String(), "[]")
		if f.Name == "cf" {
			value = pipeline.CodiceFiscale(value).Mask()
		}
		if slices.Contains(known, f.Name) {
			said = append(said, "--"+f.Name+" "+value)
		}
	})
	return scrub(strings.Join(said, " "))
}

// text tells people.
func (d *exported) text(w io.Writer) error {
	more := ""
	if d.Cut {
		more = fmt.Sprintf("; ce ne sono altre: un foglio ne tiene %d", workbook.MaxRows)
	}
	_, err := fmt.Fprintf(w, "Esportate %d eccezioni in %s%s\n", d.Rows, printable(d.File), more)
	return err
}

// check refuses a call before anything is opened.
func (e *export) check() (worksheet.Format, error) {
	if e.out == "" {
		return "", &usageError{err: errors.New("--out is missing: the file to write")}
	}
	format, err := worksheet.ParseFormat(e.format, e.out)
	if err != nil {
		return "", &usageError{err: err, hint: "--format xlsx, csv or parquet"}
	}
	if !e.masked && strings.TrimSpace(e.purpose) == "" {
		return "", &usageError{err: errors.New("whole tax codes need a purpose"), hint: `--purpose "why", or --masked`}
	}
	if utf8.RuneCountInString(e.purpose) > worklist.MaxText {
		return "", &usageError{err: fmt.Errorf("the purpose is longer than %d characters", worklist.MaxText)}
	}
	if personalCode.MatchString(e.purpose) {
		return "", &usageError{err: errors.New("the purpose holds a tax code, and it goes into the audit")}
	}
	if _, err := os.Lstat(e.out); !errors.Is(err, fs.ErrNotExist) && !e.force {
		return "", &usageError{err: fmt.Errorf("%s is there already", e.out), hint: "--force writes over it"}
	}
	return format, nil
}

// run gathers the rows, writes the file beside its place, and puts it there once the audit knows.
func (e *export) run(ctx context.Context, format worksheet.Format) (*exported, error) {
	at := pipeline.InstantOf(e.now().Truncate(time.Second))
	origin := worksheet.Origin{By: e.who.Name, At: at, Filter: e.filter, Purpose: e.purpose, Masked: e.masked}
	last, _, err := rundir.Current(e.home)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	origin.Night = last.Date
	rows, cut, err := e.rows(ctx, e.who.Name+" "+at.Time().UTC().Format(time.RFC3339))
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := worksheet.Write(&file, format, rows, &origin); err != nil {
		return nil, fmt.Errorf("write %s: %w", e.out, err)
	}
	sum := sha256.Sum256(file.Bytes())
	done := &exported{e.out, string(format), len(rows), e.masked, cut, hex.EncodeToString(sum[:])}
	if err := placeFile(e.out, file.Bytes(), func() error { return e.audit(ctx, done) }); err != nil {
		return nil, err
	}
	return done, nil
}

// rows reads the list page by page. Whoever may not have so many whole tax codes is refused.
func (e *export) rows(ctx context.Context, mark string) (rows []workbook.Row, cut bool, err error) {
	today, err := e.desk.Today(ctx)
	if err != nil {
		return nil, false, err
	}
	q := e.list.q
	q.Kind, q.List, q.Limit = worklist.KindException, worklist.ListPending, worklist.MaxPage
	for {
		page, err := e.desk.List(ctx, e.who, &q)
		if err != nil {
			return nil, false, err
		}
		for i := range page.Rows {
			if len(rows) == workbook.MaxRows {
				return rows, true, nil
			}
			rows = append(rows, workbook.Of(&page.Rows[i], today, e.masked, mark))
		}
		if len(rows) > maxWhole && !e.masked && e.who.Role != worklist.RoleSupervisor {
			return nil, false, &codeError{
				code: exitFailed, err: fmt.Errorf("more than %d rows with whole tax codes: %w", maxWhole, worklist.ErrRole),
				hint: "narrow the list, or use --masked",
			}
		}
		if page.Next == "" {
			return rows, false, nil
		}
		q.After = page.Next
	}
}

// audit says who took what away and why.
func (e *export) audit(ctx context.Context, d *exported) error {
	detail, err := json.Marshal(struct {
		*exported
		File    string `json:"file"` // its name only
		Filter  string `json:"filtro"`
		Purpose string `json:"finalita"`
	}{d, filepath.Base(d.File), e.filter, e.purpose})
	if err != nil {
		return err
	}
	_, err = e.desk.Append(ctx, store.Entry{Who: e.who.Name, What: auditExport, On: "eccezioni", Detail: string(detail)})
	return err
}

// placeFile writes a file beside its place and, once agree has agreed, moves it there: there is never half of one under its
// name. Its mode is 0640.
func placeFile(name string, content []byte, agree func() error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".incrocio-*.part")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(0o640), f.Sync(), f.Close()); err == nil {
		err = agree()
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", name, err), os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(name))
}
