package users

import (
	"database/sql"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The pages that links in mails lead to: the only HTML of the service. They
// have no scripts and refer to nothing.
var mailPage = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{{.Title}}</title>
<style>:root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:4rem auto;padding:0 1rem}
input,button{font:inherit;padding:.5rem;width:100%;box-sizing:border-box;margin:.5rem 0}</style></head>
<body><h1>{{.Title}}</h1><p>{{.Text}}</p>
{{if .Form}}<form method="post"><label>New password<input type="password" name="password" autocomplete="new-password" required minlength="8" maxlength="1000" autofocus></label>
<button>Save</button></form>{{end}}</body></html>
`))

type mailPageContent struct {
	Title, Text string
	Form        bool
}

func page(status int, content mailPageContent) (reply, error) {
	var out strings.Builder
	err := mailPage.Execute(&out, content)
	return reply{status: status, body: []byte(out.String()), html: true}, err
}

func deadLink() (reply, error) {
	return page(http.StatusNotFound, mailPageContent{Title: "This link is no longer good", Text: "It was used already, or it is too old. Ask for a new one."})
}

// byMailToken finds whom a link belongs to; "" if nobody.
func (c *call) byMailToken(row *sql.Row) (objectID string, err error) {
	err = row.Scan(&objectID)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return objectID, err
}

// passwordPage serves GET users/newpassword/<token>. Looking changes nothing:
// programs that check mails follow links.
func (c *call) passwordPage() (reply, error) {
	who, err := c.byMailToken(c.service.db.reads[userByMailToken].QueryRowContext(c.ctx, tokenHash(c.param), mailRestore, c.service.now()))
	if err != nil {
		return reply{}, err
	}
	if who == "" {
		return deadLink()
	}
	return page(http.StatusOK, mailPageContent{Title: "Choose a new password", Text: "It has at least 8 characters.", Form: true})
}

// newPassword serves POST users/newpassword/<token>, the form of that page. All
// sessions of the user and the lock of the account end with the old password.
func (c *call) newPasswordByMail() (reply, error) {
	form, err := url.ParseQuery(string(c.body))
	password := form.Get("password")
	if err != nil || utf8.RuneCountInString(password) < 8 || !utf8.ValidString(password) {
		return page(http.StatusBadRequest, mailPageContent{Title: "Choose a longer password", Text: "It has at least 8 characters.", Form: true})
	}
	who, err := c.byMailToken(c.service.db.reads[userByMailToken].QueryRowContext(c.ctx, tokenHash(c.param), mailRestore, c.service.now()))
	if err != nil {
		return reply{}, err
	}
	if who == "" {
		return deadLink()
	}
	hash, err := c.service.hasher.hash(c.ctx, password)
	if err != nil {
		return reply{}, err
	}
	used := false
	err = c.service.write(c.ctx, func(t *tx) error {
		who, err := c.byMailToken(t.row(userByMailToken, tokenHash(c.param), mailRestore, t.now))
		if used = who == ""; used || err != nil {
			return err
		}
		user, err := scanRecord(t.row(recordByObjectID, who))
		if err != nil {
			return err
		}
		status := user.status
		if status == statusPending {
			status = statusEnabled // the address is theirs
		}
		if err := t.exec(setPassword, hash, status, t.now, user.id); err != nil {
			return err
		}
		if err := t.exec(deleteMailTokens, user.id, mailRestore); err != nil {
			return err
		}
		if err := t.exec(unlockAccount, t.service.account(user.identity.String)); err != nil {
			return err
		}
		return t.exec(deleteSessions, user.id, []byte{})
	})
	switch {
	case err != nil:
		return reply{}, err
	case used:
		return deadLink()
	}
	return page(http.StatusOK, mailPageContent{Title: "Your password is saved", Text: "Log in with it now."})
}

// confirmEmail serves GET users/confirmemail/<token>. Following the link again
// says the same.
func (c *call) confirmEmail() (reply, error) {
	known := false
	err := c.service.write(c.ctx, func(t *tx) error {
		who, err := c.byMailToken(t.row(userByMailToken, tokenHash(c.param), mailConfirm, t.now))
		if known = who != ""; !known || err != nil {
			return err
		}
		user, err := scanRecord(t.row(recordByObjectID, who))
		if err != nil || user.status != statusPending {
			return err
		}
		return t.exec(setStatus, statusEnabled, t.now, user.id)
	})
	if err != nil {
		return reply{}, err
	}
	if !known {
		return deadLink()
	}
	return page(http.StatusOK, mailPageContent{Title: "Your email address is confirmed", Text: "You can log in now."})
}
