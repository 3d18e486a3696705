package engine

// A Meaning is what a block does when it runs. There are three kinds: a function
// of its inputs, an effect that it performs, and control over the blocks inside
// it. Only control blocks know what compiled code looks like, so its form can
// change without touching the others.
type Meaning interface {
	compile(b *Builder, d *Block, dst Operand) Operand
}

type meaning func(b *Builder, d *Block, dst Operand) Operand

func (m meaning) compile(b *Builder, d *Block, dst Operand) Operand { return m(b, d, dst) }

// Func1 means a function of one input.
func Func1(f func(a Value) (Value, error), a string) Meaning {
	return FuncN(func(_ *Machine, args []Value) (Value, error) { return f(args[0]) }, a)
}

// Func2 means a function of two inputs, evaluated in the order given.
func Func2(f func(a, b Value) (Value, error), a, b string) Meaning {
	return FuncN(func(_ *Machine, args []Value) (Value, error) { return f(args[0], args[1]) }, a, b)
}

// FuncN means a function of these inputs, evaluated in the order given.
func FuncN(f Func, inputs ...string) Meaning {
	return meaning(func(b *Builder, _ *Block, dst Operand) Operand {
		return b.Apply(dst, "means", f, b.Ins(inputs...)...)
	})
}

// Constant means a value that the block's fields decide.
func Constant(f func(b *Builder) Value) Meaning {
	return meaning(func(b *Builder, _ *Block, _ Operand) Operand { return b.Const(f(b)) })
}

// Perform means an effect with the given inputs as arguments.
func Perform(e Effect, inputs ...string) Meaning {
	return performs{e, meaning(func(b *Builder, _ *Block, dst Operand) Operand {
		return b.Perform(dst, e, b.Ins(inputs...)...)
	})}
}

// Control means whatever f compiles. A value block's f returns where its value
// is: dst, if that suits it.
func Control(f func(b *Builder, dst Operand) Operand) Meaning {
	return meaning(func(b *Builder, _ *Block, dst Operand) Operand { return f(b, dst) })
}

// Do is Control for a statement, which gives no value.
func Do(f func(b *Builder)) Meaning {
	return meaning(func(b *Builder, _ *Block, _ Operand) Operand { f(b); return none })
}

// Performing is Control for a block that asks for an effect along the way.
func Performing(e Effect, f func(b *Builder, dst Operand) Operand) Meaning {
	return performs{e, Control(f)}
}

// performs is a meaning whose effect the vocabulary can tell without compiling.
type performs struct {
	effect Effect
	Meaning
}

// Effect returns the effect that a block asks for, if it is one that does.
func (d *Block) Effect() (Effect, bool) {
	p, ok := d.Means.(performs)
	return p.effect, ok
}

// Starts is the meaning of a hat: the stack under it is an entry of the program.
type Starts struct {
	// InputsKey is where the mutation lists the inputs that the hat declares.
	InputsKey string
	// Shares returns the type of another hat whose stack this one runs, or "".
	Shares func(field func(name string) string) string
}

func (Starts) compile(*Builder, *Block, Operand) Operand { return none }

// Tests is the meaning of a suite of tests: its body is in [Program.Suites]. In a
// workspace without hats it also runs where it stands, as in Blockly.
type Tests struct {
	NameField string
	Body      string
}

func (Tests) compile(*Builder, *Block, Operand) Operand { return none }

// Defines is the meaning of a function's definition, as Blockly's procedure
// blocks have it.
type Defines struct {
	NameField string
	Params    string // the key of the mutation's list of {"name","id"}
	Body      string
	Returns   string // the value input for what it gives, "" if it gives nothing
}

func (Defines) compile(*Builder, *Block, Operand) Operand { return none }

// Calls is the meaning of a call: of the function that the mutation names, with
// the inputs ARG0, ARG1, … as many as the mutation lists.
type Calls struct {
	Name, Args string // keys of the mutation
	Prefix     string // of the inputs
}

func (c Calls) compile(b *Builder, _ *Block, dst Operand) Operand { return b.call(c, dst) }

func isCall(d *Block) bool {
	_, ok := d.Means.(Calls)
	return ok
}
