package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/internal/hygiene"
)

func newHygiene(a *app) *cobra.Command {
	return newGroup("hygiene", "Find flags that have done their work", newHygieneReport(a))
}

// hygieneRun is one "hygiene report".
type hygieneRun struct {
	format    string
	all       bool
	maxStale  int
	olderThan string
}

func newHygieneReport(a *app) *cobra.Command {
	o := &hygieneRun{}
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Tell which flags are stale, and fail over a budget",
		Long: `Tell where each flag stands: draft, rolling out, live, stale or archived. A flag is
stale when it decides nothing any more: it serves one variant to everybody for two
weeks, is past its planned removal, or is on and nobody evaluates it. Flags that are
permanent, such as kill switches, are never stale.

With --max-stale the exit code is 1 when more flags are stale, so that a pipeline
holds the budget; --older-than counts only those that are stale for longer.

The JSON is what the linters read: keep it as flagledger.flags.json beside the code.`,
		Example: example("flagledger hygiene report", "flagledger hygiene report --max-stale 0 --older-than 30d",
			"flagledger hygiene report --format sarif > flags.sarif", "flagledger hygiene report --json > flagledger.flags.json"),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error { return o.run(ctx, s) })
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "table", "table, json, markdown or sarif")
	f.BoolVar(&o.all, "all", false, "list all flags in the table, not only those with findings")
	f.IntVar(&o.maxStale, "max-stale", -1, "how many stale flags are allowed; without it any number")
	f.StringVar(&o.olderThan, "older-than", "", "count flags against --max-stale that are stale for longer, such as 30d")
	return cmd
}

func (o *hygieneRun) run(ctx context.Context, s *session) error {
	if !slices.Contains([]string{"table", "json", "markdown", "sarif"}, o.format) {
		return usagef("--format %q is not table, json, markdown or sarif", o.format)
	}
	age := time.Duration(0)
	if o.olderThan != "" {
		var err error
		if age, err = parseAge(o.olderThan); err != nil {
			return usagef("--older-than %v", err)
		}
	}
	r, err := s.get(ctx, s.projectPath("hygiene"), nil)
	if err != nil {
		return err
	}
	var report hygiene.Inventory
	if err := r.into(&report); err != nil {
		return err
	}
	switch {
	case s.json || o.format == "json":
		err = s.printJSON(r.body)
	case o.format == "markdown":
		for line := range strings.Lines(markdownOf(report)) {
			s.out.line(strings.TrimSuffix(line, "\n"))
		}
	case o.format == "sarif":
		err = printSARIF(ctx, s, report)
	default:
		o.table(s, report)
	}
	if err != nil {
		return err
	}
	return o.budget(report, age)
}

// budget fails when too many flags are stale for too long.
func (o *hygieneRun) budget(r hygiene.Inventory, age time.Duration) error {
	n := r.StaleBefore(r.At.Add(-age))
	if o.maxStale < 0 || n <= o.maxStale {
		return nil
	}
	longer := ""
	if age > 0 {
		longer = " for more than " + o.olderThan
	}
	return &localError{
		exitFailure, fmt.Sprintf("%s stale%s, and the budget is %d", several(n, "flag"), longer, o.maxStale),
		"Remove them from the code and archive them, or mark those that stay as permanent.",
	}
}

func (o *hygieneRun) table(s *session, r hygiene.Inventory) {
	s.sayf("%s", summaryOf(r))
	t := newTable("FLAG", "LIFECYCLE", "SINCE", "OWNER", "WHY")
	rows := 0
	for _, f := range r.Flags {
		if !o.all && !noteworthy(f) {
			continue
		}
		rows++
		t.add(bold(f.Key), lifecycleWord(f.Lifecycle), s.moment(f.Since), orDash(f.Owner), orDash(reasonOf(f)))
	}
	if rows > 0 {
		s.sayf("")
		t.write(s.out)
	}
	if len(r.Incomplete) > 0 {
		s.sayf("\nWhether flags are evaluated in %s is not known: the analytics store does not answer.", strings.Join(r.Incomplete, ", "))
	}
}

// noteworthy tells whether somebody should look at a flag: it is stale, or
// archived and still evaluated.
func noteworthy(f hygiene.State) bool {
	return f.Lifecycle == hygiene.Stale || slices.ContainsFunc(f.Findings, func(x hygiene.Finding) bool { return x.Rule == hygiene.ArchivedEvaluated })
}

// reasonOf is the finding that says most: the last one speaks of all
// environments.
func reasonOf(f hygiene.State) string {
	if !noteworthy(f) || len(f.Findings) == 0 {
		return ""
	}
	for _, x := range f.Findings {
		if x.Environment == "" {
			return x.Message
		}
	}
	return f.Findings[0].Message
}

func lifecycleWord(l hygiene.Lifecycle) string {
	switch l {
	case hygiene.Stale:
		return red(string(l))
	case hygiene.RollingOut:
		return cyan("rolling out")
	case hygiene.Live:
		return green(string(l))
	case hygiene.Draft, hygiene.Archived:
	}
	return dim(string(l))
}

// summaryOf counts the flags in each part of their life: "3 stale, 2 live".
func summaryOf(r hygiene.Inventory) string {
	counts := map[hygiene.Lifecycle]int{}
	for _, f := range r.Flags {
		counts[f.Lifecycle]++
	}
	var parts []string
	for _, l := range hygiene.Lifecycles() {
		if n := counts[l]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, strings.ReplaceAll(string(l), "-", " ")))
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("project %s has no flags", r.Project)
	}
	return fmt.Sprintf("%s in project %s: %s", several(len(r.Flags), "flag"), r.Project, strings.Join(parts, ", "))
}

// markdownOf is a report for a pull request or a wiki.
func markdownOf(r hygiene.Inventory) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# Flag hygiene\n\n%s, %s.\n", summaryOf(r), r.At.UTC().Format("2006-01-02 15:04 UTC"))
	rows := 0
	for _, f := range r.Flags {
		if !noteworthy(f) {
			continue
		}
		if rows++; rows == 1 {
			out.WriteString("\n| Flag | Owner | Since | Why | In code |\n| --- | --- | --- | --- | --- |\n")
		}
		uses := "not scanned"
		if f.References != nil {
			uses = several(*f.References, "place")
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s |\n", f.Key, cell(orDash(f.Owner)), f.Since.UTC().Format(time.DateOnly), cell(reasonOf(f)), uses)
	}
	if rows == 0 {
		out.WriteString("\nNo flag is stale.\n")
	}
	return out.String()
}

// cell keeps a text inside its cell of a Markdown table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(text)
}
