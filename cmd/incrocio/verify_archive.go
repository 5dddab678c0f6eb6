package main

import (
	"context"
	"errors"
	"io/fs"
	"path"

	"incrocio/writers/archive"
	"incrocio/writers/rundir"
)

// verifyArchive reads the archive, on which the nights to come rest, against its notes.
func (a *app) verifyArchive(ctx context.Context, nights []rundir.Night) (verified, error) {
	v := verified{Night: "archivio", Damage: []rundir.Damage{}}
	store := archive.Open(a.home)
	lacking, err := store.Lacking(revisions(nights))
	if err != nil {
		return v, err
	}
	for _, f := range lacking {
		v.Damage = append(v.Damage, rundir.Damage{
			File: "archive/" + f.File, Kind: rundir.DamageMissing, Detail: "la notte è pubblicata, ma l'archivio non ne ha nulla",
		})
	}
	faults, err := store.Verify(ctx)
	for _, f := range faults {
		d := rundir.Damage{File: "archive/" + f.File, Kind: rundir.DamageUnreadable, Detail: f.Err.Error()}
		switch {
		case errors.Is(f.Err, fs.ErrNotExist):
			d.Kind, d.Detail = rundir.DamageMissing, "il file non c'è"
		case errors.Is(f.Err, archive.ErrDamaged) && path.Ext(f.File) == ".parquet":
			d.Kind, d.Detail = rundir.DamageAltered, "il contenuto non è quello archiviato"
		case errors.Is(f.Err, archive.ErrDamaged):
			d.Kind = rundir.DamageAltered
		}
		v.Damage = append(v.Damage, d)
	}
	if len(v.Damage) > 0 {
		v.fromBackup("i file elencati e gli altri delle stesse notti")
	}
	return v, err
}

// revisions names nights for the archive. Of one whose manifest cannot be read any revision will do.
func revisions(nights []rundir.Night) []archive.Night {
	out := make([]archive.Night, 0, len(nights))
	for _, n := range nights {
		published := archive.Night{Date: n.Date}
		if m, err := rundir.ReadManifest(n.Dir); err == nil && m.Night == n.Date {
			published.Revision = m.Revision
		}
		out = append(out, published)
	}
	return out
}
