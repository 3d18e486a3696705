package blocks

import (
	"context"

	"blockflow/engine"
)

var users = drawer{
	Category: engine.Category{
		Name: "Users", Colour: "#2d7d9a",
		Blocks: append([]engine.Block{login, updateUser, register, logout, currentUser}, moreUsers...),
	},
	effects: usersEffects(),
}

func usersEffects() map[string]effect {
	all := map[string]effect{
		loginEffect.Kind:    performLogin,
		updateEffect.Kind:   performUpdate,
		registerEffect.Kind: performRegister,
		logoutEffect.Kind:   performLogout,
		reloadEffect.Kind:   performReload,
	}
	for kind, call := range usersCalls {
		all[kind] = call.perform
	}
	return all
}

// What a run remembers between users blocks, as Backendless's SDK does between
// calls: who is logged in. It is state of the run, so that it survives a restart.
const (
	sessionToken = "users.token"
	sessionUser  = "users.current"
)

var userSecrets = []string{"password", "user-token"}

const usersDoc = "Speaks to the connection of the settings: the embedded user service, or a real Backendless app. " +
	"A refusal has the service's code, such as `users.3003`, and can be caught with *try*."

var loginEffect = engine.Effect{
	Kind: "users.login", Args: []string{"identity", "password"},
	SecretArgs: []string{"password"}, SecretKeys: userSecrets,
}

var login = engine.Block{
	Type:  "users_login",
	Text:  "Login [identity] password [password]",
	Slots: []engine.Slot{engine.In("identity", engine.TextType).Showing(engine.Text("alice@yourmail.com")), engine.In("password", engine.TextType).Showing(engine.Text(""))},
	Shape: engine.Either, Gives: engine.ObjectType,
	Mutation: toggle,
	Help:     "Logs a user in and gives the user.",
	Doc:      usersDoc + " From here on the run acts as this user, until *Logout* or another *Login*.",
	Means: engine.Performing(loginEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		user := b.Perform(b.Temp(), loginEffect, b.Ins("identity", "password")...)
		b.Move(b.Hidden(sessionUser), user)
		b.Apply(b.Hidden(sessionToken), "token", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			token, _ := args[0].Get("user-token")
			return token, nil
		}, user)
		return user
	}),
}

// toggle lets a block that gives a value stand as a statement too.
var toggle = &engine.Mutation{Kind: "toggle", Key: "hasOutput"}

func performLogin(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	body := engine.ObjectOf([]string{"login", "password"}, c.Args)
	return kit.Users.do(ctx, request{method: "POST", path: "users/login", body: body, key: c.Key})
}

var updateEffect = engine.Effect{
	Kind: "users.update", Args: []string{"user", "token"},
	SecretArgs: []string{"token"}, SecretKeys: userSecrets,
}

var updateUser = engine.Block{
	Type:  "users_update",
	Text:  "Update User [user]",
	Slots: []engine.Slot{engine.In("user", engine.ObjectType)},
	Shape: engine.Either, Gives: engine.ObjectType,
	Mutation: toggle,
	Help:     "Saves a user's changed properties and gives the whole user back.",
	Doc: usersDoc + " The object's *objectId* says which user. Only the properties on the object change; the service ignores those that it keeps itself, such as *created*. " +
		"Sent as the user who is logged in, if there is one.",
	Examples: []engine.Example{
		{Block: `{"type":"users_update","inputs":{"user":{"name":"Alice"}}}`, Fails: NeedsObjectID},
		{Block: `{"type":"users_update","inputs":{"user":null}}`, Fails: engine.WrongType},
	},
	Means: engine.Performing(updateEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		user := b.In("user")
		b.Apply(b.Temp(), "check", checkUser, user)
		return b.Perform(dst, updateEffect, user, b.Hidden(sessionToken))
	}),
}

// NeedsObjectID: Update User was given an object that doesn't say which user it is.
const NeedsObjectID engine.Code = "needs_object_id"

func checkUser(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
	if args[0].Kind() != engine.KindObject {
		return engine.Null, engine.Fail(engine.WrongType, "Update User needs a user object, but here is %s. Log in first.", args[0].Kind())
	}
	id, _ := args[0].Get("objectId")
	if s, ok := id.AsText(); !ok || s == "" {
		return engine.Null, engine.Fail(NeedsObjectID, "Update User needs the user's objectId. Log in first, or put objectId on the object.")
	}
	return engine.Null, nil
}

func performUpdate(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	user := without(c.Args[0], "user-token")
	id, _ := user.Get("objectId")
	text, _ := id.AsText()
	return kit.Users.do(ctx, request{method: "PUT", path: "users/" + escape(text), body: user, token: c.Args[1], key: c.Key})
}

var registerEffect = engine.Effect{Kind: "users.register", Args: []string{"user"}, SecretKeys: userSecrets}

var register = engine.Block{
	Type:  "users_register",
	Text:  "Register user [user]",
	Slots: []engine.Slot{engine.In("user", engine.ObjectType)},
	Shape: engine.Either, Gives: engine.ObjectType,
	Mutation: toggle,
	Help:     "Registers a new user with these properties and gives the user.",
	Doc:      usersDoc + " The object needs the identity (usually *email*) and a *password*. The new user isn't logged in.",
	Examples: []engine.Example{
		{Block: `{"type":"users_register","inputs":{"user":"alice"}}`, Fails: engine.DoesNotFit},
	},
	Means: engine.Perform(registerEffect, "user"),
}

func performRegister(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	if c.Args[0].Kind() != engine.KindObject {
		return engine.Null, engine.Fail(engine.WrongType, "Register user needs an object with the user's properties, but here is %s.", c.Args[0].Kind())
	}
	return kit.Users.do(ctx, request{method: "POST", path: "users/register", body: c.Args[0], key: c.Key})
}

var logoutEffect = engine.Effect{Kind: "users.logout", Args: []string{"token"}, SecretArgs: []string{"token"}}

var logout = engine.Block{
	Type: "users_logout",
	Text: "Logout current user",
	Help: "Logs out the user who is logged in in this run.",
	Doc:  usersDoc + " Does no harm if nobody is logged in.",
	Means: engine.Performing(logoutEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		b.Perform(b.Temp(), logoutEffect, b.Hidden(sessionToken))
		b.Move(b.Hidden(sessionToken), b.Const(engine.Null))
		b.Move(b.Hidden(sessionUser), b.Const(engine.Null))
		return dst
	}),
}

func performLogout(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	_, err := kit.Users.do(ctx, request{method: "GET", path: "users/logout", token: c.Args[0], key: c.Key})
	return engine.Null, err
}

var reloadEffect = engine.Effect{
	Kind: "users.current", Args: []string{"objectId", "token"},
	SecretArgs: []string{"token"}, SecretKeys: userSecrets, Safe: true,
}

var currentUser = engine.Block{
	Type:  "users_get_current_user",
	Text:  "Get current user, reload [reload]",
	Slots: []engine.Slot{engine.In("reload", engine.BooleanType).Or(engine.Boolean(false))},
	Shape: engine.ValueBlock,
	Help:  "Gives the user who is logged in in this run, or nothing.",
	Doc:   usersDoc + " Without reload it is the object that *Login* gave; with reload it comes fresh from the service.",
	Examples: []engine.Example{
		{Block: `{"type":"users_get_current_user","inputs":{"reload":false}}`, Gives: `null`},
	},
	Means: engine.Performing(reloadEffect, func(b *engine.Builder, _ engine.Operand) engine.Operand {
		current, done := b.Hidden(sessionUser), b.Label()
		out := b.Temp()
		reload := b.In("reload")
		b.Move(out, current)
		b.JumpUnless(current, done)
		b.JumpUnless(reload, done)
		id := b.Apply(b.Temp(), "id", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			v, _ := args[0].Get("objectId")
			return v, nil
		}, current)
		b.Perform(out, reloadEffect, id, b.Hidden(sessionToken))
		b.Mark(done)
		return out
	}),
}

func performReload(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	id, _ := c.Args[0].AsText()
	return kit.Users.do(ctx, request{method: "GET", path: "data/Users/" + escape(id), token: c.Args[1]})
}

// without copies an object, leaving out one key.
func without(o engine.Value, key string) engine.Value {
	out := engine.Object()
	for _, k := range o.Keys() {
		if k != key {
			v, _ := o.Get(k)
			out.Set(k, v)
		}
	}
	return out
}
