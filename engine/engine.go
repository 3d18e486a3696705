// Package engine runs flows.
//
// A run is a flow version, an input and a journal of effects. Everything else is
// derived: run the same program with the same input and journal, and the same
// blocks run in the same order on the same values. So this package knows no
// clock, no network, no database, no goroutine and no block by name.
//
//	doc, err := engine.Parse(file)                    // the file, as it is
//	prog, problems := engine.Compile(doc, vocabulary) // checked once, immutable, shared by all runs
//	m, err := engine.New(prog, engine.Start{Input: in})
//	for {
//		switch y := m.Next(budget); y.Kind {
//		case engine.Done:         // y.Result, or y.Err with its block
//		case engine.NeedsEffects: // answer y.Calls, then m.Resume(outcomes)
//		case engine.BudgetSpent:  // cancel? snapshot? let others run
//		}
//	}
//
// [Drive] is that loop, with a journal. The whole state of a run is data: see
// [Machine.Snapshot] and [Restore].
//
// # Values
//
// A [Value] is null, a boolean, a number (float64), text, a list, an object
// (its keys keep their order) or a date. Unset is null. Lists and objects are
// references, as in Blockly: two variables may hold the same list.
package engine
