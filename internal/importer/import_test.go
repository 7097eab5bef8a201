package importer

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/flagledger/flagledger/analytics"
)

// player is a row of a wide file.
type player struct {
	ID      string    `json:"player" parquet:"player"`
	Version string    `json:"version" parquet:"version"`
	At      time.Time `json:"at" parquet:"at,timestamp(microsecond)"`
	Back    *bool     `json:"back" parquet:"back,optional"`
	Rounds  float64   `json:"rounds" parquet:"rounds"`
	Country string    `json:"country" parquet:"country"`
	Ignored int32     `json:"ignored" parquet:"ignored"`
}

var (
	from  = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	until = from.AddDate(0, 0, 14)
)

func mapping() Mapping {
	return Mapping{
		Unit: "player", Variant: "version", Variants: map[string]string{"gate_30": "control"}, At: "at", Attributes: []string{"country"},
		Happened: map[string]string{"back": "came-back"}, Numbers: map[string]string{"rounds": "rounds-played"},
	}
}

func target() Target {
	return Target{Flag: "gate", By: "playerId", Version: 7, From: from, Until: until}
}

func players(n int) []player {
	rng := rand.New(rand.NewPCG(1, 2))
	all := make([]player, n)
	for i := range all {
		p := player{
			ID: fmt.Sprint("p", i), Version: []string{"gate_30", "gate_40"}[rng.IntN(2)], Rounds: float64(rng.IntN(500)) / 4,
			At: from.Add(time.Duration(rng.Int64N(14*86_400_000)) * time.Millisecond), Country: []string{"", "DE", "Côte d'Ivoire"}[rng.IntN(3)],
		}
		if rng.IntN(3) > 0 {
			p.Back = new(rng.IntN(2) == 0)
		}
		all[i] = p
	}
	return all
}

func writeCSV(t *testing.T, path string, all []player) {
	t.Helper()
	var text strings.Builder
	w := csv.NewWriter(&text)
	w.Comma = ';'
	_ = w.Write([]string{"country", "ignored", "player", "version", "at", "back", "rounds"})
	for _, p := range all {
		back := ""
		if p.Back != nil {
			back = fmt.Sprint(*p.Back)
		}
		_ = w.Write([]string{p.Country, "0", p.ID, p.Version, p.At.Format(time.RFC3339Nano), back, fmt.Sprint(p.Rounds)})
	}
	w.Flush()
	write(t, path, "\ufeff"+text.String())
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// server is where batches go: it knows their names.
type server struct {
	named map[string]analytics.Batch
	order []string
	sent  int
}

func (s *server) send(_ context.Context, b analytics.Batch) error {
	s.sent++
	if s.named == nil {
		s.named = map[string]analytics.Batch{}
	}
	if _, known := s.named[b.ID]; !known {
		s.named[b.ID] = b
		s.order = append(s.order, b.ID)
	}
	return nil
}

// items are those of all batches.
func (s *server) items() analytics.Batch {
	var all analytics.Batch
	for _, id := range s.order {
		all.Exposures = append(all.Exposures, s.named[id].Exposures...)
		all.Events = append(all.Events, s.named[id].Events...)
	}
	return all
}

func run1(t *testing.T, path string, m Mapping, s *server) Progress {
	t.Helper()
	p, err := Import{Path: path, Mapping: m, Target: target(), Send: s.send, Now: time.Now}.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFormats(t *testing.T) {
	dir, all := t.TempDir(), players(3000)
	writeCSV(t, filepath.Join(dir, "a.csv"), all)
	var lines strings.Builder
	for _, p := range all {
		line, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&lines, "%s\n\n", line)
	}
	write(t, filepath.Join(dir, "a.ndjson"), lines.String())
	if err := parquet.WriteFile(filepath.Join(dir, "a.parquet"), all, parquet.MaxRowsPerRowGroup(700)); err != nil {
		t.Fatal(err)
	}
	var want analytics.Batch
	for i, ext := range []string{"csv", "ndjson", "parquet"} {
		var s server
		p := run1(t, filepath.Join(dir, "a."+ext), mapping(), &s)
		got := s.items()
		if p.Rows != 3000 || p.Rejected != 0 || p.Done != 1 || p.Exposures != 3000 || int(p.Events) != len(got.Events) {
			t.Errorf("%s: %+v", ext, p)
		}
		if i == 0 {
			want = got
			checkItems(t, all, got)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-csv +%s):\n%s", ext, ext, diff)
		}
	}
}

// checkItems compares a few items with the rows they come from.
func checkItems(t *testing.T, all []player, got analytics.Batch) {
	t.Helper()
	events := map[string][]analytics.Event{}
	for _, e := range got.Events {
		events[e.Units["playerId"]] = append(events[e.Units["playerId"]], e)
	}
	for i, p := range all {
		variant := p.Version
		if variant == "gate_30" {
			variant = "control"
		}
		want := analytics.Exposure{Flag: "gate", Variant: variant, By: "playerId", Unit: p.ID, Version: 7, At: p.At}
		if p.Country != "" {
			want.Attributes = map[string]string{"country": p.Country}
		}
		if diff := cmp.Diff(want, got.Exposures[i]); diff != "" {
			t.Fatalf("player %d (-want +got):\n%s", i, diff)
		}
		names := 1
		if p.Back != nil && *p.Back {
			names = 2
		}
		last := events[p.ID][len(events[p.ID])-1]
		if len(events[p.ID]) != names || *last.Value != p.Rounds || !last.At.Equal(p.At) || last.Flags[0] != "gate" {
			t.Fatalf("player %+v has events %+v", p, events[p.ID])
		}
	}
}

func TestLongFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.csv")
	write(t, path, `user,variant,what,amount,broken,when
u1,gate_40,,,,2026-01-02
u1,,paid,12.5,false,2026-01-02 10:00:00
u1,,paid,,true,1767348000
u2,gate_30,opened,,,1767348000123
`)
	var s server
	run1(t, path, Mapping{
		Unit: "user", Variant: "variant", At: "when", Event: "what", Value: "amount", Failed: "broken",
	}, &s)
	var got []string
	for _, e := range s.items().Exposures {
		got = append(got, fmt.Sprintf("%s saw %s at %s", e.Unit, e.Variant, e.At.Format(time.RFC3339Nano)))
	}
	for _, e := range s.items().Events {
		value := "nothing"
		if e.Value != nil {
			value = fmt.Sprint(*e.Value)
		}
		got = append(got, fmt.Sprintf("%s %s %s, failed %v, at %s", e.Units["playerId"], e.Name, value, e.Failed, e.At.Format(time.RFC3339Nano)))
	}
	want := []string{
		"u1 saw gate_40 at 2026-01-02T00:00:00Z", "u2 saw gate_30 at 2026-01-02T10:00:00.123Z",
		"u1 paid 12.5, failed false, at 2026-01-02T10:00:00Z", "u1 paid nothing, failed true, at 2026-01-02T10:00:00Z",
		"u2 opened nothing, failed false, at 2026-01-02T10:00:00.123Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

func TestRejects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	write(t, path, `player,version,at,back,rounds,country
p1,gate_30,2026-01-03,1,3,DE
,gate_30,2026-01-03,1,3,DE
p3,,2026-01-03,1,3,DE
p4,gate_30,yesterday,1,3,DE
p5,gate_30,2026-02-03,1,3,DE
p6,gate_30,2026-01-03,perhaps,3,DE
p7,gate_30,2026-01-03,1,many,DE
p8,gate_30,2026-01-03,1,NaN,DE
p9,gate_30
p10,gate_30,2026-01-03,1,"3"x,DE
`+strings.Repeat("p", analytics.MaxUnit+1)+`,gate_30,2026-01-03,1,3,DE
p12,gate_40,2026-01-03,0,4,
`)
	var s server
	p := run1(t, path, mapping(), &s)
	if p.Rows != 12 || p.Rejected != 10 || p.Exposures != 2 || p.Events != 3 {
		t.Errorf("progress is %+v", p)
	}
	file, err := os.Open(path + ".rejects.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range records {
		got = append(got, r[0]+": "+strings.ReplaceAll(r[1], strings.Repeat("p", 20), "…"))
	}
	want := []string{
		"row: reason", "2: player is empty", "3: version is empty", `4: at is "yesterday", which is not a time such as 2026-01-31T15:04:05Z`,
		"5: at is 2026-02-03T00:00:00Z, which is not in the experiment, from 2026-01-02T00:00:00Z until 2026-01-16T00:00:00Z",
		`6: back is "perhaps", which is neither true nor false`, `7: rounds is "many", which is not a finite number`,
		`8: rounds is "NaN", which is not a finite number`, "9: has 2 fields; the header has 6", `10: extraneous or missing " in quoted-field`,
		"11: unit \"…\"... has 501 bytes; the limit is 500",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rejects (-want +got):\n%s", diff)
	}
}

var errCut = errors.New("cut off")

// TestResume cuts an import off at every batch, before or after the server has
// it, and goes on.
func TestResume(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	all := players(9000)
	for i := range all {
		if i%100 == 7 {
			all[i].ID = "" // rejected
		}
	}
	writeCSV(t, path, all)
	var whole server
	run1(t, path, mapping(), &whole)
	rejected, err := os.ReadFile(path + ".rejects.csv")
	if err != nil {
		t.Fatal(err)
	}
	var s server
	cuts := 0
	for {
		sent := 0
		i := Import{Path: path, Mapping: mapping(), Target: target(), Now: time.Now}
		i.Send = func(ctx context.Context, b analytics.Batch) error {
			if sent++; sent < 2 {
				return s.send(ctx, b)
			}
			if cuts%2 == 0 {
				_ = s.send(ctx, b)
			}
			return errCut
		}
		p, err := i.Run(context.Background())
		if err == nil {
			if p.Rows != 9000 || p.Rejected != 90 || p.Resumed == 0 {
				t.Errorf("the last run ends with %+v", p)
			}
			break
		}
		if !errors.Is(err, errCut) || cuts > 100 {
			t.Fatalf("after %d cuts: %v", cuts, err)
		}
		cuts++
	}
	if diff := cmp.Diff(whole.items(), s.items()); diff != "" || cuts < 5 || s.sent <= len(s.named) {
		t.Errorf("after %d cuts and %d batches sent (-whole +resumed):\n%s", cuts, s.sent, diff)
	}
	if again, err := os.ReadFile(path + ".rejects.csv"); err != nil || string(again) != string(rejected) {
		t.Errorf("the reject file differs after being resumed: %v", err)
	}
	if _, err := os.Stat(path + ".import"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the checkpoint is still there: %v", err)
	}
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.csv"), "player,version\n")
	write(t, filepath.Join(dir, "empty.csv"), "")
	write(t, filepath.Join(dir, "a.parquet"), "player,version\n")
	write(t, filepath.Join(dir, "a.xlsx"), "")
	for name, want := range map[string]string{
		"a.csv": `there is no column "at"; the file has player, version`, "empty.csv": "the file is empty",
		"a.parquet": "read the Parquet file", "a.xlsx": `ends in ".xlsx"`, "none.csv": "no such file",
	} {
		_, err := Import{Path: filepath.Join(dir, name), Mapping: mapping(), Target: target(), Now: time.Now}.Run(context.Background())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want %q in it", name, err, want)
		}
	}
	for want, m := range map[string]Mapping{
		"unit is not named": {Variant: "v"}, "go together": {Unit: "u", At: "at"}, "no column says": {Unit: "u"},
		"go with a column of the event": {Unit: "u", Variant: "v", Value: "x"},
	} {
		where := target()
		if want == "no column says" {
			where.Flag = ""
		}
		_, err := Import{Path: filepath.Join(dir, "a.csv"), Mapping: m, Target: where, Now: time.Now}.Run(context.Background())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error is %v, want %q in it", m, err, want)
		}
	}
}
