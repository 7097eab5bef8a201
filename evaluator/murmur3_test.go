package evaluator

import (
	"testing"

	"github.com/twmb/murmur3"
	"pgregory.net/rapid"
)

// TestHashState compares with an implementation of others, wherever the text is
// parted.
func TestHashState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, second := rapid.String().Draw(t, "first"), rapid.String().Draw(t, "second")
		got := hashState{}.with(first).with(second).sum()
		if want := murmur3.StringSum32(first + second); got != want {
			t.Errorf("%q, %q: %#x, want %#x", first, second, got, want)
		}
	})
}

// TestSaltedBucket: what an evaluation draws is what Bucket says.
func TestSaltedBucket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		salt, unit := rapid.String().Draw(t, "salt"), rapid.StringN(1, -1, -1).Draw(t, "unit")
		got, ok := hashState{}.with(salt + ":").bucket(&scalar{kind: kindString, text: unit})
		if want := Bucket(salt, unit); !ok || got != want {
			t.Errorf("salt %q, unit %q: %d (%v), want %d", salt, unit, got, ok, want)
		}
	})
}
