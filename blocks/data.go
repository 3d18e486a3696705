package blocks

import "blockflow/engine"

// The data blocks work on tables of the users service beside Users: see
// https://backendless.com/docs/rest/data.html for what they mean there.

const dataDoc = "Works on a table of the same service as the users blocks: the embedded one, or a real Backendless app. A refusal has the service's number, such as `users.1009` for a table that isn't there, and can be caught with *try*. " +
	"Sent as the user who is logged in; while nobody is, as server code, which may do all."

func table(v engine.Value) string { return "data/" + segment(v) }

// dataCalls are the effects of the data blocks, by kind.
var dataCalls = map[string]usersCall{
	"data.find": {inputs: []string{"table_name", "where_clause", "having_clause", "sort_by", "page_size", "offset"}, alone: true, safe: true, request: func(a []engine.Value) request {
		return request{method: "POST", path: table(a[0]) + "/find", body: filledIn([]string{"where", "having", "sortBy", "pageSize", "offset"}, a[1:])}
	}},
	"data.count": {inputs: []string{"table_name", "where_clause"}, alone: true, safe: true, request: func(a []engine.Value) request {
		return request{method: "POST", path: table(a[0]) + "/count", body: filledIn([]string{"where"}, a[1:])}
	}},
	"data.get": {inputs: []string{"table_name", "object_id"}, alone: true, safe: true, request: func(a []engine.Value) request {
		return request{method: "GET", path: table(a[0]) + "/" + segment(a[1])}
	}},
	"data.save": {inputs: []string{"table_name", "object"}, alone: true, request: func(a []engine.Value) request {
		id, _ := a[1].Get("objectId")
		if s, ok := id.AsText(); ok && s != "" {
			return request{method: "PUT", path: table(a[0]) + "/" + segment(id), body: a[1]}
		}
		return request{method: "POST", path: table(a[0]), body: a[1]}
	}},
	"data.delete": {inputs: []string{"table_name", "object"}, alone: true, request: func(a []engine.Value) request {
		id := a[1]
		if id.Kind() == engine.KindObject {
			id, _ = a[1].Get("objectId")
		}
		return request{method: "DELETE", path: table(a[0]) + "/" + segment(id)}
	}, answer: property("deletionTime")},
}

var tableIn = engine.In("table_name", engine.TextType).Showing(engine.Text("Orders"))

var data = drawer{
	Category: engine.Category{Name: "Data", Colour: "#35826d", Blocks: []engine.Block{
		{
			Type: "get_table_objects", Text: "Get objects of [table_name] where [where_clause] having [having_clause] sorted by [sort_by] page size [page_size] offset [offset]",
			Slots: []engine.Slot{
				tableIn, engine.In("where_clause", engine.TextType).Optional(), engine.In("having_clause", engine.TextType).Optional(), engine.In("sort_by", engine.TextType).Optional(),
				engine.In("page_size", engine.NumberType).Or(engine.Number(10)), engine.In("offset", engine.NumberType).Or(engine.Number(0)),
			},
			Shape: engine.ValueBlock, Gives: engine.ListType,
			Help:  "The objects of a table that a where-clause fits.",
			Doc:   dataDoc + " A where-clause is like `city = 'Rome' and total > 20`; nothing fits all. A page has 100 objects at most. Write texts from elsewhere into the clause with care: double their quotes.",
			Means: calling("data.find"),
		},
		{
			Type: "count_table_objects", Text: "Count objects of [table_name] where [where_clause]",
			Slots: []engine.Slot{tableIn, engine.In("where_clause", engine.TextType).Optional()},
			Shape: engine.ValueBlock, Gives: engine.NumberType,
			Help: "How many objects of a table a where-clause fits.", Doc: dataDoc + " Nothing fits all.", Means: calling("data.count"),
		},
		{
			Type: "get_table_object", Text: "Get object of [table_name] with id [object_id]",
			Slots: []engine.Slot{tableIn, engine.In("object_id", engine.TextType)},
			Shape: engine.ValueBlock, Gives: engine.ObjectType,
			Help: "The object of a table that has an id.", Doc: dataDoc + " Fails if there is none.", Means: calling("data.get"),
		},
		{
			Type: "save_table_object", Text: "Save in [table_name] object [object]",
			Slots: []engine.Slot{tableIn, engine.In("object", engine.ObjectType)},
			Shape: engine.Either, Mutation: toggle, Gives: engine.ObjectType,
			Help:     "Saves an object in a table and gives it back whole.",
			Doc:      dataDoc + " With an *objectId* it changes that object's properties, without one it makes a new object; a table that isn't there is made by its first object, if the service's settings let it.",
			Examples: []engine.Example{{Block: `{"type":"save_table_object","inputs":{"table_name":"A","object":5}}`, Fails: engine.DoesNotFit}},
			Means:    calling("data.save"),
		},
		{
			Type: "delete_table_object", Text: "Delete from [table_name] object [object]",
			Slots: []engine.Slot{tableIn, engine.In("object")},
			Shape: engine.Either, Mutation: toggle,
			Help: "Deletes an object of a table for good and gives the time of it.", Doc: dataDoc + " Takes an object with its *objectId*, or the id itself.", Means: calling("data.delete"),
		},
	}},
	effects: effectsOf(dataCalls),
}

func effectsOf(calls map[string]usersCall) map[string]effect {
	all := map[string]effect{}
	for kind, call := range calls {
		all[kind] = call.perform
	}
	return all
}
