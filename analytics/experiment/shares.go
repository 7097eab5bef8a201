package experiment

import (
	"cmp"
	"slices"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// shares are what a split lets expect of each variant among units that were
// first exposed to seen[j] under the allocation j, -1 for none. Splits with the
// same salt put a unit into the same bucket, so what it has seen says where its
// bucket is; splits of other salts say nothing of it. The shares sum to 1, or
// are all 0 if no bucket fits what was seen. salt is the flag's.
func shares(all []ledger.Allocation, salt string, variants []string, seen []int) []float64 {
	now := all[len(seen)].Split
	buckets := make([]float64, len(variants))
	total := 0.0
	edges := boundaries(all[:len(seen)+1])
	for i, low := range edges[:len(edges)-1] {
		width := float64(edges[i+1] - low)
		if !fits(all, salt, variants, seen, low) {
			continue
		}
		if v := slices.Index(variants, served(now, low)); v >= 0 {
			buckets[v] += width
			total += width
		}
	}
	for v := range buckets {
		buckets[v] /= max(1, total)
	}
	return buckets
}

// boundaries are all buckets at which a variant of a split begins or ends, in
// order.
func boundaries(all []ledger.Allocation) []int {
	edges := []int{0, evaluator.TotalWeight}
	for _, a := range all {
		end := 0
		for _, w := range a.Split.Weights {
			end += w.Weight
			edges = append(edges, end)
		}
	}
	slices.Sort(edges)
	return slices.Compact(edges)
}

// fits reports whether a unit in the bucket would have seen that.
func fits(all []ledger.Allocation, flagSalt string, variants []string, seen []int, bucket int) bool {
	salt := cmp.Or(all[len(seen)].Split.Salt, flagSalt)
	for j, v := range seen {
		before := all[j].Split
		if v >= 0 && cmp.Or(before.Salt, flagSalt) == salt && served(before, bucket) != variants[v] {
			return false
		}
	}
	return true
}

// served is the variant that a split gives to a bucket.
func served(s evaluator.Split, bucket int) string {
	end := 0
	for _, w := range s.Weights {
		end += w.Weight
		if bucket < end {
			return w.Variant
		}
	}
	return ""
}
