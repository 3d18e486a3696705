package server

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/store"
)

// hatProblems are the faults of a flow's hats that only a server knows: a hat
// that the compiler takes may still name no time, or no address.
func hatProblems(p *engine.Program) engine.Problems {
	var problems engine.Problems
	seen := map[string]bool{}
	for _, e := range p.Entries {
		var fault *engine.Error
		switch e.Type {
		case blocks.WhenEvery:
			_, fault = timetableOf(e)
		case blocks.WhenWebhook:
			fault = addressFault(e)
			key := e.Fields[blocks.WebhookMethod] + " " + anyNames(hookSegments(e))
			if fault == nil && seen[key] {
				fault = engine.Fail(engine.WrongField, "Two webhooks of this flow have the same address. Change the method or path of one.")
			}
			seen[key] = true
		}
		if fault != nil {
			fault.Block, fault.Type = e.Block, e.Type
			problems = append(problems, fault)
		}
	}
	return problems
}

var segmentName = regexp.MustCompile(`^:[A-Za-z_][A-Za-z0-9_]{0,39}$`)

func addressFault(e engine.Entry) *engine.Error {
	segments := hookSegments(e)
	names := []string{}
	for _, s := range segments {
		if strings.HasPrefix(s, ":") {
			if !segmentName.MatchString(s) || slices.Contains(names, s) {
				return engine.Fail(engine.WrongField, "%q in the path isn't a name of its own: after the colon come up to 40 letters, digits and underscores.", s)
			}
			names = append(names, s)
			continue
		}
		if s == "" || s == "." || s == ".." || strings.ContainsAny(s, "?#%\\\x00 \t\r\n") {
			return engine.Fail(engine.WrongField, "The path of a webhook is words between slashes, such as orders/new or orders/:id.")
		}
	}
	if len(segments) == 0 || len(e.Fields[blocks.WebhookPath]) > 500 {
		return engine.Fail(engine.WrongField, "A webhook needs a path, such as orders/new, of at most 500 bytes.")
	}
	needsSecret := !slices.Contains([]string{blocks.AuthNone, blocks.AuthToken}, e.Fields[blocks.WebhookAuth])
	if needsSecret && strings.TrimSpace(e.Fields[blocks.WebhookSecret]) == "" {
		return engine.Fail(engine.WrongField, "This webhook knows its callers by a secret. Write the secret's name on the block.")
	}
	return nil
}

func hookSegments(e engine.Entry) []string {
	path := strings.Trim(strings.TrimSpace(e.Fields[blocks.WebhookPath]), "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// anyNames is a path without the names of its parameters: two that differ only
// in those are the same address.
func anyNames(segments []string) string {
	plain := make([]string, len(segments))
	for i, s := range segments {
		if plain[i] = s; strings.HasPrefix(s, ":") {
			plain[i] = ":"
		}
	}
	return strings.Join(plain, "/")
}

// hooksOf lists a flow's webhooks.
func hooksOf(p *engine.Program) []store.Hook {
	var hooks []store.Hook
	for _, e := range p.Entries {
		if e.Type == blocks.WhenWebhook {
			hooks = append(hooks, store.Hook{Method: e.Fields[blocks.WebhookMethod], Path: anyNames(hookSegments(e)), Block: e.Block})
		}
	}
	return hooks
}

// publishing is what belongs to a version that is published now.
func publishing(p *engine.Program, revision int, by, note string, now time.Time) store.PublishOptions {
	return store.PublishOptions{Revision: revision, By: by, Note: note, Hooks: hooksOf(p), Schedules: schedulesOf(p, now)}
}
