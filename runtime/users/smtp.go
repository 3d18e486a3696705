package users

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/wneessen/go-mail"
)

// Values of SMTP.Security.
const (
	SecurityStartTLS = "starttls" // must be offered by the server
	SecurityTLS      = "tls"      // from the first byte
	SecurityNone     = "none"     // for a server on the same machine
)

// SMTP says how mail is handed on.
type SMTP struct {
	Host     string `json:"host"` // "": mail stays in the outbox
	Port     int    `json:"port"`
	Username string `json:"username"` // "": without authentication
	Password string `json:"password"`
	From     string `json:"from"`
	Security string `json:"security"` // SecurityStartTLS if empty
	// PublicURL is where links in mails lead to, such as https://app.example.org.
	PublicURL string `json:"publicURL"`
}

func (s SMTP) check() error {
	if s.PublicURL != "" {
		at, err := url.Parse(s.PublicURL)
		if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" || at.RawQuery != "" || at.Fragment != "" {
			return fmt.Errorf("publicURL must be like https://app.example.org")
		}
	}
	switch {
	case s.Host == "":
		return nil
	case s.Port < 1 || s.Port > 65535:
		return fmt.Errorf("port is from 1 to 65535; %d is not", s.Port)
	case !isEmail(s.From):
		return fmt.Errorf("from must be an email address")
	case s.Security != "" && s.Security != SecurityStartTLS && s.Security != SecurityTLS && s.Security != SecurityNone:
		return fmt.Errorf("security is %s, %s or %s", SecurityStartTLS, SecurityTLS, SecurityNone)
	case s.Security == SecurityNone && s.Username != "":
		return fmt.Errorf("a password isn't sent without encryption; set security to %s or %s", SecurityStartTLS, SecurityTLS)
	}
	return nil
}

// Send hands a mail on.
func (s SMTP) Send(ctx context.Context, m Mail) error {
	message := mail.NewMsg()
	if err := errors.Join(message.From(s.From), message.To(m.To)); err != nil {
		return err
	}
	message.Subject(m.Subject)
	message.SetBodyString(mail.TypeTextPlain, m.Text)
	options := []mail.Option{mail.WithPort(s.Port), mail.WithTimeout(sendTime)}
	switch s.Security {
	case SecurityTLS:
		options = append(options, mail.WithSSL())
	case SecurityNone:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.Username), mail.WithPassword(s.Password))
	}
	client, err := mail.NewClient(s.Host, options...)
	if err != nil {
		return err
	}
	return client.DialAndSendWithContext(ctx, message)
}

// smtpRow is the name under which these settings are kept, sealed, among the
// others.
const smtpRow = "smtp"

var settingByName = prepared("SELECT value FROM settings WHERE name = ?")

// SMTPSettings returns how mail is handed on, the password included.
func (s *Service) SMTPSettings(ctx context.Context) (SMTP, error) {
	var kept SMTP
	var text string
	err := s.db.reads[settingByName].QueryRowContext(ctx, smtpRow).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return kept, nil
	}
	var sealed []byte
	if err == nil {
		err = json.Unmarshal([]byte(text), &sealed)
	}
	if err != nil {
		return kept, err
	}
	plain, err := s.keys.sealer.Open(nil, nil, sealed, []byte(smtpRow))
	if err != nil {
		return kept, errors.New("the mail settings were kept before the service's key was changed or lost; set them again")
	}
	return kept, json.Unmarshal(plain, &kept)
}

// SetSMTP keeps how mail is handed on and begins to hand on what waits.
func (s *Service) SetSMTP(ctx context.Context, settings SMTP) error {
	if err := settings.check(); err != nil {
		return err
	}
	plain, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	text, err := json.Marshal(s.keys.sealer.Seal(nil, nil, plain, []byte(smtpRow)))
	if err != nil {
		return err
	}
	defer s.wakePostman()
	return s.write(ctx, func(t *tx) error { return t.exec(saveSetting, smtpRow, string(text)) })
}

// mailer is what sends mails; nil if nothing does.
func (s *Service) mailer(ctx context.Context) (Mailer, error) {
	if s.givenMailer != nil {
		return s.givenMailer, nil
	}
	kept, err := s.SMTPSettings(ctx)
	if err != nil || kept.Host == "" {
		return nil, err
	}
	return kept, nil
}

const maskedPassword = "••••••"

func (a *adminCall) getMail() (any, error) {
	kept, err := a.service.SMTPSettings(a.Context())
	if kept.Password != "" {
		kept.Password = maskedPassword
	}
	return kept, err
}

// putMail replaces the mail settings. The masked password stands for the one
// that is kept, which is good for its own host only: else someone could have
// it sent to a host of theirs.
func (a *adminCall) putMail() (any, error) {
	fields, err := a.object()
	if err != nil {
		return nil, err
	}
	var next SMTP
	for _, p := range fields {
		into := map[string]*string{
			"host": &next.Host, "username": &next.Username, "password": &next.Password,
			"from": &next.From, "security": &next.Security, "publicURL": &next.PublicURL,
		}[p.name]
		switch {
		case into != nil && p.kind == 's':
			*into = p.text
		case p.name == "port" && p.kind == 'd':
			if next.Port, err = p.whole(codeOther, 1, 65535); err != nil {
				return nil, &adminError{http.StatusBadRequest, "bad_setting", "port is from 1 to 65535."}
			}
		default:
			return nil, &adminError{http.StatusBadRequest, "unknown_setting", fmt.Sprintf("There is no mail setting %q, or it has another type.", cut(p.name, 40))}
		}
	}
	if next.Password == maskedPassword {
		kept, err := a.service.SMTPSettings(a.Context())
		if err != nil {
			return nil, err
		}
		if !strings.EqualFold(kept.Host, next.Host) || kept.Username != next.Username || kept.Security != next.Security {
			return nil, &adminError{http.StatusBadRequest, "bad_setting", "For another host, user name or security the password has to be given again."}
		}
		next.Password = kept.Password
	}
	if err := a.service.SetSMTP(a.Context(), next); err != nil {
		return nil, asAdminError(err, "bad_setting")
	}
	return a.getMail()
}

func (a *adminCall) outbox() (any, error) {
	all, err := a.service.Outbox(a.Context(), 100)
	return map[string]any{"mails": all}, err
}
