package access

import (
	"context"
	"errors"
	"regexp"
	"slices"

	"blockflow/runtime/store"
)

var personName = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{0,99}$`)

// AddPerson lets another person sign in. It returns an *Error if the name, the
// role or the password won't do, or if there is such a person.
func (a *Access) AddPerson(ctx context.Context, name, role, password string) error {
	if err := checkNewPassword(password); err != nil {
		return err
	}
	return a.add(ctx, name, role, func() (string, error) { return a.hash(ctx, password) })
}

// add makes a person; hash gives what is kept of the password.
func (a *Access) add(ctx context.Context, name, role string, hash func() (string, error)) error {
	if !personName.MatchString(name) {
		return errPersonName
	}
	if !slices.Contains(Roles, role) {
		return errRole
	}
	kept, err := hash()
	if err != nil {
		return err
	}
	err = a.store.CreatePerson(ctx, store.Person{Name: name, Role: role, Password: kept, Created: a.now()})
	if errors.Is(err, store.ErrExists) {
		return errPersonThere
	}
	if err == nil {
		a.audit(ctx, a.by(ctx), "person.add", name, role)
	}
	return err
}

// ChangePerson gives a person another role, password, or both; "" leaves one as
// it is. A new password ends the person's sessions. It returns an *Error if there
// is no such person, or if nobody would be owner any more.
func (a *Access) ChangePerson(ctx context.Context, name, role, password string) error {
	if role != "" && !slices.Contains(Roles, role) {
		return errRole
	}
	if password != "" {
		if err := checkNewPassword(password); err != nil {
			return err
		}
	}
	if role != "" {
		if err := a.store.SetRole(ctx, name, role, Owner); err != nil {
			return personError(err)
		}
		a.audit(ctx, a.by(ctx), "person.role", name, role)
	}
	if password == "" {
		return nil
	}
	hash, err := a.hash(ctx, password)
	if err == nil {
		err = a.store.SetPassword(ctx, name, hash)
	}
	if err != nil {
		return personError(err)
	}
	a.audit(ctx, a.by(ctx), "password.changed", name, "")
	return nil
}

// RemovePerson ends a person's access and sessions. It returns an *Error if there
// is no such person, or if nobody would be owner any more.
func (a *Access) RemovePerson(ctx context.Context, name string) error {
	if err := a.store.DeletePerson(ctx, name, Owner); err != nil {
		return personError(err)
	}
	a.audit(ctx, a.by(ctx), "person.remove", name, "")
	return nil
}

// People returns all who may sign in, in the order of their names.
func (a *Access) People(ctx context.Context) ([]store.Person, error) { return a.store.People(ctx) }

func personError(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errNoPerson
	case errors.Is(err, store.ErrLast):
		return errLastOwner
	}
	return err
}
