package engine

import (
	"regexp"
	"strconv"
)

var slotName = regexp.MustCompile(`\[(\w+)\]`)

// Blockly returns the block in Blockly's JSON definition format, or nil if
// Blockly itself has the definition.
func (d *Block) Blockly(c *Category) map[string]any {
	if d.Text == "" {
		return nil
	}
	slots := map[string]Slot{}
	for _, s := range d.Slots {
		slots[s.Name] = s
	}
	args := []any{}
	message := slotName.ReplaceAllStringFunc(d.Text, func(m string) string {
		args = append(args, slots[m[1:len(m)-1]].blockly())
		return "%" + strconv.Itoa(len(args))
	})
	def := map[string]any{"type": d.Type, "message0": message, "args0": args, "colour": c.Colour, "tooltip": d.Help}
	shown := map[string]any{}
	for _, s := range d.Slots {
		if s.shownBy != "" {
			shown[s.Name] = map[string]any{"by": s.shownBy, "for": s.shownFor}
		}
	}
	if len(shown) > 0 {
		def["shown"] = shown // ours: Blockly has nothing like it
	}
	switch d.Shape {
	case ValueBlock, Either:
		def["output"] = check([]Type{d.Gives})
	case Statement:
		def["previousStatement"], def["nextStatement"] = nil, nil
	case Last:
		def["previousStatement"] = nil
	case Hat:
		def["nextStatement"] = nil
		def["style"] = map[string]any{"hat": "cap"}
	}
	return def
}

// check is Blockly's connection check: null takes anything.
func check(types []Type) any {
	var out []string
	for _, t := range types {
		if t != AnyType {
			out = append(out, string(t))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (s Slot) blockly() map[string]any {
	arg := map[string]any{"name": s.Name}
	switch s.kind {
	case valueSlot:
		arg["type"], arg["check"] = "input_value", check(s.accepts)
	case bodySlot:
		arg["type"] = "input_statement"
	case textField:
		arg["type"] = "field_input"
		arg["text"], _ = ToText(s.fallback)
	case numberField:
		arg["type"], arg["value"] = "field_number", ToNumber(s.fallback)
	case checkField:
		arg["type"], arg["checked"] = "field_checkbox", Truthy(s.fallback)
	case variableField:
		arg["type"] = "field_variable"
		arg["variable"], _ = ToText(s.fallback)
	case choiceField:
		options := [][2]string{}
		for i := 0; i+1 < len(s.choices); i += 2 {
			options = append(options, [2]string{s.choices[i+1], s.choices[i]})
		}
		arg["type"], arg["options"] = "field_dropdown", options
	}
	return arg
}

// BlocklyToolbox returns the vocabulary as Blockly's category toolbox.
func (v *Vocabulary) BlocklyToolbox() map[string]any {
	categories := []any{}
	for i := range v.categories {
		c := &v.categories[i]
		contents := []any{}
		for j := range c.Blocks {
			if d := &c.Blocks[j]; !d.Toolbox.Hidden {
				contents = append(contents, d.toolboxItem())
			}
		}
		if len(contents) > 0 {
			categories = append(categories, map[string]any{"kind": "category", "name": c.Name, "colour": c.Colour, "contents": contents})
		}
	}
	return map[string]any{"kind": "categoryToolbox", "contents": categories}
}

func (d *Block) toolboxItem() map[string]any {
	item := map[string]any{"kind": "block", "type": d.Type}
	inputs := map[string]any{}
	for _, s := range d.Slots {
		if !s.shadow {
			continue
		}
		if s.countKey == "" {
			inputs[s.Name] = shadow(s.shown)
			continue
		}
		for i := range s.count {
			inputs[s.Name+strconv.Itoa(i)] = shadow(s.shown)
		}
	}
	for name, x := range d.Toolbox.Inputs {
		inputs[name] = x
	}
	if len(inputs) > 0 {
		item["inputs"] = inputs
	}
	if d.Toolbox.Fields != nil {
		item["fields"] = d.Toolbox.Fields
	}
	if d.Toolbox.Extra != nil {
		item["extraState"] = d.Toolbox.Extra
	}
	return item
}

// shadow is Blockly's literal for a value, as a shadow block.
func shadow(v Value) map[string]any {
	block := map[string]any{"type": "logic_null"}
	switch v.Kind() {
	case KindNumber:
		block = map[string]any{"type": "math_number", "fields": map[string]any{"NUM": v.num}}
	case KindText:
		block = map[string]any{"type": "text", "fields": map[string]any{"TEXT": v.text()}}
	case KindBoolean:
		block = map[string]any{"type": "logic_boolean", "fields": map[string]any{"BOOL": map[bool]string{true: "TRUE", false: "FALSE"}[v.num != 0]}}
	}
	return map[string]any{"shadow": block}
}
