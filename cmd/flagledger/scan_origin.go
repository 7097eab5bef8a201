package main

import (
	"context"
	"maps"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// origin says what was scanned.
type origin struct {
	Repository string `json:"repository"`
	Commit     string `json:"commit,omitempty"`
	Branch     string `json:"branch,omitempty"`
	prefix     string // of the folder inside the repository, with a slash at its end
}

// complete fills in what was not given: from the run of GitHub Actions, or else
// from git, or else from the name of the folder.
func (o *origin) complete(ctx context.Context, dir string, getenv func(string) string) {
	git := func(args ...string) string {
		out, err := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...).Output() //nolint:gosec // the arguments are ours
		if err != nil {
			return "" // no git, or no repository
		}
		return strings.TrimSpace(string(out))
	}
	o.prefix = git("rev-parse", "--show-prefix")
	o.Commit = first(o.Commit, getenv("GITHUB_SHA"), git("rev-parse", "HEAD"))
	o.Branch = first(o.Branch, getenv("GITHUB_REF_NAME"), git("branch", "--show-current"))
	o.Repository = repositoryName(first(o.Repository, getenv("GITHUB_REPOSITORY"), remoteName(git("remote", "get-url", "origin")), folderName(dir)))
}

// remoteName is what the address of a remote says of the repository: the last two
// parts of its path.
func remoteName(address string) string {
	address = strings.TrimSuffix(strings.TrimRight(address, "/"), ".git")
	parts := strings.FieldsFunc(address, func(r rune) bool { return r == '/' || r == ':' })
	if len(parts) < 2 {
		return ""
	}
	return path.Join(parts[len(parts)-2:]...)
}

func folderName(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Base(dir)
}

var notInKeys = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// repositoryName makes a key of a name: acme/shop becomes acme.shop.
func repositoryName(name string) string {
	name = strings.Trim(notInKeys.ReplaceAllString(strings.ReplaceAll(name, "/", "."), "-"), ".-_")
	return first(name, "repository")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
