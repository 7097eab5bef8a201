package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	maxStages = 50
	maxNotify = 20
	maxGates  = 20
)

func (ck *checks) plan(at string, plan Plan, p *Project) {
	if at != "" {
		at += "."
	}
	if n := len(plan.Stages); n == 0 || n > maxStages {
		ck.add(at+"stages", "has %d stages; give 1 to %d", n, maxStages)
	}
	ck.stages(at, plan, p)
	if len(plan.Gates) > maxGates {
		ck.add(at+"gates", "has %d gates; the limit is %d", len(plan.Gates), maxGates)
	}
	names := map[string]bool{}
	for i, g := range plan.Gates {
		path := fmt.Sprintf("%sgates[%d].", at, i)
		ck.onFail(path+"onFail", g.OnFail)
		if g.Check != nil {
			ck.check(path, g, names)
			continue
		}
		ck.gate(path, g, p)
	}
	ck.effectStages(at+"stages", plan, p)
	ck.onFail(at+"onFail", plan.OnFail)
	ck.oneOf(at+"onNoData", string(plan.OnNoData), string(OnNoDataHold), string(OnNoDataPause))
	ck.calendar(at+"calendar.", plan.Calendar)
	if len(plan.Notify) > maxNotify {
		ck.add(at+"notify", "has %d channels; the limit is %d", len(plan.Notify), maxNotify)
	}
	for i, name := range plan.Notify {
		ck.key(fmt.Sprintf("%snotify[%d]", at, i), name)
	}
	if d := time.Duration(plan.Interval); d != 0 && (d < 100*time.Millisecond || d > time.Hour) {
		ck.add(at+"interval", "is %s; it must lie between 100ms and 1h", d)
	}
}

func (ck *checks) stage(path string, s Stage) {
	if s.MinExpected < 0 {
		ck.add(path+"minExpected", "must not be negative")
	}
	if s.MaxSoak != 0 && s.MaxSoak < s.MinSoak {
		ck.add(path+"maxSoak", "is %s, less than minSoak, %s", s.MaxSoak, s.MinSoak)
	}
	if s.OnMaxSoak != "" && s.MaxSoak == 0 {
		ck.add(path+"onMaxSoak", "needs a maxSoak")
	}
	ck.oneOf(path+"onMaxSoak", string(s.OnMaxSoak),
		string(OnMaxSoakHold), string(OnMaxSoakAdvance), string(OnMaxSoakPause), string(OnMaxSoakRollback))
	ck.approval(path+"approveBefore", s.ApproveBefore)
	ck.approval(path+"approveAfter", s.ApproveAfter)
}

func (ck *checks) onFail(path string, f OnFail) {
	ck.oneOf(path, string(f), string(OnFailRollback), string(OnFailStepBack), string(OnFailPause))
}

// oneOf checks a word; the empty one stands for a default.
func (ck *checks) oneOf(path, word string, known ...string) {
	if word != "" && !slices.Contains(known, word) {
		ck.add(path, "%q is not one of %s", word, strings.Join(known, ", "))
	}
}
