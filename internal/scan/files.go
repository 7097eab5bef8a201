package scan

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// list names the files of dir, with slashes: those that git has or would take,
// or all but those of folders that hold no code of one's own.
func list(ctx context.Context, dir string) ([]string, error) {
	git := exec.CommandContext(ctx, "git", "-C", dir, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate") //nolint:gosec // as above
	if out, err := git.Output(); err == nil {
		var files []string
		for name := range bytes.SplitSeq(bytes.TrimRight(out, "\x00"), []byte{0}) {
			if len(name) > 0 {
				files = append(files, string(name))
			}
		}
		return files, nil
	}
	return walk(ctx, dir)
}

// foreign are folders that others fill.
func foreign() []string {
	return []string{"node_modules", "vendor", "dist", "build", "target", "coverage", "__pycache__"}
}

func walk(ctx context.Context, dir string) ([]string, error) {
	var files []string
	skip := foreign()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if path == dir {
				return err
			}
			return nil // a folder that may not be read
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != dir && (strings.HasPrefix(name, ".") || slices.Contains(skip, name)) {
				return fs.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(dir, path)
		if err == nil {
			files = append(files, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the files of %s: %w", dir, err)
	}
	return files, nil
}
