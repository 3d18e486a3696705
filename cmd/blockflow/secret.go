package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"blockflow/runtime/store"
)

const longestSecret = 64 << 10 // bytes

func secretCommand() *cobra.Command {
	root := &cobra.Command{Use: "secret", Short: "Secrets that flows and webhooks use"}
	var data string
	root.PersistentFlags().StringVar(&data, "data", ".blockflow", "data directory")
	set := &cobra.Command{
		Use:     "set NAME",
		Short:   "Keep a secret, whose value is read from the standard input",
		Long:    `The value is read from the standard input, so that no list of processes and no history shows it. One line feed at its end is left out.`,
		Example: `  printf %s "$KEY" | blockflow secret set stripe-key`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			value, err := io.ReadAll(io.LimitReader(c.InOrStdin(), longestSecret+2))
			if err != nil {
				return unusable("the value can't be read: %s", plain(err))
			}
			text := strings.TrimSuffix(string(value), "\n")
			if text == "" || len(text) > longestSecret {
				return unusable("a secret is a text of 1 byte to 64 KiB")
			}
			return withStore(c, data, func(s *store.Store) error {
				return s.SetSecret(c.Context(), args[0], []byte(text), "command line")
			})
		},
	}
	list := &cobra.Command{
		Use:   "list",
		Short: "List the names of the secrets; a value is never shown",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, data, func(s *store.Store) error {
				all, err := s.Secrets(c.Context())
				for _, x := range all {
					fmt.Fprintf(c.OutOrStdout(), "%-30s %s\n", x.Name, x.Updated.Format("2006-01-02 15:04"))
				}
				return err
			})
		},
	}
	remove := &cobra.Command{
		Use:   "delete NAME",
		Short: "Forget a secret",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, data, func(s *store.Store) error { return s.DeleteSecret(c.Context(), args[0]) })
		},
	}
	root.AddCommand(set, list, remove)
	return root
}

func withStore(c *cobra.Command, data string, do func(*store.Store) error) error {
	h, err := openHouse(c.Context(), data, settings{})
	if err != nil {
		return err
	}
	defer h.close()
	if err := do(h.store); err != nil {
		return unusable("%s", err)
	}
	return nil
}
