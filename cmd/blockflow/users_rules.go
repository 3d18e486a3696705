package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"blockflow/runtime/users"
)

func (d *usersDesk) roles() *cobra.Command {
	root := &cobra.Command{Use: "role", Short: "Roles of one's own"}
	named := func(use, short string, do func(args []string) error) *cobra.Command {
		return &cobra.Command{
			Use: use, Short: short, Args: cobra.ExactArgs(strings.Count(use, " ")),
			RunE: d.open(func(_ *cobra.Command, args []string) error { return do(args) }),
		}
	}
	assign := func(how string) func([]string) error {
		return func(args []string) error {
			body, err := json.Marshal(map[string]string{"user": args[0]})
			if err != nil {
				return err
			}
			return d.call("POST", "/roles/"+url.PathEscape(args[1])+"/"+how, body, nil)
		}
	}
	root.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List the roles", Args: cobra.NoArgs,
			RunE: d.open(func(c *cobra.Command, _ []string) error {
				all, err := d.service.Roles(d.ctx)
				for _, role := range all {
					fmt.Fprintln(c.OutOrStdout(), role)
				}
				return err
			}),
		},
		named("create ROLE", "Make a role", func(args []string) error { return d.service.AddRole(d.ctx, args[0]) }),
		named("delete ROLE", "Take a role from everybody and forget it", func(args []string) error { return d.service.RemoveRole(d.ctx, args[0]) }),
		named("assign USER ROLE", "Give a user a role", assign("assign")),
		named("unassign USER ROLE", "Take a role from a user", assign("unassign")),
	)
	return root
}

func (d *usersDesk) properties() *cobra.Command {
	root := &cobra.Command{Use: "property", Short: "The properties that users have"}
	column := users.Column{}
	define := &cobra.Command{
		Use:   "define NAME",
		Short: "Add a property, or change whether one is required",
		Args:  cobra.ExactArgs(1),
		RunE: d.open(func(_ *cobra.Command, args []string) error {
			column.Name, column.Type = args[0], strings.ToUpper(column.Type)
			columns, err := d.service.Columns(d.ctx)
			if err != nil {
				return err
			}
			for _, old := range columns {
				if old.Name == column.Name {
					column.Identity = old.Identity
				}
			}
			return d.service.DefineColumn(d.ctx, column)
		}),
	}
	define.Flags().StringVar(&column.Type, "type", users.TypeString, "STRING, DOUBLE, INT, BOOLEAN or DATETIME")
	define.Flags().BoolVar(&column.Required, "required", false, "it is never empty")
	root.AddCommand(define, &cobra.Command{
		Use: "list", Short: "List the properties", Args: cobra.NoArgs,
		RunE: d.open(func(c *cobra.Command, _ []string) error {
			columns, err := d.service.Columns(d.ctx)
			for _, x := range columns {
				notes := ""
				for note, is := range map[string]bool{" identity": x.Identity, " required": x.Required && !x.Identity, " system": x.System} {
					if is {
						notes += note
					}
				}
				fmt.Fprintf(c.OutOrStdout(), "%-24s %s%s\n", x.Name, x.Type, notes)
			}
			return err
		}),
	})
	return root
}

func (d *usersDesk) settings() *cobra.Command {
	return &cobra.Command{
		Use:     "settings [NAME=VALUE...]",
		Short:   "Print the settings of the user service, or change some",
		Example: `  blockflow users settings enableMultipleLogins=false updatePolicy=permissive`,
		RunE: d.open(func(c *cobra.Command, args []string) error {
			method := "GET"
			body := map[string]json.RawMessage{}
			for _, arg := range args {
				name, text, ok := strings.Cut(arg, "=")
				if !ok {
					return fmt.Errorf("%q isn't a setting; write name=value", arg)
				}
				if !json.Valid([]byte(text)) {
					quoted, err := json.Marshal(text)
					if err != nil {
						return err
					}
					text = string(quoted)
				}
				method, body[name] = "PUT", json.RawMessage(text)
			}
			sent, err := json.Marshal(body)
			if err != nil {
				return err
			}
			var after json.RawMessage
			if err := d.call(method, "/api/settings/users", sent, &after); err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), indent(after, ""))
			return err
		}),
	}
}
