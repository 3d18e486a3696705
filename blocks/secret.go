package blocks

import (
	"context"

	"blockflow/engine"
)

// NoSuchSecret: a flow asks for a secret that nobody has put into the settings.
const NoSuchSecret engine.Code = "no_such_secret"

var secretEffect = engine.Effect{Kind: "secret", Args: []string{"name"}, SecretKeys: []string{""}, Safe: true}

var secret = engine.Block{
	Type:  "secret",
	Text:  "secret [NAME]",
	Slots: []engine.Slot{engine.Field("NAME", "api-key")},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "Gives a secret of the server, such as a password for another service, without anybody seeing it.",
	Doc: "Secrets are put in under *Secrets* and never shown again; on the command line they come from variables of the environment, `BLOCKFLOW_SECRET_API_KEY` for *api-key*. " +
		"A secret's text is masked wherever the run is shown: in its values, its journal, its log and its errors, also as a part of a longer text and when it is encoded as Base64, hexadecimal or for an address. " +
		"A flow that reverses it, cuts it up or encrypts it can still give it away. Fails with `no_such_secret` if there is none of this name.",
	Means: engine.Performing(secretEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Perform(dst, secretEffect, b.Const(engine.Text(b.Text("NAME"))))
	}),
}

func performSecret(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	name, _ := c.Args[0].AsText()
	if kit.Host.Secret != nil {
		value, ok, err := kit.Host.Secret(ctx, name)
		if ok || err != nil {
			return engine.Text(value), err
		}
	}
	return engine.Null, engine.Fail(NoSuchSecret, "There is no secret %q. Add it under Secrets, or change the name on the block.", name)
}
