package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"blockflow/runtime/users"
)

func usersCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "users",
		Short: "The users of the embedded user service, its keys and its rules",
		Long: `Works on the data directory, also while the server runs. A user is named by identity (usually
the email) or objectId. A running server sees new settings and properties within a minute.`,
	}
	d := &usersDesk{}
	root.PersistentFlags().StringVar(&d.data, "data", ".blockflow", "data directory")
	root.AddCommand(d.keys(), d.list(), d.show(), d.create(), d.update(), d.password())
	root.AddCommand(
		d.forEach("disable", "Shut users out; their data stays", "PUT", "/status", `{"userStatus":"DISABLED"}`),
		d.forEach("enable", "Let users in again, who then log in anew", "PUT", "/status", `{"userStatus":"ENABLED"}`),
		d.forEach("logout", "End all sessions of users", "POST", "/logout", ""),
		d.forEach("delete", "Delete users", "DELETE", "", ""),
	)
	root.AddCommand(d.importFile(), d.exportFile(), d.roles(), d.permissions(), d.properties(), d.settings())
	return root
}

// A usersDesk is where the commands work.
type usersDesk struct {
	data    string
	service *users.Service
	ctx     context.Context
}

// open wraps what a command does with the service of the data directory.
func (d *usersDesk) open(do func(c *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) (err error) {
		d.ctx = c.Context()
		if d.service, err = openUsers(d.ctx, d.data); err != nil {
			return err
		}
		err = do(c, args)
		if closing := d.service.Close(); err == nil {
			err = closing
		}
		var e *exit
		if err != nil && !errors.As(err, &e) {
			return unusable("%s", err)
		}
		return err
	}
}

// call asks the administration of the service. A refusal is an error with its
// message; out, if not nil, gets the answer.
func (d *usersDesk) call(method, path string, body []byte, out any) error {
	request, err := http.NewRequestWithContext(d.ctx, method, "http://users.embedded"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Transport: d.service.AdminTransport()}).Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		var refused struct {
			Error struct{ Code, Message string }
		}
		if json.Unmarshal(text, &refused) != nil || refused.Error.Message == "" {
			return fmt.Errorf("the user service answered with the status %d", response.StatusCode)
		}
		return errors.New(refused.Error.Message)
	}
	if out == nil || len(text) == 0 {
		return nil
	}
	if raw, ok := out.(*json.RawMessage); ok {
		*raw = text
		return nil
	}
	return json.Unmarshal(text, out)
}

// idOf finds the objectId of a user by identity or objectId.
func (d *usersDesk) idOf(who string) (string, error) {
	record, err := d.service.Lookup(d.ctx, who)
	if err != nil {
		return "", err
	}
	var user struct{ ObjectID string }
	err = json.Unmarshal(record, &user)
	return url.PathEscape(user.ObjectID), err
}

func (d *usersDesk) keys() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "keys",
		Short: "Print the application id and the API keys",
		Long: `The keys for REST and JS stand in apps and are no secrets. Who has BL, the CloudCode key, can
change every user.`,
		Args: cobra.NoArgs,
		RunE: d.open(func(c *cobra.Command, _ []string) error {
			k := d.service.Keys()
			if asJSON {
				return printJSON(c.OutOrStdout(), map[string]any{
					"appId": k.AppID, "keys": map[string]string{"REST": k.REST, "JS": k.JS, "BL": k.BL},
				})
			}
			fmt.Fprintf(c.OutOrStdout(), "appId  %s\nREST   %s\nJS     %s\nBL     %s\n", k.AppID, k.REST, k.JS, k.BL)
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func (d *usersDesk) list() *cobra.Command {
	var search, where, sort string
	var limit, offset int
	asJSON := false
	c := &cobra.Command{
		Use:   "list",
		Short: "List users",
		Example: `  blockflow users list --search ann
  blockflow users list --where "age > 30 AND city = 'Rome'" --sort "age desc"`,
		Args: cobra.NoArgs,
		RunE: d.open(func(c *cobra.Command, _ []string) error {
			q := url.Values{}
			for name, value := range map[string]string{"search": search, "where": where, "sortBy": sort} {
				if value != "" {
					q.Set(name, value)
				}
			}
			q.Set("pageSize", strconv.Itoa(limit))
			q.Set("offset", strconv.Itoa(offset))
			var page struct {
				Total int               `json:"total"`
				Rows  []json.RawMessage `json:"rows"`
			}
			if err := d.call("GET", "/?"+q.Encode(), nil, &page); err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), page)
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "objectId\temail\tname\tuserStatus")
			for _, row := range page.Rows {
				var user struct{ ObjectID, Email, Name, UserStatus string }
				// A column of these names may be of another type, or null.
				_ = json.Unmarshal(row, &user)
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", user.ObjectID, printable(user.Email), printable(user.Name), user.UserStatus)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%d of %d\n", len(page.Rows), page.Total)
			return nil
		}),
	}
	c.Flags().StringVar(&search, "search", "", "a part of any of a user's values")
	c.Flags().StringVar(&where, "where", "", "a where-clause")
	c.Flags().StringVar(&sort, "sort", "", "properties to sort by, each with asc or desc behind it")
	c.Flags().IntVar(&limit, "limit", 50, "how many at most, 1 to 100")
	c.Flags().IntVar(&offset, "offset", 0, "how many to leave out")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// printable takes away what would do something to a terminal or a table: people
// choose their names themselves.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return '�'
		}
		return r
	}, text)
}

func (d *usersDesk) show() *cobra.Command {
	return &cobra.Command{
		Use:   "show USER",
		Short: "Print a user's record as JSON",
		Args:  cobra.ExactArgs(1),
		RunE: d.open(func(c *cobra.Command, args []string) error {
			record, err := d.service.Lookup(d.ctx, args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), indent(record, ""))
			return err
		}),
	}
}

// forEach is a command that asks the same for each of its users.
func (d *usersDesk) forEach(name, short, method, path, body string) *cobra.Command {
	return &cobra.Command{
		Use:   name + " USER...",
		Short: short,
		Args:  cobra.MinimumNArgs(1),
		RunE: d.open(func(_ *cobra.Command, args []string) error {
			for _, who := range args {
				id, err := d.idOf(who)
				if err != nil {
					return err
				}
				if err := d.call(method, "/"+id+path, []byte(body), nil); err != nil {
					return fmt.Errorf("%s: %w", who, err)
				}
			}
			return nil
		}),
	}
}
