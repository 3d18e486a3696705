package users

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A sqlColumn is a property as SQL sees it. sql is one of the texts in this
// file, never anything that was sent; what it needs of the property is in args.
type sqlColumn struct {
	sql  string
	args []any
	typ  string
	fold bool // compared in the form of foldIdentity
	id   bool // compared letter by letter
}

// columnsOf finds a table's columns by the name a client used, in any
// capitals.
type columnsOf func(name string) (sqlColumn, bool)

// ownColumn is a property that is kept in the record's JSON. The path is a
// parameter; the names of columns are letters, digits and _ only.
func ownColumn(c Column) sqlColumn {
	return sqlColumn{sql: "json_extract(properties, ?)", args: []any{`$."` + c.Name + `"`}, typ: c.Type}
}

// userSystemColumns are what a user record has beside its own properties. The
// password is not among them: nothing can be found out about it by asking.
var userSystemColumns = map[string]sqlColumn{
	"objectid":        {sql: "object_id", typ: TypeString, id: true},
	"___class":        {sql: "'Users'", typ: TypeString},
	"userstatus":      {sql: "status", typ: TypeString},
	"created":         {sql: "created", typ: TypeDatetime},
	"updated":         {sql: "updated", typ: TypeDatetime},
	"lastlogin":       {sql: "last_login", typ: TypeDatetime},
	"ownerid":         {sql: "owner_id", typ: TypeString, id: true},
	"socialaccount":   {sql: "'BACKENDLESS'", typ: TypeString},
	"accounttype":     {sql: "'BACKENDLESS'", typ: TypeString},
	"oauthidentities": {sql: "NULL", typ: TypeString},
	"bluserlocale":    {sql: "locale", typ: TypeString},
}

// userColumns are the columns of Users. The identity is looked up in its index.
func userColumns(sc *schema) columnsOf {
	return func(name string) (sqlColumn, bool) {
		folded := strings.ToLower(name)
		if c, ok := userSystemColumns[folded]; ok {
			return c, true
		}
		c, ok := sc.byName[sc.byFolded[folded]]
		switch {
		case !ok:
			return sqlColumn{}, false
		case c.Identity:
			return sqlColumn{sql: "identity", typ: c.Type, fold: true}, true
		}
		return ownColumn(c), true
	}
}

// A compiler turns conditions into SQL.
type compiler struct {
	columns columnsOf
	sql     strings.Builder
	args    []any
}

// add appends constant SQL and the values of its parameters.
func (c *compiler) add(sql string, args ...any) {
	c.sql.WriteString(sql)
	c.args = append(c.args, args...)
}

func (c *compiler) column(n name) (sqlColumn, error) {
	found, ok := c.columns(n.text)
	if !ok {
		return found, &clauseError{n.at, fmt.Sprintf("there is no property %q", cut(n.text, maxNameLength))}
	}
	return found, nil
}

func (j junction) compile(c *compiler) error {
	between := " AND "
	if j.or {
		between = " OR "
	}
	for i, part := range j.parts {
		if i == 0 {
			c.add("(")
		} else {
			c.add(between)
		}
		if err := part.compile(c); err != nil {
			return err
		}
	}
	c.add(")")
	return nil
}

func (n negation) compile(c *compiler) error {
	c.add("(NOT ")
	err := n.of.compile(c)
	c.add(")")
	return err
}

// operators maps what is written to SQL's own spelling.
var operators = map[string]string{"=": " = ", "!=": " <> ", "<>": " <> ", "<": " < ", ">": " > ", "<=": " <= ", ">=": " >= "}

func (k comparison) compile(c *compiler) error {
	column, err := c.column(k.column)
	if err != nil {
		return err
	}
	value, err := column.value(k.column, k.literal)
	if err != nil {
		return err
	}
	c.add("("+column.sql+operators[k.op]+"?"+column.collation()+")", append(column.args, value)...)
	return nil
}

// collation makes comparisons of texts blind to the case of ASCII letters, as
// LIKE is. Ids are compared as they are, by their index.
func (c sqlColumn) collation() string {
	if c.typ == TypeString && !c.id && !c.fold {
		return " COLLATE NOCASE"
	}
	return ""
}

func (l likeness) compile(c *compiler) error {
	column, err := c.column(l.column)
	if err != nil {
		return err
	}
	if column.typ != TypeString && column.typ != "" {
		return &clauseError{l.column.at, fmt.Sprintf("LIKE is for texts, and the property %s holds %s", l.column.text, typeNames[column.typ])}
	}
	pattern := l.pattern
	if column.fold {
		pattern = foldIdentity(pattern)
	}
	like := " LIKE ? ESCAPE '\\'"
	if l.not {
		like = " NOT" + like
	}
	c.add("("+column.sql+like+")", append(column.args, pattern)...)
	return nil
}

func (m membership) compile(c *compiler) error {
	column, err := c.column(m.column)
	if err != nil {
		return err
	}
	// In SQL the left side's collation decides.
	in := column.collation() + " IN ("
	if m.not {
		in = column.collation() + " NOT IN ("
	}
	c.add("("+column.sql+in, column.args...)
	for i, member := range m.members {
		value, err := column.value(m.column, member)
		if err != nil {
			return err
		}
		if i > 0 {
			c.add(", ")
		}
		c.add("?", value)
	}
	c.add("))")
	return nil
}

func (n nullness) compile(c *compiler) error {
	column, err := c.column(n.column)
	if err != nil {
		return err
	}
	is := " IS NULL)"
	if n.not {
		is = " IS NOT NULL)"
	}
	c.add("("+column.sql+is, column.args...)
	return nil
}

// value is a literal as a column of this type keeps it. What can't be meant is
// an error: SQLite would compare a number with a text and find them different.
func (c sqlColumn) value(column name, l literal) (any, error) {
	switch c.typ {
	case TypeDouble, TypeInt:
		if l.kind != 'b' {
			if number, ok := numberIn(l.text); ok {
				return number, nil
			}
		}
	case TypeBoolean:
		switch strings.ToLower(l.text) {
		case "true", "1":
			return 1, nil
		case "false", "0":
			return 0, nil
		}
	case TypeDatetime:
		if l.kind != 'b' {
			if at, ok := timeIn(l.text); ok {
				return at, nil
			}
		}
	default:
		if c.fold {
			return foldIdentity(l.text), nil
		}
		return l.text, nil
	}
	return nil, &clauseError{l.at, fmt.Sprintf("the property %s holds %s, and %q is none", column.text, typeNames[c.typ], cut(l.text, 40))}
}

// numberIn reads a number that SQLite can hold.
func numberIn(text string) (any, bool) {
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		return whole, true
	}
	if strings.Trim(text, "0123456789+-.eE") != "" || !utf8.ValidString(text) {
		return nil, false // no NaN, no hexadecimals
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil
}

// timeForms are how a point in time may be written beside milliseconds.
// Without a zone it is UTC.
var timeForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly, "01/02/2006 15:04:05", "01/02/2006"}

func timeIn(text string) (any, bool) {
	if number, ok := numberIn(text); ok {
		return number, true
	}
	for _, form := range timeForms {
		if at, err := time.Parse(form, text); err == nil {
			return at.UnixMilli(), true
		}
	}
	return nil, false
}
