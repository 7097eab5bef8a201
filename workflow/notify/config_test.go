package notify

import (
	"slices"
	"strings"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

func TestParseConfig(t *testing.T) {
	env := map[string]string{"HOOK": "https://chat.test/key", "SECRET": secret, "PASSWORD": "pass"}
	all, err := ParseConfig([]byte(`[
		{"name":"releases","to":"slack","project":"shop","environments":["production"],"url":"$HOOK","link":"https://flags.test"},
		{"name":"audit","to":"webhook","events":["*"],"url":"https://audit.test/in","secret":"$SECRET","giveUpAfter":"72h"},
		{"name":"on-call","to":"email","events":["rollout.rolled_back","flag.*"],"template":{"title":"[{{.Severity}}] {{.Title}}"},
			"smtp":{"address":"smtp.test:587","username":"ann","password":"$PASSWORD","from":"Flags <flags@shop.test>","to":["a@shop.test"]}}]`),
		func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	if all[0].URL != env["HOOK"] || all[1].Secret != secret || all[2].SMTP.Password != "pass" || all[2].SMTP.TLS != "starttls" ||
		all[0].GiveUpAfter != ledger.Duration(patience) || all[1].GiveUpAfter.String() != "72h0m0s" {
		t.Errorf("configuration %+v", all)
	}
}

// TestConfigErrors name the field and what to do.
func TestConfigErrors(t *testing.T) {
	const smtp = `"address":"smtp.test:587","from":"a@shop.test","to":["b@shop.test"]`
	for want, channel := range map[string]string{
		"unknown field":      `{"title":"x"}`,
		"name: use up to 50": `{"name":"Über","to":"slack"}`,
		"to: \"sms\" is not": `{"name":"x","to":"sms"}`,
		"url: the environment variable NOWHERE is not set":          `{"name":"x","to":"slack","url":"$NOWHERE"}`,
		"url: give an address":                                      `{"name":"x","to":"slack","url":"hooks.slack.com/x"}`,
		"events[1]: there is no kind of event \"rollout.exploded\"": `{"name":"x","to":"slack","url":"http://a/b","events":["*","rollout.exploded"]}`,
		"events[0]: there is no kind of event \"nothing.*\"":        `{"name":"x","to":"slack","url":"http://a/b","events":["nothing.*"]}`,
		"environments[0]: \"prod uction\"":                          `{"name":"x","to":"slack","url":"http://a/b","environments":["prod uction"]}`,
		"secret: is missing":                                        `{"name":"x","to":"webhook","url":"http://a/b"}`,
		"secret: has 5 bytes":                                       `{"name":"x","to":"webhook","url":"http://a/b","secret":"short"}`,
		"secret: signs":                                             `{"name":"x","to":"slack","url":"http://a/b","secret":"` + secret + `"}`,
		"smtp: is missing":                                          `{"name":"x","to":"email"}`,
		"smtp: is for to":                                           `{"name":"x","to":"slack","url":"http://a/b","smtp":{` + smtp + `}}`,
		"url: is not for to \"email\"":                              `{"name":"x","to":"email","url":"http://a/b","smtp":{` + smtp + `}}`,
		"smtp.address:":                                             `{"name":"x","to":"email","smtp":{"address":"smtp.test","from":"a@b.c","to":["b@b.c"]}}`,
		"smtp.from:":                                                `{"name":"x","to":"email","smtp":{"address":"smtp.test:25","from":"nobody","to":["b@b.c"]}}`,
		"smtp.to: is missing":                                       `{"name":"x","to":"email","smtp":{"address":"smtp.test:25","from":"a@b.c"}}`,
		"smtp.to[0]:":                                               `{"name":"x","to":"email","smtp":{"address":"smtp.test:25","from":"a@b.c","to":["b@b.c\nRCPT TO:<c@b.c>"]}}`,
		"smtp.tls: \"maybe\"":                                       `{"name":"x","to":"email","smtp":{"tls":"maybe",` + smtp + `}}`,
		"smtp.tls: a password does not travel in the clear":         `{"name":"x","to":"email","smtp":{"tls":"none","username":"u","password":"p",` + smtp + `}}`,
		"smtp.username, password: give both":                        `{"name":"x","to":"email","smtp":{"username":"u",` + smtp + `}}`,
		"template.title:":                                           `{"name":"x","to":"slack","url":"http://a/b","template":{"title":"{{.Titel}}"}}`,
		"template.text:":                                            `{"name":"x","to":"slack","url":"http://a/b","template":{"text":"{{if}}"}}`,
		"duration \"soon\"":                                         `{"name":"x","to":"slack","url":"http://a/b","giveUpAfter":"soon"}`,
		"link: \"javascript:":                                       `{"name":"x","to":"slack","url":"http://a/b","link":"javascript:alert(1)"}`,
		"link: \"http://a/|":                                        `{"name":"x","to":"slack","url":"http://a/b","link":"http://a/|"}`,
		"there are two channels \"x\"":                              `{"name":"x","to":"slack","url":"http://a/b"},{"name":"x","to":"slack","url":"http://a/c"}`,
	} {
		_, err := ParseConfig([]byte("["+channel+"]"), func(string) string { return "" })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n\tgot  %v\n\twant %s", channel, err, want)
		}
	}
	if _, err := ParseConfig([]byte(`[] []`), func(string) string { return "" }); err == nil {
		t.Error("what follows the list is not noticed")
	}
}

// TestWants filters by project, environment and kind.
func TestWants(t *testing.T) {
	off := recorded(1, ledger.FlagTurnedOff{Environment: "production"})
	for name, tt := range map[string]struct {
		c     Config
		e     ledger.Event
		named bool
		want  bool
	}{
		"default kill":               {Config{}, off.Event, false, true},
		"default targeting":          {Config{}, ledger.FlagConfigReplaced{Environment: "production"}, false, false},
		"default hold":               {Config{}, ledger.RolloutHeld{Environment: "production"}, false, false},
		"default hold, alert":        {Config{}, ledger.RolloutHeld{Environment: "production", Alert: true}, false, true},
		"every hold":                 {Config{Events: []string{"rollout.held"}}, ledger.RolloutHeld{Environment: "production"}, false, true},
		"the project":                {Config{Project: "shop"}, off.Event, false, true},
		"another project":            {Config{Project: "pay"}, off.Event, false, false},
		"the environment":            {Config{Environments: []string{"staging", "production"}}, off.Event, false, true},
		"another environment":        {Config{Environments: []string{"staging"}}, off.Event, false, false},
		"of no environment":          {Config{Environments: []string{"staging"}, Events: []string{"*"}}, ledger.FlagArchived{}, false, true},
		"a key's environment":        {Config{Environments: []string{"staging"}, Events: []string{"*"}}, ledger.AccessKeyCreated{Key: ledger.AccessKey{Environment: "production"}}, false, false},
		"a group":                    {Config{Events: []string{"flag.*"}}, off.Event, false, true},
		"another group":              {Config{Events: []string{"rollout.*"}}, off.Event, false, false},
		"a group is not a prefix":    {Config{Events: []string{"fla.*"}}, off.Event, false, false},
		"only plans":                 {Config{OnlyPlans: true}, off.Event, false, false},
		"named by a plan":            {Config{OnlyPlans: true}, off.Event, true, true},
		"named, for other kinds":     {Config{Events: []string{"experiment.*"}}, off.Event, true, true},
		"named, but no news":         {Config{OnlyPlans: true}, ledger.RolloutHeld{Environment: "production"}, true, false},
		"named, another environment": {Config{Environments: []string{"staging"}}, off.Event, true, false},
	} {
		rec := recorded(1, tt.e)
		if got := tt.c.wants(rec, environmentOf(rec.Event), tt.named); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestDefaultsExist keeps the defaults in step with the ledger.
func TestDefaultsExist(t *testing.T) {
	for _, kind := range DefaultEvents() {
		if !slices.Contains(Kinds(), kind) {
			t.Errorf("the ledger has no %s", kind)
		}
	}
}
