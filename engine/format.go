package engine

import (
	"slices"
	"strconv"
)

// Format writes the document as it goes to disk: every key that was read, the
// known ones in Blockly's order, two spaces a level. A block that follows another
// is not indented further, so that putting a statement into a stack changes the
// lines of that statement and no others.
func (d *Document) Format() []byte {
	f := &formatter{}
	f.value(d.tree, 0, documentOrder)
	return append(f.out, '\n')
}

var (
	documentOrder   = []string{"flow", "workspaceComments", "blocks", "variables"}
	blockOrder      = []string{"type", "id", "x", "y", "collapsed", "disabledReasons", "enabled", "deletable", "movable", "editable", "inline", "data", "extraState", "icons", "fields", "inputs", "next"}
	connectionOrder = []string{"shadow", "block"}
)

type formatter struct{ out []byte }

func (f *formatter) line(depth int) {
	f.out = append(f.out, '\n')
	for range depth {
		f.out = append(f.out, "  "...)
	}
}

// order gives an object's keys as they are written: the known first.
func order(v *jsonValue, known []string) []int {
	at := make([]int, 0, len(v.keys))
	for _, k := range known {
		if i := slices.Index(v.keys, k); i >= 0 {
			at = append(at, i)
		}
	}
	for i, k := range v.keys {
		if !slices.Contains(known, k) {
			at = append(at, i)
		}
	}
	return at
}

func knownKeys(v *jsonValue) []string {
	switch {
	case v.get("type") != nil && (v.get("id") != nil || v.get("inputs") != nil || v.get("next") != nil):
		return blockOrder
	case v.get("block") != nil || v.get("shadow") != nil:
		return connectionOrder
	}
	return nil
}

// small objects and lists of scalars stand on one line.
func small(v *jsonValue) bool {
	if len(v.items) > 3 {
		return false
	}
	size := 0
	for _, x := range v.items {
		size += len(x.text)
		if x.kind >= jsonArray && len(x.items) > 0 {
			return false
		}
	}
	return size < 80
}

func (f *formatter) value(v *jsonValue, depth int, known []string) {
	switch v.kind {
	case jsonNull:
		f.out = append(f.out, "null"...)
	case jsonBool:
		f.out = strconv.AppendBool(f.out, v.truth)
	case jsonNumber:
		f.out = append(f.out, v.text...)
	case jsonString:
		f.out = appendQuoted(f.out, v.text)
	case jsonArray:
		f.array(v, depth)
	default:
		f.object(v, depth, known)
	}
}

func (f *formatter) array(v *jsonValue, depth int) {
	f.out = append(f.out, '[')
	oneLine := small(v)
	for i, x := range v.items {
		if i > 0 {
			f.out = append(f.out, ',')
		}
		switch {
		case !oneLine:
			f.line(depth + 1)
		case i > 0:
			f.out = append(f.out, ' ')
		}
		f.value(x, depth+1, nil)
	}
	if !oneLine {
		f.line(depth)
	}
	f.out = append(f.out, ']')
}

// object writes one object; the chain of "next" that hangs on a block is
// followed in a loop, because it is as long as the stack of blocks.
func (f *formatter) object(v *jsonValue, depth int, known []string) {
	chain := 0
	for {
		if known == nil {
			known = knownKeys(v)
		}
		next := f.members(v, depth, known)
		if next == nil {
			break
		}
		chain++
		v, known = next, nil
	}
	for range chain {
		f.out = append(f.out, " } }"...)
	}
}

// members writes an object up to its closing brace. If it is a block with a
// block after it, it stops where that one begins and returns it.
func (f *formatter) members(v *jsonValue, depth int, known []string) *jsonValue {
	if len(v.keys) == 0 {
		f.out = append(f.out, "{}"...)
		return nil
	}
	oneLine := small(v)
	f.out = append(f.out, '{')
	var last *jsonValue
	first := true
	for _, i := range order(v, known) {
		if v.keys[i] == "next" && len(v.items[i].keys) == 1 && v.items[i].get("block") != nil && v.items[i].get("block").kind == jsonObject {
			last = v.items[i].get("block") // "next" is the last known key; unknown ones come before it
			continue
		}
		f.key(v.keys[i], depth, first, oneLine && last == nil)
		f.value(v.items[i], depth+1, nil)
		first = false
	}
	if last == nil {
		if !oneLine {
			f.line(depth)
		} else {
			f.out = append(f.out, ' ')
		}
		f.out = append(f.out, '}')
		return nil
	}
	if !first {
		f.out = append(f.out, ',')
	}
	f.line(depth + 1)
	f.out = append(f.out, `"next": { "block": `...)
	return last
}

func (f *formatter) key(k string, depth int, first, oneLine bool) {
	if !first {
		f.out = append(f.out, ',')
	}
	if oneLine {
		f.out = append(f.out, ' ')
	} else {
		f.line(depth + 1)
	}
	f.out = append(appendQuoted(f.out, k), ": "...)
}
