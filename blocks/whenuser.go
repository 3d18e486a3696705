package blocks

import "blockflow/engine"

// WhenUser is the hat that runs when something happens to a user of the embedded
// service.
const WhenUser = "when_user"

// UserEvent is the field of WhenUser that says what, UserWhen the one that says
// whether the flow runs before it or after.
const (
	UserEvent  = "EVENT"
	UserWhen   = "WHEN"
	UserAfter  = "AFTER"
	UserBefore = "BEFORE"
)

// The events of users.
const (
	UserRegistered = "REGISTERED"
	UserLoggedIn   = "LOGGED_IN"
	UserUpdated    = "UPDATED"
	UserDeleted    = "DELETED"
	UserLoggedOut  = "LOGGED_OUT"
	UserForgot     = "FORGOT"
)

var whenUser = engine.Block{
	Type: WhenUser,
	Text: "[WHEN] [EVENT]",
	Slots: []engine.Slot{
		engine.Choice(UserWhen, UserAfter, "when a user has", UserBefore, "before a user has"),
		engine.Choice(UserEvent, UserRegistered, "registered", UserLoggedIn, "logged in", UserUpdated, "been updated", UserDeleted, "been deleted",
			UserLoggedOut, "logged out", UserForgot, "asked for a new password"),
	},
	Shape: engine.Hat,
	Help:  "Runs when something has happened to a user of the embedded user service, or before it happens.",
	Doc: "*Before*, the flow decides: an object that it returns has the values that are kept instead of those that were sent; *stop with error* refuses, and its message tells the caller why; anything else lets it happen. " +
		"The input *user* holds the values that were sent then, never a password, which can't be changed either. The caller waits, for ten seconds at most; a flow that fails or takes longer refuses. " +
		"*When*, it has happened already. The blocks under it find what happened in the input *event*, the user as the service answered, without password and token, in *user*, and the user's id in *objectId*. " +
		"Users who register, log in or change over the API count as well as those whom a flow registers, logs in or changes; only what a flow does that such an event itself has started starts no other, so that flows can't chase each other for ever. " +
		"The event is written together with what happened, so no crash loses it. With a real Backendless app as connection nothing happens here: there, events belong to the app.",
	Means: engine.Starts{},
}
