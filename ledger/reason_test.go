package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

func TestReasonRequired(t *testing.T) {
	l := open(t, newMemlog(t))
	strict := ledger.Environment{Key: "strict", ReasonRequired: true}
	do(t, l, ledger.CreateEnvironment{Project: "shop", Environment: strict})
	elsewhere := at("pdf")
	there := elsewhere
	there.Environment = "strict"
	for _, tt := range []struct {
		name   string
		cmd    ledger.Command
		meta   ledger.Meta
		refuse bool
	}{
		{"without", ledger.TurnOn{PlaceRef: there}, ledger.Meta{Actor: ann}, true},
		{"only spaces", ledger.TurnOn{PlaceRef: there}, ledger.Meta{Actor: ann, Reason: "  "}, true},
		{"archiving concerns all environments", ledger.ArchiveFlag{FlagRef: there.FlagRef}, ledger.Meta{Actor: ann}, true},
		{"elsewhere", ledger.TurnOn{PlaceRef: elsewhere}, ledger.Meta{Actor: ann}, false},
		{"what is not served", ledger.ChangeFlagDetails{FlagRef: there.FlagRef, Details: ledger.FlagDetails{Owner: "web"}}, ledger.Meta{Actor: ann}, false},
		{"with one", ledger.TurnOn{PlaceRef: there}, ledger.Meta{Actor: ann, Reason: "launch"}, false},
		{"the kill switch", ledger.TurnOff{PlaceRef: there}, ledger.Meta{Actor: ann}, false},
		{"automation", ledger.TurnOn{PlaceRef: there}, ledger.Meta{Actor: ledger.Actor{Kind: ledger.ActorWorkflow}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.Do(t.Context(), tt.cmd, tt.meta)
			if refused := errors.Is(err, ledger.ErrInvalid) && strings.Contains(err.Error(), `reason is missing: environment "strict" requires one`); refused != tt.refuse || !refused && err != nil {
				t.Errorf("Do: %v; refused must be %t", err, tt.refuse)
			}
		})
	}
}
