package users

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
)

// A Query asks for a page of users in the order in which they were made.
type Query struct {
	Search string // a part of the value of any own property, or an objectId; empty: all users
	Offset int    // how many to leave out, 0 or more
	Limit  int    // how many to return at most: 1 to 1000, and 50 for 0
}

// The page is cut out of an index, so that leaving out a million records
// doesn't read them. The search looks through the record's whole text first,
// which is quick, and only where that has the words into each value, since the
// words may be a property's name.
const matching = ` FROM users WHERE (?1 = '' OR object_id = ?2 OR properties LIKE ?1 ESCAPE '\'
	AND EXISTS (SELECT 1 FROM json_each(users.properties) WHERE type <> 'null' AND value LIKE ?3 ESCAPE '\'))`

var (
	countUsers    = prepared("SELECT count(*) FROM users")
	pageOfUsers   = prepared("SELECT " + recordColumns + " FROM users WHERE id IN (SELECT id FROM users INDEXED BY users_created ORDER BY created, id LIMIT ? OFFSET ?) ORDER BY created, id")
	countMatching = prepared("SELECT count(*)" + matching)
	pageMatching  = prepared("SELECT " + recordColumns + matching + " ORDER BY created, id LIMIT ?4 OFFSET ?5")
)

// Find returns a page of user records and how many there are on all pages.
func (s *Service) Find(ctx context.Context, q Query) (total int, page []json.RawMessage, err error) {
	if q.Limit == 0 {
		q.Limit = 50
	}
	if q.Offset < 0 || q.Limit < 1 || q.Limit > 1000 {
		return 0, nil, errors.New("a page of users begins at 0 or later and has 1 to 1000 of them")
	}
	if !s.enter() {
		return 0, nil, errClosed
	}
	defer s.callers.Done()
	count, rowsOf := countUsers, pageOfUsers
	var args []any
	if q.Search != "" {
		count, rowsOf = countMatching, pageMatching
		quoted := appendText(nil, q.Search)
		args = []any{like(string(quoted[1 : len(quoted)-1])), q.Search, like(q.Search)}
	}
	if err := s.db.reads[count].QueryRowContext(ctx, args...).Scan(&total); err != nil {
		return 0, nil, err
	}
	rows, err := s.db.reads[rowsOf].QueryContext(ctx, append(args, q.Limit, q.Offset)...)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	schema := s.schema.Load()
	page = []json.RawMessage{}
	for rows.Next() {
		user, err := scanRecord(rows)
		if err != nil {
			return 0, nil, err
		}
		text, err := user.json(schema, nil, "")
		if err != nil {
			return 0, nil, err
		}
		page = append(page, text)
	}
	return total, page, rows.Err()
}

// like makes a LIKE pattern that finds a text anywhere.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}
