package natskv_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
	"github.com/flagledger/flagledger/projector/natskv"
)

const project, environment = "shop", "eu.prod"

// open sets a bucket up on a server of the test's own.
func open(t *testing.T, cfg natskv.Config) (*natskv.Store, jetstream.KeyValue, *nats.Conn) {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, leaks) })
	nc := natsdtest.Start(t, natsd.Config{}).Dial(t, natsd.RoleApp)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	s, err := natskv.New(js, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	kv, err := js.KeyValue(t.Context(), natskv.DefaultBucket)
	if err != nil {
		t.Fatal(err)
	}
	return s, kv, nc
}

func flag(version uint64) evaluator.Flag {
	return evaluator.Flag{
		Version: version, Type: evaluator.TypeJSON, Salt: "s<&>",
		Variants: []evaluator.Variant{{Name: "on", Value: json.RawMessage(`{"html":"<b>"}`)}, {Name: "off", Value: json.RawMessage(`null`)}},
		Config:   evaluator.Config{On: true, OffVariant: "off", Default: evaluator.Serve{Variant: "on"}},
	}
}

func ruleset(revision uint64, flags ...string) evaluator.Ruleset {
	rs := evaluator.Ruleset{
		SpecVersion: evaluator.SpecVersion, Project: project, Environment: environment, Revision: revision,
		Flags: map[string]evaluator.Flag{},
	}
	for _, k := range flags {
		rs.Flags[k] = flag(revision)
	}
	return rs
}

func digest(t testing.TB, rs evaluator.Ruleset) string {
	t.Helper()
	d, err := natskv.Digest(rs)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// text is a ruleset as evaluators get it.
func text(t testing.TB, rs evaluator.Ruleset) string {
	t.Helper()
	b, err := json.MarshalIndent(rs, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func mustReplace(t *testing.T, s *natskv.Store, rs evaluator.Ruleset) {
	t.Helper()
	if err := s.Replace(t.Context(), rs, digest(t, rs)); err != nil {
		t.Fatal(err)
	}
}

// publish moves rs to the next revision by p and sends that.
func publish(t *testing.T, s *natskv.Store, rs evaluator.Ruleset, p evaluator.Patch) (evaluator.Ruleset, error) {
	t.Helper()
	next, err := rs.Apply(p)
	if err != nil {
		t.Fatal(err)
	}
	return next, s.Publish(t.Context(), p, digest(t, next))
}

func patch(from, to uint64, flags map[string]*evaluator.Flag) evaluator.Patch {
	return evaluator.Patch{
		SpecVersion: evaluator.SpecVersion, Project: project, Environment: environment, From: from, Revision: to, Flags: flags,
	}
}

func wantStored(t *testing.T, s *natskv.Store, want evaluator.Ruleset) {
	t.Helper()
	got, err := s.Load(t.Context(), project, environment)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text(t, want), text(t, got)); diff != "" {
		t.Fatalf("loaded (-want +got):\n%s", diff)
	}
	head, err := s.Head(t.Context(), project, environment)
	if err != nil || head.Revision != want.Revision || head.Digest != digest(t, want) {
		t.Fatalf("Head = %+v, %v; want revision %d", head, err, want.Revision)
	}
}

func TestNothingStored(t *testing.T) {
	s, _, _ := open(t, natskv.Config{})
	if _, err := s.Load(t.Context(), project, environment); !errors.Is(err, natskv.ErrNotFound) {
		t.Errorf("Load = %v; want ErrNotFound", err)
	}
	if _, err := s.Head(t.Context(), project, environment); !errors.Is(err, natskv.ErrNotFound) {
		t.Errorf("Head = %v; want ErrNotFound", err)
	}
	if rev, d, err := s.Revision(t.Context(), project, environment); rev != 0 || d != "" || err != nil {
		t.Errorf("Revision = %d, %q, %v; want 0", rev, d, err)
	}
	if _, err := s.Load(t.Context(), "", environment); err == nil {
		t.Error("Load of no project returned nil")
	}
	if err := s.Publish(t.Context(), patch(4, 5, nil), "x"); !errors.Is(err, natskv.ErrGap) {
		t.Errorf("Publish on nothing = %v; want ErrGap", err)
	}
}

func TestPublish(t *testing.T) {
	s, _, _ := open(t, natskv.Config{})
	rs := ruleset(0)
	a, b, c := flag(5), flag(5), flag(9)
	rs, err := publish(t, s, rs, patch(0, 5, map[string]*evaluator.Flag{"a": &a, "b.c": &b}))
	if err != nil {
		t.Fatal(err)
	}
	wantStored(t, s, rs)
	p := patch(5, 9, map[string]*evaluator.Flag{"a": nil, "d": &c})
	p.Segments = map[string]*evaluator.Segment{"vip": {Version: 9, Included: []evaluator.SegmentList{{Values: []string{"x"}}}}}
	rs, err = publish(t, s, rs, p)
	if err != nil {
		t.Fatal(err)
	}
	wantStored(t, s, rs)
}

func TestEmptyRuleset(t *testing.T) {
	s, _, _ := open(t, natskv.Config{})
	mustReplace(t, s, ruleset(3))
	wantStored(t, s, ruleset(3))
}

// A patch that was sent before, or is older, leaves the bucket alone.
func TestPublishTwice(t *testing.T) {
	s, kv, _ := open(t, natskv.Config{})
	rs := ruleset(5, "a", "b")
	mustReplace(t, s, rs)
	changed := flag(7)
	p := patch(5, 7, map[string]*evaluator.Flag{"a": &changed})
	rs, err := publish(t, s, rs, p)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := kv.Status(t.Context())
	stale := flag(6)
	for name, again := range map[string]evaluator.Patch{
		"the same": p, "older": patch(5, 6, map[string]*evaluator.Flag{"a": &stale, "b": nil}),
	} {
		if err := s.Publish(t.Context(), again, "whatever"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	after, _ := kv.Status(t.Context())
	if before.Values() != after.Values() || before.Bytes() != after.Bytes() {
		t.Errorf("the bucket went from %d to %d bytes", before.Bytes(), after.Bytes())
	}
	wantStored(t, s, rs)
	if err := s.Publish(t.Context(), patch(8, 9, nil), "x"); !errors.Is(err, natskv.ErrGap) {
		t.Errorf("Publish over a gap = %v; want ErrGap", err)
	}
}

// Whatever is there, Replace leaves exactly one ruleset, and does not write
// what is right already.
func TestReplace(t *testing.T) {
	s, kv, _ := open(t, natskv.Config{})
	mustReplace(t, s, ruleset(5, "a", "b", "c"))
	if _, err := kv.PutString(t.Context(), "shop.eu=2Eprod.segment.left", `{"version":"1"}`); err != nil {
		t.Fatal(err)
	}
	if _, err := kv.PutString(t.Context(), "shop.other.flag.z", `{}`); err != nil { // not ours
		t.Fatal(err)
	}
	kept, err := kv.Get(t.Context(), "shop.eu=2Eprod.flag.a")
	if err != nil {
		t.Fatal(err)
	}
	rs := ruleset(4, "d") // older: the ledger was restored
	rs.Flags["a"] = flag(5)
	mustReplace(t, s, rs)
	wantStored(t, s, rs)
	if again, err := kv.Get(t.Context(), "shop.eu=2Eprod.flag.a"); err != nil || again.Revision() != kept.Revision() {
		t.Errorf("an entry that was right was written again: %v, %v", again, err)
	}
	if _, err := kv.Get(t.Context(), "shop.other.flag.z"); err != nil {
		t.Errorf("another environment's entry: %v", err)
	}
	if err := s.Replace(t.Context(), rs, "of something else"); err == nil {
		t.Error("Replace took a digest that no reader will find")
	}
}

func TestTooLarge(t *testing.T) {
	s, _, _ := open(t, natskv.Config{})
	rs := ruleset(1, "a")
	mustReplace(t, s, rs)
	big, small := flag(2), flag(2)
	big.Salt = strings.Repeat("x", natsd.DefaultMaxPayload)
	_, err := publish(t, s, rs, patch(1, 2, map[string]*evaluator.Flag{"a": &small, "big": &big}))
	if !errors.Is(err, natskv.ErrTooLarge) || !strings.Contains(err.Error(), "flag.big") {
		t.Fatalf("Publish = %v; want ErrTooLarge that names the flag", err)
	}
	wantStored(t, s, rs) // as if nothing had been tried
	big.Salt = strings.Repeat("x", 2<<20)
	rs, err = publish(t, s, rs, patch(1, 2, map[string]*evaluator.Flag{"big": &big}))
	if err != nil {
		t.Fatal(err)
	}
	wantStored(t, s, rs)
}

func TestConfig(t *testing.T) {
	for name, cfg := range map[string]natskv.Config{
		"bucket": {Bucket: "a.b"}, "replicas": {Replicas: 6}, "negative replicas": {Replicas: -1}, "settle": {Settle: -1},
	} {
		if _, err := natskv.New(nil, cfg); err == nil {
			t.Errorf("%s: %+v was accepted", name, cfg)
		}
	}
}
