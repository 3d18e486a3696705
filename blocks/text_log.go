package blocks

import (
	"strings"

	"blockflow/engine"
)

const prettyPrefix = "text_pretty_print_mutator_container_values_stack_value"

var prettyPrint = engine.Block{
	Type:     "text_pretty_print",
	Text:     "log [label]",
	Slots:    []engine.Slot{engine.In("label").Optional(), engine.In(prettyPrefix).Else(engine.Null).Repeated("values", "", 0)},
	Mutation: &engine.Mutation{Kind: "properties", Key: "values", Prefix: prettyPrefix},
	Toolbox:  engine.Toolbox{Extra: map[string]any{"values": []string{"value"}}, Inputs: map[string]any{}},
	Help:     "Writes a label and several values into the run's log, with the names of the values.",
	Doc:      "One line: the label, then each name and value; lists and objects as JSON. Colours and the time that Codeless can put before it are left out: the log is text, and the run knows its times.",
	Examples: []engine.Example{
		{Block: `{"type":"text_pretty_print","extraState":{"values":["n","user"]},"inputs":{"label":"seen","` + prettyPrefix + `0":1,"` + prettyPrefix + `1":{"a":1}}}`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		names := b.MutationTexts("values")
		label := b.In("label")
		args := append([]engine.Operand{label}, b.Inputs(prettyPrefix)...)
		b.Apply(b.Temp(), "", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			var parts []string
			for i, v := range args {
				if i == 0 && v.IsNull() {
					continue
				}
				s, err := m.ToText(v)
				if v.Kind() >= engine.KindList {
					var out []byte
					out, err = engine.AppendJSON(nil, v)
					s = string(out)
				}
				if err != nil {
					return engine.Null, err
				}
				if i > 0 {
					s = names[i-1] + " = " + s
				}
				parts = append(parts, s)
			}
			return engine.Null, m.Print(strings.Join(parts, "  "))
		}, args...)
	}),
}
