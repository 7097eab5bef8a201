package httpapi

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/ledger"
)

// Condition is part of every request that replaces something which its sender
// has read before.
type Condition struct {
	IfMatch string `header:"If-Match" doc:"The ETag of what was read, or its seq in double quotes: if it has changed since, nothing is done and the answer is 412. Without it the last one to write wins." example:"\"4711\""`
}

// parseMatch reads an If-Match header: the sequence that its sender has seen,
// 0 for none. A proxy that compresses makes a weak ETag of ours; it names the
// same state.
func parseMatch(header string) (uint64, error) {
	if header == "" {
		return 0, nil
	}
	text := strings.TrimPrefix(strings.TrimSpace(header), "W/")
	text, opened := strings.CutPrefix(text, `"`)
	text, closed := strings.CutSuffix(text, `"`)
	seq, err := strconv.ParseUint(text, 10, 64)
	if !opened || !closed || err != nil || seq == 0 {
		return 0, failure(codeInvalid, "the If-Match header cannot be used", &huma.ErrorDetail{
			Location: "header.If-Match", Message: `must be one ETag of this API, such as "4711"`,
		})
	}
	return seq, nil
}

// staleMatch names what an If-Match should have been.
func staleMatch(e *ledger.CommandError) *huma.ErrorDetail {
	d := &huma.ErrorDetail{Location: "header.If-Match", Message: "there is no current version"}
	if e.Seq > 0 {
		d.Message, d.Value = fmt.Sprintf("the current version is %d", e.Seq), etagOf(e.Seq)
	}
	return d
}
