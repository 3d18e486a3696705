package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func revision(n int) *int { return &n }

func save(t testing.TB, s *Store, name, file string) int {
	t.Helper()
	n, err := s.SaveDraft(t.Context(), name, []byte(file), SaveOptions{By: "owner", Title: "T"})
	check(t, err)
	return n
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestFlowNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"a": true, "update-user": true, "0": true, "a-": true, strings.Repeat("a", 64): true,
		"": false, "-a": false, "A": false, "a b": false, "a/b": false, "é": false, "a\n": false, strings.Repeat("a", 65): false,
	} {
		if err := CheckFlowName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
	_, err := open(t, "").SaveDraft(t.Context(), "../x", nil, SaveOptions{})
	fails[*NameError](t, err)
}

func TestDrafts(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		t.Run("a saved draft is read back, and its revision rises with each save", func(t *testing.T) {
			for want := 1; want <= 3; want++ {
				got, err := s.SaveDraft(ctx, "a", []byte(fmt.Sprint("file ", want)), SaveOptions{By: "me", Title: "A", Description: "d", Tags: []string{"tea"}, Problems: want})
				if err != nil || got != want {
					t.Fatalf("revision %d, %v; want %d", got, err, want)
				}
			}
			f, err := s.Flow(ctx, "a")
			check(t, err)
			same(t, f, Flow{File: []byte("file 3"), FlowInfo: FlowInfo{
				Name: "a", Title: "A", Description: "d", Tags: []string{"tea"}, Revision: 3, Problems: 3, Created: noon, Updated: noon, UpdatedBy: "me",
			}})
		})
		t.Run("a save over someone else's is refused, with the draft as it is now", func(t *testing.T) {
			_, err := s.SaveDraft(ctx, "a", []byte("mine"), SaveOptions{IfRevision: revision(2)})
			e := fails[*ConflictError](t, err)
			if e.Current.Revision != 3 || string(e.Current.File) != "file 3" {
				t.Errorf("got %+v", e.Current)
			}
			n, err := s.SaveDraft(ctx, "a", []byte("mine"), SaveOptions{IfRevision: revision(3)})
			if n != 4 || err != nil {
				t.Errorf("the right revision gave %d, %v", n, err)
			}
		})
		t.Run("a flow that must be new is refused when it is there", func(t *testing.T) {
			_, err := s.SaveDraft(ctx, "a", nil, SaveOptions{MustBeNew: true})
			fails[*ConflictError](t, err)
			_, err = s.SaveDraft(ctx, "b", nil, SaveOptions{MustBeNew: true})
			check(t, err)
		})
		t.Run("what isn't there is not found", func(t *testing.T) {
			_, flow := s.Flow(ctx, "none")
			_, save := s.SaveDraft(ctx, "none", nil, SaveOptions{IfRevision: revision(1)})
			_, publish := s.Publish(ctx, "none", PublishOptions{Revision: 1})
			_, version := s.Version(ctx, "a", 1)
			_, document := s.Document(ctx, "nothex")
			_, hook := s.FindHook(ctx, "GET", "none")
			for i, err := range []error{flow, save, publish, version, document, hook, s.DeleteFlow(ctx, "none")} {
				if !errors.Is(err, ErrNotFound) {
					t.Errorf("%d: %v", i, err)
				}
			}
		})
	})
}

func TestListOfFlows(t *testing.T) {
	s := open(t, t.TempDir())
	save(t, s, "b", "1")
	save(t, s, "a", "1")
	save(t, s, "gone", "1")
	check(t, s.DeleteFlow(t.Context(), "gone"))
	v, err := s.Publish(t.Context(), "a", PublishOptions{Revision: 1, By: "owner"})
	check(t, err)
	for range 2 {
		check(t, s.CreateRun(t.Context(), newRun("a")))
	}
	last := newRun("a")
	check(t, s.CreateRun(t.Context(), last))
	flows, err := s.ListFlows(t.Context())
	check(t, err)
	same(t, flows, []FlowInfo{
		{Name: "a", Title: "T", Tags: []string{}, Revision: 1, Created: noon, Updated: noon, UpdatedBy: "owner", Published: &v, LastRun: &LastRun{ID: last.ID, Status: Running, Started: noon}},
		{Name: "b", Title: "T", Tags: []string{}, Revision: 1, Created: noon, Updated: noon, UpdatedBy: "owner"},
	})
}

func TestVersions(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := t.Context()
	publish := func(r int, note string) (VersionInfo, error) {
		return s.Publish(ctx, "a", PublishOptions{Revision: r, By: "me", Note: note})
	}
	save(t, s, "a", "one")
	first, err := publish(1, "first")
	check(t, err)
	same(t, first, VersionInfo{Flow: "a", Version: 1, Document: DocumentHash([]byte("one")), At: noon, By: "me", Note: "first"})
	save(t, s, "a", "two")

	t.Run("a draft that was saved after the publisher looked is not published", func(t *testing.T) {
		_, err := publish(1, "")
		if e := fails[*ConflictError](t, err); e.Current.Revision != 2 {
			t.Errorf("got %+v", e.Current)
		}
	})
	second, err := publish(2, "second")
	check(t, err)
	s = reopen(t, s)
	t.Run("versions count up and each keeps its file", func(t *testing.T) {
		v, err := s.Version(ctx, "a", 1)
		check(t, err)
		same(t, v, Version{VersionInfo: first, File: []byte("one")})
		all, err := s.Versions(ctx, "a")
		check(t, err)
		same(t, all, []VersionInfo{second, first})
		f, err := s.Flow(ctx, "a")
		check(t, err)
		same(t, f.Published, &second)
	})
	t.Run("not even SQL changes a version", func(t *testing.T) {
		err := s.write(ctx, func(t *tx) error { return t.do("UPDATE versions SET note = 'forged'") })
		if err == nil || !strings.Contains(err.Error(), "never changes") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a deleted flow keeps its versions, and one of the same name goes on counting", func(t *testing.T) {
		check(t, s.DeleteFlow(ctx, "a"))
		if _, err := s.Version(ctx, "a", 1); err != nil {
			t.Error(err)
		}
		if _, err := s.Flow(ctx, "a"); !errors.Is(err, ErrNotFound) {
			t.Errorf("a deleted flow is read: %v", err)
		}
		if _, err := s.SaveDraft(ctx, "a", nil, SaveOptions{IfRevision: revision(2)}); !errors.Is(err, ErrNotFound) {
			t.Errorf("an old editor saved: %v", err)
		}
		n, err := s.SaveDraft(ctx, "a", []byte("three"), SaveOptions{MustBeNew: true})
		if n != 3 || err != nil {
			t.Errorf("revision %d, %v", n, err)
		}
		if f, err := s.Flow(ctx, "a"); err != nil || f.Published != nil {
			t.Errorf("got %+v, %v: nothing of it is published", f, err)
		}
		v, err := publish(3, "")
		if v.Version != 3 || err != nil {
			t.Errorf("version %d, %v", v.Version, err)
		}
	})
}

func TestHooks(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := t.Context()
	publish := func(name string, hooks ...Hook) error {
		n := save(t, s, name, name)
		_, err := s.Publish(ctx, name, PublishOptions{Revision: n, Hooks: hooks})
		return err
	}
	check(t, publish("a", Hook{Method: "post", Path: "/x/", Block: "b1"}, Hook{Method: "GET", Path: "y", Block: "b2"}))
	s = reopen(t, s)
	t.Run("a webhook is found by method and path, after a restart too", func(t *testing.T) {
		h, err := s.FindHook(ctx, "POST", "x")
		check(t, err)
		same(t, h, Hook{Method: "POST", Path: "x", Flow: "a", Version: 1, Block: "b1"})
		if _, err := s.FindHook(ctx, "GET", "x"); !errors.Is(err, ErrNotFound) {
			t.Errorf("another method: %v", err)
		}
	})
	t.Run("a webhook that belongs to another flow is refused, and nothing is published", func(t *testing.T) {
		err := publish("b", Hook{Method: "GET", Path: "free"}, Hook{Method: "POST", Path: "x"})
		e := fails[*HookTakenError](t, err)
		same(t, *e, HookTakenError{Method: "POST", Path: "x", Flow: "a"})
		if _, err := s.FindHook(ctx, "GET", "free"); !errors.Is(err, ErrNotFound) {
			t.Errorf("its other webhook was routed: %v", err)
		}
		if v, err := s.Versions(ctx, "b"); err != nil || len(v) != 0 {
			t.Errorf("got versions %v, %v", v, err)
		}
	})
	t.Run("a new version replaces the webhooks of the one before", func(t *testing.T) {
		check(t, publish("a", Hook{Method: "POST", Path: "x", Block: "b3"}))
		all, err := s.Hooks(ctx, "a")
		check(t, err)
		same(t, all, []Hook{{Method: "POST", Path: "x", Flow: "a", Version: 2, Block: "b3"}})
	})
	t.Run("a deleted flow gives its webhooks up", func(t *testing.T) {
		check(t, s.DeleteFlow(ctx, "a"))
		check(t, publish("b", Hook{Method: "POST", Path: "x"}))
	})
}
