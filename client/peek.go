package client

// Peek evaluates a flag of any type and reports no exposure, for whoever
// decides later whether the value is used, and then calls Expose. It cannot be
// a TYPE_MISMATCH.
func (c *Client) Peek(flag string, ctx Context) Details[Value] {
	s := c.state.Load()
	r := s.evaluate(flag, ctx)
	return Details[Value]{
		Value: r.Value, Variant: r.Variant, Reason: r.Reason, Rule: r.Rule, ErrorCode: r.Error,
		Version: r.Version, Revision: r.Revision, Stale: s.stale,
	}
}

// Expose reports that a flag was used for ctx, as every evaluation but Peek
// does: once for each version, variant and unit, and only if a split decided.
func (c *Client) Expose(flag string, ctx Context) {
	s := c.state.Load()
	r := s.evaluate(flag, ctx)
	if r.Error == "" {
		c.expose(s, flag, ctx, &r)
	}
}
