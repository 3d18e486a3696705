package access

import (
	"slices"
	"strings"
)

// A Scope is something that a person or a program may do.
type Scope string

// The scopes, from the least.
const (
	Read  Scope = "read"  // see flows, runs and the user table
	Run   Scope = "run"   // begin, cancel and retry runs, call webhooks that want a token
	Edit  Scope = "edit"  // save, publish and delete flows, change users
	Admin Scope = "admin" // people, tokens, secrets, settings and the audit log
)

// Scopes are all scopes, from the least.
var Scopes = []Scope{Read, Run, Edit, Admin}

// The roles of people.
const (
	Owner  = "owner"
	Editor = "editor"
	Viewer = "viewer"
)

// Roles are all roles, from the most.
var Roles = []string{Owner, Editor, Viewer}

var byRole = map[string][]Scope{
	Owner:  {Read, Run, Edit, Admin},
	Editor: {Read, Run, Edit},
	Viewer: {Read},
}

// May tells whether a principal may do something: what isn't said is denied. The
// role of a token may be a list of scopes, such as "read+run".
func (p Principal) May(s Scope) bool {
	if scopes, ok := byRole[p.Role]; ok {
		return slices.Contains(scopes, s)
	}
	return p.Token != "" && slices.Contains(strings.Split(p.Role, "+"), string(s))
}

// scopes are all that a principal may do.
func (p Principal) scopes() []Scope {
	list := []Scope{}
	for _, s := range Scopes {
		if p.May(s) {
			list = append(list, s)
		}
	}
	return list
}

// tokenRole is the role of a token with these scopes; none means all.
func tokenRole(scopes []Scope) (string, error) {
	if len(scopes) == 0 {
		return Owner, nil
	}
	texts := []string{}
	for _, s := range Scopes {
		if slices.Contains(scopes, s) {
			texts = append(texts, string(s))
		}
	}
	for _, s := range scopes {
		if !slices.Contains(Scopes, s) {
			return "", errScope
		}
	}
	if len(texts) == len(Scopes) {
		return Owner, nil
	}
	return strings.Join(texts, "+"), nil
}
