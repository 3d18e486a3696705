package engine

import "slices"

// This file finds the loops that can be kernels, and what they read and write.

// A loopCode is where a loop stands in the code: from the first instruction of
// its body to its back edge. Places of the frame from floor on mean something
// only within one round.
type loopCode struct{ from, back, floor int32 }

// biggestKernel bounds what is looked at more than once while compiling: loops
// in loops are, and a flow may have many.
const biggestKernel = 400

// kernels compiles the loops that can be, and gives the program a copy of its
// code that enters them.
func (b *Builder) kernels() {
	p := b.program
	p.fast = p.code
	for _, l := range b.loopCode {
		if l.back-l.from >= biggestKernel || len(p.kernels) >= mostFuncs {
			continue
		}
		k := (&kernelBuilder{program: p, loopCode: l, regs: map[int32]uint8{}}).build()
		if k == nil {
			continue
		}
		if len(p.kernels) == 0 {
			p.fast = slices.Clone(p.code)
		}
		in := &p.fast[l.back]
		in.op, in.n = opKernel, uint16(len(p.kernels))
		p.kernels = append(p.kernels, k)
	}
}

type kernelBuilder struct {
	program *Program
	loopCode
	regs   map[int32]uint8 // by place
	places []int32         // by register
	kinds  []kernelKind    // by register
	defs   [][]int32       // by register: the instructions that write it
	reads  [][]int32
	full   bool // too many registers

	pending map[uint8]kernelValue // values that are computed where they are read
	current int32                 // where the current block ends
}

// uses returns the places that an instruction reads and writes, or false if a
// kernel can't have it.
func (in *instr) uses() (reads, writes []int32, ok bool) {
	next := func(o int32, n int32) int32 { return o + n*sign(o) }
	switch in.op {
	case opStep, opJump, opReturn:
		return nil, nil, true
	case opJumpIf, opJumpUnless:
		return []int32{in.a}, nil, true
	case opMove, opNot:
		return []int32{in.b}, []int32{in.a}, true
	case opAdd, opSubtract, opMultiply, opDivide, opModulo, opPower,
		opEqual, opNotEqual, opLess, opLessEqual, opGreater, opGreaterEqual:
		return []int32{in.b, in.c}, []int32{in.a}, true
	case opRepeat:
		return []int32{in.b}, []int32{in.a, next(in.a, 1)}, true
	case opRepeatNext:
		return []int32{in.a, next(in.a, 1)}, []int32{in.a}, true
	case opFor:
		all := []int32{in.a, next(in.a, 1), next(in.a, 2)}
		return all, all[:2], true
	case opForFirst:
		return []int32{in.b, in.a, next(in.a, 1)}, nil, true
	case opForNext:
		return []int32{in.b, in.a, next(in.a, 1)}, []int32{in.b}, true
	}
	return nil, nil, false
}

func (k *kernelBuilder) build() *kernel {
	code := k.program.code
	for pc := k.from; pc <= k.back; pc++ {
		in := &code[pc]
		reads, writes, ok := in.uses()
		if !ok || (in.op == opJumpIf || in.op == opJumpUnless || in.op == opForFirst) && in.c <= pc {
			return nil
		}
		for _, o := range reads {
			if r := k.reg(o); !k.full {
				k.reads[r] = append(k.reads[r], pc)
			}
		}
		for _, o := range writes {
			if r := k.reg(o); !k.full {
				k.defs[r] = append(k.defs[r], pc)
			}
		}
		if k.full {
			return nil
		}
	}
	if !k.infer() {
		return nil
	}
	out := &kernel{most: 1}
	k.blocks(out)
	live := k.live()
	for r, o := range k.places {
		reg := uint8(r)
		switch {
		case o >= 0 && int(o) < len(k.program.consts):
			out.consts = append(out.consts, kernelConst{reg, k.program.consts[o].num})
			continue
		case live.has(reg):
			out.loads = append(out.loads, kernelPlace{o, reg, k.kinds[r]})
		}
		if len(k.defs[r]) > 0 {
			out.stores = append(out.stores, kernelPlace{o, reg, k.kinds[r]})
		}
	}
	return out
}

// reg returns the register of a place.
func (k *kernelBuilder) reg(o int32) uint8 {
	r, ok := k.regs[o]
	if !ok {
		if len(k.places) == len(registers{}) {
			k.full = true
			return 0
		}
		r = uint8(len(k.places))
		k.regs[o] = r
		k.places, k.kinds = append(k.places, o), append(k.kinds, kindUnknown)
		k.defs, k.reads = append(k.defs, nil), append(k.reads, nil)
	}
	return r
}

// infer finds out the kind of every register, and reports false if one isn't
// always of the same, or isn't what an instruction needs.
func (k *kernelBuilder) infer() bool {
	code := k.program.code
	for o, r := range k.regs {
		if o < 0 || int(o) >= len(k.program.consts) {
			continue
		}
		switch k.program.consts[o].Kind() {
		case KindNumber:
			k.kinds[r] = kindNumber
		case KindBoolean:
			k.kinds[r] = kindBoolean
		default:
			return false
		}
	}
	is := func(o int32, kind kernelKind) bool { // what it must be, and reports whether that is news
		r := k.regs[o]
		was := k.kinds[r]
		k.kinds[r] |= kind // two kinds make kindMixed
		return k.kinds[r] != was
	}
	for changed := true; changed; {
		changed = false
		for pc := k.from; pc <= k.back; pc++ {
			in := &code[pc]
			reads, writes, _ := in.uses()
			result, needs := kindNumber, kindNumber
			switch in.op {
			case opJumpIf, opJumpUnless:
				needs = kindUnknown
			case opNot:
				result, needs = kindBoolean, kindUnknown
			case opEqual, opNotEqual, opLess, opLessEqual, opGreater, opGreaterEqual:
				result = kindBoolean
			case opMove:
				result, needs = k.kinds[k.regs[in.b]], k.kinds[k.regs[in.a]]
			}
			for _, o := range reads {
				changed = is(o, needs) || changed
			}
			for _, o := range writes {
				changed = is(o, result) || changed
			}
		}
	}
	for r, kind := range k.kinds {
		if kind == kindMixed {
			return false
		}
		if kind == kindUnknown { // it is only asked whether it is true, or only copied
			k.kinds[r] = kindBoolean
		}
	}
	return true
}

type regSet [4]uint64

func (s *regSet) has(r uint8) bool { return s[r>>6]>>(r&63)&1 != 0 }
func (s *regSet) add(r uint8)      { s[r>>6] |= 1 << (r & 63) }
func (s *regSet) drop(r uint8)     { s[r>>6] &^= 1 << (r & 63) }

// live returns what the kernel may read before it writes it, from its back edge.
func (k *kernelBuilder) live() regSet {
	code := k.program.code
	in := make([]regSet, k.back-k.from+2) // the last stands for all outside
	at := func(pc int32) *regSet {
		if pc < k.from || pc > k.back {
			return &in[len(in)-1]
		}
		return &in[pc-k.from]
	}
	for changed := true; changed; {
		changed = false
		for pc := k.back; pc >= k.from; pc-- {
			i := &code[pc]
			var set regSet
			if i.op != opJump && i.op != opReturn {
				set = *at(pc + 1)
			}
			if operands[i.op][2] == 'j' {
				for w, bits := range at(i.c) {
					set[w] |= bits
				}
			}
			reads, writes, _ := i.uses()
			for _, o := range writes {
				set.drop(k.regs[o])
			}
			for _, o := range reads {
				set.add(k.regs[o])
			}
			if set != *at(pc) {
				*at(pc), changed = set, true
			}
		}
	}
	return *at(k.back)
}
