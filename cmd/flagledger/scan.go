package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/internal/scan"
)

// scanRun is one "scan".
type scanRun struct {
	dryRun bool
	file   string // with the state of flags, instead of the server
	from   origin
	url    string
	failOn []string
}

// The findings that a scan may fail on.
const (
	failUnknown  = "unknown"
	failArchived = "archived"
	failUnused   = "unused"
)

func newScan(a *app) *cobra.Command {
	o := &scanRun{}
	cmd := &cobra.Command{
		Use:   "scan DIR",
		Short: "Find where code names flags, and tell the server",
		Long: `Find uses of flags in Go, TypeScript, JavaScript and JSX by parsing them, and in
other files as words, and upload them with commit and line, so that the dashboard
shows where a flag is used. Says which flags no code uses, and which uses are of
flags that are archived or that the server does not know.

In a git repository the files are those that git has or would take, and commit,
branch and name are git's; on GitHub Actions they are those of the run.`,
		Example: example("flagledger scan .", "flagledger scan . --dry-run --fail-on unknown,archived",
			"flagledger scan . --url 'https://git.example.com/acme/shop/blob/{commit}/{path}#L{line}'"),
		Args: exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error { return o.run(ctx, s, args[0]) })
	f := cmd.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, "upload nothing")
	f.StringVar(&o.file, "flags", "", "file that \"flagledger hygiene report --json\" has made, to be used instead of the server; uploads nothing")
	f.StringVar(&o.from.Repository, "repository", "", "name of the repository; from git if left out")
	f.StringVar(&o.from.Commit, "commit", "", "commit that is scanned; from git if left out")
	f.StringVar(&o.from.Branch, "branch", "", "branch that is scanned; from git if left out")
	f.StringVar(&o.url, "url", "", "address of a line, with {commit}, {path} and {line} in it, for links")
	f.StringSliceVar(&o.failOn, "fail-on", nil, "findings to fail on: unknown, archived, unused")
	return cmd
}

func (o *scanRun) run(ctx context.Context, s *session, dir string) error {
	for _, f := range o.failOn {
		if !slices.Contains([]string{failUnknown, failArchived, failUnused}, f) {
			return usagef("--fail-on %q is not unknown, archived or unused", f)
		}
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return usagef("%s is not a folder", dir)
	}
	flags, err := o.flags(ctx, s)
	if err != nil {
		return err
	}
	keys := make([]string, len(flags.Flags))
	for i, f := range flags.Flags {
		keys[i] = f.Key
	}
	report, err := scan.Scan(ctx, dir, keys)
	if err != nil {
		return err
	}
	o.from.complete(ctx, dir, s.getenv)
	for i := range report.References {
		report.References[i].Path = o.from.prefix + report.References[i].Path
	}
	found := compare(flags, report)
	if err := o.upload(ctx, s, report); err != nil {
		return err
	}
	if s.json {
		if err := s.printValue(scanAnswer{o.from, report.Files, report.Skipped, found, report.References}); err != nil {
			return err
		}
	} else {
		o.say(s, report, found)
	}
	return o.verdict(found)
}

// scanAnswer is what --json prints.
type scanAnswer struct {
	origin
	Files   int `json:"files"`
	Skipped int `json:"skipped"`
	scanFindings
	References []hygiene.Reference `json:"references"`
}

// flags asks the server for the project's flags, or reads them from the file.
func (o *scanRun) flags(ctx context.Context, s *session) (hygiene.Inventory, error) {
	var flags hygiene.Inventory
	if o.file == "" {
		r, err := s.get(ctx, s.projectPath("hygiene"), nil)
		if err != nil {
			return flags, err
		}
		return flags, r.into(&flags)
	}
	text, err := os.ReadFile(o.file)
	if err != nil {
		return flags, err
	}
	if err := json.Unmarshal(text, &flags); err != nil || flags.Flags == nil {
		return flags, usagef("%s does not hold the state of flags; make it with \"flagledger hygiene report --json\"", o.file)
	}
	return flags, nil
}

func (o *scanRun) upload(ctx context.Context, s *session, r scan.Report) error {
	if o.dryRun || o.file != "" {
		return nil
	}
	if n := len(r.References); n > hygiene.MaxReferences {
		return usagef("there are %d references, and one repository may have %d: scan its parts by themselves, each with its --repository", n, hygiene.MaxReferences)
	}
	_, err := s.put(ctx, s.projectPath("references", o.from.Repository), map[string]any{
		"commit": o.from.Commit, "branch": o.from.Branch, "url": o.url, "files": r.Files, "references": append([]hygiene.Reference{}, r.References...),
	})
	return err
}

// scanFindings are what somebody should look at.
type scanFindings struct {
	Unused   []string            `json:"unused"`   // flags that are not archived and that nothing names
	Unknown  []hygiene.Reference `json:"unknown"`  // calls with keys that the server does not know
	Archived []hygiene.Reference `json:"archived"` // calls with keys of archived flags
}

func compare(flags hygiene.Inventory, r scan.Report) scanFindings {
	found := scanFindings{Unused: []string{}, Unknown: []hygiene.Reference{}, Archived: []hygiene.Reference{}}
	lifecycle, named := map[string]hygiene.Lifecycle{}, map[string]bool{}
	for _, f := range flags.Flags {
		lifecycle[f.Key] = f.Lifecycle
	}
	for _, ref := range r.References {
		named[ref.Flag] = true
		switch l, known := lifecycle[ref.Flag]; {
		case !known:
			found.Unknown = append(found.Unknown, ref)
		case l == hygiene.Archived && ref.Kind == hygiene.KindCall:
			found.Archived = append(found.Archived, ref)
		}
	}
	for _, f := range flags.Flags {
		if f.Lifecycle != hygiene.Archived && !named[f.Key] {
			found.Unused = append(found.Unused, f.Key)
		}
	}
	return found
}

// verdict fails if the scan is to.
func (o *scanRun) verdict(found scanFindings) error {
	var said []string
	for _, f := range o.failOn {
		n, what := len(found.Unknown), "of a flag that does not exist"
		switch f {
		case failArchived:
			n, what = len(found.Archived), "of an archived flag"
		case failUnused:
			n, what = len(found.Unused), "without use"
		}
		if n > 0 {
			noun := "use"
			if f == failUnused {
				noun = "flag"
			}
			said = append(said, several(n, noun)+" "+what)
		}
	}
	if len(said) == 0 {
		return nil
	}
	return &localError{exitFailure, "the scan found " + strings.Join(said, ", "), "Mend the places above, or create, restore or archive the flags."}
}

func (o *scanRun) say(s *session, r scan.Report, found scanFindings) {
	s.sayf("%s of %s scanned: %s", several(r.Files, "file"), bold(o.from.Repository), several(len(r.References), "reference"))
	uses := map[string][]hygiene.Reference{}
	for _, ref := range r.References {
		uses[ref.Flag] = append(uses[ref.Flag], ref)
	}
	if len(uses) > 0 {
		t := newTable("FLAG", "CALLS", "ALL", "FIRST PLACE")
		for _, flag := range sortedKeys(uses) {
			calls := 0
			first := uses[flag][0]
			for _, ref := range uses[flag] {
				if ref.Kind == hygiene.KindCall {
					if calls++; calls == 1 {
						first = ref
					}
				}
			}
			t.add(bold(flag), fmt.Sprint(calls), fmt.Sprint(len(uses[flag])), place(first))
		}
		s.sayf("")
		t.write(s.out)
	}
	if len(found.Unused) > 0 {
		s.sayf("\nflags that no code names: %s", strings.Join(found.Unused, ", "))
	}
	sayPlaces(s, "uses of flags that do not exist", found.Unknown)
	sayPlaces(s, "uses of archived flags", found.Archived)
	if len(r.Unparsed) > 0 {
		s.sayf("\nnot parsed, searched as text: %s", strings.Join(r.Unparsed, ", "))
	}
	if o.dryRun || o.file != "" {
		s.sayf("\nNothing was uploaded.")
	}
}

func sayPlaces(s *session, what string, refs []hygiene.Reference) {
	if len(refs) == 0 {
		return
	}
	s.sayf("\n%s:", what)
	for _, ref := range refs {
		s.sayf("  %s  %s", place(ref), bold(ref.Flag))
	}
}

func place(ref hygiene.Reference) string {
	return fmt.Sprintf("%s:%d:%d", ref.Path, ref.Line, ref.Column)
}
