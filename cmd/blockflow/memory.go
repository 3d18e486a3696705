package main

import (
	"os"
	"runtime/debug"
)

// What a flow makes lives short, and a collection costs what lives, so the heap
// may grow to five times that between two of them: a third of the time of flows
// that make many texts. From softLimit on they come more often. GOGC and
// GOMEMLIMIT, when they are set, say otherwise.
const (
	heapGrowth = 400     // percent
	softLimit  = 1 << 30 // bytes
)

func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
}
