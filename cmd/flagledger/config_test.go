package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// resolved resolves the settings of a command line in the current folder.
func resolved(t *testing.T, args []string, env map[string]string) (config, error) {
	t.Helper()
	a := &app{world: testWorld(args, env)}
	root := newRoot(a)
	if err := root.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	return a.resolve()
}

func TestPrecedence(t *testing.T) {
	file := cliFile{Server: "http://127.0.0.1:9001", Token: "file-token", Project: "file-project"}
	type want struct{ Server, Token, Project string }
	for name, row := range map[string]struct {
		args []string
		env  map[string]string
		file bool
		want want
	}{
		"nothing":     {want: want{defaultServer, "", "default"}},
		"file":        {file: true, want: want(file)},
		"environment": {file: true, env: map[string]string{varServer: "https://flags.example.com/base/", varToken: "env-token", varProject: "env-project"}, want: want{"https://flags.example.com/base", "env-token", "env-project"}},
		"flags": {
			file: true, args: []string{"--server", "http://flag:1", "--token", "flag-token", "-p", "flag-project"},
			env:  map[string]string{varServer: "http://env:1", varToken: "env-token", varProject: "env-project"},
			want: want{"http://flag:1", "flag-token", "flag-project"},
		},
		"token of the environment for the file's server": {
			file: true, env: map[string]string{varToken: "env-token"}, want: want{file.Server, "env-token", file.Project},
		},
		"project of a flag": {file: true, args: []string{"--project", "p"}, want: want{file.Server, file.Token, "p"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if row.file {
				putCLIFile(t, "flagledger-data", file)
			}
			c, err := resolved(t, row.args, row.env)
			if err != nil {
				t.Fatal(err)
			}
			got := want{c.server.String(), c.token, c.project}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTokenStaysWithItsServer(t *testing.T) {
	t.Chdir(t.TempDir())
	putCLIFile(t, "flagledger-data", cliFile{Server: "http://127.0.0.1:9001", Token: "file-token", Project: "file-project"})
	for _, server := range []string{"http://127.0.0.1:9002", "http://elsewhere.example.com", "https://127.0.0.1:9001"} {
		c, err := resolved(t, []string{"--server", server}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.token != "" || c.project != defaultProject {
			t.Errorf("%s was given the token %q and project %q of another server", server, c.token, c.project)
		}
	}
	c, err := resolved(t, []string{"--server", "http://127.0.0.1:9001/"}, nil)
	if err != nil || c.token != "file-token" {
		t.Errorf("the file's own server was given the token %q (%v)", c.token, err)
	}
}

func TestFolderOrder(t *testing.T) {
	t.Chdir(t.TempDir())
	env := map[string]string{varData: filepath.Join(t.TempDir(), "data")}
	token := func() string {
		c, err := resolved(t, nil, env)
		if err != nil {
			t.Fatal(err)
		}
		return c.token
	}
	for _, folder := range []string{"flagledger-demo", "flagledger-data", env[varData]} {
		putCLIFile(t, folder, cliFile{Server: defaultServer, Token: folder})
		if got := token(); got != folder {
			t.Errorf("the token is that of %q, want %q", got, folder)
		}
	}
}

func TestCLIFile(t *testing.T) {
	folder := t.TempDir()
	if _, err := readCLIFile(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
	for _, want := range []cliFile{{Server: "http://a:1", Token: "t", Project: "p"}, {Server: "http://b:2"}} {
		if err := writeCLIFile(folder, want); err != nil {
			t.Fatal(err)
		}
		got, err := readCLIFile(folder)
		if err != nil || got != want {
			t.Errorf("read back %+v (%v), want %+v", got, err, want)
		}
	}
	info, err := os.Stat(filepath.Join(folder, cliFileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v), want 0600", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("%d files are left, want 1", len(entries))
	}
	if err := writeCLIFile(filepath.Join(folder, "none"), cliFile{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing folder gives %v", err)
	}
	if err := os.WriteFile(filepath.Join(folder, cliFileName), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readCLIFile(folder); err == nil {
		t.Error("a broken file was read")
	}
}

func TestColour(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, row := range map[string]struct {
		args     []string
		env      map[string]string
		terminal bool
		want     bool
	}{
		"terminal":           {terminal: true, want: true},
		"pipe":               {},
		"NO_COLOR":           {terminal: true, env: map[string]string{"NO_COLOR": "1"}},
		"NO_COLOR but empty": {terminal: true, env: map[string]string{"NO_COLOR": ""}, want: true},
		"flag":               {terminal: true, args: []string{"--no-color"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := &app{world: testWorld(nil, row.env)}
			a.terminal = row.terminal
			if err := newRoot(a).ParseFlags(row.args); err != nil {
				t.Fatal(err)
			}
			c, err := a.resolve()
			if err != nil || c.colour != row.want {
				t.Errorf("colour %t (%v), want %t", c.colour, err, row.want)
			}
		})
	}
}

func putCLIFile(t *testing.T, folder string, c cliFile) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := writeCLIFile(folder, c); err != nil {
		t.Fatal(err)
	}
}
