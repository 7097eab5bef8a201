package evaluator

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestParseTimeAgrees compares parseTime with package time over its range.
func TestParseTimeAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const first, last = -62167219200, 253402300799 // years 0 to 9999
		at := time.Unix(rapid.Int64Range(first+86400, last-86400).Draw(t, "second"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanosecond"))
		zone := time.FixedZone("", 60*rapid.IntRange(-23*60-59, 23*60+59).Draw(t, "offset"))
		text := at.In(zone).Format(time.RFC3339Nano)
		millis, ok := parseTime(text)
		if !ok || millis != float64(at.UnixMilli()) {
			t.Fatalf("parseTime(%s) = %f, %v, want %d", text, millis, ok, at.UnixMilli())
		}
	})
}

// TestParseTimeIsStrict: whatever parseTime accepts, package time accepts with
// the same meaning.
func TestParseTimeIsStrict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte("2024-02-29T23:59:59.125+01:30")
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] = rapid.SampledFrom([]byte("0123456789-+:.TZ zt")).Draw(t, "byte")
		}
		text = text[:rapid.IntRange(0, len(text)).Draw(t, "length")]
		millis, ok := parseTime(string(text))
		want, err := time.Parse(time.RFC3339, string(text))
		if ok && (err != nil || millis != float64(want.UnixMilli())) {
			t.Fatalf("parseTime(%s) = %f, time.Parse: %v, %v", text, millis, want, err)
		}
	})
}

// TestParseAddressAgrees compares parseAddress with package netip, zones aside.
func TestParseAddressAgrees(t *testing.T) {
	check := func(t *rapid.T, text string) {
		want, err := netip.ParseAddr(text)
		got, ok := parseAddress(text)
		if wantOK := err == nil && want.Zone() == ""; ok != wantOK || ok && got != want.Unmap() {
			t.Fatalf("parseAddress(%q) = %v, %v; netip: %v, %v", text, got, ok, want, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.StringMatching(`[0-9a-fA-F:.]{0,20}`).Draw(t, "text"))
		check(t, rapid.StringMatching(`([0-9]{1,3}\.){2,4}[0-9]{0,3}`).Draw(t, "ipv4"))
		check(t, rapid.StringMatching(`(::)?([0-9a-f]{1,4}::?){0,8}([0-9a-f]{0,5}|1\.2\.3\.4)?`).Draw(t, "ipv6"))
		var bytes [16]byte
		for i := range bytes {
			bytes[i] = rapid.SampledFrom([]byte{0, 0, 1, 255}).Draw(t, "byte")
		}
		check(t, netip.AddrFrom16(bytes).String())
		check(t, netip.AddrFrom16(bytes).StringExpanded())
	})
}

// TestSemverOrder is the example of semver.org, section 11, and a few more, in
// rising order.
func TestSemverOrder(t *testing.T) {
	rising := []string{
		"0.0.0-0", "0.0.0", "0.0.1", "0.1.0", "0.9.99999999999999999999", "0.10.0",
		"1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-10.0", "1.0.0--", "1.0.0-A", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.1.0",
		"1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1", "10.0.0",
	}
	for i, a := range rising {
		for j, b := range rising {
			v, ok := parseVersion(a)
			w, ok2 := parseVersion(b + "+build.007")
			if !ok || !ok2 {
				t.Fatalf("%s or %s is refused", a, b)
			}
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := v.compare(w); got != want {
				t.Errorf("compare(%s, %s) = %d, want %d", a, b, got, want)
			}
		}
	}
}

// TestPlainString: the fast reading of strings gives what package json gives.
func TestPlainString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		raw := appendScalar(nil, &scalar{kind: kindString, text: text})
		s, err := parseScalar(raw)
		if err != nil || s.text != strings.ToValidUTF8(text, "\ufffd") {
			t.Fatalf("parseScalar(%s) = %q, %v", raw, s.text, err)
		}
	})
}

// TestOperatorsAgree: opcodes are in the order of Operators, and each operator
// has one.
func TestOperatorsAgree(t *testing.T) {
	for i, name := range Operators() {
		op, ok := operatorOf(name)
		if !ok || int(op.code) != i || op.code.String() != string(name) {
			t.Errorf("%s is opcode %d (%s), want %d", name, op.code, op.code, i)
		}
	}
}

func TestGraph(t *testing.T) {
	edges := map[string][]string{
		"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e", "e"}, "e": nil, "self": {"self"}, "to": {"a"},
		// x and y reach each other only through the middle of another search.
		"r": {"y", "x"}, "y": {"r"}, "x": {"y"},
	}
	g := newGraph(func(key string) []string { return edges[key] })
	cycles := map[string][]string{}
	for key := range edges {
		if cycle := g.cycle(key); cycle != nil {
			cycles[key] = cycle
		}
	}
	want := map[string][]string{
		"a": {"a", "b", "c", "a"}, "b": {"b", "c", "a", "b"}, "c": {"c", "a", "b", "c"}, "self": {"self", "self"},
		"r": {"r", "y", "r"}, "y": {"y", "r", "y"}, "x": {"x", "y", "r", "x"},
	}
	if diff := cmp.Diff(want, cycles); diff != "" {
		t.Errorf("cycles (-want +got):\n%s", diff)
	}
	if n := g.at("d"); n.depth != 1 || n.cost != 3 {
		t.Errorf("d has depth %d and cost %d, want 1 and 3 (e is visited twice)", n.depth, n.cost)
	}
}

// TestPercent: weights are written exactly.
func TestPercent(t *testing.T) {
	for weight, want := range map[int]string{0: "0%", 1: "0.001%", 5_000: "5%", 33_333: "33.333%", 12_500: "12.5%", 100_000: "100%"} {
		if got := percent(weight); got != want {
			t.Errorf("percent(%d) = %s, want %s", weight, got, want)
		}
	}
}
