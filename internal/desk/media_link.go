package desk

import (
	"context"
	"io"
	"strings"
	"sync"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/wire"
)

const (
	// linksLast is far below the hour for which links are signed (api/sessions.md
	// §3.0), and spares a decision call for each picture of a page.
	linksLast = 5 * time.Minute

	// linksKept bounds the cache: pages that many people have open at once.
	linksKept = 200
)

// linkCache keeps fresh decisions for a moment, in memory only: a media link is
// a key to the picture and is never stored.
type linkCache struct {
	now func() time.Time
	mu  sync.Mutex
	by  map[string]cachedLinks
}

type cachedLinks struct {
	decision *diditclient.Decision
	until    time.Time
}

func newLinkCache(now func() time.Time) *linkCache {
	return &linkCache{now: now, by: map[string]cachedLinks{}}
}

func (c *linkCache) get(id string) *diditclient.Decision {
	c.mu.Lock()
	defer c.mu.Unlock()
	if hit := c.by[id]; c.now().Before(hit.until) {
		return hit.decision
	}
	return nil
}

func (c *linkCache) put(id string, d *diditclient.Decision) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	for key, hit := range c.by {
		if !now.Before(hit.until) || len(c.by) >= linksKept {
			delete(c.by, key)
		}
	}
	c.by[id] = cachedLinks{decision: d, until: now.Add(linksLast)}
}

func (c *linkCache) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.by, id)
}

// MediaLink gives a fresh link to one picture or file of a session, named by
// where it stands in the decision (kyc.Media.Path). Roles that see masked data
// must have revealed something of the session within the last 15 minutes. The
// link goes to FetchMedia, never to a browser. Looking leaves a trace, once for
// a session and sign-in in ten minutes.
func (d *Desk) MediaLink(ctx context.Context, actor kyc.Actor, sessionID, path string) (url string, err error) {
	const op = "desk.MediaLink"
	session, err := d.present(ctx, sessionID)
	if err != nil {
		return "", err
	}
	if err := d.mayOpen(ctx, actor, session, op); err != nil {
		return "", err
	}
	decision, err := d.links.fresh(interactive(ctx), d.client, session.ID)
	if err != nil {
		return "", wire.Error(op, err)
	}
	url, ok := wire.MediaURL(decision, path)
	if !ok {
		return "", kyc.E(kyc.NotFound, op, "Didit has no such picture in this session, or the desk's key may not see it.")
	}
	return url, d.noteOnce(ctx, viewDraft(actor, actMedia, session, "pictures", "review"))
}

func (c *linkCache) fresh(ctx context.Context, client *diditclient.Client, id string) (*diditclient.Decision, error) {
	if hit := c.get(id); hit != nil {
		return hit, nil
	}
	decision, err := client.Decision(ctx, id)
	if err != nil {
		return nil, err
	}
	c.put(id, decision)
	return decision, nil
}

// PDF is Didit's report of a session. It holds everything, so it is opened like
// pictures are, and each opening leaves a trace.
func (d *Desk) PDF(ctx context.Context, actor kyc.Actor, sessionID string) (io.ReadCloser, error) {
	const op = "desk.PDF"
	session, err := d.present(ctx, strings.ToLower(sessionID))
	if err != nil {
		return nil, err
	}
	if err := d.mayOpen(ctx, actor, session, op); err != nil {
		return nil, err
	}
	body, err := d.client.PDF(interactive(ctx), session.ID)
	if err != nil {
		return nil, wire.Error(op, err)
	}
	if err := d.note(ctx, viewDraft(actor, actPDF, session, "report", "review")); err != nil {
		return nil, err // nothing is shown without its trace; the report is in memory, nothing to close
	}
	return body, nil
}
