package store

import (
	"context"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"
)

// A Hook routes a webhook to the block of a published version that answers it.
type Hook struct {
	Method  string // "POST", …
	Path    string // without a slash at either end
	Flow    string
	Version int
	Block   string // id of the hat block
}

func (h Hook) normal() Hook {
	h.Method = strings.ToUpper(h.Method)
	h.Path = strings.Trim(h.Path, "/")
	return h
}

// replaceHooks gives a flow's routes to its new version.
func replaceHooks(t *tx, flow string, version int, hooks []Hook) error {
	if err := t.do(`DELETE FROM hooks WHERE flow = ?`, flow); err != nil {
		return err
	}
	for _, h := range hooks {
		h = h.normal()
		err := t.do(`INSERT INTO hooks (method, path, flow, version, block) VALUES (?, ?, ?, ?, ?)`,
			h.Method, h.Path, flow, version, h.Block)
		if violates(err, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
			taken := &HookTakenError{Method: h.Method, Path: h.Path}
			if _, err := row(t, []any{&taken.Flow}, `SELECT flow FROM hooks WHERE method = ? AND path = ?`, h.Method, h.Path); err != nil {
				return err
			}
			return taken
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// FindHook returns the published webhook of this method and path, or
// *NotFoundError. Slashes at the ends of path don't matter.
func (s *Store) FindHook(ctx context.Context, method, path string) (Hook, error) {
	h := Hook{Method: method, Path: path}.normal()
	found := false
	err := s.read(ctx, func(q querier) (err error) {
		found, err = row(q, []any{&h.Flow, &h.Version, &h.Block},
			`SELECT flow, version, block FROM hooks WHERE method = ? AND path = ?`, h.Method, h.Path)
		return err
	})
	if err == nil && !found {
		err = &NotFoundError{What: "webhook", Name: h.Method + " " + h.Path}
	}
	return h, err
}

// Hooks returns the published webhooks of a flow, or all if flow is "".
func (s *Store) Hooks(ctx context.Context, flow string) ([]Hook, error) {
	var hooks []Hook
	err := s.read(ctx, func(q querier) error {
		hooks = nil
		return q.query(func(scan func(...any) error) error {
			var h Hook
			if err := scan(&h.Method, &h.Path, &h.Flow, &h.Version, &h.Block); err != nil {
				return err
			}
			hooks = append(hooks, h)
			return nil
		}, `SELECT method, path, flow, version, block FROM hooks WHERE flow = ?1 OR ?1 = '' ORDER BY path, method`, flow)
	})
	return hooks, err
}
