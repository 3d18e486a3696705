package blocks

import (
	"context"
	gomath "math"
	"time"

	"blockflow/engine"
)

// sleepEffect ends when its argument says: after a number of seconds, or at a
// date. A server puts the run away meanwhile; only elsewhere something waits.
var sleepEffect = engine.Effect{Kind: "sleep", Args: []string{"until"}, Safe: true}

const (
	longestWait = 100 * 365 * 24 * time.Hour
	waitDoc     = "On a server, a run that waits costs nothing: it is put away and goes on when its time has come, also after a restart. Waiting isn't counted as time that the run takes. "
)

func performSleep(ctx context.Context, _ *Kit, c engine.Call) (engine.Value, error) {
	wait := time.Duration(0)
	if ms, ok := c.Args[0].AsDate(); ok {
		wait = time.Until(time.UnixMilli(int64(ms)))
	} else if s, ok := c.Args[0].AsNumber(); ok {
		wait = time.Duration(s * float64(time.Second))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return engine.Null, ctx.Err()
	case <-timer.C:
		return engine.Null, nil
	}
}

// seconds checks how long a flow wants to wait.
func seconds(n float64, a float64) (engine.Value, error) {
	if n != n {
		return engine.Null, engine.Fail(engine.WrongValue, "How long to wait must be a number.")
	}
	s := gomath.Max(n*a, 0)
	if s > longestWait.Seconds() {
		return engine.Null, engine.Fail(engine.WrongValue, "A flow can wait a hundred years at most.")
	}
	return engine.Number(s), nil
}

var timerWait = engine.Block{
	Type:  "timer_wait",
	Text:  "wait [time] milliseconds",
	Slots: []engine.Slot{numberIn("time", 0, 1000)},
	Help:  "Waits before the flow goes on.",
	Doc:   waitDoc + "A negative number waits no time, as in JavaScript.",
	Examples: []engine.Example{
		{Block: `{"type":"timer_wait","inputs":{"time":"soon"}}`, Fails: engine.DoesNotFit},
		{Block: `{"type":"timer_wait","inputs":{"time":1e300}}`, Fails: engine.WrongValue},
	},
	Means: engine.Performing(sleepEffect, func(b *engine.Builder, _ engine.Operand) engine.Operand {
		time := b.Apply(b.Temp(), "seconds", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			n, err := engine.Numeric(args[0])
			if err != nil {
				return engine.Null, err
			}
			return seconds(n, 0.001)
		}, b.In("time"))
		return b.Perform(b.Temp(), sleepEffect, time)
	}),
}

var wait = engine.Block{
	Type:  "wait",
	Text:  "wait [AMOUNT] [UNIT]",
	Slots: []engine.Slot{numberIn("AMOUNT", 0, 1), engine.Choice("UNIT", "seconds", "seconds", "minutes", "minutes", "hours", "hours", "days", "days", "weeks", "weeks")},
	Help:  "Waits seconds, hours or days before the flow goes on.",
	Doc:   waitDoc + "A day has 24 hours. A negative number waits no time.",
	Examples: []engine.Example{
		{Block: `{"type":"wait","fields":{"UNIT":"weeks"},"inputs":{"AMOUNT":1e9}}`, Fails: engine.WrongValue},
	},
	Means: engine.Performing(sleepEffect, func(b *engine.Builder, _ engine.Operand) engine.Operand {
		unit := b.Text("UNIT")
		time := b.Apply(b.Temp(), unit, func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			n, err := engine.Numeric(args[0])
			if err != nil {
				return engine.Null, err
			}
			return seconds(n, unitLengths[unit].Seconds())
		}, b.In("AMOUNT"))
		return b.Perform(b.Temp(), sleepEffect, time)
	}),
}

var waitUntil = engine.Block{
	Type:  "wait_until",
	Text:  "wait until [DATE]",
	Slots: []engine.Slot{engine.In("DATE")},
	Help:  "Waits until a date before the flow goes on.",
	Doc:   waitDoc + dateDoc + "A date that has passed waits no time.",
	Examples: []engine.Example{
		{Block: `{"type":"wait_until","inputs":{"DATE":"tomorrow"}}`, Fails: engine.WrongType},
	},
	Means: engine.Performing(sleepEffect, func(b *engine.Builder, _ engine.Operand) engine.Operand {
		date := b.Apply(b.Temp(), "date", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			t, err := instant(args[0])
			if err != nil {
				return engine.Null, err
			}
			return dateOf(t)
		}, b.In("DATE"))
		return b.Perform(b.Temp(), sleepEffect, date)
	}),
}
