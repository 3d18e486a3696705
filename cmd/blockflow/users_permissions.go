package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"blockflow/runtime/users"
)

func (d *usersDesk) permissions() *cobra.Command {
	root := &cobra.Command{
		Use: "permission", Short: "Who may do what beyond the policy",
		Long: `The first of these that says anything decides: a record's permission for the user, for one of
their roles; the table's for the user, for one of their roles; whether the record is theirs; what
the system roles may (AuthenticatedUser, NotAuthenticatedUser, RestUser, …); what is said for all
tables; the policy. What is denied counts more than what is granted.`,
	}
	p := users.Permission{}
	flags := func(c *cobra.Command) *cobra.Command {
		c.Flags().StringVar(&p.Table, "table", "", "a table; without it, all tables")
		c.Flags().StringVar(&p.ObjectID, "record", "", "the objectId of one record of the table")
		return c
	}
	list := flags(&cobra.Command{
		Use: "list", Short: "List the permissions", Args: cobra.NoArgs,
		RunE: d.open(func(c *cobra.Command, _ []string) error {
			all, err := d.service.Permissions(d.ctx, p.Table, p.ObjectID)
			for _, x := range all {
				what, who := x.Table, "role "+x.Role
				if what == "" {
					what = "all tables"
				}
				if x.ObjectID != "" {
					what += "/" + x.ObjectID
				}
				if x.User != "" {
					who = "user " + x.User
				}
				fmt.Fprintf(c.OutOrStdout(), "%s %s in %s to %s\n", x.Access, x.Operation, what, who)
			}
			return err
		}),
	})
	set := flags(&cobra.Command{
		Use: "set grant|deny|inherit create|find|update|remove", Short: "Set a permission, or take one back", Args: cobra.ExactArgs(2),
		RunE: d.open(func(_ *cobra.Command, args []string) error {
			p.Access, p.Operation = args[0], args[1]
			if err := d.service.Permit(d.ctx, p); err != nil {
				return unusable("the permission can't be set: %s", err)
			}
			return nil
		}),
	})
	set.Flags().StringVar(&p.User, "user", "", "the objectId of a user, or * for all who are logged in")
	set.Flags().StringVar(&p.Role, "role", "", "a role, or * for everybody")
	root.AddCommand(list, set)
	return root
}
