package users

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// systemRoles are Backendless's own, in lower case. Who has them follows from
// the request; nobody is given them.
var systemRoles = map[string]bool{
	"notauthenticateduser": true, "authenticateduser": true, "guestuser": true, "socialuser": true,
	"facebookuser": true, "googleplususer": true, "twitteruser": true, "asuser": true, "androiduser": true,
	"dotnetuser": true, "iosuser": true, "jsuser": true, "restuser": true, "servercodeuser": true,
}

// maxRoles bounds the roles of one's own.
const maxRoles = 1000

var (
	allRoles    = prepared("SELECT name FROM roles ORDER BY name")
	countRoles  = prepared("SELECT count(*) FROM roles")
	insertRole  = prepared("INSERT INTO roles (name) VALUES (?) ON CONFLICT DO NOTHING")
	deleteRole  = prepared("DELETE FROM roles WHERE name = ?")
	roleByName  = prepared("SELECT id FROM roles WHERE name = ?")
	rolesOfUser = prepared("SELECT r.name FROM user_roles u JOIN roles r ON r.id = u.role_id WHERE u.user_id = ? ORDER BY r.name")
	giveRole    = prepared("INSERT INTO user_roles (role_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING")
	takeRole    = prepared("DELETE FROM user_roles WHERE role_id = ? AND user_id = ?")
)

// Roles returns the names of the roles of one's own, sorted.
func (s *Service) Roles(ctx context.Context) ([]string, error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	return texts(s.db.reads[allRoles].QueryContext(ctx))
}

// AddRole makes a role. One that is there already is left alone; names are
// compared without regard to capitals, and those of system roles are refused.
func (s *Service) AddRole(ctx context.Context, role string) error {
	if systemRoles[strings.ToLower(role)] {
		return fmt.Errorf("%s is a system role; choose another name", role)
	}
	if !validName(role) || len(role) > maxNameLength {
		return fmt.Errorf("%q can't be the name of a role; a name begins with a letter and has at most %d letters, digits and _", cut(role, maxNameLength), maxNameLength)
	}
	return s.write(ctx, func(t *tx) error {
		var have int
		if err := t.row(countRoles).Scan(&have); err != nil {
			return err
		}
		if have >= maxRoles {
			return fmt.Errorf("there are %d roles already, which is as many as there can be", have)
		}
		return t.exec(insertRole, role)
	})
}

// RemoveRole takes a role from everybody and forgets it. One that isn't there
// is no error.
func (s *Service) RemoveRole(ctx context.Context, role string) error {
	return s.write(ctx, func(t *tx) error { return t.exec(deleteRole, role) })
}

// texts reads a result of one column.
func texts(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	all := []string{}
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// ownRoles serves GET users/userroles: the roles that the request itself has.
func (c *call) ownRoles() (reply, error) {
	all := []string{"NotAuthenticatedUser"}
	if c.session != nil {
		all[0] = roleByStatus(c.session.status)
	}
	all = append(all, map[string]string{keyREST: "RestUser", keyJS: "JSUser", keyBL: "ServerCodeUser"}[c.keyKind])
	if c.session != nil {
		own, err := texts(c.service.db.reads[rolesOfUser].QueryContext(c.ctx, c.session.userID))
		if err != nil {
			return reply{}, err
		}
		all = append(all, own...)
	}
	return jsonReply(all)
}

func roleByStatus(status string) string {
	if status == statusGuest {
		return "GuestUser"
	}
	return "AuthenticatedUser"
}

func jsonReply(v any) (reply, error) {
	body, err := json.Marshal(v)
	return reply{status: http.StatusOK, body: body}, err
}

// onlyBL refuses every key but the CloudCode key.
func (c *call) onlyBL(code int, message string) error {
	if c.keyKind != keyBL {
		return refuse(code, "%s", message)
	}
	return nil
}

const forServerOnly = "Operation allowed only for BL logic."

// rolesOf serves GET users/userroles/<objectId>, for the CloudCode key only.
func (c *call) rolesOf() (reply, error) {
	if err := c.onlyBL(codeStatusOnlyBL, forServerOnly); err != nil {
		return reply{}, err
	}
	user, err := scanRecord(c.service.db.reads[recordByObjectID].QueryRowContext(c.ctx, c.param))
	if errors.Is(err, sql.ErrNoRows) {
		return reply{}, noUser(c.param)
	}
	if err != nil {
		return reply{}, err
	}
	own, err := texts(c.service.db.reads[rolesOfUser].QueryContext(c.ctx, user.id))
	if err != nil {
		return reply{}, err
	}
	return jsonReply(append([]string{roleByStatus(user.status)}, own...))
}

// assignRole serves POST users/assignRole.
func (c *call) assignRole() (reply, error) { return c.changeRole(codeAssignSystem, giveRole) }

// unassignRole serves POST users/unassignRole.
func (c *call) unassignRole() (reply, error) { return c.changeRole(codeUnassignSystem, takeRole) }

// changeRole finds the user by identity or objectId: both are in use.
func (c *call) changeRole(system int, change query) (reply, error) {
	if err := c.onlyBL(codeRoleOnlyBL, "Assigning or unassigning a role can be done only from server code, with the CloudCode key."); err != nil {
		return reply{}, err
	}
	role, _ := find(c.object, "roleName")
	who, _ := find(c.object, "user")
	switch {
	case role.text == "" || who.text == "":
		return reply{}, refuse(codeArgument, "The body must be an object with the texts user and roleName.")
	case systemRoles[strings.ToLower(role.text)]:
		return reply{}, refuse(system, "%s is a system role: who has it follows from how they call.", role.text)
	}
	return c.perform(func(t *tx) (effect, error) {
		id, err := t.role(role.text)
		if err != nil {
			return effect{}, err
		}
		user, err := t.userBy(who.text)
		if err != nil {
			return effect{}, err
		}
		return effect{reply: reply{status: http.StatusOK}, objectID: user.objectID}, t.exec(change, id, user.id)
	})
}

func (t *tx) role(name string) (id int64, err error) {
	err = t.row(roleByName, name).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = noRole(name)
	}
	return id, err
}

func noRole(name string) *Error {
	return refuse(codeNoRole, "There is no role %q.", cut(name, maxNameLength))
}

func (t *tx) userBy(identityOrID string) (record, error) {
	user, err := scanRecord(t.row(recordByIdentity, foldIdentity(identityOrID)))
	if errors.Is(err, sql.ErrNoRows) {
		user, err = scanRecord(t.row(recordByObjectID, identityOrID))
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = nobody(identityOrID)
	}
	return user, err
}

// findByRole serves GET users/role/<role>, for roles of one's own.
func (c *call) findByRole() (reply, error) {
	q, err := c.queryOf(c.route)
	if err != nil {
		return reply{}, err
	}
	source, err := c.usersSource()
	if err != nil {
		return reply{}, err
	}
	var role int64
	err = c.service.db.reads[roleByName].QueryRowContext(c.ctx, c.param).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		return reply{}, noRole(c.param)
	}
	if err != nil {
		return reply{}, err
	}
	source.within += " AND id IN (SELECT user_id FROM user_roles WHERE role_id = ?)"
	source.args = append(source.args, role)
	schema := c.service.schema.Load()
	var ids []int64
	page, err := c.page(q, source, func(row scanner) ([]byte, error) {
		user, err := scanRecord(row)
		if err != nil {
			return nil, err
		}
		ids = append(ids, user.id)
		return user.json(schema, q.shown(schema), "")
	})
	if err != nil {
		return reply{}, err
	}
	for i, text := range page {
		if !q.loadRoles {
			break
		}
		own, err := texts(c.service.db.reads[rolesOfUser].QueryContext(c.ctx, ids[i]))
		if err != nil {
			return reply{}, err
		}
		roles, err := json.Marshal(own)
		if err != nil {
			return reply{}, err
		}
		w := objectWriter{out: text[:len(text)-1]}
		if len(w.out) == 1 {
			w.out = nil
		}
		w.raw("roles", roles)
		page[i] = w.end()
	}
	return reply{status: http.StatusOK, body: listOf(page)}, nil
}
