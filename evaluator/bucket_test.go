package evaluator_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/twmb/murmur3"
	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/evaluator"
)

// TestMurmur3 pins the hash itself with the published values of
// murmur3_x86_32, seed 0.
func TestMurmur3(t *testing.T) {
	for text, want := range map[string]uint32{
		"":              0,
		"test":          0xba6bd213,
		"Hello, world!": 0xc0363e43,
		"The quick brown fox jumps over the lazy dog": 0x2e4ff723,
	} {
		if got := murmur3.StringSum32(text); got != want {
			t.Errorf("murmur3(%q) = %#x, want %#x", text, got, want)
		}
	}
}

// TestBucketReference compares Bucket with the algorithm written out, for
// inputs on both sides of the length where it starts to allocate.
func TestBucketReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		salt := rapid.String().Draw(t, "salt")
		unit := rapid.String().Draw(t, "unit") + strings.Repeat("x", rapid.IntRange(0, 400).Draw(t, "padding"))
		want := int32(uint64(murmur3Reference([]byte(salt+":"+unit))) * 100_000 >> 32)
		if got := evaluator.Bucket(salt, unit); got != want {
			t.Fatalf("Bucket(%q, %q) = %d, want %d", salt, unit, got, want)
		}
	})
}

// murmur3Reference is murmur3_x86_32 with seed 0, word by word.
func murmur3Reference(data []byte) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	rotate := func(x uint32, r int) uint32 { return x<<r | x>>(32-r) }
	var h uint32
	whole := len(data) / 4 * 4
	for i := 0; i < whole; i += 4 {
		k := uint32(data[i]) | uint32(data[i+1])<<8 | uint32(data[i+2])<<16 | uint32(data[i+3])<<24
		h = rotate(h^rotate(k*c1, 15)*c2, 13)*5 + 0xe6546b64
	}
	var k uint32
	for i, b := range data[whole:] {
		k |= uint32(b) << (8 * i)
	}
	h ^= rotate(k*c1, 15) * c2
	h ^= uint32(len(data))
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// TestRaisingNeverMovesOut: a unit that the first variant has keeps it at
// every larger weight, and so does one inside a growing share.
func TestRaisingNeverMovesOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.IntRange(0, evaluator.TotalWeight).Draw(t, "low")
		high := rapid.IntRange(low, evaluator.TotalWeight).Draw(t, "high")
		share := rapid.Bool().Draw(t, "share")
		ctx := evaluator.NewContext(rapid.StringN(1, 40, -1).Draw(t, "unit"))
		before, after := rollout(low, share).Evaluate("f", ctx), rollout(high, share).Evaluate("f", ctx)
		if before.Variant == "on" && after.Variant != "on" {
			t.Fatalf("raising %d to %d moved bucket %d out", low, high, before.Bucket)
		}
	})
}

func rollout(weight int, share bool) *evaluator.Program {
	split := &evaluator.Split{Weights: []evaluator.Weight{{Variant: "on", Weight: weight}, {Variant: "off", Weight: evaluator.TotalWeight - weight}}}
	if share {
		split = &evaluator.Split{
			Weights: []evaluator.Weight{{Variant: "on", Weight: evaluator.TotalWeight}},
			Include: &evaluator.Include{Weight: weight, Salt: "share", Otherwise: "off"},
		}
	}
	p, err := evaluator.Compile(evaluator.Ruleset{SpecVersion: 1, Flags: map[string]evaluator.Flag{
		"f": onOff(evaluator.Config{On: true, Default: evaluator.Serve{Split: split}}),
	}})
	if err != nil {
		panic(err)
	}
	return p
}

const sampled = 100_000

// TestShares: of 100,000 units each variant gets its share, to within five
// standard deviations of the binomial distribution.
func TestShares(t *testing.T) {
	for _, weight := range []int{1_000, 5_000, 33_333, 50_000, 95_000} {
		for _, share := range []bool{false, true} {
			p, on := rollout(weight, share), 0
			for i := range sampled {
				if p.Evaluate("f", evaluator.NewContext(fmt.Sprintf("unit-%d", i))).Variant == "on" {
					on++
				}
			}
			q := float64(weight) / evaluator.TotalWeight
			if off := float64(on) - q*sampled; math.Abs(off) > 5*math.Sqrt(sampled*q*(1-q)) {
				t.Errorf("weight %d, share %v: %d of %d units", weight, share, on, sampled)
			}
		}
	}
}

// TestBucketsAreUniform spreads 100,000 units over 100 cells; chi-square with
// 99 degrees of freedom exceeds 160.1 once in ten thousand.
func TestBucketsAreUniform(t *testing.T) {
	for _, salt := range []string{"new-pdf-engine", "redesigned-dashboard", "", "ü"} {
		var cells [100]float64
		for i := range sampled {
			cells[evaluator.Bucket(salt, fmt.Sprintf("account-%d", i))/1000]++
		}
		chi := 0.0
		for _, n := range cells {
			chi += (n - sampled/100) * (n - sampled/100) / (sampled / 100)
		}
		if chi > 160.1 {
			t.Errorf("salt %q: chi-square %.1f", salt, chi)
		}
	}
}

// TestSaltsAreIndependent: halves drawn under two salts cut each other in
// half: the four quarters are even (chi-square, 3 degrees of freedom, 21.1
// once in ten thousand).
func TestSaltsAreIndependent(t *testing.T) {
	for _, other := range []string{"salt2", "Salt", "salt ", "tlas"} {
		var quarters [4]float64
		for i := range sampled {
			unit := fmt.Sprintf("user-%d", i)
			q := 0
			if evaluator.Bucket("salt", unit) < 50_000 {
				q = 1
			}
			if evaluator.Bucket(other, unit) < 50_000 {
				q += 2
			}
			quarters[q]++
		}
		chi := 0.0
		for _, n := range quarters {
			chi += (n - sampled/4) * (n - sampled/4) / (sampled / 4)
		}
		if chi > 21.1 {
			t.Errorf("salt and %q: quarters %v, chi-square %.1f", other, quarters, chi)
		}
	}
}
