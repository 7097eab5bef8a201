package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
	"time"
)

// SMTP is a mail server and who gets mail through it.
type SMTP struct {
	// Address is host:port, such as smtp.example.com:587.
	Address  string `json:"address"`
	Username string `json:"username,omitempty"`
	// Password; "$NAME" is taken from the environment.
	Password string `json:"password,omitempty"`
	// From and To are addresses such as "Flags <flags@example.com>".
	From string   `json:"from"`
	To   []string `json:"to"`
	// TLS is starttls (the default), implicit, usual on port 465, or none.
	TLS string `json:"tls,omitempty"`

	from *mail.Address
	to   []*mail.Address
	// roots are trusted instead of the system's, if there are any.
	roots *x509.CertPool
}

// complete fills in the defaults and checks; errors begin with the field.
func (s *SMTP) complete() error {
	if s.TLS == "" {
		s.TLS = "starttls"
	}
	host, port, err := net.SplitHostPort(s.Address)
	switch {
	case err != nil || host == "" || port == "":
		return fmt.Errorf("address: %q is not host:port, such as smtp.example.com:587", s.Address)
	case s.TLS != "starttls" && s.TLS != "implicit" && s.TLS != "none":
		return fmt.Errorf("tls: %q is not starttls, implicit or none", s.TLS)
	case (s.Username == "") != (s.Password == ""):
		return fmt.Errorf("username, password: give both or neither")
	case s.TLS == "none" && s.Username != "":
		return fmt.Errorf("tls: a password does not travel in the clear; use starttls or implicit, or no username")
	case len(s.To) == 0:
		return fmt.Errorf("to: is missing; give a list of addresses")
	}
	if s.from, err = mail.ParseAddress(s.From); err != nil {
		return fmt.Errorf("from: %q is not an address such as \"Flags <flags@example.com>\"", s.From)
	}
	s.to = s.to[:0]
	for i, text := range s.To {
		to, err := mail.ParseAddress(text)
		if err != nil {
			return fmt.Errorf("to[%d]: %q is not an address such as release@example.com", i, text)
		}
		s.to = append(s.to, to)
	}
	return nil
}

// sessionTime bounds a whole conversation with a mail server.
const sessionTime = time.Minute

// connect opens a conversation that is ready for a mail. stop ends it; it ends
// with ctx too.
func (s *SMTP) connect(ctx context.Context) (client *smtp.Client, stop func(), err error) {
	host, _, _ := net.SplitHostPort(s.Address) // complete has checked it
	conn, err := (&net.Dialer{Timeout: answerTime}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, nil, err
	}
	release := context.AfterFunc(ctx, func() { _ = conn.Close() }) // what waits on it fails
	stop = func() {
		release()
		_ = conn.Close()
	}
	if err = conn.SetDeadline(time.Now().Add(sessionTime)); err == nil {
		client, err = s.greet(conn, host)
	}
	if err != nil {
		stop()
		return nil, nil, err
	}
	return client, stop, nil
}

// greet secures the connection and shows who we are.
func (s *SMTP) greet(conn net.Conn, host string) (*smtp.Client, error) {
	secure := &tls.Config{ServerName: host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
	if s.TLS == "implicit" {
		conn = tls.Client(conn, secure)
	}
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	if err := client.Hello(s.self()); err != nil {
		return nil, fmt.Errorf("EHLO: %w", err)
	}
	if s.TLS == "starttls" {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return nil, errors.New("the server does not offer STARTTLS; nothing was sent")
		}
		if err := client.StartTLS(secure); err != nil {
			return nil, fmt.Errorf("STARTTLS: %w", err)
		}
	}
	if s.Username == "" {
		return client, nil
	}
	if err := client.Auth(s.auth(client, host)); err != nil {
		return nil, fmt.Errorf("AUTH: %w", err)
	}
	return client, nil
}

// self is the name that we greet with: the domain that mail comes from.
func (s *SMTP) self() string {
	_, domain, _ := strings.Cut(s.from.Address, "@")
	return domain
}

// auth is PLAIN, or LOGIN where that is all there is.
func (s *SMTP) auth(client *smtp.Client, host string) smtp.Auth {
	_, methods := client.Extension("AUTH")
	if fields := strings.Fields(strings.ToUpper(methods)); !slices.Contains(fields, "PLAIN") && slices.Contains(fields, "LOGIN") {
		return &login{s.Username, s.Password}
	}
	return smtp.PlainAuth("", s.Username, s.Password, host)
}

// login is the mechanism LOGIN, which some servers have instead of PLAIN.
type login struct{ username, password string }

// Start implements smtp.Auth.
func (l *login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS {
		return "", nil, errors.New("the connection is not encrypted")
	}
	return "LOGIN", nil, nil
}

// Next implements smtp.Auth.
func (l *login) Next(asked []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	switch strings.ToLower(strings.TrimSuffix(strings.TrimSpace(string(asked)), ":")) {
	case "username":
		return []byte(l.username), nil
	case "password":
		return []byte(l.password), nil
	default:
		return nil, fmt.Errorf("the server asks for %q", oneLine(string(asked)))
	}
}

// permanent reports whether a server's answer is about this mail and for good.
func permanent(err error) bool {
	var answer *textproto.Error
	return errors.As(err, &answer) && answer.Code >= 500
}

// answered reports whether err is a server's answer, and not a lost connection.
func answered(err error) bool {
	var answer *textproto.Error
	return errors.As(err, &answer)
}

// said is a server's answer, or what became of the connection, in one line.
func said(err error) string {
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return oneLine(fmt.Sprintf("%d %s", answer.Code, answer.Msg))
	}
	return oneLine(err.Error())
}
