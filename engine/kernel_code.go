package engine

import "slices"

// This file turns a loop's instructions into blocks of closures.

// blocks cuts the region into blocks and compiles them.
func (k *kernelBuilder) blocks(out *kernel) {
	code := k.program.code
	starts := []int32{k.from, k.back}
	for pc := k.from; pc <= k.back; pc++ {
		in := &code[pc]
		if operands[in.op][2] == 'j' {
			starts = append(starts, in.c, pc+1)
		}
		switch in.op {
		case opRepeatNext, opForNext: // as what comes before goes on to it
			starts = append(starts, pc)
		case opFor, opReturn:
			starts = append(starts, pc+1)
		}
	}
	slices.Sort(starts)
	starts = slices.DeleteFunc(slices.Compact(starts), func(pc int32) bool { return pc < k.from || pc > k.back })
	target := func(pc int32) int32 {
		if i, ok := slices.BinarySearch(starts, pc); ok {
			return int32(i)
		}
		return ^pc
	}
	for i, from := range starts {
		to := k.back + 1
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		if from == k.back {
			out.start = int32(i)
		}
		block := k.block(from, to, target)
		out.most += block.steps + block.weight
		out.blocks = append(out.blocks, block)
	}
}

// block compiles the instructions of one block.
func (k *kernelBuilder) block(from, to int32, target func(int32) int32) kernelBlock {
	out := kernelBlock{yes: target(to)}
	k.pending, k.current = map[uint8]kernelValue{}, to
	for pc := from; pc < to; pc++ {
		in := &k.program.code[pc]
		out.pc = pc
		next := func(n int32) uint8 { return k.regs[in.a+n*sign(in.a)] }
		switch in.op {
		case opStep:
			out.steps += int64(in.n)
		case opJump:
			if out.yes = target(in.c); in.c <= pc {
				out.how = jumpsBack
			}
		case opJumpIf:
			out.how, out.when, out.yes, out.no = branches, k.value(in.a).truth(), target(in.c), target(pc+1)
		case opJumpUnless:
			out.how, out.when, out.yes, out.no = branches, k.value(in.a).truth(), target(pc+1), target(in.c)
		case opReturn:
			out.yes = ^pc
		case opRepeat:
			times := k.value(in.b).number()
			done, of := next(0), next(1)
			out.statements = append(out.statements, func(r *registers) { r[of] = times(r); r[done] = 0 })
		case opRepeatNext:
			out.how, out.a, out.b, out.weight, out.yes, out.no = repeats, next(0), next(1), int64(in.n), target(in.c), target(pc+1)
		case opFor:
			out.how, out.a, out.b, out.c, out.yes = prepares, next(0), next(1), next(2), target(pc+1)
		case opForFirst:
			out.how, out.a, out.b, out.c, out.yes, out.no = beginsLoop, k.regs[in.b], next(0), next(1), target(in.c), target(pc+1)
		case opForNext:
			out.how, out.a, out.b, out.c, out.weight, out.yes, out.no = counts, k.regs[in.b], next(0), next(1), int64(in.n), target(in.c), target(pc+1)
		default:
			if do := k.compute(pc, in); do != nil {
				out.statements = append(out.statements, do)
			}
		}
	}
	return out
}

// compute compiles an instruction that gives a value: a statement that keeps it,
// or nil if it is computed where it is read.
func (k *kernelBuilder) compute(pc int32, in *instr) doing {
	to := k.regs[in.a]
	if in.op == opAdd && in.a == in.b {
		return k.value(in.c).addTo(to)
	}
	v := k.combine(in)
	if k.onceHere(to, pc, v.regs) {
		k.pending[to] = v
		return nil
	}
	return v.keep(to)
}

// onceHere reports whether a value is read exactly once, in this block and
// nowhere else, before anything that it is made of changes.
func (k *kernelBuilder) onceHere(r uint8, pc int32, of []uint8) bool {
	o := k.places[r]
	frame := o
	if o < 0 {
		frame = ^o
	} else {
		frame -= int32(len(k.program.consts) + k.program.globals)
	}
	if frame < k.floor || len(k.defs[r]) != 1 || len(k.reads[r]) != 1 {
		return false
	}
	read := k.reads[r][0]
	if read <= pc || read >= k.current {
		return false
	}
	for _, x := range of {
		for _, def := range k.defs[x] {
			if def > pc && def < read {
				return false
			}
		}
	}
	return true
}
