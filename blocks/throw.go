package blocks

import (
	"regexp"

	"blockflow/engine"
)

// ThrowError is the type of the block by which a flow fails on purpose: its
// message is meant for whoever asked.
const ThrowError = "throw_error"

// thrownCode is the code of an error that was given none.
const thrownCode engine.Code = "thrown"

var errorCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

var throwError = engine.Block{
	Type:  ThrowError,
	Text:  "stop with error [message] code [code]",
	Slots: []engine.Slot{engine.In("message").Showing(engine.Text("That isn't possible.")), engine.In("code", engine.TextType).Optional()},
	Shape: engine.Last,
	Help:  "Lets the flow fail, with a message for whoever asked.",
	Doc: "A *try* around it catches the error, with its *message* and its *code*, which is `thrown` unless you give one: up to 64 letters, digits and the signs `_`, `.` and `-`. " +
		"An error that *try* caught can be the message: it goes on as it was. In a flow that runs before something happens to a user, the message tells the caller why it didn't.",
	Examples: []engine.Example{
		{Block: `{"type":"throw_error","inputs":{"message":"No."}}`, Fails: thrownCode},
		{Block: `{"type":"throw_error","inputs":{"message":"No.","code":"too_late"}}`, Fails: "too_late"},
		{Block: `{"type":"throw_error","inputs":{"message":"No.","code":"two words"}}`, Fails: engine.WrongValue},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Apply(b.Temp(), "throw", throw, b.Ins("message", "code")...)
	}),
}

func throw(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	code, message := thrownCode, args[0]
	if message.Kind() == engine.KindObject {
		if e, ok := engine.ErrorOf(message); ok {
			return engine.Null, e
		}
	}
	if s, ok := args[1].AsText(); ok && s != "" {
		if code = engine.Code(s); !errorCode.MatchString(s) {
			return engine.Null, engine.Fail(engine.WrongValue, "An error's code has up to 64 letters, digits and the signs _ . -, and nothing else.")
		}
	}
	text, err := m.ToText(message)
	if err != nil {
		return engine.Null, err
	}
	return engine.Null, engine.Fail(code, "%s", text)
}
