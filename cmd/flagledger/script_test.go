package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the want section of testdata/scripts")

// TestScripts runs command lines against an API of canned answers. A script
// is a txtar archive: its comment holds the lines to run ("env NAME=VALUE" or
// "flagledger ..."); a section "GET /path 404" is an answer, given in turn
// when there are several for one path, and "@name" stands for
// testdata/api/name; "want" is everything the commands printed and sent; any
// other section is a file in the working folder.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/scripts/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			absolute, err := filepath.Abs(path)
			if err != nil {
				t.Fatal(err)
			}
			got, want := runScript(t, archive), ""
			for i, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					archive.Files[i].Data = []byte(got)
				}
			}
			if *update {
				if err := os.WriteFile(absolute, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// runScript returns the transcript of a script.
func runScript(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	api := newFakeAPI(t)
	fixtures, err := filepath.Abs("testdata/api")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	var stdin []byte
	for _, f := range archive.Files {
		switch {
		case f.Name == "want":
		case f.Name == "stdin":
			stdin = f.Data
		case strings.Contains(f.Name, " /"):
			api.answer(t, f.Name, f.Data, fixtures)
		default:
			if err := os.MkdirAll(filepath.Dir(f.Name), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(f.Name, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	env := map[string]string{"FLAGLEDGER_SERVER": api.server.URL, "FLAGLEDGER_TOKEN": "fl_admin_k3v7q2mfda_secret"}
	var transcript strings.Builder
	for line := range strings.Lines(string(archive.Comment)) {
		words := shellWords(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "env":
			name, value, _ := strings.Cut(words[1], "=")
			env[name] = value
		default:
			fmt.Fprintf(&transcript, "$ %s\n%s", strings.TrimSpace(line), runLine(words[1:], env, stdin, api))
		}
	}
	return transcript.String()
}

// runLine runs one command line and returns what it sent, printed and gave.
func runLine(args []string, env map[string]string, stdin []byte, api *fakeAPI) string {
	var stdout, stderr bytes.Buffer
	w := testWorld(args, env)
	w.stdin, w.stdout, w.stderr = bytes.NewReader(stdin), &stdout, &stderr
	code := run(context.Background(), w)
	var out strings.Builder
	for _, r := range api.taken() {
		fmt.Fprintf(&out, "> %s\n", r)
	}
	out.WriteString(strings.ReplaceAll(stdout.String(), api.server.URL, "SERVER"))
	for line := range strings.Lines(strings.ReplaceAll(stderr.String(), api.server.URL, "SERVER")) {
		out.WriteString("! " + line)
	}
	if code != 0 {
		fmt.Fprintf(&out, "exit %d\n", code)
	}
	return out.String()
}

// testWorld is a world with a clock that ticks 34 ms at each look.
func testWorld(args []string, env map[string]string) world {
	now := time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC)
	return world{
		args: args, stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{},
		getenv: func(name string) string { return env[name] },
		now: func() time.Time {
			now = now.Add(34 * time.Millisecond)
			return now
		},
		zone: time.FixedZone("", 2*60*60),
	}
}

// shellWords splits a line at spaces outside single quotes.
func shellWords(line string) []string {
	var words []string
	var word strings.Builder
	quoted, open := false, false
	for _, r := range strings.TrimSpace(line) {
		switch {
		case r == '\'':
			quoted, open = !quoted, true
		case r == ' ' && !quoted:
			if open {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}

// fakeAPI gives canned answers and records what it was asked.
type fakeAPI struct {
	server *httptest.Server

	mu       sync.Mutex
	answers  map[string][]fakeAnswer
	requests []string
	headers  []http.Header
}

type fakeAnswer struct {
	status int
	body   []byte
}

func newFakeAPI(t *testing.T) *fakeAPI {
	t.Helper()
	api := &fakeAPI{answers: map[string][]fakeAnswer{}}
	api.server = httptest.NewServer(api)
	t.Cleanup(api.server.Close)
	return api
}

// answer registers the section of a script.
func (f *fakeAPI) answer(t *testing.T, name string, data []byte, fixtures string) {
	t.Helper()
	words := strings.Fields(name)
	a := fakeAnswer{status: http.StatusOK, body: data}
	if len(words) > 2 {
		status, err := strconv.Atoi(words[2])
		if err != nil {
			t.Fatalf("section %q: %v", name, err)
		}
		a.status = status
	}
	if file, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "@"); ok {
		var err error
		if a.body, err = os.ReadFile(filepath.Join(fixtures, file)); err != nil {
			t.Fatal(err)
		}
	}
	key := words[0] + " " + words[1]
	f.answers[key] = append(f.answers[key], a)
}

func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body bytes.Buffer
	_, _ = body.ReadFrom(r.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	line := r.Method + " " + r.URL.RequestURI()
	if body.Len() > 0 {
		line += " " + body.String()
	}
	if seen := r.Header.Get("If-Match"); seen != "" {
		line += " If-Match: " + seen
	}
	f.requests, f.headers = append(f.requests, line), append(f.headers, r.Header.Clone())
	key := r.Method + " " + r.URL.EscapedPath()
	list := f.answers[key]
	if len(list) == 0 {
		list = []fakeAnswer{{http.StatusNotFound, []byte(`{"type":"urn:flagledger:error:not-found","title":"Not Found","status":404,"detail":"there is nothing at ` + key + `"}`)}}
	}
	a := list[0]
	if len(list) > 1 {
		f.answers[key] = list[1:]
	}
	w.Header().Set("Content-Type", "application/json")
	if a.status >= 400 {
		w.Header().Set("Content-Type", "application/problem+json")
	}
	var seq struct {
		Seq string `json:"seq"`
	}
	if r.Method != http.MethodGet && json.Unmarshal(a.body, &seq) == nil {
		w.Header().Set("Flagledger-Seq", seq.Seq)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// taken returns the requests since the last call.
func (f *fakeAPI) taken() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.requests
	f.requests = nil
	return out
}
