package blocks

import (
	"encoding/base64"
	"strings"

	"blockflow/engine"
)

// Codeless's blocks for files and messages: see
// https://backendless.com/docs/rest/files_saving_files_from_byte_arrays.html and
// https://backendless.com/docs/rest/pubsub_publish.html for what they ask for.

// fileCalls are the effects of these blocks, by kind.
var fileCalls = map[string]usersCall{
	"files.create": {inputs: []string{"file_path", "file_name", "file_content", "overwrite"}, alone: true, request: func(a []engine.Value) request {
		overwrite := "false"
		if engine.Truthy(a[3]) {
			overwrite = "true"
		}
		content, err := engine.ToText(a[2])
		if err != nil {
			content = ""
		}
		folder, _ := a[0].AsText()
		path := "files/binary"
		for part := range strings.SplitSeq(folder, "/") {
			if part != "" {
				path += "/" + escape(part)
			}
		}
		return request{method: "PUT", path: path + "/" + segment(a[1]) + "?overwrite=" + overwrite, text: base64.StdEncoding.EncodeToString([]byte(content))}
	}},
	"messages.publish": {inputs: []string{"channel", "subtopic", "message"}, alone: true, request: func(a []engine.Value) request {
		body := filledIn([]string{"message"}, a[2:3])
		if s, ok := a[1].AsText(); ok && s != "" {
			body.Set("headers", engine.ObjectOf([]string{"subtopic"}, a[1:2]))
		}
		return request{method: "POST", path: "messaging/" + segment(a[0]), body: body}
	}, answer: property("messageId")},
}

var files = drawer{
	Category: engine.Category{Name: "Files and messages", Colour: "#5b7aa5", Blocks: []engine.Block{
		{
			Type: "create_file", Text: "Create file [file_name] in [file_path] with [file_content] overwrite [overwrite]",
			Slots: []engine.Slot{
				engine.In("file_name", engine.TextType).Showing(engine.Text("report.txt")),
				engine.In("file_path", engine.TextType).Or(engine.Text("/")).Showing(engine.Text("reports")),
				engine.In("file_content").Else(engine.Text("")).Showing(engine.Text("")),
				engine.In("overwrite", engine.BooleanType).Else(engine.Boolean(false)),
			},
			Shape: engine.Either, Mutation: toggle, Gives: engine.TextType,
			Help: "Keeps a text as a file of the users service and gives its address.",
			Doc: "Works on the same service as the users blocks: the embedded one, or a real Backendless app. What isn't a text is made into one: an object into JSON. " +
				"Folders are made as needed. If there is a file of that name, *overwrite* decides: it is replaced, or the block fails. The embedded service keeps files up to a megabyte; whoever knows the address may read them.",
			Examples: []engine.Example{{Block: `{"type":"create_file","inputs":{"file_name":5}}`, Fails: engine.DoesNotFit}},
			Means:    calling("files.create"),
		},
		{
			Type: "publish_pub_sub_msg", Text: "Publish to channel [channel] subtopic [subtopic] message [message]",
			Slots: []engine.Slot{
				engine.In("channel", engine.TextType).Showing(engine.Text("default")), engine.In("subtopic", engine.TextType).Optional(), engine.In("message"),
			},
			Shape: engine.Either, Mutation: toggle, Gives: engine.TextType,
			Help:     "Publishes a message to those who listen on a channel of a Backendless app, and gives the message's id.",
			Doc:      "Needs a real Backendless app in the settings: nobody can listen on the embedded users service, which refuses the message.",
			Examples: []engine.Example{{Block: `{"type":"publish_pub_sub_msg","inputs":{"channel":5}}`, Fails: engine.DoesNotFit}},
			Means:    calling("messages.publish"),
		},
	}},
	effects: effectsOf(fileCalls),
}
