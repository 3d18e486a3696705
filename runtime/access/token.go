package access

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"unicode/utf8"

	"blockflow/runtime/store"
)

// tokenPrefix lets people, and programs that look for leaked secrets, see what
// a token is.
const tokenPrefix = "bft_"

// A NewToken is an API token as it is shown once.
type NewToken struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Token string `json:"token"` // the secret; it can't be had again
}

// CreateToken makes an API token for these scopes, or for all if none are given.
// It needs no password to be set, so that a server can be prepared by a script. It
// returns an *Error if the name is empty or too long, or a scope unknown.
func (a *Access) CreateToken(ctx context.Context, name string, scopes ...Scope) (NewToken, error) {
	role, err := tokenRole(scopes)
	if err != nil {
		return NewToken{}, err
	}
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n < 1 || n > 100 || !utf8.ValidString(name) {
		return NewToken{}, errName
	}
	var id [8]byte
	rand.Read(id[:])
	t := NewToken{ID: hex.EncodeToString(id[:]), Name: name, Token: tokenPrefix + newSecret()}
	by := a.by(ctx)
	if err := a.store.CreateToken(ctx, hashOf(t.Token), store.Token{ID: t.ID, Name: name, Role: role, By: by, Created: a.now()}); err != nil {
		return NewToken{}, err
	}
	a.audit(ctx, by, "token.create", t.ID, name)
	return t, nil
}

// Tokens returns all API tokens, the oldest first, without their secrets. When
// one was last used is known to the hour.
func (a *Access) Tokens(ctx context.Context) ([]store.Token, error) { return a.store.Tokens(ctx) }

// RevokeToken makes a token useless from now on. It returns an *Error if there
// is none of this id.
func (a *Access) RevokeToken(ctx context.Context, id string) error {
	err := a.store.DeleteToken(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return errNoToken
	}
	if err == nil {
		a.audit(ctx, a.by(ctx), "token.revoke", id, "")
	}
	return err
}

// by names who asks, for the audit log.
func (a *Access) by(ctx context.Context) string {
	if p, ok := PrincipalFrom(ctx); ok {
		return p.String()
	}
	return "command line"
}
