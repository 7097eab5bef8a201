package httpapi

import (
	"regexp"
	"strings"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

func TestNewKey(t *testing.T) {
	form := regexp.MustCompile(`^fl_client_[a-z2-7]{10}_[A-Za-z0-9_-]{43}$`)
	seen := map[string]bool{}
	for range 1000 {
		k := NewKey(ledger.AccessClient)
		shown, ok := parseKey(k.Text)
		if !form.MatchString(k.Text) || !ok || shown.id != k.ID || seen[k.ID] || strings.Contains(k.Hash, shown.secret) {
			t.Fatalf("%+v gives %+v", k, shown)
		}
		seen[k.ID] = true
		if err := ledger.CheckKey(k.ID); err != nil {
			t.Fatal(err)
		}
		stored := ledger.AccessKey{Kind: ledger.AccessClient, Hash: k.Hash}
		if !shown.opens(stored) {
			t.Fatalf("%s does not open its own lock", k.Text)
		}
		other, _ := parseKey(NewKey(ledger.AccessClient).Text)
		if KeyID(k.Text) != k.ID || !Admits(k.Text, stored) || Admits(k.ID, stored) {
			t.Fatalf("KeyID %q, Admits %t", KeyID(k.Text), Admits(k.Text, stored))
		}
		stored.Kind = ledger.AccessServer
		if shown.opens(stored) || other.opens(ledger.AccessKey{Kind: ledger.AccessClient, Hash: k.Hash}) {
			t.Fatal("a key opens another's lock")
		}
	}
}

func TestParseKey(t *testing.T) {
	for _, text := range []string{
		"", "fl", "fl_", "fl_admin", "fl_admin_x", "fl_admin_x_", "fl_admin__y", "fl_root_x_y", "xx_admin_x_y", "FL_admin_x_y",
	} {
		if shown, ok := parseKey(text); ok {
			t.Errorf("%q was taken for %+v", text, shown)
		}
	}
	if shown, ok := parseKey("fl_admin_x_a_b_c"); !ok || shown.secret != "a_b_c" {
		t.Errorf("a secret with underscores became %+v", shown)
	}
}
