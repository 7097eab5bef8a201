package hygiene_test

import (
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/ledger"
)

var now = time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)

func ago(days int) time.Time { return now.AddDate(0, 0, -days) }

// flag is one of a project with the environments dev and prod, created 100 days
// ago and off, as change makes it.
func flag(change func(*ledger.Flag)) *ledger.Flag {
	f := &ledger.Flag{
		Key: "f", Type: evaluator.TypeBoolean, OffVariant: "off", OnVariant: "on", CreatedAt: ago(100), ChangedAt: ago(100),
		Variants:     []evaluator.Variant{{Name: "on", Value: []byte("true")}, {Name: "off", Value: []byte("false")}},
		Environments: map[string]*ledger.FlagEnvironment{},
	}
	change(f)
	return f
}

// serve makes env serve a variant to everybody, or a split for "split", since so
// many days.
func serve(f *ledger.Flag, env, variant string, days int) {
	here := &ledger.FlagEnvironment{Version: 7, Since: ago(days), Config: evaluator.Config{On: true, OffVariant: "off"}}
	if here.Config.Default.Variant = variant; variant == "split" {
		here.Config.Default = evaluator.Serve{Split: &evaluator.Split{Weights: []evaluator.Weight{{Variant: "on", Weight: 10}, {Variant: "off", Weight: 99_990}}}}
	}
	f.Environments[env] = here
	f.ChangedAt = ago(days)
}

func TestAssess(t *testing.T) {
	by := func(days int) *time.Time {
		at := ago(days)
		return &at
	}
	fresh := hygiene.Seen{"f": ago(0)}
	for _, tt := range []struct {
		name  string
		flag  func(*ledger.Flag)
		seen  hygiene.Seen // in prod; nil is unknown
		want  hygiene.Lifecycle
		since int    // days
		rules string // of the findings, with their environments
		value string // decided everywhere
	}{
		{"new", func(f *ledger.Flag) { f.CreatedAt, f.ChangedAt = ago(1), ago(1) }, nil, hygiene.Draft, 1, "", "false"},
		{"never turned on", func(*ledger.Flag) {}, nil, hygiene.Stale, 100, "served-to-none@dev served-to-none@prod one-sided", "false"},
		{"permanent", func(f *ledger.Flag) { f.Details.Permanent = true }, nil, hygiene.Draft, 100, "", "false"},
		{"permanent and on", func(f *ledger.Flag) {
			serve(f, "prod", "on", 50)
			f.Details.Permanent = true
		}, nil, hygiene.Live, 50, "", ""},
		{"worked on in dev", func(f *ledger.Flag) { serve(f, "dev", "on", 3) }, nil, hygiene.Draft, 3, "served-to-none@prod", ""},
		{"forgotten in dev", func(f *ledger.Flag) { serve(f, "dev", "on", 30) }, nil, hygiene.Stale, 100, "served-to-all@dev served-to-none@prod", ""},
		{"on for all in prod", func(f *ledger.Flag) { serve(f, "prod", "on", 15) }, nil, hygiene.Stale, 15, "served-to-none@dev served-to-all@prod", ""},
		{"not for long", func(f *ledger.Flag) { serve(f, "prod", "on", 13) }, nil, hygiene.Live, 13, "served-to-none@dev", ""},
		{"everywhere", func(f *ledger.Flag) {
			serve(f, "dev", "on", 40)
			serve(f, "prod", "on", 20)
		}, nil, hygiene.Stale, 20, "served-to-all@dev served-to-all@prod one-sided", "true"},
		{"a split", func(f *ledger.Flag) { serve(f, "prod", "split", 60) }, fresh, hygiene.Live, 60, "served-to-none@dev", ""},
		{"a split that nobody evaluates", func(f *ledger.Flag) { serve(f, "prod", "split", 60) }, hygiene.Seen{}, hygiene.Stale, 60, "served-to-none@dev never-evaluated", ""},
		{"evaluated long ago", func(f *ledger.Flag) { serve(f, "prod", "split", 60) }, hygiene.Seen{"f": ago(20)}, hygiene.Stale, 20, "served-to-none@dev never-evaluated", ""},
		{"evaluations are not known", func(f *ledger.Flag) { serve(f, "prod", "split", 60) }, nil, hygiene.Live, 60, "served-to-none@dev", ""},
		{"past its removal", func(f *ledger.Flag) {
			serve(f, "prod", "split", 5)
			f.Details.RemoveBy = by(2)
		}, fresh, hygiene.Stale, 2, "past-removal served-to-none@dev", ""},
		{"removal to come", func(f *ledger.Flag) {
			serve(f, "prod", "split", 5)
			f.Details.RemoveBy = by(-2)
		}, fresh, hygiene.Live, 5, "served-to-none@dev", ""},
		{"a rollout", func(f *ledger.Flag) {
			serve(f, "prod", "split", 60)
			f.Environments["prod"].Rollout = &ledger.Rollout{Status: ledger.RolloutOnHold}
			f.Details.RemoveBy = by(2)
		}, fresh, hygiene.RollingOut, 60, "past-removal served-to-none@dev", ""},
		{"archived", func(f *ledger.Flag) {
			serve(f, "prod", "on", 60)
			serve(f, "dev", "on", 60)
			f.Archived, f.ChangedAt = true, ago(9)
		}, hygiene.Seen{"f": ago(10)}, hygiene.Archived, 9, "", "true"},
		{"archived and evaluated", func(f *ledger.Flag) { f.Archived, f.ChangedAt = true, ago(9) }, fresh, hygiene.Archived, 9, "archived-evaluated", "false"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &ledger.Project{
				Key: "shop", Environments: []ledger.Environment{{Key: "dev"}, {Key: "prod", Production: true}},
				Flags: map[string]*ledger.Flag{"f": flag(tt.flag)},
			}
			seen := map[string]hygiene.Seen{"dev": {}}
			if tt.seen != nil {
				seen["prod"] = tt.seen
			}
			got := hygiene.Assess(p, seen, hygiene.Limits{}, now).Flags[0]
			if got.Lifecycle != tt.want || !got.Since.Equal(ago(tt.since)) {
				t.Errorf("%s since %s, want %s since %s", got.Lifecycle, got.Since, tt.want, ago(tt.since))
			}
			var rules []string
			for _, f := range got.Findings {
				rules = append(rules, strings.TrimSuffix(string(f.Rule)+"@"+f.Environment, "@"))
			}
			if text := strings.Join(rules, " "); text != tt.rules {
				t.Errorf("findings %q, want %q", text, tt.rules)
			}
			value := ""
			if got.Decided != nil {
				value = string(got.Decided.Value)
			}
			if value != tt.value {
				t.Errorf("decided as %q, want %q", value, tt.value)
			}
		})
	}
}

func TestStaleBefore(t *testing.T) {
	r := hygiene.Inventory{Flags: []hygiene.State{
		{Lifecycle: hygiene.Stale, Since: ago(40)}, {Lifecycle: hygiene.Stale, Since: ago(20)}, {Lifecycle: hygiene.Live, Since: ago(90)},
	}}
	for days, want := range map[int]int{0: 2, 30: 1, 60: 0} {
		if got := r.StaleBefore(ago(days)); got != want {
			t.Errorf("stale for more than %d days: %d, want %d", days, got, want)
		}
	}
}
