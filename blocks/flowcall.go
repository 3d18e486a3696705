package blocks

import (
	"context"

	"blockflow/engine"
)

// NoSuchFlow: a flow calls another that isn't there or can't be called.
const NoSuchFlow engine.Code = "no_such_flow"

// CallFlowKind is the kind of the effect by which a flow runs another.
const CallFlowKind = "flow.call"

var callFlowEffect = engine.Effect{Kind: CallFlowKind, Args: []string{"flow", "input"}}

var callFlow = engine.Block{
	Type:  "flow_call",
	Text:  "run flow [FLOW] with [input]",
	Slots: []engine.Slot{engine.Field("FLOW", "other-flow"), engine.In("input", engine.ObjectType).Optional()},
	Shape: engine.Either, Mutation: toggle,
	Help: "Runs another flow from its hat “when run” and gives what it returns.",
	Doc: "The input is an object with the inputs that the other flow's *when run* declares. The other flow's published version runs, as a run of its own with its own journal, once even if the server stops in between. " +
		"If it fails, this block fails with its code and message, which *try* can catch. Flows call each other at most 20 deep. Fails with `no_such_flow` if there is none of this name.",
	Means: engine.Performing(callFlowEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Perform(dst, callFlowEffect, b.Const(engine.Text(b.Text("FLOW"))), b.In("input"))
	}),
}

func performCallFlow(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	name, _ := c.Args[0].AsText()
	if kit.Host.CallFlow == nil {
		return engine.Null, engine.Fail(NoSuchFlow, "There is no flow %q here: only a server has other flows.", name)
	}
	return kit.Host.CallFlow(ctx, c, name, c.Args[1])
}
