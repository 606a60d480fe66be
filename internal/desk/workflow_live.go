package desk

import (
	"context"
	"errors"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// liveWorkflow is what is live of one workflow, or what was when it was last seen.
type liveWorkflow struct {
	workflow kyc.Workflow // of the version sessions run; Raw is its detail
	sum      []byte
	author   string    // of the version, as the API tells
	at       time.Time // when it was asked for
	now      bool      // read upstream just now
	drafted  bool      // there is an unpublished draft of it in Didit's console
}

// definition is the live one in request form. kyc.Refused when the API has no
// form for it.
func (l liveWorkflow) definition() (*flow.Workflow, error) {
	w, err := flow.ParseWorkflow(l.workflow.Raw)
	if err != nil {
		return nil, kyc.Wrap(kyc.Internal, "desk.definition", err)
	}
	definition, err := w.Definition()
	if err != nil {
		return nil, &kyc.Error{Kind: kyc.Refused, Op: "desk.definition", Message: sentenceOf(err), Err: err}
	}
	return definition, nil
}

// sentenceOf makes a sentence of one of flow's errors.
func sentenceOf(err error) string {
	for _, known := range []error{flow.ErrBranches, flow.ErrIncomplete, flow.ErrFixed} {
		if errors.Is(err, known) {
			err = known
		}
	}
	words := []rune(err.Error())
	if len(words) == 0 {
		return ""
	}
	return string(upper(words[0])) + string(words[1:]) + "."
}

func upper(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// listPages bounds the list of workflows, whatever upstream says (F12).
const listPages = 100

// workflowRows reads the whole list, a row a version or a workflow.
func (d *Desk) workflowRows(ctx context.Context) ([]diditclient.Workflow, error) {
	const op = "desk.workflowRows"
	var out []diditclient.Workflow
	offset := 0
	for range listPages {
		page, err := d.client.Workflows(ctx, offset)
		if err != nil {
			return nil, wire.Error(op, err)
		}
		out = append(out, page.Items...)
		if page.Next == nil || page.Next.Offset <= offset {
			return out, nil
		}
		offset = page.Next.Offset
	}
	return nil, kyc.E(kyc.Unavailable, op, "Didit's list of workflows does not come to an end.")
}

// head is the row that speaks for a workflow: its newest published version, or
// its newest one when none is. nil when it is not in the list.
func head(rows []diditclient.Workflow, id string) *diditclient.Workflow {
	var best *diditclient.Workflow
	rank := func(w *diditclient.Workflow) int64 {
		if w.Status == "draft" {
			return w.Version.Int() - 1<<40
		}
		return w.Version.Int()
	}
	for i := range rows {
		if wire.Workflow(rows[i]).ID == id && (best == nil || rank(&rows[i]) > rank(best)) {
			best = &rows[i]
		}
	}
	return best
}

// readLive asks Didit which version of a workflow is live and for its detail.
// kyc.NotFound when Didit has no such workflow any more.
func (d *Desk) readLive(ctx context.Context, id string) (liveWorkflow, error) {
	at := d.now()
	rows, err := d.workflowRows(ctx)
	if err != nil {
		return liveWorkflow{}, err
	}
	row := head(rows, id)
	if row == nil {
		return liveWorkflow{}, kyc.E(kyc.NotFound, "desk.readLive", "Didit does not have this workflow any more.")
	}
	return d.readDetail(ctx, row, at)
}

func (d *Desk) readDetail(ctx context.Context, row *diditclient.Workflow, at time.Time) (liveWorkflow, error) {
	detail, err := d.client.Workflow(ctx, string(row.UUID))
	if err != nil {
		return liveWorkflow{}, wire.Error("desk.readLive", err)
	}
	w := wire.Workflow(*detail)
	w.Raw = wire.Clean(w.Raw)
	return liveWorkflow{workflow: w, sum: wire.WorkflowSum(w.Raw), author: string(row.CreatedBy.Name), at: at, now: true, drafted: bool(row.HasDraft)}, nil
}

// noteLive brings the mirror to what was read; what somebody else changed is kept as
// a version of theirs.
func (d *Desk) noteLive(ctx context.Context, l liveWorkflow) error {
	return d.store.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.SeeWorkflows(ctx, []store.Seen{l.seen(nil)}, l.at, 0, false)
		return err
	})
}

func (l liveWorkflow) seen(by *store.Authorship) store.Seen {
	return store.Seen{Workflow: l.workflow, Hash: l.sum, Author: l.author, By: by}
}

// live is what Didit has now, else our copy when it cannot be reached.
func (d *Desk) live(ctx context.Context, id string) (liveWorkflow, error) {
	known, err := d.store.Workflow(ctx, id)
	if err != nil {
		return liveWorkflow{}, err
	}
	l, err := d.readLive(interactive(ctx), known.ID)
	switch {
	case kyc.Is(err, kyc.NotFound):
		if err := d.store.MarkWorkflowGone(ctx, known.ID, d.now()); err != nil {
			return l, err
		}
		return l, err
	case err == nil:
		return l, d.noteLive(ctx, l)
	case !known.GoneAt.IsZero():
		return l, err
	}
	d.log.Info("a workflow could not be read; our copy stands in", "workflow", known.ID, "error", err)
	return d.copyOf(ctx, known)
}

// copyOf is a workflow as it was last seen.
func (d *Desk) copyOf(ctx context.Context, known kyc.Workflow) (liveWorkflow, error) {
	l := liveWorkflow{workflow: known, at: known.SyncedAt}
	r, err := d.store.RevisionOf(ctx, known.ID, known.VersionID)
	switch {
	case err == nil:
		l.workflow.Raw, l.sum = r.Body, r.Hash
	case kyc.Is(err, kyc.NotFound): // from before there were revisions
		l.sum = wire.WorkflowSum(known.Raw)
	default:
		return l, err
	}
	return l, nil
}
