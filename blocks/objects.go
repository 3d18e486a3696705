package blocks

import (
	"strconv"
	"strings"

	"blockflow/engine"
)

var objects = drawer{Category: engine.Category{
	Name: "Objects", Colour: "#a5915b",
	Blocks: []engine.Block{createObject, getProperty, setProperty, setPath, deleteProperty, objectKeys, isType},
}}

const propertyPrefix = "create_object_mutator_container_properties_stack_property"

var createObject = engine.Block{
	Type:     "create_object",
	Text:     "object",
	Slots:    []engine.Slot{engine.In(propertyPrefix).Optional().Repeated("properties", "", 0)},
	Mutation: &engine.Mutation{Kind: "properties", Key: "properties", Prefix: propertyPrefix},
	Shape:    engine.ValueBlock, Gives: engine.ObjectType,
	Toolbox: engine.Toolbox{Extra: map[string]any{"properties": []string{"name"}}},
	Help:    "Makes an object with these properties.",
	Doc:     "Properties keep their order. Two of the same name: the last value counts.",
	Examples: []engine.Example{
		{Block: `{"type":"create_object","extraState":{"properties":["b","a"]},"inputs":{"` + propertyPrefix + `0":1,"` + propertyPrefix + `1":"x"}}`, Gives: `{"b":1,"a":"x"}`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		names := b.MutationTexts("properties")
		return b.Apply(dst, "", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			return engine.ObjectOf(names, args), nil
		}, b.Inputs(propertyPrefix)...)
	}),
}

var getProperty = engine.Block{
	Type:  "get_object_property",
	Text:  "get property [prop_name] of [object]",
	Slots: []engine.Slot{engine.In("prop_name").Showing(engine.Text("name")), engine.In("object")},
	Shape: engine.ValueBlock,
	Help:  "Gives a property of an object.",
	Doc: "The name may be a path like `address.city`; a property of exactly that name goes first. What is missing on the way gives nothing, but nothing itself has no properties: that fails. " +
		"A list has `length` and its items by number from 0, a text `length`, as in Codeless.",
	Examples: []engine.Example{
		{Block: `{"type":"get_object_property","inputs":{"prop_name":"a.b","object":{"a":{"b":7}}}}`, Gives: `7`},
		{Block: `{"type":"get_object_property","inputs":{"prop_name":"x.y","object":{"a":1}}}`, Gives: `null`},
		{Block: `{"type":"get_object_property","inputs":{"prop_name":"a","object":null}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := b.Ins("prop_name", "object")
		return b.Property(dst, getObjectProperty, args[0], args[1])
	}),
}

func getObjectProperty(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
	name, object := args[0], args[1]
	key, err := engine.ToText(name)
	if err != nil {
		return engine.Null, err
	}
	if object.IsNull() {
		return engine.Null, engine.Fail(engine.WrongType, "There is no object to get %q from: here is nothing. Was the variable set?", key)
	}
	return propertyOf(object, key), nil
}

// propertyOf reads a property, or follows a dotted path.
func propertyOf(object engine.Value, key string) engine.Value {
	if v, ok := own(object, key); ok {
		return v
	}
	if !strings.Contains(key, ".") {
		return engine.Null
	}
	for part := range strings.SplitSeq(key, ".") {
		v, ok := own(object, part)
		if !ok {
			return engine.Null
		}
		object = v
	}
	return object
}

func own(v engine.Value, key string) (engine.Value, bool) {
	if v.Kind() == engine.KindObject {
		return v.Get(key)
	}
	if n, ok := v.Length(); ok && key == "length" {
		return engine.Number(float64(n)), true
	}
	if items, ok := v.AsList(); ok {
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(items) && strconv.Itoa(i) == key {
			return items[i], true
		}
	}
	return engine.Null, false
}

var setProperty = engine.Block{
	Type:  "set_object_property",
	Text:  "set property [propName] of [object] to [propValue]",
	Slots: []engine.Slot{engine.In("object"), engine.In("propName").Showing(engine.Text("name")), engine.In("propValue").Showing(engine.Text(""))},
	Help:  "Sets a property of an object.",
	Doc:   "The object itself changes, so everything that holds it sees the change. The name is taken as it is: a dot in it has no meaning, as in Codeless. What isn't an object fails.",
	Examples: []engine.Example{
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":{"a":1}},"next":{"type":"set_object_property","inputs":{"object":{"type":"variables_get","fields":{"VAR":"item"}},"propName":"b","propValue":2}}}`, Gives: `{"a":1,"b":2}`},
		{Block: `{"type":"set_object_property","inputs":{"object":null,"propName":"b","propValue":2}}`, Fails: engine.WrongType},
	},
	Means: engine.Do(func(b *engine.Builder) {
		args := b.Ins("object", "propName", "propValue")
		b.SetProperty(setObjectProperty, args[0], args[1], args[2])
	}),
}

func setObjectProperty(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	key, err := objectKey(args[0], args[1], "set")
	if err != nil {
		return engine.Null, err
	}
	if err := m.ListFits(len(args[0].Keys()) + 1); err != nil {
		return engine.Null, err
	}
	args[0].Set(key, args[2])
	return engine.Null, m.Charge(int64(len(key)) + 64)
}

var deleteProperty = engine.Block{
	Type:  "delete_object_property",
	Text:  "delete property [prop] of [object]",
	Slots: []engine.Slot{engine.In("object"), engine.In("prop").Showing(engine.Text("name"))},
	Help:  "Removes a property from an object.",
	Doc:   "Removing a property that isn't there does nothing.",
	Examples: []engine.Example{
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":{"b":2,"a":1}},"next":{"type":"delete_object_property","inputs":{"object":{"type":"variables_get","fields":{"VAR":"item"}},"prop":"a"}}}`, Gives: `{"b":2}`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Apply(b.Temp(), "delete", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			key, err := objectKey(args[0], args[1], "delete")
			if err == nil {
				args[0].Delete(key)
			}
			return engine.Null, err
		}, b.Ins("object", "prop")...)
	}),
}

// objectKey checks that there is an object to change and gives the key as text.
func objectKey(object, name engine.Value, verb string) (string, error) {
	key, err := engine.ToText(name)
	if err != nil {
		return "", err
	}
	switch object.Kind() {
	case engine.KindObject:
		return key, nil
	case engine.KindNull:
		return "", engine.Fail(engine.WrongType, "There is no object to %s %q on: here is nothing. Was the variable set?", verb, key)
	}
	return "", engine.Fail(engine.WrongType, "Properties belong to objects, but here is %s, so %q can't be changed on it.", object.Kind(), key)
}

var objectKeys = engine.Block{
	Type:  "get_object_keys",
	Text:  "keys of [object]",
	Slots: []engine.Slot{engine.In("object")},
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Help:     "Gives the names of an object's properties as a list.",
	Doc:      "In the order of the object. What isn't an object fails.",
	Examples: []engine.Example{{Block: `{"type":"get_object_keys","inputs":{"object":{"b":1,"a":2}}}`, Gives: `["b","a"]`}},
	Means: engine.Func1(func(object engine.Value) (engine.Value, error) {
		if object.Kind() != engine.KindObject {
			return engine.Null, engine.Fail(engine.WrongType, "Only an object has keys, but here is %s.", object.Kind())
		}
		keys := make([]engine.Value, len(object.Keys()))
		for i, k := range object.Keys() {
			keys[i] = engine.Text(k)
		}
		return engine.List(keys), nil
	}, "object"),
}

var setPath = engine.Block{
	Type:  "set_object_path",
	Text:  "set path [PATH] of [OBJECT] to [VALUE]",
	Slots: []engine.Slot{engine.In("OBJECT"), engine.In("PATH", engine.TextType).Showing(engine.Text("address.city")), engine.In("VALUE").Showing(engine.Text(""))},
	Help:  "Sets a property deep inside an object.",
	Doc:   "Objects that are missing on the way are made. In a list on the way, a number from 0 is one of its items, as in *get property*. What stands in the way and is neither object nor list fails.",
	Examples: []engine.Example{
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":{"a":[{"b":1}]}},"next":{"type":"set_object_path","inputs":{"OBJECT":{"type":"variables_get","fields":{"VAR":"item"}},"PATH":"a.0.c.d","VALUE":2}}}`, Gives: `{"a":[{"b":1,"c":{"d":2}}]}`},
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":{"a":1}},"next":{"type":"set_object_path","inputs":{"OBJECT":{"type":"variables_get","fields":{"VAR":"item"}},"PATH":"a.b","VALUE":2}}}`, Fails: engine.WrongType},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Apply(b.Temp(), "set", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			path, err := someText(m, args[1])
			if err != nil {
				return engine.Null, err
			}
			object, rest := args[0], path
			for {
				name, more, deeper := strings.Cut(rest, ".")
				if object.Kind() != engine.KindObject && object.Kind() != engine.KindList {
					return engine.Null, engine.Fail(engine.WrongType, "There is %s on the way to %q, which has no property %q.", object.Kind(), path, name)
				}
				next, found := own(object, name)
				if items, isList := object.AsList(); isList {
					if !found || name == "length" {
						return engine.Null, engine.Fail(engine.OutOfRange, "The list on the way to %q has no item %q.", path, name)
					}
					if i, _ := strconv.Atoi(name); !deeper {
						items[i] = args[2]
						return engine.Null, nil
					}
				} else if !deeper {
					return setObjectProperty(m, []engine.Value{object, engine.Text(name), args[2]})
				}
				if next.IsNull() {
					next = engine.Object()
					if items, isList := object.AsList(); isList {
						i, _ := strconv.Atoi(name)
						items[i] = next
					} else if _, err := setObjectProperty(m, []engine.Value{object, engine.Text(name), next}); err != nil {
						return engine.Null, err
					}
				}
				object, rest = next, more
			}
		}, b.Ins("OBJECT", "PATH", "VALUE")...)
	}),
}
