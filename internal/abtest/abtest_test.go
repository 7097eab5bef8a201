package abtest_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/flagledger/flagledger/internal/abtest"
)

// TestTruth counts what the file says against what is said of it: a mean is
// within four standard errors.
func TestTruth(t *testing.T) {
	var file bytes.Buffer
	if err := abtest.Write(&file, 90_000, 7, time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&file).ReadAll()
	if err != nil || len(rows) != 90_001 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, e := range abtest.Truth() {
		for variant, want := range map[string]float64{abtest.Control: e.Control, abtest.Treatment: e.Control * (1 + e.Lift)} {
			n, sum, squares := 0.0, 0.0, 0.0
			for _, r := range rows[1:] {
				if r[1] == variant {
					x, err := strconv.ParseFloat(r[column(rows[0], e.Column)], 64)
					if err != nil {
						t.Fatal(err)
					}
					n, sum, squares = n+1, sum+x, squares+x*x
				}
			}
			mean := sum / n
			if se := math.Sqrt((squares/n - mean*mean) / n); math.Abs(mean-want) > 4*se || n < 44_000 {
				t.Errorf("%s of %s: the mean of %v users is %v, want %v with a standard error of %v", e.Column, variant, n, mean, want, se)
			}
		}
	}
}

func column(header []string, name string) int {
	for i, h := range header {
		if h == name {
			return i
		}
	}
	return -1
}
