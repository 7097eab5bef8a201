package main

import (
	"context"
	"net/http"
	"net/url"
)

// The paths of the admin API.

// under joins parts, which may hold any characters, to a path.
func under(base string, parts ...string) string {
	for _, p := range parts {
		base += "/" + url.PathEscape(p)
	}
	return base
}

const apiRoot = "/api/v1"

func (s *session) projectPath(parts ...string) string {
	return under(under(apiRoot+"/projects", s.project), parts...)
}

func (s *session) flagPath(flag string, parts ...string) string {
	return under(s.projectPath("flags", flag), parts...)
}

func (s *session) placePath(flag, environment string, parts ...string) string {
	return under(s.flagPath(flag, "environments", environment), parts...)
}

func (s *session) get(ctx context.Context, path string, query url.Values) (reply, error) {
	return s.api.do(ctx, call{method: http.MethodGet, path: path, query: query})
}

func (s *session) post(ctx context.Context, path string, body any) (reply, error) {
	return s.api.do(ctx, call{method: http.MethodPost, path: path, body: body})
}

func (s *session) put(ctx context.Context, path string, body any) (reply, error) {
	return s.api.do(ctx, call{method: http.MethodPut, path: path, body: body})
}

func (s *session) remove(ctx context.Context, path, reason string) (reply, error) {
	query := url.Values{}
	if reason != "" {
		query.Set("reason", reason)
	}
	return s.api.do(ctx, call{method: http.MethodDelete, path: path, query: query})
}

// seqOf is the ledger position of a change, from the header or the body; ""
// when nothing had to change.
func seqOf(r reply) string {
	seq := r.seq
	if seq == "" {
		var body struct {
			Seq string `json:"seq"`
		}
		_ = r.into(&body) // an answer without it has no position to show
		seq = body.Seq
	}
	if seq == "0" {
		return ""
	}
	return seq
}
