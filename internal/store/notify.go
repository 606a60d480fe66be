package store

import (
	"context"
	"fmt"
	"time"

	"diditdesk/internal/kyc"
)

// ChannelSessions tells every instance which session changed; the payload is its
// id and nothing else: notifications are readable by any database user.
const ChannelSessions = "desk_sessions"

// Notify tells every listener, when the transaction it is part of commits.
func (q queries) Notify(ctx context.Context, channel, payload string) error {
	_, err := q.exec(ctx, "store.Notify", `select pg_notify($1, $2)`, channel, payload)
	return err
}

// Listen calls heard for each notification until ctx ends; it holds a connection
// of its own. After an interruption it connects again and calls heard with "":
// anything may have changed meanwhile.
func (s *Store) Listen(ctx context.Context, channel string, heard func(payload string)) error {
	sql, ok := listenTo(channel)
	if !ok {
		return kyc.E(kyc.Internal, "store.Listen", fmt.Sprintf("There is no channel %q.", channel))
	}
	for pause := 100 * time.Millisecond; ctx.Err() == nil; pause = min(2*pause, 5*time.Second) {
		err := s.listenOnce(ctx, sql, func(payload string) {
			pause = 100 * time.Millisecond
			heard(payload)
		})
		if ctx.Err() != nil {
			break
		}
		s.log.Warn("listening was interrupted", "again_in", pause, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return ctx.Err()
}

// listenTo keeps channel names, which cannot be parameters, constants.
func listenTo(channel string) (statement, bool) {
	switch channel {
	case ChannelSessions:
		return `listen desk_sessions`, true
	case ChannelJobs:
		return `listen desk_jobs`, true
	}
	return "", false
}

func (s *Store) listenOnce(ctx context.Context, sql statement, heard func(string)) error {
	held, err := acquire(suspect(ctx), s.pool)
	if err != nil {
		return err
	}
	// Hijacked: it stays out of the pool, and is not counted against it.
	conn := held.Hijack()
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	if _, err := conn.Exec(ctx, string(sql)); err != nil {
		return err
	}
	heard("")
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		heard(n.Payload)
	}
}
