package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/store"
)

var people = store.Take{Bucket: "b", Cost: 1, PerMinute: 600, Reserve: 0.2}

// P20: however many ask at once, from however many instances, together they get
// what the bucket holds and what flows in meanwhile.
func TestP20BucketIsSharedByAll(t *testing.T) {
	s := openWith(t, store.Options{DSN: dbtest.New(t), MaxConns: 8, Patience: 20 * time.Second})
	var taken atomic.Int64
	var all sync.WaitGroup
	begun := time.Now()
	for range 8 {
		all.Go(func() {
			for range 60 {
				wait, err := s.TakeToken(t.Context(), people)
				if err != nil {
					t.Error(err)
					return
				}
				if wait == 0 {
					taken.Add(1)
				}
			}
		})
	}
	all.Wait()
	most := 180 + int64(time.Since(begun).Seconds()*10) + 1
	if n := taken.Load(); n < 180 || n > most {
		t.Errorf("taken %d, want 180 to %d", n, most)
	}
}

func TestP20BackgroundLeavesRoomForPeople(t *testing.T) {
	s := open(t)
	work := people
	work.Background, work.PerMinute = true, 60 // 18 in the bucket, 12 of them people's
	n := 0
	for ; n < 30; n++ {
		if wait := take(t, s, work); wait > 0 {
			break
		}
	}
	if n < 6 || n > 8 {
		t.Errorf("background took %d, want what is above the reserve", n)
	}
	person := work
	person.Background = false
	for i := range 10 {
		if wait := take(t, s, person); wait > 0 {
			t.Errorf("person %d waits %v", i, wait)
		}
	}
	if wait := take(t, s, work); wait < 5*time.Second {
		t.Errorf("background waits only %v after people took from the reserve", wait)
	}
}

func TestPauseHoldsForEverybody(t *testing.T) {
	s := open(t)
	take(t, s, people)
	for _, long := range []time.Duration{time.Hour, time.Minute} { // the longer one stays
		if err := s.PauseBucket(t.Context(), "b", long, "Retry-After"); err != nil {
			t.Fatal(err)
		}
	}
	if wait := take(t, s, people); wait < 50*time.Minute {
		t.Errorf("wait %v during a pause of an hour", wait)
	}
	p, err := s.BucketPause(t.Context(), "b")
	if err != nil || p.Left < 50*time.Minute || p.Why != "Retry-After" {
		t.Errorf("pause %+v: %v", p, err)
	}
}

func TestPauseBeforeTheFirstCall(t *testing.T) {
	s := open(t)
	if err := s.PauseBucket(t.Context(), "b", time.Hour, "x"); err != nil {
		t.Fatal(err)
	}
	if wait := take(t, s, people); wait < 50*time.Minute {
		t.Errorf("wait %v", wait)
	}
}

func take(t *testing.T, s *store.Store, want store.Take) time.Duration {
	t.Helper()
	wait, err := s.TakeToken(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}
