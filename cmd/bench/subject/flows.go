package subject

import (
	"fmt"
	"strings"
)

// Sum is a flow file that answers a webhook of its name with the sum of two
// numbers; SumInput calls it.
var Sum = Flow("sum", "", Hat("sum"), Respond(`{"type":"expression","id":"e","fields":{"CODE":"{sum: input.body.a + input.body.b}"}}`))

// SumInput is a body for Sum.
const SumInput = `{"a":1,"b":2}`

// Hat is a webhook.
func Hat(path string) string {
	return `{"type":"when_webhook","id":"hook","fields":{"METHOD":"POST","PATH":"` + path + `"}}`
}

// Respond is the block that answers with the value of another.
func Respond(value string) string {
	return `{"type":"respond","id":"respond","inputs":{"body":{"block":` + value + `}}}`
}

// Text is an input that holds a text.
func Text(s string) string {
	return fmt.Sprintf(`{"block":{"type":"text","fields":{"TEXT":%q}}}`, s)
}

// Expression is an input that computes a value.
func Expression(code string) string {
	return fmt.Sprintf(`{"block":{"type":"expression","fields":{"CODE":%q}}}`, code)
}

// Flow joins statements under their hat to a flow file.
func Flow(name, variables string, blocks ...string) string {
	stack := ""
	for i := len(blocks) - 1; i >= 0; i-- {
		if stack != "" {
			stack = `,"next":{"block":` + stack + `}`
		}
		stack = strings.TrimSuffix(blocks[i], "}") + stack + "}"
	}
	return `{"flow":{"name":"` + name + `"},"blocks":{"languageVersion":0,"blocks":[` + stack + `]},"variables":[` + variables + `]}`
}
