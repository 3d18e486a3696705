package users

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"strings"

	"github.com/google/uuid"
)

// newGUID makes an id or token as Backendless writes them: a random GUID (122
// bits) in capitals.
func newGUID() string { return strings.ToUpper(uuid.NewString()) }

// tokenHash is the form in which a token is kept. Tokens are random, so a fast
// hash is enough: there is nothing to guess.
func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// A session is a logged-in user, as found by a token.
type session struct {
	userID    int64
	objectID  string
	status    string
	lastUsed  int64
	tokenHash []byte
}

var (
	sessionByToken  = prepared("SELECT u.id, u.object_id, u.status, s.last_used FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = ?")
	insertSession   = prepared("INSERT INTO sessions (token_hash, user_id, created, last_used) VALUES (?, ?, ?, ?)")
	touchSession    = prepared("UPDATE sessions SET last_used = ? WHERE token_hash = ? AND last_used < ?")
	deleteSession   = prepared("DELETE FROM sessions WHERE token_hash = ?")
	deleteSessions  = prepared("DELETE FROM sessions WHERE user_id = ? AND token_hash <> ?")
	liveSessions    = prepared("SELECT count(*) FROM sessions WHERE user_id = ? AND last_used > ?")
	expiredSessions = prepared("DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions WHERE last_used <= ? LIMIT ?)")
)

// A session slides: every call begins its timeout anew. So that not every call
// is a write, last_used is moved only when it is older than the slack, and a
// session that has not been used for the timeout is given the slack on top. It
// therefore never ends early, and late by a tenth of the timeout or a minute.
func (st *Settings) slack() int64 {
	return min(int64(st.SessionTimeout)*1000/10, 60_000)
}

// deadline is the last_used at which a session has just expired.
func (st *Settings) deadline(now int64) int64 {
	return now - int64(st.SessionTimeout)*1000 - st.slack()
}

// findSession returns the live session of a token, or nil.
func (s *Service) findSession(ctx context.Context, token string) (*session, error) {
	found := &session{tokenHash: tokenHash(token)}
	err := s.db.found(ctx, sessionByToken, found.tokenHash).
		Scan(&found.userID, &found.objectID, &found.status, &found.lastUsed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if found.lastUsed <= s.settings.Load().deadline(s.now()) {
		return nil, nil
	}
	return found, nil
}

// authenticate turns a user-token header into a session and keeps it alive.
// Without a token there is no session and no error.
func (s *Service) authenticate(ctx context.Context, token string) (*session, error) {
	if token == "" {
		return nil, nil
	}
	found, err := s.findSession(ctx, token)
	if err != nil {
		return nil, err
	}
	if found == nil {
		// Clients compare this text, so it is Backendless's, the token included;
		// it is worth nothing any more.
		return nil, refuse(codeBadToken, "Not existing user token - %s. Relogin user to update your user token", token)
	}
	if found.status == statusDisabled {
		return nil, refuse(codeDisabled, "This account is disabled.")
	}
	now := s.now()
	if stale := now - s.settings.Load().slack(); found.lastUsed <= stale {
		err = s.write(ctx, func(t *tx) error { return t.exec(touchSession, now, found.tokenHash, now) })
	}
	return found, err
}
