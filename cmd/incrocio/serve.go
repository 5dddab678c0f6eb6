package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/spf13/cobra"

	"incrocio/cmd/incrocio/console"
	"incrocio/writers/store"
	"incrocio/writers/systemd"
)

func (a *app) serveCommand() *cobra.Command {
	listen := ""
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the operators' console",
		Long: `serve shows the operators' lists as pages, until a signal comes; what is under way then has 5 s to end. Operators sign in
with a local account (incrocio user add), with OpenID Connect or through a proxy: console.sign_in says which. Without TLS
it listens on this machine only.`,
		Example: `  incrocio serve
  incrocio serve --listen 127.0.0.1:9000`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			flags := map[string]any{}
			if cmd.Flags().Changed("listen") {
				flags["console.listen"] = listen
			}
			return a.serveConsole(cmd.Context(), flags)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "`ADDRESS` and port (default "+defaultListen+", or console.listen)")
	return cmd
}

// serveConsole serves the console until the context ends, and gives the cause of that.
func (a *app) serveConsole(ctx context.Context, flags map[string]any) (err error) {
	if err := a.wantHome(); err != nil {
		return err
	}
	c, err := a.loadConfig(flags)
	if err != nil {
		return err
	}
	security, err := c.Console.tls(a.home)
	if err != nil {
		return &codeError{exitConfig, err, checkConfig}
	}
	s, err := a.openStore(ctx, &c, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	server, err := a.console(&c, s)
	if err != nil {
		return &codeError{exitConfig, err, checkConfig}
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	if err := a.greet(ctx, &c, s); err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Console.Listen)
	if err != nil {
		return &codeError{exitConfig, fmt.Errorf("console.listen: %w", err), "give another address with --listen"}
	}
	scheme := "http"
	if security != nil {
		l, scheme = tls.NewListener(l, security), "https"
	}
	stop := a.announce(scheme + "://" + l.Addr().String())
	err = server.Serve(ctx, l)
	stop()
	if err == nil {
		err = context.Cause(ctx)
	}
	return err
}

// console makes the console over a store.
func (a *app) console(c *config, s *store.Store) (*console.Server, error) {
	address, err := c.Console.address()
	if err != nil {
		return nil, err
	}
	way, err := c.Console.signIn(a.home)
	if err != nil {
		return nil, err
	}
	return console.New(console.Config{
		Desk: s, Accounts: s, Nights: &nights{app: a, store: s}, SignIn: way, URL: address, Now: a.now, Rand: rand.Reader, Log: a.log,
		Audit: func(ctx context.Context, who, what, detail string) error {
			_, err := s.Append(ctx, store.Entry{Who: who, What: what, Detail: detail})
			return err
		},
		Health: func(ctx context.Context) error {
			_, err := s.Today(ctx)
			return err
		},
	})
}

// greet says how the first person gets in.
func (a *app) greet(ctx context.Context, c *config, s *store.Store) error {
	if c.Console.SignIn != signInLocal {
		return nil
	}
	accounts, err := s.Accounts(ctx)
	if err == nil && len(accounts) == 0 {
		a.log.Warn("nobody can sign in yet: there is no account", "comando", "incrocio user add NOME --role operatore --sede SEDE")
	}
	return err
}

// announce tells people and the service manager that the console is up, and the latter that it lives, until stop is called.
func (a *app) announce(address string) (stop func()) {
	a.tell("console: %s\n", address)
	manager, err := systemd.New(a.getenv, os.Getpid())
	told := func(err error) {
		if err != nil {
			a.log.Warn("the service manager was not told", "cause", err)
		}
	}
	told(err)
	if err != nil {
		return func() {}
	}
	told(manager.Status("in ascolto su " + address))
	told(manager.Ready())
	quiet := func() {}
	if every := manager.Watchdog() / 3; every > 0 {
		quiet = repeat(every, func() { told(manager.Alive()) })
	}
	return func() {
		quiet()
		told(manager.Stopping())
		told(manager.Close())
	}
}
