package difftest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
)

func written(t *testing.T, pairs int, seed uint64) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, pairs, seed); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWriteIsSeeded(t *testing.T) {
	first := written(t, 2000, 7)
	if !bytes.Equal(first, written(t, 2000, 7)) {
		t.Error("equal seeds gave different pairs")
	}
	if bytes.Equal(first, written(t, 2000, 8)) {
		t.Error("different seeds gave the same pairs")
	}
}

// TestPairsAreNotTrivial: pairs of which nearly all have one reason, or whose
// clauses never hold, would prove little.
func TestPairsAreNotTrivial(t *testing.T) {
	const pairs = 20_000
	reasons, held, failed := map[evaluator.Reason]int{}, map[string]int{}, map[string]int{}
	for line := range lines(t, written(t, pairs, 1)) {
		for _, a := range line.Answers {
			reasons[a.Reason]++
			op, isProbe := strings.CutPrefix(a.Flag, "probe-")
			op, _, _ = strings.Cut(op, ".")
			switch {
			case isProbe && a.Reason == evaluator.ReasonTargetingMatch:
				held[op]++
			case isProbe && a.Reason == evaluator.ReasonDefault:
				failed[op]++
			}
		}
	}
	for _, reason := range []evaluator.Reason{
		evaluator.ReasonDisabled, evaluator.ReasonPrerequisiteFailed, evaluator.ReasonTargetingMatch, evaluator.ReasonSplit,
		evaluator.ReasonStatic, evaluator.ReasonDefault, evaluator.ReasonError,
	} {
		if reasons[reason] < pairs/100 {
			t.Errorf("%d of %d pairs have the reason %s, want 1%% at least", reasons[reason], pairs, reason)
		}
	}
	for _, op := range evaluator.Operators() {
		if all := held[string(op)] + failed[string(op)]; min(held[string(op)], failed[string(op)]) < max(1, all/10) {
			t.Errorf("%s held %d times and failed %d times, want 10%% of each at least", op, held[string(op)], failed[string(op)])
		}
	}
	t.Log(reasons, held, failed)
}

func lines(t *testing.T, document []byte) func(yield func(Line) bool) {
	return func(yield func(Line) bool) {
		scanner := bufio.NewScanner(bytes.NewReader(document))
		scanner.Buffer(nil, 8<<20)
		for scanner.Scan() {
			var line struct {
				Answers []struct {
					Flag   string           `json:"flag"`
					Reason evaluator.Reason `json:"reason"`
				} `json:"answers"`
			}
			if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			var read Line
			for _, a := range line.Answers {
				read.Answers = append(read.Answers, Answer{a.Flag, evaluator.Result{Reason: a.Reason}})
			}
			if !yield(read) {
				return
			}
		}
		if err := scanner.Err(); err != nil {
			t.Fatal(err)
		}
	}
}
