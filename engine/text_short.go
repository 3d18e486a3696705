package engine

import "strings"

// joinShort joins two texts or numbers, if the result is short and takes no
// steps; ok reports whether it is.
func (m *Machine) joinShort(x, y *Value) (v Value, ok bool) {
	var room [growFrom]byte
	b, ok := appendShort(room[:0], x)
	if !ok {
		return Null, false
	}
	if b, ok = appendShort(b, y); !ok {
		return Null, false
	}
	return m.joined(b, y.mayBeginInHalf())
}

// JoinShort joins any number of values in the same way.
func (m *Machine) JoinShort(parts []Value) (v Value, ok bool) {
	var room [growFrom]byte
	b, halves := room[:0], false
	for i := range parts {
		if b, ok = appendShort(b, &parts[i]); !ok {
			return Null, false
		}
		halves = halves || parts[i].mayBeginInHalf()
	}
	return m.joined(b, halves)
}

// mayBeginInHalf is quick: it only looks at the first byte.
func (v *Value) mayBeginInHalf() bool {
	return v.ref != nil && v.ref.kind == KindText && v.num > 0 && v.ref.text[0] == 0xed
}

// joined makes a text of what was joined, in which halves may meet, if that stays within the run's bounds.
func (m *Machine) joined(b []byte, halves bool) (v Value, ok bool) {
	if m.memory.made+int64(sizeCell+len(b)) >= m.memory.threshold || len(b) > m.limits.Text {
		return Null, false
	}
	m.memory.made += int64(sizeCell + len(b))
	s := m.shorts.keep(b)
	if halves {
		s = mend(s)
	}
	v = m.shorts.text(s)
	v.ref.flag |= made
	return v, true
}

// appendShort appends a text, a number or nothing, if there is room.
func appendShort(b []byte, v *Value) ([]byte, bool) {
	const mostDigits = 24
	switch {
	case v.ref == nil:
		return b, true
	case v.ref == numberMark && len(b)+mostDigits <= cap(b):
		return appendNumber(b, v.num), true
	case v.ref != nil && v.ref.kind == KindText && len(b)+int(v.num) <= cap(b):
		return append(b, v.text()...), true
	}
	return b, false
}

// A slab is what the next short texts are made of: cells and bytes for a few at
// once, for half the time of a short text is the time to find room for it. More
// at once would let one text keep too much that nobody counts.
type slab struct {
	cells []cell
	room  strings.Builder
}

// slabBytes is the room in bytes that a slab has for characters.
const slabBytes = 128

// keep returns b as a string. It has at most [growFrom] bytes.
func (s *slab) keep(b []byte) string {
	if s.room.Cap()-s.room.Len() < len(b) {
		s.room.Reset() // texts keep the bytes from before
		s.room.Grow(slabBytes)
	}
	at := s.room.Len()
	s.room.Write(b)
	return s.room.String()[at:]
}

// text is [Text] for a text that [slab.keep] returned.
func (s *slab) text(t string) Value {
	if len(s.cells) == 0 {
		s.cells = new([4]cell)[:]
	}
	c := &s.cells[0]
	s.cells = s.cells[1:]
	c.kind, c.text, c.units = KindText, t, -1
	return Value{c, float64(len(t))}
}
