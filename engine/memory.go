package engine

// An account bounds the memory that a run's values hold. Counting what is held
// after every block would cost more than the blocks; so the machine adds up what
// is made, and only when that sum passes a threshold walks through what is still
// reachable. The threshold then rises to half way between what is held and the
// limit, so that the walks stay rare.
type account struct {
	made      int64 // bytes since the last walk
	threshold int64
	mark      uint32 // of the last walk
}

const sizeCell = 96 // bytes of a cell, with what the allocator rounds up

func sizeList(items int) int64 { return sizeCell + 16*int64(items) }

// sizeOf is what v itself holds, not what it refers to.
func sizeOf(v Value) int64 {
	if v.Kind() < KindText {
		return 0
	}
	return v.ref.held()
}

func (c *cell) held() int64 {
	n := sizeCell + int64(len(c.text)) + 16*int64(cap(c.items))
	if c.rope != nil {
		n += 32
	}
	if c.props != nil {
		n += 48
		for _, k := range c.props.keys {
			n += 16 + int64(len(k))
		}
		if c.props.index != nil {
			n += 64 * int64(len(c.props.index))
		}
	}
	return n
}

func (a *account) reset(l *Limits) { a.threshold = l.Memory / 2 }

// charge adds bytes that a block made.
func (m *Machine) charge(bytes int64) error {
	if m.memory.made += bytes; m.memory.made < m.memory.threshold {
		return nil
	}
	held := m.held()
	if held > m.limits.Memory {
		return halt(LimitMemory, "The flow's values hold more than %d bytes.", m.limits.Memory)
	}
	m.memory.made = 0
	m.memory.threshold = max((m.limits.Memory-held)/2, m.limits.Memory/16)
	return nil
}

// Charge adds bytes that a block's function is about to make, beyond the value
// that it returns. Call it before making them.
func (m *Machine) Charge(bytes int64) error { return m.charge(bytes) }

// held walks everything that the run can reach. It keeps its own stack: a list
// of lists may be as deep as memory is large.
func (m *Machine) held() int64 {
	m.memory.mark++
	mark := m.memory.mark
	var sum int64
	var stack []*cell
	visit := func(v Value) {
		if c := v.ref; c != nil && !c.fixed && c.mark != mark {
			c.mark = mark
			stack = append(stack, c)
		}
	}
	for _, v := range m.mem[len(m.program.consts):] {
		visit(v)
	}
	for len(stack) > 0 {
		c := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		sum += c.held()
		for _, v := range c.items {
			visit(v)
		}
		if c.rope != nil {
			visit(Value{ref: c.rope.left})
			visit(Value{ref: c.rope.right})
		}
	}
	return sum + int64(m.logBytes)
}
