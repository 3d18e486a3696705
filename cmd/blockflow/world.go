package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"blockflow/blocks"
	"blockflow/examples"
	"blockflow/runtime"
	"blockflow/runtime/store"
	"blockflow/runtime/users"
)

// A world is what a run on the command line reaches.
type world struct {
	kit   *blocks.Kit
	users *users.Service // nil if the users blocks speak to a Backendless app
}

func openWorld(ctx context.Context, flow string, f runFlags) (*world, error) {
	w, err := openUsersWorld(ctx, flow, f)
	if err != nil {
		return nil, err
	}
	egress, err := blocks.NewEgress(strings.Split(os.Getenv(envPrefix+"HTTP_ALLOW"), ","))
	if err != nil {
		w.close()
		return nil, unusable("%sHTTP_ALLOW: %s", envPrefix, err)
	}
	w.kit.HTTP, w.kit.Scripts = egress.Transport(), blocks.ThisProgram()
	return w, nil
}

func openUsersWorld(ctx context.Context, flow string, f runFlags) (*world, error) {
	connection := runtime.ConnectionFromEnv()
	if !connection.Embedded() {
		api, err := connection.UsersAPI(runtime.Embedded{})
		if err != nil {
			return nil, unusable("%s", err)
		}
		return &world{kit: &blocks.Kit{Users: api, Host: blocks.Host{Secret: secretFromEnv}}}, nil
	}
	var service *users.Service
	var err error
	if f.data != "" {
		service, err = openUsers(ctx, f.data)
	} else {
		service, err = usersInMemory(ctx, flow, f.users)
	}
	if err != nil {
		return nil, err
	}
	api, err := connection.UsersAPI(embedded(service))
	if err != nil {
		return nil, err
	}
	return &world{kit: &blocks.Kit{Users: api, Host: blocks.Host{Secret: secretFromEnv}}, users: service}, nil
}

func embedded(service *users.Service) runtime.Embedded {
	keys := service.Keys()
	return runtime.Embedded{Transport: service.Transport(), AppID: keys.AppID, CloudCodeKey: keys.BL}
}

func (w *world) close() {
	if w.users != nil {
		w.users.Close()
	}
}

// usersFile is the file of the user service in a data directory.
const usersFile = "users.db"

func openUsers(ctx context.Context, dir string) (*users.Service, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, unusable("there is no data directory %s: `blockflow serve --data %s` makes one", dir, dir)
	}
	keys, err := store.LoadKeys(dir)
	if err != nil {
		return nil, unusable("%s", err)
	}
	first := keys[len(keys)-1] // the user service knows nothing of rotations
	service, err := users.Open(ctx, filepath.Join(dir, usersFile), users.Options{Key: first[:]})
	if err != nil {
		return nil, unusable("the user service of %s can't be opened: %s", dir, err)
	}
	return service, nil
}

// usersInMemory seeds a user service that ends with the run.
func usersInMemory(ctx context.Context, flow, file string) (*users.Service, error) {
	data, err := seedFor(flow, file)
	if err != nil {
		return nil, err
	}
	service, err := users.Open(ctx, "", users.Options{})
	if err != nil {
		return nil, err
	}
	if err := service.Seed(ctx, bytes.NewReader(data)); err != nil {
		service.Close()
		return nil, unusable("the users file: %s", err)
	}
	return service, nil
}

const largestUsersFile = 64 << 20 // bytes

func seedFor(flow, file string) ([]byte, error) {
	if file != "" {
		data, err := readFile(file, largestUsersFile)
		if err != nil {
			return nil, unusable("the users file %s can't be read: %s", file, plain(err))
		}
		return data, nil
	}
	if data, err := readFile(filepath.Join(filepath.Dir(flow), examples.Users), largestUsersFile); err == nil {
		return data, nil
	}
	return examples.Files.ReadFile(examples.Users)
}

// changed returns what a call did to user records.
func (w *world) changed(ctx context.Context, key string) []users.Change {
	if w == nil || w.users == nil {
		return nil
	}
	changes, err := w.users.Changes(ctx, key)
	if err != nil {
		return nil // the run's own outcome tells what matters
	}
	return changes
}

func indent(data []byte, prefix string) string {
	var b bytes.Buffer
	if json.Indent(&b, data, prefix, "  ") != nil {
		return string(data)
	}
	return b.String()
}

// secretFromEnv is where secrets come from on the command line: api-key is
// BLOCKFLOW_SECRET_API_KEY.
func secretFromEnv(_ context.Context, name string) (value string, ok bool, err error) {
	name = strings.Map(func(r rune) rune {
		if r == '-' || r == '.' {
			return '_'
		}
		return r
	}, strings.ToUpper(name))
	value, ok = os.LookupEnv(envPrefix + "SECRET_" + name)
	return value, ok, nil
}
