package users

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func TestFindGivesPagesInTheOrderOfMaking(t *testing.T) {
	p := newPlace(t)
	for i := range 7 {
		p.register(fmt.Sprintf("user%d@x.org", i))
	}
	ids := func(q Query) string {
		total, page, err := p.service.Find(context.Background(), q)
		if err != nil {
			return err.Error()
		}
		var names []string
		for _, r := range page {
			names = append(names, strings.TrimSuffix(answer{text: string(r)}.field("email"), "@x.org"))
		}
		return fmt.Sprint(total, names)
	}
	same(t, "the first page", ids(Query{Limit: 3}), "7 [user0 user1 user2]")
	same(t, "the last page", ids(Query{Limit: 3, Offset: 6}), "7 [user6]")
	same(t, "a page behind the last", ids(Query{Limit: 3, Offset: 9}), "7 []")
	same(t, "the page of a search", ids(Query{Search: "user", Limit: 2, Offset: 2}), "7 [user2 user3]")
	same(t, "a page of minus one", ids(Query{Limit: -1}), "a page of users begins at 0 or later and has 1 to 1000 of them")
}

func TestFindSearchesValuesAndNotNames(t *testing.T) {
	p := newPlace(t)
	ann, tok := p.member("ann@x.org")
	p.register("bob@x.org")
	p.ok("PUT", "/api/users/"+ann, `{"address":"27 \"Rose\" Street","score":100,"note":"50%_\\ done"}`, token(tok))
	for search, want := range map[string]int{
		"rose":        1,
		`"Rose" st`:   1,
		"x.org":       2,
		"email":       0,
		"score":       0,
		"100":         1,
		"%":           1,
		"_":           1,
		`\`:           1,
		"50%_":        1,
		"5__":         0,
		ann:           1,
		"'; DROP --":  0,
		"\x00":        0,
		"straße":      0,
		"ENABLED":     0,
		"argon2id":    0,
		"secret":      0,
		`"`:           1,
		`:`:           0,
		`27 "Rose" S`: 1,
	} {
		total, page, err := p.service.Find(context.Background(), Query{Search: search})
		if err != nil || total != want || len(page) != want {
			t.Errorf("searching %q found %d, a page of %d (%v), want %d", search, total, len(page), err, want)
		}
	}
}
