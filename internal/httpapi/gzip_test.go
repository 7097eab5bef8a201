package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

const (
	ownRuleset   = "/api/v1/ruleset"
	adminRuleset = "/api/v1/projects/shop/environments/production/ruleset"
)

// stuff gives the shop n more flags, each with a rule, a target and a split. It
// writes them as few commands of many events: that many commands take a while.
func (w *world) stuff(n int) {
	w.t.Helper()
	variants := []evaluator.Variant{{Name: "on", Value: []byte("true")}, {Name: "off", Value: []byte("false")}}
	var changes []ledger.Change
	for i := range n {
		key := fmt.Sprintf("flag-%05d", i)
		s := ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: key}
		changes = append(changes,
			ledger.Change{Subject: s, Event: ledger.FlagCreated{Type: evaluator.TypeBoolean, Salt: key, Variants: variants, OnVariant: "on", OffVariant: "off"}},
			ledger.Change{Subject: s, Event: ledger.FlagConfigReplaced{Environment: "production", Config: bigConfig(i)}})
	}
	for part := range slices.Chunk(changes, 1000) {
		batch := ledger.Batch{ID: "stuff-" + part[0].Subject.Key}
		for i, c := range part {
			data, err := ledger.Encode(ledger.Recorded{
				Part: i + 1, Parts: len(part), ID: fmt.Sprint(batch.ID, i), At: epoch,
				Actor: ledger.Actor{Kind: ledger.ActorSystem, ID: "test"}, Command: batch.ID, Event: c.Event,
			})
			if err != nil {
				w.t.Fatal(err)
			}
			batch.Entries = append(batch.Entries, ledger.Entry{Subject: c.Subject.String(), Data: data})
		}
		if _, err := w.log.Append(context.Background(), batch); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := w.api.projector.Read(context.Background(), w.end(), func(*ledger.State) error { return nil }); err != nil {
		w.t.Fatal(err)
	}
}

func bigConfig(i int) evaluator.Config {
	return evaluator.Config{
		OffVariant: "off",
		Targets:    []evaluator.Target{{Variant: "on", By: "accountId", Values: []string{fmt.Sprintf("acc-%d", i*7919)}}},
		Rules: []evaluator.Rule{{
			ID: "beta", Serve: evaluator.Serve{Variant: "on"},
			Clauses: []evaluator.Clause{{Attribute: "plan", Op: evaluator.OpIn, Values: []json.RawMessage{[]byte(`"beta"`)}}},
		}},
		Default: evaluator.Serve{Split: &evaluator.Split{By: "accountId", Weights: []evaluator.Weight{
			{Variant: "on", Weight: 1000 + i}, {Variant: "off", Weight: evaluator.TotalWeight - 1000 - i},
		}}},
	}
}

func unzip(t *testing.T, raw []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestZippedRuleset reads 10,000 flags plain and compressed, with both keys.
func TestZippedRuleset(t *testing.T) {
	w := newWorld(t, Config{})
	w.stuff(10_000)
	for key, path := range map[string]string{"server": ownRuleset, "viewer": adminRuleset} {
		plain := w.call(key, "GET", path, nil).wants(200)
		zipped := w.call(key, "GET", path, nil, "Accept-Encoding", "br, gzip;q=0.8").wants(200)
		for _, r := range []reply{plain, zipped} {
			if vary := strings.Join(r.Header().Values("Vary"), ","); vary != "Authorization,Accept-Encoding" {
				t.Errorf("Vary: %s", vary)
			}
			if r.Header().Get("Content-Length") != fmt.Sprint(r.Body.Len()) || r.Header().Get("Content-Type") != "application/json" {
				t.Errorf("headers of %d bytes: %v", r.Body.Len(), r.Header())
			}
		}
		if got := unzip(t, zipped.Body.Bytes()); !bytes.Equal(got, plain.Body.Bytes()) {
			t.Errorf("%d bytes came out of gzip, want the same %d as plain", len(got), plain.Body.Len())
		}
		if small, all := zipped.Body.Len(), plain.Body.Len(); small > all/8 {
			t.Errorf("%d of %d bytes are left", small, all)
		}
		if enc := zipped.Header().Get("Content-Encoding"); enc != "gzip" || plain.Header().Get("Content-Encoding") != "" {
			t.Errorf("Content-Encoding: %q", enc)
		}
		strong, weak := plain.Header().Get("ETag"), zipped.Header().Get("ETag")
		if weak != "W/"+strong {
			t.Errorf("ETags %s and %s", strong, weak)
		}
		for _, tag := range []string{strong, weak} {
			for _, coding := range []string{"gzip", "identity"} {
				r := w.call(key, "GET", path, nil, "If-None-Match", tag, "Accept-Encoding", coding).wants(304)
				if r.Body.Len() != 0 || r.Header().Get("Content-Encoding") != "" {
					t.Errorf("304 with %d bytes, %v", r.Body.Len(), r.Header())
				}
			}
		}
	}
}

// TestRulesetIsZippedOnce has many read at once, before and after a change.
func TestRulesetIsZippedOnce(t *testing.T) {
	w := newWorld(t, Config{})
	for round := range 2 {
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { w.call("server", "GET", ownRuleset, nil, "Accept-Encoding", "gzip").wants(200) })
		}
		wg.Wait()
		w.api.patches.mu.Lock()
		n := w.api.patches.encoded
		w.api.patches.mu.Unlock()
		if want := uint64(round + 1); n != want {
			t.Errorf("compressed %d times, want %d", n, want)
		}
		w.do(ledger.TurnOn{PlaceRef: ledger.PlaceRef{
			FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Environment: "production",
		}})
	}
	fresh := unzip(t, w.call("server", "GET", ownRuleset, nil, "Accept-Encoding", "gzip").wants(200).Body.Bytes())
	if plain := w.call("server", "GET", ownRuleset, nil).Body.Bytes(); !bytes.Equal(fresh, plain) {
		t.Errorf("after a change gzip holds %s, want %s", fresh, plain)
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "deflate, gzip;q=1.0, *;q=0.5": true, "br": false, "identity": false,
		"gzip;q=0": false, "gzip; q=0.000": false, "gzip ; Q=0.001": true, "*": true, "*;q=0": false,
		"*, gzip;q=0": false, "gzip;q=0, *": false, "*;q=0, gzip": true, "x-gzip": true, "gzipped": false, "gzip;q=much": false,
	} {
		r := httptest.NewRequest("GET", ownRuleset, nil)
		r.Header.Set("Accept-Encoding", header)
		if got := acceptsGzip(r); got != want {
			t.Errorf("%q: %t, want %t", header, got, want)
		}
	}
}

// BenchmarkRuleset serves 10,000 flags: plain and compressed from what is
// kept, and compressed anew for each request as the peer.
func BenchmarkRuleset(b *testing.B) {
	w := newWorld(b, Config{})
	w.stuff(10_000)
	server := "Bearer " + w.keys["server"].Text
	b.Run("plain", func(b *testing.B) {
		serveAll(b, w.handler, "GET", ownRuleset, "", "Authorization", server)
	})
	b.Run("gzip", func(b *testing.B) {
		serveAll(b, w.handler, "GET", ownRuleset, "", "Authorization", server, "Accept-Encoding", "gzip")
	})
	s := w.api.projector.Snapshot("shop", "production")
	b.Run("gzip-anew", func(b *testing.B) {
		for b.Loop() {
			if out, err := zip(s); err != nil || len(out) == 0 {
				b.Fatal(len(out), err)
			}
		}
		out, err := zip(s)
		if err != nil {
			b.Fatal(err)
		}
		raw, err := s.JSON()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(out)), "bytes")
		b.ReportMetric(float64(len(raw))/float64(len(out)), "ratio")
	})
}
