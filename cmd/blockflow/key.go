package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"blockflow/runtime/store"
)

func keyCommand() *cobra.Command {
	root := &cobra.Command{Use: "key", Short: "The key that secrets, inputs and journals are sealed with"}
	var data string
	root.PersistentFlags().StringVar(&data, "data", ".blockflow", "data directory")
	root.AddCommand(&cobra.Command{
		Use:   "rotate",
		Short: "Make a new key and seal everything anew with it",
		Long: `Makes a new key and seals everything anew with it: secrets, settings, inputs, results and
journals. The server must be stopped. The old key stays in the key file, for backups and for
what the user service remembers, until "blockflow key forget".`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			release, err := claim(data)
			if err != nil {
				return err
			}
			defer release()
			if _, err := store.LoadKeys(data); err != nil {
				return unusable("%s", err)
			}
			if err := store.AddKey(data); err != nil {
				return unusable("%s", plain(err))
			}
			h, err := openHouse(c.Context(), data, settings{})
			if err != nil {
				return err
			}
			defer h.close()
			n, err := h.store.Reseal(c.Context())
			if err != nil {
				return unusable("%d values were sealed anew, then: %s. Run this again", n, plain(err))
			}
			fmt.Fprintf(c.OutOrStdout(), "There is a new key, and %d values are sealed with it.\n", n)
			return nil
		},
	}, &cobra.Command{
		Use:   "forget",
		Short: "Drop all keys but the newest",
		Long: `Drops all keys but the newest. The server must be stopped. Backups made before the rotation
can be restored only with the key file in them; the user service forgets the answers that it
remembers under Idempotency-Keys, though not what it has done.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			release, err := claim(data)
			if err != nil {
				return err
			}
			defer release()
			if err := store.ForgetKeys(data); err != nil {
				return unusable("%s", plain(err))
			}
			fmt.Fprintln(c.OutOrStdout(), "Only the newest key is left.")
			return nil
		},
	})
	return root
}
