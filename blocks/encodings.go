package blocks

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/url"
	"strings"
	"unicode/utf8"

	"blockflow/engine"
)

const bytesDoc = "The text counts as its bytes in UTF-8. "

type encoding struct {
	encode func(string) string
	decode func(string) (string, error)
}

var encodings = map[string]encoding{
	"base64": {
		func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		func(s string) (string, error) { b, err := base64.StdEncoding.DecodeString(s); return string(b), err },
	},
	"base64url": {
		func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
		func(s string) (string, error) {
			b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
			return string(b), err
		},
	},
	"hex": {
		func(s string) string { return hex.EncodeToString([]byte(s)) },
		func(s string) (string, error) { b, err := hex.DecodeString(s); return string(b), err },
	},
	"url": {
		func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") },
		url.PathUnescape,
	},
}

var encodingChoice = engine.Choice("OP", "base64", "base64", "base64url", "base64 for URLs", "hex", "hex", "url", "URL")

var textEncode = engine.Block{
	Type:  "text_encode",
	Text:  "encode [TEXT] as [OP]",
	Slots: []engine.Slot{textIn("TEXT", "abc"), encodingChoice},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "Writes a text in another alphabet, such as base64.",
	Doc:  bytesDoc + "*URL* writes what may stand in a part of a web address. " + textDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_encode","fields":{"OP":"base64"},"inputs":{"TEXT":"hé"}}`, Gives: `"aMOp"`},
		{Block: `{"type":"text_encode","fields":{"OP":"url"},"inputs":{"TEXT":"a b&c"}}`, Gives: `"a%20b%26c"`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		op := b.Text("OP")
		return b.Apply(dst, op, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			s, err := someText(m, args[0])
			if err != nil {
				return engine.Null, err
			}
			if err := m.TextFits(3 * len(s)); err != nil {
				return engine.Null, err
			}
			return engine.Text(encodings[op].encode(s)), nil
		}, b.In("TEXT"))
	}),
}

var textDecode = engine.Block{
	Type:  "text_decode",
	Text:  "decode [TEXT] from [OP]",
	Slots: []engine.Slot{textIn("TEXT", "YWJj"), encodingChoice},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "Reads a text that was written in another alphabet, such as base64.",
	Doc:  "What isn't written in it, or doesn't give a text in UTF-8, fails. " + textDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_decode","fields":{"OP":"hex"},"inputs":{"TEXT":"6869"}}`, Gives: `"hi"`},
		{Block: `{"type":"text_decode","fields":{"OP":"base64"},"inputs":{"TEXT":"%"}}`, Fails: engine.WrongValue},
		{Block: `{"type":"text_decode","fields":{"OP":"hex"},"inputs":{"TEXT":"ff"}}`, Fails: engine.WrongValue},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		op := b.Text("OP")
		return b.Apply(dst, op, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			s, err := someText(m, args[0])
			if err != nil {
				return engine.Null, err
			}
			out, err := encodings[op].decode(s)
			if err != nil || !utf8.ValidString(out) {
				return engine.Null, engine.Fail(engine.WrongValue, "This text isn't %s of a text.", op)
			}
			return engine.Text(out), m.TextFits(len(out))
		}, b.In("TEXT"))
	}),
}

var hashes = map[string]func() hash.Hash{
	"sha256": sha256.New, "sha512": sha512.New, "sha1": sha1.New, "md5": md5.New,
}

var (
	hashChoice = engine.Choice("ALGORITHM", "sha256", "SHA-256", "sha512", "SHA-512", "sha1", "SHA-1", "md5", "MD5")
	formChoice = engine.Choice("FORM", "hex", "hex", "base64", "base64")
)

// hashed compiles a hash of the last of args; with two, the first is a key.
func hashed(b *engine.Builder, dst engine.Operand, args ...engine.Operand) engine.Operand {
	algorithm, form := hashes[b.Text("ALGORITHM")], b.Text("FORM")
	return b.Apply(dst, b.Text("ALGORITHM")+form, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		var texts [2]string
		for i, v := range args {
			s, err := someText(m, v)
			if err != nil {
				return engine.Null, err
			}
			m.Work(8 * len(s))
			texts[i] = s
		}
		h, s := algorithm(), texts[0]
		if len(args) == 2 {
			h, s = hmac.New(algorithm, []byte(texts[0])), texts[1]
		}
		_, _ = h.Write([]byte(s)) // a hash's Write never fails
		return engine.Text(encodings[form].encode(string(h.Sum(nil)))), nil
	}, args...)
}

var textHash = engine.Block{
	Type:  "text_hash",
	Text:  "hash of [TEXT] by [ALGORITHM] in [FORM]",
	Slots: []engine.Slot{textIn("TEXT", "abc"), hashChoice, formChoice},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "A short fingerprint of a text.",
	Doc:  bytesDoc + "SHA-1 and MD5 are for what others ask for: they protect nothing. No hash is a way to keep passwords. " + textDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_hash","fields":{"ALGORITHM":"md5"},"inputs":{"TEXT":"abc"}}`, Gives: `"900150983cd24fb0d6963f7d28e17f72"`},
		{Block: `{"type":"text_hash","fields":{"ALGORITHM":"sha256"},"inputs":{"TEXT":""}}`, Gives: `"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand { return hashed(b, dst, b.In("TEXT")) }),
}

var textHMAC = engine.Block{
	Type:  "text_hmac",
	Text:  "HMAC of [TEXT] with key [KEY] by [ALGORITHM] in [FORM]",
	Slots: []engine.Slot{textIn("TEXT", "abc"), engine.In("KEY", engine.TextType), hashChoice, formChoice},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "A signature of a text that only who has the key can make.",
	Doc:  bytesDoc + "Use a *secret* as key, so that nobody sees it. " + textDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_hmac","fields":{"ALGORITHM":"sha256"},"inputs":{"TEXT":"The quick brown fox jumps over the lazy dog","KEY":"key"}}`, Gives: `"f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"`},
		{Block: `{"type":"text_hmac","inputs":{"TEXT":"a","KEY":null}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := b.Ins("KEY", "TEXT")
		return hashed(b, dst, args...)
	}),
}

var uuid = engine.Block{
	Type:  "uuid",
	Text:  "new UUID",
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "An id that nothing else has.",
	Doc:  "A UUID of version 4. " + randomDoc + " It is no secret: don't use it as a password.",
	Examples: []engine.Example{
		{Block: `{"type":"text_length","inputs":{"VALUE":{"type":"uuid"}}}`, Gives: `36`},
	},
	Means: engine.Performing(seedEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		seeded(b)
		return b.Apply(dst, "uuid", func(m *engine.Machine, _ []engine.Value) (engine.Value, error) {
			var id [16]byte
			for i := range id {
				id[i] = byte(m.RandomBelow(256))
			}
			id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
			s := hex.EncodeToString(id[:])
			return engine.Text(s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]), nil
		})
	}),
}
