package natsd

import (
	"fmt"

	"github.com/nats-io/nats-server/v2/server"
	"golang.org/x/crypto/bcrypt"
)

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
func users(cfg Config, passwords map[Role]string) ([]*server.User, error) {
	boot, err := hash(passwords[RoleBoot])
	if err != nil {
		return nil, err
	}
	app, err := hash(passwords[RoleApp])
	if err != nil {
		return nil, err
	}
	return []*server.User{
		{Username: string(RoleBoot), Password: boot},
		{Username: string(RoleApp), Password: app, Permissions: &server.Permissions{
			Publish: &server.SubjectPermission{Deny: denied(cfg.Protected)},
		}},
	}, nil
}

// hash is a password as the server keeps it. The cost is the least, because
// the passwords are random.
func hash(password string) (string, error) {
	h, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		return "", fmt.Errorf("natsd: password: %w", err)
	}
	return string(h), nil
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
