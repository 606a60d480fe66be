package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func webhook(n int) store.Webhook {
	return store.Webhook{
		ID: fmt.Sprint("event ", n), Kind: "status.updated", SessionID: id(n), Status: "Approved", Fresh: true,
		SignedAt: midday.Add(time.Duration(n) * time.Second), ReceivedAt: midday, Payload: json.RawMessage(`{"a":"\u0000"}`),
	}
}

// F18: the same event many times in parallel over two pools is kept once, and for ever.
func TestF18WebhookIsKeptOnce(t *testing.T) {
	dsn := dbtest.New(t)
	stores := []*store.Store{openWith(t, store.Options{DSN: dsn}), openWith(t, store.Options{DSN: dsn})}
	var fresh atomic.Int64
	var saving sync.WaitGroup
	for i := range 12 {
		saving.Go(func() {
			known, err := stores[i%2].SaveWebhook(t.Context(), webhook(1))
			if err != nil {
				t.Error(err)
			}
			if !known {
				fresh.Add(1)
			}
		})
	}
	saving.Wait()
	if n := fresh.Load(); n != 1 {
		t.Errorf("new %d times", n)
	}
	if err := stores[0].SettleWebhook(t.Context(), "event 1", store.WebhookApplied, midday); err != nil {
		t.Fatal(err)
	}
	if known, err := stores[1].SaveWebhook(t.Context(), webhook(1)); err != nil || !known {
		t.Errorf("after it was applied: known %v, %v", known, err)
	}
}

// Two who take events at once get different ones, the oldest by signed time first.
func TestNextWebhookIsTakenByOne(t *testing.T) {
	s := open(t)
	for _, n := range []int{2, 1, 3} {
		if _, err := s.SaveWebhook(t.Context(), webhook(n)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err := s.Tx(t.Context(), func(one *store.Tx) error {
		first, err := one.NextWebhook(t.Context(), midday)
		if err != nil {
			return err
		}
		return s.Tx(t.Context(), func(two *store.Tx) error {
			second, err := two.NextWebhook(t.Context(), midday)
			got = []string{first.ID, second.ID}
			return err
		})
	})
	if err != nil || fmt.Sprint(got) != "[event 1 event 2]" {
		t.Errorf("%v, %v", got, err)
	}
	if err := s.PostponeWebhook(t.Context(), "event 1", midday.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	err = s.Tx(t.Context(), func(tx *store.Tx) error {
		w, err := tx.NextWebhook(t.Context(), midday)
		if w.ID != "event 2" {
			t.Errorf("%s comes before one put off", w.ID)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	err = s.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.NextWebhook(t.Context(), midday.Add(-time.Minute))
		return err
	})
	if !kyc.Is(err, kyc.NotFound) {
		t.Errorf("before any time has come: %v", err)
	}
}

// F22: forgeries from one source, reported by two instances at once, are one audit
// row a minute; all are counted.
func TestF22ForgeriesAreToldOnceAMinute(t *testing.T) {
	dsn := dbtest.New(t)
	stores := []*store.Store{openWith(t, store.Options{DSN: dsn}), openWith(t, store.Options{DSN: dsn})}
	sealer, err := audit.NewSealer([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	for minute := range 3 {
		var noting sync.WaitGroup
		for i := range 8 {
			noting.Go(func() {
				at := midday.Add(time.Duration(minute) * 61 * time.Second)
				if err := stores[i%2].NoteForgeries(t.Context(), sealer, store.Forgeries{Source: "192.0.2.7", Count: 5, At: at}); err != nil {
					t.Error(err)
				}
			})
		}
		noting.Wait()
	}
	list, _, err := stores[0].AuditEntries(t.Context(), store.AuditFilter{Act: "webhook.refused", Limit: 50})
	if err != nil || len(list) != 3 || list[0].Actor.Address != "192.0.2.7" {
		t.Errorf("%d audit rows, %v", len(list), err)
	}
	var total int
	if err := stores[0].Pool().QueryRow(t.Context(), `select total from webhook_forgeries`).Scan(&total); err != nil || total != 120 {
		t.Errorf("%d counted, %v", total, err)
	}
}
