package engine

// Sorting a long list takes longer than a run may go on unasked, so it is a
// [Worker]: a merge sort from the bottom up, whose state between two parts is
// lists and numbers. Keys are computed once for each item and stand before it.

// Places of a sort's state.
const (
	sortSource = iota // the list; at the end, the sorted one
	sortPairs         // key, item, key, item, …
	sortMerged        // where the pass under way puts them
	sortPass          // how long the sorted runs are; 0 while there are no pairs yet
	sortFrom          // where the two runs that are being merged begin
	sortLeft          // the next of the first run
	sortRight         // the next of the second
	sortPlaces
)

const (
	sortBlock = 2048 // items sorted in one part: the first runs
	sortPart  = 8192 // items merged in one part
)

// Sort sorts a copy of a list by the keys of its items, and keeps the order of
// those that are equal. Key may fail; less must be a strict order of keys.
func (b *Builder) Sort(list Operand, key func(m *Machine, item Value) (Value, error), less func(x, y Value) bool) Operand {
	return b.Work(func(m *Machine, s []Value) (bool, error) {
		if s[sortPass].num == 0 {
			return false, m.beginSort(s, key, less)
		}
		pairs := s[sortPairs].ref.items
		if 2*int(s[sortPass].num) >= len(pairs) {
			return true, m.endSort(s)
		}
		m.merge(s, less)
		return false, nil
	}, []Operand{list}, sortPlaces-1)
}

// beginSort makes the pairs, block by block, each sorted.
func (m *Machine) beginSort(s []Value, key func(*Machine, Value) (Value, error), less func(x, y Value) bool) error {
	items := s[sortSource].ref.items
	if s[sortPairs].IsNull() {
		if err := m.charge(2 * sizeList(2*len(items))); err != nil {
			return err
		}
		s[sortSource] = List(append([]Value(nil), items...)) // the caller's may change meanwhile
		s[sortPairs] = List(make([]Value, 0, 2*len(items)))
		s[sortMerged] = List(nil)
		items = s[sortSource].ref.items
	}
	c := s[sortPairs].ref
	from := len(c.items)
	for _, item := range items[from/2 : min(from/2+sortBlock, len(items))] {
		k, err := key(m, item)
		if err != nil {
			return err
		}
		c.items = append(c.items, k, item)
	}
	block := c.items[from:]
	sortPairsOf(block, make([]Value, len(block)), less)
	m.Work(32 * len(block))
	if len(c.items) == 2*len(items) {
		s[sortPass] = Number(sortBlock)
		startPass(s, 0)
	}
	return nil
}

// sortPairsOf sorts a short row of pairs.
func sortPairsOf(pairs, spare []Value, less func(x, y Value) bool) {
	n := len(pairs) / 2
	if n <= 8 {
		for i := 2; i < len(pairs); i += 2 {
			for j := i; j > 0 && less(pairs[j], pairs[j-2]); j -= 2 {
				pairs[j], pairs[j-2] = pairs[j-2], pairs[j]
				pairs[j+1], pairs[j-1] = pairs[j-1], pairs[j+1]
			}
		}
		return
	}
	mid := n / 2 * 2
	sortPairsOf(pairs[:mid], spare[:mid], less)
	sortPairsOf(pairs[mid:], spare[mid:], less)
	if !less(pairs[mid], pairs[mid-2]) {
		return
	}
	copy(spare, pairs)
	i, j := 0, mid
	for k := 0; k < len(pairs); k += 2 {
		if j >= len(pairs) || i < mid && !less(spare[j], spare[i]) {
			pairs[k], pairs[k+1] = spare[i], spare[i+1]
			i += 2
		} else {
			pairs[k], pairs[k+1] = spare[j], spare[j+1]
			j += 2
		}
	}
}

// startPass makes ready to merge the two runs that begin at a pair.
func startPass(s []Value, from int) {
	s[sortFrom], s[sortLeft] = Number(float64(from)), Number(float64(from))
	s[sortRight] = Number(float64(from) + s[sortPass].num)
}

// merge does a part of a pass.
func (m *Machine) merge(s []Value, less func(x, y Value) bool) {
	pairs, out := s[sortPairs].ref.items, s[sortMerged].ref.items
	if out == nil {
		out = make([]Value, 0, len(pairs))
	}
	n, pass := len(pairs)/2, int(s[sortPass].num)
	from, i, j := int(s[sortFrom].num), int(s[sortLeft].num), int(s[sortRight].num)
	mid, end := min(from+pass, n), min(from+2*pass, n)
	for range sortPart {
		if i == mid && j >= end {
			from = end
			if from >= n {
				break
			}
			i, j = from, from+pass
			mid, end = min(from+pass, n), min(from+2*pass, n)
		}
		at := i
		if i < mid && (j >= end || !less(pairs[2*j], pairs[2*i])) {
			i++
		} else {
			at = j
			j++
		}
		out = append(out, pairs[2*at], pairs[2*at+1])
	}
	m.Work(32 * sortPart)
	s[sortMerged].ref.items = out
	s[sortFrom], s[sortLeft], s[sortRight] = Number(float64(from)), Number(float64(i)), Number(float64(j))
	if len(out) == len(pairs) {
		s[sortPairs], s[sortMerged] = s[sortMerged], List(nil)
		s[sortPass].num *= 2
		startPass(s, 0)
	}
}

// endSort makes the sorted list.
func (m *Machine) endSort(s []Value) error {
	pairs := s[sortPairs].ref.items
	if err := m.NewList(len(pairs) / 2); err != nil {
		return err
	}
	items := make([]Value, len(pairs)/2)
	for i := range items {
		items[i] = pairs[2*i+1]
	}
	s[sortSource] = List(items)
	for i := sortPairs; i < sortPlaces; i++ {
		s[i] = Null
	}
	return nil
}
