package users

import (
	"database/sql"
	"errors"
	"net/http"
)

// login serves POST users/login. An unknown login and a wrong password get the
// same answer after the same work.
func (c *call) login() (reply, error) {
	if id, ok := find(c.object, "objectId"); ok {
		if _, withPassword := find(c.object, "login"); !withPassword {
			return c.loginByID(id)
		}
	}
	identity, err := c.argument("login")
	if err != nil {
		return reply{}, err
	}
	password, err := c.argument("password")
	if err != nil {
		return reply{}, err
	}
	if identity == "" || password == "" {
		return reply{}, refuse(codeEmptyLogin, "The login and the password can't be empty.")
	}
	identity = foldIdentity(identity)
	try, err := c.attempt(identity)
	if err != nil {
		return reply{}, err
	}
	user, err := c.prove(try, identity, password)
	if err != nil {
		return reply{}, err
	}
	return c.openSession(user.objectID, func(t *tx, now *record) error {
		if now.passwordHash != user.passwordHash {
			return wrongLogin()
		}
		return try.succeeded(t)
	})
}

// prove returns the user whose password this is. Whether the account is locked
// is asked, and a failure counted, while the turn to hash is held: a thousand
// tries that come together are no more tries than a thousand in a row.
func (c *call) prove(try *attempt, identity, password string) (user record, err error) {
	h := c.service.hasher
	err = h.inside(c.ctx, func() error {
		if err := try.allowed(c); err != nil {
			return err
		}
		user, err = scanRecord(c.service.db.reads[recordByIdentity].QueryRowContext(c.ctx, identity))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		hash := h.nobody
		if user.passwordHash.Valid {
			hash = user.passwordHash.String
		}
		right, err := h.matches(password, hash)
		if err != nil {
			return err
		}
		if right && user.passwordHash.Valid {
			return nil
		}
		if err := try.failed(c); err != nil {
			return err
		}
		return wrongLogin()
	})
	return user, err
}

func wrongLogin() *Error { return refuse(codeWrongLogin, "Invalid login or password") }

// argument reads a text that the body must have.
func (c *call) argument(name string) (string, error) {
	p, ok := find(c.object, name)
	if !ok || p.kind != 's' {
		return "", refuse(codeArgument, "The body must be an object with the texts login and password; %s is missing or isn't a text.", name)
	}
	return p.text, nil
}

// loginByID logs a user in without a password, for business logic that holds
// the CloudCode key.
func (c *call) loginByID(id property) (reply, error) {
	if c.keyKind != keyBL {
		return reply{}, refuse(codeOnlyBL, "Login by object id is allowed only for Code Runner API key")
	}
	return c.openSession(id.text, func(*tx, *record) error { return nil })
}

// openSession makes a token for a user whose password, say, has been checked;
// still refuses if what was checked then isn't so any more.
func (c *call) openSession(objectID string, still func(*tx, *record) error) (reply, error) {
	return c.perform(func(t *tx) (effect, error) {
		user, err := scanRecord(t.row(recordByObjectID, objectID))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return effect{}, wrongLogin()
		case err != nil:
			return effect{}, err
		}
		if err := still(t, &user); err != nil {
			return effect{}, err
		}
		switch {
		case user.status == statusDisabled:
			return effect{}, refuse(codeDisabled, "This account is disabled.")
		case user.status == statusPending:
			return effect{}, refuse(codeNotConfirmed, "Unable to login. User email is not confirmed.")
		}
		if err := t.admit(&user); err != nil {
			return effect{}, err
		}
		before, err := user.json(t.schema, nil, "")
		if err != nil {
			return effect{}, err
		}
		return t.welcome(&user, before)
	})
}

// admit applies the policy on several sessions of one user.
func (t *tx) admit(user *record) error {
	st := &t.settings
	if st.EnableMultipleLogins && st.MaxConcurrentLogins == 0 {
		return nil
	}
	var open int
	if err := t.row(liveSessions, user.id, st.deadline(t.now)).Scan(&open); err != nil {
		return err
	}
	switch {
	case st.EnableMultipleLogins && open >= st.MaxConcurrentLogins:
		return refuse(codeTooManyLogins, "This account is logged in %d times, which is as often as is allowed. Log out first.", open)
	case st.EnableMultipleLogins || open == 0:
		return nil
	case st.LogoutLastUser:
		return refuse(codeLoginOnce, "This account is logged in already, and multiple logins are off. Log out first.")
	}
	return t.exec(deleteSessions, user.id, []byte{})
}

// logout serves GET users/logout. Without a token there is nothing to end,
// which is fine.
func (c *call) logout() (reply, error) {
	if c.session == nil {
		return reply{status: http.StatusOK}, nil
	}
	return c.perform(func(t *tx) (effect, error) {
		err := t.exec(deleteSession, c.session.tokenHash)
		return effect{reply: reply{status: http.StatusOK}, objectID: c.session.objectID}, err
	})
}

// isValidToken serves GET users/isvalidusertoken/<token>. Asking doesn't keep
// the session alive.
func (c *call) isValidToken() (reply, error) {
	found, err := c.service.findSession(c.ctx, c.param)
	answer := "false"
	if found != nil && found.status != statusDisabled {
		answer = "true"
	}
	return reply{status: http.StatusOK, body: []byte(answer)}, err
}
