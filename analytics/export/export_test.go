package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/analytics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a Memory that may fail.
type memory struct {
	position analytics.Position
	variants map[string]string
	fails    error
}

func (m *memory) Load(context.Context) (analytics.Position, map[string]string, error) {
	variants := map[string]string{}
	maps.Copy(variants, m.variants)
	return m.position, variants, nil
}

func (m *memory) Save(_ context.Context, variants map[string]string, p analytics.Position) error {
	if m.fails != nil {
		return m.fails
	}
	if m.variants == nil {
		m.variants = map[string]string{}
	}
	maps.Copy(m.variants, variants)
	m.position = p
	return nil
}

// letters keeps dead letters by what they are about.
type letters struct{ all []string }

func (l *letters) Undelivered(_ context.Context, d Letter) error {
	l.all = append(l.all, fmt.Sprintf("%s in %s: %s", d.Export, d.Environment, d.Reason))
	return nil
}

// world is an export to a local server.
type world struct {
	*Exporter
	memory  *memory
	letters *letters
}

// to makes an export to a server that answers like a tool. Its pauses are short.
func to(t *testing.T, tool string, h http.Handler, change ...func(*Config)) *world {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c := Config{
		Name: "out", To: tool, Project: "shop", Environments: []string{"prod"}, Assignments: true, Events: []string{"*"},
		User: "userId", URL: server.URL, Secret: strings.Repeat("s", 24),
	}
	for _, f := range change {
		f(&c)
	}
	if err := c.complete(func(string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	s, err := c.sink()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{memory: &memory{}, letters: &letters{}}
	w.Exporter = newExporter(c, s, w.memory, w.letters, slog.New(slog.DiscardHandler), pauses{time.Millisecond, 4 * time.Millisecond})
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections) //nolint:errcheck,forcetypeassert // it is one
	return w
}

func (w *world) write(t *testing.T, seq uint64, batches ...analytics.Batch) analytics.Written {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	n, err := w.Write(ctx, batches, analytics.Position{Epoch: 1, Seq: seq})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func seen(unit, variant string, minute int) analytics.Exposure {
	return analytics.Exposure{
		Flag: "dashboard", Variant: variant, By: "userId", Unit: unit, Version: 7, At: noon.Add(time.Duration(minute) * time.Minute),
		Attributes: map[string]string{"plan": "team"},
	}
}

func paid(unit string, amount float64) analytics.Event {
	return analytics.Event{
		Name: "paid", Value: &amount, Units: map[string]string{"userId": unit, "accountId": "a-" + unit}, Flags: []string{"dashboard"}, At: noon,
	}
}

func batch(id string, items ...any) analytics.Batch {
	b := analytics.Batch{ID: id, Project: "shop", Environment: "prod"}
	for _, i := range items {
		switch i := i.(type) {
		case analytics.Exposure:
			b.Exposures = append(b.Exposures, i)
		case analytics.Event:
			b.Events = append(b.Events, i)
		}
	}
	return b
}

// lines is a file export's folder, read back.
func lines(t *testing.T, folder string) []map[string]any {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			var m map[string]any
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatalf("line %q: %v", line, err)
			}
			all = append(all, m)
		}
	}
	return all
}

func toFile(t *testing.T, change ...func(*Config)) (*world, string) {
	t.Helper()
	folder := t.TempDir()
	return to(t, "file", http.NotFoundHandler(), append(change, func(c *Config) { c.URL = folder })...), folder
}

func TestAssignmentsOncePerChange(t *testing.T) {
	w, folder := toFile(t, func(c *Config) { c.Events = nil })
	w.write(t, 1, batch("1", seen("u1", "on", 5), seen("u1", "on", 6), seen("u2", "off", 1)))
	again := seen("u1", "on", 7)
	again.Version = 8 // reported anew, the same to its unit
	w.write(t, 2, batch("2", again), batch("3", seen("u2", "on", 9), seen("u2", "off", 8)))
	w.loaded = false // as if started again
	w.write(t, 3, batch("4", seen("u1", "off", 20), seen("u2", "on", 21)))
	w.write(t, 4, batch("5", seen("u1", "on", 30)))
	other := batch("6", seen("u3", "on", 1))
	other.Environment = "staging"
	imported := batch("7", seen("u4", "on", 1))
	imported.Recorded = true
	w.write(t, 5, other, imported)
	var got []string
	ids := map[string]bool{}
	for _, l := range lines(t, folder) {
		e, ok := l["exposure"].(map[string]any)
		if !ok {
			t.Fatalf("line %v", l)
		}
		got = append(got, fmt.Sprint(e["unit"], " ", e["variant"]))
		ids[fmt.Sprint(l["id"])] = true
	}
	want := []string{"u2 off", "u1 on", "u2 on", "u1 off", "u1 on"}
	if diff := cmp.Diff(want, got); diff != "" || len(ids) != len(want) {
		t.Errorf("%d ids, assignments (-want +got):\n%s", len(ids), diff)
	}
}

var errCut = errors.New("cut off")

// TestResumes dies after a delivery and before it is remembered: what comes
// again has the same ids.
func TestResumes(t *testing.T) {
	w, folder := toFile(t)
	w.write(t, 1, batch("1", seen("u1", "on", 1)))
	w.memory.fails = errCut
	lost := []analytics.Batch{batch("2", seen("u2", "on", 1), paid("u2", 3), paid("u2", 3))}
	if _, err := w.Write(context.Background(), lost, analytics.Position{Epoch: 1, Seq: 2}); !errors.Is(err, errCut) {
		t.Fatalf("error is %v", err)
	}
	w.memory.fails = nil
	if p, err := w.Position(context.Background()); err != nil || p.Seq != 1 {
		t.Fatalf("position is %+v after a write that was cut off: %v", p, err)
	}
	w.write(t, 2, lost...)
	all := lines(t, folder)
	ids := map[any]int{}
	for _, l := range all {
		ids[l["id"]]++
	}
	if len(all) != 7 || len(ids) != 4 || slices.Max(slices.Collect(maps.Values(ids))) != 2 {
		t.Errorf("%d lines of %d ids: %v", len(all), len(ids), ids)
	}
	if p, err := w.Position(context.Background()); err != nil || p.Seq != 2 {
		t.Errorf("position is %+v: %v", p, err)
	}
}

// TestCutLine writes after a line that a crash has cut.
func TestCutLine(t *testing.T) {
	w, folder := toFile(t)
	w.write(t, 1, batch("1", paid("u1", 1)))
	paths, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("%v: %v", paths, err)
	}
	f, err := os.OpenFile(paths[0], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, `{"id":"`+strings.Repeat("x", 100_000)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	w.write(t, 2, batch("2", paid("u2", 1)))
	if n := len(lines(t, folder)); n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
}

// TestWaits meets a tool that is away, throttles and refuses the key, in turn.
func TestWaits(t *testing.T) {
	var mu sync.Mutex
	answers := []int{500, 429, 401, 403, 404, 503, 200}
	w := to(t, "webhook", http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		status := answers[0]
		answers = answers[1:]
		if status == 500 {
			panic(http.ErrAbortHandler) // no answer at all
		}
		rw.WriteHeader(status)
	}))
	w.write(t, 1, batch("1", paid("u1", 1), paid("u2", 1)))
	if s := w.Stats(); s.Delivered != 2 || s.Refused != 0 || s.Requests != 7 || s.Retries != 6 {
		t.Errorf("stats are %+v", s)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer time.AfterFunc(20*time.Millisecond, cancel).Stop()
	answers = slices.Repeat([]int{503}, 1000)
	if _, err := w.Write(ctx, []analytics.Batch{batch("2", paid("u1", 1))}, analytics.Position{Epoch: 1, Seq: 2}); !errors.Is(err, context.Canceled) {
		t.Errorf("a write that is called off: %v", err)
	}
}

// TestRate sends no faster than it may.
func TestRate(t *testing.T) {
	w, _ := toFile(t, func(c *Config) { c.PerSecond = 100 })
	var b analytics.Batch
	for n := range 120 {
		b = batch("1", append([]any{paid(fmt.Sprint(n), 1)}, anys(b.Events)...)...)
	}
	begin := time.Now()
	w.write(t, 1, b)
	if d := time.Since(begin); d < 150*time.Millisecond {
		t.Errorf("120 items at 100 a second, 100 of them at once, took %v", d)
	}
}

func anys(events []analytics.Event) []any {
	all := make([]any, len(events))
	for i, e := range events {
		all[i] = e
	}
	return all
}

func TestParseConfig(t *testing.T) {
	env := func(name string) string { return map[string]string{"KEY": "k"}[name] }
	good := `[{"name":"a","to":"mixpanel","project":"p","assignments":true,"secret":"$KEY"}]`
	all, err := ParseConfig([]byte(good), env)
	if err != nil || all[0].Secret != "k" || all[0].URL != "https://api.mixpanel.com" || all[0].User != analytics.DefaultBy || all[0].PerSecond == 0 {
		t.Errorf("%+v: %v", all, err)
	}
	for text, want := range map[string]string{
		`{}`: "exports:", `[{"nme":"a"}]`: "nme", `[{"name":"A b"}]`: "name:", `[{"name":"a","to":"x"}]`: "to:",
		`[{"name":"a","to":"file","project":"p","events":["*"]}]`:                                 "url:",
		`[{"name":"a","to":"file"}]`:                                                              "project:",
		`[{"name":"a","to":"file","project":"p"}]`:                                                "assignments, events",
		`[{"name":"a","to":"segment","project":"p","events":["*"]}]`:                              "secret:",
		`[{"name":"a","to":"segment","project":"p","events":["*"],"secret":"$NO"}]`:               "NO is not set",
		`[{"name":"a","to":"segment","project":"p","events":["*"],"secret":"x","url":"ftp://x"}]`: "url:",
		`[{"name":"a","to":"segment","project":"p","events":["*"],"secret":"x","perSecond":-1}]`:  "perSecond",
		strings.Replace(good, "]", ","+strings.TrimPrefix(good, "["), 1):                          "two exports",
	} {
		if _, err := ParseConfig([]byte(text), env); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want %q in it", text, err, want)
		}
	}
	for _, c := range []Config{{To: "webhook", Secret: "short"}, {To: "webhook", Secret: "whsec_*"}, {To: "mixpanel", Secret: "s", Account: "me"}} {
		c.Name = "bad"
		if _, err := New(c, nil, nil, nil); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}
