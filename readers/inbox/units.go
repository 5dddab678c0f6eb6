package inbox

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"incrocio/pipeline"
)

// Unit is one file of the inbox.
type Unit struct {
	Flow pipeline.Flow
	File string // path below the folder of the flow, with "/": "a.xml" or "2014-07-01/a.xml"; bytes as on disk
}

// path is where the file lies below the home.
func (u Unit) path() string { return path.Join(folder, string(u.Flow), u.File) }

// shown names the file in errors.
func (u Unit) shown() string { return mask(quote(string(u.Flow) + "/" + u.File)) }

// Warning tells of something in the inbox that is left where it is. It is for people and changes no result.
type Warning struct {
	Path    string // below the home, fit to be shown
	Files   int    // how many files it concerns; 0 where they were not counted
	Message string // in Italian
}

// folder is the inbox below the home.
const folder = "inbox"

// Units lists the files that belong to the night, by flow and then name, both in order of bytes. Those are the files in
// folders dated the night or before, and with loose, which the last night of a call sets, those outside
// dated folders. Claims snapshots (flow domande) are not among them. A missing inbox is an empty one.
//
// Files of a flow without a parser, and whatever lies where no file is looked for, are told of in warnings.
func (b *Box) Units(night pipeline.Date, loose bool) ([]Unit, []Warning, error) {
	l := listing{box: b, night: night, loose: loose}
	entries, err := l.entries(folder)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		flow := pipeline.Flow(e.Name())
		switch {
		case flow == pipeline.FlowDomande && e.IsDir():
		case !e.IsDir() && b.parsers[flow] != nil:
			err = fmt.Errorf("inbox/%s is not a folder: a flow that is expected cannot be read", flow)
		case !e.IsDir():
			l.warn(path.Join(folder, e.Name()), 0, "fuori dalle cartelle dei flussi: lasciato dove si trova")
		case b.parsers[flow] == nil:
			err = l.unserved(flow)
		default:
			err = l.flow(flow)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	slices.SortFunc(l.units, func(x, y Unit) int {
		return cmp.Or(cmp.Compare(x.Flow, y.Flow), cmp.Compare(x.File, y.File))
	})
	l.settle()
	return l.units, l.warnings, nil
}

// listing gathers the units and warnings of a night.
type listing struct {
	box      *Box
	night    pipeline.Date
	loose    bool
	units    []Unit
	warnings []Warning
}

// flow lists the folder of one flow.
func (l *listing) flow(flow pipeline.Flow) error {
	dir := path.Join(folder, string(flow))
	entries, err := l.entries(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		date, notDate := pipeline.ParseDate(e.Name())
		switch {
		case !e.IsDir():
			if l.loose {
				l.units = append(l.units, Unit{flow, e.Name()})
			}
		case notDate != nil:
			l.warn(path.Join(dir, e.Name()), 0, "il nome della cartella non è una data: lasciata dove si trova")
		case date <= l.night:
			if err := l.dated(flow, e.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// dated lists a dated folder.
func (l *listing) dated(flow pipeline.Flow, name string) error {
	dir := path.Join(folder, string(flow), name)
	entries, err := l.entries(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			l.warn(path.Join(dir, e.Name()), 0, "cartella dentro una cartella datata: lasciata dove si trova")
			continue
		}
		l.units = append(l.units, Unit{flow, name + "/" + e.Name()})
	}
	return nil
}

// unserved counts the files in a folder that no parser serves, one level of folders included.
func (l *listing) unserved(flow pipeline.Flow) error {
	dir := path.Join(folder, string(flow))
	entries, err := l.entries(dir)
	if err != nil {
		return err
	}
	n := 0
	for _, e := range entries {
		if !e.IsDir() {
			n++
			continue
		}
		below, err := l.entries(path.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		for _, f := range below {
			if !f.IsDir() {
				n++
			}
		}
	}
	if n > 0 {
		l.warn(dir, n, "flusso non gestito: i file restano dove si trovano ("+pipeline.DiscardUnsupported+")")
	}
	return nil
}

func (l *listing) warn(p string, files int, message string) {
	l.warnings = append(l.warnings, Warning{Path: mask(quote(p)), Files: files, Message: message})
}

// entries lists a folder without the names that are left alone, by name, and tells of those that are to be told of. A missing
// folder is empty.
func (l *listing) entries(dir string) ([]fs.DirEntry, error) {
	d, err := l.box.root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", mask(quote(dir)), bare(err))
	}
	defer func() { _ = d.Close() }() // it was only read
	entries, err := d.ReadDir(-1)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", mask(quote(dir)), bare(err))
	}
	dotted := 0
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		left, told := LeftAlone(e)
		if told {
			dotted++
		}
		return left
	})
	if dotted > 0 {
		l.warn(dir, dotted, "il nome comincia con un punto: lasciati dove si trovano")
	}
	slices.SortFunc(entries, func(x, y fs.DirEntry) int { return cmp.Compare(x.Name(), y.Name()) })
	return entries, nil
}

// LeftAlone tells what a sender may leave lying in any folder of the inbox, and no night takes: what ends in .part or .tmp,
// which is not whole yet, and what begins with a dot. Programs that copy files use such names while they do, but a document
// under one with a dot would wait for ever: told is whether people are to be told, of hidden files that are not empty.
func LeftAlone(e fs.DirEntry) (left, told bool) {
	switch lower := strings.ToLower(e.Name()); {
	case strings.HasSuffix(lower, ".part"), strings.HasSuffix(lower, ".tmp"):
		return true, false
	case !strings.HasPrefix(lower, "."):
		return false, false
	}
	info, err := e.Info()
	return true, err == nil && !e.IsDir() && (info.Size() > 0 || !info.Mode().IsRegular())
}

// bare takes the path out of an error of os, since the name of a file may be somebody's tax code.
func bare(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}
