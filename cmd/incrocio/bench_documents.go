package main

import (
	"archive/tar"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"incrocio/fixtures/documents"
	"incrocio/fixtures/national"
	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/unilav"
)

// documentTars is how many containers the documents of a night come in, one for each region about.
const documentTars = 20

// writeUnilavTars writes what the nights after the archive bring as XML, in containers of the inbox of a home, until there are
// enough documents.
func writeUnilavTars(home string, shape *national.Shape, wanted int, fits func(*pipeline.Communication) bool) (err error) {
	dir := filepath.Join(home, "inbox", string(pipeline.FlowUnilav))
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	var tars [documentTars]*tar.Writer
	for k := range tars {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("regione-%02d.tar", k+1)))
		if err != nil {
			return err
		}
		tars[k] = tar.NewWriter(f)
		defer func() { err = errors.Join(err, tars[k].Close(), f.Close()) }()
	}
	written := 0
	for n := shape.Nights; written < wanted; n++ {
		rows := shape.Communications(n, nil)
		for i := range rows {
			if written == wanted || !fits(&rows[i]) {
				continue
			}
			body := documents.XML(&rows[i])
			w := tars[written%documentTars]
			head := &tar.Header{Name: fmt.Sprintf("unilav-%06d.xml", written/documentTars), Mode: 0o644, Size: int64(len(body)), Typeflag: tar.TypeReg}
			if err := w.WriteHeader(head); err != nil {
				return err
			}
			if _, err := w.Write(body); err != nil {
				return err
			}
			written++
		}
	}
	return nil
}

// readDocuments reads the first documents of the containers in a folder into memory.
func readDocuments(dir string, wanted int) (all [][]byte, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.tar"))
	if err != nil {
		return nil, err
	}
	each := (wanted + len(files) - 1) / max(1, len(files))
	for _, name := range files {
		if all, err = readTar(all, name, min(each, wanted-len(all))); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func readTar(all [][]byte, name string, wanted int) (_ [][]byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := tar.NewReader(f)
	for range wanted {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		all = append(all, body)
	}
	return all, nil
}

// saying is what both ways of reading a document are compared by.
type saying struct{ Code, Previous, Worker, Employer, Contract, Start, End, Event, Day, Surname, Born string }

func sayingOfPlain(u *documents.PlainUnilav) saying {
	t := saying{
		Code: u.Code, Previous: u.Previous, Worker: u.Person.TaxCode, Employer: u.Employer.Code, Surname: u.Person.Surname, Born: u.Person.BirthDate,
	}
	c := u.Hire
	switch {
	case u.Extension != nil:
		t.Event, t.Day, c = string(pipeline.EventExtension), u.Extension.NewEnd, &u.Extension.Contract
	case u.Conversion != nil:
		t.Event, t.Day, c = string(pipeline.EventConversion), u.Conversion.Day, &u.Conversion.Contract
	case u.Termination != nil:
		t.Event, t.Day, c = string(pipeline.EventTermination), u.Termination.LastDay, &u.Termination.Contract
	case c != nil:
		t.Event = string(pipeline.EventHire)
	default:
		return t
	}
	t.Contract, t.Start, t.End = c.Contract, c.Start, c.End
	return t
}

func sayingOf(c *pipeline.Communication) saying {
	return saying{
		Code: c.Code, Previous: c.PreviousCode, Worker: string(c.Worker), Employer: c.Employer, Surname: c.Surname, Born: c.BirthDate.String(),
		Contract: c.Contract, Start: c.Start.String(), End: c.End.String(), Event: string(c.Event), Day: c.EventDate.String(),
	}
}

// parsing is what reading documents took, both ways by turns.
type parsing struct {
	Documents int          `json:"documents"`
	Bytes     int64        `json:"bytes"`
	Ours      []benchStage `json:"ours"`
	Plain     []benchStage `json:"plain"` // encoding/xml
	Differ    int          `json:"differ"`
}

// parseBothWays reads documents of a folder with the reader of a night and with encoding/xml, one core each, several times.
func (a *app) parseBothWays(ctx context.Context, dir string, wanted, times int) (*parsing, error) {
	docs, err := readDocuments(dir, wanted)
	if err != nil {
		return nil, err
	}
	p := &parsing{Documents: len(docs)}
	for _, d := range docs {
		p.Bytes += int64(len(d))
		var u documents.PlainUnilav
		ours, err := unilav.Parse(inbox.Document{Format: inbox.XML, Data: d}), xml.Unmarshal(d, &u)
		if err != nil || len(ours.Communications) != 1 || sayingOf(&ours.Communications[0]) != sayingOfPlain(&u) {
			p.Differ++
		}
	}
	for range times {
		p.Ours = append(p.Ours, a.timed("unilav", func() {
			for _, d := range docs {
				unilav.Parse(inbox.Document{Format: inbox.XML, Data: d})
			}
		}))
		p.Plain = append(p.Plain, a.timed("encoding/xml", func() {
			for _, d := range docs {
				var u documents.PlainUnilav
				_ = xml.Unmarshal(d, &u) // it could be read before
			}
		}))
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// timed measures work that leaves no other running.
func (a *app) timed(name string, work func()) benchStage {
	runtime.GC()
	p := &probe{now: a.now}
	p.began(name)
	work()
	p.began("")
	return p.stages[0]
}
