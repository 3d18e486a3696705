package blocks

import "blockflow/engine"

// WhenUser is the hat that runs when something happens to a user of the embedded
// service.
const WhenUser = "when_user"

// UserEvent is the field of WhenUser that says what.
const UserEvent = "EVENT"

// The events of users.
const (
	UserRegistered = "REGISTERED"
	UserLoggedIn   = "LOGGED_IN"
	UserUpdated    = "UPDATED"
	UserDeleted    = "DELETED"
)

var whenUser = engine.Block{
	Type: WhenUser,
	Text: "when a user has [EVENT]",
	Slots: []engine.Slot{
		engine.Choice(UserEvent, UserRegistered, "registered", UserLoggedIn, "logged in", UserUpdated, "been updated", UserDeleted, "been deleted"),
	},
	Shape: engine.Hat,
	Help:  "Runs when something has happened to a user of the embedded user service.",
	Doc: "The blocks under it find what happened in the input *event*, the user as the service answered, without password and token, in *user*, and the user's id in *objectId*. " +
		"Users who register, log in or change over the API count as well as those whom a flow registers, logs in or changes; only what a flow does that such an event itself has started starts no other, so that flows can't chase each other for ever. " +
		"The event is safe on disk before the caller of the user service has the answer. With a real Backendless app as connection nothing happens here: there, events belong to the app.",
	Means: engine.Starts{},
}
