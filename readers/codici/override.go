package codici

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// Override gives a file system in which the files at the root of over stand in place of those of base, for [Load]:
//
//	codici.Load(codici.Override(codici.Embedded(), os.DirFS("tabelle")))
func Override(base, over fs.FS) fs.FS { return override{base, over} }

type override struct{ base, over fs.FS }

// Open opens the file of over, else the one of base.
func (o override) Open(name string) (fs.File, error) {
	f, err := o.over.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.base.Open(name)
	}
	return f, err
}

// ReadDir lists both, each name once.
func (o override) ReadDir(name string) ([]fs.DirEntry, error) {
	over, err := fs.ReadDir(o.over, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	base, err := fs.ReadDir(o.base, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	all := append(over, base...)
	slices.SortStableFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return slices.CompactFunc(all, func(a, b fs.DirEntry) bool { return a.Name() == b.Name() }), nil
}
