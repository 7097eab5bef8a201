package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

func newFlagEdit(a *app) *cobra.Command {
	var (
		about    description
		variants []string
		reason   string
	)
	cmd := &cobra.Command{
		Use:   "edit KEY",
		Short: "Change a flag's description, or replace its variants",
		Example: example(
			`flagledger flag edit new-pdf-engine --owner documents --tag pdf,invoices`,
			`flagledger flag edit plan-limit --variant low=10 --variant high=800 --reason "larger plan"`),
		Args: exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		if len(variants) == 0 && !aboutGiven(cmd) {
			return usagef("nothing to change: give --name, --description, --owner, --tag, --permanent, --remove-by or --variant")
		}
		flag, err := s.flag(ctx, args[0])
		if err != nil {
			return err
		}
		details, err := about.apply(cmd, flag.Details)
		if err != nil {
			return err
		}
		replaced, err := parseVariants(flag.Type, variants)
		if err != nil {
			return err
		}
		e := edition{key: args[0], seen: flag.Seq, reason: reason, variants: replaced}
		if aboutGiven(cmd) {
			e.details = &details
		}
		last, err := e.send(ctx, s)
		if err != nil {
			return err
		}
		return s.answer(last, func() error {
			s.sayf("Changed flag %s%s.", bold(args[0]), seqWords(last))
			return nil
		})
	})
	about.register(cmd)
	cmd.Flags().StringArrayVar(&variants, "variant", nil, "name=value; may be repeated; replaces all variants")
	reasonFlag(cmd, &reason)
	return cmd
}

// edition is a change of what is the same in all environments.
type edition struct {
	key      string
	seen     uint64 // newest event that the change was made with
	reason   string
	variants []evaluator.Variant // nil to leave them
	details  *ledger.FlagDetails // nil to leave them
}

func (e edition) send(ctx context.Context, s *session) (last reply, err error) {
	if e.variants != nil {
		last, err = s.api.do(ctx, call{
			method: http.MethodPut, path: s.flagPath(e.key, "variants"), seen: e.seen,
			body: map[string]any{"variants": e.variants, "reason": e.reason},
		})
		if err != nil {
			return last, err
		}
		if seq, ok := positionOf(last); ok {
			e.seen = seq
		}
	}
	if e.details == nil {
		return last, nil
	}
	described, err := s.api.do(ctx, call{
		method: http.MethodPatch, path: s.flagPath(e.key), seen: e.seen,
		body: map[string]any{"details": e.details, "reason": e.reason},
	})
	if err != nil && e.variants != nil {
		err = fmt.Errorf("the variants were replaced, but the description was not changed: %w", err)
	}
	if _, ok := positionOf(described); !ok && err == nil {
		return last, nil
	}
	return described, err
}

// positionOf is the ledger position of a change, if anything changed.
func positionOf(r reply) (uint64, bool) {
	seq, err := strconv.ParseUint(seqOf(r), 10, 64)
	return seq, err == nil
}

// aboutGiven reports whether any flag of a description was given.
func aboutGiven(cmd *cobra.Command) bool {
	for _, name := range []string{"name", "description", "owner", "tag", "permanent", "remove-by"} {
		if cmd.Flags().Changed(name) {
			return true
		}
	}
	return false
}
