// Package client has the methods of the SDK that tests call.
package client

type Context struct{ User string }

func NewContext(user string) Context { return Context{user} }

type Client struct{}

func (*Client) IsEnabled(flag string, ctx Context) bool              { return false }
func (*Client) Bool(flag string, ctx Context, def bool) bool         { return def }
func (*Client) String(flag string, ctx Context, def string) string   { return def }
func (*Client) Int(flag string, ctx Context, def int64) int64        { return def }
func (*Client) Number(flag string, ctx Context, def float64) float64 { return def }
func (*Client) Expose(flag string, ctx Context)                      {}
func (*Client) Track(name string, ctx Context)                       {}
