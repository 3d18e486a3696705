package users

import (
	"context"
	"crypto/subtle"
	"fmt"
)

// Kinds of API keys. BL is what Backendless calls the CloudCode key.
const (
	keyREST = "REST"
	keyJS   = "JS"
	keyBL   = "BL"
)

// Keys are what an app puts into the address /<app-id>/<api-key>/…. They are
// made when the database is. REST and JS keys stand in apps that people
// download and are no secrets; the BL key may change every user and is one.
type Keys struct {
	AppID string `json:"appId"`
	REST  string `json:"REST"`
	JS    string `json:"JS"`
	BL    string `json:"BL"`
}

// Keys returns the application id and the API keys.
func (s *Service) Keys() Keys { return s.credentials }

// kindOf returns the kind of an API key, "" if it or the id is unknown.
func (k *Keys) kindOf(appID, key string) string {
	if appID != k.AppID {
		return ""
	}
	for kind, known := range map[string]string{keyREST: k.REST, keyJS: k.JS, keyBL: k.BL} {
		if subtle.ConstantTimeCompare([]byte(known), []byte(key)) == 1 {
			return kind
		}
	}
	return ""
}

var (
	credentialByName = prepared("SELECT value FROM credentials WHERE name = ?")
	insertCredential = prepared("INSERT INTO credentials (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
)

// loadCredentials reads the keys, making them first in a new database.
func (s *Service) loadCredentials(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		for name, into := range map[string]*string{
			"APP": &s.credentials.AppID, keyREST: &s.credentials.REST, keyJS: &s.credentials.JS, keyBL: &s.credentials.BL,
		} {
			if err := t.exec(insertCredential, name, newGUID()); err != nil {
				return err
			}
			if err := t.row(credentialByName, name).Scan(into); err != nil {
				return fmt.Errorf("read the API keys: %w", err)
			}
		}
		return nil
	})
}
