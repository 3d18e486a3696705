// Package compare tells how two versions of a flow file differ, block by block:
// what a person sees when asked whether to publish, restore or merge. Where a
// block lies in the workspace is no difference; what it is connected to is.
package compare

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Difference is what is different between two flow files.
type Difference struct {
	Same      bool      `json:"same"`
	Added     []Block   `json:"added"`
	Removed   []Block   `json:"removed"`
	Changed   []Change  `json:"changed"`
	Settings  []Setting `json:"settings"`  // title, description, durability
	Variables []Setting `json:"variables"` // by id: names
}

// A Block names a block that is in one of the files only.
type Block struct {
	ID    string `json:"id"`
	Type  string `json:"type"`
	Place string `json:"place"` // where it is connected: "the beginning", or input and block
}

// A Change is a block that is in both, but isn't the same.
type Change struct {
	ID      string    `json:"id"`
	Type    string    `json:"type"`
	WasType string    `json:"wasType,omitempty"` // if that changed
	Moved   *Move     `json:"moved"`             // null if it is where it was
	Fields  []Setting `json:"fields"`
}

// A Move says where a block was connected and where it is now.
type Move struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// A Setting is a value that differs. null: there is none.
type Setting struct {
	Name string          `json:"name"`
	From json.RawMessage `json:"from"`
	To   json.RawMessage `json:"to"`
}

type file struct {
	Flow   map[string]json.RawMessage `json:"flow"`
	Blocks struct {
		Blocks []*node `json:"blocks"`
	} `json:"blocks"`
	Variables []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"variables"`
}

// node is a block as Blockly saves it.
type node struct {
	Type            string                     `json:"type"`
	ID              string                     `json:"id"`
	Fields          map[string]json.RawMessage `json:"fields"`
	ExtraState      json.RawMessage            `json:"extraState"`
	Data            json.RawMessage            `json:"data"`
	Enabled         json.RawMessage            `json:"enabled"`
	DisabledReasons json.RawMessage            `json:"disabledReasons"`
	Inputs          map[string]connection      `json:"inputs"`
	Next            *connection                `json:"next"`
}

type connection struct {
	Block  *node `json:"block"`
	Shadow *node `json:"shadow"`
}

// placed is a block with the place where it is connected.
type placed struct {
	*node
	place string
}

// Files compares two flow files, an older and a newer one. Its error says that
// one isn't a flow file.
func Files(from, to []byte) (Difference, error) {
	var a, b file
	for _, x := range []struct {
		data []byte
		into *file
	}{{from, &a}, {to, &b}} {
		if err := json.Unmarshal(x.data, x.into); err != nil {
			return Difference{}, fmt.Errorf("one of the versions isn't a flow file: %w", err)
		}
	}
	d := Difference{
		Added: []Block{}, Removed: []Block{}, Changed: []Change{},
		Settings:  differing(without(a.Flow, "name"), without(b.Flow, "name")),
		Variables: differing(a.variables(), b.variables()),
	}
	old, olds := a.all()
	now, news := b.all()
	for _, id := range news {
		x := now[id]
		was, ok := old[id]
		if !ok {
			d.Added = append(d.Added, Block{x.ID, x.Type, x.place})
			continue
		}
		if c, changed := changeOf(was, x); changed {
			d.Changed = append(d.Changed, c)
		}
	}
	for _, id := range olds {
		if x := old[id]; now[id].node == nil {
			d.Removed = append(d.Removed, Block{x.ID, x.Type, x.place})
		}
	}
	d.Same = len(d.Added)+len(d.Removed)+len(d.Changed)+len(d.Settings)+len(d.Variables) == 0
	return d, nil
}

func changeOf(was, is placed) (Change, bool) {
	c := Change{ID: is.ID, Type: is.Type, Fields: differing(was.settings(), is.settings())}
	if was.Type != is.Type {
		c.WasType = was.Type
	}
	if was.place != is.place {
		c.Moved = &Move{was.place, is.place}
	}
	return c, len(c.Fields) > 0 || c.WasType != "" || c.Moved != nil
}

// settings are what a block says by itself.
func (n *node) settings() map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for name, v := range n.Fields {
		all[name] = v
	}
	for name, v := range map[string]json.RawMessage{
		"extraState": n.ExtraState, "data": n.Data, "enabled": n.Enabled, "disabledReasons": n.DisabledReasons,
	} {
		if len(v) > 0 {
			all["("+name+")"] = v
		}
	}
	// A plain value in an input counts as the block's own: people see it so.
	for name, in := range n.Inputs {
		if in.Block == nil && in.Shadow != nil {
			for field, v := range in.Shadow.Fields {
				all[name+"."+field] = v
			}
		}
	}
	return all
}

// all are the blocks of a file by id, and their ids in the order in which they
// stand. A block without an id has one from its place.
func (f *file) all() (map[string]placed, []string) {
	found, ids := map[string]placed{}, []string{}
	type todo struct {
		n     *node
		place string
	}
	var stack []todo
	for i := len(f.Blocks.Blocks) - 1; i >= 0; i-- {
		stack = append(stack, todo{f.Blocks.Blocks[i], "the beginning"})
	}
	for len(stack) > 0 { // not by recursion: a flow may be a stack of a hundred thousand blocks
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if x.n == nil {
			continue
		}
		if x.n.ID == "" {
			x.n.ID = "(" + x.place + ")"
		}
		if _, twice := found[x.n.ID]; !twice {
			found[x.n.ID] = placed{node: x.n, place: x.place}
			ids = append(ids, x.n.ID)
		}
		if x.n.Next != nil {
			stack = append(stack, todo{x.n.Next.Block, "after " + x.n.ID})
		}
		names := make([]string, 0, len(x.n.Inputs))
		for name := range x.n.Inputs {
			names = append(names, name)
		}
		slices.Sort(names)
		slices.Reverse(names)
		for _, name := range names {
			stack = append(stack, todo{x.n.Inputs[name].Block, name + " of " + x.n.ID})
		}
	}
	return found, ids
}

func (f *file) variables() map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for _, v := range f.Variables {
		name, _ := json.Marshal(v.Name) // a text always is JSON
		all[v.ID] = name
	}
	return all
}

func without(m map[string]json.RawMessage, key string) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for k, v := range m {
		if k != key {
			out[k] = v
		}
	}
	return out
}

// differing lists what isn't the same, in the order of names.
func differing(a, b map[string]json.RawMessage) []Setting {
	names := []string{}
	for name := range a {
		names = append(names, name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	list := []Setting{}
	for _, name := range names {
		if !sameJSON(a[name], b[name]) {
			list = append(list, Setting{name, orNull(a[name]), orNull(b[name])})
		}
	}
	return list
}

func orNull(v json.RawMessage) json.RawMessage {
	if len(v) == 0 {
		return json.RawMessage("null")
	}
	return v
}

// sameJSON compares without regard to white space and the order of keys.
func sameJSON(a, b json.RawMessage) bool {
	if string(a) == string(b) {
		return true
	}
	var x, y any
	if json.Unmarshal(orNull(a), &x) != nil || json.Unmarshal(orNull(b), &y) != nil {
		return false
	}
	p, _ := json.Marshal(x) // sorts keys
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}

// String tells the difference in lines, for a terminal.
func (d Difference) String() string {
	var b strings.Builder
	for _, x := range d.Settings {
		fmt.Fprintf(&b, "~ %s: %s → %s\n", x.Name, x.From, x.To)
	}
	for _, x := range d.Variables {
		fmt.Fprintf(&b, "~ variable %s: %s → %s\n", x.Name, x.From, x.To)
	}
	for _, x := range d.Removed {
		fmt.Fprintf(&b, "- %s %s (%s)\n", x.Type, x.ID, x.Place)
	}
	for _, x := range d.Added {
		fmt.Fprintf(&b, "+ %s %s (%s)\n", x.Type, x.ID, x.Place)
	}
	for _, x := range d.Changed {
		fmt.Fprintf(&b, "~ %s %s\n", x.Type, x.ID)
		if x.WasType != "" {
			fmt.Fprintf(&b, "    was %s\n", x.WasType)
		}
		if x.Moved != nil {
			fmt.Fprintf(&b, "    moved: %s → %s\n", x.Moved.From, x.Moved.To)
		}
		for _, s := range x.Fields {
			fmt.Fprintf(&b, "    %s: %s → %s\n", s.Name, s.From, s.To)
		}
	}
	return b.String()
}
