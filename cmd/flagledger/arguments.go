package main

import (
	"math"
	"strconv"
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

// percentFlag reads a share that is written as percent, such as 5% or -2.5%.
func percentFlag(name, text string) (float64, error) {
	x, err := numberFlag(name, strings.TrimSuffix(text, "%"))
	if err == nil && !strings.HasSuffix(text, "%") {
		return 0, usagef("--%s %q has no %% sign; write %s%%, or what you mean", name, text, text)
	}
	return x / 100, err
}

func numberFlag(name, text string) (float64, error) {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, usagef("--%s %q is not a number", name, text)
	}
	return x, nil
}
