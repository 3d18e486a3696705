package store

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
)

func TestSealer(t *testing.T) {
	t.Run("the key derivation gives the ciphertexts of the XAES-256-GCM specification", func(t *testing.T) {
		for _, c := range []struct {
			key         byte
			extra, want string
		}{
			{1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
			{3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
		} {
			nonce := []byte("ABCDEFGHIJKLMNOPQRSTUVWX")
			s := newSealer([32]byte(bytes.Repeat([]byte{c.key}, 32)))
			got := s.derive(nonce).Seal(nil, nonce[12:], []byte("XAES-256-GCM"), []byte(c.extra))
			if hex.EncodeToString(got) != c.want {
				t.Errorf("got %x, want %s", got, c.want)
			}
		}
	})
	s := newSealer([32]byte{7})
	t.Run("what was sealed opens, empty and absent values too", func(t *testing.T) {
		for _, plain := range [][]byte{nil, {}, []byte("a"), bytes.Repeat([]byte("long"), 10000)} {
			got, err := s.open(s.seal(plain, "here"), "here")
			if err != nil || !bytes.Equal(got, plain) || (got == nil) != (plain == nil) {
				t.Errorf("sealed %d bytes, got %d bytes, %v", len(plain), len(got), err)
			}
		}
	})
	t.Run("the same text is never sealed alike twice", func(t *testing.T) {
		if bytes.Equal(s.seal([]byte("a"), ""), s.seal([]byte("a"), "")) {
			t.Error("it was")
		}
	})
	t.Run("a derived key seals so many texts and no more", func(t *testing.T) {
		first, second := s.seal([]byte("a"), ""), s.seal([]byte("a"), "")
		s.now.Load().uses.Store(mostUses)
		third := s.seal([]byte("a"), "")
		half := 1 + nonceSize/2
		if !bytes.Equal(first[:half], second[:half]) || bytes.Equal(first[half:], second[half:]) || bytes.Equal(second[:half], third[:half]) {
			t.Errorf("the nonces are %x, %x and %x", first[1:1+nonceSize], second[1:1+nonceSize], third[1:1+nonceSize])
		}
		if got, err := s.open(third, ""); err != nil || string(got) != "a" {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("a value opens nowhere but in its row, with its key, unchanged", func(t *testing.T) {
		sealed := s.seal([]byte("secret"), "here")
		if _, err := s.open(sealed, "there"); err == nil {
			t.Error("it opened in another row")
		}
		if _, err := newSealer([32]byte{8}).open(sealed, "here"); err == nil {
			t.Error("it opened with another key")
		}
		for i := range sealed {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1
			if _, err := s.open(bad, "here"); err == nil {
				t.Errorf("it opened with byte %d changed", i)
			}
			if _, err := s.open(sealed[:i], "here"); err == nil {
				t.Errorf("it opened cut to %d bytes", i)
			}
		}
	})
}

func TestNoSecretIsFoundInTheFiles(t *testing.T) {
	s := open(t, t.TempDir())
	secret := []byte("wonderland-in-clear")
	r := newRun("f")
	r.Input, r.File = secret, []byte("public flow file")
	check(t, s.CreateRun(t.Context(), r))
	e := Entry{Place: "1", Args: secret, Attempts: secret, Outcome: secret}
	check(t, s.Intend(t.Context(), r.ID, []Entry{e}))
	check(t, s.RecordAndFinish(t.Context(), r.ID, []Entry{e}, Outcome{Status: Failed, Result: secret, Error: secret, Log: secret}))
	check(t, s.SetSecretSetting(t.Context(), "s", secret))

	seen := func() (public bool) {
		files, err := filepath.Glob(filepath.Join(s.dir, "*"))
		check(t, err)
		for _, f := range files {
			b, err := os.ReadFile(f)
			check(t, err)
			if bytes.Contains(b, secret) {
				t.Errorf("%s contains the secret", f)
			}
			public = public || bytes.Contains(b, r.File)
		}
		return public
	}
	if !seen() {
		t.Error("the test looks in the wrong place: even the flow file isn't found")
	}
	check(t, s.Close())
	seen()
}

func TestDamagedRows(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := t.Context()
	var runs [2]Run
	for i := range runs {
		runs[i] = newRun("f")
		runs[i].Input = []byte("input")
		check(t, s.CreateRun(ctx, runs[i]))
		check(t, s.Record(ctx, runs[i].ID, []Entry{{Place: "1", Outcome: []byte("1")}, {Place: "2", Args: []byte("x")}}))
		check(t, s.Finish(ctx, runs[i].ID, Outcome{Status: Failed, Error: []byte("{}")}))
	}
	good, bad := runs[0].ID, runs[1].ID
	spoil := func(t *testing.T, query string, args ...any) {
		check(t, s.write(t.Context(), func(t *tx) error { return t.do(query, args...) }))
	}
	t.Run("an input moved from another run doesn't open, and the error names it", func(t *testing.T) {
		spoil(t, "UPDATE runs SET input = (SELECT input FROM runs WHERE id = ?) WHERE id = ?", good, bad)
		r, err := s.Run(ctx, bad)
		if e := fails[*CorruptError](t, err); e.Row != "the input of run "+bad || r.Flow != "f" {
			t.Errorf("got %v, %+v", e, r)
		}
	})
	t.Run("a journal gives the entries before the damaged one", func(t *testing.T) {
		spoil(t, "UPDATE journal SET args = substr(args, 1, 20) WHERE place = '2'")
		entries, err := s.Journal(ctx, bad)
		if e := fails[*CorruptError](t, err); e.Row != "the arguments of effect 2 of run "+bad || len(entries) != 1 {
			t.Errorf("got %v, %d entries", e, len(entries))
		}
	})
	t.Run("a list shows a damaged run among the others", func(t *testing.T) {
		spoil(t, "UPDATE runs SET error = x'00' WHERE id = ?", bad)
		page, err := s.Runs(ctx, RunFilter{})
		check(t, err)
		if len(page.Runs) != 2 || page.Runs[0].Damaged == "" || page.Runs[1].Damaged != "" {
			t.Errorf("got %+v", page.Runs)
		}
	})
	t.Run("a flow file that isn't what its hash says is refused", func(t *testing.T) {
		spoil(t, "UPDATE documents SET file = x'00'")
		_, err := s.Document(ctx, DocumentHash(runs[0].File))
		fails[*CorruptError](t, err)
	})
}
