package natskv

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
)

// Two writers know the same head. One moves it; the other, who comes second
// with what it knows, is told, and mends the bucket with Replace.
func TestTwoWriters(t *testing.T) {
	js, err := jetstream.New(natsdtest.Start(t, natsd.Config{}).Dial(t, natsd.RoleApp))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(js, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	at := place{"shop", "prod"}
	for round := range uint64(2) { // without a head before, and with one
		_, known, err := s.head(t.Context(), at)
		if err != nil && !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
		if err := s.moveHead(t.Context(), at, Head{Revision: 2 * round, Digest: "first"}, known); err != nil {
			t.Fatalf("first writer: %v", err)
		}
		if err := s.moveHead(t.Context(), at, Head{Revision: 2*round + 1, Digest: "second"}, known); !errors.Is(err, ErrMoved) {
			t.Fatalf("second writer: %v; want ErrMoved", err)
		}
		if head, _, err := s.head(t.Context(), at); err != nil || head.Digest != "first" {
			t.Fatalf("the head is %+v, %v; want the first writer's", head, err)
		}
	}
	rs := evaluator.Ruleset{SpecVersion: evaluator.SpecVersion, Project: "shop", Environment: "prod", Revision: 9}
	digest, err := Digest(rs)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Replace(t.Context(), rs, digest); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Load(t.Context(), "shop", "prod"); err != nil || got.Revision != 9 {
		t.Fatalf("Load = %d, %v; want revision 9", got.Revision, err)
	}
}
