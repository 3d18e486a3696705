package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"blockflow/cmd/bench/load"
)

const (
	logins  = "logins"
	creates = "records created"
	records = "record updates"
	users   = "updates of one's own user"

	password = "wonderland-1865"
)

// steps are what is measured, each on what the ones before left.
var steps = []struct {
	name    string
	measure func(context.Context, *contender, time.Duration) (load.Result, error)
}{
	{logins, func(ctx context.Context, c *contender, d time.Duration) (load.Result, error) {
		return c.send(ctx, d, func(i, _ int) []byte { return c.login(i) }, func(i, _ int, answer []byte) error {
			return c.keepToken(i, answer)
		})
	}},
	{creates, func(ctx context.Context, c *contender, d time.Duration) (load.Result, error) {
		return c.send(ctx, d, func(i, n int) []byte { return c.create(i, item(i, n)) }, func(i, _ int, answer []byte) error {
			id, err := member(answer, c.idName)
			c.items[i] = append(c.items[i], id)
			return err
		})
	}},
	{records, func(ctx context.Context, c *contender, d time.Duration) (load.Result, error) {
		return c.send(ctx, d, func(i, n int) []byte {
			own := c.items[i]
			return c.update(i, own[n*31%len(own)], fmt.Sprintf(`{"address":"%d Rose Street","score":%d}`, n, n))
		}, nil)
	}},
	{users, func(ctx context.Context, c *contender, d time.Duration) (load.Result, error) {
		return c.send(ctx, d, func(i, n int) []byte {
			return c.updateUser(i, fmt.Sprintf(`{"address":"%d Rose Street","score":%d}`, n, n))
		}, nil)
	}},
}

func item(i, n int) string {
	return fmt.Sprintf(`{"name":"Item %d of %d","address":"%d Lake Road","score":%d,"active":true}`, n, i, n, n)
}

// A contender is a server that is measured. Connection i acts as user i.
type contender struct {
	name    string
	process *load.Process
	dir     string
	files   []string // patterns of the names of its databases' files
	idName  string   // what a record calls its id

	register   func(i int) []byte
	login      func(i int) []byte
	create     func(i int, record string) []byte
	update     func(i int, id, change string) []byte
	updateUser func(i int, change string) []byte
	// keepToken reads what a login answered.
	keepToken func(i int, answer []byte) error

	ids, tokens [connections]string
	items       [connections][]string // ids of the records that each made

	results    map[string][]load.Result
	loginTimes []float64 // processor time of a login in each round, in milliseconds
	memory     int64
	size       int64
}

// enrol registers a user for each connection.
func (c *contender) enrol(ctx context.Context) error {
	c.results = map[string][]load.Result{}
	_, err := load.Send(ctx, load.Load{
		Address: c.process.Address, Connections: connections, Requests: connections,
		Next:     func(i, _ int) []byte { return c.register(i) },
		Answered: answered(func(_, _ int, _ []byte) error { return nil }),
	})
	return err
}

func (c *contender) send(ctx context.Context, d time.Duration, next func(i, n int) []byte, then func(i, n int, answer []byte) error) (load.Result, error) {
	l := load.Load{Address: c.process.Address, Connections: connections, For: d, Next: next}
	if then != nil {
		l.Answered = answered(then)
	}
	return load.Send(ctx, l)
}

func answered(then func(i, n int, answer []byte) error) func(i, n, status int, body []byte) error {
	return func(i, n, status int, body []byte) error {
		if status != http.StatusOK {
			return fmt.Errorf("it answered %d: %s", status, body)
		}
		return then(i, n, body)
	}
}

// member reads a text of a JSON object.
func member(object []byte, name string) (string, error) {
	var all map[string]any
	if err := json.Unmarshal(object, &all); err != nil {
		return "", err
	}
	text, ok := all[name].(string)
	if !ok {
		return "", fmt.Errorf("the answer has no text %s: %s", name, object)
	}
	return text, nil
}
