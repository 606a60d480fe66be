package handlers

import (
	"context"
	"sync"
	"testing"
	"time"
)

// While a load hangs, others show what there is; after forget they wait for what
// is new, and a load begun before is not taken for it.
func TestCachedShowsTheOldWhileOneLoads(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	begun, answers := make(chan struct{}), make(chan int)
	c := newCached(time.Second, func() time.Time { return now }, func(context.Context) (int, error) {
		begun <- struct{}{}
		return <-answers, nil
	})
	get := func() chan int {
		got := make(chan int, 1)
		go func() {
			v, err := c.get(context.Background())
			if err != nil {
				t.Error(err)
			}
			got <- v
		}()
		return got
	}
	first := get()
	<-begun
	answers <- 1
	if v := <-first; v != 1 {
		t.Fatalf("first %d", v)
	}
	now = now.Add(2 * time.Second)
	second := get()
	<-begun
	if v := <-get(); v != 1 {
		t.Fatalf("beside a load: %d, want the old 1", v)
	}
	c.forget()
	third := get() // waits: the old is not good enough any more
	answers <- 2
	if v := <-second; v != 2 {
		t.Fatalf("second %d", v)
	}
	<-begun
	answers <- 3
	if v := <-third; v != 3 {
		t.Fatalf("after forget %d, want 3", v)
	}
	if v := <-get(); v != 3 {
		t.Fatalf("kept %d, want 3", v)
	}
}

func TestCachedLoadsOnceForAll(t *testing.T) {
	loads := 0
	c := newCached(time.Hour, time.Now, func(context.Context) (int, error) { loads++; return loads, nil })
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if v, err := c.get(context.Background()); v != 1 || err != nil {
				t.Errorf("%d, %v", v, err)
			}
		})
	}
	all.Wait()
}
