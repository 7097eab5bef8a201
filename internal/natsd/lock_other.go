//go:build !unix

package natsd

import "os"

// lockFile does nothing where there is no flock: there the folder is not
// guarded against a second server.
func lockFile(*os.File) error { return nil }
