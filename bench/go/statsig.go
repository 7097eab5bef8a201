package bench

import (
	"encoding/json"

	statsig "github.com/statsig-io/go-sdk"
)

func statsigCondition(c Condition) object {
	out := object{"type": "user_field", "field": c.Attribute, "operator": "any", "targetValue": c.Values, "additionalValues": object{}}
	if c.Attribute == "accountId" {
		out["type"], out["field"], out["idType"] = "unit_id", nil, "accountId"
	}
	return out
}

func statsigRule(f Flag, id string) object {
	return object{
		"name": id, "id": id, "salt": f.Key, "passPercentage": 100, "idType": "userID", "returnValue": object{},
		"conditions": []object{{"type": "public", "additionalValues": object{}}},
	}
}

func statsigFlag(f Flag) object {
	var rules []object
	for _, conditions := range f.Rules {
		rule, list := statsigRule(f, "rule"), []object{}
		for _, c := range conditions {
			list = append(list, statsigCondition(c))
		}
		rule["conditions"] = list
		rules = append(rules, rule)
	}
	idType := "userID"
	out := object{"name": f.Key, "type": "feature_gate", "entity": "feature_gate", "salt": f.Key, "enabled": f.On, "defaultValue": false}
	switch {
	case f.IsText():
		out["type"], out["entity"], out["defaultValue"] = "dynamic_config", "experiment", object{}
		start := 0
		for _, p := range f.Split.Parts {
			start += p.Percent * 10
			rule := statsigRule(f, p.Text)
			rule["returnValue"] = object{"value": p.Text}
			rule["conditions"] = []object{{
				"type": "user_bucket", "operator": "lt", "targetValue": start, "idType": "userID",
				"additionalValues": object{"salt": f.Key},
			}}
			rules = append(rules, rule)
		}
	case f.Split != nil:
		idType = f.Split.By
		rule := statsigRule(f, "rule")
		rule["passPercentage"], rule["idType"] = f.Split.Parts[0].Percent, idType
		rules = append(rules, rule)
	}
	out["rules"], out["idType"] = rules, idType
	return out
}

func statsigUser(u User) statsig.User {
	return statsig.User{
		UserID: u.ID, Email: u.Email, Country: u.Country, CustomIDs: map[string]string{"accountId": u.Account},
		Custom: map[string]any{"plan": u.Plan, "tier": u.Tier},
	}
}

func loadStatsig(flags []Flag, users []User) (*Loaded, error) {
	gates, configs := []object{}, []object{}
	for _, f := range flags {
		if f.IsText() {
			configs = append(configs, statsigFlag(f))
		} else {
			gates = append(gates, statsigFlag(f))
		}
	}
	raw, err := json.Marshal(object{
		"has_updates": true, "time": 1, "feature_gates": gates, "dynamic_configs": configs,
		"layer_configs": []object{}, "id_lists": object{}, "layers": object{},
	})
	if err != nil {
		return nil, err
	}
	c := statsig.NewClientWithOptions("secret-bench", &statsig.Options{
		LocalMode: true, BootstrapValues: string(raw),
		IPCountryOptions: statsig.IPCountryOptions{Disabled: true}, UAParserOptions: statsig.UAParserOptions{Disabled: true},
		OutputLoggerOptions: statsig.OutputLoggerOptions{LogCallback: func(string, error) {}},
	})
	all := make([]statsig.User, len(users))
	for i, u := range users {
		all[i] = statsigUser(u)
	}
	l := &Loaded{
		On: func(key string, user int) bool { return c.CheckGateWithExposureLoggingDisabled(all[user], key) },
		Text: func(key string, user int) string {
			config := c.GetConfigWithExposureLoggingDisabled(all[user], key)
			return config.GetString("value", "")
		},
		Context: func(u User) { all[0] = statsigUser(u) },
		Close:   c.Shutdown,
	}
	l.All = eachFlag(flags, l)
	return l, nil
}
