// Package editor embeds the editor: the web app in this folder, as Vite builds it
// into dist.
package editor

import (
	"embed"
	"io/fs"
)

// dist holds only a placeholder until the editor is built, so that Go code
// builds without Node.
//
//go:embed all:dist
var dist embed.FS

// Files returns the built editor, with index.html at its root. Without a build
// it has no index.html.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path
	}
	return files
}
