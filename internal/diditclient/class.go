package diditclient

import (
	"context"
	"time"
)

// Class says who waits for a call: it decides the order in which the rate limit
// is shared out and how long the whole call may take.
type Class int

// People (someone looks at a screen) go before Background work.
const (
	People Class = iota
	Background
)

// String names the class for logs.
func (c Class) String() string {
	if c == Background {
		return "background"
	}
	return "people"
}

type classKey struct{}

// WithClass marks every call under ctx; without it calls are People's.
func WithClass(ctx context.Context, c Class) context.Context {
	return context.WithValue(ctx, classKey{}, c)
}

func classOf(ctx context.Context) Class {
	c, _ := ctx.Value(classKey{}).(Class)
	return c
}

// deadlines bound a whole call, retries and waiting for the rate limit included.
type deadlines struct{ people, background, write time.Duration }

func usualDeadlines() deadlines {
	return deadlines{people: 8 * time.Second, background: 30 * time.Second, write: 15 * time.Second}
}

func (d deadlines) of(class Class, write bool) time.Duration {
	switch {
	case write:
		return d.write
	case class == Background:
		return d.background
	}
	return d.people
}
