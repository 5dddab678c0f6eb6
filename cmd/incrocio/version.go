package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is what a manifest says made it. A release build sets it; it is part of what is published, so two nights of
// one version are equal to the byte.
var version = "dev"

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of the rules",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := defaults()
			if err != nil {
				return err
			}
			v := struct {
				Program string `json:"versione_programma"`
				Rules   string `json:"versione_regole"`
				Go      string `json:"go"`
				Commit  string `json:"commit,omitempty"`
			}{version, c.rulesVersion(), runtime.Version(), commit()}
			return a.print(v, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "incrocio %s\nregole %s\n%s\n", v.Program, v.Rules, v.Go)
				return err
			})
		},
	}
}

// commit is the revision the program was built from, where the build knows it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
