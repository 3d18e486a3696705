package runtime

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"

	"blockflow/blocks"
)

// A Connection says which users service the users blocks speak to. The zero
// Connection is the embedded one.
type Connection struct {
	// Subdomain of a Backendless app, "example" for example.backendless.app; a
	// whole address, https://users.example.com, is an app's own domain.
	Subdomain string
	// AppID and APIKey are the other way to name an app.
	AppID, APIKey string
	// Server replaces https://api.backendless.com for AppID and APIKey.
	Server string
}

// ConnectionFromEnv reads BLOCKFLOW_BACKENDLESS_SUBDOMAIN, …_APP_ID, …_API_KEY
// and …_SERVER.
func ConnectionFromEnv() Connection {
	get := func(name string) string { return os.Getenv("BLOCKFLOW_BACKENDLESS_" + name) }
	return Connection{get("SUBDOMAIN"), get("APP_ID"), get("API_KEY"), get("SERVER")}
}

// Embedded reports whether nothing points elsewhere.
func (c Connection) Embedded() bool { return c == Connection{} }

// embeddedBase is never resolved: the embedded service's transport answers it.
const (
	embeddedHost = "http://users.embedded"
	embeddedBase = embeddedHost + "/api"
)

// An Embedded is how the embedded service is reached: by a call, not a socket, and
// by its CloudCode key for what only server code may do.
type Embedded struct {
	Transport           http.RoundTripper
	AppID, CloudCodeKey string
}

var subdomain = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

// UsersAPI returns the client for the connection; embedded is used if it is the
// embedded one.
func (c Connection) UsersAPI(embedded Embedded) (blocks.UsersAPI, error) {
	if c.Embedded() {
		return blocks.UsersAPI{
			Client: &http.Client{Transport: embedded.Transport}, Base: embeddedBase,
			ServerBase: embeddedHost + "/" + embedded.AppID + "/" + embedded.CloudCodeKey,
		}, nil
	}
	base, err := c.base()
	if err != nil {
		return blocks.UsersAPI{}, err
	}
	// A run's calls follow one another, so there are as many connections as runs
	// that are under way; Go keeps two open to a host where nobody says otherwise.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = keptOpen, keptOpen
	client := &http.Client{
		Transport: transport,
		// A redirect could take a user's token to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return blocks.UsersAPI{Client: client, Base: base}, nil
}

// keptOpen is how many connections to a users service stay open for the next call.
const keptOpen = 256

func (c Connection) base() (string, error) {
	switch {
	case c.Subdomain != "" && (c.AppID != "" || c.APIKey != ""):
		return "", fmt.Errorf("name the Backendless app by its subdomain or by app id and key, not both")
	case strings.Contains(c.Subdomain, "://"):
		return address(c.Subdomain, "/api")
	case c.Subdomain != "":
		if !subdomain.MatchString(c.Subdomain) {
			return "", fmt.Errorf("%q isn't a subdomain: give the part before .backendless.app", c.Subdomain)
		}
		return "https://" + c.Subdomain + ".backendless.app/api", nil
	case c.AppID == "" || c.APIKey == "":
		return "", fmt.Errorf("a Backendless app is named by its subdomain, or by app id and API key together")
	}
	server := c.Server
	if server == "" {
		server = "https://api.backendless.com"
	}
	return address(server, "/"+url.PathEscape(c.AppID)+"/"+url.PathEscape(c.APIKey))
}

func address(server, path string) (string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return "", fmt.Errorf("%q isn't an address like https://users.example.com", server)
	}
	return strings.TrimSuffix(u.String(), "/") + path, nil
}
