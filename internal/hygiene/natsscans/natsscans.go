// Package natsscans keeps scans of code in a JetStream key-value bucket: one
// value, compressed, for the newest scan of each repository, so that every
// server answers alike. Values are no history: the ledger has nothing of them,
// and a scan that is lost is made again.
package natsscans

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/hygiene"
)

// Bucket is the name of the bucket.
const Bucket = "CODE_REFERENCES"

// maxBytes is what all scans may take, compressed.
const maxBytes = 256 << 20

// Setup makes the bucket. js needs the right to create streams.
func Setup(ctx context.Context, js jetstream.JetStream) error {
	_, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: Bucket, Description: "where code names flags", Storage: jetstream.FileStorage, MaxBytes: maxBytes,
	})
	if err != nil {
		return fmt.Errorf("set up bucket %s: %w", Bucket, err)
	}
	return nil
}

var _ hygiene.Scans = (*Store)(nil)

// Store is the bucket. It is safe for concurrent use.
type Store struct{ js jetstream.JetStream }

// New returns the store that js has access to, which belongs to the caller.
func New(js jetstream.JetStream) *Store { return &Store{js} }

// Save implements hygiene.Scans.
func (s *Store) Save(ctx context.Context, project string, scan hygiene.Scan) error {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	err := errors.Join(json.NewEncoder(w).Encode(scan), w.Close())
	if err == nil {
		err = s.with(ctx, func(kv jetstream.KeyValue) error {
			_, err := kv.Put(ctx, key(project, scan.Repository), packed.Bytes())
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("keep the scan of %s: %w", scan.Repository, err)
	}
	return nil
}

// List implements hygiene.Scans.
func (s *Store) List(ctx context.Context, project string) ([]hygiene.Scan, error) {
	scans := []hygiene.Scan{}
	err := s.with(ctx, func(kv jetstream.KeyValue) error {
		keys, err := kv.ListKeysFiltered(ctx, token(project)+".*")
		if err != nil {
			return err
		}
		for k := range keys.Keys() {
			scan, err := read(ctx, kv, k)
			if errors.Is(err, jetstream.ErrKeyNotFound) {
				continue // dropped meanwhile
			}
			if err != nil {
				return err
			}
			scans = append(scans, scan)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the scans of %s: %w", project, err)
	}
	slices.SortFunc(scans, func(a, b hygiene.Scan) int { return strings.Compare(a.Repository, b.Repository) })
	return scans, nil
}

func read(ctx context.Context, kv jetstream.KeyValue, key string) (hygiene.Scan, error) {
	var scan hygiene.Scan
	entry, err := kv.Get(ctx, key)
	if err != nil {
		return scan, err
	}
	r, err := gzip.NewReader(bytes.NewReader(entry.Value()))
	if err != nil {
		return scan, err
	}
	return scan, json.NewDecoder(r).Decode(&scan)
}

// Drop implements hygiene.Scans.
func (s *Store) Drop(ctx context.Context, project, repository string) error {
	err := s.with(ctx, func(kv jetstream.KeyValue) error { return kv.Purge(ctx, key(project, repository)) })
	if err != nil {
		return fmt.Errorf("drop the scan of %s: %w", repository, err)
	}
	return nil
}

func (s *Store) with(ctx context.Context, do func(jetstream.KeyValue) error) error {
	kv, err := s.js.KeyValue(ctx, Bucket)
	if err != nil {
		return err
	}
	return do(kv)
}

// key has two tokens, so that the scans of a project can be listed.
func key(project, repository string) string { return token(project) + "." + token(repository) }

func token(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
