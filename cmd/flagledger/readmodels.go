package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/projector/pgstore"
)

func newReadModels(a *app) *cobra.Command {
	return newGroup("readmodels", "Look after the tables in Postgres", newReadModelsRebuild(a))
}

func newReadModelsRebuild(a *app) *cobra.Command {
	var dsn string
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Make all tables anew from the events that Postgres has",
		Long: `Make all tables anew, in a schema beside the one that is read, from the stored
events; then put it in its place in one transaction. Servers may go on writing and
readers reading meanwhile.`,
		Example: example(`flagledger readmodels rebuild --postgres postgres://flagledger@db/flagledger`),
		Args:    cobra.NoArgs,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		url := first(dsn, a.getenv(varPostgres))
		if url == "" {
			return usagef("name the database with --postgres or $%s", varPostgres)
		}
		at, err := pgstore.Rebuild(ctx, url, slog.New(slog.NewTextHandler(os.Stderr, nil)), s.counting("events"))
		if err != nil {
			return err
		}
		if s.json {
			return s.printValue(map[string]any{"events": at.Seq, "hash": at.Hash})
		}
		s.sayf("The tables are made anew from %s.", several(int(at.Seq), "event"))
		return nil
	})
	cmd.Flags().StringVar(&dsn, "postgres", "", "the database ($"+varPostgres+")")
	return cmd
}
