package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"diditdesk/internal/audit"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// maxDefinition bounds a draft; the largest documented body has about 200 KB.
const maxDefinition = 4 << 20

// StartDraft begins a draft; a workflow has one at most, and the present one is
// given back untouched. It reads what is live from Didit, or our copy of it when
// Didit cannot be reached. Errors: kyc.Forbidden, kyc.NotFound, and kyc.Refused
// for a workflow with branches, which the API takes no list of steps for.
func (d *Desk) StartDraft(ctx context.Context, actor kyc.Actor, in StartDraft) (Draft, error) {
	if err := may(actor, kyc.EditWorkflows, "desk.StartDraft"); err != nil {
		return Draft{}, err
	}
	switch {
	case in.WorkflowID != "":
		return d.draftOfLive(ctx, actor, in.WorkflowID)
	case in.CopyOf != "":
		return d.draftOfCopy(ctx, actor, in.CopyOf)
	}
	return d.draftOfTemplate(ctx, actor, in.Template)
}

func (d *Desk) draftOfLive(ctx context.Context, actor kyc.Actor, id string) (Draft, error) {
	live, err := d.live(ctx, id)
	if err != nil {
		return Draft{}, err
	}
	present, err := d.store.DraftOf(ctx, store.DraftWorkflow, live.workflow.ID)
	if err == nil || !kyc.Is(err, kyc.NotFound) {
		return present, err
	}
	definition, err := live.definition()
	if err != nil {
		return Draft{}, err
	}
	body := definition.Doc.Raw()
	return d.newDraft(ctx, actor, Draft{
		ObjectID: live.workflow.ID, BaseVersionID: live.workflow.VersionID, BaseNumber: live.workflow.Version,
		Base: body, Body: body, Label: definition.Label(),
	})
}

func (d *Desk) draftOfCopy(ctx context.Context, actor kyc.Actor, id string) (Draft, error) {
	live, err := d.live(ctx, id)
	if err != nil {
		return Draft{}, err
	}
	definition, err := live.definition()
	if err != nil {
		return Draft{}, err
	}
	label := "Copy of " + definition.Label()
	if r := []rune(label); len(r) > 50 {
		label = string(r[:50])
	}
	if err := errors.Join(definition.SetLabel(label), definition.Doc.Delete("is_default")); err != nil {
		return Draft{}, kyc.Wrap(kyc.Internal, "desk.StartDraft", err)
	}
	return d.newDraft(ctx, actor, Draft{Body: definition.Doc.Raw(), Label: label})
}

// draftOfTemplate takes the form the account's own workflows are in.
func (d *Desk) draftOfTemplate(ctx context.Context, actor kyc.Actor, id string) (Draft, error) {
	templates := flow.Templates()
	at := slices.IndexFunc(templates, func(t flow.Template) bool { return t.ID == id })
	if at < 0 {
		return Draft{}, kyc.Invalidf("template", "Choose what to begin from.")
	}
	first, err := d.firstGeneration(ctx)
	if err != nil {
		return Draft{}, err
	}
	w := templates[at].Workflow
	if first {
		if w = templates[at].FirstForm; w == nil {
			return Draft{}, kyc.E(kyc.Refused, "desk.StartDraft", "This account's API cannot make such a workflow. Make it in Didit's console; the desk will find it there.")
		}
	}
	return d.newDraft(ctx, actor, Draft{Body: w.Doc.Raw(), Label: w.Label()})
}

// firstGeneration looks at the workflows there are: only the first one's have no
// version. A new account without any is of today.
func (d *Desk) firstGeneration(ctx context.Context) (bool, error) {
	list, err := d.store.Workflows(ctx)
	if err != nil {
		return false, err
	}
	return len(list) > 0 && !slices.ContainsFunc(list, func(w kyc.Workflow) bool { return w.Version > 0 }), nil
}

func (d *Desk) newDraft(ctx context.Context, actor kyc.Actor, draft Draft) (Draft, error) {
	draft.Kind, draft.CreatedAt = store.DraftWorkflow, d.now()
	draft.CreatedByID, draft.CreatedBy = actor.StaffID, actor.Name
	var made Draft
	err := d.store.Tx(ctx, func(tx *store.Tx) (err error) {
		fresh := false
		if made, fresh, err = tx.InsertDraft(ctx, draft); err != nil || !fresh {
			return err
		}
		_, err = d.record(ctx, tx, draftEntry(made, actor, "workflow.draft"))
		return err
	})
	return made, err
}

func draftEntry(draft Draft, actor kyc.Actor, act string) audit.Draft {
	return audit.Draft{
		Actor: actor, Act: act, ObjectKind: "workflow", ObjectID: draft.ObjectID, Outcome: audit.Noted,
		Detail: map[string]any{"draft": draft.ID, "label": draft.Label},
	}
}

// Draft is one draft; kyc.NotFound when it was published or discarded.
func (d *Desk) Draft(ctx context.Context, actor kyc.Actor, id int64) (Draft, error) {
	if err := may(actor, kyc.EditWorkflows, "desk.Draft"); err != nil {
		return Draft{}, err
	}
	return d.store.Draft(ctx, id)
}

// SaveDraft writes a draft that was read at version. Errors: kyc.Invalid with
// Fields["json"] when body is no workflow (with its line), kyc.Conflict when
// somebody changed the draft meanwhile (the sentence names them and when; nothing
// is overwritten), kyc.NotFound when it was published or discarded.
func (d *Desk) SaveDraft(ctx context.Context, actor kyc.Actor, id, version int64, body json.RawMessage) (Draft, error) {
	const op = "desk.SaveDraft"
	if err := may(actor, kyc.EditWorkflows, op); err != nil {
		return Draft{}, err
	}
	w, err := readDefinition(body)
	if err != nil {
		return Draft{}, err
	}
	return d.saveDraft(ctx, op, store.DraftEdit{ID: id, Version: version, Body: w.Doc.Raw(), Label: w.Label(), By: actor, At: d.now()})
}

// saveDraft holds the draft first: while it is being published nobody changes it.
func (d *Desk) saveDraft(ctx context.Context, op string, e store.DraftEdit) (saved Draft, err error) {
	err = d.store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.LockDraft(ctx, e.ID); err != nil {
			return err
		}
		if _, err := tx.DraftBusy(ctx, e.ID); !kyc.Is(err, kyc.NotFound) {
			return firstOr(err, errBusy)
		}
		saved, err = tx.SaveDraft(ctx, e)
		return err
	})
	if kyc.Is(err, kyc.NotFound) || errors.Is(err, errBusy) {
		return Draft{}, d.draftConflict(ctx, op, e.ID)
	}
	return saved, err
}

func readDefinition(body json.RawMessage) (*flow.Workflow, error) {
	if len(body) > maxDefinition {
		return nil, kyc.Invalidf("json", "This is larger than %d MB.", maxDefinition>>20)
	}
	if bytes.Contains(body, []byte(`\u0000`)) {
		return nil, kyc.Invalidf("json", "A text holds the character \\u0000, which cannot be stored.")
	}
	w, err := flow.ParseWorkflow(body)
	if err != nil {
		words := err.Error()
		return nil, &kyc.Error{Kind: kyc.Invalid, Op: "desk.SaveDraft", Message: words, Fields: map[string]string{"json": words}, Err: err}
	}
	return w, nil
}

// draftConflict says why a draft is not at the version it was read at.
func (d *Desk) draftConflict(ctx context.Context, op string, id int64) error {
	now, err := d.store.Draft(ctx, id)
	if kyc.Is(err, kyc.NotFound) {
		return kyc.E(kyc.NotFound, op, "This draft was published or discarded meanwhile.")
	}
	if err != nil {
		return err
	}
	if a, err := d.store.DraftBusy(ctx, id); err == nil {
		return kyc.E(kyc.Conflict, op, a.ActorName+" is publishing this draft right now. Nothing was saved.")
	}
	return kyc.E(kyc.Conflict, op, fmt.Sprintf("%s changed this draft at %s. Nothing of yours was saved over it; look at it again.", now.UpdatedBy, clock(now.UpdatedAt)))
}

// DiscardDraft drops a draft that was read at version. Errors as with SaveDraft.
func (d *Desk) DiscardDraft(ctx context.Context, actor kyc.Actor, id, version int64) error {
	const op = "desk.DiscardDraft"
	if err := may(actor, kyc.EditWorkflows, op); err != nil {
		return err
	}
	draft, err := d.store.Draft(ctx, id)
	if err != nil {
		return err
	}
	gone := false
	err = d.store.Tx(ctx, func(tx *store.Tx) (err error) {
		if _, err := tx.LockDraft(ctx, id); err != nil {
			return err
		}
		if _, err := tx.DraftBusy(ctx, id); !kyc.Is(err, kyc.NotFound) {
			return err // nil when it is being published: nothing is dropped
		}
		if gone, err = tx.DeleteDraft(ctx, id, version); err != nil || !gone {
			return err
		}
		_, err = d.record(ctx, tx, draftEntry(draft, actor, "workflow.discard"))
		return err
	})
	if err == nil && !gone {
		return d.draftConflict(ctx, op, id)
	}
	return err
}
