package mirror

import (
	"cmp"
	"context"
	"slices"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// listPages bounds the short lists, whatever upstream says (F12).
const listPages = 200

// SyncWorkflows reads every workflow with its details; the details hold the
// limits that scores are judged by. A definition that nobody here published is
// kept as a version somebody else made (drift).
func (m *Mirror) SyncWorkflows(ctx context.Context) error {
	ctx = background(ctx)
	at := m.now()
	rows, err := m.workflowRows(ctx)
	if err != nil {
		return err
	}
	var list []store.Seen
	for _, row := range rows {
		detail, err := m.client.Workflow(ctx, string(row.UUID))
		if isNotFound(err) {
			detail, err = &row, nil
		}
		if err != nil {
			return wire.Error("mirror.SyncWorkflows", err)
		}
		w := wire.Workflow(*detail)
		w.Raw = wire.Clean(w.Raw)
		if w.ID != "" && w.VersionID != "" {
			list = append(list, store.Seen{Workflow: w, Hash: wire.WorkflowSum(w.Raw), Author: string(row.CreatedBy.Name)})
		}
	}
	slices.SortStableFunc(list, spokesmanLast)
	return m.write(ctx, func(tx *store.Tx) error {
		before, err := tx.MirrorState(ctx, resourceWorkflows)
		if err != nil {
			return err
		}
		pass, err := tx.NextPass(ctx)
		if err != nil {
			return err
		}
		found, err := tx.SeeWorkflows(ctx, list, at, pass, before.FinishedAt.IsZero())
		if err != nil {
			return err
		}
		if found > 0 {
			m.log.Info("definitions of workflows found that were not known", "count", found)
		}
		if err := tx.MarkWorkflowsGone(ctx, pass, at); err != nil {
			return err
		}
		return done(ctx, tx, resourceWorkflows, pass, len(list), at)
	})
}

// spokesmanLast sorts versions so that the one sessions are made with, the newest
// published, comes last of its group.
func spokesmanLast(a, b store.Seen) int {
	return cmp.Or(draftFirst(a.Workflow)-draftFirst(b.Workflow), cmp.Compare(a.Workflow.Version, b.Workflow.Version))
}

func draftFirst(w kyc.Workflow) int {
	if w.Status == "draft" {
		return 0
	}
	return 1
}

func (m *Mirror) workflowRows(ctx context.Context) ([]diditclient.Workflow, error) {
	var out []diditclient.Workflow
	seen := map[diditclient.Text]bool{}
	offset := 0
	for range listPages {
		page, err := m.client.Workflows(ctx, offset)
		if err != nil {
			return nil, wire.Error("mirror.SyncWorkflows", err)
		}
		for _, w := range page.Items {
			if !seen[w.UUID] {
				seen[w.UUID] = true
				out = append(out, w)
			}
		}
		if page.Next == nil {
			return out, nil
		}
		offset = page.Next.Offset
	}
	return nil, kyc.E(kyc.Unavailable, "mirror.SyncWorkflows", "Didit's list of workflows does not come to an end.")
}
