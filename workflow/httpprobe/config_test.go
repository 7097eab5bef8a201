package httpprobe_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow/httpprobe"
)

func TestMain(m *testing.M) {
	// Idle connections of the default transport outlive their servers shortly.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

func TestParseConfig(t *testing.T) {
	env := map[string]string{"PW": "hunter2", "SECRET": secret}
	got, err := httpprobe.ParseConfig([]byte(`[
		{"name":"prom","kind":"prometheus","url":"http://prom:9090/prefix","user":"u","password":"$PW","headers":{"X-A":"$PW"}},
		{"name":"desk","kind":"webhook","url":"https://desk.example.com/verdict?team=7","secret":"$SECRET","timeout":"10s"}]`),
		func(name string) string { return env[name] })
	want := []httpprobe.Config{
		{Name: "prom", Kind: httpprobe.Prometheus, URL: "http://prom:9090/prefix", User: "u", Password: "hunter2", Headers: map[string]string{"X-A": "hunter2"}, Timeout: ledger.Duration(5 * time.Second)},
		{Name: "desk", Kind: httpprobe.Webhook, URL: "https://desk.example.com/verdict?team=7", Secret: secret, Timeout: ledger.Duration(10 * time.Second)},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("-want +got:\n%s\n%v", diff, err)
	}
	s, err := httpprobe.New(got, time.Now)
	if err != nil || strings.Join(s.Names(), " ") != "desk prom" {
		t.Errorf("%v, %v", s, err)
	}
	const prom = `"name":"a","kind":"prometheus","url":"http://prom"`
	for name, row := range map[string]struct{ text, reason string }{
		"no list":            {`{}`, "sources: "},
		"more":               {`[] []`, "more after the list"},
		"a typing error":     {`[{` + prom + `,"tokn":"x"}]`, "tokn"},
		"no name":            {`[{"kind":"prometheus","url":"http://prom"}]`, "name: "},
		"a kind":             {`[{"name":"a","kind":"graphite","url":"http://x"}]`, "kind: "},
		"no address":         {`[{"name":"a","kind":"prometheus","url":"prom:9090"}]`, "url: "},
		"another scheme":     {`[{"name":"a","kind":"prometheus","url":"file:///etc/passwd"}]`, "url: "},
		"user in it":         {`[{"name":"a","kind":"prometheus","url":"http://u:p@prom"}]`, "user and password"},
		"a query in it":      {`[{"name":"a","kind":"prometheus","url":"http://prom/?x=1"}]`, "url: ends before"},
		"no variable":        {`[{` + prom + `,"token":"$NONE"}]`, "token: the environment variable NONE is not set"},
		"no header variable": {`[{` + prom + `,"headers":{"X-A":"$NONE"}}]`, "headers.X-A: the environment"},
		"a bad header":       {`[{` + prom + `,"headers":{"X A":"x"}}]`, "headers: "},
		"a split header":     {`[{` + prom + `,"headers":{"X-A":"x\r\nHost: y"}}]`, "headers: "},
		"two keys":           {`[{` + prom + `,"token":"t","user":"u"}]`, "token, user"},
		"no user":            {`[{` + prom + `,"password":"u"}]`, "user: is missing"},
		"a secret":           {`[{` + prom + `,"secret":"` + secret + `"}]`, "secret: is for a webhook"},
		"no secret":          {`[{"name":"a","kind":"webhook","url":"http://x"}]`, "secret: has 0 bytes"},
		"too long":           {`[{` + prom + `,"timeout":"21s"}]`, "timeout: is 21s"},
		"a negative time":    {`[{` + prom + `,"timeout":"-1s"}]`, "duration"},
		"twice":              {`[{` + prom + `},{` + prom + `}]`, "two sources"},
	} {
		if _, err := httpprobe.ParseConfig([]byte(row.text), func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), row.reason) {
			t.Errorf("%s: %v, want %s", name, err, row.reason)
		}
	}
}
