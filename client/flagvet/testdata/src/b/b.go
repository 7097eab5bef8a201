package b

import "github.com/flagledger/flagledger/client"

var c *client.Client

func f(ctx client.Context) bool {
	if c.IsEnabled("gone", ctx) { // want `flag "gone" is archived: calls get their default`
		return true
	}
	return c.Bool("liv", ctx, false) || c.IsEnabled("checkout", ctx) || c.IsEnabled("live", ctx) // want `flag "liv" does not exist; did you mean "live"\?` `flag "checkout" does not exist$`
}
