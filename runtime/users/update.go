package users

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
)

// update serves PUT users/<objectId>: the properties that are sent change, the
// others stay, and the whole record comes back.
//
// Under PolicySelf a request needs a user-token (3028) of the user it changes
// (3029), unless it comes with the CloudCode key or a permission lets it. Under
// PolicyPermissive neither is asked. Whenever a token is sent, its user becomes the record's
// owner.
func (c *call) update() (reply, error) {
	if c.object == nil {
		return reply{}, refuse(codeUpdateFailed, "The body must be a JSON object with the properties to change.")
	}
	if err := c.mayWrite(); err != nil {
		return reply{}, err
	}
	sent, err := updating.sort(c.object)
	if err != nil {
		return reply{}, err
	}
	hash, err := c.newPassword(&sent)
	if err != nil {
		return reply{}, err
	}
	return c.perform(func(t *tx) (effect, error) {
		user, err := c.target(t.row(recordByObjectID, c.param), t.ask, t.ruled)
		if err != nil {
			return effect{}, err
		}
		var before []byte
		if c.key != "" {
			if before, err = user.json(t.schema, nil, ""); err != nil {
				return effect{}, err
			}
		}
		if err := t.change(&user, &sent); err != nil {
			return effect{}, err
		}
		if c.session != nil {
			user.ownerID = sql.NullString{String: c.session.objectID, Valid: true}
		}
		if hash != "" {
			if err := c.replacePassword(t, &user, hash); err != nil {
				return effect{}, err
			}
		}
		if err := t.exec(updateRecord, user.identity, user.passwordHash, user.ownerID, user.locale, user.updated,
			string(user.properties), user.id); err != nil {
			return effect{}, err
		}
		after, err := user.json(t.schema, nil, "")
		return effect{reply: reply{status: http.StatusOK, body: after}, objectID: user.objectID, before: before, after: after}, err
	})
}

// saveUser serves PUT data/Users: an update of the user whose objectId is in the
// body, or a registration if none is.
func (c *call) saveUser() (reply, error) {
	id, _ := find(c.object, "objectId")
	if id.text == "" {
		return c.register()
	}
	c.param = id.text
	return c.updateEntity()
}

// updateEntity serves PUT data/Users/<objectId>.
func (c *call) updateEntity() (reply, error) {
	out, err := c.update()
	if isCode(err, codeNoUser) {
		return out, noEntity()
	}
	return out, err
}

// mayWrite refuses who may write nobody's record at all.
func (c *call) mayWrite() error {
	if c.service.settings.Load().UpdatePolicy == PolicySelf && c.session == nil && c.keyKind != keyBL && !c.service.ruled.Load() {
		return refuse(codeNotLoggedIn, "The user is not logged in. Log in and send the user-token.")
	}
	return nil
}

// target reads the user that the path names and refuses who may not write it.
func (c *call) target(row *sql.Row, ask ask, ruled bool) (record, error) {
	user, err := scanRecord(row)
	if errors.Is(err, sql.ErrNoRows) {
		return user, noUser(c.param)
	}
	if err != nil {
		return user, err
	}
	own := c.session != nil && c.session.objectID == user.objectID
	operation := MayUpdate
	if c.request.Method == http.MethodDelete {
		operation = MayRemove
	}
	may, err := c.may(ask, ruled, operation, usersTable, user.objectID, own, c.service.settings.Load().UpdatePolicy != PolicySelf)
	if err != nil {
		return user, err
	}
	if !may && c.session == nil {
		return user, refuse(codeNotLoggedIn, "The user is not logged in. Log in and send the user-token.")
	}
	if !may {
		return user, refuse(codeOtherUser, "A user can change only their own record, and this one is another user's.")
	}
	return user, nil
}

// newPassword hashes the password of an update, if one is sent. Hashing is
// dear, so it comes after asking whether the update is allowed at all.
func (c *call) newPassword(sent *changes) (hash string, err error) {
	if sent.password == nil {
		return "", nil
	}
	if _, err := c.target(c.service.db.reads[recordByObjectID].QueryRowContext(c.ctx, c.param), c.ask, c.service.ruled.Load()); err != nil {
		return "", err
	}
	if *sent.password == "" {
		return "", refuse(codeUpdateEmpty, "The password can't be empty. Leave it out to keep the old one.")
	}
	return c.service.hasher.hash(c.ctx, *sent.password)
}

// replacePassword ends the user's other sessions: who changes a password that
// someone else knows wants that someone out.
func (c *call) replacePassword(t *tx, user *record, hash string) error {
	user.passwordHash = sql.NullString{String: hash, Valid: true}
	keep := []byte{}
	if c.session != nil {
		keep = c.session.tokenHash
	}
	return t.exec(deleteSessions, user.id, keep)
}

// change puts what was sent into the record, and makes the columns it needs.
func (t *tx) change(user *record, sent *changes) error {
	own, fresh, err := updating.fit(t.schema, &t.settings, sent.own)
	if err != nil {
		return err
	}
	if p, ok := find(own, t.schema.identity); ok {
		identity := foldIdentity(p.text)
		taken, err := t.identityTaken(identity, user.id)
		if err != nil {
			return err
		}
		if taken {
			return refuse(codeIdentityTaken, "Another user has this %s.", t.schema.identity)
		}
		user.identity = sql.NullString{String: identity, Valid: true}
	}
	for _, column := range fresh {
		if err := t.saveColumn(column); err != nil {
			return err
		}
	}
	if user.properties, err = merge(user.properties, own); err != nil {
		return err
	}
	if sent.locale != "" {
		user.locale = sent.locale
	}
	user.updated = sql.NullInt64{Int64: t.now, Valid: true}
	return nil
}

func noUser(objectID string) *Error {
	if len(objectID) > 100 {
		objectID = objectID[:100]
	}
	return refuse(codeNoUser, "There is no user with the id %s.", objectID)
}

// changeStatus serves PUT users/<objectId>/status, for the CloudCode key only.
// Who is disabled is refused at the next call, whatever token they hold; once
// enabled again they log in anew.
func (c *call) changeStatus() (reply, error) {
	if c.keyKind != keyBL {
		return reply{}, refuse(codeStatusOnlyBL, "Operation allowed only for BL logic.")
	}
	p, _ := find(c.object, "userStatus")
	if p.text != statusEnabled && p.text != statusDisabled {
		return reply{}, refuse(codeUpdateFailed, "userStatus must be %s or %s.", statusEnabled, statusDisabled)
	}
	return c.perform(func(t *tx) (effect, error) {
		user, err := scanRecord(t.row(recordByObjectID, c.param))
		if errors.Is(err, sql.ErrNoRows) {
			return effect{}, noUser(c.param)
		}
		if err != nil {
			return effect{}, err
		}
		if user.status == statusGuest {
			return effect{}, refuse(codeUpdateFailed, "This user is a guest, whose status changes by registering. Delete the guest to keep them out.")
		}
		before, err := user.json(t.schema, nil, "")
		if err != nil {
			return effect{}, err
		}
		was := user.status
		user.status, user.updated = p.text, sql.NullInt64{Int64: t.now, Valid: true}
		if err := t.exec(setStatus, user.status, user.updated, user.id); err != nil {
			return effect{}, err
		}
		if err := t.startAfresh(&user, was); err != nil {
			return effect{}, err
		}
		after, err := user.json(t.schema, nil, "")
		return effect{reply: reply{status: http.StatusOK}, objectID: user.objectID, before: before, after: after}, err
	})
}

// LogOut ends all sessions of a user; the error is an *Error with code 3030 if
// there is none.
func (s *Service) LogOut(ctx context.Context, objectID string) error {
	return s.write(ctx, func(t *tx) error {
		user, err := scanRecord(t.row(recordByObjectID, objectID))
		if errors.Is(err, sql.ErrNoRows) {
			return noUser(objectID)
		}
		if err != nil {
			return err
		}
		return t.exec(deleteSessions, user.id, []byte{})
	})
}

// startAfresh ends the sessions and the lock of a user who was enabled. While
// disabled the sessions stay, so that their calls are refused with the reason.
func (t *tx) startAfresh(user *record, was string) error {
	if user.status != statusEnabled {
		return nil
	}
	if err := t.exec(unlockAccount, t.service.account(user.identity.String)); err != nil || was == statusEnabled {
		return err
	}
	return t.exec(deleteSessions, user.id, []byte{})
}
