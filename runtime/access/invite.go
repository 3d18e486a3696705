package access

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"blockflow/runtime/store"
)

// Somebody who is invited has, in place of a password's hash, the hash of the
// link's secret: who sets a password uses the link up, because it is gone then.
const (
	invitePrefix = "invite$" // then the Unix second when it ends, "$", and the secret's hash
	inviteAge    = 7 * 24 * time.Hour
	inviteStart  = "invite." // of the link's token; then the name, ".", and the secret
)

// Invite lets another person sign in as soon as they have set a password, and
// returns the secret of the link for that, which is valid for a week: the link is
// http://<address>/setup?token=<secret>. It returns an *Error if the name or the
// role won't do, or if there is such a person.
func (a *Access) Invite(ctx context.Context, name, role string) (token string, err error) {
	token, kept := a.newInvite(name)
	return token, a.add(ctx, name, role, func() (string, error) { return kept, nil })
}

// InviteAgain takes a person's password away, ends their sessions and returns the
// secret of a new link, for somebody who forgot theirs. It returns an *Error if
// there is no such person.
func (a *Access) InviteAgain(ctx context.Context, name string) (token string, err error) {
	token, kept := a.newInvite(name)
	if err := a.store.SetPassword(ctx, name, kept); err != nil {
		return "", personError(err)
	}
	a.audit(ctx, a.by(ctx), "person.invite", name, "")
	return token, nil
}

func (a *Access) newInvite(name string) (token, kept string) {
	secret := newSecret()
	hash := hashOf(secret)
	ends := strconv.FormatInt(a.now().Add(inviteAge).Unix(), 10)
	return inviteStart + name + "." + secret, invitePrefix + ends + "$" + hex.EncodeToString(hash[:])
}

// invited tells whether a person has no password yet.
func invited(password string) bool { return strings.HasPrefix(password, invitePrefix) }

// accept sets the password of somebody who is invited and signs them in.
func (a *Access) accept(ctx context.Context, token, password string) (Session, error) {
	name, secret, ok := cutLast(strings.TrimPrefix(token, inviteStart))
	if !ok {
		return Session{}, errLink
	}
	person, err := a.store.Person(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return Session{}, errLink
	}
	if err != nil {
		return Session{}, err
	}
	// Before the password is hashed, which costs: only the link's holder may
	// cause that.
	ends, wanted, _ := strings.Cut(strings.TrimPrefix(person.Password, invitePrefix), "$")
	until, err := strconv.ParseInt(ends, 10, 64)
	given := hashOf(secret)
	if !invited(person.Password) || err != nil || a.now().Unix() >= until ||
		subtle.ConstantTimeCompare([]byte(hex.EncodeToString(given[:])), []byte(wanted)) != 1 {
		return Session{}, errLink
	}
	if err := checkNewPassword(password); err != nil {
		return Session{}, err
	}
	hash, err := a.hash(ctx, password)
	if err == nil {
		err = a.store.ReplacePassword(ctx, name, person.Password, hash)
	}
	if errors.Is(err, store.ErrNotFound) {
		return Session{}, errLink // another one was quicker
	}
	if err != nil {
		return Session{}, err
	}
	a.audit(ctx, name, "person.accept", name, "")
	return a.newSession(ctx, name)
}

func cutLast(text string) (before, after string, found bool) {
	i := strings.LastIndexByte(text, '.')
	if i < 0 {
		return "", "", false
	}
	return text[:i], text[i+1:], true
}

// ChangeOwnPassword lets a person who knows their password choose another, which
// ends their sessions. remoteAddr is where the try comes from. It returns an
// *Error if the old password is wrong, the new one isn't good enough, or the
// caller has to wait.
func (a *Access) ChangeOwnPassword(ctx context.Context, name, old, password, remoteAddr string) error {
	if err := checkNewPassword(password); err != nil {
		return err
	}
	person, err := a.store.Person(ctx, name)
	if err != nil {
		return personError(err)
	}
	try, wait := a.tries.begin(remoteAddr)
	if wait > 0 {
		return tooManyTries(wait)
	}
	if len(old) > 1024 || invited(person.Password) {
		return errOldPassword
	}
	right, err := a.matches(ctx, old, person.Password)
	if err != nil {
		return err
	}
	if !right {
		return errOldPassword
	}
	a.tries.succeeded(try)
	return a.ChangePerson(ctx, name, "", password)
}
