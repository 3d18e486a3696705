package engine

import "math"

// run executes instructions until the run ends, needs an effect, or has taken
// budget steps. What the loop uses in every round it keeps in local variables;
// they go back into the machine before anything else looks at it. A case that is
// done continues; one that breaks off, for a value that isn't the usual one,
// leaves its instruction to slow.
func (m *Machine) run(budget int64) {
	stop := m.steps + max(budget, 1)
	if stop > m.limits.Steps || stop < m.steps {
		stop = m.limits.Steps
	}
	code, mem, pc, base, steps := m.code, m.mem, m.pc, m.base, m.steps
	found := &m.found
	for {
		in := &code[pc]
		o := in.op
		pc++
	again:
		switch o {
		case opStep:
			if steps += int64(in.n); steps >= stop {
				m.pc, m.steps = pc, steps
				m.spent()
				return
			}
			continue

		case opMove:
			*place(mem, base, in.a) = *place(mem, base, in.b)
			continue

		case opJump:
			pc = in.c
			continue
		case opJumpIf:
			if Truthy(*place(mem, base, in.a)) {
				pc = in.c
			}
			continue
		case opJumpUnless:
			if !Truthy(*place(mem, base, in.a)) {
				pc = in.c
			}
			continue

		case opNot:
			place(mem, base, in.a).setBoolean(!Truthy(*place(mem, base, in.b)))
			continue

		case opAdd:
			x, y := place(mem, base, in.b), place(mem, base, in.c)
			if x.ref == numberMark && y.ref == numberMark {
				place(mem, base, in.a).setNumber(x.num + y.num)
				continue
			}
		case opSubtract:
			x, y := place(mem, base, in.b), place(mem, base, in.c)
			if x.ref == numberMark && y.ref == numberMark {
				place(mem, base, in.a).setNumber(x.num - y.num)
				continue
			}
		case opMultiply:
			x, y := place(mem, base, in.b), place(mem, base, in.c)
			if x.ref == numberMark && y.ref == numberMark {
				place(mem, base, in.a).setNumber(x.num * y.num)
				continue
			}
		case opDivide:
			x, y := place(mem, base, in.b), place(mem, base, in.c)
			if x.ref == numberMark && y.ref == numberMark {
				place(mem, base, in.a).setNumber(x.num / y.num)
				continue
			}
		case opModulo:
			x, y := place(mem, base, in.b), place(mem, base, in.c)
			if x.ref == numberMark && y.ref == numberMark {
				place(mem, base, in.a).setNumber(modulo(x.num, y.num))
				continue
			}

		case opEqual, opNotEqual:
			x, y := place(mem, base, in.b), place(mem, base, in.c)
			if x.ref == numberMark && y.ref == numberMark {
				place(mem, base, in.a).setBoolean((x.num == y.num) == (o == opEqual))
				continue
			}

		case opLess, opLessEqual, opGreater, opGreaterEqual:
			x, y := place(mem, base, in.b), place(mem, base, in.c)
			if x.ref == numberMark && y.ref == numberMark {
				yes := ordered(o, x.num, y.num)
				place(mem, base, in.a).setBoolean(yes)
				// What it is for comes next, mostly.
				if next := &code[pc]; next.op == opJumpUnless && next.a == in.a {
					if pc++; !yes {
						pc = next.c
					}
				}
				continue
			}

		case opItem:
			list, at := place(mem, base, in.b), place(mem, base, in.c)
			if at.ref == numberMark && list.ref != nil && list.ref.kind == KindList {
				if i := int(at.num) - int(in.n); float64(i+int(in.n)) == at.num && i >= 0 && i < len(list.ref.items) {
					*place(mem, base, in.a) = list.ref.items[i]
					continue
				}
			}

		case opSetItem:
			list, at := place(mem, base, in.a), place(mem, base, in.b)
			if at.ref == numberMark && list.ref != nil && list.ref.kind == KindList {
				if i := int(at.num) - int(in.n); float64(i+int(in.n)) == at.num && i >= 0 && i < len(list.ref.items) {
					list.ref.items[i] = *place(mem, base, in.c)
					continue
				}
			}

		case opProperty:
			name, object := place(mem, base, in.b).ref, place(mem, base, in.c).ref
			if object != nil && object.kind == KindObject {
				if h := &found[pc%findings]; h.props == object.props && h.name == name {
					*place(mem, base, in.a) = object.items[h.at]
					continue
				}
				if i := m.find(pc, object, *place(mem, base, in.b)); i >= 0 {
					*place(mem, base, in.a) = object.items[i]
					continue
				}
			}

		case opSetProperty:
			object, name := place(mem, base, in.a).ref, place(mem, base, in.b).ref
			if object != nil && object.kind == KindObject {
				if h := &found[pc%findings]; h.props == object.props && h.name == name {
					object.items[h.at] = *place(mem, base, in.c)
					continue
				}
				if i := m.find(pc, object, *place(mem, base, in.b)); i >= 0 {
					object.items[i] = *place(mem, base, in.c)
					continue
				}
			}

		case opAppend:
			x, y := place(mem, base, in.b), place(mem, base, in.c)
			if x.ref != nil && x.ref.flag&grows != 0 && y.ref != nil && y.ref.kind == KindText && in.a == in.b && m.append(x, y) {
				continue
			}

		case opJoin:
			if v, ok := m.joinShort(place(mem, base, in.b), place(mem, base, in.c)); ok {
				*place(mem, base, in.a) = v
				continue
			}

		case opPush:
			list := place(mem, base, in.a).ref
			if list != nil && list.kind == KindList && len(list.items) < m.limits.List && m.memory.made+16 < m.memory.threshold {
				m.memory.made += 16
				list.push(*place(mem, base, in.b))
				continue
			}

		case opRepeatNext:
			at, limit := pair(mem, base, in.a)
			if at.num >= limit.num {
				continue
			}
			at.num++
			pc = in.c
			if steps += int64(in.n); steps >= stop {
				m.pc, m.steps = pc, steps
				m.spent()
				return
			}
			continue

		case opForFirst:
			if within(place(mem, base, in.b).num, place(mem, base, in.a).num, place(mem, base, in.a+sign(in.a)).num) {
				pc = in.c
			}
			continue
		case opForNext:
			limit, by := pair(mem, base, in.a)
			v, step := place(mem, base, in.b), by.num
			if v.ref != numberMark {
				*v = Number(ToNumber(*v)) // the body assigned something else
			}
			v.num += step
			if !within(v.num, limit.num, step) {
				continue
			}
			pc = in.c
			if steps += int64(in.n); steps >= stop {
				m.pc, m.steps = pc, steps
				m.spent()
				return
			}
			continue

		case opEachNext:
			list := place(mem, base, in.a)
			at := place(mem, base, in.a+sign(in.a))
			n := place(mem, base, in.a+2*sign(in.a))
			if at.num >= n.num || int(at.num) >= len(list.ref.items) {
				continue
			}
			*place(mem, base, in.b) = list.ref.items[int(at.num)]
			at.num++
			pc = in.c
			if steps += int64(in.n); steps >= stop {
				m.pc, m.steps = pc, steps
				m.spent()
				return
			}
			continue

		case opKernel:
			m.pc, m.steps = pc, steps
			if m.enterKernel(in.n, stop) {
				pc, steps = m.pc, m.steps
				continue
			}
			in = &m.program.code[pc-1]
			o = in.op
			goto again

		case opCall:
			m.pc, m.steps = pc, steps
			if err := m.enter(in.c, in.b, pc); err != nil {
				if m.raise(err, pc-1); m.done {
					return
				}
				pc, base = m.pc, m.base
				continue
			}
			mem, base, pc = m.mem, m.base, m.pc
			if steps++; steps >= stop {
				m.steps = steps
				m.spent()
				return
			}
			continue

		case opReturn:
			v := *place(mem, base, in.a)
			if len(m.frames) == 0 {
				m.pc, m.steps = pc, steps
				m.done, m.result = true, v
				return
			}
			m.leave()
			pc, base = m.pc, m.base
			*place(mem, base, code[pc-1].a) = v
			continue
		}

		if o&traceBit != 0 {
			m.pc, m.base, m.steps = pc, base, steps
			m.tracer.at(m, pc-1)
			o &^= traceBit
			goto again
		}
		m.pc, m.steps = pc, steps
		if err := m.slow(in, o); err != nil {
			m.raise(err, pc-1)
		}
		if m.done || m.pending || m.fork != nil {
			return
		}
		mem, pc, base, steps = m.mem, m.pc, m.base, m.steps
		if steps >= stop {
			m.spent()
			return
		}
	}
}

// setNumber and setBoolean write only the number where the kind is there
// already: a pointer costs more to write.
func (v *Value) setNumber(f float64) {
	if v.ref != numberMark {
		v.ref = numberMark
	}
	v.num = f
}

func (v *Value) setBoolean(yes bool) {
	if v.ref != booleanMark {
		v.ref = booleanMark
	}
	v.num = 0
	if yes {
		v.num = 1
	}
}

// place is a place in memory: absolute, or, as a complement, within the frame.
func place(mem []Value, base, o int32) *Value {
	if o < 0 {
		o = base + ^o
	}
	return &mem[o]
}

// pair is a place and the one behind it.
func pair(mem []Value, base, o int32) (first, second *Value) {
	if o < 0 {
		o = base + ^o
	}
	return &mem[o], &mem[o+1]
}

// spent ends a run that reached its limit of steps; otherwise only the budget is
// spent.
func (m *Machine) spent() {
	if m.steps >= m.limits.Steps {
		m.raise(m.endless(), max(m.pc-1, 0))
	}
}

func (m *Machine) endless() error {
	return halt(LimitSteps, "The flow took more than %d steps. Is there a loop that never ends?", m.limits.Steps)
}

// slow executes what isn't worth a case of its own in the loop.
func (m *Machine) slow(in *instr, o op) error {
	switch o {
	case opAdd, opSubtract, opMultiply, opDivide, opModulo, opPower:
		return m.arithmetic(in, o)
	case opEqual, opNotEqual:
		*m.at(in.a) = Boolean(m.equal(*m.at(in.b), *m.at(in.c)) == (o == opEqual))
		return nil
	case opLess, opLessEqual, opGreater, opGreaterEqual:
		x, y := *m.at(in.b), *m.at(in.c)
		m.weigh(x, y)
		c, ok := Compare(x, y)
		*m.at(in.a) = Boolean(ok && ordered(o, float64(c), 0))
		return nil
	case opItem:
		v, err := m.itemAt(*m.at(in.b), *m.at(in.c), float64(in.n))
		if err == nil {
			*m.at(in.a) = v
		}
		return err
	case opSetItem:
		return m.setItemAt(*m.at(in.a), *m.at(in.b), float64(in.n), *m.at(in.c))

	case opList:
		items := make([]Value, in.c)
		for i := range items {
			items[i] = *m.at(in.b + int32(i)*sign(in.b))
		}
		*m.at(in.a) = List(items)
		return m.count(*m.at(in.a))

	case opApply1:
		m.args[0] = *m.at(in.b)
		return m.apply(in, m.args[:1])
	case opApply2, opProperty, opAppend, opJoin:
		m.args[0], m.args[1] = *m.at(in.b), *m.at(in.c)
		return m.apply(in, m.args[:2])
	case opApply:
		args := make([]Value, in.c)
		for i := range args {
			args[i] = *m.at(in.b + int32(i)*sign(in.b))
		}
		return m.apply(in, args)

	case opSetProperty:
		_, err := m.program.applied[in.n](m, []Value{*m.at(in.a), *m.at(in.b), *m.at(in.c)})
		return err
	case opPush:
		m.args[0], m.args[1] = *m.at(in.a), *m.at(in.b)
		_, err := m.program.applied[in.n](m, m.args[:2])
		return err

	case opWork:
		first := in.b
		if first < 0 {
			first = m.base + ^first
		}
		m.steps++
		finished, err := m.program.workers[in.n](m, m.mem[first:first+in.c])
		if err == nil && !finished {
			m.pc-- // there is more to do
		}
		return err

	case opRepeat:
		times, err := number(*m.at(in.b))
		*m.at(in.a) = Number(0)
		*m.at(in.a + sign(in.a)) = Number(times)
		return err
	case opEach:
		return m.each(in)
	case opFor:
		return m.prepareFor(in)

	case opEffect:
		if m.asked++; m.asked > m.limits.Effects {
			return halt(LimitEffects, "The flow reached outside more than %d times.", m.limits.Effects)
		}
		m.effects++
		m.pending = true
		return nil
	case opFork:
		return m.begin(in)
	case opBranchEnd:
		m.done, m.result = true, *m.at(in.a)
		return nil
	case opResume:
		m.pc = m.program.resumes[in.n][int(m.at(in.a).num)]
		return nil
	case opThrow:
		return errorOf(*m.at(in.a))
	}
	panic("engine: an instruction without a meaning")
}

func (m *Machine) apply(in *instr, args []Value) error {
	v, err := m.program.applied[in.n](m, args)
	if err != nil {
		return err
	}
	*m.at(in.a) = v
	return m.count(v)
}

// each makes ready to go through a list, the values of an object or the
// characters of a text. Nothing at all has no items.
func (m *Machine) each(in *instr) error {
	v := *m.at(in.b)
	switch v.Kind() {
	case KindList:
	case KindObject:
		m.Work(16 * len(v.ref.items))
		v = List(append([]Value(nil), v.ref.items...))
	case KindText:
		if err := m.NewList(v.units()); err != nil {
			return err
		}
		v = List(Units(v.text()))
	default:
		v = List(nil)
	}
	*m.at(in.a) = v
	*m.at(in.a + sign(in.a)) = Number(0)
	*m.at(in.a + 2*sign(in.a)) = Number(float64(len(v.ref.items)))
	return m.count(v)
}

func (m *Machine) prepareFor(in *instr) error {
	limit, step, first := m.at(in.a), m.at(in.a+sign(in.a)), m.at(in.a+2*sign(in.a))
	for _, v := range []*Value{first, limit, step} {
		f, err := number(*v)
		if err != nil {
			return err
		}
		*v = Number(f)
	}
	step.num = math.Abs(step.num)
	if step.num == 0 {
		return Fail(WrongValue, "Counting by 0 never ends. Count by another number.")
	}
	if first.num > limit.num {
		step.num = -step.num
	}
	return nil
}
