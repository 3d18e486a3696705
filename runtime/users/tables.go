package users

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// usersTable is the row of the table Users.
const usersTable = 1

// maxTables bounds what can be made by saving records under new names.
const maxTables = 500

// tables are the schemas of all tables but Users, by their names in lower case.
// The map is never changed: a transaction that makes a table makes a new one.
type tables map[string]*schema

// recordSystemColumns follow the own columns of a table other than Users.
var recordSystemColumns = []Column{
	{Name: "created", Type: TypeDatetime, System: true},
	{Name: "updated", Type: TypeDatetime, System: true},
	{Name: "ownerId", Type: TypeString, System: true},
}

// recordFields are the members of a record that no client sets, as systemFields
// are those of a user.
var recordFields = map[string]bool{
	"objectId": true, "___class": true, "___jsonclass": true, "__meta": true,
	"created": true, "updated": true, "ownerId": true,
}

// reserves says whether no column may have this name, in whatever capitals.
func (sc *schema) reserves(name string) bool {
	folded := strings.ToLower(name)
	if sc.table == usersTable {
		return reservedNames[folded]
	}
	return foldedRecordFields[folded] || jsNames[folded]
}

var foldedRecordFields = func() map[string]bool {
	folded := map[string]bool{}
	for name := range recordFields {
		folded[strings.ToLower(name)] = true
	}
	return folded
}()

var (
	insertTable = prepared("INSERT INTO tables (name) VALUES (?) RETURNING id")
	deleteTable = prepared("DELETE FROM tables WHERE id = ?")
)

func noTable(name string) *Error {
	return refuse(codeNoTable, "There is no table %q. Check how its name is written, or save a record in it first.", cut(name, maxNameLength))
}

// table finds a table by its name, written as it was when it was made.
func (all tables) table(name string) (*schema, error) {
	sc := all[strings.ToLower(name)]
	if sc == nil || sc.class != name {
		return nil, noTable(name)
	}
	return sc, nil
}

// makeTable makes a table, or says why its name can't be.
func (t *tx) makeTable(name string) (*schema, error) {
	other := t.tables[strings.ToLower(name)]
	switch {
	case strings.EqualFold(name, class), other != nil:
		if other == nil {
			other = t.schema
		}
		return nil, fmt.Errorf("there is the table %s already, which differs at most in capital letters", other.class)
	case !validName(name) || jsNames[strings.ToLower(name)] || utf8.RuneCountInString(name) > maxNameLength:
		return nil, fmt.Errorf("%q can't be the name of a table; a name begins with a letter and has at most %d letters, digits and _", cut(name, maxNameLength), maxNameLength)
	case len(t.tables) >= maxTables:
		return nil, fmt.Errorf("there are %d tables already, which is as many as there can be", maxTables)
	}
	var id int64
	if err := t.row(insertTable, name).Scan(&id); err != nil {
		return nil, err
	}
	sc := newTableSchema(id, name, nil)
	t.keep(sc)
	return sc, nil
}

// keep puts a table's new schema in the place of its old one.
func (t *tx) keep(sc *schema) {
	t.tables = maps.Clone(t.tables)
	t.tables[strings.ToLower(sc.class)] = sc
}

// addColumns makes columns of a table other than Users.
func (t *tx) addColumns(sc *schema, fresh ...Column) (*schema, error) {
	for _, c := range fresh {
		sc = sc.with(c)
		if err := t.saveColumnOf(sc, c); err != nil {
			return nil, err
		}
	}
	if len(fresh) > 0 {
		t.keep(sc)
	}
	return sc, nil
}

// Tables returns the names of all tables, Users first.
func (s *Service) Tables(ctx context.Context) ([]string, error) {
	if !s.enter() {
		return nil, errClosed
	}
	defer s.callers.Done()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	names := []string{}
	for _, sc := range *s.tables.Load() {
		names = append(names, sc.class)
	}
	slices.Sort(names)
	return append([]string{class}, names...), nil
}

// DefineTable makes a table with these columns, or adds them to one that is
// there. Columns are as in DefineColumn.
func (s *Service) DefineTable(ctx context.Context, name string, columns ...Column) error {
	if name == class {
		for _, c := range columns {
			if err := s.DefineColumn(ctx, c); err != nil {
				return err
			}
		}
		return nil
	}
	return s.write(ctx, func(t *tx) error {
		sc, err := t.tables.table(name)
		if err != nil {
			if sc, err = t.makeTable(name); err != nil {
				return err
			}
		}
		for _, c := range columns {
			if err := sc.admits(&c); err != nil {
				return err
			}
			if sc, err = t.addColumns(sc, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// DropTable deletes a table and all its records; Users can't be.
func (s *Service) DropTable(ctx context.Context, name string) error {
	if name == class {
		return fmt.Errorf("the table %s can't be deleted", class)
	}
	return s.write(ctx, func(t *tx) error {
		sc, err := t.tables.table(name)
		if err != nil {
			return err
		}
		t.tables = maps.Clone(t.tables)
		delete(t.tables, strings.ToLower(name))
		return t.exec(deleteTable, sc.table)
	})
}
