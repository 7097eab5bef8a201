package notify

import (
	"context"
	"fmt"
	"net/mail"
	"net/smtp"
	"strings"
	"time"
)

// email sends mail. Each mail has a Message-ID made of the event and the
// channel, so that a second delivery can be told from another event.
type email struct {
	smtp    SMTP
	channel string
	words   words
	now     func() time.Time
}

func (e *email) close() {} // conversations end with their mail

func (e *email) compose(m Message) (delivery, error) {
	text, err := e.letter(e.words.of(m))
	if err != nil {
		return nil, fmt.Errorf("write the mail: %w", err)
	}
	return &mailing{smtp: e.smtp, text: text, to: e.smtp.to}, nil
}

// mailing is one mail and who does not have it yet.
type mailing struct {
	smtp SMTP
	text []byte
	to   []*mail.Address
}

// try sends the mail to all whom the server accepts now. Those whom it puts off
// are tried again, without the others.
func (d *mailing) try(ctx context.Context) outcome {
	client, stop, err := d.smtp.connect(ctx)
	if err != nil {
		// A password that was changed, or a server that is away: the mail is
		// not to blame.
		return outcome{verdict: later, says: oneLine(err.Error())}
	}
	defer stop()
	if err := client.Mail(d.smtp.from.Address); err != nil {
		return failed("MAIL", err)
	}
	r, err := d.recipients(client)
	switch {
	case err != nil:
		return failed("RCPT", err)
	case len(r.accepted) == 0 && len(r.put) == 0:
		return outcome{verdict: refused, says: r.says()}
	case len(r.accepted) == 0:
		d.to = r.put
		return outcome{verdict: later, says: r.says(), refused: strings.Join(r.refused, "; ")}
	}
	if err := data(client, d.text); err != nil {
		return failed("DATA", err)
	}
	_ = client.Quit() // it has the mail
	d.to = r.put
	o := outcome{verdict: taken, says: fmt.Sprintf("accepted for %s", strings.Join(r.accepted, ", ")), refused: strings.Join(r.refused, "; ")}
	if len(r.put) > 0 {
		o.verdict, o.says = later, r.says()
	}
	return o
}

// answers are what the server says of each recipient.
type answers struct {
	accepted, refused, late []string
	put                     []*mail.Address // off
}

func (a answers) says() string { return strings.Join(append(a.refused, a.late...), "; ") }

// recipients names them to the server. An error is one of the connection.
func (d *mailing) recipients(client *smtp.Client) (a answers, err error) {
	for _, to := range d.to {
		err := client.Rcpt(to.Address)
		switch {
		case err == nil:
			a.accepted = append(a.accepted, to.Address)
		case permanent(err):
			a.refused = append(a.refused, to.Address+": "+said(err))
		case answered(err):
			a.late, a.put = append(a.late, to.Address+": "+said(err)), append(a.put, to)
		default:
			return a, err
		}
	}
	return a, nil
}

func data(client *smtp.Client, text []byte) error {
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

func failed(step string, err error) outcome {
	o := outcome{verdict: later, says: step + ": " + said(err)}
	if permanent(err) {
		o.verdict = refused
	}
	return o
}
