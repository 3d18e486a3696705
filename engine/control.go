package engine

// This file compiles what controls other blocks: loops, try, return.

// A loop is one that is being compiled.
type loop struct {
	leave, again *Label
	finals       int // how many finally blocks were open when it began
}

// inLoop compiles a loop's body, in which Break and Continue mean this loop.
// Places that the body takes mean nothing after a round of it.
func (b *Builder) inLoop(leave, again *Label, body func()) {
	b.loops = append(b.loops, &loop{leave, again, len(b.finals)})
	top := b.top
	body()
	b.top = top
	b.loops = b.loops[:len(b.loops)-1]
}

// isLoop notes that the last instruction is the back edge of a loop whose body
// begins at do, and takes places from floor on.
func (b *Builder) isLoop(do *Label, floor int32) {
	b.loopCode = append(b.loopCode, loopCode{from: do.at, back: int32(len(b.program.code)) - 1, floor: floor})
}

// Break leaves the innermost loop; Continue goes on with its next round.
func (b *Builder) Break() { b.leaveLoop(func(l *loop) *Label { return l.leave }) }

// Continue goes on with the next round of the innermost loop.
func (b *Builder) Continue() { b.leaveLoop(func(l *loop) *Label { return l.again }) }

func (b *Builder) leaveLoop(to func(*loop) *Label) {
	if len(b.loops) == 0 {
		b.Fail(Misplaced, "This block only means something inside a loop. Put it into one.")
		return
	}
	l := b.loops[len(b.loops)-1]
	if to(l) == nil {
		b.Fail(Misplaced, "A loop that works on items at the same time can't be left early: the others have begun. Go on with the next item instead, or use “for each item”.")
		return
	}
	b.through(l.finals, func() { b.Jump(to(l)) })
}

// weight is how many steps one round of a loop counts: the round itself. The
// statements of its body count themselves.
const weight = 1

// Repeat runs body times times. The number is taken once, before the first
// round; a fraction counts as a round more.
func (b *Builder) Repeat(times Operand, body func()) {
	state := b.temps(2)
	again, leave, do := b.Label(), b.Label(), b.Label()
	b.emit(opRepeat, 0, state, times, 0)
	b.Jump(again)
	b.Mark(do)
	b.inLoop(leave, again, body)
	b.Mark(again)
	b.jump(opRepeatNext, weight, state, 0, do)
	b.isLoop(do, b.top)
	b.Mark(leave)
}

// Each runs body with variable set to each item of list in turn. It goes as far
// as the list was long when it began; items removed meanwhile are not visited.
func (b *Builder) Each(list, variable Operand, body func()) {
	state := b.temps(3)
	again, leave, do := b.Label(), b.Label(), b.Label()
	b.emit(opEach, 0, state, list, 0)
	b.Jump(again)
	b.Mark(do)
	b.inLoop(leave, again, body)
	b.Mark(again)
	b.jump(opEachNext, weight, state, variable, do)
	b.markSet(variable)
	b.Mark(leave)
}

// Count runs body with variable going from one number to another, both
// included, by the size of a step. All three are taken once, before the first
// round; the direction follows from and to.
func (b *Builder) Count(variable, from, to, by Operand, body func()) {
	state := b.temps(3)
	b.Move(state, to)
	b.Move(state+1, by)
	b.Move(state+2, from)
	again, leave, do := b.Label(), b.Label(), b.Label()
	b.emit(opFor, 0, state, 0, 0)
	b.Move(variable, state+2)
	b.markSet(variable)
	b.jump(opForFirst, 0, state, variable, do)
	b.Jump(leave)
	b.Mark(do)
	b.inLoop(leave, again, body)
	b.Mark(again)
	b.jump(opForNext, weight, state, variable, do)
	b.markSet(variable)
	b.isLoop(do, b.top)
	b.Mark(leave)
}

// While runs body as long as condition gives a place with a truthy value, or,
// if until, a falsy one.
func (b *Builder) While(until bool, condition func() Operand, body func()) {
	again, leave := b.Label(), b.Label()
	b.Mark(again)
	b.emit(opStep, weight, 0, 0, 0)
	top := b.top
	if o := condition(); until {
		b.JumpIf(o, leave)
	} else {
		b.JumpUnless(o, leave)
	}
	b.top = top
	b.inLoop(leave, again, body)
	b.Jump(again)
	b.isLoop(again, top)
	b.Mark(leave)
}

// Return ends the function, or the run, and gives the value at o.
func (b *Builder) Return(o Operand) {
	if b.branching {
		b.Fail(Misplaced, "Nothing can be returned from within a loop that works on items at the same time. Let it give a value for each item, and return afterwards.")
		return
	}
	if len(b.finals) == 0 {
		b.emit(opReturn, 0, o, 0, 0)
		return
	}
	keep := b.Temp()
	b.Move(keep, o)
	b.through(0, func() { b.emit(opReturn, 0, keep, 0, 0) })
}

// InFunction reports whether the block stands in a function of the flow.
func (b *Builder) InFunction() bool { return b.inFunc }

// A final is a finally that is open: everything that leaves its try goes through
// it. Where to go on afterwards is a number at place how, so that a run that is
// put away inside a finally is still only data.
type final struct {
	how   Operand
	begin *Label
	table []func() // what to do afterwards, by number
}

// through leaves all finally blocks opened since there were down of them, then
// does after.
func (b *Builder) through(down int, after func()) {
	if len(b.finals) == down {
		after()
		return
	}
	f := b.finals[len(b.finals)-1]
	f.table = append(f.table, func() { b.through(down, after) })
	b.Move(f.how, b.Const(Number(float64(len(f.table)-1))))
	b.Jump(f.begin)
}

// Try compiles body; an error in it goes on in rescue, with the error as an
// object at the place caught. finally, if it isn't nil, runs last in any case.
// A [Halt] passes through all of them.
func (b *Builder) Try(body func(), caught Operand, rescue, finally func()) {
	if finally == nil {
		b.attempt(body, caught, rescue)
		return
	}
	f := &final{how: b.temps(2), begin: b.Label()}
	thrown := f.how + 1
	node := b.node
	f.table = []func(){ // 0: the end was reached; 1: an error is on its way
		func() {},
		func() { b.emit(opThrow, 0, thrown, 0, 0) },
	}
	b.finals = append(b.finals, f)
	done := b.Label()
	b.attempt(func() { b.attempt(body, caught, rescue) }, thrown, func() {
		b.Move(f.how, b.Const(Number(1)))
		b.Jump(f.begin)
	})
	b.finals = b.finals[:len(b.finals)-1]
	b.Move(f.how, b.Const(Number(0)))
	b.Mark(f.begin)
	finally()
	restore := b.within(node)
	table := make(resume, len(f.table))
	b.program.resumes = append(b.program.resumes, table)
	b.emit(opResume, uint16(len(b.program.resumes)-1), f.how, 0, 0)
	for i, after := range f.table {
		table[i] = int32(len(b.program.code))
		after()
		b.Jump(done)
	}
	restore()
	b.Mark(done)
}

// attempt is try without finally.
func (b *Builder) attempt(body func(), caught Operand, rescue func()) {
	from := int32(len(b.program.code))
	body()
	to := int32(len(b.program.code))
	done := b.Label()
	b.Jump(done)
	target := int32(len(b.program.code))
	rescue()
	b.Mark(done)
	if to > from {
		b.program.handlers = append(b.program.handlers, handler{from: from, to: to, target: target, error: int32(caught)})
	}
}
