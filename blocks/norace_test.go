//go:build !race

package blocks

const raceDetector = false
