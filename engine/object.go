package engine

import "slices"

// props are the keys of an object in their order. Small objects are searched
// from the front; the index is made when there are many keys.
type props struct {
	keys  []string
	index map[string]int // nil while there are few keys
}

const indexFrom = 9 // keys; below it a linear search is faster than a map

func (p *props) find(key string) int {
	if p.index != nil {
		if i, ok := p.index[key]; ok {
			return i
		}
		return -1
	}
	return slices.Index(p.keys, key)
}

// Object makes an object with no keys.
func Object() Value { return objectFor(0) }

// objectFor makes an object with room for so many keys.
func objectFor(keys int) Value {
	c := newBody(KindObject)
	c.props = &props{}
	if keys > 0 {
		c.items, c.props.keys = make([]Value, 0, keys), make([]string, 0, keys)
	}
	return Value{ref: c}
}

// ObjectOf makes an object from keys and their values, in order. A key that
// comes twice keeps its first place and its last value, as in JSON.parse.
func ObjectOf(keys []string, values []Value) Value {
	o := objectFor(len(keys))
	for i, k := range keys {
		o.Set(k, values[i])
	}
	return o
}

// Keys returns an object's keys in order: the object's own, not a copy.
func (v Value) Keys() []string {
	if v.Kind() != KindObject {
		return nil
	}
	return v.ref.props.keys
}

// Get returns an object's value for key, and whether it has that key.
func (v Value) Get(key string) (Value, bool) {
	if v.Kind() != KindObject {
		return Null, false
	}
	if i := v.ref.props.find(key); i >= 0 {
		return v.ref.items[i], true
	}
	return Null, false
}

// Set puts a value under a key of an object; a new key goes to the end.
func (v Value) Set(key string, value Value) {
	c := v.ref
	if i := c.props.find(key); i >= 0 {
		c.items[i] = value
		return
	}
	c.props.keys = append(c.props.keys, key)
	c.items = append(c.items, value)
	switch n := len(c.props.keys); {
	case c.props.index != nil:
		c.props.index[key] = n - 1
	case n >= indexFrom:
		c.props.index = make(map[string]int, 2*n)
		for i, k := range c.props.keys {
			c.props.index[k] = i
		}
	}
}

// Delete removes a key from an object; the others keep their order.
func (v Value) Delete(key string) {
	c := v.ref
	i := c.props.find(key)
	if i < 0 {
		return
	}
	moved := *c.props // a new one: findings in the old would be wrong
	c.props = &moved
	c.props.keys = slices.Delete(c.props.keys, i, i+1)
	c.items = slices.Delete(c.items, i, i+1)
	if c.props.index != nil {
		delete(c.props.index, key)
		for j := i; j < len(c.props.keys); j++ {
			c.props.index[c.props.keys[j]] = j
		}
	}
}

// A finding is where an instruction that names a property last found it. The next
// time it mostly looks at the same object.
type finding struct {
	props *props
	name  *cell // fixed, so that it is always the same name
	at    int32
}

// findings is how many a machine keeps, each instruction in one of them.
const findings = 8

// find returns where an object has a property, or -1.
func (m *Machine) find(pc int32, object *cell, name Value) int {
	if name.Kind() != KindText {
		return -1
	}
	i := object.props.find(name.text())
	if i >= 0 && name.ref.flag&fixed != 0 {
		m.found[pc%findings] = finding{object.props, name.ref, int32(i)}
	}
	return i
}

// push puts a value at the end of a list, with room for as many again while it is
// small: Go's own growth copies long lists five times over.
func (c *cell) push(v Value) {
	if len(c.items) == cap(c.items) && len(c.items) < 1<<20 {
		c.items = slices.Grow(c.items, max(4, len(c.items)))
	}
	c.items = append(c.items, v)
}

// SetItems replaces a list's items.
func (v Value) SetItems(items []Value) { v.ref.items = items }
