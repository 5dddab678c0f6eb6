package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/writers/parquet"
	"incrocio/writers/rundir"
)

func (a *app) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify [DATE]",
		Short: "Re-read what was published, against its manifest, and list every damaged file",
		Long: `verify reads every file of every published night, or of one, and compares it with the manifest of its night: bytes,
SHA-256, rows. Without a date it also reads the archive, follows the chain of the audit and compares the ledger with the last
night. It ends with 12 where something is damaged.`,
		Example: "  incrocio verify\n  incrocio verify 2014-07-01",
		Args:    atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			nights, err := a.nightsToVerify(args)
			if err != nil {
				return err
			}
			whole := len(args) == 0
			if err := a.verify(cmd.Context(), nights, whole); err != nil {
				return err
			}
			if whole {
				a.noteVerified(cmd.Context(), nights[len(nights)-1].Date)
			}
			return nil
		},
	}
}

// nightsToVerify gives the nights meant. It looks at folders only: what is damaged must not be in its way.
func (a *app) nightsToVerify(args []string) ([]rundir.Night, error) {
	var only pipeline.Date
	if len(args) > 0 {
		d, err := pipeline.ParseDate(args[0])
		if err != nil {
			return nil, &usageError{err: fmt.Errorf("%q: %w", args[0], err)}
		}
		only = d
	}
	nights, err := rundir.Nights(a.home)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, a.errNoHome()
	case err != nil:
		return nil, err
	case len(nights) == 0:
		return nil, errNoNight
	case only == 0:
		return nights, nil
	}
	for _, n := range nights {
		if n.Date == only {
			return []rundir.Night{n}, nil
		}
	}
	return nil, notPublished(only)
}

// notPublished is given where something is asked of a night that is not there.
func notPublished(d pipeline.Date) error {
	return &codeError{exitFailed, fmt.Errorf("night %s is not published", d), "incrocio status"}
}

// verified is the verdict on one night.
type verified struct {
	Night  string          `json:"data_elaborazione"`
	Damage []rundir.Damage `json:"danni"`
	Mend   string          `json:"rimedio,omitempty"` // the command that mends it, where there is one
}

// fine is the word for what has no damage: a night, or the archive or the ledger.
func (v *verified) fine() string {
	if _, err := pipeline.ParseDate(v.Night); err != nil {
		return "integro"
	}
	return "integra"
}

func (a *app) verify(ctx context.Context, nights []rundir.Night, whole bool) error {
	var all []verified
	damaged := false
	for i, n := range nights {
		found, err := rundir.Verify(n.Dir, parquet.CountRows)
		if err != nil {
			return err
		}
		v := verified{Night: n.Date.String(), Damage: append([]rundir.Damage{}, found...)}
		if len(found) > 0 {
			damaged = true
			v.Mend = mend(i == len(nights)-1, found)
		}
		all = append(all, v)
	}
	if whole {
		v, err := a.verifyArchive(ctx)
		if err != nil {
			return err
		}
		all = append(all, v)
		damaged = damaged || len(v.Damage) > 0
	}
	if whole && !damaged { // the comparison reads the last night
		v, there, err := a.verifyLedger(ctx)
		if err != nil {
			return err
		}
		if there {
			all = append(all, v)
			damaged = len(v.Damage) > 0
		}
	}
	if err := a.print(all, func(w io.Writer) error { return writeVerified(w, all) }); err != nil {
		return err
	}
	if damaged {
		return &codeError{exitDamaged, errSilent, ""}
	}
	return nil
}

// mend names what mends a night: the last one can be repeated as long as its manifest can be read; others come back
// from a copy.
func mend(last bool, found []rundir.Damage) string {
	for _, d := range found {
		if d.File == rundir.ManifestFile {
			last = false
		}
	}
	if last {
		return "incrocio run --replace"
	}
	return ""
}

func writeVerified(w io.Writer, all []verified) error {
	for _, v := range all {
		if len(v.Damage) == 0 {
			if _, err := fmt.Fprintf(w, "%s %s\n", v.Night, v.fine()); err != nil {
				return err
			}
			continue
		}
		for _, d := range v.Damage {
			if _, err := fmt.Fprintf(w, "%s %s %s: %s\n", v.Night, d.Kind, path.Clean(d.File), d.Detail); err != nil {
				return err
			}
		}
		remedy := v.Mend
		if remedy == "" {
			remedy = "riportare la cartella da una copia"
		}
		if _, err := fmt.Fprintf(w, "%s rimedio: %s\n", v.Night, remedy); err != nil {
			return err
		}
	}
	return nil
}
