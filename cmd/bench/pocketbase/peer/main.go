// Command peer is PocketBase as the benchmark beside it measures it: the program
// as it comes, with the columns and the table that are written, no log of
// requests, which the other side doesn't keep either, and the disk synced as the
// benchmark says.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: peer ADDRESS DIRECTORY FULL|NORMAL")
	}
	address, dir, synchronous := os.Args[1], os.Args[2], os.Args[3]
	os.Args = []string{os.Args[0], "serve", "--http", address} // PocketBase reads them as it is made
	app := pocketbase.NewWithConfig(pocketbase.Config{
		DefaultDataDir: dir, HideStartBanner: true,
		DBConnect: func(path string) (*dbx.DB, error) {
			// core.DefaultDBConnect, but for synchronous.
			return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)&_pragma=synchronous("+
				synchronous+")&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)")
		},
	})
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.InstallerFunc = nil // it would open a browser
		if err := prepare(e.App); err != nil {
			return err
		}
		return e.Next()
	})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}

func prepare(app core.App) error {
	settings := app.Settings()
	settings.Logs.MaxDays = 0
	if err := app.Save(settings); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return err
	}
	users.Fields.Add(&core.TextField{Name: "address"}, &core.NumberField{Name: "score"})
	if err := app.Save(users); err != nil {
		return fmt.Errorf("users: %w", err)
	}
	items := core.NewBaseCollection("items")
	items.Fields.Add(
		&core.TextField{Name: "name"}, &core.TextField{Name: "address"}, &core.NumberField{Name: "score"}, &core.BoolField{Name: "active"},
		&core.RelationField{Name: "owner", CollectionId: users.Id, MaxSelect: 1},
		&core.AutodateField{Name: "created", OnCreate: true}, &core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true},
	)
	items.CreateRule = types.Pointer("@request.auth.id != ''")
	items.UpdateRule = types.Pointer("owner = @request.auth.id")
	if err := app.Save(items); err != nil {
		return fmt.Errorf("items: %w", err)
	}
	return nil
}
