package mirror

import (
	"context"
	"fmt"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/store"
)

// State is how the mirror stands, in one word.
type State string

// The states, from good to bad.
const (
	InStep      State = "in step"
	Filling     State = "filling"     // the first fill is under way
	Stale       State = "stale"       // nothing heard for a while, and no failure known
	Unreachable State = "unreachable" // Didit does not answer, or not as it should
	Paused      State = "paused"      // our key is refused, or Didit asked for quiet
)

// staleAfter is six increments without an answer.
const staleAfter = time.Minute

// Health is how mirroring goes, over all instances; API is this process's view.
type Health struct {
	Resources []store.MirrorState // by name; "api" is calling at all
	API       diditclient.Health
	Pause     store.Pause   // asked for by Didit
	Unread    int           // decisions never read, up to 10,000
	Leader    string        // the instance that leads; "" = none
	Behind    time.Duration // since the list of sessions was last read; 0 while it never was
	State     State
	Text      string // one or two sentences for people
}

// Health gathers it.
func (m *Mirror) Health(ctx context.Context) (h Health, err error) {
	h.API = m.client.Health()
	if h.Resources, err = m.store.MirrorStates(ctx); err != nil {
		return h, err
	}
	if h.Pause, err = m.store.BucketPause(ctx, bucketName); err != nil {
		return h, err
	}
	if h.Unread, err = m.store.Unread(ctx); err != nil {
		return h, err
	}
	if h.Leader, err = m.store.LeaseHolder(ctx, leaseName); err != nil {
		return h, err
	}
	sessions, api := h.of(resourceSessions), h.of(resourceAPI)
	if !sessions.OKAt.IsZero() {
		h.Behind = max(0, m.now().Sub(sessions.OKAt))
	}
	h.State, h.Text = judge(h, sessions, api)
	return h, nil
}

func (h Health) of(resource string) store.MirrorState {
	for _, r := range h.Resources {
		if r.Resource == resource {
			return r
		}
	}
	return store.MirrorState{Resource: resource, Phase: store.PhaseNew}
}

func judge(h Health, sessions, api store.MirrorState) (State, string) {
	const meanwhile = " What you see was true then; decisions may fail."
	switch {
	case api.Tries > 0 && api.Phase == store.PhasePaused:
		return Paused, "Didit does not accept the desk's key. An administrator has to look at it; the desk tries again once a minute."
	case h.Pause.Left > 0:
		return Paused, "Didit asked the desk to wait for " + inWords(h.Pause.Left) + "."
	case api.Tries > 0:
		return Unreachable, api.Failure + sinceThen(h.Behind) + meanwhile
	case sessions.Tries > 0:
		return Unreachable, sessions.Failure + sinceThen(h.Behind) + meanwhile
	case sessions.FinishedAt.IsZero():
		return Filling, fmt.Sprintf("The desk is reading all sessions for the first time: %d so far.", sessions.RowsSeen)
	case h.Behind > staleAfter:
		return Stale, "Nothing was heard from Didit" + " for " + inWords(h.Behind) + "." + meanwhile
	}
	return InStep, "In step with Didit."
}

func sinceThen(behind time.Duration) string {
	if behind == 0 {
		return ""
	}
	return " The last good answer came " + inWords(behind) + " ago."
}

// inWords rounds to what people say.
func inWords(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d seconds", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours())/24)
}
