// Command generate writes random pairs of flags and contexts with the answers
// of the Go evaluator; see package difftest.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"

	"github.com/flagledger/flagledger/internal/difftest"
)

func main() {
	pairs := flag.Int("pairs", 100_000, "how many pairs to write at least")
	seed := flag.Uint64("seed", 1, "what they are drawn from")
	flag.Parse()
	if err := run(*pairs, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(pairs int, seed uint64) error {
	out := bufio.NewWriter(os.Stdout)
	if err := difftest.Write(out, pairs, seed); err != nil {
		return err
	}
	return out.Flush()
}
