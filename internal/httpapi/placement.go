package httpapi

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// PlacePath names a flag in one environment.
type PlacePath struct {
	FlagPath
	Environment string `path:"environment"`
}

func (p PlacePath) place() ledger.PlaceRef {
	return ledger.PlaceRef{FlagRef: p.ref(), Environment: p.Environment}
}

type newConfig struct {
	Idempotency
	Condition
	PlacePath
	Body struct {
		Config evaluator.Config `json:"config" required:"true" doc:"All of the targeting. 'on' is ignored: turning on and off are operations of their own."`
		Reason string           `json:"reason,omitempty" maxLength:"1000"`
	}
}

type switching struct {
	Idempotency
	PlacePath
	Wait string `query:"wait" doc:"How long to wait for the evaluators to acknowledge, at most 5s." example:"2s"`
	Body *reasoned
}

// switched answers the kill switch.
type switched struct {
	Seq        uint64         `json:"seq,string"`
	Revision   uint64         `json:"revision,string" doc:"The ruleset's revision that has the change."`
	Evaluators acknowledgment `json:"evaluators"`
	Reach      reach          `json:"reach"`
}

// acknowledgment says how far a revision has come.
type acknowledgment struct {
	Connected    int `json:"connected" doc:"Evaluators that are connected to this server."`
	Acknowledged int `json:"acknowledged" doc:"How many of them run the revision or a later one."`
}

func (a *API) placementRoutes() {
	const tag, here = "flags", "/api/v1/projects/{project}/flags/{flag}/environments/{environment}"
	editor := admin(ledger.RoleEditor)
	register(a, route{
		method: "PUT", path: here, id: "replaceConfig", tag: tag, need: editor, conditional: true,
		summary: "Replace the targeting in one environment",
	}, a.replaceConfig)
	register(a, route{
		method: "POST", path: here + "/on", id: "turnOn", tag: tag, need: editor,
		summary: "Turn the flag on in one environment",
	}, func(ctx context.Context, in *switching) (*changed[switched], error) {
		return a.turn(ctx, in, ledger.TurnOn{PlaceRef: in.place()})
	})
	register(a, route{
		method: "POST", path: here + "/off", id: "turnOff", tag: tag, need: editor,
		summary: "Kill switch: serve the off variant to everybody, and pause a running rollout",
	}, func(ctx context.Context, in *switching) (*changed[switched], error) {
		return a.turn(ctx, in, ledger.TurnOff{PlaceRef: in.place()})
	})
}

func (a *API) replaceConfig(ctx context.Context, in *newConfig) (*changed[flagChanged], error) {
	return a.changeFlag(ctx, in.ref(), order{
		command: ledger.ReplaceConfig{PlaceRef: in.place(), Config: in.Body.Config},
		id:      in.CommandID, ifMatch: in.IfMatch, reason: in.Body.Reason, at: under("config", nil),
	})
}

// maxAckWait bounds how long a switch waits for the evaluators.
const maxAckWait = 5 * time.Second

func (a *API) turn(ctx context.Context, in *switching, cmd ledger.Command) (*changed[switched], error) {
	wait, err := ackWait(in.Wait)
	if err != nil {
		return nil, err
	}
	receipt, err := a.do(ctx, order{command: cmd, id: in.CommandID, reason: in.Body.text()})
	if err != nil {
		return nil, err
	}
	at := place{in.Project, in.Environment}
	var revision uint64
	if s := a.projector.Snapshot(at.project, at.environment); s != nil {
		revision = s.Ruleset.Revision
	}
	decided, err := a.decidedAt(ctx, max(receipt.Last, 1))
	if err != nil {
		return nil, err
	}
	n := a.evaluators.wait(ctx, at, revision, wait)
	return answer(receipt, switched{receipt.Last, revision, n, a.evaluators.reach(at, revision, decided)}), nil
}

func ackWait(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if seconds, plain := strconv.Atoi(text); plain == nil {
		d, err = time.Duration(min(max(seconds, -1), 3600))*time.Second, nil
	}
	if err != nil || d < 0 || d > maxAckWait {
		return 0, failure(codeInvalid, "the wait cannot be used", &huma.ErrorDetail{
			Location: "query.wait", Message: fmt.Sprintf("must be a duration from 0s to %s, such as 2s", maxAckWait), Value: text,
		})
	}
	return d, nil
}
