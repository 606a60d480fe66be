package diditclient

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// maxDeletion is the most sessions one call may name; Didit's own console stops
// there too (api/sessions.md §5.2).
const maxDeletion = 1000

// DeleteOutcome is what became of one session (api/sessions.md §5.1); only the
// newest generation says anything.
type DeleteOutcome struct {
	Block
	SessionID     Text   `json:"session_id"`
	SessionNumber Number `json:"session_number"`
	Face          Text   `json:"face_retention_outcome"`
}

// UnmarshalJSON reads an outcome.
func (o *DeleteOutcome) UnmarshalJSON(b []byte) error { return readObject(b, o) }

// Failed reports that this session still exists (only in a batch).
func (o DeleteOutcome) Failed() bool { return o.Face == "failed_retryable" }

// DeleteResult is the answer to a batch: outcomes, or a job, or neither (204).
// Numbers that do not exist are passed over without a word.
type DeleteResult struct {
	Block
	Results List[DeleteOutcome] `json:"results"`
	JobID   Text                `json:"job_id"`
}

// UnmarshalJSON reads the answer.
func (d *DeleteResult) UnmarshalJSON(b []byte) error { return readObject(b, d) }

// DeleteJob is a deletion that goes on behind the answer.
type DeleteJob struct {
	Block
	JobID     Text              `json:"job_id"`
	Status    Text              `json:"status"` // PENDING, PROCESSING, COMPLETED, FAILED
	Total     Number            `json:"total"`
	Processed Number            `json:"processed"`
	Outcomes  map[string]Number `json:"outcomes"`
	Error     Text              `json:"error"`
	CreatedAt Time              `json:"created_at"`
	DoneAt    Time              `json:"completed_at"`
}

// UnmarshalJSON reads the job.
func (j *DeleteJob) UnmarshalJSON(b []byte) error { return readObject(b, j) }

// deletion is the whole body of a batch: it can only name sessions. There is no
// field that says "all of them" (T10).
type deletion struct {
	SessionNumbers []string `json:"session_numbers"`
}

// DeleteSession deletes one session of either kind; a second time is NotFound.
func (c *Client) DeleteSession(ctx context.Context, sessionID string) (DeleteOutcome, error) {
	r, err := c.request("DeleteSession", http.MethodDelete, "session", sessionID, "delete")
	if err != nil {
		return DeleteOutcome{}, err
	}
	return deleted[DeleteOutcome](ctx, c, r, nil)
}

// DeleteSessions deletes up to 1000 sessions of people by their numbers.
func (c *Client) DeleteSessions(ctx context.Context, numbers []int64) (DeleteResult, error) {
	r, err := c.request("DeleteSessions", http.MethodPost, "sessions", "delete")
	if err != nil {
		return DeleteResult{}, err
	}
	if len(numbers) == 0 || len(numbers) > maxDeletion {
		e := refused("A deletion names between 1 and %d sessions.", maxDeletion)
		e.Op = r.op
		return DeleteResult{}, e
	}
	return deleted[DeleteResult](ctx, c, r, deletion{numberTexts(numbers)})
}

// deleted reads the answer to a deletion; nothing at all is an answer too.
func deleted[T any](ctx context.Context, c *Client, r *request, in any) (T, error) {
	var out T
	ans, err := c.call(ctx, r, in)
	if err != nil || first(ans.body) == 0 {
		return out, err
	}
	err = c.decoded(ctx, r, ans, func(b []byte) error {
		if first(b) != '{' {
			return errors.New("an object was expected")
		}
		return json.Unmarshal(b, &out)
	})
	return out, err
}

// DeleteJob asks how far a deletion is.
func (c *Client) DeleteJob(ctx context.Context, jobID string) (DeleteJob, error) {
	r, err := c.get("DeleteJob", "sessions", "delete", jobID)
	if err != nil {
		return DeleteJob{}, err
	}
	job, err := object(ctx, c, r, nil, func(j *DeleteJob) error {
		if j.Status == "" {
			return errors.New("the job has no status")
		}
		return nil
	})
	if err != nil {
		return DeleteJob{}, err
	}
	return *job, nil
}
