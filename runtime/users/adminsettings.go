package users

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

func (a *adminCall) getSettings() (any, error) { return *a.service.settings.Load(), nil }

// putSettings changes the settings that are sent and keeps the others. A name
// that no setting has, or a value of another type, is refused and nothing
// changes. What is left to say is said by the settings that come back.
func (a *adminCall) putSettings() (any, error) {
	fields, err := a.object()
	if err != nil {
		return nil, err
	}
	known, err := settingNames()
	if err != nil {
		return nil, err
	}
	var body objectWriter
	for _, p := range fields {
		if !known[p.name] {
			return nil, &adminError{http.StatusBadRequest, "unknown_setting", fmt.Sprintf("There is no setting %q.", cut(p.name, 40))}
		}
		if p.kind == 'n' {
			return nil, &adminError{http.StatusBadRequest, "bad_setting", fmt.Sprintf("The setting %s can't be null. Leave it out to keep it.", p.name)}
		}
		body.raw(p.name, p.raw)
	}
	var after Settings
	err = a.service.write(a.Context(), func(t *tx) error {
		after = t.settings
		decoder := json.NewDecoder(bytes.NewReader(body.end()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&after); err != nil {
			return &adminError{http.StatusBadRequest, "bad_setting", "A setting was sent with a value of the wrong type; GET shows which type each has."}
		}
		if err := after.check(); err != nil {
			return asAdminError(err, "bad_setting")
		}
		return t.saveSettings(after)
	})
	return after, err
}

// settingNames are the names that settings have in JSON.
func settingNames() (map[string]bool, error) {
	text, err := json.Marshal(Settings{})
	if err != nil {
		return nil, err
	}
	fields, err := parseObject(text)
	names := map[string]bool{}
	for _, p := range fields {
		names[p.name] = true
	}
	return names, err
}
