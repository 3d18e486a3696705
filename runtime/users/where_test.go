package users

import (
	"strings"
	"testing"
)

// compiled gives the SQL of a clause over a schema of all types.
func compiled(text string) (string, []any, error) {
	where, err := parseWhere(text)
	if err != nil || where == nil {
		return "", nil, err
	}
	sc := newSchema([]Column{
		{Name: "email", Type: TypeString, Required: true, Identity: true},
		{Name: "name", Type: TypeString},
		{Name: "age", Type: TypeInt},
		{Name: "score", Type: TypeDouble},
		{Name: "vip", Type: TypeBoolean},
		{Name: "born", Type: TypeDatetime},
	})
	c := &compiler{columns: userColumns(sc)}
	err = where.compile(c)
	return c.sql.String(), c.args, err
}

func TestAWrongWhereClauseSaysWhatIsWrongAndWhere(t *testing.T) {
	for clause, want := range map[string]string{
		"name":                         `after the property name one of = != <> < > <= >= LIKE, IN and IS NULL was expected, not the end (at character 5)`,
		"name = Ann":                   `a text stands in single quotes; "Ann" doesn't (at character 8)`,
		"name = NULL":                  `nothing equals NULL; write IS NULL or IS NOT NULL (at character 8)`,
		"name = 'Ann":                  `the ' is never closed (at character 8)`,
		"name = 'Ann' name = 'Bob'":    `AND, OR or the end was expected before "name" (at character 14)`,
		"(name = 'Ann'":                `a ) is missing before the end (at character 14)`,
		"name = 'Ann')":                `AND, OR or the end was expected before ")" (at character 13)`,
		"name == 'Ann'":                `a text, a number, TRUE or FALSE was expected, not "=" (at character 7)`,
		"name = 'a'; DROP TABLE users": `";" has no meaning here (at character 11)`,
		"name = 'a' -- all":            `"--" isn't a number (at character 12)`,
		"name = 'a' /* all */":         `"/" has no meaning here (at character 12)`,
		"1 = 1":                        `the name of a property was expected, not "1" (at character 1)`,
		"'a' = 'a'":                    `the name of a property was expected, not "a" (at character 1)`,
		"lower(name) = 'a'":            `after the property lower one of = != <> < > <= >= LIKE, IN and IS NULL was expected, not "(" (at character 6)`,
		"name IN ()":                   `a text, a number, TRUE or FALSE was expected, not ")" (at character 10)`,
		"name IN (SELECT 1)":           `a text stands in single quotes; "SELECT" doesn't (at character 10)`,
		"name LIKE 5":                  `LIKE needs a text in single quotes, not "5" (at character 11)`,
		"name IS 5":                    `NULL was expected, not "5" (at character 9)`,
		"hat = 'red'":                  `there is no property "hat" (at character 1)`,
		"password LIKE 'a%'":           `there is no property "password" (at character 1)`,
		"password_hash LIKE '$%'":      `there is no property "password_hash" (at character 1)`,
		"age = 'ten'":                  `the property age holds a whole number, and "ten" is none (at character 7)`,
		"age = NaN":                    `a text stands in single quotes; "NaN" doesn't (at character 7)`,
		"score > 'NaN'":                `the property score holds a number, and "NaN" is none (at character 9)`,
		"age > TRUE":                   `the property age holds a whole number, and "true" is none (at character 7)`,
		"vip = 'perhaps'":              `the property vip holds true or false, and "perhaps" is none (at character 7)`,
		"born > 'soon'":                `the property born holds a time in milliseconds, and "soon" is none (at character 8)`,
		"age LIKE '1%'":                `LIKE is for texts, and the property age holds a whole number (at character 1)`,
		"age = 1e":                     `"1e" isn't a number (at character 7)`,
		"name = 'a' AND":               `the name of a property was expected, not the end (at character 15)`,
		"NOT":                          `the name of a property was expected, not the end (at character 4)`,
		"name = '\xff'":                `it isn't valid UTF-8 (at character 1)`,
		strings.Repeat("(", 100000):    `it is longer than 16384 bytes (at character 16385)`,
		strings.Repeat("(", 16000):     `it is nested deeper than 32 levels (at character 33)`,
		strings.Repeat("NOT ", 4000):   `it is nested deeper than 32 levels (at character 129)`,
		"age IN (1" + strings.Repeat(",1", 1000) + ")":  `its IN lists have more than 1000 members (at character 2009)`,
		"age=1" + strings.Repeat(" OR age=1", 200):      `it has more than 200 conditions (at character 1801)`,
		"name LIKE '" + strings.Repeat("%a", 101) + "'": `the text after LIKE is longer than 200 characters (at character 11)`,
		"age = " + strings.Repeat("9", 400):             `"` + strings.Repeat("9", 40) + `…" isn't a number (at character 7)`,
	} {
		_, _, err := compiled(clause)
		if err == nil {
			t.Errorf("%s was accepted", cut(clause, 60))
		} else if err.Error() != want {
			t.Errorf("%s gives\n  %s, want\n  %s", cut(clause, 60), err, want)
		}
	}
}

// FuzzWhere looks for a clause that makes SQL of what was sent: the SQL text may
// have parts that are known beforehand, and nothing else.
func FuzzWhere(f *testing.F) {
	for _, seed := range []string{
		"", "name = 'Ann'", "`name` <> \"a\" AND [age] >= -1.5e3", "NOT (vip = TRUE OR born IS NOT NULL)",
		"email IN ('a', 'b''c') AND name NOT LIKE '%\\_%'", "objectId = 'x' OR created > '2026-01-01'", "name='a' OR 1=1 --", "((((",
	} {
		f.Add(seed)
	}
	known := strings.NewReplacer("json_extract(properties, ?)", "", " COLLATE NOCASE", "", "'Users'", "", "'BACKENDLESS'", "",
		"object_id", "", "status", "", "created", "", "updated", "", "last_login", "", "owner_id", "", "locale", "", "identity", "",
		" AND ", "", " OR ", "", " NOT LIKE ? ESCAPE '\\'", "", " LIKE ? ESCAPE '\\'", "", " NOT IN (", "", " IN (", "", "NOT ", "",
		" IS NOT NULL", "", " IS NULL", "", "NULL", "", " = ?", "", " <> ?", "", " < ?", "", " > ?", "", " <= ?", "", " >= ?", "",
		", ?", "", "?", "", "(", "", ")", "")
	f.Fuzz(func(t *testing.T, clause string) {
		text, args, err := compiled(clause)
		if err != nil {
			return
		}
		if rest := known.Replace(text); rest != "" {
			t.Fatalf("the clause %q became the SQL %q, of which %q isn't known", clause, text, rest)
		}
		if strings.Count(text, "?") != len(args) {
			t.Fatalf("the SQL %q has not as many parameters as values (%d)", text, len(args))
		}
		if strings.Count(text, "(") != strings.Count(text, ")") {
			t.Fatalf("the SQL %q isn't balanced", text)
		}
	})
}
