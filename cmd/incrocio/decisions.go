package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/readers/inbox"
	"incrocio/readers/operatori"
	"incrocio/readers/strictjson"
)

// decisionsFolder holds what operators decided and no published night has yet, below the home: one JSON Lines file each
// time that the ledger handed decisions over. It is no part of the inbox: nobody but a night writes it.
const decisionsFolder = "provvedimenti"

// decisionFile is the name of such a file: the night it was written for, and a number where that has several.
var decisionFile = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(~\d{1,6})?\.jsonl$`)

// unfinished is a file that is being written.
const unfinished = ".nuovo"

// decisions is the folder of what operators decided.
type decisions struct{ dir string }

func decisionsOf(home string) decisions { return decisions{filepath.Join(home, decisionsFolder)} }

// names lists the files, in order of bytes.
func (d decisions) names() ([]string, error) {
	entries, err := os.ReadDir(d.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list decisions: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && decisionFile.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func (d decisions) path(name string) string { return filepath.Join(d.dir, name) }

// write makes a file last under the first name of the night that is free, and gives the name.
func (d decisions) write(date pipeline.Date, content []byte) (string, error) {
	if err := makeFolder(d.dir); err != nil {
		return "", err
	}
	tmp := d.path(unfinished)
	if err := errors.Join(writeSynced(tmp, content), syncFolder(filepath.Dir(d.dir))); err != nil {
		return "", errors.Join(err, os.Remove(tmp))
	}
	path, err := moveFree(tmp, d.path(date.String()+".jsonl"))
	if err != nil {
		return "", errors.Join(err, os.Remove(tmp))
	}
	return filepath.Base(path), syncFolder(d.dir)
}

// writeSynced writes a file that is whole on disk when it returns.
func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

// keep leaves of a file what is given; nothing at all removes it.
func (d decisions) keep(name string, was, kept []byte) error {
	switch {
	case len(kept) == 0:
		return errors.Join(os.Remove(d.path(name)), syncFolder(d.dir))
	case bytes.Equal(was, kept):
		return nil
	}
	tmp := d.path(unfinished)
	err := writeSynced(tmp, kept)
	if err == nil {
		err = os.Rename(tmp, d.path(name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return syncFolder(d.dir)
}

// putAway moves a file that a night took in to its originals. One that is gone is there already.
func (d decisions) putAway(home, name string, date pipeline.Date) error {
	to := filepath.Join(home, filepath.FromSlash(inbox.Originals), date.String(), string(pipeline.FlowOperators), name)
	if _, err := os.Lstat(d.path(name)); err != nil {
		return err
	}
	if _, err := moveFree(d.path(name), to); err != nil {
		return fmt.Errorf("put decisions away: %w", err)
	}
	return errors.Join(syncFolder(filepath.Dir(to)), syncFolder(d.dir))
}

// read gives the documents of a file in order, and what the file was.
func (d decisions) read(name string, sink func(inbox.Parsed) error) (_ night.Digest, err error) {
	f, err := os.Open(d.path(name))
	if err != nil {
		return night.Digest{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum, size := sha256.New(), &counting{}
	all := io.TeeReader(f, io.MultiWriter(sum, size))
	if err := eachLine(all, name, sink); err != nil {
		return night.Digest{}, err
	}
	if _, err := io.Copy(io.Discard, all); err != nil {
		return night.Digest{}, err
	}
	return night.Digest{SHA256: hex.EncodeToString(sum.Sum(nil)), Bytes: size.n}, nil
}

type counting struct{ n int64 }

// Write counts.
func (c *counting) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// eachLine parses every line that is not blank. What comes after a line that is too long is not looked at.
func eachLine(r io.Reader, name string, sink func(inbox.Parsed) error) error {
	src := pipeline.Source{Flow: pipeline.FlowOperators, File: name}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, strictjson.MaxBytes+2)
	next := int64(0)
	lines.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		n, line, err := bufio.ScanLines(data, atEOF)
		next += int64(n)
		return n, line, err
	})
	for at := int64(0); lines.Scan(); at = next {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		sum := sha256.Sum256(lines.Bytes())
		src.Offset, src.SHA256 = at, hex.EncodeToString(sum[:])
		if err := sink(operatori.Parse(inbox.Document{Source: src, Format: inbox.JSON, Data: lines.Bytes()})); err != nil {
			return err
		}
		src.Index++
	}
	if !errors.Is(lines.Err(), bufio.ErrTooLong) {
		return lines.Err()
	}
	src.Offset, src.SHA256 = next, ""
	return sink(inbox.Parsed{Discards: []pipeline.Discard{{Source: src, Code: pipeline.DiscardTooLong, Message: "riga troppo lunga"}}})
}
