package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/readers/inbox"
	"incrocio/writers/backup"
)

func (a *app) backupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write the whole home into one file",
		Long: `backup writes everything in the home, nights, archive, inbox, configuration, embedded store, into FILE (a tar compressed
with zstd, "-" for stdout), each file with its SHA-256. Links and devices in the inbox and among the rejected files are
left out, with a warning; elsewhere they are refused. No night can run meanwhile. A ledger kept in PostgreSQL is not in
it: back that up with pg_dump.`,
		Example: `  incrocio backup /mnt/copie/incrocio-2014-07-01.tar.zst
  incrocio backup - | ssh altrove 'cat > incrocio.tar.zst'`,
		Args: exactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.backup(args[0]) },
	}
	return cmd
}

func (a *app) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a home from a backup",
		Long: `restore makes the home that --home names, which must not be there yet, from a file that backup wrote ("-" for stdin).
The home appears whole or not at all; a backup that is damaged is refused.`,
		Example: `  incrocio restore --home /var/lib/incrocio /mnt/copie/incrocio-2014-07-01.tar.zst`,
		Args:    exactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.restore(args[0]) },
	}
}

// copied is what backup and restore print.
type copied struct {
	File  string `json:"copia"`
	Files int    `json:"file"`
	Bytes int64  `json:"byte"`
}

// notBackedUp are the parts of a home that a night makes anew.
func notBackedUp(name string) bool {
	return name == ".lock" || name == "staging" || name == "archive/.in_arrivo"
}

// foreign tells where senders put files: the inbox, and where what they sent is moved unread. The night opens no link and no device,
// so that nothing of the home is lost with them.
func foreign(name string) bool {
	return strings.HasPrefix(name, "inbox/") || strings.HasPrefix(name, inbox.Rejected+"/")
}

func (a *app) backup(to string) error {
	release, err := a.lockHome()
	if err != nil {
		return err
	}
	defer release()
	if to == "-" {
		list, err := backup.Write(a.stdout, a.home, backup.Choice{Skip: notBackedUp, Foreign: foreign})
		a.warnOfLeftOut(list)
		return err
	}
	list, err := writeBackup(a.home, to)
	if err != nil {
		return err
	}
	a.warnOfLeftOut(list)
	return a.printCopy("scritta", to, list)
}

// warnOfLeftOut warns of what is not in a backup though it lies in the home.
func (a *app) warnOfLeftOut(list *backup.List) {
	if list != nil && len(list.LeftOut) > 0 {
		a.log.Warn("links, devices and files that may not be read were left out", "quanti", len(list.LeftOut), "primo", discreet(list.LeftOut[0]))
	}
}

// writeBackup writes the file beside its place, so that there is never half of one under its name.
func writeBackup(home, to string) (list *backup.List, err error) {
	if inside, err := filepath.Rel(home, to); err == nil && filepath.IsLocal(inside) {
		return nil, &usageError{err: fmt.Errorf("%s lies in the home itself", to)}
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return nil, &usageError{err: fmt.Errorf("%s is there already", to)}
	}
	part := to + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	list, err = backup.Write(f, home, backup.Choice{Skip: notBackedUp, Foreign: foreign})
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(part, to)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(part))
	}
	return list, syncFolder(filepath.Dir(to))
}

func (a *app) restore(from string) error {
	in := io.Reader(os.Stdin)
	if from != "-" {
		f, err := os.Open(from)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	list, err := backup.Restore(in, a.home)
	switch {
	case errors.Is(err, backup.ErrNotEmpty):
		return &usageError{err: fmt.Errorf("%s is there already: restore makes a new home", a.home)}
	case errors.Is(err, backup.ErrDamaged):
		return &codeError{exitDamaged, err, "use another backup: nothing was restored"}
	case err != nil:
		return err
	}
	return a.printCopy("ripristinata", from, list)
}

func (a *app) printCopy(done, file string, list *backup.List) error {
	c := copied{file, len(list.Files), list.Bytes()}
	return a.print(c, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "Copia %s: %d file, %d byte (%s)\n", done, c.Files, c.Bytes, c.File)
		return err
	})
}
