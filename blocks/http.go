package blocks

import (
	"strings"

	"blockflow/engine"
)

var web = drawer{
	Category: engine.Category{
		Name: "HTTP", Colour: "#3f7cac",
		Blocks: []engine.Block{httpRequest, httpGet, httpMethod},
	},
	effects: map[string]effect{getEffect.Kind: performHTTP, requestEffect.Kind: performHTTP},
}

// Arguments of both effects.
const (
	argMethod = iota
	argURL
	argQuery
	argHeaders
	argBody
	argHow // an object: bodyAs, encoding, timeout, ifUnsure
)

var httpArgs = []string{"method", "url", "query", "headers", "body", "how"}

// httpSecrets are headers and properties whose values nobody sees.
var httpSecrets = []string{
	"Authorization", "authorization", "Cookie", "cookie", "Set-Cookie", "set-cookie", "X-Api-Key", "x-api-key", "X-API-Key", "api-key", "Api-Key",
	"password", "token", "secret", "client_secret", "access_token", "refresh_token", "user-token",
}

// Reading is safe to do again; what may change something carries a key instead.
var (
	getEffect     = engine.Effect{Kind: "http.get", Args: httpArgs, SecretKeys: httpSecrets, Safe: true}
	requestEffect = engine.Effect{Kind: "http.request", Args: httpArgs, SecretKeys: httpSecrets}
)

const httpDoc = "An address without http:// or https:// gets https://. The query and the headers are objects; a list as value in the query gives its name several times. " +
	"An answer in JSON becomes lists and objects, any other is a text. If the answer's status isn't from 200 to 299 the block fails with a code such as `http.404`; with the *whole answer* it gives an object of *status*, *headers* and *body* instead, whatever the status. " +
	"Addresses on this machine and in private networks are closed, unless the operator opens them. At most 5 redirects are followed, and 4 MB read."

var httpRequest = engine.Block{
	Type: "http_request",
	Text: "HTTP [method] [path] query [query] headers [headers] body [body] as [BODY_AS] give [ANSWER] encoding [encoding] within [TIMEOUT] s, if unsure [UNSURE]",
	Slots: []engine.Slot{
		engine.In("method", engine.TextType).Or(engine.Text("GET")), engine.In("path", engine.TextType).Or(engine.Text("https://")),
		engine.In("query", engine.ObjectType).Optional(), engine.In("headers", engine.ObjectType).Optional(), engine.In("body").Optional(),
		engine.Choice("BODY_AS", "auto", "it is", "json", "JSON", "form", "form", "multipart", "form with parts"),
		engine.Choice("ANSWER", "body", "body", "answer", "whole answer"),
		engine.Field("encoding", "utf8"), engine.NumberField("TIMEOUT", 30),
		engine.Choice("UNSURE", "once", "don't repeat", "again", "repeat"),
	},
	Shape: engine.Either, Mutation: toggle,
	Help: "Sends a request to a web service and gives its answer.",
	Doc: httpDoc + "\n\nThe body as *it is*: a text as plain text, anything else as JSON; nothing means no body. The encoding is utf8, or base64 for an answer that isn't text. " +
		"A request that isn't GET or HEAD carries an Idempotency-Key, the same whenever it is sent again. If the server was stopped between sending it and noting the answer, nobody knows whether it arrived: *repeat* sends it again, *don't repeat* fails with `outcome_unknown`, which *try* can catch.",
	Examples: []engine.Example{
		{Block: `{"type":"http_request","inputs":{"path":""}}`, Fails: engine.WrongValue},
		{Block: `{"type":"http_request","inputs":{"path":"ftp://example.org"}}`, Fails: engine.WrongValue},
		{Block: `{"type":"http_request","inputs":{"path":"https://example.org","method":"G E T"}}`, Fails: engine.WrongValue},
		{Block: `{"type":"http_request","inputs":{"path":"https://example.org","headers":{"Host":"a"}}}`, Fails: engine.WrongValue},
	},
	Means: engine.Performing(requestEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := b.Ins("method", "path", "query", "headers", "body")
		switch b.Text("encoding") {
		case "", "utf8", "utf-8", "base64":
		default:
			b.Fail(engine.WrongField, "The encoding is utf8 or base64, not %q.", b.Text("encoding"))
		}
		how := []engine.Operand{
			b.Const(engine.Text(b.Text("BODY_AS"))), b.Const(engine.Text(b.Text("encoding"))),
			b.Const(engine.Number(min(max(b.Number("TIMEOUT"), 1), 300))), b.Const(engine.Text(b.Text("UNSURE"))),
		}
		return exchange(b, dst, args, how, b.Text("ANSWER") == "answer")
	}),
}

var httpGet = engine.Block{
	Type:  "http_get",
	Text:  "get [URL]",
	Slots: []engine.Slot{engine.In("URL", engine.TextType).Showing(engine.Text("https://"))},
	Shape: engine.ValueBlock,
	Help:  "Reads from a web address.",
	Doc:   httpDoc,
	Examples: []engine.Example{
		{Block: `{"type":"http_get","inputs":{"URL":"https://user:pass@example.org"}}`, Fails: engine.WrongValue},
	},
	Means: engine.Performing(getEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		none := b.Const(engine.Null)
		args := []engine.Operand{b.Const(engine.Text("GET")), b.In("URL"), none, none, none}
		how := []engine.Operand{b.Const(engine.Text("auto")), b.Const(engine.Text("utf8")), b.Const(engine.Number(30)), b.Const(engine.Text("again"))}
		return exchange(b, dst, args, how, false)
	}),
}

var httpMethod = engine.Block{
	Type:  "http_request_method",
	Text:  "[method]",
	Slots: []engine.Slot{engine.Choice("method", "GET", "GET", "POST", "POST", "PUT", "PUT", "PATCH", "PATCH", "DELETE", "DELETE", "HEAD", "HEAD", "OPTIONS", "OPTIONS", "get", "get", "post", "post", "put", "put", "patch", "patch", "delete", "delete")},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help:     "A method of HTTP.",
	Doc:      "GET reads, POST adds, PUT replaces, PATCH changes, DELETE removes.",
	Examples: []engine.Example{{Block: `{"type":"http_request_method","fields":{"method":"post"}}`, Gives: `"POST"`}},
	Means:    engine.Constant(func(b *engine.Builder) engine.Value { return engine.Text(strings.ToUpper(b.Text("method"))) }),
}

// exchange compiles the sending of a request, by the effect that its method
// means, and what is made of the answer.
func exchange(b *engine.Builder, dst engine.Operand, args, how []engine.Operand, whole bool) engine.Operand {
	args = append(args, b.Apply(b.Temp(), "how", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
		return engine.ObjectOf([]string{"bodyAs", "encoding", "timeout", "ifUnsure"}, args), nil
	}, how...))
	// What can be told to be wrong without the world is no effect.
	reads := b.Apply(b.Temp(), "check", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
		r, err := newExchange(args)
		return engine.Boolean(err == nil && r.reads()), err
	}, args...)
	answer, writes, done := b.Temp(), b.Label(), b.Label()
	b.JumpUnless(reads, writes)
	b.Perform(answer, getEffect, args...)
	b.Jump(done)
	b.Mark(writes)
	b.Perform(answer, requestEffect, args...)
	b.Mark(done)
	if whole {
		return answer
	}
	return b.Apply(dst, "body", bodyOf, answer)
}

// bodyOf is the body of an answer that says that all is well.
func bodyOf(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	status, _ := args[0].Get("status")
	body, _ := args[0].Get("body")
	code, _ := status.AsNumber()
	if code >= 200 && code < 300 {
		return body, nil
	}
	said, err := m.ToText(body)
	if err != nil || body.IsNull() {
		said = ""
	}
	if message, ok := body.Get("message"); ok {
		if s, isText := message.AsText(); isText {
			said = s
		}
	}
	if len(said) > 200 {
		said = strings.ToValidUTF8(said[:200], "") + "…"
	}
	n := engine.FormatNumber(code)
	if said != "" {
		return engine.Null, engine.Fail(engine.Code("http."+n), "The service answered with the status %s: %s", n, said)
	}
	return engine.Null, engine.Fail(engine.Code("http."+n), "The service answered with the status %s.", n)
}
