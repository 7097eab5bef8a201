package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// exactly demands as many arguments as the command's usage line names.
func exactly(cmd *cobra.Command, args []string) error {
	wanted := strings.Fields(cmd.Use)[1:]
	switch {
	case len(args) < len(wanted):
		return usagef("%s is missing: %s %s", wanted[len(args)], cmd.CommandPath(), strings.Join(wanted, " "))
	case len(args) > len(wanted) && len(wanted) == 0:
		return usagef("%q is too much: %s takes no arguments", args[0], cmd.CommandPath())
	case len(args) > len(wanted):
		return usagef("%q is too much: %s takes %s alone", args[len(wanted)], cmd.CommandPath(), strings.Join(wanted, " "))
	}
	return nil
}

// oneOf demands that at most one of the flags was given.
func oneOf(cmd *cobra.Command, names ...string) error {
	var given []string
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			given = append(given, "--"+name)
		}
	}
	if len(given) > 1 {
		return usagef("%s exclude each other; give one of them", strings.Join(given, " and "))
	}
	return nil
}
