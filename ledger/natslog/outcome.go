package natslog

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"github.com/flagledger/flagledger/ledger"
)

// Codes of the server's API that the client does not name.
const (
	codeAccountLimit    jetstream.ErrorCode = 10002 // the account's share of the disk is used up
	codeNoResources     jetstream.ErrorCode = 10023 // the server's limit is reached
	codeStorageExceeded jetstream.ErrorCode = 10047
	codeInProcess       jetstream.ErrorCode = 10158 // the same ID is on its way through the cluster
	codeStoreFailed     jetstream.ErrorCode = 10077 // the store refused; a full stream among other reasons
)

// isSilence tells whether nobody took the request, so that nothing can have
// been stored.
func isSilence(err error) bool {
	return errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrNoStreamResponse)
}

// notStored tells whether a failed append certainly left nothing behind and
// may go through a moment later.
func notStored(err error) bool {
	c := code(err)
	return isSilence(err) || c == jetstreamext.JSErrCodeBatchPublishIncomplete ||
		c == jetstreamext.JSErrCodeAtomicPublishTooManyInflight || c == jetstreamext.JSErrCodeBatchPublishTooManyInflight
}

// code returns the server's code for err, 0 when it is not the server's.
func code(err error) jetstream.ErrorCode {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.ErrorCode
	}
	return 0
}

// isConflict knows both codes: a replicated stream answers mostly with the
// second, because it checks before it has agreed on a sequence.
func isConflict(err error) bool {
	c := code(err)
	return c == jetstream.JSErrCodeStreamWrongLastSequence || c == jetstream.JSErrCodeStreamWrongLastSequenceConstant
}

// outcome puts a failure of NATS into the ledger's words.
func outcome(ctx context.Context, err error) error {
	var api *jetstream.APIError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", ledger.ErrUnavailable, context.Cause(ctx))
	case errors.Is(err, ledger.ErrDuplicate), isConflict(err), code(err) == codeStoreFailed,
		code(err) == jetstreamext.JSErrCodeBatchPublishDuplicateMsgID:
		return err // what they mean depends on the batch
	case code(err) == codeAccountLimit, code(err) == codeNoResources, code(err) == codeStorageExceeded:
		return fmt.Errorf("%w: %w", ledger.ErrFull, err)
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return fmt.Errorf("%w: there is no stream %s", ledger.ErrUnavailable, Stream)
	case notStored(err), code(err) == codeInProcess, !errors.As(err, &api), api.Code >= http.StatusInternalServerError:
		return fmt.Errorf("%w: %w", ledger.ErrUnavailable, err)
	}
	return err // refused for good
}
