// Command flagledger-vet reports uses of feature flags that are stale, archived or
// unknown in Go code, and removes dead branches with -fix. It runs by itself, and
// as "go vet -vettool=$(which flagledger-vet) ./...".
package main

import (
	"os"
	"strings"

	"golang.org/x/tools/go/analysis/multichecker"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/flagledger/flagledger/client/flagvet"
)

func main() {
	if calledByVet(os.Args[1:]) {
		unitchecker.Main(flagvet.Analyzers()...)
	}
	multichecker.Main(flagvet.Analyzers()...)
}

// calledByVet tells whether the go command asks: for the version, for the flags,
// or to look at a package that a file describes.
func calledByVet(args []string) bool {
	for _, a := range args {
		if strings.HasPrefix(a, "-V") || a == "-flags" || strings.HasSuffix(a, ".cfg") {
			return true
		}
	}
	return false
}
