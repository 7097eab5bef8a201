package flagvet

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// StateFile is the name of the file with the state of flags.
const StateFile = "flagledger.flags.json"

// flagState is where a flag stands, as the server tells.
type flagState struct {
	Key       string `json:"key"`
	Lifecycle string `json:"lifecycle"`
	Decided   *struct {
		Variant string `json:"variant"`
		Value   any    `json:"value"`
	} `json:"decided"`
	Findings []struct {
		Message string `json:"message"`
	} `json:"findings"`
}

// states are the flags by key.
type states map[string]flagState

// A process looks at many packages, and reads each file once.
//
//nolint:gochecknoglobals // analyzers have no other place
var (
	loading sync.Mutex
	loaded  = map[string]func() (states, error){} // by path
)

// stateFor reads the file of the flag -state, or the one that is nearest to folder.
func stateFor(given, folder string) (states, error) {
	path := given
	if path == "" {
		var err error
		if path, err = nearest(folder); err != nil {
			return nil, err
		}
	}
	loading.Lock()
	load, ok := loaded[path]
	if !ok {
		load = sync.OnceValues(func() (states, error) { return read(path) })
		loaded[path] = load
	}
	loading.Unlock()
	return load()
}

func nearest(folder string) (string, error) {
	for at := folder; ; at = filepath.Dir(at) {
		path := filepath.Join(at, StateFile)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("there is no %s in %s or above it: make it with \"flagledger hygiene report --json > %s\"", StateFile, folder, StateFile)
		}
	}
}

func read(path string) (states, error) {
	text, err := os.ReadFile(path) //nolint:gosec // whoever runs the analyzer names the file
	if err != nil {
		return nil, err
	}
	var file struct {
		Flags []flagState `json:"flags"`
	}
	if err := json.Unmarshal(text, &file); err != nil || file.Flags == nil {
		return nil, fmt.Errorf("%s does not hold the state of flags: make it anew with \"flagledger hygiene report --json > %s\"", path, StateFile)
	}
	out := make(states, len(file.Flags))
	for _, f := range file.Flags {
		out[f.Key] = f
	}
	return out, nil
}
