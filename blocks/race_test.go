//go:build race

package blocks

// raceDetector reports whether the race detector, with which all is some ten times
// as slow, watches this test.
const raceDetector = true
