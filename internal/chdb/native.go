package chdb

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// atRevision writes blocks of the engine, which are in the oldest form of the
// protocol, in the form of a revision.
func atRevision(blocks []byte, revision uint64) ([]byte, error) {
	from := bytes.NewReader(blocks)
	reader := chproto.NewReader(from)
	var to chproto.Buffer
	for {
		block := proto.NewBlock()
		err := block.Decode(reader, 0)
		if errors.Is(err, io.EOF) {
			return to.Buf, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the engine's block: %w", err)
		}
		if err := block.Encode(&to, revision); err != nil {
			return nil, fmt.Errorf("write a block: %w", err)
		}
	}
}
