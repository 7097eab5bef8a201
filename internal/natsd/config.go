package natsd

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// Limits and defaults of a Config.
const (
	// DefaultMaxPayload bounds one message, in bytes: a ruleset entry may be
	// large. A stream can set a lower limit of its own.
	DefaultMaxPayload = 8 << 20
	maxPayloadLimit   = 64 << 20 // nats-server's protocol limit
	// DefaultServerName is the name that an embedded server goes by.
	DefaultServerName = "flagledger"
)

// Config says where and how the server runs.
type Config struct {
	// StoreDir holds all data and belongs to this server alone. It is
	// created when missing. Required.
	StoreDir string
	// ServerName appears in logs and advisories; DefaultServerName if empty.
	ServerName string
	// Listen is a host:port to accept TCP connections on, "127.0.0.1:0" for
	// any free port. Empty opens no port.
	Listen string
	// AppPassword lets others in as user "app" through Listen. Empty means a
	// random one, so that nobody outside this process gets in.
	AppPassword string
	// Protected names the streams that RoleApp may not change, empty or
	// delete.
	Protected []string
	// MaxPayload bounds one message in bytes; 0 means DefaultMaxPayload.
	MaxPayload int
	// MaxStore bounds the store in bytes; 0 means three quarters of what the
	// disk has free.
	MaxStore int64
}

// withDefaults fills what the zero value leaves open.
func (c Config) withDefaults() Config {
	if c.ServerName == "" {
		c.ServerName = DefaultServerName
	}
	if c.MaxPayload == 0 {
		c.MaxPayload = DefaultMaxPayload
	}
	return c
}

func (c Config) validate() error {
	switch {
	case c.StoreDir == "":
		return errors.New("natsd: StoreDir is empty; name the folder that holds the data")
	case c.MaxPayload < 1<<10 || c.MaxPayload > maxPayloadLimit:
		return fmt.Errorf("natsd: MaxPayload is %d bytes; use 1 KiB to 64 MiB", c.MaxPayload)
	case c.MaxStore < 0:
		return fmt.Errorf("natsd: MaxStore is %d bytes; use 0 or more", c.MaxStore)
	case c.Listen == "" && c.AppPassword != "":
		return errors.New("natsd: AppPassword is set but Listen is empty, so nobody could use it")
	}
	for _, name := range c.Protected {
		if name == "" {
			return errors.New("natsd: Protected has an empty stream name")
		}
	}
	if c.Listen == "" {
		return nil
	}
	if _, _, err := splitListen(c.Listen); err != nil {
		return fmt.Errorf("natsd: Listen %q: %w", c.Listen, err)
	}
	return nil
}

func splitListen(addr string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("port %q is not a number from 0 to 65535", text)
	}
	return host, port, nil
}
