package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// identity is who makes a request.
type identity struct {
	id  string
	key ledger.AccessKey
}

func (i identity) actor() ledger.Actor {
	return ledger.Actor{Kind: ledger.ActorToken, ID: i.id, Name: i.key.Name}
}

type identityKey struct{}

// who returns the identity that admit has established. A route without a need
// has none, and must not ask.
func who(ctx context.Context) identity {
	id, _ := ctx.Value(identityKey{}).(identity)
	return id
}

// need is what a route demands of a key.
type need struct {
	kinds []ledger.AccessKind // any of them; none means that no key is needed
	// role is the least role of an admin token.
	role ledger.Role
	// everywhere demands a token that is not limited to a project.
	everywhere bool
	// inQuery also takes the key from ?key=, for EventSource, which cannot
	// send headers. Only client keys, which are no secret, may travel so.
	inQuery bool
}

func admin(role ledger.Role) need {
	return need{kinds: []ledger.AccessKind{ledger.AccessAdmin}, role: role}
}

func sdk(kinds ...ledger.AccessKind) need { return need{kinds: kinds} }

// admit finds out who makes the request and whether it may: 401 for a key that
// opens nothing, 403 for one that opens something else. project is the one
// that the path names, or "".
func (a *API) admit(r *http.Request, n need, project string) (identity, error) {
	if len(n.kinds) == 0 {
		return identity{}, nil
	}
	if !a.folded() {
		return identity{}, failure(codeUnavailable, "the server is reading its ledger; try again in a moment")
	}
	id, err := a.identify(r, n.inQuery)
	if err != nil {
		return identity{}, err
	}
	return id, n.allows(id, project)
}

func (a *API) folded() bool {
	select {
	case <-a.projector.Ready():
		return true
	default:
		return false
	}
}

func (a *API) identify(r *http.Request, inQuery bool) (identity, error) {
	text, err := keyText(r, inQuery)
	if err != nil {
		return identity{}, err
	}
	shown, ok := parseKey(text)
	if !ok {
		return identity{}, failure(codeUnauthenticated,
			"this is not a key of flagledger; one looks like fl_admin_..., fl_server_... or fl_client_...")
	}
	return a.verify(r.Context(), shown)
}

// verify looks a key up in the folded ledger. It does no I/O.
func (a *API) verify(ctx context.Context, shown presented) (identity, error) {
	var known *ledger.AccessKeyState
	err := a.projector.Read(ctx, 0, func(st *ledger.State) error {
		known = st.Keys[shown.id]
		return nil
	})
	switch {
	case err != nil:
		return identity{}, err
	case known == nil || !shown.opens(known.AccessKey):
		return identity{}, failure(codeUnauthenticated, "there is no such key")
	case known.Revoked:
		return identity{}, failure(codeUnauthenticated, fmt.Sprintf("key %s was revoked", known.ID))
	case !known.Usable(a.now()):
		return identity{}, failure(codeUnauthenticated, fmt.Sprintf("key %s expired", known.ID))
	}
	return identity{id: known.ID, key: known.AccessKey}, nil
}

// keyText finds the key in a request.
func keyText(r *http.Request, inQuery bool) (string, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, text, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") || text == "" {
			return "", failure(codeUnauthenticated, `the Authorization header must read "Bearer" and a key`)
		}
		return strings.TrimSpace(text), nil
	}
	if text := r.Header.Get("X-API-Key"); text != "" {
		return text, nil
	}
	if text := r.URL.Query().Get("key"); inQuery && text != "" {
		if shown, ok := parseKey(text); ok && shown.kind != ledger.AccessClient {
			return "", failure(codeUnauthenticated, "only a client key may be part of a URL; send this one in the Authorization header")
		}
		return text, nil
	}
	return "", failure(codeUnauthenticated, "a key is needed: Authorization: Bearer fl_...")
}

// allows returns nil or a 403 that names what would be needed.
func (n need) allows(id identity, project string) error {
	k := id.key
	switch {
	case !slices.Contains(n.kinds, k.Kind):
		return failure(codeForbidden, fmt.Sprintf("this needs %s; the key given is a %s key", n, k.Kind))
	case k.Kind != ledger.AccessAdmin:
		return nil
	case rank(k.Role) < rank(n.role):
		return failure(codeForbidden, fmt.Sprintf("this needs %s; the token given has role %s", n, k.Role))
	case n.everywhere && k.Project != "":
		return failure(codeForbidden, fmt.Sprintf("this needs a token for all projects; the token given is limited to project %s", k.Project))
	case project != "" && k.Project != "" && k.Project != project:
		return failure(codeForbidden, fmt.Sprintf("this needs a token for project %s; the token given is limited to project %s", project, k.Project))
	}
	return nil
}

// String says what is needed, in words for an error.
func (n need) String() string {
	parts := make([]string, len(n.kinds))
	for i, k := range n.kinds {
		if k == ledger.AccessAdmin {
			parts[i] = fmt.Sprintf("an admin token with role %s", n.role)
		} else {
			parts[i] = fmt.Sprintf("a %s key", k)
		}
	}
	return strings.Join(parts, " or ")
}

// rank orders the roles; each includes those below it.
func rank(r ledger.Role) int {
	switch r {
	case ledger.RoleViewer:
		return 1
	case ledger.RoleEditor:
		return 2
	case ledger.RoleAdmin:
		return 3
	default:
		return 0
	}
}
