package engine

import "slices"

// A Block declares one kind of block: how it looks, what it says and what it
// means. The editor's definition, the toolbox, the help, the validator and the
// program all derive from it, so nothing about a block is written anywhere else.
type Block struct {
	// Type is Blockly's block type, such as "users_update". Flow files hold it
	// for years: once released, it keeps its meaning.
	Type string

	// Text is what the block says, each slot by its name in brackets:
	// "repeat [TIMES] times [DO]". Empty if Blockly itself draws this block.
	Text string

	// Slots are the places of the block, in the order in which they are evaluated.
	Slots []Slot

	Shape    Shape
	Gives    Type // the type of a value block's value
	Mutation *Mutation

	Help     string    // one sentence, the tooltip
	Doc      string    // the rest in Markdown: semantics, their source, what differs
	Examples []Example // shown in the help and run by the tests

	// Toolbox says how the block lies in its drawer; the zero value shows it
	// with its defaults as shadows.
	Toolbox Toolbox

	Means Meaning
}

// A Shape says where a block can stand.
type Shape uint8

const (
	// Statement stands in a stack.
	Statement Shape = iota
	// ValueBlock gives a value into an input.
	ValueBlock
	// Either is a value block that the person may turn into a statement.
	Either
	// Last is a statement after which nothing in its stack would run.
	Last
	// Hat begins a stack and says when it runs.
	Hat
	// Definition begins a function.
	Definition
)

// A Mutation names the editor's way of changing a block's shape, and where the
// block keeps it. The editor knows each kind once, for any block.
type Mutation struct {
	Kind   string `json:"kind"`             // properties, inputs, try or toggle
	Key    string `json:"key"`              // the key in extraState
	Prefix string `json:"prefix,omitempty"` // of the inputs that it adds
}

// Toolbox says how a block lies in its drawer.
type Toolbox struct {
	Hidden bool           // known, but not offered
	Fields map[string]any // preset fields
	Extra  any            // preset extraState
	Inputs map[string]any // shadows beside those of the slots' defaults
}

// An Example is a block in Blockly's JSON, where a plain value may stand for the
// block in an input, or for the connection under "next"; and what it gives or the
// code it fails with. What statements give is what the variable "item" holds then.
type Example struct {
	Block string // JSON
	Gives string // JSON; "" if it fails or gives nothing
	Fails Code
}

// A Category is a drawer of the toolbox. Blocks are in toolbox order.
type Category struct {
	Name, Colour string
	Blocks       []Block
}

// Type is what an input accepts or a block gives, as Blockly's connection check.
type Type string

// The types that Blockly's own blocks check, and ours. Any fits everything.
const (
	AnyType     Type = ""
	NumberType  Type = "Number"
	TextType    Type = "String"
	BooleanType Type = "Boolean"
	ListType    Type = "Array"
	ObjectType  Type = "Object"
	DateType    Type = "Date"
)

// A Slot is a place in a block that takes a value, other blocks, or a choice.
type Slot struct {
	Name    string
	kind    slotKind
	accepts []Type
	choices []string // value, label, value, label, …

	hasDefault bool
	fallback   Value // what an empty input, or an absent field, means
	shown      Value // what the toolbox shows in the input, as a shadow block
	shadow     bool  // whether it does
	optional   bool  // an empty input is null

	countKey, countXML string // of a repeated slot: where the mutation keeps its count
	count              int    // how many there are without a mutation
	plus               int    // and how many more than the mutation says

	shownBy  string   // the drop-down that decides whether the field is shown, or ""
	shownFor []string // its values for which it is
}

type slotKind uint8

const (
	valueSlot slotKind = iota
	bodySlot
	textField
	numberField
	choiceField
	checkField
	variableField
)

// In is an input that takes a value of one of these types; none means any. It
// must be filled unless a default is given.
func In(name string, accepts ...Type) Slot {
	return Slot{Name: name, kind: valueSlot, accepts: accepts}
}

// Body is an input that takes a stack of statements.
func Body(name string) Slot { return Slot{Name: name, kind: bodySlot} }

// IsBody reports whether the slot takes a stack of statements.
func (s Slot) IsBody() bool { return s.kind == bodySlot }

// When shows a field only while a drop-down of the block has one of these values.
// The field keeps what it holds meanwhile.
func (s Slot) When(dropdown string, values ...string) Slot {
	s.shownBy, s.shownFor = dropdown, values
	return s
}

// IsValue reports whether the slot takes a block that gives a value.
func (s Slot) IsValue() bool { return s.kind == valueSlot }

// Options returns the values of a drop-down, nil for any other slot.
func (s Slot) Options() (values []string) {
	for i := 0; i < len(s.choices); i += 2 {
		values = append(values, s.choices[i])
	}
	return values
}

// RepeatKey returns where the mutation of a repeated slot keeps its count or its
// names; "" if the slot isn't repeated.
func (s Slot) RepeatKey() string { return s.countKey }

// Field is a text typed on the block itself.
func Field(name, text string) Slot { return Slot{Name: name, kind: textField, fallback: Text(text)} }

// NumberField is a number typed on the block itself.
func NumberField(name string, n float64) Slot {
	return Slot{Name: name, kind: numberField, fallback: Number(n)}
}

// Choice is a drop-down: value and label in turn, the first is the default.
func Choice(name string, valuesAndLabels ...string) Slot {
	return Slot{Name: name, kind: choiceField, choices: valuesAndLabels, fallback: Text(valuesAndLabels[0])}
}

// Check is a box to tick.
func Check(name string, on bool) Slot {
	return Slot{Name: name, kind: checkField, fallback: Boolean(on)}
}

// VariableField takes one of the flow's variables; preset is the name that the
// editor proposes.
func VariableField(name, preset string) Slot {
	return Slot{Name: name, kind: variableField, fallback: Text(preset)}
}

// Or gives an empty input a default and shows it as a shadow block.
func (s Slot) Or(v Value) Slot {
	s.hasDefault, s.fallback, s.shown, s.shadow = true, v, v, true
	return s
}

// Else gives an empty input a default that isn't shown: Blockly's own blocks
// have such defaults.
func (s Slot) Else(v Value) Slot {
	s.hasDefault, s.fallback = true, v
	return s
}

// Showing puts a shadow into the toolbox's block. An input that is emptied means
// what Else says, or is a fault if nothing does.
func (s Slot) Showing(v Value) Slot {
	s.shown, s.shadow = v, true
	return s
}

// Optional lets an input be empty; it is null then.
func (s Slot) Optional() Slot {
	s.hasDefault, s.optional = true, true
	return s
}

// Repeated makes a slot a row of slots NAME0, NAME1, …: as many as the mutation
// says under key, by a number or a list (in XML under the attribute xml), count
// if it says nothing.
func (s Slot) Repeated(key, xml string, count int) Slot {
	s.countKey, s.countXML, s.count = key, xml, count
	return s
}

// Beyond makes a repeated slot have n more than its mutation says.
func (s Slot) Beyond(n int) Slot {
	s.plus = n
	return s
}

// A Vocabulary is the set of blocks that flows are written in. It is immutable
// and safe for concurrent use.
type Vocabulary struct {
	categories []Category
	byType     map[string]*Block
}

// NewVocabulary panics if two blocks share a type: that is a mistake in the
// program, not in anyone's flow.
func NewVocabulary(categories ...Category) *Vocabulary {
	v := &Vocabulary{slices.Clone(categories), map[string]*Block{}}
	for _, c := range v.categories {
		for i := range c.Blocks {
			b := &c.Blocks[i]
			if v.byType[b.Type] != nil {
				panic("engine: two blocks have the type " + b.Type)
			}
			v.byType[b.Type] = b
		}
	}
	return v
}

// All yields every block with its category, in toolbox order.
func (v *Vocabulary) All(yield func(*Category, *Block) bool) {
	for i := range v.categories {
		for j := range v.categories[i].Blocks {
			if !yield(&v.categories[i], &v.categories[i].Blocks[j]) {
				return
			}
		}
	}
}

// Block returns the declaration of a block type, or nil.
func (v *Vocabulary) Block(blockType string) *Block { return v.byType[blockType] }

// nearest returns the known type that takes the fewest keystrokes to reach from
// t, or "" if none is near.
func (v *Vocabulary) nearest(t string) string {
	if len(t) > 64 {
		return ""
	}
	best, least := "", 1+len(t)/3
	for _, b := range v.All {
		if d := distance(t, b.Type, least); d < least {
			best, least = b.Type, d
		}
	}
	return best
}

// distance is Levenshtein's, in bytes; it may stop at most.
func distance(a, b string, most int) int {
	if diff := len(a) - len(b); diff >= most || -diff >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
