package httpapi

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// KeyView is an access key without what would open anything.
type KeyView struct {
	ID          string            `json:"id"`
	Kind        ledger.AccessKind `json:"kind" enum:"admin,server,client"`
	Name        string            `json:"name"`
	Role        ledger.Role       `json:"role,omitempty" enum:"viewer,editor,admin"`
	Project     string            `json:"project,omitempty"`
	Environment string            `json:"environment,omitempty"`
	ExpiresAt   *time.Time        `json:"expiresAt,omitempty"`
	CreatedAt   time.Time         `json:"createdAt"`
	Revoked     bool              `json:"revoked"`
	Usable      bool              `json:"usable" doc:"Neither revoked nor expired."`
}

func (a *API) viewKey(k *ledger.AccessKeyState) KeyView {
	v := KeyView{
		ID: k.ID, Kind: k.AccessKey.Kind, Name: k.AccessKey.Name, Role: k.AccessKey.Role,
		Project: k.AccessKey.Project, Environment: k.AccessKey.Environment, ExpiresAt: k.AccessKey.ExpiresAt,
		CreatedAt: k.CreatedAt, Revoked: k.Revoked, Usable: k.Usable(a.now()),
	}
	return v
}

type keyList struct {
	Body struct {
		Keys []KeyView `json:"keys"`
	}
}

type newKey struct {
	Idempotency
	Body struct {
		Kind        ledger.AccessKind `json:"kind" required:"true" enum:"admin,server,client"`
		Name        string            `json:"name" required:"true" doc:"Who or what holds the key."`
		Role        ledger.Role       `json:"role,omitempty" enum:"viewer,editor,admin" doc:"Of an admin token."`
		Project     string            `json:"project,omitempty" doc:"Limits an admin token to one project; required for an SDK key."`
		Environment string            `json:"environment,omitempty" doc:"Of an SDK key."`
		ExpiresAt   *time.Time        `json:"expiresAt,omitempty"`
		Reason      string            `json:"reason,omitempty" maxLength:"1000"`
	}
}

type keyCreated struct {
	Seq uint64 `json:"seq,string"`
	KeyView
	Key string `json:"key" doc:"The key itself. It is shown this once and stored nowhere."`
}

type keyDeletion struct {
	Idempotency
	ID     string `path:"id"`
	Reason string `query:"reason" maxLength:"1000"`
}

type whoamiAnswer struct {
	Body struct {
		Kind        ledger.AccessKind `json:"kind"`
		ID          string            `json:"id"`
		Name        string            `json:"name"`
		Role        ledger.Role       `json:"role,omitempty"`
		Project     string            `json:"project,omitempty"`
		Environment string            `json:"environment,omitempty"`
	}
}

func (a *API) accessRoutes() {
	const tag = "access"
	owner := admin(ledger.RoleAdmin)
	register(a, route{
		method: "GET", path: "/api/v1/keys", id: "listKeys", tag: tag, need: owner,
		summary: "List the access keys that the token may manage",
	}, a.listKeys)
	register(a, route{
		method: "POST", path: "/api/v1/keys", id: "createKey", tag: tag, need: owner, status: 201,
		summary: "Create an access key and show it, once",
	}, a.createKey)
	register(a, route{
		method: "DELETE", path: "/api/v1/keys/{id}", id: "revokeKey", tag: tag, need: owner,
		summary: "Revoke an access key at once",
	}, a.revokeKey)
	anybody := admin(ledger.RoleViewer)
	anybody.kinds = append(anybody.kinds, ledger.AccessServer, ledger.AccessClient)
	register(a, route{
		method: "GET", path: "/api/v1/whoami", id: "whoami", tag: tag, need: anybody,
		summary: "Show what the key stands for",
	}, a.whoami)
}

func (a *API) listKeys(ctx context.Context, in *Freshness) (*keyList, error) {
	out := &keyList{}
	out.Body.Keys = []KeyView{}
	only := who(ctx).key.Project
	err := a.read(ctx, in.MinSeq, func(st *ledger.State) error {
		for _, id := range slices.Sorted(maps.Keys(st.Keys)) {
			if k := st.Keys[id]; only == "" || k.AccessKey.Project == only {
				out.Body.Keys = append(out.Body.Keys, a.viewKey(k))
			}
		}
		return nil
	})
	return out, err
}

func (a *API) createKey(ctx context.Context, in *newKey) (*changed[keyCreated], error) {
	b := &in.Body
	if err := own(ctx, b.Project); err != nil {
		return nil, err
	}
	made := NewKey(b.Kind)
	receipt, err := a.do(ctx, order{
		command: ledger.CreateAccessKey{ID: made.ID, Key: ledger.AccessKey{
			Kind: b.Kind, Name: b.Name, Hash: made.Hash, Role: b.Role,
			Project: b.Project, Environment: b.Environment, ExpiresAt: b.ExpiresAt,
		}},
		id: in.CommandID, reason: b.Reason,
	})
	if err != nil {
		return nil, err
	}
	var v KeyView
	err = a.read(ctx, receipt.Last, func(st *ledger.State) error {
		k := st.Keys[made.ID]
		if k == nil { // the key of the first attempt is lost with its answer
			return failure(codeConflict, "this Idempotency-Key has created a key already, which cannot be shown again; "+
				"revoke it and create another with a new Idempotency-Key")
		}
		v = a.viewKey(k)
		return nil
	})
	return answer(receipt, keyCreated{receipt.Last, v, made.Text}), err
}

// own refuses what is outside the project that a token is limited to.
func own(ctx context.Context, project string) error {
	if only := who(ctx).key.Project; only != "" && only != project {
		return failure(codeForbidden, "this needs a token for all projects; the token given is limited to project "+only)
	}
	return nil
}

func (a *API) revokeKey(ctx context.Context, in *keyDeletion) (*changed[done], error) {
	err := a.read(ctx, 0, func(st *ledger.State) error {
		k := st.Keys[in.ID]
		if k == nil {
			return missing("access key", in.ID)
		}
		return own(ctx, k.AccessKey.Project)
	})
	if err != nil {
		return nil, err
	}
	receipt, err := a.do(ctx, order{command: ledger.RevokeAccessKey{ID: in.ID}, id: in.CommandID, reason: in.Reason})
	if err != nil {
		return nil, err
	}
	return answer(receipt, done{receipt.Last}), nil
}

func (a *API) whoami(ctx context.Context, _ *struct{}) (*whoamiAnswer, error) {
	id := who(ctx)
	out := &whoamiAnswer{}
	b := &out.Body
	b.Kind, b.ID, b.Name = id.key.Kind, id.id, id.key.Name
	b.Role, b.Project, b.Environment = id.key.Role, id.key.Project, id.key.Environment
	return out, nil
}
