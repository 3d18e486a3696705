package users

import (
	"net/http"
	"strconv"
)

// verifyPassword serves POST users/verifypassword, and verifypassowrd, which is
// what the JavaScript SDK really sends: is this the password of the user whose
// token this is? For the CloudCode key only. Wrong answers count like failed
// logins: a flow may stand between the key and a stranger.
func (c *call) verifyPassword() (reply, error) {
	if err := c.onlyBL(codeVerifyOnlyBL, "Password verification allowed only from CloudCode"); err != nil {
		return reply{}, err
	}
	if c.session == nil {
		return reply{}, refuse(codeNotLoggedIn, "The user is not logged in. Log in and send the user-token.")
	}
	password, ok := find(c.object, "password")
	if !ok || password.kind != 's' {
		return reply{}, refuse(codeArgument, "The body must be an object with the text password.")
	}
	user, err := scanRecord(c.service.db.reads[recordByObjectID].QueryRowContext(c.ctx, c.session.objectID))
	if err != nil {
		return reply{}, err
	}
	valid := false
	if user.passwordHash.Valid {
		try, err := c.attempt(user.identity.String)
		if err != nil {
			return reply{}, err
		}
		_, err = c.prove(try, user.identity.String, password.text)
		if err != nil && !isCode(err, codeWrongLogin) {
			return reply{}, err
		}
		valid = err == nil
		if valid && try.before > 0 {
			if err := c.service.write(c.ctx, try.succeeded); err != nil {
				return reply{}, err
			}
		}
	}
	return reply{status: http.StatusOK, body: []byte(`{"valid":` + strconv.FormatBool(valid) + `}`)}, nil
}
