package bench

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/launchdarkly/go-sdk-common/v3/ldattr"
	"github.com/launchdarkly/go-sdk-common/v3/ldcontext"
	"github.com/launchdarkly/go-sdk-common/v3/ldlog"
	"github.com/launchdarkly/go-sdk-common/v3/ldvalue"
	evaluation "github.com/launchdarkly/go-server-sdk-evaluation/v3"
	"github.com/launchdarkly/go-server-sdk-evaluation/v3/ldbuilders"
	"github.com/launchdarkly/go-server-sdk-evaluation/v3/ldmodel"
	ld "github.com/launchdarkly/go-server-sdk/v7"
	"github.com/launchdarkly/go-server-sdk/v7/interfaces"
	"github.com/launchdarkly/go-server-sdk/v7/ldcomponents"
	"github.com/launchdarkly/go-server-sdk/v7/testhelpers/ldtestdata"
)

func ldFlag(f Flag) ldmodel.FeatureFlag {
	b := ldbuilders.NewFlagBuilder(f.Key).Version(1).On(f.On).Salt(f.Key)
	if f.Split == nil {
		b.Variations(ldvalue.Bool(true), ldvalue.Bool(false)).OffVariation(1).FallthroughVariation(1)
	} else {
		rollout := ldmodel.Rollout{Kind: ldmodel.RolloutKindRollout, ContextKind: ldcontext.DefaultKind}
		rollout.BucketBy = ldattr.NewLiteralRef(strings.Replace(f.Split.By, "userId", "key", 1))
		var values []ldvalue.Value
		for i, p := range f.Split.Parts {
			value := ldvalue.Bool(p.On)
			if p.Text != "" {
				value = ldvalue.String(p.Text)
			}
			values = append(values, value)
			rollout.Variations = append(rollout.Variations, ldbuilders.Bucket(i, p.Percent*1000))
		}
		b.Variations(values...).OffVariation(len(values) - 1).Fallthrough(ldmodel.VariationOrRollout{Rollout: rollout})
	}
	for _, conditions := range f.Rules {
		rule := ldbuilders.NewRuleBuilder().Variation(0)
		var clauses []ldmodel.Clause
		for _, c := range conditions {
			var values []ldvalue.Value
			for _, v := range c.Values {
				values = append(values, ldvalue.String(v))
			}
			clauses = append(clauses, ldbuilders.Clause(c.Attribute, ldmodel.OperatorIn, values...))
		}
		b.AddRule(rule.Clauses(clauses...))
	}
	return b.Build()
}

func ldContext(u User) ldcontext.Context {
	return ldcontext.NewBuilder(u.ID).SetString("accountId", u.Account).SetString("plan", u.Plan).
		SetString("country", u.Country).SetString("email", u.Email).SetString("tier", u.Tier).Build()
}

func ldContexts(users []User) []ldcontext.Context {
	out := make([]ldcontext.Context, len(users))
	for i, u := range users {
		out[i] = ldContext(u)
	}
	return out
}

// ldData serves flags without prerequisites and segments.
type ldData map[string]*ldmodel.FeatureFlag

func (d ldData) GetFeatureFlag(key string) *ldmodel.FeatureFlag { return d[key] }
func (d ldData) GetSegment(string) *ldmodel.Segment             { return nil }

func loadEvaluator(flags []Flag, users []User) (*Loaded, error) {
	data := ldData{}
	for _, f := range flags {
		flag := ldFlag(f)
		ldmodel.PreprocessFlag(&flag)
		data[f.Key] = &flag
	}
	eval, contexts := evaluation.NewEvaluator(data), ldContexts(users)
	l := &Loaded{
		On: func(key string, user int) bool {
			return eval.Evaluate(data[key], contexts[user], nil).Detail.Value.BoolValue()
		},
		Text: func(key string, user int) string {
			return eval.Evaluate(data[key], contexts[user], nil).Detail.Value.StringValue()
		},
		Context: func(u User) { contexts[0] = ldContext(u) },
		Close:   func() {},
	}
	l.All = eachFlag(flags, l)
	return l, nil
}

// loadLaunchDarkly is the whole client with its events, sent to a sink.
func loadLaunchDarkly(flags []Flag, users []User) (*Loaded, error) {
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
	data := ldtestdata.DataSource()
	for _, f := range flags {
		data.UsePreconfiguredFlag(ldFlag(f))
	}
	c, err := ld.MakeCustomClient("sdk-bench", ld.Config{
		DataSource: data, DiagnosticOptOut: true, Events: ldcomponents.SendEvents(),
		Logging:          ldcomponents.Logging().MinLevel(ldlog.None),
		ServiceEndpoints: interfaces.ServiceEndpoints{Events: sink.URL, Streaming: sink.URL, Polling: sink.URL},
	}, 5*time.Second)
	if err != nil {
		sink.Close()
		return nil, err
	}
	contexts := ldContexts(users)
	return &Loaded{
		On: func(key string, user int) bool {
			v, _ := c.BoolVariation(key, contexts[user], false)
			return v
		},
		Text: func(key string, user int) string {
			v, _ := c.StringVariation(key, contexts[user], "")
			return v
		},
		All:     func(user int) int { return len(c.AllFlagsState(contexts[user]).ToValuesMap()) },
		Context: func(u User) { contexts[0] = ldContext(u) },
		Close: func() {
			_ = c.Close()
			sink.Close()
		},
	}, nil
}
