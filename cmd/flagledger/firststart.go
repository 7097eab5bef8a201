package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/flagledger/flagledger/internal/httpapi"
	"github.com/flagledger/flagledger/ledger"
)

// bootActor is who does what nobody has asked for: the installation itself.
var bootActor = ledger.Actor{Kind: ledger.ActorSystem, ID: "first-start"} //nolint:gochecknoglobals // a constant

// firstStart makes sure that there is a project and an admin token that the
// commands on this machine can use, and leaves both in cli.json.
func (s *server) firstStart(ctx context.Context, l *ledger.Ledger, view ledger.View, url string) (opened, error) {
	_, err := l.Do(ctx, ledger.CreateProject{Project: defaultProject, Name: "Default"}, ledger.Meta{
		CommandID: "first-start.project", Actor: bootActor, Reason: "first start",
	})
	if err != nil && !errors.Is(err, ledger.ErrExists) {
		return opened{}, fmt.Errorf("create the first project: %w", err)
	}
	file, err := readCLIFile(s.cfg.data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return opened{}, err
	}
	if usable, err := s.admits(ctx, view, file.Token); err != nil {
		return opened{}, err
	} else if !usable {
		key := httpapi.NewKey(ledger.AccessAdmin)
		_, err := l.Do(ctx, ledger.CreateAccessKey{ID: key.ID, Key: ledger.AccessKey{
			Kind: ledger.AccessAdmin, Name: "this machine", Hash: key.Hash, Role: ledger.RoleAdmin,
		}}, ledger.Meta{Actor: bootActor, Reason: "no usable token in " + cliFileName})
		if err != nil {
			return opened{}, fmt.Errorf("create the first admin token: %w", err)
		}
		file.Token = key.Text
	}
	file.Server, file.Project = url, first(file.Project, defaultProject)
	if err := writeCLIFile(s.cfg.data, file); err != nil {
		return opened{}, err
	}
	return opened{url: url, token: file.Token}, nil
}

// admits reports whether the ledger still admits a token that an earlier start
// left behind.
func (s *server) admits(ctx context.Context, view ledger.View, token string) (bool, error) {
	id := httpapi.KeyID(token)
	usable := false
	err := view.Read(ctx, 0, func(st *ledger.State) error {
		k := st.Keys[id]
		usable = k != nil && k.Usable(s.now()) && httpapi.Admits(token, k.AccessKey)
		return nil
	})
	return usable, err
}
