package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"blockflow/runtime/users"
)

const propertiesHelp = `A property is written name=value, where the value is read as the property's type, or as a text if
the property is new; or name:=value, where the value is JSON: age:=44, city:=null.`

func (d *usersDesk) create() *cobra.Command {
	return &cobra.Command{
		Use:     "create PROPERTY...",
		Short:   "Make a user, whose password is read from the standard input",
		Long:    propertiesHelp,
		Example: `  printf %s "$PASSWORD" | blockflow users create email=ann@example.org name=Ann age:=44`,
		Args:    cobra.MinimumNArgs(1),
		RunE: d.open(func(c *cobra.Command, args []string) error {
			password, err := readPassword(c)
			if err != nil {
				return err
			}
			user, err := d.record(args)
			if err != nil {
				return err
			}
			user["password"] = password
			return d.send(c, "POST", "/", user)
		}),
	}
}

func (d *usersDesk) update() *cobra.Command {
	return &cobra.Command{
		Use:     "update USER PROPERTY...",
		Short:   "Change properties of a user",
		Long:    propertiesHelp,
		Example: `  blockflow users update ann@example.org name="Ann B." age:=45`,
		Args:    cobra.MinimumNArgs(2),
		RunE: d.open(func(c *cobra.Command, args []string) error {
			user, err := d.record(args[1:])
			if err != nil {
				return err
			}
			id, err := d.idOf(args[0])
			if err != nil {
				return err
			}
			return d.send(c, "PUT", "/"+id, user)
		}),
	}
}

func (d *usersDesk) password() *cobra.Command {
	return &cobra.Command{
		Use:   "password USER",
		Short: "Give a user a new password, read from the standard input; ends their sessions",
		Args:  cobra.ExactArgs(1),
		RunE: d.open(func(c *cobra.Command, args []string) error {
			password, err := readPassword(c)
			if err != nil {
				return err
			}
			id, err := d.idOf(args[0])
			if err != nil {
				return err
			}
			body, err := json.Marshal(map[string]string{"password": password})
			if err != nil {
				return err
			}
			return d.call("PUT", "/"+id, body, nil)
		}),
	}
}

const longestPassword = 4096 // bytes

func readPassword(c *cobra.Command) (string, error) {
	text, err := io.ReadAll(io.LimitReader(c.InOrStdin(), longestPassword+2))
	if err != nil {
		return "", fmt.Errorf("the password can't be read: %s", plain(err))
	}
	password := strings.TrimSuffix(string(text), "\n")
	if password == "" || len(password) > longestPassword {
		return "", fmt.Errorf("a password of 1 to %d bytes is needed on the standard input", longestPassword)
	}
	return password, nil
}

// send sends a record and prints the one that comes back.
func (d *usersDesk) send(c *cobra.Command, method, path string, record map[string]any) error {
	body, err := json.Marshal(record)
	if err != nil {
		return err
	}
	var after json.RawMessage
	if err := d.call(method, path, body, &after); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.OutOrStdout(), indent(after, ""))
	return err
}

// record reads properties as they are written on the command line. The password
// is not among them: every list of processes would show it.
func (d *usersDesk) record(args []string) (map[string]any, error) {
	columns, err := d.service.Columns(d.ctx)
	if err != nil {
		return nil, err
	}
	types := map[string]string{}
	for _, c := range columns {
		types[c.Name] = c.Type
	}
	record := map[string]any{}
	for _, arg := range args {
		name, text, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, fmt.Errorf("%q isn't a property; write name=value", arg)
		}
		name, asJSON := strings.CutSuffix(name, ":")
		if _, twice := record[name]; twice || name == "password" {
			return nil, fmt.Errorf("the property %s can't stand here%s", name, map[bool]string{true: " twice", false: "; the password is read from the standard input"}[twice])
		}
		switch types[name] {
		case users.TypeDouble, users.TypeInt, users.TypeDatetime, users.TypeBoolean:
			asJSON = true
		}
		if !asJSON {
			record[name] = text
			continue
		}
		if !json.Valid([]byte(text)) {
			return nil, fmt.Errorf("the property %s can't be %q", name, text)
		}
		record[name] = json.RawMessage(text)
	}
	return record, nil
}
