package mirror_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/mirror"
	"diditdesk/internal/sandbox"
)

// F20: events that were lost are mended by the mirror's own reading.
func TestF20LostEventsAreMended(t *testing.T) {
	r, box := hooked(t, sandbox.Config{Sessions: 60})
	box.losing(true)
	ids := r.didit.SessionIDs(string(kyc.InReview))
	for _, id := range ids {
		r.elsewhere(id, kyc.Declined)
	}
	r.until("the events to get lost", func() bool { return box.received() == len(ids) })
	r.clock.move(time.Minute)
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.same()
}

// The whole way by itself, over two instances: the hosted page, the sender, the
// postbox, the notification.
func TestRunFollowsTheHostedPage(t *testing.T) {
	r, box := hooked(t, sandbox.Config{Sessions: 40})
	one, two := r.live("one", r.client), r.live("two", r.client)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, m := range []*mirror.Mirror{one, two} {
		running.Go(func() { _ = m.RunWebhooks(ctx) })
	}
	defer running.Wait()
	defer cancel()
	var made struct {
		ID  string `json:"session_id"`
		URL string `json:"url"`
	}
	r.must(json.Unmarshal([]byte(r.call("POST", "/v3/session/", `{"workflow_id":"`+r.workflow()+`"}`)), &made))
	r.must(r.walk(made.URL))
	want := kyc.Status(r.didit.Status(made.ID))
	r.until("the mirror to have the outcome and the decision", func() bool {
		s, err := r.store.Session(t.Context(), made.ID)
		return err == nil && s.Status == want && !s.DecisionAt.IsZero() && s.Number > 0
	})
	if want != kyc.Approved || box.received() == 0 {
		t.Errorf("%q after %d events", want, box.received())
	}
	r.until("all events to be settled", func() bool {
		var open int
		r.must(r.store.Pool().QueryRow(t.Context(), `select count(*) from webhook_events where state = 'new'`).Scan(&open))
		return open == 0
	})
}

// walk goes through the applicant's page to approval.
func (r *rig) walk(page string) error {
	for _, form := range []string{"", "outcome=approve"} {
		method := http.MethodGet
		if form != "" {
			method = http.MethodPost
		}
		q, err := http.NewRequestWithContext(context.Background(), method, page, strings.NewReader(form))
		if err != nil {
			return err
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(q)
		if err != nil {
			return err
		}
		answer.Body.Close()
		if answer.StatusCode >= 400 {
			return fmt.Errorf("the hosted page answers %d", answer.StatusCode)
		}
	}
	return nil
}

// P22: shuffled, tripled, some lost, over two instances: after the mirror's own
// reading the store has what Didit has.
func TestP22EventsInAnyOrderEndInTheTruth(t *testing.T) {
	r, box := hooked(t, sandbox.Config{Sessions: 80})
	ids := r.didit.SessionIDs(string(kyc.InReview))
	for i, id := range ids {
		for j, status := range []kyc.Status{kyc.Approved, kyc.Declined, kyc.Approved}[i%3:] {
			r.elsewhere(id, status)
			r.clock.move(time.Duration(j+1) * time.Second)
		}
	}
	r.until("the events to come", func() bool {
		var n int
		r.must(r.store.Pool().QueryRow(t.Context(), `select count(*) from webhook_events`).Scan(&n))
		return n > 0 && n == box.received()
	})
	// One in twenty never came; the others come in an order of their own.
	_, err := r.store.Pool().Exec(t.Context(), `delete from webhook_events where hashtext(event_id) % 20 = 0`)
	r.must(err)
	_, err = r.store.Pool().Exec(t.Context(), `update webhook_events set next_at = next_at + (abs(hashtext(event_id)) % 100) * interval '1 second'`)
	r.must(err)
	other := mirror.New(mirror.Deps{Store: r.openStore(), Client: r.client, Now: r.clock.now, Holder: "two"})
	for range 110 {
		var both sync.WaitGroup
		for _, m := range []*mirror.Mirror{r.mirror, other} {
			both.Go(func() {
				if _, err := m.ApplyWebhooks(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		r.clock.move(time.Second)
	}
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.same()
}
