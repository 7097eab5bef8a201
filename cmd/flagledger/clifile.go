package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// cliFileName is the file in a data folder that tells commands on the same
// machine how to reach the server.
const cliFileName = "cli.json"

// cliFile is what cli.json holds. The token is an admin token, so the file is
// for its owner only.
type cliFile struct {
	Server  string `json:"server"`
	Token   string `json:"token"`
	Project string `json:"project,omitempty"`
}

// writeCLIFile replaces the cli.json of folder, which must exist. The file
// appears whole or not at all and has mode 0600 from the start.
func writeCLIFile(folder string, c cliFile) error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", cliFileName, err)
	}
	// CreateTemp gives mode 0600.
	tmp, err := os.CreateTemp(folder, cliFileName+".*")
	if err != nil {
		return fmt.Errorf("create %s: %w", cliFileName, err)
	}
	_, err = tmp.Write(append(data, '\n'))
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(folder, cliFileName))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", cliFileName, err), os.Remove(tmp.Name()))
	}
	return nil
}

// readCLIFile reads the cli.json of folder; the error is fs.ErrNotExist when
// there is none.
func readCLIFile(folder string) (cliFile, error) {
	path := filepath.Join(folder, cliFileName)
	data, err := os.ReadFile(path) //nolint:gosec // the user names the folder
	if err != nil {
		return cliFile{}, fmt.Errorf("read %s: %w", path, err)
	}
	var c cliFile
	if err := json.Unmarshal(data, &c); err != nil {
		return cliFile{}, fmt.Errorf("read %s: %w; restart the server to write it anew", path, err)
	}
	return c, nil
}

// findCLIFile reads the first cli.json among the folders. None is no error,
// and neither is one of another user's server: --token still works then.
func findCLIFile(folders []string) (cliFile, error) {
	for _, folder := range folders {
		c, err := readCLIFile(folder)
		switch {
		case err == nil:
			return c, nil
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		default:
			return cliFile{}, err
		}
	}
	return cliFile{}, nil
}
