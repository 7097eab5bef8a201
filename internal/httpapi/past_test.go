package httpapi

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// digests keeps what was recorded in memory.
type digests struct {
	mu    sync.Mutex
	found map[string]string
}

func (d *digests) Record(_ context.Context, project, environment string, revision uint64, digest string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.found[fmt.Sprint(project, environment, revision)] = digest
	return nil
}

func (d *digests) Find(_ context.Context, project, environment string, revision uint64) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.found[fmt.Sprint(project, environment, revision)], nil
}

// TestRulesetOfThePast changes a flag and asks for what was served in between.
func TestRulesetOfThePast(t *testing.T) {
	w := newWorld(t, Config{})
	recorded := &digests{found: map[string]string{}}
	w.api.digests = recorded
	const path = "/api/v1/projects/shop/environments/production/ruleset"
	place := ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Environment: "production"}
	var bodies []string
	var seqs []uint64
	for i := range 6 {
		w.pass(time.Hour)
		if i%2 == 0 {
			w.do(ledger.TurnOn{PlaceRef: place})
		} else {
			w.do(ledger.TurnOff{PlaceRef: place})
		}
		seqs = append(seqs, w.end())
		bodies = append(bodies, w.call("viewer", "GET", path, nil).wants(200).Body.String())
		s := w.api.projector.Snapshot("shop", "production")
		digest, err := s.Digest()
		if err != nil {
			t.Fatal(err)
		}
		_ = recorded.Record(t.Context(), "shop", "production", s.Ruleset.Revision, digest)
	}
	for i, seq := range seqs {
		byTime := epoch.Add(time.Duration(i+1)*time.Hour + time.Minute).Format(time.RFC3339)
		for _, at := range []string{fmt.Sprint(seq), byTime} {
			r := w.call("viewer", "GET", path+"?at="+at, nil).wants(200)
			if r.Body.String() != bodies[i] {
				t.Errorf("at %s: %s, served was %s", at, r.Body, bodies[i])
			}
			h := r.Header()
			if h.Get(headerSeq) != fmt.Sprint(seq) || h.Get(headerDigest) == "" || h.Get(headerDigest) != h.Get(headerRecorded) {
				t.Errorf("at %s: headers %v", at, h)
			}
		}
		part := w.call("viewer", "GET", path+"?flag=pdf&at="+fmt.Sprint(seq), nil).wants(200)
		if on := i%2 == 0; part.at("flags", "pdf", "on") != on {
			t.Errorf("excerpt at %d: %s", seq, part.Body)
		}
		flag := w.call("viewer", "GET", "/api/v1/projects/shop/flags/pdf?at="+fmt.Sprint(seq), nil).wants(200)
		if on := i%2 == 0; flag.at("environments", "production", "config", "on") != on {
			t.Errorf("the flag at %d: %s", seq, flag.Body)
		}
		const evaluate = "/api/v1/projects/shop/environments/production/evaluate?at="
		found := w.call("viewer", "POST", evaluate+fmt.Sprint(seq), object{"flag": "pdf", "context": object{"targetingKey": "u"}}).wants(200)
		if on := i%2 == 0; found.at("results", 0, "value") != on {
			t.Errorf("evaluated at %d: %s", seq, found.Body)
		}
		w.call("viewer", "POST", evaluate+fmt.Sprint(seq), object{}).problem(codeInvalid, "body.flag")
	}
	w.call("viewer", "GET", "/api/v1/projects/shop/flags/other?at=9", nil).problem(codeNotFound, "")
	w.call("viewer", "GET", path+"?at=99999", nil).problem(codeNotFound, "")
	w.call("viewer", "GET", path+"?at=1999-01-01T00:00:00Z", nil).problem(codeNotFound, "")
	w.call("viewer", "GET", path+"?at=1", nil).problem(codeNotFound, "")
	w.call("viewer", "GET", path+"?at=yesterday", nil).problem(codeInvalid, "query.at")
	w.call("viewer", "GET", strings.Replace(path, "production", "mars", 1)+"?at=9", nil).problem(codeNotFound, "")
	w.call("server", "GET", path+"?at=9", nil).problem(codeForbidden, "")
}
