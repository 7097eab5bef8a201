package stats_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
)

// load reads a vector file's cases and insists on their number, so that an
// emptied file cannot pass.
func load[T any](t *testing.T, name string, want int) []T {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []T `json:"cases"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != want {
		t.Fatalf("%s has %d cases, want %d", name, len(file.Cases), want)
	}
	return file.Cases
}

func near(got, want, tol float64) bool { return math.Abs(got-want) <= tol }

type mixtureCase struct {
	Input struct {
		R0        float64    `json:"r0"`
		Grid      []float64  `json:"grid"`
		Weights   []float64  `json:"weights"`
		Intervals [][4]int64 `json:"intervals_nt_xt_nc_xc"`
	} `json:"input"`
	Expected struct {
		Path []float64 `json:"log_e_path"`
	} `json:"expected"`
}

func TestMixtureVectors(t *testing.T) {
	checked := 0
	for i, c := range load[mixtureCase](t, "rr_mixture_eprocess.json", 40) {
		m, err := stats.NewMixture(c.Input.R0, c.Input.Grid, c.Input.Weights)
		if err != nil {
			t.Fatal(err)
		}
		var rows []stats.Row
		for _, v := range c.Input.Intervals {
			rows = append(rows, stats.Row{NT: v[0], XT: v[1], NC: v[2], XC: v[3]})
		}
		path := m.Path(rows)
		if len(path) != len(c.Expected.Path) {
			t.Fatalf("case %d: %d values, want %d", i, len(path), len(c.Expected.Path))
		}
		for k, want := range c.Expected.Path {
			checked++
			if !near(path[k], want, 1e-6) {
				t.Errorf("case %d row %d: log E = %v, want %v", i, k, path[k], want)
			}
		}
		if got := m.LogE(rows); got != path[len(path)-1] {
			t.Errorf("case %d: LogE = %v, end of Path = %v", i, got, path[len(path)-1])
		}
	}
	t.Logf("%d log e-values", checked)
}

// TestHarmGridVectors proves the grid: the vectors' own grid of 24 around 1 is
// what HarmMixture makes for tau = 2.
func TestHarmGridVectors(t *testing.T) {
	found := 0
	for _, c := range load[mixtureCase](t, "rr_mixture_eprocess.json", 40) {
		if len(c.Input.Grid) < 2 || c.Input.Grid[0] < c.Input.R0 {
			continue
		}
		found++
		m := stats.HarmMixture(c.Input.R0, 2, len(c.Input.Grid))
		for j := range m.Ratios {
			if !near(m.Ratios[j], c.Input.Grid[j], 1e-9) || !near(m.Weights[j], c.Input.Weights[j], 1e-9) {
				t.Fatalf("r0 %v: point %d is %v (%v), want %v (%v)", c.Input.R0, j,
					m.Ratios[j], m.Weights[j], c.Input.Grid[j], c.Input.Weights[j])
			}
		}
	}
	if found == 0 {
		t.Fatal("no vector has a harm grid")
	}
}

func TestSampleRatioVectors(t *testing.T) {
	type sampleCase struct {
		Input struct {
			Shares  []float64 `json:"null_probabilities"`
			C       float64   `json:"dirichlet_concentration"`
			Batches [][]int64 `json:"batches"`
		} `json:"input"`
		Expected struct {
			LogBF []float64 `json:"log_bayes_factor"`
			P     []float64 `json:"sequential_p_value"`
		} `json:"expected"`
	}
	for i, c := range load[sampleCase](t, "srm_sequential.json", 40) {
		s, err := stats.NewSampleRatio(c.Input.Shares, c.Input.C)
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		for k, counts := range c.Input.Batches {
			bf, p, err := s.Add(counts)
			if err != nil {
				t.Fatal(err)
			}
			if !near(bf, c.Expected.LogBF[k], 1e-6) || !near(p, c.Expected.P[k], 1e-6) {
				t.Errorf("case %d batch %d: ln BF %v p %v, want %v %v", i, k, bf, p, c.Expected.LogBF[k], c.Expected.P[k])
			}
		}
	}
}

func TestChiSquaredVectors(t *testing.T) {
	type chiCase struct {
		Input struct {
			Observed []int64   `json:"observed"`
			Weights  []float64 `json:"weights"`
		} `json:"input"`
		Expected struct {
			P json.RawMessage `json:"gb_check_srm_p"`
		} `json:"expected"`
	}
	checked := 0
	for i, c := range load[chiCase](t, "srm.json", 49) {
		total := 0.0
		for _, w := range c.Input.Weights {
			total += w
		}
		shares := make([]float64, len(c.Input.Weights))
		for k, w := range c.Input.Weights {
			shares[k] = w / total
		}
		var want float64
		if err := json.Unmarshal(c.Expected.P, &want); err != nil {
			t.Fatalf("case %d: p %s", i, c.Expected.P)
		}
		got, err := stats.ChiSquaredP(c.Input.Observed, shares)
		if err != nil {
			t.Errorf("case %d: %v", i, fmt.Errorf("%v: %w", c.Input, err))
			continue
		}
		checked++
		if !near(got, want, 1e-11) {
			t.Errorf("case %d: p = %v, want %v", i, got, want)
		}
	}
	t.Logf("%d p-values", checked)
}
