package engine

import "math"

// A kernel is a loop whose blocks only compute with numbers and ask yes or no,
// compiled once more: to closures over a file of float64 registers. It is entered
// at the loop's back edge if what the loop reads is of the kinds it was compiled
// for, and leaves the values in the run's own places. It counts the same steps
// and always leaves before a budget or a limit would end the run, so that the
// machine's own code comes to that; nothing can tell that it ran, but a clock.
type kernel struct {
	start  int32 // the block of the back edge that it is entered at
	blocks []kernelBlock
	most   int64 // steps that can pass between two back edges, at most
	loads  []kernelPlace
	stores []kernelPlace
	consts []kernelConst
}

type registers [256]float64

type kernelPlace struct {
	place int32
	reg   uint8
	kind  kernelKind
}

type kernelConst struct {
	reg   uint8
	value float64
}

type kernelKind uint8

const (
	kindUnknown kernelKind = iota
	kindNumber
	kindBoolean
	kindMixed
)

type (
	numberFrom func(*registers) float64
	truthFrom  func(*registers) bool
	doing      func(*registers)
)

// A kernelBlock is done from its first statement to its last, and then goes on
// as how says. A target below 0 is the complement of an instruction to leave to.
type kernelBlock struct {
	steps      int64
	statements []doing
	how        kernelExit
	yes, no    int32
	pc         int32     // of the instruction that ends it
	when       truthFrom // of branch
	weight     int64     // of back edges: steps a round
	a, b, c    uint8     // registers of the instruction that ends it
}

type kernelExit uint8

const (
	goesOn     kernelExit = iota // to yes
	branches                     // to yes if when, else to no
	counts                       // opForNext: a: variable, b: limit, c: step
	repeats                      // opRepeatNext: a: rounds done, b: of so many
	jumpsBack                    // the end of a while
	prepares                     // opFor: a: limit, b: step, c: first value
	beginsLoop                   // opForFirst
)

// unwritten stands in a register that the kernel hasn't written. No computation
// gives it: it is a NaN of a kind that processors don't make.
var unwritten = math.Float64frombits(0x7ff4_b10c_f10c_0001)

func isUnwritten(f float64) bool { return math.Float64bits(f) == 0x7ff4_b10c_f10c_0001 }

// mostMisses is how often a run finds that a kernel doesn't fit its values
// before it stops asking.
const mostMisses = 16

// enterKernel runs kernel i from the back edge before pc, or reports false if
// the machine's code must go on there.
func (m *Machine) enterKernel(i uint16, stop int64) bool {
	k := m.program.kernels[i]
	if m.steps+k.most >= stop {
		return false
	}
	if m.misses == nil {
		m.misses, m.numbers = make([]uint8, len(m.program.kernels)), &registers{}
	}
	if m.misses[i] >= mostMisses {
		return false
	}
	r := m.numbers
	for _, x := range k.stores {
		r[x.reg] = unwritten
	}
	for _, x := range k.loads { // some are stored too
		v := m.at(x.place)
		if x.kind == kindNumber && v.ref != numberMark || x.kind == kindBoolean && v.ref != booleanMark {
			m.misses[i]++
			return false
		}
		r[x.reg] = v.num
	}
	for _, x := range k.consts {
		r[x.reg] = x.value
	}
	m.pc, m.steps = k.run(r, m.steps, stop)
	for _, x := range k.stores {
		switch f := r[x.reg]; {
		case isUnwritten(f):
		case x.kind == kindNumber:
			m.at(x.place).setNumber(f)
		default:
			m.at(x.place).setBoolean(f != 0)
		}
	}
	return true
}

// run returns the instruction at which the machine goes on, and the steps.
func (k *kernel) run(r *registers, steps, stop int64) (pc int32, after int64) {
	limit := stop - k.most
	for at := k.start; ; {
		if at < 0 {
			return ^at, steps
		}
		b := &k.blocks[at]
		steps += b.steps
		for _, do := range b.statements {
			do(r)
		}
		switch b.how {
		case goesOn:
			at = b.yes
		case branches:
			if at = b.no; b.when(r) {
				at = b.yes
			}
		case jumpsBack:
			if steps >= limit {
				return b.pc, steps
			}
			at = b.yes
		case beginsLoop:
			if at = b.no; within(r[b.a], r[b.b], r[b.c]) {
				at = b.yes
			}
		case prepares:
			if r[b.b] == 0 {
				return b.pc, steps // the machine has a sentence for that
			}
			if r[b.b] = math.Abs(r[b.b]); r[b.c] > r[b.a] {
				r[b.b] = -r[b.b]
			}
			at = b.yes
		case repeats, counts:
			if body := k.onlyBlock(b, at); body != nil {
				var over bool
				if steps, over = b.rounds(body, r, steps, limit); !over {
					return b.pc, steps
				}
				at = b.no
				continue
			}
			if steps >= limit {
				return b.pc, steps
			}
			if at = b.no; b.another(r) {
				steps += b.weight
				at = b.yes
			}
		}
	}
}

// rounds runs a loop whose body is a single block, and reports whether the loop
// is over; if not, the steps reached the limit.
func (b *kernelBlock) rounds(body *kernelBlock, r *registers, steps, limit int64) (after int64, over bool) {
	round := b.weight + body.steps
	if len(body.statements) == 1 && b.how == counts && r[b.c] >= 0 {
		do, v, last, by := body.statements[0], b.a, b.b, b.c
		for ; steps < limit; steps += round {
			x := r[v] + r[by]
			r[v] = x
			if !(x <= r[last]) {
				return steps, true
			}
			do(r)
		}
		return steps, false
	}
	for ; steps < limit; steps += round {
		if !b.another(r) {
			return steps, true
		}
		for _, do := range body.statements {
			do(r)
		}
	}
	return steps, false
}

// another begins the next round of a loop that counts, if there is one.
func (b *kernelBlock) another(r *registers) bool {
	if b.how == repeats {
		if r[b.a] >= r[b.b] {
			return false
		}
		r[b.a]++
		return true
	}
	v := r[b.a] + r[b.c]
	r[b.a] = v
	return within(v, r[b.b], r[b.c])
}

// onlyBlock returns the body of the loop that ends at block at, if it is a single
// block, as most are, or nil.
func (k *kernel) onlyBlock(b *kernelBlock, at int32) *kernelBlock {
	if b.yes < 0 {
		return nil
	}
	if body := &k.blocks[b.yes]; body.how == goesOn && body.yes == at {
		return body
	}
	return nil
}
