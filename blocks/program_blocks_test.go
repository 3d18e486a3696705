package blocks

import "fmt"

// value fills an input that wants a kind: with nothing at times, with a block that
// is switched off, or, in a wild program, with what the input doesn't want.
func (w *programWriter) value(k kind, depth int) made {
	if w.once(25) {
		return nil
	}
	if w.wild && w.once(10) {
		return w.loose(depth)
	}
	if w.once(15) {
		if b := w.calls(k); b != nil {
			return b
		}
	}
	b := w.of(k, depth)
	if w.once(80) {
		b["disabledReasons"] = []string{"MANUALLY_DISABLED"}
	}
	return b
}

// loose is a value of any kind in a block that fits everywhere.
func (w *programWriter) loose(depth int) made {
	switch w.pick(4) {
	case 0:
		return w.get(w.variable(anything))
	case 1:
		return w.getItem("GET", one(w, someNumbers, someTexts, anything), depth+1)
	case 2:
		if b := w.calls(anything); b != nil {
			return b
		}
	}
	return w.choice(one(w, aNumber, aText, aBoolean, someNumbers, someTexts, anything), depth+1)
}

func (w *programWriter) choice(k kind, depth int) made {
	return w.block("logic_ternary", nil, made{"IF": w.value(aBoolean, depth), "THEN": w.value(k, depth), "ELSE": w.value(k, depth)})
}

var (
	numberLiterals = []float64{0, 1, 2, 3, 4, 5, 7, 10, -1, -2, -3, 0.5, 1.5, 2.5, -2.5, 0.1, 45, 90, 97, 100, 1e21, 1e-7, 1e300, 4294967297}
	textLiterals   = []string{
		"", "a", "abc", "Hello wORLD", "banana", "an", "7", " 3 ", "0x10", "1e3", "-0", "1_0", "Infinity", "nan", "😀", "a😀b", "straße", "ΣΑΣ", "ǆ ﬁ",
		"a,b,,c", ",", "$&", "a.b*c", "\\", "it's", "two\nlines", "\u00a0x\ufeff", "\t a\u2003", "İI", "true", "null", "a 10 b 9", "+5", ".5", "5.", "Zebra apple",
	}
)

func (w *programWriter) literal(x float64) made {
	return w.block("math_number", made{"NUM": x}, nil)
}

// place is a place in a list or text, mostly one that is there.
func (w *programWriter) place(depth int) made {
	switch w.pick(8) {
	case 0, 1, 2, 3:
		return w.literal(float64(1 + w.pick(3)))
	case 4:
		return w.literal(one(w, 1, 1, 2, 2, 3, 3, 4, 1.5, 2.5, 5, 9, 0, -1, 0.5))
	case 5, 6:
		return nil
	}
	return w.value(aNumber, depth)
}

// of makes a value of a kind.
func (w *programWriter) of(k kind, depth int) made {
	if k == anything {
		if w.once(8) {
			return w.block("logic_null", nil, nil)
		}
		if w.once(4) {
			return w.loose(depth + 1)
		}
		k = one(w, aNumber, aText, aBoolean, someNumbers, someTexts)
	}
	if depth > 3 || w.pick(4) == 0 {
		return w.leaf(k)
	}
	if w.once(8) {
		if b := w.calls(k); b != nil {
			return b
		}
		return w.choice(k, depth+1)
	}
	if w.once(12) {
		return w.getItem("GET_REMOVE", map[kind]kind{aNumber: someNumbers, aText: someTexts}[k], depth+1)
	}
	switch k {
	case aNumber:
		return w.someNumber(depth + 1)
	case aText:
		return w.someText(depth + 1)
	case aBoolean:
		return w.truth(depth + 1)
	default:
		return w.someList(k, depth+1)
	}
}

// leaf is a value without inputs, but for the items of a list.
func (w *programWriter) leaf(k kind) made {
	if w.once(2) {
		return w.get(w.variable(k))
	}
	if k == aNumber && w.once(12) {
		return w.get(programVariables[11])
	}
	return w.literalOf(k)
}

func (w *programWriter) literalOf(k kind) made {
	switch k {
	case anything:
		return w.literalOf(one(w, aNumber, aText, aBoolean, someNumbers, someTexts))
	case aText:
		return w.block("text", made{"TEXT": textLiterals[w.pick(len(textLiterals))]}, nil)
	case aBoolean:
		return w.block("logic_boolean", made{"BOOL": one(w, "TRUE", "FALSE")}, nil)
	case someNumbers, someTexts:
		if w.once(5) {
			return w.block("lists_create_empty", nil, nil)
		}
		item := map[kind]kind{someNumbers: aNumber, someTexts: aText}[k]
		var items []made
		for range 1 + w.pick(4) {
			items = append(items, w.literalOf(item))
		}
		return w.row("lists_create_with", items)
	}
	return w.literal(numberLiterals[w.pick(len(numberLiterals))])
}

func (w *programWriter) someNumber(d int) made {
	number := func() made { return w.value(aNumber, d) }
	switch w.pick(18) {
	case 0, 1, 2:
		return w.block("math_arithmetic", made{"OP": one(w, "ADD", "MINUS", "MULTIPLY", "DIVIDE", "POWER")}, made{"A": number(), "B": number()})
	case 3:
		return w.block("math_single", made{"OP": one(w, "ROOT", "ABS", "NEG", "LN", "LOG10", "EXP", "POW10")}, made{"NUM": number()})
	case 4:
		return w.block("math_trig", made{"OP": one(w, "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN")}, made{"NUM": number()})
	case 5:
		return w.block("math_constant", made{"CONSTANT": one(w, "PI", "E", "GOLDEN_RATIO", "SQRT2", "SQRT1_2", "INFINITY")}, nil)
	case 6:
		if w.once(6) { // what is below 1 is 0, whatever chance says
			return w.block("math_round", made{"OP": "ROUNDDOWN"}, made{"NUM": w.block("math_random_float", nil, nil)})
		}
		return w.block("math_round", made{"OP": one(w, "ROUND", "ROUNDUP", "ROUNDDOWN")}, made{"NUM": number()})
	case 7:
		return w.block("math_modulo", nil, made{"DIVIDEND": number(), "DIVISOR": number()})
	case 8:
		return w.block("math_constrain", nil, made{"VALUE": number(), "LOW": number(), "HIGH": number()})
	case 9:
		return w.block("math_atan2", nil, made{"X": number(), "Y": number()})
	case 10:
		x := float64(w.pick(9) - 4) // from a number to itself there is no chance
		return w.block("math_random_int", nil, made{"FROM": w.literal(x), "TO": w.literal(x)})
	case 11, 12:
		return w.block("math_on_list", made{"OP": one(w, "SUM", "MIN", "MAX", "AVERAGE", "MEDIAN", "STD_DEV")}, made{"LIST": w.value(someNumbers, d)})
	case 13:
		return w.block("text_length", nil, made{"VALUE": w.value(one(w, aText, someTexts), d)})
	case 14:
		return w.block("lists_length", nil, made{"VALUE": w.value(one(w, someNumbers, aText), d)})
	case 15:
		return w.block("text_indexOf", made{"END": one(w, "FIRST", "LAST")}, made{"VALUE": w.value(aText, d), "FIND": w.value(aText, d)})
	case 16:
		k := one(w, aNumber, aText)
		return w.block("lists_indexOf", made{"END": one(w, "FIRST", "LAST")}, made{"VALUE": w.value(k+3, d), "FIND": w.value(one(w, k, anything), d)})
	default:
		return w.block("text_count", nil, made{"SUB": w.value(aText, d), "TEXT": w.value(aText, d)})
	}
}

func (w *programWriter) truth(d int) made {
	switch w.pick(8) {
	case 0, 1, 2:
		k := one(w, aNumber, aText, aNumber, aBoolean, anything)
		other := k
		if w.once(6) {
			other = anything
		}
		return w.block("logic_compare", made{"OP": one(w, "EQ", "NEQ", "LT", "LTE", "GT", "GTE")}, made{"A": w.value(k, d), "B": w.value(other, d)})
	case 3:
		return w.block("logic_operation", made{"OP": one(w, "AND", "OR")}, made{"A": w.value(aBoolean, d), "B": w.value(aBoolean, d)})
	case 4:
		return w.block("logic_negate", nil, made{"BOOL": w.value(aBoolean, d)})
	case 5:
		property := one(w, "EVEN", "ODD", "PRIME", "WHOLE", "POSITIVE", "NEGATIVE", "DIVISIBLE_BY")
		inputs := made{"NUMBER_TO_CHECK": w.value(aNumber, d)}
		if property == "DIVISIBLE_BY" {
			inputs["DIVISOR"] = w.value(aNumber, d)
		}
		b := w.block("math_number_property", made{"PROPERTY": property}, inputs)
		return w.with(b, "extraState", fmt.Sprintf(`<mutation divisor_input="%v"></mutation>`, property == "DIVISIBLE_BY"))
	case 6:
		return w.block("text_isEmpty", nil, made{"VALUE": w.value(one(w, aText, someNumbers), d)})
	default:
		return w.block("lists_isEmpty", nil, made{"VALUE": w.value(one(w, someTexts, aText), d)})
	}
}

// part takes a part of a text or a list.
func (w *programWriter) part(blockType, input string, k kind, d int) made {
	from, to := one(w, fromStart, fromEnd, first), one(w, fromStart, fromEnd, last)
	inputs := made{input: w.value(k, d)}
	if counted(from) {
		inputs["AT1"] = w.place(d)
	}
	if counted(to) {
		inputs["AT2"] = w.place(d)
	}
	return w.block(blockType, made{"WHERE1": from, "WHERE2": to}, inputs)
}

func (w *programWriter) someText(d int) made {
	text := func() made { return w.value(aText, d) }
	switch w.pick(10) {
	case 0, 1:
		return w.row("text_join", w.items(one(w, aText, anything), 4, d))
	case 2:
		return w.block("text_changeCase", made{"CASE": one(w, "UPPERCASE", "LOWERCASE", "TITLECASE")}, made{"TEXT": text()})
	case 3:
		return w.block("text_trim", made{"MODE": one(w, "BOTH", "LEFT", "RIGHT")}, made{"TEXT": text()})
	case 4:
		return w.block("text_replace", nil, made{"FROM": text(), "TO": text(), "TEXT": text()})
	case 5:
		return w.block("text_reverse", nil, made{"TEXT": text()})
	case 6:
		return w.part("text_getSubstring", "STRING", aText, d)
	case 7:
		b := w.block("lists_split", made{"MODE": "JOIN"}, made{"INPUT": w.value(one(w, someTexts, someNumbers), d), "DELIM": text()})
		return w.with(b, "extraState", made{"mode": "JOIN"})
	default:
		where := one(w, fromStart, fromEnd, first, last)
		inputs := made{"VALUE": text()}
		if counted(where) {
			inputs["AT"] = w.place(d)
		}
		return w.with(w.block("text_charAt", made{"WHERE": where}, inputs), "extraState", fmt.Sprintf(`<mutation at="%v"></mutation>`, counted(where)))
	}
}

func (w *programWriter) someList(k kind, d int) made {
	item := map[kind]kind{someNumbers: aNumber, someTexts: aText}[k]
	if w.once(15) {
		item = anything
	}
	switch w.pick(9) {
	case 0, 1:
		return w.row("lists_create_with", w.items(item, 4, d))
	case 2:
		return w.block("lists_repeat", nil, made{"ITEM": w.value(item, d), "NUM": w.literal(one(w, 3, 0, 1, 2.5, -1))})
	case 3, 4:
		return w.block("lists_sort", made{"TYPE": one(w, "NUMERIC", "TEXT", "IGNORE_CASE"), "DIRECTION": one(w, "1", "-1")}, made{"LIST": w.value(k, d)})
	case 5:
		return w.block("lists_reverse", nil, made{"LIST": w.value(k, d)})
	case 6:
		return w.part("lists_getSublist", "LIST", k, d)
	case 7:
		return w.with(w.block("math_on_list", made{"OP": "MODE"}, made{"LIST": w.value(k, d)}), "extraState", `<mutation op="MODE"></mutation>`)
	default:
		b := w.block("lists_split", made{"MODE": "SPLIT"}, made{"INPUT": w.value(aText, d), "DELIM": w.value(aText, d)})
		return w.with(b, "extraState", made{"mode": "SPLIT"})
	}
}

// getItem takes an item of a list, or removes it.
func (w *programWriter) getItem(mode string, list kind, d int) made {
	if list != someTexts {
		list = someNumbers
	}
	where := one(w, fromStart, fromEnd, first, last)
	inputs := made{"VALUE": w.value(list, d)}
	if counted(where) {
		inputs["AT"] = w.place(d)
	}
	b := w.block("lists_getIndex", made{"MODE": mode, "WHERE": where}, inputs)
	if mode == "REMOVE" {
		b["extraState"] = made{"isStatement": true}
	}
	return b
}

// stack makes statements, and puts them behind those that are there.
func (w *programWriter) stack(depth int, list []made) made {
	for range 1 + w.pick(4) {
		list = append(list, w.statement(depth))
		if w.once(3) {
			list = append(list, w.block("text_print", nil, made{"TEXT": w.value(anything, 1)}))
		}
	}
	if w.loops > 0 && w.once(4) {
		list = append(list, w.block("controls_flow_statements", made{"FLOW": one(w, "BREAK", "CONTINUE")}, nil))
	}
	for i, b := range list {
		if w.once(60) {
			b["disabledReasons"] = []string{"MANUALLY_DISABLED"}
		}
		end := b
		for end["next"] != nil {
			end = end["next"].(made)["block"].(made)
		}
		if i+1 < len(list) {
			end["next"] = made{"block": list[i+1]}
		}
	}
	return list[0]
}

func (w *programWriter) body(depth int) made {
	w.loops++
	defer func() { w.loops-- }()
	if w.once(20) {
		return nil
	}
	return w.stack(depth+1, nil)
}

func (w *programWriter) statement(depth int) made {
	if depth < 3 && w.once(3) {
		return w.control(depth)
	}
	switch w.pick(10) {
	case 0, 1, 2:
		v := w.variable(one(w, aNumber, aText, aBoolean, someNumbers, someTexts, anything))
		k := v.kind
		if w.wild && w.once(8) {
			k = anything
		}
		return w.set(v, w.value(k, 0))
	case 3:
		return w.block("math_change", w.field(w.variable(aNumber)), made{"DELTA": w.value(aNumber, 1)})
	case 4:
		return w.block("text_append", w.field(w.variable(aText)), made{"TEXT": w.value(one(w, aText, anything), 1)})
	case 5, 6:
		k := one(w, someNumbers, someTexts)
		where := one(w, fromStart, fromEnd, first, last)
		inputs := made{"LIST": w.get(w.variable(k)), "TO": w.value(k-3, 1)}
		if w.once(6) {
			inputs["LIST"] = w.value(k, 1)
		}
		if w.once(12) {
			inputs["TO"] = w.value(anything, 1)
		}
		if counted(where) {
			inputs["AT"] = w.place(1)
		}
		return w.block("lists_setIndex", made{"MODE": one(w, "SET", "INSERT"), "WHERE": where}, inputs)
	case 7:
		return w.getItem("REMOVE", one(w, someNumbers, someTexts), 1)
	case 8:
		if w.inside {
			inputs := made{"CONDITION": w.value(aBoolean, 1)}
			if w.gives && w.once(2) {
				inputs["VALUE"] = w.of(anything, 2)
			}
			b := w.block("procedures_ifreturn", nil, inputs)
			if !w.gives {
				b["extraState"] = `<mutation value="0"></mutation>`
			}
			return b
		}
		return w.set(programVariables[11], w.value(aNumber, 1))
	default:
		for _, f := range w.functions[:w.callable] {
			if !f.gives || w.once(4) {
				return w.call("procedures_callnoreturn", f, nil)
			}
		}
		return w.block("text_print", nil, made{"TEXT": w.value(anything, 0)})
	}
}

// control makes a loop or a choice.
func (w *programWriter) control(depth int) made {
	few := func(low int) made {
		if w.once(6) {
			return w.value(aNumber, 2)
		}
		return w.literal(float64(low + w.pick(4)))
	}
	switch w.pick(7) {
	case 0:
		n := w.pick(3)
		inputs := made{"ELSE": w.stack(depth+1, nil)}
		for i := range n + 1 {
			inputs[fmt.Sprint("IF", i)] = w.value(aBoolean, 1)
			inputs[fmt.Sprint("DO", i)] = w.stack(depth+1, nil)
		}
		return w.with(w.block("controls_if", nil, inputs), "extraState", made{"elseIfCount": n, "hasElse": true})
	case 1:
		return w.block("controls_ifelse", nil, made{"IF0": w.value(aBoolean, 1), "DO0": w.stack(depth+1, nil), "ELSE": w.stack(depth+1, nil)})
	case 2:
		if w.once(2) {
			return w.block("controls_repeat", made{"TIMES": w.pick(4)}, made{"DO": w.body(depth)})
		}
		return w.block("controls_repeat_ext", nil, made{"TIMES": few(0), "DO": w.body(depth)})
	case 3:
		// At most three rounds: the variable “rounds” is for this alone.
		rounds := programVariables[10]
		set := w.set(rounds, w.literal(0))
		mode := one(w, "WHILE", "UNTIL")
		op := map[string]string{"WHILE": "LT", "UNTIL": "GTE"}[mode]
		on := w.block("logic_compare", made{"OP": op}, made{"A": w.get(rounds), "B": w.literal(3)})
		if w.once(2) {
			on = w.block("logic_operation", made{"OP": map[string]string{"WHILE": "AND", "UNTIL": "OR"}[mode]}, made{"A": w.value(aBoolean, 2), "B": on})
		}
		w.loops++
		body := w.stack(depth+1, []made{w.block("math_change", w.field(rounds), made{"DELTA": w.literal(1)})})
		w.loops--
		set["next"] = made{"block": w.block("controls_whileUntil", made{"MODE": mode}, made{"BOOL": on, "DO": body})}
		return set
	case 4, 5:
		by := w.literal(one(w, 1, 2, -1, 0.5, 0))
		return w.block("controls_for", w.field(w.variable(aNumber)), made{"FROM": few(-1), "TO": few(0), "BY": one(w, nil, nil, by), "DO": w.body(depth)})
	default:
		k := one(w, aNumber, aText)
		list := w.value(k+3, 1)
		if w.once(6) {
			list = w.choice(aText, 2)
		}
		return w.block("controls_forEach", w.field(w.variable(k)), made{"LIST": list, "DO": w.body(depth)})
	}
}
