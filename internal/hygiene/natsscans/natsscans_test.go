package natsscans_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/internal/hygiene/natsscans"
	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
)

func TestScans(t *testing.T) {
	server := natsdtest.Start(t, natsd.Config{})
	boot, err := jetstream.New(server.Dial(t, natsd.RoleBoot))
	if err != nil {
		t.Fatal(err)
	}
	if err := natsscans.Setup(t.Context(), boot); err != nil {
		t.Fatal(err)
	}
	app, err := jetstream.New(server.Dial(t, natsd.RoleApp))
	if err != nil {
		t.Fatal(err)
	}
	s := natsscans.New(app)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	web := hygiene.Scan{Repository: "acme.web", Commit: "abc", At: at, Files: 3, References: []hygiene.Reference{{Flag: "f", Path: "a.ts", Line: 1}}}
	api := hygiene.Scan{Repository: "acme.api", Commit: "def", At: at, References: []hygiene.Reference{}}
	old := web
	old.Commit = "old"
	save := func(project string, scan hygiene.Scan) {
		t.Helper()
		if err := s.Save(t.Context(), project, scan); err != nil {
			t.Fatal(err)
		}
	}
	want := func(project string, want ...hygiene.Scan) {
		t.Helper()
		got, err := s.List(t.Context(), project)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(append([]hygiene.Scan{}, want...), got); diff != "" {
			t.Errorf("scans of %s: -want +got:\n%s", project, diff)
		}
	}
	want("shop")
	save("shop", old)
	save("shop", web)
	save("shop", api)
	save("shop.eu", old)
	want("shop", api, web)
	want("shop.eu", old)
	for range 2 { // the second time there is nothing to drop
		if err := s.Drop(t.Context(), "shop", "acme.web"); err != nil {
			t.Fatal(err)
		}
	}
	want("shop", api)
	want("shop.eu", old)
}
