package notify

import (
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
)

// mailed is a channel to a mail server.
func mailed(t *testing.T, s *mailServer, change ...func(*Config)) Config {
	t.Helper()
	c := Config{Name: "mail", To: "email", SMTP: &SMTP{
		Address: s.address, Username: "ann", Password: "pass", From: "Flags <flags@shop.test>", To: []string{"on-call@shop.test"},
	}}
	for _, f := range change {
		f(&c)
	}
	if err := c.complete(func(string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	c.SMTP.roots = s.roots
	return c
}

// parts reads a mail as a mail program would.
func parts(t *testing.T, data string) (h mail.Header, plain, html string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatalf("%v in:\n%s", err, data)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q: %v", kind, err)
	}
	r := multipart.NewReader(m.Body, params["boundary"])
	var texts []string
	for range 2 {
		p, err := r.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, strings.ReplaceAll(string(text), "\r\n", "\n"))
	}
	return m.Header, texts[0], texts[1]
}

// TestEmail delivers over STARTTLS, with a password, to two people.
func TestEmail(t *testing.T) {
	for name, set := range map[string]func(*mailServer){
		"starttls": nil, "implicit": func(s *mailServer) { s.implicit = true }, "login": func(s *mailServer) { s.login = true },
	} {
		t.Run(name, func(t *testing.T) {
			s := newMailServer(t, set)
			w := newWorld(t)
			w.run(mailed(t, s, func(c *Config) {
				c.SMTP.To = append(c.SMTP.To, "Änne <aenne@shop.test>")
				c.Link = "https://flags.test/{project}/{subject}"
				if s.implicit {
					c.SMTP.TLS = "implicit"
				}
			}))
			w.append(recorded(1, ledger.RolloutRolledBack{Environment: "production", From: 5_000, Evidence: evidence(ledger.VerdictFail)}))
			m := await(t, "the mail", s.got)
			if !m.secure || m.user != "ann" || !strings.HasPrefix(m.from, "FROM:<flags@shop.test>") {
				t.Errorf("mail %+v", m)
			}
			if diff := cmp.Diff([]string{"on-call@shop.test", "aenne@shop.test"}, m.to); diff != "" {
				t.Errorf("recipients (-want +got):\n%s", diff)
			}
			h, plain, html := parts(t, m.data)
			if _, err := h.Date(); err != nil || h.Get("Subject") != "pdf ROLLED BACK in production, from 5% to 0%" || h.Get("Auto-Submitted") != "auto-generated" {
				t.Errorf("header %v: %v", h, err)
			}
			if to, err := h.AddressList("To"); err != nil || len(to) != 2 || to[1].Name != "Änne" {
				t.Errorf("to %v: %v", to, err)
			}
			golden(t, "email.txt", plain+"\n"+html)
		})
	}
}

// TestMailTwice kills the process after the server has the mail: both mails have
// one Message-ID.
func TestMailTwice(t *testing.T) {
	s := newMailServer(t, nil)
	w := newWorld(t)
	w.memory.fails = func(saves int) error {
		if saves == 2 {
			return io.ErrUnexpectedEOF
		}
		return nil
	}
	first := w.run(mailed(t, s))
	w.turnOff(1, 1)
	one := await(t, "the mail", s.got)
	first.end()
	w.memory.known, w.memory.seq = true, 0
	w.run(mailed(t, s))
	two := await(t, "the mail again", s.got)
	a, _, _ := parts(t, one.data)
	b, _, _ := parts(t, two.data)
	if id := a.Get("Message-ID"); id != b.Get("Message-ID") || !strings.HasSuffix(id, "@shop.test>") {
		t.Errorf("ids %q and %q", id, b.Get("Message-ID"))
	}
}

// TestMailAnswers goes by what the server says.
func TestMailAnswers(t *testing.T) {
	once := func(verb, answer string) func(*mailServer) {
		n := 0
		return func(s *mailServer) {
			s.answer = func(line string) string {
				if !strings.HasPrefix(line, verb) {
					return ""
				}
				if n++; n > 1 {
					return ""
				}
				return answer
			}
		}
	}
	always := func(verb, answer string) func(*mailServer) {
		return func(s *mailServer) {
			s.answer = func(line string) string {
				if strings.HasPrefix(line, verb) {
					return answer
				}
				return ""
			}
		}
	}
	for name, tt := range map[string]struct {
		set       func(*mailServer)
		delivered [][]string // recipients of each mail
		letter    string     // in the reason of the dead letter
		retries   uint64
	}{
		"greylisted":                 {set: once("RCPT", "450 4.2.0 try later"), delivered: [][]string{{"b@shop.test"}, {"a@shop.test"}}, retries: 1},
		"too busy":                   {set: once("MAIL", "421 4.3.2 busy"), delivered: [][]string{{"a@shop.test", "b@shop.test"}}, retries: 1},
		"not now":                    {set: once("DATA", "451 4.3.0 later"), delivered: [][]string{{"a@shop.test", "b@shop.test"}}, retries: 1},
		"hangs up":                   {set: once("RCPT", "hang up"), delivered: [][]string{{"a@shop.test", "b@shop.test"}}, retries: 1},
		"password changed meanwhile": {set: once("AUTH", "535 5.7.8 no"), delivered: [][]string{{"a@shop.test", "b@shop.test"}}, retries: 1},
		"one unknown":                {set: always("RCPT TO:<a@", "550 5.1.1 unknown"), delivered: [][]string{{"b@shop.test"}}, letter: "a@shop.test: 550 5.1.1 unknown"},
		"all unknown":                {set: always("RCPT", "550 5.1.1 unknown"), letter: "b@shop.test: 550 5.1.1 unknown"},
		"sender refused":             {set: always("MAIL", "553 5.7.1 not you"), letter: "MAIL: 553 5.7.1 not you"},
		"content refused":            {set: always("DATA", "554 5.6.0 spam"), letter: "DATA: 554 5.6.0 spam"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMailServer(t, tt.set)
			w := newWorld(t)
			n := w.run(mailed(t, s, func(c *Config) { c.SMTP.To = []string{"a@shop.test", "b@shop.test"} }))
			w.turnOff(1, 1)
			n.reaches(1)
			n.end()
			var got [][]string
			for range len(s.got) {
				got = append(got, (<-s.got).to)
			}
			if diff := cmp.Diff(tt.delivered, got); diff != "" {
				t.Errorf("delivered (-want +got):\n%s", diff)
			}
			var reasons []string
			for _, l := range w.memory.letters {
				reasons = append(reasons, l.Reason)
			}
			if all := strings.Join(reasons, "|"); len(reasons) > 1 || (all == "") != (tt.letter == "") || !strings.Contains(all, tt.letter) {
				t.Errorf("the reasons of letters are %q, want %q", reasons, tt.letter)
			}
			if st := n.Stats(); st.Retries != tt.retries {
				t.Errorf("stats %+v", st)
			}
		})
	}
}

// TestPasswordNeverInTheClear has a server without STARTTLS, and one whose
// certificate nobody knows.
func TestPasswordNeverInTheClear(t *testing.T) {
	for name, set := range map[string]func(*mailServer){
		"not offered": func(s *mailServer) { s.without = "STARTTLS" },
		"unknown certificate": func(s *mailServer) {
			s.roots = newMailServer(t, nil).roots
			s.secure.Certificates = nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMailServer(t, set)
			a, err := Try(t.Context(), mailed(t, s), Sample(night), time.Now)
			if err != nil || a.Delivered || a.Says == "" {
				t.Errorf("answer %+v: %v", a, err)
			}
			if c := s.commands(); strings.Contains(c, "AUTH") || strings.Contains(c, "MAIL") {
				t.Errorf("the server was told:\n%s", c)
			}
		})
	}
}

// TestHeaderInjection has a title that tries to write a header, and a line of
// the body that tries to end the mail.
func TestHeaderInjection(t *testing.T) {
	s := newMailServer(t, nil)
	c := mailed(t, s, func(c *Config) {
		c.Template = &Template{Title: "{{.Reason}}", Text: "a\n.\nQUIT\n{{.Reason}}"}
	})
	m := Sample(night)
	m.Reason = "ok\r\nBcc: thief@evil.test\r\n\r\n<b>körper</b>\x00\u2028" + strings.Repeat("ö", 300)
	if a, err := Try(t.Context(), c, m, time.Now); err != nil || !a.Delivered {
		t.Fatalf("answer %+v: %v", a, err)
	}
	h, plain, html := parts(t, await(t, "the mail", s.got).data)
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil || h.Get("Bcc") != "" || !strings.HasPrefix(subject, "ok Bcc: thief@evil.test <b>körper</b> öö") || len([]rune(subject)) != subjectLength {
		t.Errorf("subject %q, Bcc %q: %v", subject, h.Get("Bcc"), err)
	}
	if !strings.HasPrefix(plain, "ok Bcc") || !strings.Contains(plain, "\na\n.\nQUIT\nok") {
		t.Errorf("text:\n%s", plain)
	}
	if strings.Contains(html, "<b>k") || !strings.Contains(html, "&lt;b&gt;körper") {
		t.Errorf("html:\n%s", html)
	}
}

// TestMailStops ends a conversation with a server that says nothing.
func TestMailStops(t *testing.T) {
	asked := make(chan struct{}, 1)
	release := make(chan struct{})
	s := newMailServer(t, func(s *mailServer) {
		s.answer = func(line string) string {
			asked <- struct{}{}
			<-release
			return "hang up"
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan string, 1)
	go func() {
		a, err := Try(ctx, mailed(t, s), Sample(night), time.Now)
		ended <- fmt.Sprint(a.Delivered, err)
	}()
	await(t, "the greeting", asked)
	cancel()
	if got := await(t, "the end", ended); got != "false<nil>" && got != "false <nil>" {
		t.Errorf("ended with %s", got)
	}
	close(release)
}
