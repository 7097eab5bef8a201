package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

func newFlag(a *app) *cobra.Command {
	return newGroup("flag", "Create, target, switch and inspect flags",
		newFlagCreate(a), newFlagList(a), newFlagShow(a), newFlagSet(a), newFlagOn(a), newFlagKill(a), newFlagSchedule(a),
		newFlagEdit(a), newFlagArchive(a), newFlagRestore(a), newFlagHistory(a), newFlagRevert(a))
}

// reasonFlag adds --reason, which every change has.
func reasonFlag(cmd *cobra.Command, reason *string) {
	cmd.Flags().StringVar(reason, "reason", "", "why; it is kept in the ledger")
}

// description are the flags that describe a flag to people.
type description struct {
	name, text, owner string
	tags              []string
	permanent         bool
	removeBy          string
}

func (d *description) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&d.name, "name", "", "name for people")
	f.StringVar(&d.text, "description", "", "what the flag is for")
	f.StringVar(&d.owner, "owner", "", "who answers for it")
	f.StringSliceVar(&d.tags, "tag", nil, "tag; may be repeated")
	f.BoolVar(&d.permanent, "permanent", false, "never counts as stale, such as a kill switch")
	f.StringVar(&d.removeBy, "remove-by", "", "when it should be gone: 2027-01-31")
}

// apply replaces those details whose flags were given.
func (d *description) apply(cmd *cobra.Command, to ledger.FlagDetails) (ledger.FlagDetails, error) {
	given := cmd.Flags().Changed
	if given("name") {
		to.Name = d.name
	}
	if given("description") {
		to.Description = d.text
	}
	if given("owner") {
		to.Owner = d.owner
	}
	if given("tag") {
		to.Tags = d.tags
	}
	if given("permanent") {
		to.Permanent = d.permanent
	}
	if given("remove-by") {
		to.RemoveBy = nil
		if d.removeBy != "" {
			t, err := parseDate(d.removeBy)
			if err != nil {
				return to, usagef("--remove-by %v", err)
			}
			to.RemoveBy = &t
		}
	}
	return to, nil
}

// parseDate reads a day, which begins at midnight UTC, or an RFC 3339 time.
func parseDate(text string) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("%q is not a date such as 2027-01-31 or 2027-01-31T09:00:00Z", text)
	}
	return t.UTC(), nil
}

// parseVariants reads name=value pairs. The value is JSON, except that of a
// string flag, which is the text itself.
func parseVariants(kind evaluator.ValueType, pairs []string) ([]evaluator.Variant, error) {
	var variants []evaluator.Variant
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usagef("--variant %q is not name=value", pair)
		}
		raw := json.RawMessage(value)
		if kind == evaluator.TypeString {
			raw, _ = encode(value) // a string always encodes
		}
		if err := checkJSON(raw); err != nil {
			return nil, usagef("--variant %s: %q is not JSON; a flag of type %s needs it", name, value, kind)
		}
		variants = append(variants, evaluator.Variant{Name: name, Value: raw})
	}
	return variants, nil
}

// flagCreateBody is what POST flags takes.
type flagCreateBody struct {
	Key        string              `json:"key"`
	Type       evaluator.ValueType `json:"type,omitempty"`
	Variants   []evaluator.Variant `json:"variants,omitempty"`
	OffVariant string              `json:"offVariant,omitempty"`
	OnVariant  string              `json:"onVariant,omitempty"`
	Salt       string              `json:"salt,omitempty"`
	Details    ledger.FlagDetails  `json:"details"`
	Reason     string              `json:"reason,omitempty"`
}

func newFlagCreate(a *app) *cobra.Command {
	var (
		body     flagCreateBody
		kind     string
		variants []string
		about    description
	)
	cmd := &cobra.Command{
		Use:   "create KEY",
		Short: "Create a flag, off in every environment",
		Long: `Create a flag. It is off everywhere until "flag on", "flag set" or
"rollout start". Without --variant a flag is boolean with the variants on and
off. The first variant is what it serves when on, the last when off.`,
		Example: example(
			`flagledger flag create new-pdf-engine --owner billing --tag pdf --remove-by 2027-03-31`,
			`flagledger flag create plan-limit --type number --variant low=10 --variant high=500 --off low`),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		var err error
		body.Key, body.Type = args[0], evaluator.ValueType(kind)
		if body.Type == "" && len(variants) > 0 {
			body.Type = evaluator.TypeBoolean
		}
		if body.Variants, err = parseVariants(body.Type, variants); err != nil {
			return err
		}
		if body.Details, err = about.apply(cmd, ledger.FlagDetails{}); err != nil {
			return err
		}
		r, err := s.post(ctx, s.projectPath("flags"), body)
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			s.sayf("Created flag %s in project %s, off in every environment%s.", bold(body.Key), s.project, seqWords(r))
			return nil
		})
	})
	f := cmd.Flags()
	f.StringVar(&kind, "type", "", "boolean, string, number or json (default boolean)")
	f.StringArrayVar(&variants, "variant", nil, "name=value; may be repeated")
	f.StringVar(&body.OffVariant, "off", "", "variant that is served when the flag is off")
	f.StringVar(&body.OnVariant, "on-variant", "", "variant that is served when it is on and nothing else is set")
	f.StringVar(&body.Salt, "salt", "", "salt of the buckets (default: the key)")
	about.register(cmd)
	reasonFlag(cmd, &body.Reason)
	return cmd
}

// seqWords names the ledger position of a change.
func seqWords(r reply) string {
	if seq := seqOf(r); seq != "" {
		return " (seq " + seq + ")"
	}
	return ""
}

// flag reads one flag.
func (s *session) flag(ctx context.Context, key string) (flagView, error) {
	return s.flagAt(ctx, key, "")
}

// flagAt reads one flag as it is at a ledger position or later.
func (s *session) flagAt(ctx context.Context, key, seq string) (flagView, error) {
	var f flagView
	r, err := s.get(ctx, s.flagPath(key), atLeast(seq))
	if err != nil {
		return f, err
	}
	return f, r.into(&f)
}
