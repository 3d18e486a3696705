package users

import (
	"database/sql"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Kinds of mails and of the tokens in their links.
const (
	mailRestore = "restore"
	mailConfirm = "confirm"
)

const (
	restoreTime = time.Hour
	confirmTime = 7 * 24 * time.Hour
	// mailPause is how long a mail of a kind keeps the next to the same user
	// back: nobody's mailbox can be filled by asking again.
	mailPause = time.Minute
)

var (
	insertMailToken  = prepared("INSERT INTO mail_tokens (token_hash, user_id, kind, created, expires) VALUES (?, ?, ?, ?, ?)")
	newestMailToken  = prepared("SELECT coalesce(max(created), 0) FROM mail_tokens WHERE user_id = ? AND kind = ?")
	userByMailToken  = prepared("SELECT u.object_id FROM mail_tokens m JOIN users u ON u.id = m.user_id WHERE m.token_hash = ? AND m.kind = ? AND m.expires > ?")
	deleteMailTokens = prepared("DELETE FROM mail_tokens WHERE user_id = ? AND kind = ?")
	setPassword      = prepared("UPDATE users SET password_hash = ?, status = ?, updated = ? WHERE id = ?")
)

// publicBase is where links lead. What a request says of its host is believed
// only on this machine: a stranger could make the service mail somebody a link
// to a host of the stranger's.
func (c *call) publicBase() string {
	base := c.service.publicURL
	if kept, err := c.service.SMTPSettings(c.ctx); base == "" && err == nil {
		base = kept.PublicURL
	}
	if base != "" {
		return strings.TrimSuffix(base, "/")
	}
	host := c.request.Host
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	at, err := netip.ParseAddr(strings.Trim(name, "[]"))
	if name == "localhost" || err == nil && at.IsLoopback() {
		return "http://" + host
	}
	return ""
}

// link makes a token and the address that it opens.
func (t *tx) link(base, kind string, user *record, lifetime time.Duration) (string, error) {
	token := newGUID() + newGUID()
	err := t.exec(insertMailToken, tokenHash(token), user.id, kind, t.now, t.now+lifetime.Milliseconds())
	path := map[string]string{mailRestore: "/api/users/newpassword/", mailConfirm: "/api/users/confirmemail/"}[kind]
	return base + path + token, err
}

// pausing says whether a mail of this kind went to the user a moment ago.
func (t *tx) pausing(kind string, user *record) (bool, error) {
	var newest int64
	err := t.row(newestMailToken, user.id, kind).Scan(&newest)
	return t.now-newest < mailPause.Milliseconds(), err
}

// address is where a user's mail goes, "" if nowhere.
func (r *record) address(sc *schema) string {
	own, err := parseObject(r.properties)
	if err != nil {
		return ""
	}
	for _, name := range []string{"email", sc.identity} {
		if p, _ := find(own, name); isEmail(p.text) {
			return p.text
		}
	}
	return ""
}

// restorePassword serves GET users/restorepassword/<identity>: it mails a link
// that leads to a page for a new password. The old one stays good until then,
// so asking for somebody else does them no harm.
func (c *call) restorePassword() (reply, error) {
	base := c.publicBase()
	return c.perform(func(t *tx) (effect, error) {
		user, err := scanRecord(t.row(recordByIdentity, foldIdentity(c.param)))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return effect{}, refuse(codeRestoreNobody, "Unable to find a user with the specified identity.")
		case err != nil:
			return effect{}, err
		case user.status == statusDisabled:
			return effect{}, refuse(codeDisabled, "This account is disabled.")
		}
		to := user.address(t.schema)
		if to == "" {
			return effect{}, refuse(codeNoMail, "This user has no email address to send a mail to.")
		}
		done := effect{reply: reply{status: http.StatusOK}, objectID: user.objectID}
		if pausing, err := t.pausing(mailRestore, &user); pausing || err != nil {
			return done, err
		}
		link, err := t.link(base, mailRestore, &user, restoreTime)
		if err != nil {
			return effect{}, err
		}
		return done, t.post(mailRestore, Mail{To: to, Subject: "A new password", Text: "Someone, probably you, asked for a new password for " + to + ".\n\n" +
			"Choose one here within an hour:\n" + link + "\n\nIf it wasn't you, do nothing: your password stays as it is.\n"})
	})
}

// confirmation mails the link that confirms an address.
func (t *tx) confirmation(base string, user *record) error {
	link, err := t.link(base, mailConfirm, user, confirmTime)
	if err != nil {
		return err
	}
	to := user.address(t.schema)
	return t.post(mailConfirm, Mail{To: to, Subject: "Please confirm your email address", Text: "Someone, probably you, registered with the address " + to + ".\n\n" +
		"Confirm it within a week:\n" + link + "\n\nIf it wasn't you, do nothing.\n"})
}

// unconfirmed finds the user that the path names, who has to be waiting for
// confirmation.
func (c *call) unconfirmed(t *tx) (record, error) {
	if !t.settings.EmailConfirmationRequired {
		return record{}, refuse(codeConfirmOff, `Unable to send email confirmation. The setting emailConfirmationRequired is off.`)
	}
	user, err := scanRecord(t.row(recordByIdentity, foldIdentity(c.param)))
	if errors.Is(err, sql.ErrNoRows) {
		return user, refuse(codeConfirmNobody, "Unable to send email confirmation - user account with the email cannot be found.")
	}
	if err == nil && user.status != statusPending {
		return user, refuse(codeConfirmed, "User has already confirmed the email address. Email confirmation will not be sent.")
	}
	return user, err
}

// resendConfirmation serves POST users/resendconfirmation/<identity>.
func (c *call) resendConfirmation() (reply, error) {
	base := c.publicBase()
	return c.perform(func(t *tx) (effect, error) {
		user, err := c.unconfirmed(t)
		if err != nil {
			return effect{}, err
		}
		done := effect{reply: reply{status: http.StatusOK}, objectID: user.objectID}
		if pausing, err := t.pausing(mailConfirm, &user); pausing || err != nil {
			return done, err
		}
		return done, t.confirmation(base, &user)
	})
}

// confirmationURL serves POST users/createEmailConfirmationURL/<identity>.
// Whoever has the link can confirm the address without having it, so under
// PolicySelf only the CloudCode key gets one.
func (c *call) confirmationURL() (reply, error) {
	if c.service.settings.Load().UpdatePolicy == PolicySelf {
		if err := c.onlyBL(codeStatusOnlyBL, forServerOnly); err != nil {
			return reply{}, err
		}
	}
	base := c.publicBase()
	return c.perform(func(t *tx) (effect, error) {
		user, err := c.unconfirmed(t)
		if err != nil {
			return effect{}, err
		}
		link, err := t.link(base, mailConfirm, &user, confirmTime)
		if err != nil {
			return effect{}, err
		}
		body, err := json.Marshal(map[string]string{"confirmationURL": link})
		return effect{reply: reply{status: http.StatusOK, body: body}, objectID: user.objectID}, err
	})
}
