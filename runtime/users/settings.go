package users

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
)

// Values of Settings.UpdatePolicy.
const (
	// PolicySelf lets a logged-in user change and delete their own record and
	// nobody else's; the CloudCode key may change anyone's.
	PolicySelf = "self"
	// PolicyPermissive lets every request with a valid API key change and
	// delete every record, with or without a user-token, as the permissions of
	// a new Backendless app do.
	PolicyPermissive = "permissive"
)

// Values of Settings.Compatibility.
const (
	// CompatibilityDocumented follows Backendless's documentation.
	CompatibilityDocumented = "documented"
	// CompatibilityLive follows the live server where it differs: unknown
	// properties are dropped, not refused, while DynamicSchema is off.
	CompatibilityLive = "live"
)

// maxSessionTimeout is Backendless's own maximum, thirty days.
const maxSessionTimeout = 30 * 24 * 60 * 60

// Settings can change while the service runs. They are kept in the database
// under the names of their JSON form, which are Backendless's own where it has
// one. Another process on the same file sees a change at its next write, or
// within a minute.
type Settings struct {
	// EnableMultipleLogins lets a user be logged in more than once. When it is
	// off, a login ends the session before it, or is refused (3002) if
	// LogoutLastUser is set.
	//
	// It is on by default, unlike on Backendless: runs that log in as the same
	// user at the same time would end each other's sessions.
	EnableMultipleLogins bool `json:"enableMultipleLogins"`
	// MaxConcurrentLogins bounds the sessions of one user; a login beyond it is
	// refused (3044). 0 means no bound.
	MaxConcurrentLogins int  `json:"maxConcurrentLogins"`
	LogoutLastUser      bool `json:"logoutLastUser"`
	// FailedLoginsLock locks an account for a while (3036) after so many failed
	// logins in a row, up to 1000. 0 locks it after 20, since some bound must be.
	FailedLoginsLock int `json:"failedLoginsLock"`
	// EmailConfirmationRequired lets who registers log in (3087) only after
	// following the link in a mail. Users that editors make need no confirmation.
	EmailConfirmationRequired bool `json:"emailConfirmationRequired"`
	// UserRegistrationEnabled allows POST users/register; 3009 otherwise.
	UserRegistrationEnabled bool `json:"userRegistrationEnabled"`
	// DynamicSchema makes a new column of a property nobody has used before.
	DynamicSchema bool `json:"dynamicSchema"`
	// SessionTimeout ends a session after so many seconds without a call,
	// from 1 to 2,592,000 (30 days).
	SessionTimeout int `json:"sessionTimeout"`
	// Compatibility is CompatibilityDocumented or CompatibilityLive.
	Compatibility string `json:"compatibility"`
	// UpdatePolicy is PolicySelf or PolicyPermissive.
	UpdatePolicy string `json:"updatePolicy"`
	// IdempotencyDays is how long what was performed under an Idempotency-Key
	// is remembered, from 1 to 3650 days. A repeat after that performs again.
	IdempotencyDays int `json:"idempotencyDays"`
}

func defaultSettings() Settings {
	return Settings{
		EnableMultipleLogins:    true,
		UserRegistrationEnabled: true,
		DynamicSchema:           true,
		SessionTimeout:          3600,
		Compatibility:           CompatibilityDocumented,
		UpdatePolicy:            PolicySelf,
		IdempotencyDays:         30,
	}
}

func (s Settings) check() error {
	switch {
	case s.SessionTimeout < 1 || s.SessionTimeout > maxSessionTimeout:
		return fmt.Errorf("sessionTimeout is in seconds, from 1 to %d; %d is not", maxSessionTimeout, s.SessionTimeout)
	case s.MaxConcurrentLogins < 0:
		return fmt.Errorf("maxConcurrentLogins is 0 (no bound) or more; %d is not", s.MaxConcurrentLogins)
	case s.IdempotencyDays < 1 || s.IdempotencyDays > 3650:
		return fmt.Errorf("idempotencyDays is from 1 to 3650; %d is not", s.IdempotencyDays)
	case s.Compatibility != CompatibilityDocumented && s.Compatibility != CompatibilityLive:
		return fmt.Errorf("compatibility is %q or %q, not %q", CompatibilityDocumented, CompatibilityLive, s.Compatibility)
	case s.UpdatePolicy != PolicySelf && s.UpdatePolicy != PolicyPermissive:
		return fmt.Errorf("updatePolicy is %q or %q, not %q", PolicySelf, PolicyPermissive, s.UpdatePolicy)
	case s.FailedLoginsLock < 0 || s.FailedLoginsLock > 1000:
		return fmt.Errorf("failedLoginsLock is from 0 to 1000; %d is not", s.FailedLoginsLock)
	}
	return nil
}

// Settings returns the settings in force.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	if !s.enter() {
		return Settings{}, errClosed
	}
	defer s.callers.Done()
	if err := ctx.Err(); err != nil {
		return Settings{}, err
	}
	return *s.settings.Load(), nil
}

// SetSettings puts settings in force and keeps them. A value out of range is
// refused and nothing changes.
func (s *Service) SetSettings(ctx context.Context, settings Settings) error {
	if err := settings.check(); err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error { return t.saveSettings(settings) })
}

var (
	allSettings = prepared("SELECT name, value FROM settings")
	saveSetting = prepared("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value")
)

func (t *tx) saveSettings(settings Settings) error {
	text, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	var byName map[string]json.RawMessage
	if err := json.Unmarshal(text, &byName); err != nil {
		return err
	}
	for name, value := range byName {
		if err := t.exec(saveSetting, name, string(value)); err != nil {
			return err
		}
	}
	t.settings = settings
	return nil
}

// readSettings puts what is kept over the defaults, so that a setting that came
// with a newer version has its default in an older database.
func readSettings(from *sql.Tx) (Settings, error) {
	settings := defaultSettings()
	rows, err := from.Query(queryTexts[allSettings])
	if err != nil {
		return settings, err
	}
	defer func() { _ = rows.Close() }() // an error is in rows.Err already
	byName := map[string]json.RawMessage{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return settings, err
		}
		byName[name] = json.RawMessage(value)
	}
	if err := rows.Err(); err != nil {
		return settings, err
	}
	text, err := json.Marshal(byName)
	if err != nil {
		return settings, err
	}
	if err := json.Unmarshal(text, &settings); err != nil {
		return settings, fmt.Errorf("a setting of the user service can't be read: %w", err)
	}
	return settings, nil
}
