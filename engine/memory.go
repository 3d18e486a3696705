package engine

// An account bounds the memory that a run's values hold. Counting what is held
// after every block would cost more than the blocks; so the machine adds up what
// is made, and only when that sum passes a threshold walks through what is still
// reachable. The threshold then rises to half way between what is held and the
// limit, so that the walks stay rare.
type account struct {
	made      int64 // bytes since the last walk
	threshold int64
	mark      uint16 // of the last walk, never 0
}

const sizeCell = 96 // bytes of a cell, with what the allocator rounds up

func sizeList(items int) int64 { return sizeCell + 16*int64(items) }

// held is what a cell holds itself, not what it refers to. It is a measure that doesn't depend on how a value came about: a run that was
// put away and restored must reach its limit at the same block.
func (c *cell) held() int64 {
	n := sizeCell + int64(len(c.text))
	if c.body == nil {
		return n
	}
	n += 16 * int64(len(c.items))
	if c.props != nil {
		n += 48
		for _, k := range c.props.keys {
			n += 16 + int64(len(k))
		}
		if len(c.props.keys) >= indexFrom {
			n += 64 * int64(len(c.props.keys))
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
	m.found = [findings]finding{} // it keeps keys that nothing else may hold
	m.Work(int(held / 4))
	if held > m.limits.Memory {
		return halt(LimitMemory, "The flow's values hold more than %d bytes.", m.limits.Memory)
	}
	m.memory.made = 0
	m.memory.threshold = max((m.limits.Memory-held)/2, m.limits.Memory/16)
	return nil
}

// count charges a value that a block gave, unless it was there before.
func (m *Machine) count(v Value) error {
	if v.Kind() < KindText || v.ref.flag&(made|fixed) != 0 {
		return nil
	}
	v.ref.flag |= made
	return m.charge(v.ref.held())
}

// Charge adds bytes that a block's function is about to make, beyond the value
// that it returns. Call it before making them.
func (m *Machine) Charge(bytes int64) error { return m.charge(bytes) }

// bytesAStep is how many bytes of values a block may go through in one step. It
// is what the machine's simplest instructions take as long for.
const bytesAStep = 256

// Work counts steps for going through so many bytes of text, or 16 times as many
// items. So a block that searches a long text spends the run's budget like a loop
// that does the same, and a run can be stopped between any two of them. Count
// what the values say, never how they happen to be stored: a run must take the
// same steps when it is replayed.
func (m *Machine) Work(bytes int) { m.steps += int64(bytes / bytesAStep) }

// held walks everything that the run can reach. It keeps its own stack: a list
// of lists may be as deep as memory is large.
func (m *Machine) held() int64 {
	if m.memory.mark++; m.memory.mark == 0 {
		m.memory.mark = 1 // 0 is what no walk has seen
	}
	mark := m.memory.mark
	var stack []*cell
	visit := func(v Value) {
		if c := v.ref; c != nil && c.flag&fixed == 0 && c.mark != mark {
			c.mark = mark
			stack = append(stack, c)
		}
	}
	sum := m.root.reach(visit)
	for len(stack) > 0 {
		c := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		sum += c.held()
		if c.body != nil {
			for _, v := range c.items {
				visit(v)
			}
		}
	}
	return sum + int64(m.logBytes)
}
