package engine

// Limits bound one run. The zero value of a field means its default. Reaching a
// limit ends the run with an error that names it and the block; no try block
// catches that.
type Limits struct {
	Steps   int64 // statements, loop rounds and function calls; default 1e9
	Memory  int64 // bytes held by the run's values, roughly; default 256 MiB
	Text    int   // bytes of one text; default 16 MiB
	List    int   // items of one list, keys of one object; default 5,000,000
	Depth   int   // function calls within calls; default 10,000
	Effects int   // default 100,000
	Outcome int   // bytes of one effect's outcome as JSON; default 16 MiB
	Log     int   // bytes of everything printed; default 1 MiB
}

// Effective returns the limits with their defaults.
func (l Limits) Effective() Limits { return l.withDefaults() }

func (l Limits) withDefaults() Limits {
	set := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	if l.Steps <= 0 {
		l.Steps = 1e9
	}
	if l.Memory <= 0 {
		l.Memory = 256 << 20
	}
	set(&l.Text, 16<<20)
	set(&l.List, 5_000_000)
	set(&l.Depth, 10_000)
	set(&l.Effects, 100_000)
	set(&l.Outcome, 16<<20)
	set(&l.Log, 1<<20)
	return l
}
