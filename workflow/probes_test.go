package workflow_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/workflow"
)

// probes are external sources that say what a scenario has told them. They
// know every value since the time it was told.
type probes struct {
	mu    sync.Mutex
	tells map[string][]tell // by source, in the order of time
	asked map[string]int
}

// tell is what is true of a source from a time on.
type tell struct {
	from               time.Time
	mode               string // value, says, down, slow, silent, stale
	treatment, control float64
	verdict, reason    string
}

func newProbes() *probes { return &probes{tells: map[string][]tell{}, asked: map[string]int{}} }

func (p *probes) set(t *testing.T, now time.Time, source string, words []string) {
	t.Helper()
	one := tell{from: now, mode: words[0]}
	switch one.mode {
	case "down", "slow", "silent":
	case "says":
		one.verdict, one.reason = words[1], strings.Join(words[2:], " ")
	case "value":
		var err error
		treatment, control, _ := strings.Cut(words[1], "/")
		if one.treatment, err = strconv.ParseFloat(treatment, 64); err == nil && control != "" {
			one.control, err = strconv.ParseFloat(control, 64)
		}
		if err != nil {
			t.Fatal(err)
		}
	default:
		t.Fatalf("%q is not what a source can do", one.mode)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tells[source] = append(p.tells[source], one)
}

// Ask implements workflow.Probe.
func (p *probes) Ask(_ context.Context, q workflow.Question) (workflow.Answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[fmt.Sprint(q.Rollout, q.Check, q.Until)]++
	tells := p.tells[q.Source]
	if len(tells) == 0 {
		return workflow.Answer{}, workflow.ErrUnknownSource
	}
	a := workflow.Answer{Took: 20 * time.Millisecond}
	switch now := tells[len(tells)-1]; now.mode {
	case "down":
		return a, errors.New("connection refused")
	case "slow":
		return a, errors.New("no answer within 5s")
	case "says":
		a.Verdict, a.Reason = now.verdict, now.reason
		return a, nil
	}
	for at := q.From; !at.After(q.Until); at = at.Add(q.Step) {
		var then *tell
		for i := range tells {
			if tells[i].from.Before(at) || i == 0 && tells[i].from.Equal(at) {
				then = &tells[i]
			}
		}
		if then == nil || then.mode != "value" {
			continue
		}
		a.Treatment = append(a.Treatment, workflow.Point{At: at, Value: then.treatment})
		if q.ControlQuery != "" {
			a.Control = append(a.Control, workflow.Point{At: at, Value: then.control})
		}
	}
	return a, nil
}
