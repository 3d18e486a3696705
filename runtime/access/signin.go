package access

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"time"
	"unicode"

	"blockflow/runtime/store"
)

// A Session lets a browser in.
type Session struct {
	Token   string // the cookie's value; it can't be had again
	Expires time.Time
}

// SetupToken returns the secret of a new one-time link while no password is set,
// in place of any link before it; needed is false once there is a password. The
// link is http://<address>/setup?token=<secret> and valid until it is used.
func (a *Access) SetupToken(ctx context.Context) (token string, needed bool, err error) {
	token = newSecret()
	needed, err = a.store.SetSetupLink(ctx, hashOf(token))
	if err != nil || !needed {
		return "", false, err
	}
	return token, true, nil
}

// Setup sets the owner's password, or that of somebody who is invited, uses the
// link up, and signs them in. It
// returns an *Error if the link or the password is not good enough.
func (a *Access) Setup(ctx context.Context, token, password string) (Session, error) {
	if strings.HasPrefix(token, inviteStart) {
		return a.accept(ctx, token, password)
	}
	link, err := a.store.SetupLink(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return Session{}, errLink
	}
	if err != nil {
		return Session{}, err
	}
	// Before the password is hashed, which costs: only the link's holder may
	// cause that.
	given := hashOf(token)
	if subtle.ConstantTimeCompare(given[:], link[:]) != 1 {
		return Session{}, errLink
	}
	if err := checkNewPassword(password); err != nil {
		return Session{}, err
	}
	hash, err := a.hash(ctx, password)
	if err != nil {
		return Session{}, err
	}
	err = a.store.UseSetupLink(ctx, given, store.Person{Name: owner, Role: owner, Password: hash, Created: a.now()})
	if errors.Is(err, store.ErrNotFound) {
		return Session{}, errLink
	}
	if err != nil {
		return Session{}, err
	}
	a.audit(ctx, owner, "setup", owner, "")
	return a.newSession(ctx, owner)
}

// SignIn is SignInAs the owner.
func (a *Access) SignIn(ctx context.Context, password, remoteAddr string) (Session, error) {
	return a.SignInAs(ctx, owner, password, remoteAddr)
}

// SignInAs gives a session for a person's password. remoteAddr, an address with
// or without a port, is where the try comes from: after a few wrong ones it has to
// wait. It returns an *Error if the name or the password is wrong, without saying
// which, or if the caller has to wait.
func (a *Access) SignInAs(ctx context.Context, name, password, remoteAddr string) (Session, error) {
	person, err := a.store.Person(ctx, name)
	known := !errors.Is(err, store.ErrNotFound)
	if known && err == nil && invited(person.Password) {
		known = false // nothing is the password of somebody who has none yet
	}
	if !known {
		has, err := a.store.HasPeople(ctx)
		if err != nil {
			return Session{}, err
		}
		if !has {
			return Session{}, errNoSetup
		}
	} else if err != nil {
		return Session{}, err
	}
	try, wait := a.tries.begin(remoteAddr)
	if wait > 0 {
		return Session{}, tooManyTries(wait)
	}
	// The try counts as failed from its beginning, so that many at once get no
	// more chances than one after the other. An unknown name costs as much time as
	// a known one, so that names can't be found out.
	right := false
	switch {
	case len(password) > 1024:
	case known:
		right, err = a.matches(ctx, password, person.Password)
	default:
		_, err = a.hash(ctx, password)
	}
	if err != nil {
		return Session{}, err
	}
	if !right {
		a.audit(ctx, "", "session.refused", clip(name), "from "+try.address)
		return Session{}, errPassword
	}
	a.tries.succeeded(try)
	a.audit(ctx, name, "session.begin", name, "from "+try.address)
	return a.newSession(ctx, name)
}

// clip keeps what a stranger sends short in the audit log.
func clip(name string) string {
	if len(name) > 100 || strings.ContainsFunc(name, unicode.IsControl) {
		return "?"
	}
	return name
}

// SignOut ends the session whose cookie has this value, if there is one.
func (a *Access) SignOut(ctx context.Context, token string) error {
	return a.store.DeleteSession(ctx, hashOf(token))
}

// SetPassword changes the owner's password and ends all sessions, for an owner
// who forgot it and can reach the server's files. It returns an *Error if the
// password is not good enough or none was set before.
func (a *Access) SetPassword(ctx context.Context, password string) error {
	if err := checkNewPassword(password); err != nil {
		return err
	}
	hash, err := a.hash(ctx, password)
	if err != nil {
		return err
	}
	err = a.store.SetPassword(ctx, owner, hash)
	if errors.Is(err, store.ErrNotFound) {
		return errNoSetup
	}
	if err == nil {
		a.audit(ctx, owner, "password.changed", owner, "")
	}
	return err
}

func (a *Access) newSession(ctx context.Context, person string) (Session, error) {
	now := a.now()
	s := Session{Token: newSecret(), Expires: now.Add(sessionAge)}
	err := a.store.CreateSession(ctx, hashOf(s.Token), store.Session{Person: person, Created: now, Seen: now},
		now.Add(-sessionAge), now.Add(-sessionIdle))
	return s, err
}
