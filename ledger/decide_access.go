package ledger

import (
	"encoding/hex"
	"time"
)

func accessSubject(id string) Subject { return Subject{SystemProject, KindAccessKey, id} }

func (c CreateAccessKey) decide(st *State, now time.Time) (Decision, error) {
	var ck checks
	k := c.Key
	ck.key("id", c.ID)
	if k.Name == "" || len(k.Name) > MaxKeyLength {
		ck.add("name", "must say who or what holds the key, in 1 to %d bytes", MaxKeyLength)
	}
	if raw, err := hex.DecodeString(k.Hash); err != nil || len(raw) != 32 {
		ck.add("hash", "is not a SHA-256 in hex")
	}
	if k.ExpiresAt != nil && !now.Before(*k.ExpiresAt) {
		ck.add("expiresAt", "%s has already passed", k.ExpiresAt.Format(time.RFC3339))
	}
	ck.access(k)
	if err := ck.err("access key"); err != nil {
		return Decision{}, err
	}
	if k.Project != "" {
		p, err := st.project(k.Project)
		if err != nil {
			return Decision{}, err
		}
		if k.Environment != "" && p.Environment(k.Environment) == nil {
			return Decision{}, notFound("environment", k.Environment)
		}
	}
	if st.Keys[c.ID] != nil {
		return Decision{}, exists("access key", c.ID)
	}
	return Decision{Changes: []Change{{accessSubject(c.ID), AccessKeyCreated{Key: k}}}}, nil
}

// access checks what goes with each kind of key.
func (ck *checks) access(k AccessKey) {
	switch k.Kind {
	case AccessAdmin:
		switch k.Role {
		case RoleViewer, RoleEditor, RoleAdmin:
		default:
			ck.add("role", "%q is not one of viewer, editor, admin", k.Role)
		}
		if k.Environment != "" {
			ck.add("environment", "is not for admin tokens")
		}
	case AccessServer, AccessClient:
		if k.Role != "" {
			ck.add("role", "is only for admin tokens")
		}
		if k.Project == "" || k.Environment == "" {
			ck.add("environment", "and project are required for an SDK key")
		}
	default:
		ck.add("kind", "%q is not one of admin, server, client", k.Kind)
	}
}

func (c RevokeAccessKey) decide(st *State, _ time.Time) (Decision, error) {
	k := st.Keys[c.ID]
	if k == nil {
		return Decision{}, notFound("access key", c.ID)
	}
	if k.Revoked {
		return Decision{}, nil
	}
	return Decision{Changes: []Change{{accessSubject(c.ID), AccessKeyRevoked{}}}}, nil
}
