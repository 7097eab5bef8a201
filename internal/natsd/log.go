package natsd

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
)

// bridge hands the server's lines to slog and catches what the server holds
// to be fatal: its own logger would end the process.
type bridge struct {
	log *slog.Logger

	once  sync.Once
	fatal chan error // receives the first fatal line
}

func newBridge(log *slog.Logger) *bridge {
	return &bridge{log: log, fatal: make(chan error, 1)}
}

func (b *bridge) line(level slog.Level, format string, v []any) {
	b.log.LogAttrs(context.Background(), level, "nats server", slog.String("line", fmt.Sprintf(format, v...)))
}

// Noticef carries the banner and the life cycle: of interest to a developer.
func (b *bridge) Noticef(format string, v ...any) { b.line(slog.LevelDebug, format, v) }
func (b *bridge) Warnf(format string, v ...any)   { b.line(slog.LevelWarn, format, v) }
func (b *bridge) Errorf(format string, v ...any)  { b.line(slog.LevelError, format, v) }
func (b *bridge) Debugf(format string, v ...any)  { b.line(slog.LevelDebug, format, v) }
func (b *bridge) Tracef(format string, v ...any)  { b.line(slog.LevelDebug, format, v) }

func (b *bridge) Fatalf(format string, v ...any) {
	b.line(slog.LevelError, format, v)
	b.once.Do(func() { b.fatal <- fmt.Errorf(format, v...) })
}

// failed returns the fatal error if there is one by now.
func (b *bridge) failed() error {
	select {
	case err := <-b.fatal:
		return err
	default:
		return nil
	}
}
