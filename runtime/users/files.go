package users

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode"
)

const (
	mostFileName = 1000 // bytes of a path
	fileForm     = "files/binary/**"
)

var (
	selectFile = prepared("SELECT content FROM files WHERE path = ?")
	fileExists = prepared("SELECT count(*) FROM files WHERE path = ?")
	insertFile = prepared("INSERT INTO files (path, owner_id, created, content) VALUES (?, ?, ?, ?)")
	updateFile = prepared("UPDATE files SET content = ?, updated = ? WHERE path = ?")
	removeFile = prepared("DELETE FROM files WHERE path = ?")
)

// saveFile serves PUT files/binary/<path>?overwrite=…: the body is the file in
// base64, the answer its address as a JSON text.
func (c *call) saveFile() (reply, error) {
	if err := c.mayFile(); err != nil {
		return reply{}, err
	}
	if err := checkFilePath(c.param); err != nil {
		return reply{}, err
	}
	content, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(c.body)))
	if err != nil {
		return reply{}, refuse(codeArgument, "The body must be the file in base64.")
	}
	overwrite := c.request.URL.Query().Get("overwrite") == "true"
	return c.perform(func(t *tx) (effect, error) {
		there := 0
		if err := t.row(fileExists, c.param).Scan(&there); err != nil {
			return effect{}, err
		}
		switch {
		case there == 0:
			owner := sql.NullString{}
			if c.session != nil {
				owner = sql.NullString{String: c.session.objectID, Valid: true}
			}
			err = t.exec(insertFile, c.param, owner, t.now, content)
		case overwrite:
			err = t.exec(updateFile, content, t.now, c.param)
		default:
			err = &Error{Code: codeOther, Status: http.StatusConflict, Message: "There is a file of this name already. Ask for overwrite=true to replace it."}
		}
		body, _ := json.Marshal(c.fileAddress()) // a text can always be written
		return effect{reply: reply{status: http.StatusOK, body: body}}, err
	})
}

// fileAddress is where the file that was saved can be read. It never holds a key:
// a flow that asked for it may have used the CloudCode key.
func (c *call) fileAddress() string {
	parts := strings.Split(c.param, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return "/api/files/" + strings.Join(parts, "/")
}

// readFile serves GET files/<path>. Whoever knows the address may read, as in
// Backendless. What was kept may be hostile and comes from the editor's own
// address, so browsers are told to save it and to run nothing in it.
func (c *call) readFile() (reply, error) {
	var content []byte
	err := c.service.db.reads[selectFile].QueryRowContext(c.ctx, c.param).Scan(&content)
	if errors.Is(err, sql.ErrNoRows) {
		return reply{}, notFound()
	}
	return reply{status: http.StatusOK, body: content, file: path.Base(c.param)}, err
}

// deleteFile serves DELETE files/<path>.
func (c *call) deleteFile() (reply, error) {
	if err := c.mayFile(); err != nil {
		return reply{}, err
	}
	return c.perform(func(t *tx) (effect, error) {
		there := 0
		if err := t.row(fileExists, c.param).Scan(&there); err != nil {
			return effect{}, err
		}
		if there == 0 {
			return effect{}, notFound()
		}
		return effect{reply: reply{status: http.StatusOK}}, t.exec(removeFile, c.param)
	})
}

// mayFile lets server code keep files, those who are logged in, and others where
// the settings are permissive.
func (c *call) mayFile() error {
	if c.keyKind == keyBL || c.session != nil || c.service.settings.Load().UpdatePolicy != PolicySelf {
		return nil
	}
	return &Error{Code: codeOther, Status: http.StatusForbidden, Message: "Who isn't logged in can't keep files here. Log in, use the CloudCode key, or set updatePolicy to permissive."}
}

func checkFilePath(p string) error {
	bad := len(p) > mostFileName || path.Clean("/"+p) != "/"+p || strings.Contains(p, `\`) || strings.ContainsFunc(p, unicode.IsControl)
	if bad {
		return refuse(codeArgument, "A file needs a name of 1 to %d bytes, in folders with / between them, without .. and control characters.", mostFileName)
	}
	return nil
}

// publish serves POST messaging/<channel>. Nobody can listen here, and a message
// that nobody gets must not look like one that was delivered.
func (c *call) publish() (reply, error) {
	return reply{}, &Error{Code: codeOther, Status: http.StatusNotImplemented, Message: "The embedded users service has no listeners for messages. Connect a Backendless app in the settings to publish them."}
}
