package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

func (d *usersDesk) importFile() *cobra.Command {
	format := ""
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Make or update users from a CSV or JSON file; - reads the standard input",
		Long: `A JSON list of objects, or CSV whose first line names the properties; at most 10,000 users at
once. A user is looked for by objectId, then by identity; who isn't there is made. Passwords may
be given plainly; who has none gets in by restoring it. If one user can't be imported, none is.`,
		Args: cobra.ExactArgs(1),
		RunE: d.open(func(c *cobra.Command, args []string) error {
			form, err := formatOf(format, args[0])
			if err != nil {
				return err
			}
			in := c.InOrStdin()
			if args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return fmt.Errorf("%s can't be read: %s", args[0], plain(err))
				}
				defer file.Close()
				in = file
			}
			made, changed, err := d.service.Import(d.ctx, in, form)
			if err == nil {
				_, err = fmt.Fprintf(c.OutOrStdout(), "%d made, %d updated\n", made, changed)
			}
			return err
		}),
	}
	c.Flags().StringVar(&format, "format", "", "csv or json; by the file's ending if not given")
	return c
}

func (d *usersDesk) exportFile() *cobra.Command {
	format := ""
	c := &cobra.Command{
		Use:   "export FILE",
		Short: "Write all users into a CSV or JSON file, without passwords; - prints them",
		Long: `Neither form has a password or what is kept of it. In CSV, a text that a spreadsheet would take
for a formula has a ' before it; import takes it away again.`,
		Args: cobra.ExactArgs(1),
		RunE: d.open(func(c *cobra.Command, args []string) error {
			form, err := formatOf(format, args[0])
			if err != nil {
				return err
			}
			if args[0] == "-" {
				return d.service.Export(d.ctx, c.OutOrStdout(), form)
			}
			return writeWhole(args[0], func(w io.Writer) error { return d.service.Export(d.ctx, w, form) })
		}),
	}
	c.Flags().StringVar(&format, "format", "", "csv or json; by the file's ending if not given")
	return c
}

func formatOf(format, file string) (string, error) {
	if format == "" {
		format = strings.ToLower(strings.TrimPrefix(filepath.Ext(file), "."))
	}
	if format != "csv" && format != "json" {
		return "", fmt.Errorf("say with --format whether %s is csv or json", file)
	}
	return format, nil
}

// writeWhole makes a file that only its owner reads, and puts it in its place
// when it is whole: one that breaks off leaves the older one.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".export-*")
	if err != nil {
		return fmt.Errorf("%s can't be written: %s", path, plain(err))
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name()) // it may never have been whole
		}
	}()
	err = write(file)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("%s can't be written: %s", path, plain(err))
	}
	return nil
}
