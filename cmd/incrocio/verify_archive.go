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
func (a *app) verifyArchive(ctx context.Context) (verified, error) {
	v := verified{Night: "archivio", Damage: []rundir.Damage{}}
	faults, err := archive.Open(a.home).Verify(ctx)
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
	return v, err
}
