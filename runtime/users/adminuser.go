package users

import (
	"context"
	"database/sql"
	"errors"
)

// A LiveSession is one login of a user that still lasts. Times are milliseconds
// since 1970.
type LiveSession struct {
	Created  int64 `json:"created"`
	LastUsed int64 `json:"lastUsed"` // to a tenth of the session timeout, or a minute
	Ends     int64 `json:"ends"`     // if nothing is called until then
}

var sessionsOfUser = prepared("SELECT created, last_used FROM sessions WHERE user_id = (SELECT id FROM users WHERE object_id = ?) AND last_used > ? ORDER BY last_used DESC LIMIT ?")

// mostSessionsListed bounds a list for people.
const mostSessionsListed = 200

// Sessions returns the newest sessions of a user, at most 200, without their
// tokens, which are kept nowhere. A user that isn't there has none.
func (s *Service) Sessions(ctx context.Context, objectID string) ([]LiveSession, error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	settings := s.settings.Load()
	rows, err := s.db.reads[sessionsOfUser].QueryContext(ctx, objectID, settings.deadline(s.now()), mostSessionsListed)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	all := []LiveSession{}
	for rows.Next() {
		var x LiveSession
		if err := rows.Scan(&x.Created, &x.LastUsed); err != nil {
			return nil, err
		}
		x.Ends = x.LastUsed + int64(settings.SessionTimeout)*1000
		all = append(all, x)
	}
	return all, rows.Err()
}

// RolesOf returns the roles of one's own that a user has, sorted.
func (s *Service) RolesOf(ctx context.Context, objectID string) ([]string, error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	user, err := scanRecord(s.db.reads[recordByObjectID].QueryRowContext(ctx, objectID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, noUser(objectID)
	}
	if err != nil {
		return nil, err
	}
	return texts(s.db.reads[rolesOfUser].QueryContext(ctx, user.id))
}

func (a *adminCall) sessions() (any, error) {
	all, err := a.service.Sessions(a.Context(), a.PathValue("id"))
	return map[string]any{"sessions": all}, err
}

func (a *adminCall) rolesOfUser() (any, error) {
	all, err := a.service.RolesOf(a.Context(), a.PathValue("id"))
	return map[string]any{"roles": all}, err
}
