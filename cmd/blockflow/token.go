package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"blockflow/runtime/access"
)

func tokenCommand() *cobra.Command {
	root := &cobra.Command{Use: "token", Short: "API tokens, for scripts"}
	var data, name string
	var scopes []string
	asJSON := false
	create := &cobra.Command{
		Use:   "create",
		Short: "Make an API token and print it; it is never shown again",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			h, err := openHouse(c.Context(), data, settings{})
			if err != nil {
				return err
			}
			defer h.close()
			t, err := h.access.CreateToken(c.Context(), name, asScopes(scopes)...)
			if err != nil {
				return unusable("%s", err)
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), map[string]string{"id": t.ID, "name": t.Name, "token": t.Token})
			}
			fmt.Fprintln(c.OutOrStdout(), t.Token)
			return nil
		},
	}
	create.Flags().StringVar(&data, "data", ".blockflow", "data directory")
	create.Flags().StringVar(&name, "name", "cli", "what the token is for")
	create.Flags().StringSliceVar(&scopes, "scope", nil, "what the token is good for: read, run, edit, admin; all if none is given")
	create.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	root.AddCommand(create)
	return root
}

func asScopes(names []string) []access.Scope {
	scopes := make([]access.Scope, len(names))
	for i, n := range names {
		scopes[i] = access.Scope(n)
	}
	return scopes
}
