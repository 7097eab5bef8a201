// Package web is the dashboard: a page of React, built into dist by "make web" and
// embedded into the binary.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var files embed.FS

// Dist is what was built: index.html, and under assets what it refers to, with the
// hash of its content in each name. Without a build it is empty but for one hidden file.
func Dist() fs.FS {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // dist is the name of the pattern above
	}
	return dist
}
