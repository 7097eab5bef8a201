package httpapi

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// exchange sends raw bytes and returns the answer.
func (w *world) exchange(base, request string) *http.Response {
	w.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Write([]byte(request)); err != nil {
		w.t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp
}

// The limits hold on real connections, whatever the headers promise.
func TestServerLimits(t *testing.T) {
	w := newWorld(t, Config{})
	base, _ := w.serve(func(s *http.Server) { s.ReadTimeout = 300 * time.Millisecond })
	head := "POST /api/v1/projects/shop/flags HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
		"Authorization: Bearer " + w.keys["editor"].Text + "\r\n"
	chunk := strings.Repeat("x", 1<<16)
	chunked := head + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat(fmt.Sprintf("%x\r\n%s\r\n", len(chunk), chunk), 17)
	for _, tc := range []struct {
		name, request string
		status        int
	}{
		{"headers too large", head + "X: " + strings.Repeat("x", 2*maxHeaderBytes) + "\r\n\r\n", 431},
		{"promises too much", head + "Content-Length: 99999999\r\n\r\n", 413},
		{"chunks without end", chunked, 413},
		{"broken chunks", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
		{"body never comes", head + "Content-Length: 10\r\n\r\n", 408},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if resp := w.exchange(base, tc.request); resp.StatusCode != tc.status {
				t.Errorf("%s, want %d", resp.Status, tc.status)
			}
		})
	}
}

// A request that has begun is answered although the server is stopping.
func TestShutdownFinishesRequests(t *testing.T) {
	w := newWorld(t, Config{})
	base, stop := w.serve()
	w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})
	w.open("server", base+"/api/v1/ruleset/stream").next() // it will not acknowledge
	answered := make(chan int, 1)
	go func() {
		answered <- w.exchange(base, "POST "+flagPDF+"/environments/production/off?wait=5s HTTP/1.1\r\nHost: x\r\n"+
			"Authorization: Bearer "+w.keys["editor"].Text+"\r\n\r\n").StatusCode
	}()
	sub := w.api.projector.Subscribe("shop", "production")
	defer sub.Close()
	for w.api.projector.Snapshot("shop", "production").Ruleset.Flags["pdf"].On {
		<-sub.Changed()
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if status := <-answered; status != 200 {
		t.Errorf("status %d", status)
	}
}
