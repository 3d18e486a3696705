package importxml

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"blockflow/blocks"
)

// The types of Codeless that stand for more than themselves.
const (
	functionRoot = "custom_function_root_ui"
	handlerRoot  = "root_block_"
	handlerBody  = "statements_code"
	contextMark  = "_context_blocks_"
	functionCall = "codeless_function_block_"
	customCode   = "custom_js_code"
)

var functionContext = regexp.MustCompile(`^custom[-_]function(?:_root_ui)?_context_blocks_([0-9]{1,4})$`)

// notServers says why blocks of these kinds have no counterpart, by how their
// types begin.
var notServers = []struct{ prefix, why string }{
	{"ui_common_blocks__", "It works on the page in the browser; a flow runs on the server."},
	{"ui_dynamic_category__", "It works on a component of the page in the browser; a flow runs on the server."},
	{"component_action_block_", "It works on a component of the page in the browser; a flow runs on the server."},
	{"dynamic_context_blocks__", "Its value exists only on the page in the browser."},
	{"local_storage_", "It works on the browser's storage; a flow runs on the server."},
	{"set_interval", "A run has no repeating timers. Use a flow that starts by itself every so often."},
	{"clear_interval", "A run has no repeating timers. Use a flow that starts by itself every so often."},
}

// unknown says why a block of a type that Blockflow hasn't isn't converted.
func (c *converter) unknown(blockType string) string {
	if c.from == "Codeless" {
		for _, n := range notServers {
			if strings.HasPrefix(blockType, n.prefix) {
				return n.why
			}
		}
	}
	return "Blockflow has no block of this type."
}

// codelessBlock converts the blocks that mean something else than a block of
// their own type; it returns nil for all others.
func (c *converter) codelessBlock(e *element, pos position) *block {
	kind := e.attr("type")
	switch {
	case kind == "raw_text" && c.known(kind) == nil:
		b := c.instead(e, "text", pos)
		b.fields = []member{{"TEXT", field(e, "TEXT")}}
		return b
	case strings.HasPrefix(kind, functionCall):
		return c.call(e, pos)
	case kind == customCode:
		return c.script(e, pos)
	case pos == inStack || !strings.Contains(kind, contextMark):
		return nil
	case strings.HasPrefix(kind, handlerRoot):
		_, name, _ := strings.Cut(kind, contextMark)
		if name == "" {
			return nil
		}
		b := c.instead(e, "flow_input", pos)
		b.fields = []member{{"NAME", name}}
		c.wants(name)
		return b
	}
	m := functionContext.FindStringSubmatch(kind)
	if m == nil {
		return nil
	}
	n, _ := strconv.Atoi(m[1])
	v := c.argument(n)
	if v == nil {
		b := &block{id: c.id(e)}
		c.attributes(e, b, pos)
		return c.placeholder(e, b, pos, "It stands for an argument that the function around it doesn't have.")
	}
	b := c.instead(e, "variables_get", pos)
	b.fields = []member{{"VAR", object{{"id", v.id}}}}
	return b
}

// instead makes a block of another type in the place of one.
func (c *converter) instead(e *element, kind string, pos position) *block {
	b := &block{kind: kind, id: c.id(e)}
	c.attributes(e, b, pos)
	b.data = "" // the label of the original
	c.report.Converted++
	return b
}

// wants notes an input that the handler's blocks ask for.
func (c *converter) wants(name string) {
	if !c.wanted[name] {
		c.wanted[name] = true
		c.hat = append(c.hat, name)
	}
}

// codelessFlow converts a document and adds the functions that it calls.
func (c *converter) codelessFlow(d *document) {
	c.enter(d, "")
	c.declare()
	c.localFunctions()
	roots := d.functions()
	own := make([]*function, len(roots))
	for i, root := range roots {
		own[i] = c.reserve(root, d)
	}
	for _, f := range own {
		c.define(f)
	}
	var hats []*block
	for _, e := range d.src.root.children {
		switch kind := e.attr("type"); {
		case isBlock(e) && kind == functionRoot:
		case isBlock(e) && strings.HasPrefix(kind, handlerRoot) && !strings.Contains(kind, contextMark):
			hats = append(hats, c.handler(e))
		default:
			c.topLevel(e)
		}
	}
	if len(own) == 1 {
		c.share(own[0])
	}
	if len(hats) == 0 && len(own) == 1 {
		c.callable(own[0])
	}
	if len(hats)+len(roots) == 0 && len(c.flow.top) > 0 {
		c.note("This file has neither a handler nor a custom function. Its blocks run one after the other.")
	}
	for i := 0; i < len(c.queue) && c.nesting <= maxNestingSum; i++ { // converting one may add others
		c.copied(c.queue[i])
	}
	for _, h := range hats {
		h.extra = c.declaredInputs(c.hat)
	}
	c.recursions()
}

func (c *converter) declaredInputs(names []string) any {
	inputs := []object{}
	for _, name := range names {
		inputs = append(inputs, object{{"name", name}, {"type", "any"}})
	}
	return object{{"inputs", inputs}}
}

// handler converts a handler's root to the hat "when run".
func (c *converter) handler(e *element) *block {
	hat := &block{kind: blocks.WhenRun, id: c.id(e)}
	c.attributes(e, hat, atTop)
	c.undeletable(hat)
	c.report.Converted++
	c.flow.top = append(c.flow.top, hat)
	var result *input
	for _, in := range e.children {
		if in.name != "value" && in.name != "statement" || !filled(in) {
			continue
		}
		switch body := c.input("next", in); {
		case in.name == "statement" && in.attr("name") == handlerBody:
			hat.next = body
		case in.name == "value" && in.attr("name") == "return":
			result = &input{"value", body.block, body.shadow}
		default:
			c.aside(body.counts())
			c.note("The handler's input %q has no counterpart. What stood in it stands beside the others now.", clip(in.attr("name")))
		}
	}
	if result != nil {
		c.returns(hat, *result)
	}
	return hat
}

// undeletable drops what keeps Codeless's roots on their canvas.
func (c *converter) undeletable(b *block) {
	kept := b.flags[:0]
	for _, f := range b.flags {
		if f.key != "deletable" {
			kept = append(kept, f)
		}
	}
	b.flags = kept
}

// returns puts a return at the end of a stack.
func (c *converter) returns(stack *block, value input) {
	ret := &block{kind: "immediate_return", id: c.claim(stack.id + "-return"), inputs: []input{value}}
	before, end := stack.last()
	if !c.canBeFollowed(end) && len(end.disabled) > 0 && before != nil {
		before.next, end.next = input{}, input{}
		c.aside(end)
		end = before
	}
	if c.canBeFollowed(end) {
		end.next.block = ret
		return
	}
	c.note("The handler's value would never be returned: the block %s before it ends the run. It stands beside the others now, disabled.", clip(end.id))
	ret.disabled = []string{manuallyDisabled}
	c.aside(ret)
}

// beside is a place where nothing stands yet.
func (c *converter) beside() *place {
	return &place{"720", json.Number(strconv.Itoa(40 + 240*len(c.flow.top)))}
}

// aside sets a stack beside the others.
func (c *converter) aside(b *block) {
	if b != nil {
		b.place = c.beside()
		c.flow.top = append(c.flow.top, b)
	}
}
