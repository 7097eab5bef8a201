package natskv

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/ledger"
)

// What the client accepts as a key; tokens must not be empty.
var validKey = regexp.MustCompile(`^[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*$`)

func TestEscape(t *testing.T) {
	for plain, want := range map[string]string{
		"pdf": "pdf", "beta.ui": "beta=2Eui", "a-b_C9": "a-b_C9", "..": "=2E=2E", "a=2E": "a=3D2E", "ö": "=C3=B6",
	} {
		if got := escape(plain); got != want {
			t.Errorf("escape(%q) = %q; want %q", plain, got, want)
		}
	}
	for _, bad := range []string{"=", "a=2", "=GG", "=2", "a=+1"} {
		if got, err := unescape(bad); err == nil {
			t.Errorf("unescape(%q) = %q; want an error", bad, got)
		}
	}
}

// Keys of the product, and any other text, come back as they were; two keys
// never share a place, and all are keys that the bucket accepts.
func TestKeys(t *testing.T) {
	keys := rapid.OneOf(rapid.StringMatching(`[a-zA-Z0-9][a-zA-Z0-9._-]{0,20}`), rapid.StringN(1, 20, -1))
	rapid.Check(t, func(t *rapid.T) {
		at := place{keys.Draw(t, "project"), keys.Draw(t, "environment")}
		kind := rapid.SampledFrom([]string{kindFlag, kindSegment}).Draw(t, "kind")
		a, b := keys.Draw(t, "a"), keys.Draw(t, "b")
		wire := at.key(kind, a)
		if !validKey.MatchString(wire) {
			t.Fatalf("%q is no key", wire)
		}
		gotKind, got, err := at.parse(wire)
		if err != nil || gotKind != kind || got != a {
			t.Fatalf("%q parses to %s %q, %v; want %s %q", wire, gotKind, got, err, kind, a)
		}
		if (wire == at.key(kind, b)) != (a == b) {
			t.Fatalf("%q and %q share %q", a, b, wire)
		}
		if ledger.CheckKey(a) == nil && strings.Count(wire, ".") != 3 {
			t.Fatalf("%q has not four parts", wire)
		}
	})
}

func TestParseForeign(t *testing.T) {
	at := place{"shop", "prod"}
	for _, key := range []string{"shop.test.flag.a", "shop.prod", "shop.prod.plan.a", "shop.prod.flag.=", "shop.prod.flag"} {
		if kind, k, err := at.parse(key); err == nil {
			t.Errorf("parse(%q) = %s %q; want an error", key, kind, k)
		}
	}
}
