package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strconv"

	"github.com/spf13/cobra"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check or show the configuration",
		Args:  unknownVerb,

		SuggestionsMinimumDistance: suggestWithin,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "check",
		Short: "Check the configuration: file, environment, values",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := a.wantHome(); err != nil {
				return err
			}
			_, err := a.loadConfig(nil)
			if e := new(codeError); errors.As(err, &e) && e.hint == checkConfig {
				e.hint = "mend it in " + configFile + " or the environment; README lists the keys"
			}
			if err != nil {
				return err
			}
			return a.print(map[string]bool{"valida": true}, func(w io.Writer) error {
				_, err := fmt.Fprintln(w, "configurazione valida")
				return err
			})
		},
	}, &cobra.Command{
		Use:   "show",
		Short: "Show every key with the value in force; passwords are masked",
		Args:  noArgs,
		RunE:  func(*cobra.Command, []string) error { return a.configShow() },
	})
	return cmd
}

// shownSetting is a line of config show.
type shownSetting struct {
	Key      string `json:"chiave"`
	Value    any    `json:"valore"`
	Describe string `json:"descrizione"`
}

func (a *app) configShow() error {
	c, err := a.loadConfig(nil)
	if err != nil {
		return err
	}
	shown := make([]shownSetting, len(settings))
	for i, s := range settings {
		v := s.get(&c)
		if s.mask != nil {
			v = s.mask(fmt.Sprint(v))
		}
		shown[i] = shownSetting{s.key, v, s.describe}
	}
	return a.print(shown, func(w io.Writer) error {
		for _, s := range shown {
			v := fmt.Sprint(s.Value)
			if _, isText := s.Value.(string); isText {
				v = strconv.Quote(v)
			}
			if _, err := fmt.Fprintf(w, "%s = %s  # %s\n", s.Key, v, s.Describe); err != nil {
				return err
			}
		}
		return nil
	})
}

// passwordParameter finds the password in a connection string of keywords, or in the query of a URL.
var passwordParameter = regexp.MustCompile(`(?i)((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]*)`)

// hidden stands for a password.
const hidden = "xxxxx"

// maskURL hides passwords. What cannot be understood is hidden whole.
func maskURL(s string) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil {
		return hidden
	}
	if u.User != nil {
		if _, has := u.User.Password(); has {
			u.User = url.UserPassword(u.User.Username(), hidden)
		}
		s = u.String()
	}
	return passwordParameter.ReplaceAllString(s, "${1}"+hidden)
}
