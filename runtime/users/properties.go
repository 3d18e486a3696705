package users

import (
	"fmt"
	"net/mail"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// An operation is what the same fault is called in a registration and in an
// update: Backendless numbers them apart.
type operation struct {
	failed    int // anything without a number of its own
	duplicate int
	id        int  // the property "id"
	unknown   int  // an unknown property while the dynamic schema is off
	empty     int  // a required property that is null or empty
	record    bool // in a table other than Users, where email is a text like any other
}

var (
	registering = operation{failed: codeRegisterFailed, duplicate: codeDuplicate, id: codeIDProperty, unknown: codeRegisterUnknown, empty: codeEmptyRequired}
	updating    = operation{failed: codeUpdateFailed, duplicate: codeUpdateFailed, id: codeUpdateFailed, unknown: codeUpdateUnknown, empty: codeUpdateEmpty}
	recording   = operation{failed: codeBadRecord, unknown: codeBadRecord, empty: codeBadRecord, record: true}
)

// changes are what a client asks for, before the schema is asked.
type changes struct {
	password *string // nil: not sent; null is sent as ""
	locale   string  // "": not sent
	own      []property
}

// sort takes a body's properties apart and drops the system fields.
func (op operation) sort(body []property) (changes, error) {
	var ch changes
	for _, p := range body {
		switch {
		case systemFields[p.name]:
		case p.name == "id":
			return ch, refuse(op.id, "The property id is not allowed. A user's id is objectId, and the service gives it.")
		case p.name == "password":
			if p.kind != 's' && p.kind != 'n' {
				return ch, refuse(op.failed, "The password must be a text.")
			}
			ch.password = &p.text
		case p.name == "blUserLocale":
			if p.kind == 'n' {
				continue
			}
			if len(p.text) != 2 || strings.Trim(p.text, "abcdefghijklmnopqrstuvwxyz") != "" {
				return ch, refuse(op.failed, "blUserLocale must be two lower-case letters, such as en.")
			}
			ch.locale = p.text
		default:
			ch.own = append(ch.own, p)
		}
	}
	return ch, nil
}

// fit checks properties against the schema. It returns those to store and the
// columns that have to be made for them.
func (op operation) fit(sc *schema, settings *Settings, own []property) (fitting []property, fresh []Column, err error) {
	for _, p := range own {
		column, known := sc.byName[p.name]
		switch {
		case known:
		case !settings.DynamicSchema && settings.Compatibility == CompatibilityLive:
			continue
		case !settings.DynamicSchema:
			return nil, nil, refuse(op.unknown, "%s have no property %q, and new properties are switched off.", sc.class, cut(p.name, maxNameLength))
		case p.kind == 'n':
			// Null says nothing about a type; a property nobody has is null already.
			continue
		default:
			if err := sc.checkNew(p.name); err != nil {
				return nil, nil, refuse(op.failed, "The property %s.", err)
			}
			column = Column{Name: p.name, Type: typeOf(p.kind)}
			sc = sc.with(column)
			fresh = append(fresh, column)
		}
		if err := op.check(column, p); err != nil {
			return nil, nil, err
		}
		fitting = append(fitting, p)
	}
	return fitting, fresh, nil
}

// typeOf is the type of a column by its first value, "" for objects and lists.
func typeOf(kind byte) string {
	switch kind {
	case 's':
		return TypeString
	case 'd':
		return TypeDouble
	case 'b':
		return TypeBoolean
	default:
		return ""
	}
}

func (op operation) check(c Column, p property) error {
	if p.kind == 'n' || p.kind == 's' && p.text == "" {
		if c.Required {
			return refuse(op.empty, "The property %s is required. Give it a value.", c.Name)
		}
		if p.kind == 'n' {
			return nil
		}
	}
	if p.kind == 'o' || p.kind == 'a' {
		return refuse(op.failed, "The property %s can't hold an object or a list, only a text, a number, true, false or null.", c.Name)
	}
	if wrong := c.misfit(p); wrong != "" {
		return refuse(op.failed, "The property %s holds %s (%s); it was sent %s.", c.Name, typeNames[c.Type], c.Type, wrong)
	}
	if !op.record && c.Name == "email" && p.text != "" && !isEmail(p.text) {
		return refuse(codeBadEmail, "%s", badEmail(p.text))
	}
	return nil
}

func badEmail(text string) string {
	if len(text) > 100 {
		return "The email is not an email address."
	}
	return fmt.Sprintf("%q is not an email address.", text)
}

var typeNames = map[string]string{
	TypeString: "a text", TypeDouble: "a number", TypeInt: "a whole number",
	TypeBoolean: "true or false", TypeDatetime: "a time in milliseconds",
}

// misfit says what was sent where it isn't of the column's type. Nothing is
// converted: "12" in a number's place is an error, not 12.
func (c Column) misfit(p property) string {
	switch c.Type {
	case TypeInt, TypeDatetime:
		n, err := strconv.ParseInt(string(p.raw), 10, 64)
		if p.kind == 'd' && (err != nil || n > 1<<53 || n < -1<<53) {
			return "the number " + string(p.raw)
		}
	}
	want := byte('d')
	switch c.Type {
	case TypeString:
		want = 's'
	case TypeBoolean:
		want = 'b'
	}
	if p.kind == want {
		return ""
	}
	return map[byte]string{'s': "a text", 'd': "a number", 'b': "true or false"}[p.kind]
}

// isEmail accepts a bare address, without a name, comments or line breaks.
func isEmail(text string) bool {
	if len(text) > 254 {
		return false
	}
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text
}

// foldIdentity is the form in which identities are compared: two people can't
// have Ann@x.org and ann@x.org.
func foldIdentity(text string) string {
	return strings.ToLower(norm.NFC.String(text))
}

// find returns a property by its name.
func find(all []property, name string) (property, bool) {
	for _, p := range all {
		if p.name == name {
			return p, true
		}
	}
	return property{}, false
}

// merge puts properties over those a record has; null takes one away.
func merge(stored []byte, sent []property) ([]byte, error) {
	own, err := parseObject(stored)
	if err != nil {
		return nil, err
	}
	over := make(map[string]property, len(sent))
	for _, p := range sent {
		over[p.name] = p
	}
	var w objectWriter
	write := func(p property) {
		switch p.kind {
		case 'n':
		case 's':
			w.text(p.name, p.text)
		default:
			w.raw(p.name, p.raw)
		}
	}
	for _, p := range own {
		if newer, ok := over[p.name]; ok {
			p = newer
			delete(over, p.name)
		}
		write(p)
	}
	for _, p := range sent {
		if _, left := over[p.name]; left {
			write(p)
		}
	}
	return w.end(), nil
}
