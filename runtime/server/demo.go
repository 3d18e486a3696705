package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/store"
	"blockflow/runtime/users"
)

// Demo users are there to be changed: a flow gives Alice another address, and
// the next run can't find her under the old one. So a server that began with demo
// users remembers which they are and can put them back.

// demoSetting holds the demo users' object ids by the place in their file.
const demoSetting = "demo_users"

// SeedDemo puts the users of a JSON list into the user service and remembers them.
func SeedDemo(ctx context.Context, s *store.Store, u *users.Service, file []byte) error {
	if err := u.Seed(ctx, bytes.NewReader(file)); err != nil {
		return err
	}
	var seeds []struct {
		Email string `json:"email"`
	}
	if err := json.Unmarshal(file, &seeds); err != nil {
		return err
	}
	ids := make([]string, len(seeds))
	for i, seed := range seeds {
		_, rows, err := u.Find(ctx, users.Query{Search: seed.Email, Limit: 1})
		if err != nil {
			return err
		}
		var found struct {
			ObjectID string `json:"objectId"`
		}
		if len(rows) == 1 && json.Unmarshal(rows[0], &found) == nil {
			ids[i] = found.ObjectID
		}
	}
	return rememberDemo(ctx, s, ids)
}

func rememberDemo(ctx context.Context, s *store.Store, ids []string) error {
	data, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return s.SetSetting(ctx, demoSetting, data)
}

// resetDemo gives the demo users the properties and passwords of their file
// again, and makes those anew that were deleted.
func (s *Server) resetDemo(c *gin.Context) error {
	kept, err := s.store.Setting(c, demoSetting)
	if errors.Is(err, store.ErrNotFound) || s.demo == nil {
		return &problem{http.StatusNotFound, "no_demo_users", "This server has no demo users.", nil}
	}
	if err != nil {
		return err
	}
	var ids []string
	var seeds []json.RawMessage
	if err := errors.Join(json.Unmarshal(kept, &ids), json.Unmarshal(s.demo, &seeds)); err != nil {
		return err
	}
	for i, seed := range seeds {
		if i >= len(ids) {
			break
		}
		if ids[i], err = s.restoreUser(c, ids[i], seed); err != nil {
			return &problem{http.StatusConflict, "not_restored", fmt.Sprintf("A demo user can't be put back: %s", err), nil}
		}
	}
	if err := rememberDemo(c, s.store, ids); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// restoreUser updates one user with the service's privileged key, as an
// administrator may, or makes the user if there is none.
func (s *Server) restoreUser(ctx context.Context, id string, seed json.RawMessage) (string, error) {
	keys := s.users.Keys()
	api := blocks.UsersAPI{Client: &http.Client{Transport: s.users.Transport()}, Base: "http://users.embedded/" + keys.AppID + "/" + keys.BL}
	properties, err := engine.ParseForeignJSON(seed)
	if err != nil {
		return id, err
	}
	err = api.Update(ctx, id, properties)
	var refusal *engine.Error
	if !errors.As(err, &refusal) || refusal.Code != "users.3030" {
		return id, err
	}
	record, err := s.users.Create(ctx, seed)
	if err != nil {
		return id, err
	}
	var made struct {
		ObjectID string `json:"objectId"`
	}
	return made.ObjectID, json.Unmarshal(record, &made)
}
