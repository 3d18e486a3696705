package users

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// outbox gives what is in the outbox, newest first.
func (p *place) outbox() []OutboxMail {
	p.Helper()
	all, err := p.service.Outbox(context.Background(), 100)
	if err != nil {
		p.Fatal(err)
	}
	return all
}

// linkIn gives the path of the link in the newest mail.
func (p *place) linkIn() string {
	p.Helper()
	for _, line := range strings.Split(p.outbox()[0].Text, "\n") {
		if path, ok := strings.CutPrefix(line, p.server.URL); ok {
			return path
		}
	}
	p.Fatalf("there is no link to this service in %q", p.outbox()[0].Text)
	return ""
}

func form() header { return header{"Content-Type", "application/x-www-form-urlencoded"} }

func TestAPasswordIsRestoredByMail(t *testing.T) {
	p := newPlace(t)
	_, tok := p.member("ann@x.org")
	p.fail(quietFailures)
	p.locked(rightLogin)
	p.ok("GET", "/api/users/restorepassword/Ann%40x.org", "")
	p.ok("GET", "/api/users/restorepassword/ann@x.org", "") // at once: no second mail
	if mails := p.outbox(); len(mails) != 1 || mails[0].To != "ann@x.org" || mails[0].Kind != "restore" || mails[0].Sent != nil {
		t.Fatalf("the outbox has %+v, want one mail to ann", mails)
	}
	link := p.linkIn()
	page := p.ok("GET", link, "")
	if !strings.Contains(page.text, `<form method="post">`) || !strings.Contains(page.header.Get("Content-Type"), "text/html") || !strings.Contains(page.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the page is %v %s", page.header, page.text)
	}
	if a := p.call("POST", link, "password=short", form()); a.status != 400 {
		t.Errorf("a short password was answered %d", a.status)
	}
	same(t, "the session before", p.ok("GET", "/api/users/isvalidusertoken/"+tok, "").text, "true")
	p.ok("POST", link, "password=longer+secret", form())
	same(t, "the session afterwards", p.ok("GET", "/api/users/isvalidusertoken/"+tok, "").text, "false")
	p.ok("POST", "/api/users/login", `{"login":"ann@x.org","password":"longer secret"}`) // the lock is gone too
	p.refused(3003, 401, "POST", "/api/users/login", rightLogin)
	for _, method := range []string{"GET", "POST"} {
		if a := p.call(method, link, "password=another+one", form()); a.status != 404 {
			t.Errorf("%s of a used link was answered %d", method, a.status)
		}
	}
	p.pass(time.Hour)
	p.ok("GET", "/api/users/restorepassword/ann@x.org", "")
	link = p.linkIn()
	p.pass(time.Hour)
	if a := p.call("POST", link, "password=another+one", form()); a.status != 404 {
		t.Errorf("an old link was answered %d", a.status)
	}
}

func TestWhoRegistersConfirmsTheirAddressFirst(t *testing.T) {
	p := newPlace(t)
	p.set(func(s *Settings) { s.EmailConfirmationRequired = true })
	a := p.ok("POST", "/api/users/register", `{"email":"ann@x.org","password":"secret"}`, idempotent("once"))
	p.ok("POST", "/api/users/register", `{"email":"ann@x.org","password":"secret"}`, idempotent("once"))
	same(t, "the status", a.field("userStatus"), "EMAIL_CONFIRMATION_PENDING")
	p.refused(3087, 400, "POST", "/api/users/login", rightLogin)
	p.refused(3003, 401, "POST", "/api/users/login", wrongTry)
	first := p.linkIn()
	p.ok("POST", "/api/users/resendconfirmation/ann@x.org", "")
	p.pass(mailPause)
	p.ok("POST", "/api/users/resendconfirmation/ann@x.org", "")
	if mails := p.outbox(); len(mails) != 2 {
		t.Errorf("there are %d mails, want the first and the one after a pause", len(mails))
	}
	made := p.ok("POST", p.as(p.service.Keys().BL, "/users/createEmailConfirmationURL/ann@x.org"), "").field("confirmationURL")
	for _, link := range []string{first, p.linkIn(), strings.TrimPrefix(made, p.server.URL)} {
		p.ok("GET", link, "")
	}
	p.ok("POST", "/api/users/login", rightLogin)
	if a := p.call("GET", "/api/users/confirmemail/nonsense", ""); a.status != 404 {
		t.Errorf("a link that was never made is answered %d", a.status)
	}
	// One kind of link is no good as the other.
	if a := p.call("POST", strings.Replace(first, "confirmemail", "newpassword", 1), "password=another+one", form()); a.status != 404 {
		t.Errorf("a confirmation as a new password is answered %d", a.status)
	}
	same(t, "a user made by an editor", p.adminOK("POST", "/", `{"email":"bob@x.org","password":"secret"}`).field("userStatus"), "ENABLED")
}

func TestNoLinkLeadsWhereTheRequestSays(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	p.ok("GET", "/api/users/restorepassword/ann@x.org", "", header{"X-Forwarded-Host", "evil.example"})
	for _, host := range []string{"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:80"} {
		p.pass(mailPause)
		c := &call{service: p.service, ctx: context.Background(), request: requestTo(host)}
		same(t, "the base of a link asked for at "+host, c.publicBase(), "")
	}
	p.close()
	p.options.PublicURL = "https://app.example.org/"
	p.open()
	p.ok("GET", "/api/users/restorepassword/ann@x.org", "")
	if text := p.outbox()[0].Text; !strings.Contains(text, "\nhttps://app.example.org/api/users/newpassword/") {
		t.Errorf("the mail is %q", text)
	}
}

func TestMailsAreNotReadableInTheFile(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	p.ok("GET", "/api/users/restorepassword/ann@x.org", "")
	if err := p.service.SetSMTP(context.Background(), SMTP{Host: "127.0.0.1", Port: 1, Username: "me", Password: "smtp-hunter2", From: "app@x.org"}); err != nil {
		t.Fatal(err)
	}
	link := p.linkIn()
	var found int
	err := p.service.db.readers.QueryRow("SELECT (SELECT count(*) FROM outbox WHERE instr(CAST(mail AS TEXT), 'newpassword')) + (SELECT count(*) FROM settings WHERE instr(value, 'hunter2'))+(SELECT count(*) FROM mail_tokens WHERE hex(token_hash) = ?)", link[len(link)-72:]).Scan(&found)
	if err != nil || found != 0 {
		t.Errorf("%d secrets can be read (%v)", found, err)
	}
	same(t, "the mail settings shown", p.adminOK("GET", "/api/settings/mail", "").text, `{"host":"127.0.0.1","port":1,"username":"me","password":"••••••","from":"app@x.org","security":"","publicURL":""}`)
	p.adminRefused("bad_setting", 400, "PUT", "/api/settings/mail", `{"host":"evil.example","port":1,"username":"me","password":"••••••","from":"app@x.org"}`)
	p.adminRefused("bad_setting", 400, "PUT", "/api/settings/mail", `{"host":"h","port":1,"username":"me","password":"x","from":"app@x.org","security":"none"}`)
	p.adminRefused("bad_setting", 400, "PUT", "/api/settings/mail", `{"publicURL":"javascript:alert(1)"}`)
	p.adminRefused("unknown_setting", 400, "PUT", "/api/settings/mail", `{"hosts":"h"}`)
	p.adminOK("PUT", "/api/settings/mail", `{"host":"127.0.0.1","port":2,"username":"me","password":"••••••","from":"app@x.org"}`)
	kept, err := p.service.SMTPSettings(context.Background())
	if err != nil || kept.Password != "smtp-hunter2" || kept.Port != 2 {
		t.Errorf("the mail settings kept are not those given (%v)", err)
	}
}

// A postOffice is a mailer that fails as often as it is told.
type postOffice struct {
	mu     sync.Mutex
	faults int
	got    []Mail
	came   chan struct{}
}

func (o *postOffice) Send(_ context.Context, m Mail) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer func() { o.came <- struct{}{} }()
	if o.faults > 0 {
		o.faults--
		return errors.New("the post office is closed")
	}
	o.got = append(o.got, m)
	return nil
}

func TestAMailThatCouldNotBeSentIsTriedAgain(t *testing.T) {
	p := newPlace(t)
	p.close()
	office := &postOffice{faults: 1, came: make(chan struct{}, 9)}
	p.options.Mailer = office
	p.open()
	p.register("ann@x.org")
	p.ok("GET", "/api/users/restorepassword/ann@x.org", "")
	<-office.came
	p.close() // the try is settled by then
	p.open()
	if m := p.outbox()[0]; m.Tries != 1 || m.Fault != "the post office is closed" || m.Sent != nil || m.Text == "" {
		t.Errorf("the mail that failed is %+v", m)
	}
	p.pass(firstRetry)
	p.service.wakePostman()
	<-office.came
	p.close()
	p.open()
	if m := p.outbox()[0]; m.Sent == nil || m.Text != "" || len(office.got) != 1 {
		t.Errorf("the mail that was sent is %+v, sent %d times", m, len(office.got))
	}
}

// smtpServer takes one mail over SMTP and gives what it was sent.
func smtpServer(t *testing.T) (port int, received chan string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	received = make(chan string, 1)
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = connection.Close() }()
		lines := textproto.NewReader(bufio.NewReader(connection))
		say := func(text string) { _, _ = fmt.Fprintf(connection, "%s\r\n", text) }
		say("220 here")
		for {
			line, err := lines.ReadLine()
			if err != nil {
				return
			}
			switch verb, _, _ := strings.Cut(strings.ToUpper(line), " "); verb {
			case "DATA":
				say("354 go on")
				body, _ := lines.ReadDotLines()
				received <- strings.Join(body, "\n")
				say("250 ok")
			case "QUIT":
				say("221 bye")
				return
			default:
				say("250 ok")
			}
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port, received
}

func TestMailsGoOutBySMTP(t *testing.T) {
	p := newPlace(t)
	port, received := smtpServer(t)
	p.register("ann@x.org")
	p.adminOK("PUT", "/api/settings/mail", fmt.Sprintf(`{"host":"127.0.0.1","port":%d,"from":"app@x.org","security":"none","publicURL":"https://app.example.org"}`, port))
	p.ok("GET", "/api/users/restorepassword/ann@x.org", "")
	mail := <-received
	for _, part := range []string{"From: <app@x.org>", "To: <ann@x.org>", "Subject: A new password", "https://app.example.org/api/users/newpassword/"} {
		if !strings.Contains(strings.ReplaceAll(mail, "=\n", ""), part) {
			t.Errorf("the mail has no %q: %s", part, mail)
		}
	}
}

func requestTo(host string) *http.Request { return &http.Request{Host: host} }
