package users

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// info serves GET info, with which the JavaScript SDK begins.
func (c *call) info() (reply, error) {
	return reply{status: http.StatusOK, body: []byte(`{"loggers":[]}`)}, nil
}

// getUser serves GET users/<objectId>[?props=a,b].
func (c *call) getUser() (reply, error) { return c.get(noUser(c.param)) }

// getEntity serves GET data/Users/<objectId>[?props=a,b].
func (c *call) getEntity() (reply, error) { return c.get(noEntity()) }

func noEntity() *Error {
	return refuse(codeNoEntity, "Entity with the specified ID cannot be found.")
}

// get leaves out names that no property has.
func (c *call) get(missing *Error) (reply, error) {
	user, err := scanRecord(c.service.db.found(c.ctx, recordByObjectID, c.param))
	if errors.Is(err, sql.ErrNoRows) {
		return reply{}, missing
	}
	if err != nil {
		return reply{}, err
	}
	if err := c.mayRead(usersTable, c.session != nil && c.session.objectID == user.objectID); err != nil {
		return reply{}, err
	}
	var only []string
	if props := c.request.URL.Query().Get("props"); props != "" {
		only = strings.Split(props, ",")
	}
	body, err := user.json(c.service.schema.Load(), only, "")
	return reply{status: http.StatusOK, body: body}, err
}

// mayRead refuses who is denied to read a record of which they know the objectId;
// without a permission that says so, nobody is.
func (c *call) mayRead(table int64, own bool) error {
	may, err := c.may(c.ask, c.service.ruled.Load(), MayFind, table, c.param, own, true)
	if err == nil && !may {
		err = refuse(codeMayNotFind, "You have no permission to read this record.")
	}
	return err
}

// deleteUser serves DELETE users/<objectId>.
func (c *call) deleteUser() (reply, error) { return c.delete(noUser(c.param)) }

// deleteEntity serves DELETE data/Users/<objectId>.
func (c *call) deleteEntity() (reply, error) { return c.delete(noEntity()) }

// delete asks for the same permission as an update. The user's sessions end
// with the user.
func (c *call) delete(missing *Error) (reply, error) {
	if err := c.mayWrite(); err != nil {
		return reply{}, err
	}
	return c.perform(func(t *tx) (effect, error) {
		user, err := c.target(t.row(recordByObjectID, c.param), t.ask, t.ruled)
		if isCode(err, codeNoUser) {
			return effect{}, missing
		}
		if err != nil {
			return effect{}, err
		}
		before, err := user.json(t.schema, nil, "")
		if err != nil {
			return effect{}, err
		}
		if err := t.exec(deleteRecord, user.id); err != nil {
			return effect{}, err
		}
		var w objectWriter
		w.time("deletionTime", sql.NullInt64{Int64: t.now, Valid: true})
		return effect{reply: reply{status: http.StatusOK, body: w.end()}, objectID: user.objectID, before: before}, nil
	})
}

// describe serves GET users/userclassprops.
func (c *call) describe() (reply, error) {
	return describe(append(c.service.schema.Load().all(), Column{Name: "password", Type: TypeString, Required: true}))
}

func describe(columns []Column) (reply, error) {
	type described struct {
		Name         string  `json:"name"`
		Required     bool    `json:"required"`
		Type         string  `json:"type"`
		DefaultValue *string `json:"defaultValue"`
		RelatedTable *string `json:"relatedTable"`
		CustomRegex  *string `json:"customRegex"`
		AutoLoad     bool    `json:"autoLoad"`
		IsPrimaryKey bool    `json:"isPrimaryKey"`
		Identity     bool    `json:"identity"`
	}
	all := make([]described, 0, len(columns))
	for _, column := range columns {
		all = append(all, described{
			Name: column.Name, Type: column.Type, Required: column.Required,
			Identity: column.Identity, IsPrimaryKey: column == objectIDColumn,
		})
	}
	body, err := json.Marshal(all)
	return reply{status: http.StatusOK, body: body}, err
}

// Get returns a user's record; the error is an *Error with code 3030 if there
// is none.
func (s *Service) Get(ctx context.Context, objectID string) (json.RawMessage, error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	user, err := scanRecord(s.db.reads[recordByObjectID].QueryRowContext(ctx, objectID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, noUser(objectID)
	}
	if err != nil {
		return nil, err
	}
	return user.json(s.schema.Load(), nil, "")
}

// Lookup returns the record of the user with this identity or objectId; the error
// is an *Error with code 3057 if there is none.
func (s *Service) Lookup(ctx context.Context, identityOrID string) (json.RawMessage, error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	user, err := scanRecord(s.db.reads[recordByIdentity].QueryRowContext(ctx, foldIdentity(identityOrID)))
	if errors.Is(err, sql.ErrNoRows) {
		user, err = scanRecord(s.db.reads[recordByObjectID].QueryRowContext(ctx, identityOrID))
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nobody(identityOrID)
	}
	if err != nil {
		return nil, err
	}
	return user.json(s.schema.Load(), nil, "")
}

func nobody(identityOrID string) *Error {
	return refuse(codeNoUserBy, "There is no user with the identity or id %s.", cut(identityOrID, 100))
}
