package store

import (
	"strings"
	"testing"
)

func TestEachChangeOfTheStoreHasItsNumber(t *testing.T) {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, f := range files {
		number, _, _ := strings.Cut(f.Name(), "_")
		if other, taken := seen[number]; taken {
			t.Errorf("%s and %s have the same number: give the one that landed later the next", other, f.Name())
		}
		seen[number] = f.Name()
	}
}
