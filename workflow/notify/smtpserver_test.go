package notify

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// mailServer speaks SMTP on the loopback, with a certificate of its own.
type mailServer struct {
	address string
	roots   *x509.CertPool
	secure  *tls.Config
	got     chan mailGot

	// implicit expects TLS from the first byte; without is what EHLO does not
	// offer; login offers AUTH LOGIN alone.
	implicit bool
	without  string
	login    bool
	// answer gives another answer to a line than the usual one, "" for that;
	// "hang up" ends the connection.
	answer func(line string) string

	wg    sync.WaitGroup
	mu    sync.Mutex
	lines []string // of commands, as they came
}

// mailGot is a mail as it arrived.
type mailGot struct {
	from, user string
	to         []string
	data       string
	secure     bool
}

func newMailServer(t *testing.T, set func(*mailServer)) *mailServer {
	t.Helper()
	certified := httptest.NewTLSServer(nil) // for its certificate
	certified.Close()
	s := &mailServer{roots: x509.NewCertPool(), got: make(chan mailGot, 100), secure: &tls.Config{Certificates: certified.TLS.Certificates}}
	s.roots.AddCert(certified.Certificate())
	if set != nil {
		set(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	s.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.wg.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.wg.Wait()
	})
	return s
}

// commands are the lines that came, without what is in them of mails.
func (s *mailServer) commands() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

func (s *mailServer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	secure := s.implicit
	if secure {
		conn = tls.Server(conn, s.secure)
	}
	c := &conversation{mailServer: s, conn: conn, r: bufio.NewReader(conn)}
	c.mail.secure = secure
	c.say("220 mail.test ready")
	for c.err == nil {
		c.next()
	}
}

// conversation is one connection.
type conversation struct {
	*mailServer
	conn net.Conn
	r    *bufio.Reader
	mail mailGot
	err  error
}

func (c *conversation) say(line string) {
	if _, err := c.conn.Write([]byte(line + "\r\n")); err != nil {
		c.err = err
	}
}

func (c *conversation) read() string {
	line, err := c.r.ReadString('\n')
	if err != nil {
		c.err = err
	}
	return strings.TrimRight(line, "\r\n")
}

var errHungUp = errors.New("hung up")

func (c *conversation) next() {
	line := c.read()
	if c.err != nil {
		return
	}
	switch other := c.other(line); other {
	case "":
		c.obey(line)
	case "hang up":
		c.err = errHungUp
	default:
		c.say(other)
	}
}

// other is what the test has the server say to a line, "" for the usual.
func (c *conversation) other(line string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, line)
	if c.answer == nil {
		return ""
	}
	return c.answer(line)
}

func (c *conversation) obey(line string) {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO":
		c.offer()
	case "STARTTLS":
		c.say("220 go ahead")
		c.conn = tls.Server(c.conn, c.secure)
		c.r, c.mail.secure = bufio.NewReader(c.conn), true
	case "AUTH":
		c.auth(rest)
	case "MAIL":
		c.mail.from, c.mail.to = rest, nil
		c.say("250 ok")
	case "RCPT":
		c.mail.to = append(c.mail.to, strings.TrimSuffix(strings.TrimPrefix(rest, "TO:<"), ">"))
		c.say("250 ok")
	case "DATA":
		c.say("354 end with a dot")
		data, err := textproto.NewReader(c.r).ReadDotBytes()
		if c.err = err; err == nil {
			c.say("250 queued")
			c.mail.data = string(data)
			c.got <- c.mail
		}
	case "QUIT":
		c.say("221 bye")
		c.err = errHungUp
	default:
		c.say("502 what?")
	}
}

func (c *conversation) offer() {
	offers := []string{"STARTTLS", "AUTH PLAIN LOGIN"}
	if c.login {
		offers[1] = "AUTH LOGIN"
	}
	c.say("250-mail.test")
	for _, o := range offers {
		if o != c.without && (o != "STARTTLS" || !c.mail.secure) {
			c.say("250-" + o)
		}
	}
	c.say("250 8BITMIME")
}

// auth takes ann with the password pass.
func (c *conversation) auth(rest string) {
	text := func(encoded string) string {
		data, _ := base64.StdEncoding.DecodeString(encoded)
		return string(data)
	}
	var user, password string
	if initial, ok := strings.CutPrefix(rest, "PLAIN "); ok {
		parts := strings.Split(text(initial), "\x00")
		user, password = parts[1], parts[2]
	} else {
		c.say("334 " + base64.StdEncoding.EncodeToString([]byte("Username:")))
		user = text(c.read())
		c.say("334 " + base64.StdEncoding.EncodeToString([]byte("Password:")))
		password = text(c.read())
	}
	if user != "ann" || password != "pass" {
		c.say("535 5.7.8 no")
		return
	}
	c.mail.user = user
	c.say("235 welcome")
}
