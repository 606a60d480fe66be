package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
)

// bulkDelete is the job's arguments: who, what and how far stand in its rows.
type bulkDelete struct {
	JobID int64 `json:"job_id"`
}

// Kind names the job in River's table.
func (bulkDelete) Kind() string { return "delete_sessions" }

// bulkWorker runs a job batch by batch.
type bulkWorker struct {
	river.WorkerDefaults[bulkDelete]
	desk *desk.Desk
	log  *slog.Logger
}

// Work goes on until the job has ended, its stretch is over or Didit cannot be
// asked now; then the job sleeps, which does not count as a failed try.
func (w *bulkWorker) Work(ctx context.Context, job *river.Job[bulkDelete]) error {
	for {
		more, err := w.desk.RunBulkBatch(ctx, job.Args.JobID)
		switch {
		case !more:
			return err
		case ctx.Err() != nil: // stopped, or the stretch is over
			return river.JobSnooze(0)
		case err != nil:
			pause := pauseOf(err)
			w.log.Info("bulk job waits", "job", job.Args.JobID, "for", pause, "error", err)
			return river.JobSnooze(pause)
		}
	}
}

// pauseOf is what the error asks for, within reason: Didit may say a day, and a
// person watches.
func pauseOf(err error) time.Duration {
	var e *kyc.Error
	if !errors.As(err, &e) || e.Retry == 0 {
		return 5 * time.Second
	}
	return min(max(e.Retry, time.Second), time.Minute)
}
