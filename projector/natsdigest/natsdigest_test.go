package natsdigest_test

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/projector/natsdigest"
)

var _ projector.Digests = (*natsdigest.Digests)(nil)

func open(t *testing.T) (*natsdigest.Digests, jetstream.JetStream) {
	t.Helper()
	server := natsdtest.Start(t, natsd.Config{Protected: []string{natsdigest.Stream}})
	boot, err := jetstream.New(server.Dial(t, natsd.RoleBoot))
	if err != nil {
		t.Fatal(err)
	}
	if err := natsdigest.Setup(t.Context(), boot); err != nil {
		t.Fatal(err)
	}
	app, err := jetstream.New(server.Dial(t, natsd.RoleApp))
	if err != nil {
		t.Fatal(err)
	}
	return natsdigest.New(app), app
}

func record(t *testing.T, d *natsdigest.Digests, env string, revision uint64, digest string) {
	t.Helper()
	if err := d.Record(t.Context(), "shop", env, revision, digest); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, d *natsdigest.Digests, env string, revision uint64, digest string) {
	t.Helper()
	got, err := d.Find(t.Context(), "shop", env, revision)
	if err != nil {
		t.Fatal(err)
	}
	if got != digest {
		t.Errorf("digest of %s at %d is %q, want %q", env, revision, got, digest)
	}
}

func TestRecordAndFind(t *testing.T) {
	d, js := open(t)
	want(t, d, "prod", 1, "")
	record(t, d, "prod", 3, "a")
	record(t, d, "prod", 7, "b")
	record(t, d, "prod", 7, "again")
	record(t, d, "eu.prod", 5, "c")
	for revision, digest := range map[uint64]string{1: "", 3: "a", 5: "", 7: "b", 8: ""} {
		want(t, d, "prod", revision, digest)
	}
	want(t, d, "eu.prod", 5, "c")
	want(t, d, "eu~prod", 6, "")
	s, err := js.Stream(t.Context(), natsdigest.Stream)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteMsg(t.Context(), 1); err == nil {
		t.Error("a digest could be deleted")
	}
	want(t, d, "prod", 3, "a")
}

func TestFindAmongMany(t *testing.T) {
	d, _ := open(t)
	for i := range uint64(300) {
		record(t, d, []string{"prod", "test", "dev"}[i%3], 10*i, fmt.Sprint("d", i))
	}
	for i := range uint64(300) {
		env := []string{"prod", "test", "dev"}[i%3]
		want(t, d, env, 10*i, fmt.Sprint("d", i))
		want(t, d, env, 10*i+1, "")
	}
}
