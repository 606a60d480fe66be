package desk

import (
	"context"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
)

var errSoon = kyc.E(kyc.Unavailable, "desk", "Not built yet.")

// Review is what publishing would do.
func (d *Desk) Review(ctx context.Context, actor kyc.Actor, draftID int64) (PublishReview, error) {
	return PublishReview{}, errSoon
}

// TakeOutside merges what others changed meanwhile into the draft, which then is
// based on what is live now; of conflicts it keeps the draft's side.
func (d *Desk) TakeOutside(ctx context.Context, actor kyc.Actor, draftID, version int64) (Draft, error) {
	return Draft{}, errSoon
}

// Publish sends a draft to Didit.
func (d *Desk) Publish(ctx context.Context, actor kyc.Actor, in Publish) (PublishOutcome, error) {
	return PublishOutcome{}, errSoon
}

// Versions lists what a workflow was, newest first, without bodies.
func (d *Desk) Versions(ctx context.Context, actor kyc.Actor, workflowID string) ([]WorkflowVersion, error) {
	return nil, errSoon
}

// Version is one of them with its body; id is ours, or Didit's uuid.
func (d *Desk) Version(ctx context.Context, actor kyc.Actor, workflowID, id string) (WorkflowVersion, error) {
	return WorkflowVersion{}, errSoon
}

// DraftFromVersion begins a draft with an old definition; id as with Version.
func (d *Desk) DraftFromVersion(ctx context.Context, actor kyc.Actor, workflowID, id string) (Draft, error) {
	return Draft{}, errSoon
}

// DeleteWorkflow deletes a workflow with all its versions.
func (d *Desk) DeleteWorkflow(ctx context.Context, actor kyc.Actor, in DeleteWorkflow) (PublishOutcome, error) {
	return PublishOutcome{}, errSoon
}

// SetDefault makes a workflow the default one.
func (d *Desk) SetDefault(ctx context.Context, actor kyc.Actor, in SetDefault) (PublishOutcome, error) {
	return PublishOutcome{}, errSoon
}

// TryLimits replays the last n stored decisions against a draft's limits.
func (d *Desk) TryLimits(ctx context.Context, actor kyc.Actor, draftID int64, n int) (flow.ReplayResult, error) {
	return flow.ReplayResult{}, errSoon
}
