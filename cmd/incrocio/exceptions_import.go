package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
	readsheet "incrocio/readers/worksheet"
)

// sheetImport is one call of exceptions import.
type sheetImport struct {
	*app
	dryRun, yes bool
	ask         func(question string) (bool, error) // nil: nobody is there to ask

	desk desk
	who  *worklist.Operator
}

// imported is what exceptions import prints.
type imported struct {
	SHA256  string `json:"sha256"`
	Rows    int    `json:"righe"`
	Filled  int    `json:"compilate"`
	Altered int    `json:"modificate_e_non_compilate"` // rows with a read-only cell changed and nothing filled in: left alone
	Bulk    bool   `json:"massiva"`                    // more closings than one person may make at once
	Applied bool   `json:"applicato"`
	// Effects are what will become of the rows, or has, by number.
	Effects []rowEffect `json:"effetti"`
}

// rowEffect is an effect as it is printed.
type rowEffect struct {
	Number int                 `json:"riga"`
	ID     string              `json:"id"`
	Effect workbook.EffectKind `json:"effetto"`
	Code   string              `json:"rifiuto,omitempty"` // of a refusal, for programs
	Reason string              `json:"motivo,omitempty"`  // of a refusal, for people
}

func rowEffectOf(e *workbook.Effect) rowEffect {
	r := rowEffect{Number: e.Number, ID: e.Key.ID, Effect: e.Effect}
	if e.Err != nil {
		r.Code, r.Reason = refusalCode(e.Err), e.Err.Error()
		for _, own := range sheetRefusals {
			if errors.Is(e.Err, own.err) {
				r.Code = own.code
			}
		}
	}
	return r
}

// sheetRefusals are what rules a row out besides the errors of the list, each with the code that programs know it by.
var sheetRefusals = []struct {
	err  error
	code string
}{
	{workbook.ErrAltered, "MODIFICATA"},
	{workbook.ErrRepeated, "RIPETUTA"},
	{workbook.ErrKey, "SENZA_CHIAVE"},
	{workbook.ErrOutcome, "ESITO"},
	{workbook.ErrNothing, "ESITO"},
	{workbook.ErrDecision, "PROVVEDIMENTO"},
	{worklist.ErrIncomplete, "INCOMPLETA"},
	{readsheet.ErrCell, "CELLA"},
}

func (t *branch) importCommand() *cobra.Command {
	im := &sheetImport{app: t.app}
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Take back a spreadsheet that was filled in",
		Long: `import reads an xlsx or csv that "exceptions export" wrote and somebody has filled in, shows what each row will do, and
does it with --yes or once you agree. Rows that cannot be carried out are refused one by one with the reason: read-only
cells that were changed, exceptions that somebody else has worked meanwhile, formulas, dates that are none. More than 20
closings in one file take a second person. The same file again changes nothing.

It ends with 0 where every row was carried out, and with 1 where some were refused.`,
		Example: `  incrocio exceptions import lista.xlsx --dry-run
  incrocio exceptions import lista.xlsx --yes`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if im.dryRun && im.yes {
				return &usageError{err: errors.New("--dry-run and --yes exclude one another")}
			}
			im.ask = t.app.askTerminal(cmd.InOrStdin())
			return t.at(cmd, func(ctx context.Context, d *counter) error {
				im.desk, im.who = d.desk, d.who
				return im.run(ctx, args[0])
			})
		},
	}
	cmd.Flags().BoolVar(&im.dryRun, "dry-run", false, "show what would be done and do nothing")
	cmd.Flags().BoolVar(&im.yes, "yes", false, "do it without asking")
	return cmd
}

// run reads the file, shows what it asks for, and carries it out where that is wanted.
func (im *sheetImport) run(ctx context.Context, name string) error {
	plan, sum, err := readPlan(name, im.who)
	if err != nil {
		return err
	}
	w := &sheetWork{sheetImport: im, plan: plan, versions: map[worklist.Key]int64{}, refused: map[int]bool{}}
	sum.Effects, err = w.preview(ctx)
	if err != nil {
		return err
	}
	if !im.json || !im.yes || w.todo == 0 {
		if err := im.show(sum, "Effetto previsto"); err != nil || im.dryRun || w.todo == 0 {
			return errors.Join(err, outcomeOf(sum))
		}
	}
	if err := im.agreed(w.todo); err != nil {
		return err
	}
	sum.Effects, err = w.apply(ctx)
	sum.Applied = true
	if shown := im.show(sum, "Effetto"); err != nil || shown != nil {
		return errors.Join(err, shown)
	}
	return outcomeOf(sum)
}

// readPlan reads the rows that were filled in. The commands are those of the file and of whoever sends it.
func readPlan(name string, who *worklist.Operator) (*workbook.Plan, *imported, error) {
	content, err := readSheetFile(name)
	if err != nil {
		return nil, nil, err
	}
	digest := sha256.Sum256(content)
	sum := &imported{SHA256: hex.EncodeToString(digest[:])}
	var lines []workbook.Line
	_, err = readsheet.Read(bytes.NewReader(content), int64(len(content)), readsheet.Limits{}, func(l workbook.Line) error {
		sum.Rows++
		switch {
		case l.Err != nil || l.Row.Filled():
			lines = append(lines, l)
		case l.Row.Altered():
			sum.Altered++
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	sum.Filled = len(lines)
	plan := workbook.MakePlan(sum.SHA256+" "+who.ID(), lines)
	sum.Bulk = plan.Closings > worklist.MaxAlone
	return &plan, sum, nil
}

// readSheetFile reads a regular file that is not too large.
func readSheetFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, &usageError{err: err}
	}
	if !info.Mode().IsRegular() {
		return nil, &usageError{err: fmt.Errorf("%s is no file", name)}
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	content, err := io.ReadAll(io.LimitReader(f, readsheet.DefaultBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return content, nil
}

// agreed asks whether to go on.
func (im *sheetImport) agreed(rows int) error {
	if im.yes {
		return nil
	}
	if im.ask == nil || im.json {
		return &usageError{err: errors.New("nothing was done: there is nobody to ask"), hint: "--yes does it, --dry-run shows it"}
	}
	yes, err := im.ask(fmt.Sprintf("Applicare %d righe? [s/N] ", rows))
	if err == nil && !yes {
		err = &codeError{code: exitFailed, err: errors.New("nothing was done")}
	}
	return err
}

// askTerminal asks the person at the terminal; nil where there is none.
func (a *app) askTerminal(in io.Reader) func(string) (bool, error) {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func(question string) (bool, error) {
		a.tell("%s", question)
		return saysYes(f)
	}
}

// saysYes reads an answer.
func saysYes(in io.Reader) (bool, error) {
	answer, err := bufio.NewReader(io.LimitReader(in, 1000)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("read answer: %w", err)
	}
	return slices.Contains([]string{"s", "si", "sì", "y", "yes"}, strings.ToLower(strings.TrimSpace(answer))), nil
}

// show prints the rows and what becomes of them.
func (im *sheetImport) show(sum *imported, title string) error {
	return im.print(sum, func(w io.Writer) error {
		t := &tableText{w: w}
		t.title(title)
		t.row("RIGA", "ECCEZIONE", "EFFETTO", "MOTIVO")
		counts := map[workbook.EffectKind]int{}
		for _, e := range sum.Effects {
			t.row(e.Number, e.ID, words(e.Effect), e.Reason)
			counts[e.Effect]++
		}
		t.flush()
		var parts []string
		for _, k := range []workbook.EffectKind{
			workbook.EffectClosed, workbook.EffectWaits, workbook.EffectNoted, workbook.EffectSame, workbook.EffectRefused,
		} {
			if counts[k] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", counts[k], effectWords[k]))
			}
		}
		if len(parts) == 0 {
			parts = append(parts, "niente da fare")
		}
		t.title(fmt.Sprintf("%d righe, %d compilate: %s.", sum.Rows, sum.Filled, strings.Join(parts, ", ")))
		if sum.Bulk {
			t.title(fmt.Sprintf("Più di %d chiusure: serve l'approvazione di una seconda persona.", worklist.MaxAlone))
		}
		if sum.Altered > 0 {
			t.title(fmt.Sprintf("%d righe non compilate hanno celle di sola lettura modificate: non se ne tiene conto.", sum.Altered))
		}
		return t.err
	})
}

var effectWords = map[workbook.EffectKind]string{
	workbook.EffectClosed: "chiuse", workbook.EffectWaits: "in approvazione", workbook.EffectNoted: "annotate",
	workbook.EffectSame: "già fatte", workbook.EffectRefused: "rifiutate",
}

// outcomeOf gives the end of a call whose effects were printed.
func outcomeOf(sum *imported) error {
	for _, e := range sum.Effects {
		if e.Effect == workbook.EffectRefused {
			return &codeError{code: exitFailed, err: errSilent}
		}
	}
	return nil
}
