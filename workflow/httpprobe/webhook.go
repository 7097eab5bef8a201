package httpprobe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/internal/webhook"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// hook is somebody's own code, which judges.
type hook struct {
	caller
	secret webhook.Secret
	now    func() time.Time
}

// maxVerdict bounds an answer, in bytes.
const maxVerdict = 64 << 10

// question is what a webhook gets.
type question struct {
	Type        string            `json:"type"`
	Check       string            `json:"check"`
	Project     string            `json:"project"`
	Environment string            `json:"environment"`
	Flag        string            `json:"flag"`
	Rollout     string            `json:"rollout"`
	Treatment   string            `json:"treatment"`
	Control     string            `json:"control"`
	Percentage  ledger.Percentage `json:"percentage"`
	Stage       int               `json:"stage"`
	From        time.Time         `json:"from"`
	Until       time.Time         `json:"until"`
	For         ledger.Duration   `json:"for"`
}

// verdict is what it answers.
type verdict struct {
	Verdict *string `json:"verdict"`
	Reason  string  `json:"reason"`
}

func (h hook) ask(ctx context.Context, q workflow.Question) (workflow.Answer, error) {
	if q.Query != "" {
		return workflow.Answer{}, errors.New("is a webhook; the check must have no query and no bound")
	}
	body, err := json.Marshal(question{
		Type: "flagledger.check", Check: q.Check, Project: q.Project, Environment: q.Environment, Flag: q.Flag,
		Rollout: q.Rollout, Treatment: q.Treatment, Control: q.Control, Percentage: q.Percentage, Stage: q.Stage,
		From: q.From.UTC(), Until: q.Until.UTC(), For: ledger.Duration(q.For),
	})
	if err != nil {
		return workflow.Answer{}, err
	}
	id := webhook.ID(q.Project, q.Flag, q.Environment, q.Rollout, q.Check,
		q.From.UTC().Format(time.RFC3339Nano), q.Until.UTC().Format(time.RFC3339Nano))
	header := h.secret.Headers(id, h.now(), body)
	header["Content-Type"] = "application/json"
	answer, err := h.post(ctx, h.config.URL, body, header, maxVerdict)
	if err != nil {
		return workflow.Answer{}, err
	}
	var v verdict
	if err := json.Unmarshal(answer, &v); err != nil {
		return workflow.Answer{}, fmt.Errorf("the answer is no verdict: %w", err)
	}
	if v.Verdict == nil {
		return workflow.Answer{}, errors.New(`the answer has no "verdict"`)
	}
	return workflow.Answer{Verdict: *v.Verdict, Reason: v.Reason}, nil
}
