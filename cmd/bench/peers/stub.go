package main

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
)

// A stub answers as the users API does and keeps nothing. All contenders call the
// same one, so that what is measured is the engines.
type stub struct {
	server http.Server
	base   string
}

const (
	stubUser  = "8D5C4A2E-7C0B-4B5B-9E53-1B2C3D4E5F60"
	stubToken = "1F4C2A90-3D2E-4C58-8A2B-6F7E8D9C0B1A"
)

func startStub() (*stub, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &stub{base: "http://" + listener.Addr().String() + "/api"}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/users/login", func(w http.ResponseWriter, r *http.Request) {
		if _, ok := sentObject(w, r); ok {
			give(w, map[string]any{"objectId": stubUser, "___class": "Users", "email": "alice@yourmail.com", "name": "Alice", "created": 1700000000000, "user-token": stubToken})
		}
	})
	mux.HandleFunc("PUT /api/users/{id}", func(w http.ResponseWriter, r *http.Request) {
		user, ok := sentObject(w, r)
		if !ok {
			return
		}
		if r.Header.Get("user-token") == "" || !strings.EqualFold(r.PathValue("id"), stubUser) {
			http.Error(w, "no token, or another user", http.StatusUnauthorized)
			return
		}
		user["___class"], user["updated"] = "Users", 1700000000001
		give(w, user)
	})
	s.server.Handler = mux
	go func() {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(err) // the benchmark is worth nothing without it
		}
	}()
	return s, nil
}

func (s *stub) close() { _ = s.server.Close() }

func sentObject(w http.ResponseWriter, r *http.Request) (object map[string]any, ok bool) {
	data, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(data, &object)
	}
	if err != nil || object == nil {
		http.Error(w, "not a JSON object", http.StatusBadRequest)
		return nil, false
	}
	return object, true
}

func give(w http.ResponseWriter, object map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(object) // fails only if the caller has gone
}
