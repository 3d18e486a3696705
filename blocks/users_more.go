package blocks

import (
	"context"

	"blockflow/engine"
)

// A usersCall is a request to the users service as a block makes it: its inputs
// in this order, and the run's user-token behind them.
type usersCall struct {
	inputs  []string
	secret  []string // those of the inputs that nobody sees
	safe    bool
	request func(args []engine.Value) request
	alone   bool                              // while nobody is logged in, it is server code that asks
	answer  func(v engine.Value) engine.Value // what of the answer the block gives; nil: all of it
}

const serverDoc = " Only server code may do this: the embedded service lets flows, a Backendless app wants its CloudCode key in the settings."

// usersCalls are the effects of the blocks below, by kind.
var usersCalls = map[string]usersCall{
	"users.guest": {request: func([]engine.Value) request { return request{method: "POST", path: "users/register/guest"} }},
	"users.valid": {safe: true, request: func(a []engine.Value) request {
		return request{method: "GET", path: "users/isvalidusertoken/" + segment(a[0])}
	}},
	"users.remove": {inputs: []string{"objectId"}, request: func(a []engine.Value) request { return request{method: "DELETE", path: "users/" + segment(a[0])} }, answer: property("deletionTime")},
	"users.roles":  {safe: true, request: func([]engine.Value) request { return request{method: "GET", path: "users/userroles"} }},
	"users.roles_of": {inputs: []string{"objectId"}, safe: true, request: func(a []engine.Value) request {
		return request{method: "GET", path: "users/userroles/" + segment(a[0]), asServer: true}
	}},
	"users.assign_role": {inputs: []string{"identity", "role"}, request: func(a []engine.Value) request {
		return request{method: "POST", path: "users/assignRole", body: engine.ObjectOf([]string{"user", "roleName"}, a[:2]), asServer: true}
	}},
	"users.unassign_role": {inputs: []string{"identity", "role"}, request: func(a []engine.Value) request {
		return request{method: "POST", path: "users/unassignRole", body: engine.ObjectOf([]string{"user", "roleName"}, a[:2]), asServer: true}
	}},
	"users.by_role": {inputs: []string{"role"}, safe: true, request: func(a []engine.Value) request {
		return request{method: "GET", path: "users/role/" + segment(a[0]) + "?loadRoles=true&pageSize=100", asServer: true}
	}},
	"users.status": {inputs: []string{"objectId", "status"}, request: func(a []engine.Value) request {
		return request{method: "PUT", path: "users/" + segment(a[0]) + "/status", body: engine.ObjectOf([]string{"userStatus"}, a[1:2]), asServer: true}
	}},
	"users.verify": {inputs: []string{"password"}, secret: []string{"password"}, safe: true, request: func(a []engine.Value) request {
		return request{method: "POST", path: "users/verifypassword", body: engine.ObjectOf([]string{"password"}, a[:1]), asServer: true}
	}, answer: property("valid")},
	"users.restore": {inputs: []string{"identity"}, request: func(a []engine.Value) request {
		return request{method: "GET", path: "users/restorepassword/" + segment(a[0])}
	}},
	"users.resend": {inputs: []string{"identity"}, request: func(a []engine.Value) request {
		return request{method: "POST", path: "users/resendconfirmation/" + segment(a[0])}
	}},
	"users.confirmation": {inputs: []string{"identity"}, request: func(a []engine.Value) request {
		return request{method: "POST", path: "users/createEmailConfirmationURL/" + segment(a[0]), asServer: true}
	}},
	"users.describe": {safe: true, request: func([]engine.Value) request { return request{method: "GET", path: "users/userclassprops"} }},
	"users.find": {inputs: []string{"where", "sortBy", "pageSize", "offset"}, safe: true, request: func(a []engine.Value) request {
		return request{method: "POST", path: "data/Users/find", body: filledIn([]string{"where", "sortBy", "pageSize", "offset"}, a)}
	}},
	"users.count": {inputs: []string{"where"}, safe: true, request: func(a []engine.Value) request {
		return request{method: "POST", path: "data/Users/count", body: filledIn([]string{"where"}, a)}
	}},
}

// segment is a value as one part of an address.
func segment(v engine.Value) string {
	s, err := engine.ToText(v)
	if err != nil || s == "" {
		return "-" // which no user is
	}
	return escape(s)
}

func property(name string) func(engine.Value) engine.Value {
	return func(v engine.Value) engine.Value { p, _ := v.Get(name); return p }
}

// filledIn is an object of those values that aren't nothing.
func filledIn(names []string, values []engine.Value) engine.Value {
	o := engine.Object()
	for i, name := range names {
		if !values[i].IsNull() {
			o.Set(name, values[i])
		}
	}
	return o
}

func (u usersCall) effect(kind string) engine.Effect {
	return engine.Effect{
		Kind: kind, Args: append(append([]string(nil), u.inputs...), "token"),
		SecretArgs: append(append([]string(nil), u.secret...), "token"), SecretKeys: userSecrets, Safe: u.safe,
	}
}

// perform sends the request; the token is the last argument.
func (u usersCall) perform(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	r := u.request(c.Args)
	r.token = c.Args[len(c.Args)-1]
	r.asServer = r.asServer || u.alone && r.token.IsNull()
	if !u.safe {
		r.key = c.Key
	}
	v, err := kit.Users.do(ctx, r)
	if err == nil && u.answer != nil {
		v = u.answer(v)
	}
	return v, err
}

// calling is the meaning of a block that makes a call of [usersCalls], [dataCalls]
// or [fileCalls].
func calling(kind string) engine.Meaning {
	u, ok := usersCalls[kind]
	if !ok {
		u, ok = dataCalls[kind]
	}
	if !ok {
		u = fileCalls[kind]
	}
	e := u.effect(kind)
	return engine.Performing(e, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Perform(dst, e, append(b.Ins(u.inputs...), b.Hidden(sessionToken))...)
	})
}

var identityIn = engine.In("identity", engine.TextType).Showing(engine.Text("alice@yourmail.com"))

var moreUsers = []engine.Block{
	{
		Type: "users_login_guest", Text: "Login as guest", Shape: engine.Either, Mutation: toggle, Gives: engine.ObjectType,
		Help: "Makes a guest, logs it in and gives it.", Doc: usersDoc + " A guest is a user without identity and password, until *Register* makes one of it.",
		Means: engine.Performing(usersCalls["users.guest"].effect("users.guest"), func(b *engine.Builder, _ engine.Operand) engine.Operand {
			user := b.Perform(b.Temp(), usersCalls["users.guest"].effect("users.guest"), b.Hidden(sessionToken))
			b.Move(b.Hidden(sessionUser), user)
			b.Apply(b.Hidden(sessionToken), "token", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
				return property("user-token")(args[0]), nil
			}, user)
			return user
		}),
	},
	{
		Type: "users_is_valid_session", Text: "Is valid user session", Shape: engine.ValueBlock, Gives: engine.BooleanType,
		Help: "Says whether the user who is logged in in this run still is.", Doc: usersDoc + " It is false if nobody is logged in.",
		Examples: []engine.Example{{Block: `{"type":"users_is_valid_session"}`, Gives: `false`}},
		Means: engine.Performing(usersCalls["users.valid"].effect("users.valid"), func(b *engine.Builder, _ engine.Operand) engine.Operand {
			token, out, done := b.Hidden(sessionToken), b.Temp(), b.Label()
			b.Move(out, b.Const(engine.Boolean(false)))
			b.JumpUnless(token, done)
			b.Perform(out, usersCalls["users.valid"].effect("users.valid"), token)
			b.Mark(done)
			return out
		}),
	},
	{
		Type: "users_get_token", Text: "Get current user token", Shape: engine.ValueBlock, Gives: engine.TextType,
		Help: "The token of the user who is logged in in this run, or nothing.", Doc: "Who has the token acts as the user, so it is masked wherever a person could see it.",
		Examples: []engine.Example{{Block: `{"type":"users_get_token"}`, Gives: `null`}},
		Means: engine.Control(func(b *engine.Builder, _ engine.Operand) engine.Operand {
			out := b.Temp()
			b.Move(out, b.Hidden(sessionToken))
			return out
		}),
	},
	{
		Type: "users_set_token", Text: "Set current user token [token]", Slots: []engine.Slot{engine.In("token")},
		Help: "From here on the run acts as the user of this token.", Doc: "Nothing means nobody. *Get current user* knows nothing of this user; get it with *Get users*.",
		Examples: []engine.Example{{Block: `{"type":"users_set_token","inputs":{"token":5}}`, Fails: engine.WrongType}},
		Means: engine.Do(func(b *engine.Builder) {
			b.Apply(b.Hidden(sessionToken), "set", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
				if k := args[0].Kind(); k != engine.KindText && k != engine.KindNull {
					return engine.Null, engine.Fail(engine.WrongType, "A token is a text, but here is %s.", k)
				}
				return args[0], nil
			}, b.In("token"))
			b.Move(b.Hidden(sessionUser), b.Const(engine.Null))
		}),
	},
	{
		Type: "users_remove", Text: "Remove user [objectId]", Slots: []engine.Slot{engine.In("objectId", engine.TextType)}, Shape: engine.Either, Mutation: toggle,
		Help: "Removes a user for good and gives the time of it.", Doc: usersDoc + " Sent as the user who is logged in, who may remove themselves.", Means: calling("users.remove"),
	},
	{
		Type: "users_get_roles", Text: "Get user roles", Shape: engine.ValueBlock, Gives: engine.ListType,
		Help: "The roles of the user who is logged in in this run.", Doc: usersDoc, Means: calling("users.roles"),
	},
	{
		Type: "users_get_roles_of", Text: "Get roles of user [objectId]", Slots: []engine.Slot{engine.In("objectId", engine.TextType)}, Shape: engine.ValueBlock, Gives: engine.ListType,
		Help: "The roles of a user.", Doc: usersDoc + serverDoc, Means: calling("users.roles_of"),
	},
	{
		Type: "users_assign_role", Text: "Assign to user [identity] role [role]", Slots: []engine.Slot{identityIn, engine.In("role", engine.TextType)},
		Help: "Gives a user a role.", Doc: usersDoc + serverDoc, Means: calling("users.assign_role"),
	},
	{
		Type: "users_unassign_role", Text: "Unassign from user [identity] role [role]", Slots: []engine.Slot{identityIn, engine.In("role", engine.TextType)},
		Help: "Takes a role from a user.", Doc: usersDoc + serverDoc, Means: calling("users.unassign_role"),
	},
	{
		Type: "users_get_by_role", Text: "Get users by role [role]", Slots: []engine.Slot{engine.In("role", engine.TextType)}, Shape: engine.ValueBlock, Gives: engine.ListType,
		Help: "The users who have a role, a hundred at most.", Doc: usersDoc + serverDoc, Means: calling("users.by_role"),
	},
	{
		Type: "users_set_status", Text: "Set status of user [objectId] to [status]", Slots: []engine.Slot{engine.In("objectId", engine.TextType), engine.In("status", engine.TextType).Or(engine.Text("DISABLED"))},
		Help: "Lets a user log in, or not any more.", Doc: usersDoc + " The status is ENABLED or DISABLED." + serverDoc, Means: calling("users.status"),
	},
	{
		Type: "users_verify_password", Text: "Verify current user's password [password]", Slots: []engine.Slot{engine.In("password", engine.TextType)}, Shape: engine.ValueBlock, Gives: engine.BooleanType,
		Help: "Says whether this is the password of the user who is logged in in this run.", Doc: usersDoc + serverDoc, Means: calling("users.verify"),
	},
	{
		Type: "users_restore_password", Text: "Restore password of [identity]", Slots: []engine.Slot{identityIn},
		Help: "Mails a user a link for a new password.", Doc: usersDoc + " The old password stays good until a new one is set.", Means: calling("users.restore"),
	},
	{
		Type: "users_resend_confirmation", Text: "Resend confirmation email to [identity]", Slots: []engine.Slot{identityIn},
		Help: "Mails a new user once more the link that confirms the address.", Doc: usersDoc, Means: calling("users.resend"),
	},
	{
		Type: "users_confirmation_url", Text: "Create confirmation URL for [identity]", Slots: []engine.Slot{identityIn}, Shape: engine.ValueBlock,
		Help: "The link that confirms a new user's address.", Doc: usersDoc + serverDoc, Means: calling("users.confirmation"),
	},
	{
		Type: "users_describe", Text: "Describe user class", Shape: engine.ValueBlock, Gives: engine.ListType,
		Help: "The properties that users have.", Doc: usersDoc, Means: calling("users.describe"),
	},
	{
		Type: "users_find", Text: "Get users where [where] sorted by [sortBy] page size [pageSize] offset [offset]",
		Slots: []engine.Slot{engine.In("where", engine.TextType).Optional(), engine.In("sortBy", engine.TextType).Optional(), engine.In("pageSize", engine.NumberType).Or(engine.Number(10)), engine.In("offset", engine.NumberType).Or(engine.Number(0))},
		Shape: engine.ValueBlock, Gives: engine.ListType,
		Help: "The users that a where-clause fits.", Doc: usersDoc + " A where-clause is like `email = 'alice@yourmail.com' and age > 20`; nothing fits all. Write texts from elsewhere into it with care: double their quotes.", Means: calling("users.find"),
	},
	{
		Type: "users_count", Text: "Count users where [where]", Slots: []engine.Slot{engine.In("where", engine.TextType).Optional()}, Shape: engine.ValueBlock, Gives: engine.NumberType,
		Help: "How many users a where-clause fits.", Doc: usersDoc + " Nothing fits all.", Means: calling("users.count"),
	},
}
