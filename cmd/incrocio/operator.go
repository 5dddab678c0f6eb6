package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"incrocio/cmd/incrocio/password"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// signIn says who acts: whoever is at the keyboard, or a local account.
type signIn struct{ as, passwordFile string }

func (s *signIn) flags(f *pflag.FlagSet) {
	f.StringVar(&s.as, "as", "", "act as a local account (`NAME`, see incrocio user add), not as who is at the keyboard")
	f.StringVar(&s.passwordFile, "password-file", "", "read the password of --as from `FILE`, not from the terminal")
}

func (s *signIn) check() error {
	if s.as == "" && s.passwordFile != "" {
		return &usageError{err: errors.New("--password-file without --as"), hint: "name the account with --as NAME"}
	}
	return nil
}

// auditRefused is the entry of a sign-in that was refused.
const auditRefused = "ACCESSO_RIFIUTATO"

// operatorOf settles who acts.
func (a *app) operatorOf(ctx context.Context, d desk, s *signIn, in io.Reader) (*worklist.Operator, error) {
	if s.as == "" {
		return atKeyboard(ctx, d)
	}
	secret, err := a.secret(ctx, in, s.passwordFile, "Password of "+printable(s.as)+": ")
	if err != nil {
		return nil, err
	}
	account, known, err := d.Account(ctx, s.as)
	if err != nil {
		return nil, err
	}
	digest := account.Secret
	if !known {
		digest = password.Nobody
	}
	right, err := password.Verify(digest, secret)
	switch {
	case err != nil && !errors.Is(err, password.ErrLong):
		return nil, fmt.Errorf("password of account %q: %w", account.Name, err)
	case known && right && !account.Disabled:
		return account.Operator(), nil
	}
	e := store.Entry{Who: operator(), What: auditRefused, On: account.Name} // what was typed may be a password: it is not kept
	if _, err := d.Append(ctx, e); err != nil {
		return nil, fmt.Errorf("enter in audit: %w", err)
	}
	return nil, &codeError{exitFailed, errors.New("the name is unknown, the password wrong, or the account disabled"), "incrocio user list"}
}

// atKeyboard is whoever the machine says is working. Who can write the home owns it: every sede, every right. Where there
// is an account of the same name it is the same person, so that nobody is a second one for himself.
func atKeyboard(ctx context.Context, d worklist.Accounts) (*worklist.Operator, error) {
	who := &worklist.Operator{Name: operator(), Role: worklist.RoleSupervisor, AllOffices: true}
	account, known, err := d.Account(ctx, who.Name)
	if known {
		who.Person = account.Person
	}
	return who, err
}

// secret reads a password from a file, or from the terminal without showing it.
func (a *app) secret(ctx context.Context, in io.Reader, file, prompt string) ([]byte, error) {
	if file != "" {
		return secretFrom(file)
	}
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil, &usageError{err: errors.New("there is no terminal to ask for the password"), hint: "--password-file FILE"}
	}
	return a.ask(ctx, int(f.Fd()), prompt)
}

// secretFrom reads a password from a file; the end of its line is no part of it.
func secretFrom(file string) (secret []byte, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("--password-file: %w", err)}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	secret, err = io.ReadAll(io.LimitReader(f, password.MaxLength+3))
	if err != nil {
		return nil, fmt.Errorf("read --password-file: %w", err)
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(secret, []byte("\n")), []byte("\r")), nil
}

// ask reads a line from a terminal that does not show it. A signal gives the terminal back as it was.
func (a *app) ask(ctx context.Context, fd int, prompt string) ([]byte, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return nil, fmt.Errorf("read password: %w", err)
	}
	type answer struct {
		line []byte
		err  error
	}
	got := make(chan answer, 1)
	a.tell("%s", prompt)
	go func() {
		line, err := term.ReadPassword(fd)
		got <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		a.tell("\n")
		return nil, errors.Join(context.Cause(ctx), term.Restore(fd, before))
	case g := <-got:
		a.tell("\n")
		if g.err != nil {
			return nil, fmt.Errorf("read password: %w", g.err)
		}
		return g.line, nil
	}
}
