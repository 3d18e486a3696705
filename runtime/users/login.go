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
	user, err := scanRecord(c.service.db.reads[recordByIdentity].QueryRowContext(c.ctx, foldIdentity(identity)))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return reply{}, err
	}
	known := err == nil && user.passwordHash.Valid
	hash := c.service.hasher.nobody
	if known {
		hash = user.passwordHash.String
	}
	right, err := c.service.hasher.matches(c.ctx, password, hash)
	if err != nil {
		return reply{}, err
	}
	if !known || !right {
		return reply{}, wrongLogin()
	}
	return c.openSession(user.objectID, func(now *record) bool { return now.passwordHash == user.passwordHash })
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
	return c.openSession(id.text, func(*record) bool { return true })
}

// openSession makes a token for a user whose password, say, has been checked;
// still says whether what was checked then is still so.
func (c *call) openSession(objectID string, still func(*record) bool) (reply, error) {
	return c.perform(func(t *tx) (effect, error) {
		user, err := scanRecord(t.row(recordByObjectID, objectID))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return effect{}, wrongLogin()
		case err != nil:
			return effect{}, err
		case !still(&user):
			return effect{}, wrongLogin()
		case user.status == statusDisabled:
			return effect{}, refuse(codeDisabled, "This account is disabled.")
		}
		if err := t.admit(&user); err != nil {
			return effect{}, err
		}
		before, err := user.json(t.schema, nil, "")
		if err != nil {
			return effect{}, err
		}
		token := newGUID()
		if err := t.exec(insertSession, tokenHash(token), user.id, t.now, t.now); err != nil {
			return effect{}, err
		}
		if err := t.exec(setLastLogin, t.now, user.id); err != nil {
			return effect{}, err
		}
		user.lastLogin = sql.NullInt64{Int64: t.now, Valid: true}
		after, err := user.json(t.schema, nil, "")
		if err != nil {
			return effect{}, err
		}
		body, err := user.json(t.schema, nil, token)
		return effect{reply: reply{status: http.StatusOK, body: body}, objectID: user.objectID, before: before, after: after}, err
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
