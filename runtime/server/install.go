package server

import (
	"context"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/store"
)

// Install saves a flow under the name in its file and publishes it. It is how a
// fresh server gets its examples.
func Install(ctx context.Context, s *store.Store, doc *engine.Document) error {
	p, problems := engine.Compile(doc, blocks.Vocabulary())
	if len(problems) > 0 {
		return problems
	}
	revision, err := s.SaveDraft(ctx, doc.Name, doc.Format(), store.SaveOptions{
		MustBeNew: true, By: "Blockflow", Title: doc.Title, Description: doc.Description, Tags: doc.Tags,
	})
	if err != nil {
		return err
	}
	_, err = s.Publish(ctx, doc.Name, publishing(p, revision, "Blockflow", "", time.Now()))
	return err
}
