package main

import (
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

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
SHA-256, rows. Without a date it also looks for published nights whose folder is gone, reads the nights that were repeated and
are kept, the archive and current, follows the chain of the audit and compares the ledger with the last night. It ends with 12
where something is damaged, and names the command that mends it.`,
		Example: "  incrocio verify\n  incrocio verify 2014-07-01",
		Args:    atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var only pipeline.Date
			if len(args) > 0 {
				d, err := pipeline.ParseDate(args[0])
				if err != nil {
					return &usageError{err: fmt.Errorf("%q: %w", args[0], err)}
				}
				only = d
			}
			nights, err := a.nightsToVerify()
			if err != nil {
				return err
			}
			if only != 0 {
				return a.verifyNight(cmd.Context(), nights, only)
			}
			if err := a.verify(cmd.Context(), nights); err != nil {
				return err
			}
			a.noteVerified(cmd.Context(), nights[len(nights)-1].Date)
			return nil
		},
	}
}

// nightsToVerify gives the nights that are there. It looks at folders only: what is damaged must not be in its way.
func (a *app) nightsToVerify() ([]rundir.Night, error) {
	nights, err := rundir.Nights(a.home)
	if isNoHome(err) {
		return nil, a.errNoHome()
	}
	return nights, err
}

// notPublished is given where something is asked of a night that is not there.
func notPublished(d pipeline.Date) error {
	return &codeError{exitFailed, fmt.Errorf("night %s is not published", d), "incrocio status"}
}

// verified is the verdict on one night.
type verified struct {
	Night  string          `json:"data_elaborazione"`
	Damage []rundir.Damage `json:"danni"`
	Mend   string          `json:"rimedio,omitempty"` // the command that mends it
	Then   string          `json:"poi,omitempty"`     // what is to be done after it, in Italian
}

// remedy is what mends damage, as people read it.
func (v *verified) remedy() string {
	if v.Then == "" {
		return v.Mend
	}
	return v.Mend + ", poi " + v.Then
}

// restoreAside makes a home of a backup beside the damaged one, from which what is damaged can be brought back.
const restoreAside = "incrocio restore --home ALTROVE COPIA"

// fromBackup settles that something comes back from a backup.
func (v *verified) fromBackup(what string) {
	v.Mend, v.Then = restoreAside, "riportare da lì "+what
}

// fine is the word for what has no damage: a night, or the archive, current or the ledger.
func (v *verified) fine() string {
	day, _, _ := strings.Cut(v.Night, "-r") // of one that was repeated
	if _, err := pipeline.ParseDate(day); err != nil {
		return "integro"
	}
	return "integra"
}

// verifyNight verifies one night.
func (a *app) verifyNight(ctx context.Context, nights []rundir.Night, only pipeline.Date) error {
	for i, n := range nights {
		if n.Date != only {
			continue
		}
		v, err := verifyFolder(n, i == len(nights)-1)
		if err != nil {
			return err
		}
		return a.verdict([]verified{v})
	}
	lost, err := a.lostNights(ctx)
	if err != nil {
		return err
	}
	for _, v := range lost {
		if v.Night == only.String() {
			return a.verdict([]verified{v})
		}
	}
	if len(nights) == 0 {
		return errNoNight
	}
	return notPublished(only)
}

// verify verifies everything.
func (a *app) verify(ctx context.Context, nights []rundir.Night) error {
	var all []verified
	for i, n := range nights {
		v, err := verifyFolder(n, i == len(nights)-1)
		if err != nil {
			return err
		}
		all = append(all, v)
	}
	rest, err := a.verifyRest(ctx, nights, all)
	if err != nil {
		return err
	}
	lost, err := a.lostNights(ctx)
	if err != nil && !anyDamaged(append(all, rest...)) { // what was found is told all the same
		return err
	}
	if len(nights)+len(lost) == 0 && !anyDamaged(rest) {
		return errNoNight
	}
	all = append(all, lost...)
	slices.SortFunc(all, func(a, b verified) int { return strings.Compare(a.Night, b.Night) })
	all = append(all, rest...)
	if !anyDamaged(all) { // the comparison reads the last night
		v, there, err := a.verifyLedger(ctx)
		if err != nil {
			return err
		}
		if there {
			all = append(all, v)
		}
	}
	return a.verdict(all)
}

// verifyRest verifies what there is besides the nights that count, of which these are the verdicts, and the ledger.
func (a *app) verifyRest(ctx context.Context, nights []rundir.Night, verdicts []verified) ([]verified, error) {
	rest, err := a.verifyReplaced(func(d pipeline.Date) (bool, error) {
		return slices.ContainsFunc(verdicts, func(v verified) bool { return v.Night == d.String() && len(v.Damage) == 0 }), nil
	})
	if err != nil {
		return nil, err
	}
	v, err := a.verifyArchive(ctx, nights)
	if err != nil {
		return nil, err
	}
	rest = append(rest, v)
	v, err = a.verifyCurrent()
	if err == nil && len(v.Damage) > 0 {
		rest = append(rest, v)
	}
	return rest, err
}

// anyDamaged tells whether anything is.
func anyDamaged(all []verified) bool {
	return slices.ContainsFunc(all, func(v verified) bool { return len(v.Damage) > 0 })
}

// verdict prints what was found and gives the exit code.
func (a *app) verdict(all []verified) error {
	if err := a.print(all, func(w io.Writer) error { return writeVerified(w, all) }); err != nil {
		return err
	}
	if anyDamaged(all) {
		return &codeError{exitDamaged, errSilent, ""}
	}
	return nil
}

// verifyFolder verifies the folder of a night. The last one can be repeated as long as its manifest can be read; others come
// back from a backup.
func verifyFolder(n rundir.Night, last bool) (verified, error) {
	v := verified{Night: n.Date.String()}
	found, err := rundir.Verify(n.Dir, parquet.CountRows)
	v.Damage = append([]rundir.Damage{}, found...)
	switch {
	case err != nil || len(found) == 0:
		return v, err
	case manifestDamaged(found):
		v.fromBackup(folderOf(n.Date) + " e i suoi sigilli")
	case last:
		v.Mend = "incrocio run --replace"
	default:
		v.fromBackup(folderOf(n.Date))
	}
	return v, nil
}

func manifestDamaged(found []rundir.Damage) bool {
	return slices.ContainsFunc(found, func(d rundir.Damage) bool { return d.File == rundir.ManifestFile })
}

// folderOf names the folder of a night below the home, with slashes.
func folderOf(d pipeline.Date) string { return filepath.ToSlash(rundir.Dir("", d)) }

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
		if _, err := fmt.Fprintf(w, "%s rimedio: %s\n", v.Night, v.remedy()); err != nil {
			return err
		}
	}
	return nil
}
