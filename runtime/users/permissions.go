package users

import (
	"database/sql"
	"strings"
)

// What a permission is about.
const (
	MayCreate = "create"
	MayFind   = "find"
	MayUpdate = "update"
	MayRemove = "remove"
)

// Permissions decide in layers, as Backendless's do. The first layer that says
// anything decides; within a layer what is denied counts more than what is granted.
// If none says anything, the policy decides.
const (
	recordForUser = iota
	recordForRole
	tableForUser
	tableForRole
	owner // who owns a record may do all with it
	systemRole
	everywhere
	layers
)

// A rule is one permission, as far as it concerns a request.
type rule struct {
	everywhere, record bool
	user, role         string
	granted            bool
}

var (
	anyRules = prepared("SELECT EXISTS (SELECT 1 FROM permissions)")
	rulesFor = prepared(`SELECT table_id IS NULL, object_id IS NOT NULL, coalesce(user_id, ''), coalesce(role, ''), granted
		FROM permissions WHERE operation = ? AND (table_id IS NULL OR table_id = ?) AND (object_id IS NULL OR object_id = ?)`)
)

// ask runs a query within a transaction or beside it.
type ask func(q query, args ...any) (*sql.Rows, error)

func (t *tx) ask(q query, args ...any) (*sql.Rows, error) {
	return t.stmt(q).Query(args...)
}

func (c *call) ask(q query, args ...any) (*sql.Rows, error) {
	return c.service.db.reads[q].QueryContext(c.ctx, args...)
}

// A subject is who calls, as permissions name it.
type subject struct {
	id     string // the user's objectId, "" for nobody
	own    map[string]bool
	system map[string]bool
}

// subject finds out who calls; roles are in lower case.
func (c *call) subject(ask ask) (subject, error) {
	s := subject{own: map[string]bool{}, system: map[string]bool{"*": true}}
	s.system[strings.ToLower(map[string]string{keyREST: "RestUser", keyJS: "JSUser", keyBL: "ServerCodeUser"}[c.keyKind])] = true
	if c.session == nil {
		s.system["notauthenticateduser"] = true
		return s, nil
	}
	s.id = c.session.objectID
	s.system[strings.ToLower(roleByStatus(c.session.status))] = true
	roles, err := texts(ask(rolesOfUser, c.session.userID))
	for _, r := range roles {
		s.own[strings.ToLower(r)] = true
	}
	return s, err
}

// layer tells in which layer a rule speaks of the subject, or that it doesn't.
func (s subject) layer(r rule) (int, bool) {
	role := strings.ToLower(r.role)
	user := r.user != "" && s.id != "" && (r.user == s.id || r.user == "*")
	switch {
	case r.everywhere:
		return everywhere, user || s.own[role] || s.system[role]
	case user && r.record:
		return recordForUser, true
	case user:
		return tableForUser, true
	case s.own[role] && r.record:
		return recordForRole, true
	case s.own[role]:
		return tableForRole, true
	}
	return systemRole, s.system[role]
}

// verdicts are what the layers say: -1 denied, 1 granted, 0 nothing.
type verdicts [layers]int

func (v *verdicts) add(layer int, granted bool) {
	if !granted {
		v[layer] = -1
	} else if v[layer] == 0 {
		v[layer] = 1
	}
}

func (v *verdicts) decide(otherwise bool) bool {
	for _, said := range v {
		if said != 0 {
			return said > 0
		}
	}
	return otherwise
}

// may reports whether the request may do something with a record, or, to create
// one, with a table. own says that the record is the caller's; otherwise is what
// the policy says. The CloudCode key may do all.
func (c *call) may(ask ask, ruled bool, operation string, table int64, objectID string, own, otherwise bool) (bool, error) {
	if c.keyKind == keyBL {
		return true, nil
	}
	if !ruled {
		return own || otherwise, nil
	}
	who, err := c.subject(ask)
	if err != nil {
		return false, err
	}
	rules, err := readRules(ask(rulesFor, operation, table, objectID))
	if err != nil {
		return false, err
	}
	var v verdicts
	for _, r := range rules {
		if layer, ok := who.layer(r); ok {
			v.add(layer, r.granted)
		}
	}
	if own {
		v.add(owner, true)
	}
	return v.decide(otherwise), nil
}

func readRules(rows *sql.Rows, err error) ([]rule, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	var all []rule
	for rows.Next() {
		var r rule
		if err := rows.Scan(&r.everywhere, &r.record, &r.user, &r.role, &r.granted); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// visible is the part of a table whose records the request may find, as SQL. The
// column ownerIs holds a record's owner.
func (c *call) visible(table int64, ownerIs string, otherwise bool) (where string, args []any, err error) {
	if c.keyKind == keyBL {
		return "1", nil, nil
	}
	me := ""
	if c.session != nil {
		me = c.session.objectID
	}
	if !c.service.ruled.Load() {
		if otherwise {
			return "1", nil, nil
		}
		return ownerIs + " = ?", []any{me}, nil
	}
	who, err := c.subject(c.ask)
	if err != nil {
		return "", nil, err
	}
	rules, err := readRules(c.ask(rulesFor, MayFind, table, ""))
	if err != nil {
		return "", nil, err
	}
	var whole verdicts // what is said of the whole table
	for _, r := range rules {
		if layer, ok := who.layer(r); ok {
			whole.add(layer, r.granted)
		}
	}
	in := "records"
	if table == usersTable {
		in = "users"
	}
	var steps []string
	constant := func(said int) {
		if said != 0 {
			steps = append(steps, "?")
			args = append(args, max(said, 0))
		}
	}
	record := func(condition string, values ...any) {
		steps = append(steps, "(SELECT min(granted) FROM permissions p WHERE p.operation = 'find' AND p.table_id = ? AND p.object_id = "+in+".object_id AND "+condition+")")
		args = append(append(args, table), values...)
	}
	if me != "" {
		record("p.user_id IN (?, '*')", me)
	}
	roles := func(names map[string]bool) (string, []any) {
		var values []any
		for name := range names {
			values = append(values, name)
		}
		return "p.role IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ") + ")", values
	}
	if len(who.own) > 0 {
		condition, values := roles(who.own)
		record(condition, values...)
	}
	constant(whole[tableForUser])
	constant(whole[tableForRole])
	if me != "" {
		steps = append(steps, "CASE WHEN "+in+"."+ownerIs+" = ? THEN 1 END")
		args = append(args, me)
	}
	condition, values := roles(who.system)
	if whole[systemRole] < 0 {
		constant(-1)
	} else {
		record(condition, values...)
		constant(whole[systemRole])
	}
	constant(whole[everywhere])
	if otherwise {
		constant(1)
	} else {
		constant(-1)
	}
	return "coalesce(" + strings.Join(steps, ", ") + ", 0)", args, nil
}
