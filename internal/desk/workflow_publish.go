package desk

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// publishOrder is exactly what publishing will do: what a second person approves,
// and what is sent.
type publishOrder struct {
	DraftID      int64           `json:"draft_id"`
	DraftVersion int64           `json:"draft_version"`
	WorkflowID   string          `json:"workflow_id"` // "" = a new one
	Number       int             `json:"number"`      // version that is live
	Label        string          `json:"label"`
	Seen         string          `json:"seen"` // hash of what is live, as its maker saw it
	Changes      []orderChange   `json:"changes"`
	More         int             `json:"more"` // changes that are not listed
	Body         json.RawMessage `json:"body"` // byte for byte what is sent
}

// orderChange is one line of the difference, in words.
type orderChange struct {
	Label  string `json:"label"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// maxListed bounds the lines of a request; the body is whole all the same.
const maxListed = 300

func (in Publish) validate() error {
	f := faults{}
	f.nonce(in.Nonce)
	f.reason(in.Reason)
	if in.DraftID <= 0 || in.Version <= 0 {
		f.add("version", "This form is incomplete. Reload the page and try again.")
	}
	return f.err("desk.Publish")
}

// Publish sends a draft to Didit: a new workflow, or a new version of one that
// must still be what the person saw. Errors: kyc.Conflict when the draft or what is
// live changed meanwhile (the sentence says what), kyc.Refused with Didit's words
// and Fields by their path in the body when Didit does not take it, and those of
// Hold; the draft is kept. A lost answer is no error but StateUnknown; with
// StateHeld a second person has to approve.
func (d *Desk) Publish(ctx context.Context, actor kyc.Actor, in Publish) (PublishOutcome, error) {
	if err := may(actor, kyc.EditWorkflows, "desk.Publish"); err != nil {
		return PublishOutcome{}, err
	}
	if err := in.validate(); err != nil {
		return PublishOutcome{}, err
	}
	run := Run{Maker: actor, Nonce: in.Nonce, Reason: strings.TrimSpace(in.Reason)}
	again := flowWrite{kind: kindPublish, run: run}
	if a, err := d.store.ActionByNonce(ctx, in.Nonce); !kyc.Is(err, kyc.NotFound) {
		if err != nil {
			return PublishOutcome{}, err
		}
		return d.replayFlow(ctx, a, again)
	}
	out, err := d.publishForm(ctx, actor, in, run)
	if kyc.Is(err, kyc.Conflict) || kyc.Is(err, kyc.NotFound) {
		// The same form, sent twice at once: the first copy changed what is live and
		// took the draft, which the second one then stumbles over (F39).
		if a, lookErr := d.store.ActionByNonce(ctx, in.Nonce); lookErr == nil && a.State != store.ActionRefused {
			return d.replayFlow(ctx, a, again)
		}
	}
	return out, err
}

func (d *Desk) publishForm(ctx context.Context, actor kyc.Actor, in Publish, run Run) (PublishOutcome, error) {
	order, err := d.order(ctx, in)
	if err != nil {
		return d.askedBefore(ctx, in.Nonce, err)
	}
	waits, id, err := d.Hold(ctx, actor, Ask{Act: ActPublish, Payload: order, Reason: in.Reason, Nonce: in.Nonce})
	if err != nil {
		return PublishOutcome{}, err
	}
	if waits {
		return heldFlow(order.WorkflowID, id), nil
	}
	return d.publish(ctx, order, run)
}

// askedBefore: a form whose request was carried out meanwhile finds no draft any
// more; its request answers.
func (d *Desk) askedBefore(ctx context.Context, nonce string, why error) (PublishOutcome, error) {
	a, err := d.store.ApprovalByNonce(ctx, nonce)
	if err != nil || !kyc.Is(why, kyc.NotFound) {
		return PublishOutcome{}, why
	}
	return heldFlow("", a.ID), nil
}

func heldFlow(workflowID string, id int64) PublishOutcome {
	out := held(id)
	return PublishOutcome{State: out.State, WorkflowID: workflowID, ApprovalID: id, Message: out.Message}
}

// order writes out what publishing a draft means, from what the mirror knows to be
// live; Review has just brought it up to date.
func (d *Desk) order(ctx context.Context, in Publish) (publishOrder, error) {
	const op = "desk.Publish"
	draft, err := d.store.Draft(ctx, in.DraftID)
	if err != nil {
		return publishOrder{}, err
	}
	if draft.Version != in.Version {
		return publishOrder{}, d.draftConflict(ctx, op, draft.ID)
	}
	w, err := flow.ParseWorkflow(draft.Body)
	if err != nil {
		return publishOrder{}, kyc.Wrap(kyc.Internal, op, err)
	}
	o := publishOrder{DraftID: draft.ID, DraftVersion: draft.Version, WorkflowID: draft.ObjectID, Label: w.Label(), Seen: in.SeenHash}
	changes := flow.Diff(nil, w)
	base := nothing()
	if o.WorkflowID != "" {
		known, err := d.store.Workflow(ctx, o.WorkflowID)
		if err != nil {
			return o, err
		}
		live, err := d.copyOf(ctx, known)
		if err != nil {
			return o, err
		}
		definition, err := live.definition()
		if err != nil {
			return o, err
		}
		if base, err = baseOf(draft, definition); err != nil {
			return o, err
		}
		if hex.EncodeToString(live.sum) != in.SeenHash {
			return o, liveChanged(compare(base, definition, w).outside, "")
		}
		o.Number, changes = known.Version, compare(base, definition, w).changes
	}
	o.list(changes)
	o.Body, err = bodyOf(w, base)
	return o, err
}

func (o *publishOrder) list(changes []flow.Change) {
	for i, c := range changes {
		if i == maxListed {
			o.More = len(changes) - i
			return
		}
		label := c.Label
		if c.Where != "" {
			label = c.Where + ": " + label
		}
		o.Changes = append(o.Changes, orderChange{label, c.Before, c.After})
	}
}

// bodyOf is what is sent for a draft. The default mark is only sent when the draft
// changes it: it may have moved since. "published" makes a new version, so that
// old sessions keep being read by their own limits (api/workflows.md §2).
func bodyOf(w, base *flow.Workflow) (json.RawMessage, error) {
	w = w.Clone()
	if w.Default() == base.Default() {
		_ = w.Doc.Delete("is_default") // of an object; cannot fail
	}
	body, err := w.BodyAs("published")
	if err != nil {
		return nil, &kyc.Error{Kind: kyc.Refused, Op: "desk.Publish", Message: sentenceOf(err), Err: err}
	}
	return body, nil
}

// liveChanged refuses to publish over what the person has not seen.
func liveChanged(outside []flow.Change, version string) error {
	words := "What is live at Didit" + version + " is not what you looked at: somebody changed it meanwhile."
	for i, c := range outside {
		if i == 3 {
			words += fmt.Sprintf(" And %d more.", len(outside)-i)
			break
		}
		words += " " + c.Text() + "."
	}
	if utf8.RuneCountInString(words) > 600 {
		words = string([]rune(words)[:600]) + "…"
	}
	return kyc.E(kyc.Conflict, "desk.Publish", words+" Nothing was sent; look at the differences again.")
}

// publish begins and sends an order that nobody else has to look at any more.
func (d *Desk) publish(ctx context.Context, o publishOrder, run Run) (PublishOutcome, error) {
	seen, _ := hex.DecodeString(o.Seen)
	count := len(o.Changes) + o.More
	w := flowWrite{
		kind: kindPublish, run: run, workflowID: o.WorkflowID,
		sent: store.SentDefinition{
			DraftID: o.DraftID, DraftVersion: o.DraftVersion, Label: o.Label, Live: seen, Reason: run.Reason, Changes: count, Body: o.Body,
		},
		detail: map[string]any{"draft": o.DraftID, "changes": count, "before": map[string]any{"version": o.Number}},
	}
	a, fresh, err := d.beginFlow(ctx, w)
	if err != nil {
		return PublishOutcome{}, err
	}
	if !fresh {
		return d.replayFlow(ctx, a, w)
	}
	d.step("asked")
	sending, cancel := d.sending(interactive(ctx))
	defer cancel()
	answer, before, err := d.sendDefinition(sending, w)
	switch {
	case isOurs(err), fateOf(err) == refused:
		return PublishOutcome{ActionID: a.ID, WorkflowID: o.WorkflowID}, d.refuseFlow(ctx, a, w, before, wire.Error("desk.Publish", err))
	case err != nil:
		return d.unknownFlow(ctx, a, w, err)
	}
	d.step("sent")
	live, err := d.readDetail(context.WithoutCancel(ctx), answer, d.now())
	if err != nil {
		return d.unknownFlow(ctx, a, w, err)
	}
	return d.finishFlow(ctx, a, publishedEnding(a, live, run.Maker))
}

// sendDefinition looks once more at what is live, and sends. Its own errors are
// kyc's: then nothing was sent. before is what it saw.
func (d *Desk) sendDefinition(ctx context.Context, w flowWrite) (answer *diditclient.Workflow, before *liveWorkflow, err error) {
	if w.workflowID == "" {
		answer, err = d.client.CreateWorkflow(ctx, w.sent.Body)
		return answer, nil, err
	}
	live, err := d.readLive(ctx, w.workflowID)
	if err != nil {
		return nil, nil, err
	}
	if string(live.sum) != string(w.sent.Live) {
		return nil, &live, d.overtakenFlow(ctx, w, live)
	}
	answer, err = d.client.UpdateWorkflow(ctx, live.workflow.VersionID, w.sent.Body)
	return answer, &live, err
}

// overtakenFlow says what somebody else changed at Didit.
func (d *Desk) overtakenFlow(ctx context.Context, w flowWrite, live liveWorkflow) error {
	definition, err := live.definition()
	if err != nil {
		return liveChanged(nil, "")
	}
	draft, err := d.store.Draft(ctx, w.sent.DraftID)
	if err != nil {
		return liveChanged(nil, "")
	}
	base, err := baseOf(draft, definition)
	if err != nil {
		return liveChanged(nil, "")
	}
	return liveChanged(flow.Diff(withDefaultOf(base, definition), definition), versionWords(live.workflow.Version))
}

func versionWords(number int) string {
	if number == 0 {
		return ""
	}
	return fmt.Sprintf(" (version %d)", number)
}

// publishedEnding is how a publish that is seen to be live ends.
func publishedEnding(a store.Action, live liveWorkflow, by kyc.Actor) flowEnding {
	words := "Published" + versionWords(live.workflow.Version) + "."
	detail := map[string]any{}
	if w, err := flow.ParseWorkflow(live.workflow.Raw); err == nil {
		if definition, err := w.Definition(); err == nil {
			same, dropped := landed(a.Payload.Definition.Body, definition)
			if !same || dropped > 0 {
				words += " Didit did not keep everything as it was sent; compare the versions."
				detail["kept_otherwise"] = true
			}
		}
	}
	return flowEnding{
		actor: by, live: &live, published: true, detail: detail,
		settlement: store.Settlement{State: store.ActionDone, Result: store.ActionResult{Message: words}},
	}
}
