package client_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/flagledger/flagledger/client"
	"github.com/flagledger/flagledger/evaluator"
)

// A service opens one client at its start and closes it at its end.
func Example() {
	ctx := context.Background()
	c, err := client.Open(ctx, client.Config{
		URL:       "http://127.0.0.1:1", // nobody listens there
		Key:       os.Getenv("FLAGLEDGER_KEY") + "fl_server_example",
		CacheFile: "", // in production: somewhere on disk
		// Do not wait for a server that is known to be away.
		InitTimeout: -1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close(ctx) //nolint:errcheck // nothing was reported

	user := client.NewContext("user-1", client.String("accountId", "acme"), client.String("plan", "pro"))
	if c.IsEnabled("new-pdf-engine", user) {
		fmt.Println("rendering with the new engine")
	} else {
		fmt.Println("rendering with the old engine")
	}
	fmt.Println(c.BoolDetails("new-pdf-engine", user, false).ErrorCode)
	// Output:
	// rendering with the old engine
	// PROVIDER_NOT_READY
}

// A client made by New needs no server: it serves the ruleset it is given.
func ExampleNew() {
	c, err := client.New(client.Config{
		URL: "http://unused", Key: "fl_server_unused",
		Bootstrap: &client.Ruleset{
			SpecVersion: evaluator.SpecVersion, Project: "shop", Environment: "test", Revision: 1,
			Flags: map[string]evaluator.Flag{"page-size": {
				Version: 1, Type: evaluator.TypeNumber, Salt: "page-size",
				Variants: []evaluator.Variant{{Name: "large", Value: json.RawMessage("50")}},
				Config:   evaluator.Config{On: true, OffVariant: "large", Default: evaluator.Serve{Variant: "large"}},
			}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Int("page-size", client.NewContext("user-1"), 10))
	fmt.Println(c.IsEnabled("page-size", client.NewContext("user-1")), "is the default: the flag is a number")
	// Output:
	// 50
	// false is the default: the flag is a number
}

// Observe reports how long an operation took and whether it failed.
func ExampleClient_Observe() {
	c, err := client.New(client.Config{URL: "http://unused", Key: "fl_server_unused"})
	if err != nil {
		fmt.Println(err)
		return
	}
	user := client.NewContext("user-1", client.String("accountId", "acme"))
	begin := time.Now()
	renderErr := error(nil)
	c.Observe("invoice.render", user, time.Since(begin), renderErr)
	c.Track("invoice.paid", user, client.Event{Value: new(40.68)})
	fmt.Println(c.Stats().Invalid)
	// Output: 0
}
