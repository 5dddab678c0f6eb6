package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/writers/archive"
	"incrocio/writers/parquet"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
)

// lostNights gives the nights that the ledger or the archive know to be published and whose folder is not there. Where either
// cannot be read the other is asked alone: their own damage is told elsewhere.
func (a *app) lostNights(ctx context.Context) (lost []verified, err error) {
	known, err := a.ledgerNights(ctx)
	if err != nil && !errors.Is(err, store.ErrNoStore) && !errors.Is(err, store.ErrDamaged) {
		return nil, err
	}
	archived, err := archive.Open(a.home).Published()
	if err != nil && !errors.Is(err, archive.ErrDamaged) {
		return nil, err
	}
	known = append(known, archived...)
	slices.Sort(known)
	for _, d := range slices.Compact(known) { // folders are looked at last: a night may have been published meanwhile
		if _, err := os.Lstat(rundir.Dir(a.home, d)); err == nil {
			continue
		}
		v := verified{Night: d.String(), Damage: []rundir.Damage{{
			File: folderOf(d), Kind: rundir.DamageMissing, Detail: "la notte è pubblicata, ma la sua cartella non c'è",
		}}}
		if _, err := os.Lstat(rundir.Dir(shadow(a.home), d)); err == nil {
			v.Mend = mendingVerb // a crash came between the two moves of a repetition
		} else {
			v.fromBackup(folderOf(d))
		}
		lost = append(lost, v)
	}
	return lost, nil
}

// ledgerNights lists the nights that the ledger knows to be published.
func (a *app) ledgerNights(ctx context.Context) (dates []pipeline.Date, err error) {
	c, err := a.loadConfig(nil)
	if err != nil {
		return nil, err
	}
	s, err := a.openStore(ctx, &c, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	nights, err := s.Nights(ctx, 0, 0)
	for _, n := range nights {
		if n.State == store.NightPublished {
			dates = append(dates, n.Date)
		}
	}
	return dates, err
}

// pruneDamaged removes what is damaged of the nights that were repeated.
const pruneDamaged = "incrocio prune --damaged"

// supersededDamage names, below the home, the damaged revisions of nights that were repeated since, where the night that took
// their place is whole.
func (a *app) supersededDamage() ([]string, error) {
	nights, err := a.nightsToVerify()
	if err != nil {
		return nil, err
	}
	all, err := a.verifyReplaced(func(d pipeline.Date) (bool, error) {
		at := slices.IndexFunc(nights, func(n rundir.Night) bool { return n.Date == d })
		if at < 0 {
			return false, nil
		}
		found, err := rundir.Verify(nights[at].Dir, parquet.CountRows)
		return len(found) == 0, err
	})
	var names []string
	for _, v := range all {
		if v.Mend == pruneDamaged {
			names = append(names, replacedFolder+"/"+v.Night)
		}
	}
	return names, err
}

// verifyReplaced verifies the nights that were repeated since and are kept; whole tells whether the night that counts of a
// date is undamaged. One that is not there may have been pruned.
func (a *app) verifyReplaced(whole func(pipeline.Date) (bool, error)) (all []verified, err error) {
	entries, err := os.ReadDir(filepath.Join(a.home, replacedFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("verify %s: %w", replacedFolder, err)
	}
	for _, e := range entries {
		if !e.IsDir() || !rundir.Replaced(e.Name()) {
			continue
		}
		found, err := rundir.Verify(filepath.Join(a.home, replacedFolder, e.Name()), parquet.CountRows)
		if err != nil {
			return nil, err
		}
		v := verified{Night: e.Name(), Damage: append([]rundir.Damage{}, found...)}
		if len(found) > 0 {
			if err := v.superseded(whole); err != nil {
				return nil, err
			}
		}
		all = append(all, v)
	}
	return all, nil
}

// superseded settles what mends a damaged night that was repeated: it counts for nothing once the one in its place is whole.
func (v *verified) superseded(whole func(pipeline.Date) (bool, error)) error {
	day, _, _ := strings.Cut(v.Night, "-r")
	d, err := pipeline.ParseDate(day)
	if err != nil { // nobody's night
		v.fromBackup(replacedFolder + "/" + v.Night + ", o rimuovere la cartella")
		return nil
	}
	fine, err := whole(d)
	if v.Mend = pruneDamaged; !fine {
		v.fromBackup(replacedFolder + "/" + v.Night)
	}
	return err
}

// mendingVerb brings a home in line with what is published in it, as every night does first.
const mendingVerb = "incrocio migrate"

// verifyCurrent looks at the pointer to the last night.
func (a *app) verifyCurrent() (verified, error) {
	v := verified{Night: "current"}
	found, mends, err := rundir.VerifyCurrent(a.home)
	v.Damage = append([]rundir.Damage{}, found...)
	repeated, rerr := rundir.Nights(shadow(a.home))
	switch {
	case mends, len(found) > 0 && rerr == nil && len(repeated) > 0: // a crash came between the two moves of a repetition
		v.Mend = mendingVerb
	case len(found) > 0:
		v.fromBackup("l'ultima notte e current")
	}
	return v, err
}
