package blocks

import "blockflow/engine"

// WhenEvery is the hat that runs at certain times.
const WhenEvery = "when_every"

// Fields of the hat WhenEvery.
const (
	EveryTime   = "EVERY"  // "5 minutes", or cron
	EveryZone   = "ZONE"   // an IANA time zone
	EveryMissed = "MISSED" // "SKIP", "ONCE" or "ALL"
)

var whenEvery = engine.Block{
	Type: WhenEvery,
	Text: "every [EVERY] in [ZONE], times missed: [MISSED]",
	Slots: []engine.Slot{
		engine.Field(EveryTime, "1 hour"), engine.Field(EveryZone, "UTC"),
		engine.Choice(EveryMissed, "ONCE", "run once", "SKIP", "skip", "ALL", "run each"),
	},
	Shape: engine.Hat,
	Help:  "Runs again and again at certain times.",
	Doc: "Either an interval, such as `30 seconds`, `5 minutes`, `13 hours` or `2 days`, counted from when the flow was published; " +
		"or a cron expression of five parts, minute, hour, day, month and day of the week: `0 9 * * 1-5` is nine o'clock on working days; `@daily` and its like do too. " +
		"The time zone, such as `Europe/Berlin`, is for cron. When clocks go forward, a time that doesn't exist runs right after the gap; when they go back, a time that comes twice runs the first time, " +
		"but with `*` for the hour both. Times that fell due while the server was stopped run once, not at all, or each, the last hundred at most. " +
		"The blocks under it find the time in the input *time*, and how many times were missed in *missed*.",
	Means: engine.Starts{},
}
