package server

import (
	"context"

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
		MustBeNew: true, By: "Blockflow", Title: doc.Title, Description: doc.Description,
	})
	if err != nil {
		return err
	}
	_, err = s.Publish(ctx, doc.Name, store.PublishOptions{Revision: revision, By: "Blockflow", Hooks: hooksOf(p)})
	return err
}

// hooksOf lists a flow's webhooks.
func hooksOf(p *engine.Program) []store.Hook {
	var hooks []store.Hook
	for _, e := range p.Entries {
		if e.Type == blocks.WhenWebhook {
			hooks = append(hooks, store.Hook{Method: e.Fields[blocks.WebhookMethod], Path: e.Fields[blocks.WebhookPath], Block: e.Block})
		}
	}
	return hooks
}
