// Package jobs runs the long work: River workers over Postgres, which survive a
// restart and spread over instances, and the loop that finds lost outcomes out.
// What a job does stands in package desk; here is only when.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"diditdesk/internal/desk"
	"diditdesk/internal/store"
)

const (
	// atOnce is how many jobs one instance works on; they wait for Didit, not for
	// the processor.
	atOnce = 2

	// runFor ends one stretch of a job, which then goes on in the next one. A job
	// that runs for longer than rescueAfter was killed and is taken over; a batch
	// under way may outlast runFor by one write.
	runFor      = 20 * time.Second
	rescueAfter = time.Minute

	// lookEvery is how often lost outcomes are looked for: the first look is due
	// after two seconds, so that people see it within a few.
	lookEvery = 5 * time.Second
)

// Options for a Queue.
type Options struct {
	Store *store.Store  // with a small pool of its own, so that pages never wait for jobs (F29)
	Log   *slog.Logger  // nil is silent
	Every time.Duration // of looking for lost outcomes; 0 is 5 s
}

// Queue takes jobs and, once started, works on them. It is desk's Enqueuer.
type Queue struct {
	o      Options
	insert *river.Client[pgx.Tx]

	mu      sync.Mutex
	working *river.Client[pgx.Tx]
	stop    context.CancelFunc
	looking sync.WaitGroup
}

var _ desk.Enqueuer = (*Queue)(nil)

// New makes a queue that takes jobs and works on none yet.
func New(o Options) (*Queue, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Every == 0 {
		o.Every = lookEvery
	}
	insert, err := river.NewClient(riverpgxv5.New(o.Store.Pool()), &river.Config{Logger: o.Log})
	if err != nil {
		return nil, fmt.Errorf("make job queue: %w", err)
	}
	return &Queue{o: o, insert: insert}, nil
}

// EnqueueBulkDelete makes a job that exists when the transaction commits.
func (q *Queue) EnqueueBulkDelete(ctx context.Context, tx *store.Tx, jobID int64) error {
	_, err := q.insert.InsertTx(ctx, tx.Pgx(), bulkDelete{JobID: jobID}, nil)
	if err != nil {
		return fmt.Errorf("enqueue bulk job %d: %w", jobID, err)
	}
	return nil
}

// Start works on jobs until Stop. ctx only bounds the start.
func (q *Queue) Start(ctx context.Context, d *desk.Desk) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.working != nil {
		return errors.New("jobs: started twice")
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &bulkWorker{desk: d, log: q.o.Log})
	client, err := river.NewClient(riverpgxv5.New(q.o.Store.Pool()), &river.Config{
		Logger:               q.o.Log,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: atOnce}},
		Workers:              workers,
		JobTimeout:           runFor,
		RescueStuckJobsAfter: rescueAfter,
	})
	if err != nil {
		return fmt.Errorf("make job workers: %w", err)
	}
	// River keeps to the context it was started with; ours ends with Stop.
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	if err := client.Start(running); err != nil {
		stop()
		return fmt.Errorf("start job workers: %w", err)
	}
	q.working, q.stop = client, stop
	q.looking.Go(func() { q.look(running, d) })
	return nil
}

// Stop ends the work: items under way are finished and the rest is left for the
// next start or another instance. It returns ctx's error when that takes too long.
func (q *Queue) Stop(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.working == nil {
		return nil
	}
	err := q.working.StopAndCancel(ctx)
	q.stop()
	q.working = nil
	done := make(chan struct{})
	go func() { q.looking.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		return errors.Join(err, ctx.Err())
	}
	return err
}

// look finds lost outcomes out and carries out what was approved before a
// restart, pass after pass. Every instance does it: the
// rows to look at are taken one by one.
func (q *Queue) look(ctx context.Context, d *desk.Desk) {
	ticker := time.NewTicker(q.o.Every)
	defer ticker.Stop()
	for {
		if err := d.RunApproved(ctx); err != nil && ctx.Err() == nil {
			q.o.Log.Warn("approved requests could not be looked through", "error", err)
		}
		if _, err := d.ResolveUnknown(ctx); err != nil && ctx.Err() == nil {
			q.o.Log.Warn("lost outcomes could not be found out yet", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
