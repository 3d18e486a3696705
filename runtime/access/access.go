// Package access decides who may use the editor's API: a person with a session
// cookie, or a program with an API token.
//
// It keeps no secret that would let its reader in. Passwords are kept as
// argon2id; setup links, sessions and tokens, each 256 random bits, as their
// SHA-256. Their tables are part of the store's migrations, since one database
// has one history, is backed up as one, and is moved to another kind of database
// as one.
//
//  1. While there is no password, SetupToken gives the secret of a one-time link.
//  2. Setup takes it once, with the owner's password.
//  3. SignIn takes the password and gives a session, which the browser keeps in
//     a cookie that no script can read and no other site can send.
//  4. Check tells for each request whose it is, and refuses requests that another
//     site made the browser send.
package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"blockflow/runtime/store"
)

const (
	// CookieName is the session cookie.
	CookieName = "blockflow_session"

	sessionAge  = 30 * 24 * time.Hour // a session ends, however much it is used
	sessionIdle = 7 * 24 * time.Hour  // a session ends when it isn't used so long
	touchEvery  = time.Hour           // how exactly "last used" is kept

	owner = "owner"
)

// Options say how access is given; the zero value is for production.
type Options struct {
	// Now is the clock, time.Now if nil.
	Now func() time.Time
	// Secure marks cookies Secure on every connection, for a server behind a
	// proxy that speaks TLS. On a TLS connection of our own they always are.
	Secure bool
	// Address tells which address a request comes from, for counting failed
	// tries; by default that of the connection. Behind a proxy, all requests
	// have the proxy's.
	Address func(*http.Request) string
	// Log is told of errors that the caller only sees as "internal"; slog.Default
	// if nil.
	Log *slog.Logger
}

// Access answers who may do what. It is safe for concurrent use.
type Access struct {
	store   *store.Store
	now     func() time.Time
	secure  bool
	address func(*http.Request) string
	log     *slog.Logger
	origins *http.CrossOriginProtection
	tries   *limiter
	hashing chan struct{} // bounds how many passwords are hashed at a time
}

// New gives access to what is kept in s.
func New(s *store.Store, o Options) *Access {
	a := &Access{
		store: s, now: o.Now, secure: o.Secure, address: o.Address, log: o.Log,
		origins: http.NewCrossOriginProtection(),
		hashing: make(chan struct{}, 2),
	}
	if a.now == nil {
		a.now = time.Now
	}
	if a.address == nil {
		a.address = func(r *http.Request) string { return r.RemoteAddr }
	}
	if a.log == nil {
		a.log = slog.Default()
	}
	a.tries = newLimiter(a.now)
	return a
}

// A Principal is who sent a request.
type Principal struct {
	Name  string // "owner", or the token's name
	Role  string // "owner"
	Token string // the API token's id; "" for a person's session
}

// String names the principal in the audit log.
func (p Principal) String() string {
	if p.Token != "" {
		return "token: " + p.Name
	}
	return p.Name
}

// Check tells who sent the request, or returns an *Error for the client: 401
// when nobody is known, 403 when another site made the browser send it. An error
// of another type is the store's.
func (a *Access) Check(r *http.Request) (Principal, error) {
	if secret, ok := bearer(r); ok {
		// Browsers add no such header by themselves, so there is no forging it
		// from another site.
		return a.checkToken(r.Context(), secret)
	}
	cookie, err := r.Cookie(CookieName)
	if err != nil {
		return Principal{}, errSignIn
	}
	p, err := a.checkSession(r.Context(), cookie.Value)
	if err != nil {
		return Principal{}, err
	}
	return p, a.sameOrigin(r)
}

// sameOrigin refuses a request that changes something and comes from a page of
// another site.
func (a *Access) sameOrigin(r *http.Request) error {
	if a.origins.Check(r) != nil {
		return errOrigin
	}
	return nil
}

// bearer returns the secret of an Authorization header. Other schemes are not
// ours: a proxy before us may use them.
func bearer(r *http.Request) (string, bool) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(secret), strings.EqualFold(scheme, "Bearer")
}

func (a *Access) checkSession(ctx context.Context, secret string) (Principal, error) {
	hash := hashOf(secret)
	s, err := a.store.Session(ctx, hash)
	if errors.Is(err, store.ErrNotFound) {
		return Principal{}, errSignIn
	}
	if err != nil {
		return Principal{}, err
	}
	now := a.now()
	if now.Sub(s.Created) >= sessionAge || now.Sub(s.Seen) >= sessionIdle {
		return Principal{}, errSignIn
	}
	if now.Sub(s.Seen) >= touchEvery {
		// A full disk must not lock people out: at worst the session ends early.
		_ = a.store.TouchSession(ctx, hash, now)
	}
	return Principal{Name: s.Person, Role: s.Role}, nil
}

func (a *Access) checkToken(ctx context.Context, secret string) (Principal, error) {
	t, err := a.store.Token(ctx, hashOf(secret))
	if errors.Is(err, store.ErrNotFound) {
		return Principal{}, errToken
	}
	if err != nil {
		return Principal{}, err
	}
	if now := a.now(); now.Sub(t.Used) >= touchEvery {
		_ = a.store.TouchToken(ctx, t.ID, now)
	}
	return Principal{Name: t.Name, Role: t.Role, Token: t.ID}, nil
}

// newSecret returns 256 random bits as text.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hashOf is how a secret is kept and looked up. Looking up a hash takes a time
// that depends on the hash, which says nothing about the secret; and a secret of
// 256 bits needs no slow hash.
func hashOf(secret string) store.Hash { return sha256.Sum256([]byte(secret)) }

type principalKey struct{}

// PrincipalFrom returns who Middleware found to have sent the request.
func PrincipalFrom(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	return p, ok
}

// WithPrincipal returns a context that PrincipalFrom reads.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// audit notes what was done. A full disk doesn't undo what was done already, so
// it is only logged.
func (a *Access) audit(ctx context.Context, by, action, subject, detail string) {
	err := a.store.Audit(ctx, store.AuditEntry{By: by, Action: action, Subject: subject, Detail: detail})
	if err != nil {
		a.log.Error("The audit log could not be written.", "action", action, "error", err)
	}
}
