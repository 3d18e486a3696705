package users

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultPageSize = 10
	maxPageSize     = 100
	maxSortColumns  = 10
	maxProps        = maxColumns
)

// A dataQuery is what a client asks of a table: which records, in which order,
// which page of them and which of their properties.
type dataQuery struct {
	where            condition
	pageSize, offset int
	sort             []ordering
	props            []string // only these; nil: all
	exclude          []string
	distinct         bool
	loadRoles        bool
}

// An ordering is one column of sortBy.
type ordering struct {
	column name
	down   bool
}

// ignoredQueryFields are what SDKs send along and what means nothing here, where
// no record has relations. A query that asks for groups, on the other hand,
// would get a wrong answer if that were ignored.
var ignoredQueryFields = map[string]bool{
	"relationsdepth": true, "relationspagesize": true, "filereferenceprefix": true, "___class": true,
}

// queryOf reads the query of a request: its body where the route takes one,
// else its address.
func (c *call) queryOf(r *route) (*dataQuery, error) {
	fields := c.object
	if r.body == 0 {
		var err error
		if fields, err = addressFields(c.request.URL.RawQuery); err != nil {
			return nil, err
		}
	}
	q := &dataQuery{pageSize: defaultPageSize}
	for _, p := range fields {
		if err := q.set(p); err != nil {
			return nil, err
		}
	}
	if q.distinct && len(q.props) == 0 {
		q.distinct = false // every record differs by its objectId
	}
	return q, nil
}

// addressFields are the parameters of an address as texts. One that can't be
// read is an error: leaving out a where-clause would find everything.
func addressFields(query string) ([]property, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, refuse(codeQuery, "The parameters of the address can't be read. Percent-encode them.")
	}
	var fields []property
	for name, all := range values {
		if len(all) > 1 && !slices.Contains([]string{"props", "property", "sortBy", "excludeProps"}, name) {
			return nil, refuse(codeQuery, "The parameter %s is in the address twice.", cut(name, 40))
		}
		fields = append(fields, property{name, value{kind: 's', text: strings.Join(all, ",")}})
	}
	return fields, nil
}

func (q *dataQuery) set(p property) (err error) {
	if p.kind == 'n' || p.kind == 's' && p.text == "" {
		return nil
	}
	switch p.name {
	case "where", "whereClause":
		if p.kind != 's' {
			return refuse(codeWhere, "The where-clause must be a text.")
		}
		q.where, err = parseWhere(p.text)
		return badClause(err)
	case "pageSize":
		q.pageSize, err = p.whole(codePageSize, 1, 1<<31-1)
		if err == nil && q.pageSize > maxPageSize {
			return refuse(codePageTooBig, "The pageSize is at most %d.", maxPageSize)
		}
	case "offset":
		q.offset, err = p.whole(codeOffset, 0, 1<<31-1)
	case "sortBy":
		err = q.setSort(p)
	case "props", "property", "properties":
		q.props, err = p.names()
		if slices.Contains(q.props, "*") {
			q.props = nil
		}
	case "excludeProps":
		q.exclude, err = p.names()
	case "distinct":
		q.distinct, err = p.truth()
	case "loadRoles":
		q.loadRoles, err = p.truth()
	default:
		if !ignoredQueryFields[strings.ToLower(p.name)] && !p.isEmpty() {
			return refuse(codeQuery, "A query can't have %q here. It has where, pageSize, offset, sortBy, props, excludeProps and distinct.", cut(p.name, 40))
		}
	}
	return err
}

// isEmpty says whether a member says nothing: [], {} or false.
func (p property) isEmpty() bool {
	text := strings.Join(strings.Fields(string(p.raw)), "")
	return text == "[]" || text == "{}" || text == "false"
}

func badClause(err error) error {
	if err == nil {
		return nil
	}
	return refuse(codeWhere, "Invalid where clause: %s.", err)
}

// whole reads a whole number that was sent as a number or a text.
func (p property) whole(code, least, most int) (int, error) {
	text := p.text
	if p.kind == 'd' {
		text = string(p.raw)
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < least || number > most {
		return 0, refuse(code, "The %s must be a whole number of %d or more.", p.name, least)
	}
	return number, nil
}

func (p property) truth() (bool, error) {
	text := p.text
	if p.kind == 'b' {
		text = string(p.raw)
	}
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, refuse(codeQuery, "%s must be true or false.", p.name)
}

// names reads "a,b" or ["a","b"].
func (p property) names() ([]string, error) {
	var all []string
	switch p.kind {
	case 's':
		all = strings.Split(p.text, ",")
	case 'a':
		if json.Unmarshal(p.raw, &all) != nil {
			return nil, refuse(codeQuery, "%s must be a text or a list of texts.", p.name)
		}
	default:
		return nil, refuse(codeQuery, "%s must be a text or a list of texts.", p.name)
	}
	if len(all) > maxProps {
		return nil, refuse(codeQuery, "%s has more than %d names.", p.name, maxProps)
	}
	for i := range all {
		all[i] = strings.Trim(strings.TrimSpace(all[i]), "`")
	}
	return all, nil
}

// setSort reads "a asc, b desc" or ["a asc", "b desc"].
func (q *dataQuery) setSort(p property) error {
	all, err := p.names()
	if err != nil {
		return err
	}
	if len(all) > maxSortColumns {
		return refuse(codeQuery, "sortBy has more than %d columns.", maxSortColumns)
	}
	q.sort = nil
	for _, one := range all {
		words := strings.Fields(one)
		down := false
		if len(words) == 2 {
			switch strings.ToLower(words[1]) {
			case "asc":
			case "desc":
				down = true
			default:
				words = nil
			}
		}
		if len(words) != 1 && len(words) != 2 {
			return refuse(codeQuery, "sortBy is made of properties, each with asc or desc behind it; %q is neither.", cut(one, 40))
		}
		q.sort = append(q.sort, ordering{name{text: strings.Trim(words[0], "`\"")}, down})
	}
	return nil
}

// A tableSource is where a query's records are.
type tableSource struct {
	columns columnsOf
	// Constant SQL, all of it; args are the parameters of within.
	table, within, fields, byAge string
	args                         []any
}

// filter is the FROM and WHERE of a query.
func (q *dataQuery) filter(from *tableSource) (*compiler, error) {
	c := &compiler{columns: from.columns}
	c.add(" FROM "+from.table+" WHERE "+from.within, from.args...)
	if q.where != nil {
		c.add(" AND ")
		if err := q.where.compile(c); err != nil {
			return nil, badClause(err)
		}
	}
	return c, nil
}

// count is the SQL that counts what a query finds.
func (q *dataQuery) count(from *tableSource) (string, []any, error) {
	c, err := q.filter(from)
	if err != nil {
		return "", nil, err
	}
	if !q.distinct {
		return "SELECT count(*)" + c.sql.String(), c.args, nil
	}
	if err := q.group(c); err != nil {
		return "", nil, err
	}
	return "SELECT count(*) FROM (SELECT 1" + c.sql.String() + ")", c.args, nil
}

// group leaves one record of those whose props are the same.
func (q *dataQuery) group(c *compiler) error {
	for i, prop := range q.props {
		column, ok := c.columns(prop)
		if !ok {
			return refuse(codeQuery, "There is no property %q.", cut(prop, maxNameLength))
		}
		before := " GROUP BY "
		if i > 0 {
			before = ", "
		}
		c.add(before+column.sql, column.args...)
	}
	return nil
}

// page is the SQL that gives a page of what a query finds. Without sortBy the
// records come in the order in which they were made; that order also decides
// between records that sortBy finds equal, so that pages never overlap.
func (q *dataQuery) page(from *tableSource) (string, []any, error) {
	c, err := q.filter(from)
	if err != nil {
		return "", nil, err
	}
	text := "SELECT " + from.fields + c.sql.String()
	if q.distinct {
		if err := q.group(c); err != nil {
			return "", nil, err
		}
		text = "SELECT " + from.fields + " FROM " + from.table + " WHERE id IN (SELECT min(id)" + c.sql.String() + ")"
	}
	c.sql.Reset()
	c.add(" ORDER BY ")
	for _, by := range q.sort {
		column, ok := from.columns(by.column.text)
		if !ok {
			return "", nil, refuse(codeQuery, "sortBy has %q, and there is no such property.", cut(by.column.text, maxNameLength))
		}
		direction := " ASC, "
		if by.down {
			direction = " DESC, "
		}
		c.add(column.sql+column.collation()+direction, column.args...)
	}
	c.add(from.byAge+" LIMIT ? OFFSET ?", q.pageSize, q.offset)
	return text + c.sql.String(), c.args, nil
}
