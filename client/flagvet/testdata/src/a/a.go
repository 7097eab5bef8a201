package a

import (
	"context"
	"fmt"
	"os"
	"strings"

	"keys"

	"github.com/flagledger/flagledger/client"
	"github.com/open-feature/go-sdk/openfeature"
)

var (
	c   *client.Client
	of  *openfeature.Client
	ctx client.Context
)

func ifs(x bool) {
	if c.IsEnabled("on", ctx) { // want `flag "on" is stale: it serves "on" to everybody`
		// kept
		fmt.Println("new")
	}
	if c.IsEnabled("off", ctx) { // want `flag "off" is stale: it decides nothing any more`
		fmt.Println("new")
	}
	if !c.Bool(keys.On, ctx, false) { // want `flag "on" is stale`
		fmt.Println("old")
	} else {
		fmt.Println("new")
	}
	if x {
		fmt.Println("x")
	} else if c.IsEnabled("off", ctx) { // want `flag "off" is stale`
		fmt.Println("off")
	}
	if x {
		fmt.Println("x")
	} else if c.IsEnabled("on", ctx) { // want `flag "on" is stale`
		fmt.Println("on")
	} else {
		fmt.Println("off")
	}
	if c.IsEnabled("off", ctx) { // want `flag "off" is stale`
		fmt.Println("off")
	} else if x {
		fmt.Println("x")
	}
	if c.IsEnabled("on", ctx) && x { // want `flag "on" is stale`
		fmt.Println("x")
	}
	if x || c.IsEnabled("off", ctx) { // want `flag "off" is stale`
		fmt.Println("x")
	}
	y := 1
	if c.IsEnabled("on", ctx) { // want `flag "on" is stale`
		y := 2
		fmt.Println(y)
	}
	fmt.Println(y)
	if c.IsEnabled("late", ctx) { // want `flag "late" is stale: it was to be removed by 2026-01-01`
		fmt.Println("late")
	}
	if c.IsEnabled("live", ctx) || c.IsEnabled("nobody knows", ctx) || c.IsEnabled("gone", ctx) {
		fmt.Println("not of this analyzer")
	}
}

func early() string {
	if !c.IsEnabled("on", ctx) { // want `flag "on" is stale`
		return "old"
	}
	return "new"
}

func taken() string {
	if c.IsEnabled("on", ctx) { // want `flag "on" is stale`
		return "new"
	}
	old := "old"
	return old
}

func variable(x int) int {
	isOn := c.IsEnabled("on", ctx) // want `flag "on" is stale`
	if isOn {
		x++
	}
	if !isOn && x > 2 {
		x--
	}
	fmt.Println(isOn)
	return x
}

func written() bool {
	isOn := c.IsEnabled("on", ctx) // want `flag "on" is stale`
	isOn = false
	return isOn
}

func leftovers() {
	user := client.NewContext("u")
	name := strings.ToUpper("old")
	n, err := fmt.Println("effect")
	if c.IsEnabled("off", user) { // want `flag "off" is stale`
		fmt.Println(name, n)
		os.Exit(1)
	}
	fmt.Println(err)
}

func values() (string, int64, float64, bool) {
	b, _ := of.BooleanValue(context.Background(), "on", false, openfeature.EvaluationContext{}) // want `flag "on" is stale`
	if b {
		fmt.Println("on")
	}
	d, err := of.BooleanValue(context.Background(), "on", false, openfeature.EvaluationContext{}) // want `flag "on" is stale`
	fmt.Println(d, err)
	same := c.String("theme", ctx, "red") == "blue"                                               // want `flag "theme" is stale`
	c.Expose("on", ctx)                                                                           // want `flag "on" is stale`
	return c.String("theme", ctx, "red"), c.Int("limit", ctx, 3), c.Number("limit", ctx, 3), same // want `flag "theme" is stale` `flag "limit" is stale` `flag "limit" is stale`
}

func effects() {
	if c.IsEnabled("on", find()) { // want `flag "on" is stale`
		fmt.Println("on")
	}
}

func find() client.Context { return ctx }
