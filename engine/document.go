package engine

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// Bounds of a flow file. They are far above what a person can build and low
// enough that a hostile file costs little.
const (
	MaxFileBytes  = 64 << 20
	MaxBlocks     = 200_000
	MaxNesting    = 500 // blocks within blocks; a stack of statements is one level
	maxFileLevels = 2*MaxBlocks + 8*MaxNesting
)

// A Document is a flow file: a Blockly workspace as Blockly's serializer writes
// it, plus the key "flow". It keeps what it doesn't know.
type Document struct {
	Name        string // flow.name, "" in a bare workspace
	Title       string
	Description string
	Tags        []string // flow.tags: what lists of flows are ordered by
	Durability  string   // flow.durability: "durable" (also when absent) or "none"

	Top       []*Node // top-level blocks in the order in which they run
	Variables []Variable

	// Libraries are the flows whose functions this one calls, as they were when it
	// was put together.
	Libraries []Library

	tree *jsonValue
}

// A Variable is one of the workspace's variables; its identity is its ID.
type Variable struct{ ID, Name, Type string }

// A Node is one block of a document.
type Node struct {
	Type, ID string
	X, Y     float64
	Disabled bool

	fields *jsonValue
	inputs []connection
	next   *Node
	extra  *jsonValue
}

// A connection is what stands in an input: the block wins over the shadow.
type connection struct {
	name          string
	block, shadow *Node
}

// Parse reads a flow file. Its error is Problems: what makes the file unreadable,
// with its place. What the blocks mean is checked by [Compile].
func Parse(file []byte) (*Document, error) {
	tree, err := parseJSON(string(file), jsonLimits{bytes: MaxFileBytes, depth: maxFileLevels})
	if err != nil {
		return nil, Problems{err.(*Error)}
	}
	r := &reader{src: string(file), ids: map[string]bool{}}
	d := r.document(tree)
	r.libraries(d, tree.get("libraries"))
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return d, nil
}

// A reader turns a JSON tree into a Document and notes everything that is wrong.
type reader struct {
	src      string
	prefix   string // of the ids of a library's blocks
	ids      map[string]bool
	blocks   int
	problems Problems
}

func (r *reader) fail(code Code, at *jsonValue, n *Node, format string, args ...any) {
	if len(r.problems) >= maxProblems {
		return
	}
	e := Fail(code, format, args...).at(n)
	if at != nil {
		e.Place = lineColumn(r.src, at.at)
	}
	r.problems = append(r.problems, e)
}

// maxTags bounds how many tags of a flow are told.
const maxTags = 20

// tags reads a list of texts. What else stands there is passed over: tags decide
// nothing, so they refuse nothing.
func tags(list *jsonValue) []string {
	if list == nil || list.kind != jsonArray {
		return nil
	}
	var all []string
	for _, v := range list.items {
		if tag := v.str(); tag != "" && !slices.Contains(all, tag) && len(all) < maxTags {
			all = append(all, tag)
		}
	}
	return all
}

// maxProblems bounds how many faults of one file are listed.
const maxProblems = 100

func (r *reader) document(tree *jsonValue) *Document {
	d := &Document{tree: tree}
	if tree.kind != jsonObject {
		r.fail(NotAWorkspace, tree, nil, "A flow file is a JSON object, as Blockly saves a workspace.")
		return d
	}
	if flow := tree.get("flow"); flow != nil {
		d.Name, d.Title, d.Description = flow.get("name").str(), flow.get("title").str(), flow.get("description").str()
		d.Durability = flow.get("durability").str()
		d.Tags = tags(flow.get("tags"))
		if flow.kind != jsonObject {
			r.fail(NotAWorkspace, flow, nil, "The key \"flow\" must hold an object with name, title and description.")
		}
	}
	if len(tree.keys) > 0 && tree.get("blocks") == nil && tree.get("flow") == nil && tree.get("variables") == nil && tree.get("workspaceComments") == nil {
		r.fail(NotAWorkspace, tree, nil, "This is JSON, but not a Blockly workspace: it has no key \"blocks\".")
		return d
	}
	r.variables(d, tree.get("variables"))
	blocks := tree.get("blocks")
	if blocks == nil {
		return d
	}
	list := blocks.get("blocks")
	if blocks.kind != jsonObject || list != nil && list.kind != jsonArray {
		r.fail(NotAWorkspace, blocks, nil, "The key \"blocks\" must hold an object with a list \"blocks\".")
		return d
	}
	if list != nil {
		for _, b := range list.items {
			if n := r.stack(b, 1); n != nil {
				d.Top = append(d.Top, n)
			}
		}
	}
	// Blockly's generators take the stacks from top to bottom; what stands at
	// nearly the same height goes from left to right.
	const tilt = 0.05233595624294383 // sin 3°
	slices.SortStableFunc(d.Top, func(a, b *Node) int { return cmp.Compare(a.Y+tilt*a.X, b.Y+tilt*b.X) })
	return d
}

func (r *reader) variables(d *Document, list *jsonValue) {
	if list == nil {
		return
	}
	if list.kind != jsonArray {
		r.fail(NotAWorkspace, list, nil, "The key \"variables\" must hold a list.")
		return
	}
	seen := map[string]bool{}
	for _, v := range list.items {
		id := v.get("id").str()
		switch {
		case id == "":
			r.fail(NotAWorkspace, v, nil, "A variable needs an id and a name.")
		case seen[id]:
			r.fail(DuplicateID, v, nil, "Two variables have the id %q.", clip(id))
		default:
			seen[id] = true
			d.Variables = append(d.Variables, Variable{id, v.get("name").str(), v.get("type").str()})
		}
	}
}

// stack reads a block and all that follow it: in a loop, because a stack may be
// as long as the file.
func (r *reader) stack(v *jsonValue, depth int) *Node {
	first := r.block(v, depth)
	for n, at := first, v; n != nil; n = n.next {
		next := at.get("next")
		if next == nil {
			break
		}
		c := r.connection("next", next, n)
		if c == nil {
			break
		}
		n.next = r.block(c, depth)
		at = c
	}
	return first
}

// connection returns the block that stands in a connection, else its shadow.
func (r *reader) connection(name string, v *jsonValue, n *Node) *jsonValue {
	if v.kind != jsonObject {
		r.fail(NotAWorkspace, v, n, "The connection %q must hold an object with a block or a shadow.", clip(name))
		return nil
	}
	if b := v.get("block"); b != nil {
		return b
	}
	return v.get("shadow")
}

func (r *reader) block(v *jsonValue, depth int) *Node {
	if v.kind != jsonObject || v.get("type").str() == "" {
		r.fail(NotAWorkspace, v, nil, "A block must be an object with a type.")
		return nil
	}
	if r.blocks++; r.blocks == MaxBlocks+1 {
		r.fail(TooBig, v, nil, "This flow has more than %d blocks.", MaxBlocks)
	}
	if r.blocks > MaxBlocks {
		return nil
	}
	n := &Node{
		Type: v.get("type").str(), ID: v.get("id").str(),
		X: v.get("x").number(), Y: v.get("y").number(),
		Disabled: disabled(v), fields: v.get("fields"), extra: v.get("extraState"),
	}
	if n.ID == "" {
		n.ID = "block " + strconv.Itoa(r.blocks) // Blockly would draw one by lot
	}
	n.ID = r.prefix + n.ID
	if r.ids[n.ID] {
		r.fail(DuplicateID, v, n, "Two blocks have the id %q. Give one of them another.", clip(n.ID))
	}
	r.ids[n.ID] = true
	if n.fields != nil && n.fields.kind != jsonObject {
		r.fail(WrongField, n.fields, n, "The fields of a block must be an object.")
		n.fields = nil
	}
	r.inputs(v.get("inputs"), n, depth)
	return n
}

func (r *reader) inputs(v *jsonValue, n *Node, depth int) {
	switch {
	case v == nil:
		return
	case v.kind != jsonObject:
		r.fail(NotAWorkspace, v, n, "The inputs of a block must be an object.")
		return
	case depth >= MaxNesting:
		r.fail(TooDeep, v, n, "Blocks stand inside blocks more than %d deep here. Move some into a function.", MaxNesting)
		return
	}
	for i, name := range v.keys {
		in := v.items[i]
		if in.kind != jsonObject {
			r.fail(NotAWorkspace, in, n, "The input %q must hold an object with a block or a shadow.", clip(name))
			continue
		}
		c := connection{name: name}
		if b := in.get("block"); b != nil {
			c.block = r.stack(b, depth+1)
		}
		if s := in.get("shadow"); s != nil {
			c.shadow = r.stack(s, depth+1)
		}
		n.inputs = append(n.inputs, c)
	}
}

// disabled knows today's form and the one from before May 2024.
func disabled(v *jsonValue) bool {
	if reasons := v.get("disabledReasons"); reasons != nil && len(reasons.items) > 0 {
		return true
	}
	e := v.get("enabled")
	return e != nil && e.kind == jsonBool && !e.truth
}

// in returns the block that counts in a value input: not a disabled one.
func (n *Node) in(name string) *Node {
	if b := n.under(name); b != nil && !b.Disabled {
		return b
	}
	return nil
}

// under returns the block in an input; in a statement input it is the first of a
// stack, which may be disabled while others are not.
func (n *Node) under(name string) *Node {
	for _, c := range n.inputs {
		if c.name == name && c.block != nil {
			return c.block
		}
		if c.name == name {
			return c.shadow
		}
	}
	return nil
}

// Extra returns a number, text or truth value of the block's mutation as text,
// and whether it is there. It reads Blockly's JSON form under key, and the XML
// that older hooks still write into JSON under the attribute xml.
func (n *Node) Extra(key, xml string) (string, bool) {
	if n.extra == nil {
		return "", false
	}
	if n.extra.kind == jsonString {
		m := regexp.MustCompile(`\b` + regexp.QuoteMeta(xml) + `="([^"]*)"`).FindStringSubmatch(n.extra.text)
		if m == nil {
			return "", false
		}
		return m[1], true
	}
	v := n.extra.get(key)
	if v == nil {
		return "", false
	}
	if v.kind == jsonBool {
		return strconv.FormatBool(v.truth), true
	}
	return v.text, true
}

// ExtraList returns a list in the block's mutation as values.
func (n *Node) ExtraList(key string) []Value {
	v := n.extra.get(key)
	if v == nil || v.kind != jsonArray {
		return nil
	}
	items, _ := valueOf(v).AsList()
	return items
}

func (n *Node) String() string { return fmt.Sprintf("%s %s", n.Type, n.ID) }
