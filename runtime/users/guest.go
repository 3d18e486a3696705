package users

import (
	"database/sql"
	"errors"
	"net/http"
)

// guest serves POST users/register/guest: a user without an identity and a
// password, logged in. Required properties are null until the guest registers.
func (c *call) guest() (reply, error) {
	if err := c.mayRegister(); err != nil {
		return reply{}, err
	}
	return c.perform(func(t *tx) (effect, error) {
		objectID := newGUID()
		if err := t.exec(insertRecord, objectID, nil, nil, statusGuest, objectID, "en", t.now, "{}"); err != nil {
			return effect{}, err
		}
		user, err := scanRecord(t.row(recordByObjectID, objectID))
		if err != nil {
			return effect{}, err
		}
		return t.welcome(&user, nil)
	})
}

func (c *call) mayRegister() error {
	if !c.admin && !c.service.settings.Load().UserRegistrationEnabled {
		return refuse(codeRegistrationOff, "User registration is denied for this version of application")
	}
	return nil
}

// welcome opens a session for a user and answers with record and token.
func (t *tx) welcome(user *record, before []byte) (effect, error) {
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
}

// guestToConvert says which guest a registration makes a user of; "" if the
// objectId it has is nobody's, which is then ignored like every system field.
// Only the guest, by their token, or the CloudCode key may do it: whoever knows
// the id could take the guest's records over.
func (c *call) guestToConvert() (string, error) {
	id, _ := find(c.object, "objectId")
	if id.text == "" {
		return "", nil
	}
	user, err := scanRecord(c.service.db.reads[recordByObjectID].QueryRowContext(c.ctx, id.text))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", err
	case c.keyKind == keyBL:
	case c.session == nil:
		return "", refuse(codeNotLoggedIn, "To make a user of a guest, send the guest's user-token.")
	case c.session.objectID != id.text:
		return "", refuse(codeOtherUser, "The objectId is another user's.")
	}
	if user.status != statusGuest {
		return "", refuse(codeRegisterFailed, "The user with this objectId is registered already.")
	}
	return id.text, nil
}

var convertGuest = prepared("UPDATE users SET identity = ?, password_hash = ?, status = ?, locale = ?, updated = ?, properties = ? WHERE id = ?")

// convert makes a user of a guest. Id, sessions and what the guest had stay.
func (t *tx) convert(objectID string, a *applicant, status string) (made *record, before []byte, err error) {
	user, err := scanRecord(t.row(recordByObjectID, objectID))
	if errors.Is(err, sql.ErrNoRows) || err == nil && user.status != statusGuest {
		return nil, nil, refuse(codeRegisterFailed, "The user with this objectId isn't a guest any more.")
	}
	if err != nil {
		return nil, nil, err
	}
	if before, err = user.json(t.schema, nil, ""); err != nil {
		return nil, nil, err
	}
	identity, own, err := t.admitApplicant(a)
	if err != nil {
		return nil, nil, err
	}
	if user.properties, err = merge(user.properties, own); err != nil {
		return nil, nil, err
	}
	if a.locale != "" {
		user.locale = a.locale
	}
	err = t.exec(convertGuest, identity, a.passwordHash, status, user.locale, t.now, string(user.properties), user.id)
	if err == nil {
		user, err = scanRecord(t.row(recordByObjectID, objectID))
	}
	return &user, before, err
}
