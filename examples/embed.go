// Package examples holds the flows that a fresh server starts with and that the
// tests run, and the users that they are about.
package examples

import "embed"

// Files are the flow files, and users.json with the demo users. Those in folders
// are templates for new flows; a fresh server doesn't start with them.
//
//go:embed *.json service/*.json
var Files embed.FS

// Users is the name of the demo users' file.
const Users = "users.json"
