package natsd

import "github.com/nats-io/nats-server/v2/server"

// Role is what a connection may do.
type Role string

// The roles.
const (
	// RoleBoot may do everything. It sets up streams and is then closed.
	RoleBoot Role = "boot"
	// RoleApp may do everything but change or empty the protected streams. A
	// refused call is not answered: the caller sees a time-out, the log a
	// permissions violation.
	RoleApp Role = "app"
)

// users gives both roles their permissions. A stream's own DenyDelete and
// DenyPurge do not stop an update to a smaller limit, nor its deletion; only
// permissions do.
func users(cfg Config, passwords map[Role]string) []*server.User {
	return []*server.User{
		{Username: string(RoleBoot), Password: passwords[RoleBoot]},
		{Username: string(RoleApp), Password: passwords[RoleApp], Permissions: &server.Permissions{
			Publish: &server.SubjectPermission{Deny: denied(cfg.Protected)},
		}},
	}
}

func denied(streams []string) []string {
	// A restore names its stream only in the request's subject tail and a
	// purge of the account names none: both are refused altogether.
	deny := []string{"$JS.API.STREAM.RESTORE.>", "$JS.API.ACCOUNT.PURGE.>"}
	for _, stream := range streams {
		for _, verb := range []string{"CREATE", "UPDATE", "DELETE", "PURGE", "MSG.DELETE", "PEER.REMOVE"} {
			deny = append(deny, "$JS.API.STREAM."+verb+"."+stream)
		}
	}
	return deny
}
