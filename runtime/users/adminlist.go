package users

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
)

// mostCounted bounds how far the matches of a search are counted: a person who
// sees more than these searches for something else, and counting a million takes
// seconds.
const mostCounted = 10_000

// list gives a page of users with what a table needs around it. What it does
// among a million users is to walk along an index, or, for a search, to look
// through the records' texts once.
func (a *adminCall) list() (any, error) {
	values, err := url.ParseQuery(a.URL.RawQuery)
	if err != nil {
		return nil, refuse(codeQuery, "The parameters of the address can't be read. Percent-encode them.")
	}
	search := values.Get("search")
	values.Del("search")
	in := a.Clone(a.Context())
	in.URL.RawQuery = values.Encode()
	c := &call{service: a.service, ctx: a.Context(), request: in, keyKind: keyBL, route: &route{}}
	q, err := c.queryOf(c.route)
	if err != nil {
		return nil, err
	}
	source, err := c.usersSource()
	if err != nil {
		return nil, err
	}
	many := true
	if search != "" {
		if many, err = c.search(source, search); err != nil {
			return nil, err
		}
	}
	if many {
		if err := c.sortByIndex(q, source); err != nil {
			return nil, err
		}
	}
	schema := a.service.schema.Load()
	page, err := c.page(q, source, func(row scanner) ([]byte, error) {
		user, err := scanRecord(row)
		if err != nil {
			return nil, err
		}
		return user.json(schema, q.shown(schema), "")
	})
	if err != nil {
		return nil, err
	}
	total, more, err := c.total(q, source, search != "" && many, len(page))
	if err != nil {
		return nil, err
	}
	columns := []string{}
	for _, x := range schema.all() {
		columns = append(columns, x.Name)
	}
	return map[string]any{"total": total, "more": more, "columns": columns, "rows": json.RawMessage(listOf(page))}, nil
}

// search makes a source of those users who have a text in one of their values. If
// they are few they are found once and for all, in one look through the records'
// texts; if they are many, each page looks along its own order until it is full.
func (c *call) search(source *tableSource, text string) (many bool, err error) {
	quoted := appendText(nil, text)
	within := "(object_id = ? OR properties LIKE ? ESCAPE '\\' AND EXISTS (SELECT 1 FROM json_each(users.properties) WHERE type <> 'null' AND value LIKE ? ESCAPE '\\'))"
	args := []any{text, like(string(quoted[1 : len(quoted)-1])), like(text)}
	ctx, cancel := context.WithTimeout(c.ctx, maxQueryTime)
	defer cancel()
	var ids string
	var found int
	err = c.service.db.readers.QueryRowContext(ctx, "SELECT json_group_array(id), count(*) FROM (SELECT id FROM users WHERE "+within+" LIMIT ?)",
		append(args, mostCounted+1)...).Scan(&ids, &found)
	if err != nil {
		return false, c.tooSlow(ctx, err)
	}
	if found > mostCounted {
		source.within, source.args = within, args
		return true, nil
	}
	source.within, source.args = "id IN (SELECT value FROM json_each(?))", []any{ids}
	return false, nil
}

// Sorting looks at every record, which a person notices when there are many. From
// here on a property that a list is sorted by gets an index, the first time that
// somebody asks: nobody pays for one at each write who doesn't need it.
const (
	manyUsers       = 100_000
	mostSortIndexes = 8
)

var (
	newestID     = prepared("SELECT coalesce(max(id), 0) FROM users")
	countIndexes = prepared("SELECT count(*), count(iif(name = ?, 1, NULL)) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'sort\\_%' ESCAPE '\\'")
)

// sortByIndex lets a list that is sorted by one property walk along an index: it
// ends in the id, which grows with the age, and both go the same way.
func (c *call) sortByIndex(q *dataQuery, source *tableSource) error {
	if len(q.sort) != 1 {
		return nil
	}
	source.byAge = "id"
	if q.sort[0].down {
		source.byAge = "id DESC"
	}
	schema := c.service.schema.Load()
	name := schema.byFolded[strings.ToLower(q.sort[0].column.text)]
	column, own := schema.byName[name]
	if !own || column.Identity {
		return nil
	}
	var newest int64
	if err := c.service.db.reads[newestID].QueryRowContext(c.ctx).Scan(&newest); err != nil || newest < manyUsers {
		return err
	}
	// SQLite knows the expression of an index only by the same text. The name of
	// a column is made of letters, digits and _ (validName).
	sorted := sqlColumn{sql: `json_extract(properties, '$."` + name + `"')`, typ: column.Type}
	has, err := c.service.indexSort("sort_"+name, sorted)
	if err != nil || !has {
		return err
	}
	columns := source.columns
	source.columns = func(asked string) (sqlColumn, bool) {
		if strings.EqualFold(asked, name) {
			return sorted, true
		}
		return columns(asked)
	}
	return nil
}

// indexSort makes an index for sorting, which takes some seconds for a million
// users, and tells whether it is there.
func (s *Service) indexSort(index string, column sqlColumn) (bool, error) {
	var all, mine int
	if err := s.db.reads[countIndexes].QueryRow(index).Scan(&all, &mine); err != nil || mine > 0 {
		return mine > 0, err
	}
	if all >= mostSortIndexes {
		return false, nil
	}
	err := s.writeInside(context.Background(), func(t *tx) error {
		_, err := t.sql.Exec(`CREATE INDEX IF NOT EXISTS "` + index + `" ON users (` + column.sql + column.collation() + `)`)
		return err
	})
	return err == nil, err
}

// total is how many users a query finds in all. more says that there are more
// than that: what a search finds is counted up to mostCounted.
func (c *call) total(q *dataQuery, source *tableSource, bounded bool, shown int) (total int, more bool, err error) {
	if shown > 0 && shown < q.pageSize || shown == 0 && q.offset == 0 {
		return q.offset + shown, false, nil // the page before was full, and this is the last
	}
	text, args, err := q.count(source)
	if err != nil {
		return 0, false, err
	}
	most := max(mostCounted, q.offset+shown)
	if bounded && !q.distinct {
		compiled, err := q.filter(source)
		if err != nil {
			return 0, false, err
		}
		text, args = "SELECT count(*) FROM (SELECT 1"+compiled.sql.String()+" LIMIT ?)", append(compiled.args, most+1)
	}
	ctx, cancel := context.WithTimeout(c.ctx, maxQueryTime)
	defer cancel()
	if err := c.service.db.readers.QueryRowContext(ctx, text, args...).Scan(&total); err != nil {
		return 0, false, c.tooSlow(ctx, err)
	}
	if bounded && total > most {
		return most, true, nil
	}
	return total, false, nil
}
