package store

import (
	"errors"
	"sync"
	"testing"
	"time"
)

func TestSetupLinks(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		old, link := Hash{1}, Hash{2}
		p := Person{Name: "owner", Role: "owner", Password: "hash", Created: noon}
		for _, h := range []Hash{old, link} {
			if needed, err := s.SetSetupLink(ctx, h); !needed || err != nil {
				t.Fatal(needed, err)
			}
		}
		t.Run("a newer link replaces the one before", func(t *testing.T) {
			if err := s.UseSetupLink(ctx, old, p); !errors.Is(err, ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("of many that use a link one succeeds", func(t *testing.T) {
			errs := make([]error, 8)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() { errs[i] = s.UseSetupLink(ctx, link, p) })
			}
			all.Wait()
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
				} else if !errors.Is(err, ErrNotFound) {
					t.Error(err)
				}
			}
			if won != 1 {
				t.Errorf("%d succeeded", won)
			}
			got, err := s.Person(ctx, "owner")
			check(t, err)
			same(t, got, p)
		})
		t.Run("there is no link once there is a person", func(t *testing.T) {
			if needed, err := s.SetSetupLink(ctx, Hash{3}); needed || err != nil {
				t.Error(needed, err)
			}
			if _, err := s.SetupLink(ctx); !errors.Is(err, ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	})
}

func TestSessionsAndTokensSurviveARestart(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := t.Context()
	_, err := s.SetSetupLink(ctx, Hash{})
	check(t, err)
	check(t, s.UseSetupLink(ctx, Hash{}, Person{Name: "owner", Role: "owner", Created: noon}))
	v := Session{Person: "owner", Role: "owner", Created: noon, Seen: noon}
	check(t, s.CreateSession(ctx, Hash{1}, v, noon, noon))
	token := Token{ID: "t", Name: "ci", Role: "owner", By: "owner", Created: noon}
	check(t, s.CreateToken(ctx, Hash{2}, token))
	v.Seen, token.Used = noon.Add(time.Hour), noon.Add(time.Minute)
	check(t, s.TouchSession(ctx, Hash{1}, v.Seen))
	check(t, s.TouchToken(ctx, "t", token.Used))
	s = reopen(t, s)

	gotSession, err := s.Session(ctx, Hash{1})
	check(t, err)
	same(t, gotSession, v)
	gotToken, err := s.Token(ctx, Hash{2})
	check(t, err)
	same(t, gotToken, token)

	t.Run("a new session clears away those that are too old", func(t *testing.T) {
		check(t, s.CreateSession(ctx, Hash{3}, v, noon.Add(time.Second), noon))
		if _, err := s.Session(ctx, Hash{1}); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a new password ends the sessions", func(t *testing.T) {
		check(t, s.SetPassword(ctx, "owner", "new"))
		if _, err := s.Session(ctx, Hash{3}); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a deleted token is gone, and can't be deleted again", func(t *testing.T) {
		check(t, s.DeleteToken(ctx, "t"))
		if _, err := s.Token(ctx, Hash{2}); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
		if err := s.DeleteToken(ctx, "t"); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

func TestSettingsAndAudit(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		t.Run("a setting is replaced, also by a sealed one, and deleted", func(t *testing.T) {
			check(t, s.SetSetting(ctx, "k", []byte("plain")))
			check(t, s.SetSecretSetting(ctx, "k", []byte("sealed")))
			v, err := s.Setting(ctx, "k")
			check(t, err)
			same(t, string(v), "sealed")
			check(t, s.DeleteSetting(ctx, "k"))
			if _, err := s.Setting(ctx, "k"); !errors.Is(err, ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("the audit log gives the newest first", func(t *testing.T) {
			for _, action := range []string{"a", "b", "c"} {
				check(t, s.Audit(ctx, AuditEntry{By: "owner", Action: action, Subject: "s", Detail: "d"}))
			}
			got, err := s.AuditLog(ctx, 2)
			check(t, err)
			same(t, got, []AuditEntry{
				{At: noon, By: "owner", Action: "c", Subject: "s", Detail: "d"},
				{At: noon, By: "owner", Action: "b", Subject: "s", Detail: "d"},
			})
		})
	})
}
