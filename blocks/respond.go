package blocks

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"blockflow/engine"
)

var respondEffect = engine.Effect{Kind: "respond", Args: []string{"status", "headers", "body"}, Safe: true}

var respond = engine.Block{
	Type: "respond",
	Text: "respond [status] headers [headers] body [body]",
	Slots: []engine.Slot{
		engine.In("status", engine.NumberType).Or(engine.Number(200)),
		engine.In("headers", engine.ObjectType).Optional(),
		engine.In("body").Optional(),
	},
	Help: "Answers the webhook's caller now; the flow goes on.",
	Doc: "The status is a number from 200 to 599, the headers an object of texts. A text as body is sent as it is, anything else as JSON; a header *Content-Type* says otherwise. " +
		"The first *respond* answers; a later one, and one in a flow for whose answer nobody waits, does nothing. Without any *respond* the caller gets what the flow returns. " +
		"Headers that would break the connection or sign somebody in, such as *Set-Cookie*, are refused.",
	Examples: []engine.Example{
		{Block: `{"type":"respond","inputs":{"status":999}}`, Fails: engine.WrongValue},
		{Block: `{"type":"respond","inputs":{"headers":{"Set-Cookie":"a=b"}}}`, Fails: engine.WrongValue},
		{Block: `{"type":"respond","inputs":{"status":201,"headers":"x"}}`, Fails: engine.DoesNotFit},
	},
	Means: engine.Performing(respondEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := b.Ins("status", "headers", "body")
		b.Apply(b.Temp(), "check", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			_, err := ResponseOf(args)
			return engine.Null, err
		}, args...)
		b.Perform(b.Temp(), respondEffect, args...)
		return dst
	}),
}

func performRespond(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	r, err := ResponseOf(c.Args)
	if err != nil {
		return engine.Null, err
	}
	if kit.Host.Respond == nil {
		return engine.Boolean(false), nil
	}
	heard, err := kit.Host.Respond(ctx, RunOf(c), r)
	return engine.Boolean(heard), err
}

// notToSet are headers that belong to the connection or to the server itself.
var notToSet = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Transfer-Encoding": true, "Upgrade": true,
	"Trailer": true, "Te": true, "Content-Length": true, "Set-Cookie": true, "Set-Cookie2": true, "Clear-Site-Data": true,
	"Content-Security-Policy": true, "X-Content-Type-Options": true, "Strict-Transport-Security": true,
	"Proxy-Authenticate": true, "Alt-Svc": true, "Service-Worker-Allowed": true,
}

// mostHeaders bounds a response's headers.
const mostHeaders = 100

// ResponseOf reads the arguments of *respond*.
func ResponseOf(args []engine.Value) (Response, error) {
	status, ok := args[0].AsNumber()
	if !ok || status != float64(int(status)) || status < 200 || status > 599 {
		return Response{}, engine.Fail(engine.WrongValue, "The status must be a whole number from 200 to 599.")
	}
	r := Response{Status: int(status)}
	typed := false
	if !args[1].IsNull() {
		if args[1].Kind() != engine.KindObject {
			return r, engine.Fail(engine.WrongType, "The headers must be an object of texts, not %s.", args[1].Kind())
		}
		for _, name := range args[1].Keys() {
			v, _ := args[1].Get(name)
			h, err := header(name, v)
			if err != nil {
				return r, err
			}
			typed = typed || h[0] == "Content-Type"
			r.Headers = append(r.Headers, h)
		}
	}
	if len(r.Headers) > mostHeaders {
		return r, engine.Fail(engine.WrongValue, "A response has at most %d headers.", mostHeaders)
	}
	body, isText := args[2].AsText()
	kind := "text/plain; charset=utf-8"
	switch {
	case isText:
		r.Body = []byte(strings.ToValidUTF8(body, "�"))
	case args[2].IsNull():
		return r, nil
	default:
		data, err := engine.AppendPlainJSON(nil, args[2])
		if err != nil {
			return r, err
		}
		r.Body, kind = data, "application/json; charset=utf-8"
	}
	if !typed {
		r.Headers = append(r.Headers, [2]string{"Content-Type", kind})
	}
	return r, nil
}

func header(name string, v engine.Value) ([2]string, error) {
	line, err := engine.ToText(v)
	canonical := http.CanonicalHeaderKey(name)
	switch {
	case err != nil:
		return [2]string{}, err
	case !httpguts.ValidHeaderFieldName(name) || len(name) > 200:
		return [2]string{}, engine.Fail(engine.WrongValue, "%q can't be the name of a header.", short(name))
	case notToSet[canonical] || strings.HasPrefix(canonical, "Access-Control-"):
		return [2]string{}, engine.Fail(engine.WrongValue, "A flow can't set the header %s.", canonical)
	case !httpguts.ValidHeaderFieldValue(line) || !utf8.ValidString(line) || len(line) > 8000:
		return [2]string{}, engine.Fail(engine.WrongValue, "The header %s must hold one line of text.", canonical)
	}
	return [2]string{canonical, line}, nil
}

func short(name string) string {
	if r := []rune(name); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return name
}
