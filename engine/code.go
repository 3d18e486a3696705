package engine

// Code names a way in which a flow can fail. Codes are part of the API: flows
// catch them and integrators branch on them, so a released code never changes.
type Code string

// What can be wrong with a flow file.
const (
	// BadJSON: the file isn't JSON, or JSON that no reader should trust.
	BadJSON Code = "bad_json"
	// NotAWorkspace: JSON, but not a Blockly workspace.
	NotAWorkspace Code = "not_a_workspace"
	// TooBig: the file, or a count in it, is over a limit.
	TooBig Code = "too_big"
	// TooDeep: blocks, lists or JSON nested deeper than a limit.
	TooDeep Code = "too_deep"
	// UnknownBlock: the file holds a block type that isn't in the vocabulary.
	UnknownBlock Code = "unknown_block"
	// DuplicateID: two blocks or two variables have the same id.
	DuplicateID Code = "duplicate_id"
	// UnknownInput: a block has an input, or a next block, that its type doesn't have.
	UnknownInput Code = "unknown_input"
	// MissingInput: an input that must hold a block is empty.
	MissingInput Code = "missing_input"
	// DoesNotFit: a block stands where its type can't: a statement in a value
	// input, or a value of a type that the input doesn't take.
	DoesNotFit Code = "does_not_fit"
	// WrongField: a field holds a value of the wrong kind, or no such choice.
	WrongField Code = "wrong_field"
	// UnknownVariable: a block names a variable that the flow doesn't declare.
	UnknownVariable Code = "unknown_variable"
	// UnknownFunction: a call names a function that the flow doesn't define.
	UnknownFunction Code = "unknown_function"
	// Misplaced: a block that only means something elsewhere, such as break
	// outside a loop.
	Misplaced Code = "misplaced"
	// BadExpression: an expression that can't be understood.
	BadExpression Code = "bad_expression"
	// NothingToRun: a flow that has no block to begin with.
	NothingToRun Code = "nothing_to_run"
)

// How a run can fail in a way that the flow can catch.
const (
	// BadInput: the run's input isn't what the flow declares.
	BadInput Code = "bad_input"
	// WrongType: a value isn't of the type that the block needs.
	WrongType Code = "wrong_type"
	// WrongValue: a value of the right type that the block can't work with.
	WrongValue Code = "wrong_value"
	// OutOfRange: a place that the list or text doesn't have.
	OutOfRange Code = "out_of_range"
	// OutcomeUnknown: it is not known whether an interrupted effect happened,
	// and the block says not to try again.
	OutcomeUnknown Code = "outcome_unknown"
	// Unreachable: the service that an effect speaks to didn't answer.
	Unreachable Code = "unreachable"
)

// How a run can end whatever the flow says: the bounds, and the journal.
const (
	LimitSteps   Code = "limit_steps"
	LimitMemory  Code = "limit_memory"
	LimitTime    Code = "limit_time"
	LimitText    Code = "limit_text"
	LimitList    Code = "limit_list"
	LimitDepth   Code = "limit_depth"
	LimitEffects Code = "limit_effects"
	LimitOutcome Code = "limit_outcome"
	LimitLog     Code = "limit_log"
	// Diverged: the flow asks for something else than its journal holds.
	Diverged Code = "diverged"
	// Cancelled: somebody stopped the run.
	Cancelled Code = "cancelled"
	// JournalEnds: a replay that may perform nothing came to an effect that
	// its journal doesn't have.
	JournalEnds Code = "journal_ends"
	// Broken: Blockflow itself is at fault; the operator's log has the cause.
	Broken Code = "broken"
)
