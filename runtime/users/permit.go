package users

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// A Permission grants or denies something to a user or a role: for one record, for
// a table, or for all tables. See the layers in permissions.go.
type Permission struct {
	Operation string `json:"operation"`          // MayCreate, …
	Table     string `json:"table,omitempty"`    // "" for all tables
	ObjectID  string `json:"objectId,omitempty"` // "" for the whole table
	User      string `json:"user,omitempty"`     // an objectId, or * for all who are logged in
	Role      string `json:"role,omitempty"`     // or a role, a system role, or * for everybody
	Access    string `json:"access"`             // Grant, Deny, or Inherit to take the permission back
}

// What a permission may say.
const (
	Grant   = "grant"
	Deny    = "deny"
	Inherit = "inherit"
)

// maxPermissions bounds how many there may be.
const maxPermissions = 100_000

var (
	allPermissions = prepared(`SELECT p.operation, coalesce(t.name, ''), coalesce(p.object_id, ''), coalesce(p.user_id, ''), coalesce(p.role, ''), p.granted
		FROM permissions p LEFT JOIN tables t ON t.id = p.table_id WHERE ? IN ('', t.name) AND ? IN ('', p.object_id) ORDER BY p.id LIMIT 1000`)
	countPermissions = prepared("SELECT count(*) FROM permissions")
	takePermission   = prepared(`DELETE FROM permissions WHERE operation = ? AND coalesce(table_id, 0) = ? AND coalesce(object_id, '') = ?
		AND coalesce(user_id, '') = ? AND coalesce(role, '') = ?`)
	givePermission = prepared("INSERT INTO permissions (operation, table_id, object_id, user_id, role, granted) VALUES (?, nullif(?, 0), nullif(?, ''), nullif(?, ''), nullif(?, ''), ?)")
)

// Permissions lists the permissions of a table, or of one record of it; "" means
// all. It gives the first thousand.
func (s *Service) Permissions(ctx context.Context, table, objectID string) (list []Permission, err error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	rows, err := s.db.reads[allPermissions].QueryContext(ctx, table, objectID)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	list = []Permission{}
	for rows.Next() {
		var p Permission
		granted := false
		if err := rows.Scan(&p.Operation, &p.Table, &p.ObjectID, &p.User, &p.Role, &granted); err != nil {
			return nil, err
		}
		if p.Access = Deny; granted {
			p.Access = Grant
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// Permit sets a permission in the place of what was said for the same before. Its
// error says in a sentence what is wrong with it.
func (s *Service) Permit(ctx context.Context, p Permission) error {
	return s.write(ctx, func(t *tx) error { return t.permit(p) })
}

func (t *tx) permit(p Permission) error {
	switch p.Operation {
	case MayFind, MayUpdate, MayRemove:
	case MayCreate:
		if p.ObjectID != "" {
			return errors.New("to create is permitted for a table, not for a record that is there already")
		}
	default:
		return fmt.Errorf("%q is no operation; it is %s, %s, %s or %s", cut(p.Operation, 50), MayCreate, MayFind, MayUpdate, MayRemove)
	}
	if (p.User == "") == (p.Role == "") {
		return errors.New("a permission is for a user or for a role, and for one of them only")
	}
	if p.Table == "" && p.ObjectID != "" {
		return errors.New("a permission for a record names its table too")
	}
	table := int64(0)
	if p.Table == class {
		table = usersTable
	} else if p.Table != "" {
		sc, err := t.tables.table(p.Table)
		if err != nil {
			return err
		}
		table = sc.table
	}
	if p.Role != "" && p.Role != "*" && !systemRoles[strings.ToLower(p.Role)] {
		if _, err := t.role(p.Role); err != nil {
			return err
		}
	}
	if err := t.exec(takePermission, p.Operation, table, p.ObjectID, p.User, p.Role); err != nil {
		return err
	}
	switch p.Access {
	case Inherit:
		return nil
	case Grant, Deny:
	default:
		return fmt.Errorf("%q can't be said of a permission; it is %s, %s or %s", cut(p.Access, 50), Grant, Deny, Inherit)
	}
	have := 0
	if err := t.row(countPermissions).Scan(&have); err != nil {
		return err
	}
	if have >= maxPermissions {
		return fmt.Errorf("there are %d permissions already, which is as many as there can be; grant some to a role instead", have)
	}
	t.ruled = true
	return t.exec(givePermission, p.Operation, table, p.ObjectID, p.User, p.Role, p.Access == Grant)
}

// permitGrant serves PUT data/<Table>/permissions/GRANT/<objectId>.
func (c *call) permitGrant() (reply, error) { return c.permitRecord(Grant) }

// permitDeny serves PUT data/<Table>/permissions/DENY/<objectId>.
func (c *call) permitDeny() (reply, error) { return c.permitRecord(Deny) }

// permitRecord lets a record's owner and the CloudCode key say who else may do
// what with it. The body is {"permission": "FIND", "UPDATE" or "REMOVE", "user": …
// or "role": …}.
func (c *call) permitRecord(access string) (reply, error) {
	text := func(name string) string { p, _ := find(c.object, name); return p.text }
	p := Permission{
		Operation: strings.ToLower(text("permission")), Table: c.table, ObjectID: c.param,
		User: text("user"), Role: text("role"), Access: access,
	}
	return c.perform(func(t *tx) (effect, error) {
		own := false
		if c.table == class {
			user, err := scanRecord(t.row(recordByObjectID, c.param))
			if err != nil {
				return effect{}, noEntity()
			}
			own = c.session != nil && c.session.objectID == user.objectID
		} else {
			sc, err := t.tables.table(c.table)
			if err != nil {
				return effect{}, err
			}
			e, err := scanEntity(t.row(entityByID, sc.table, c.param))
			if err != nil {
				return effect{}, err
			}
			own = c.session != nil && e.ownerID.Valid && e.ownerID.String == c.session.objectID
		}
		if c.keyKind != keyBL && !own {
			return effect{}, refuse(codeMayNotSave, "Only a record's owner and the CloudCode key can say who may do what with it.")
		}
		var known *Error
		if err := t.permit(p); errors.As(err, &known) {
			return effect{}, err
		} else if err != nil {
			return effect{}, refuse(codeBadRecord, "The permission can't be set: %s.", err)
		}
		return effect{reply: reply{status: http.StatusOK}}, nil
	})
}
