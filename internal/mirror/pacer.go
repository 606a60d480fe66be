package mirror

import (
	"context"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/store"
)

// Pacer is the client's share of the rate limit, taken from a bucket in the
// database: all instances together stay below it, people go first.
type Pacer struct {
	store     *store.Store
	perMinute float64
}

var _ diditclient.Pacer = (*Pacer)(nil)

const (
	bucketName = "didit"
	// forPeople is the part of a minute's calls that background work leaves alone.
	forPeople = 0.2
	// askAgain bounds a nap: the pause may have ended, or somebody else given up.
	askAgain = time.Second
)

// NewPacer makes one for a number of calls a minute; 0 = no limit but the pauses
// upstream asks for.
func NewPacer(s *store.Store, perMinute int) *Pacer {
	return &Pacer{store: s, perMinute: float64(perMinute)}
}

// Wait returns when a call may go. A *diditclient.Error of kind Throttled says
// that ctx would end before.
func (p *Pacer) Wait(ctx context.Context, class diditclient.Class) error {
	for {
		wait, err := p.take(ctx, class)
		if err != nil || wait <= 0 {
			return err
		}
		if end, ok := ctx.Deadline(); ok && time.Until(end) < wait {
			return &diditclient.Error{Kind: diditclient.Throttled, RetryAfter: wait, Words: "No room under the rate limit in time."}
		}
		rest(ctx, min(wait, askAgain))
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func (p *Pacer) take(ctx context.Context, class diditclient.Class) (time.Duration, error) {
	if p.perMinute <= 0 {
		pause, err := p.store.BucketPause(ctx, bucketName)
		return pause.Left, err
	}
	return p.store.TakeToken(ctx, store.Take{
		Bucket: bucketName, Background: class == diditclient.Background, Cost: 1, PerMinute: p.perMinute, Reserve: forPeople,
	})
}

// Pause keeps every instance from calling until then. The database keeps the time,
// so what is told by our clock becomes a duration.
func (p *Pacer) Pause(ctx context.Context, until time.Time, why string) error {
	return p.store.PauseBucket(ctx, bucketName, time.Until(until), why)
}
