package blocks

import "blockflow/engine"

// Fields of the hat WhenWebhook.
const (
	WebhookMethod = "METHOD" // an HTTP method, or AnyMethod
	WebhookPath   = "PATH"   // segments; ":name" takes any one segment
	WebhookAuth   = "AUTH"   // one of the constants below
	WebhookSecret = "SECRET" // the name of the secret that AUTH compares with
	WebhookThen   = "THEN"   // "DO" or "RUN"
	WebhookAnswer = "ANSWER" // "WAIT" or "LATER"
)

// AnyMethod is the WebhookMethod that takes all methods.
const AnyMethod = "ANY"

// The ways in which a webhook knows its callers.
const (
	AuthNone   = "NONE"   // anyone may call
	AuthToken  = "TOKEN"  // an API token of this server
	AuthBasic  = "BASIC"  // the secret is name:password
	AuthHeader = "HEADER" // the secret is in the header X-Webhook-Token
	AuthBearer = "BEARER" // the secret is in the header Authorization
	AuthGitHub = "GITHUB" // X-Hub-Signature-256
	AuthStripe = "STRIPE" // Stripe-Signature
	AuthHMAC   = "HMAC"   // X-Signature and X-Timestamp
)

// TokenHeader is the header in which AuthHeader expects its secret.
const TokenHeader = "X-Webhook-Token"

var whenWebhook = engine.Block{
	Type: WhenWebhook,
	Text: "when webhook [METHOD] /hooks/ [PATH] is called, [AUTH] [SECRET] [THEN] [ANSWER]",
	Slots: []engine.Slot{
		engine.Choice(WebhookMethod, "POST", "POST", "GET", "GET", "PUT", "PUT", "PATCH", "PATCH", "DELETE", "DELETE", "HEAD", "HEAD", AnyMethod, "any method"),
		engine.Field(WebhookPath, "my-flow"),
		engine.Choice(WebhookAuth,
			AuthNone, "by anyone", AuthToken, "with an API token", AuthBasic, "with name and password, secret", AuthHeader, "with the header "+TokenHeader+", secret",
			AuthBearer, "with the bearer token, secret", AuthGitHub, "signed by GitHub, secret", AuthStripe, "signed by Stripe, secret", AuthHMAC, "signed with HMAC, secret"),
		engine.Field(WebhookSecret, "").When(WebhookAuth, AuthBasic, AuthHeader, AuthBearer, AuthGitHub, AuthStripe, AuthHMAC),
		engine.Choice(WebhookThen, "DO", "do this", "RUN", "do what “when run” does"),
		engine.Choice(WebhookAnswer, "WAIT", "and answer when it is done", "LATER", "and answer at once"),
	},
	Shape: engine.Hat,
	Help:  "Runs when another system calls this flow's address.",
	Doc: "The blocks under it find the request in the inputs *body*, *query*, *headers*, *method*, *path* and *params*. A part of the path that begins with a colon, as in `orders/:id`, takes anything; it stands in *params* under its name. " +
		"The body is read by its content type: JSON as a value, a form as an object of texts, a form with files as an object in which a file is an object with *name*, *type*, *size* and, in Base64, *data*; anything else as text. " +
		"With *do what “when run” does* there are no blocks under it: the request's JSON object or form is the input of the hat *when run*, checked like any other.\n\n" +
		"What the flow returns is the answer, unless *respond* gave one. With *answer at once* the caller gets the status 202 and the run's address as soon as the event is safe on disk. " +
		"An event that comes twice with the same header *Idempotency-Key* runs once, and both get the same answer.\n\n" +
		"The secret is the name of one of the server's secrets: *name:password*, the token, or the key of the signature. Without it the webhook lets nobody in. " +
		"GitHub signs the body in *X-Hub-Signature-256*, Stripe body and time in *Stripe-Signature*; others send *X-Timestamp*, in seconds, and *X-Signature*, HMAC-SHA-256 in hexadecimal over the timestamp, a dot and the body. What is older than five minutes is refused.",
	Means: engine.Starts{Shares: func(field func(string) string) string {
		if field(WebhookThen) == "RUN" {
			return WhenRun
		}
		return ""
	}},
}
