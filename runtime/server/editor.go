package server

import (
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

const notBuilt = `<!doctype html><meta charset="utf-8"><title>Blockflow</title>
<p>The editor isn't part of this binary. Build it with <code>make build</code>, which needs Node, and start the server again.</p>
`

// serveEditor serves the editor's files; an address without a dot that isn't a
// file is a page of the editor, which finds out by itself which.
func (s *Server) serveEditor(c *gin.Context) {
	name := strings.TrimPrefix(path.Clean(c.Request.URL.Path), "/")
	if strings.HasPrefix(name, "api/") || c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
		answer(c, &problem{http.StatusNotFound, "not_found", "There is nothing at this address.", nil})
		return
	}
	if s.editor == nil {
		c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(notBuilt))
		return
	}
	if info, err := fs.Stat(s.editor, name); name == "" || err != nil || info.IsDir() {
		if name != "" && strings.Contains(path.Base(name), ".") {
			answer(c, &problem{http.StatusNotFound, "not_found", "There is nothing at this address.", nil})
			return
		}
		name = "index.html"
	}
	file, err := fs.ReadFile(s.editor, name)
	if err != nil {
		c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(notBuilt))
		return
	}
	c.Header("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") { // their names hold a hash of what they are
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
	}
	c.Data(http.StatusOK, contentType(name), file)
}

// contentType doesn't ask the system's table of types, which differs between
// machines.
func contentType(name string) string {
	types := map[string]string{
		".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
		".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".gif": "image/gif", ".ico": "image/x-icon",
		".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".wav": "audio/wav", ".woff2": "font/woff2", ".cur": "image/x-icon", ".txt": "text/plain; charset=utf-8",
	}
	if t := types[path.Ext(name)]; t != "" {
		return t
	}
	return "application/octet-stream"
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
