package handlers

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// maxNote is the longest note a form takes; Didit takes 10,000 characters and our
// signature needs some of them.
const maxNote = 4000

// actForms fills the right column for what this person may do now.
func (r *request) actForms(p *views.SessionProps, d *sessionData, f sessionForms) {
	s := d.session
	allowed := desk.Allowed(s.Status)
	switch {
	case !s.GoneAt.IsZero():
		p.Closed = "This session is gone at Didit; nothing can be decided."
	case len(allowed) == 0:
		p.Closed = "Nothing to decide: a session in " + string(s.Status) + " cannot be changed by hand."
	case !r.actor.Can(kyc.Decide):
		p.Closed = "Your role may read this session and not decide it."
	default:
		p.Decide = r.decideForm(d, f, allowed)
	}
	if r.actor.Can(kyc.AddNote) && s.GoneAt.IsZero() {
		p.Note = r.noteForm(d, f)
	}
}

func (r *request) decideForm(d *sessionData, f sessionForms, allowed []desk.Verdict) *views.DecideForm {
	in := desk.Decision{Version: d.session.Version}
	if f.decision != nil {
		in = *f.decision
	}
	form := &views.DecideForm{
		Props: ui.DecideProps{
			Action: "/sessions/" + d.session.ID + "/decision", Choice: ui.SegmentedProps{Name: "decision", Legend: "Decision", Error: f.faults["decision"]},
			Keep: []ui.Hidden{{Name: "version", Value: strconv.FormatInt(d.session.Version, 10)}, {Name: "nonce", Value: rand.Text()}},
			Note: "Sent with your name.",
		},
		Faults: summaryFaults(f.faults, map[string]string{"reason": "f-reason-" + string(in.Verdict), "note": "f-decision-note", "nodes": "f-nodes", "decision": "decide"}),
		Note: ui.FieldProps{Name: "note", ID: "f-decision-note", Label: "Note", Kind: "textarea", Value: in.Note, Optional: true, MaxLength: maxNote, Rows: 3, Guard: true,
			Error: decisionFault(f, "note"), Hint: "Stands at Didit beside the decision."},
		Next: d.session.Status == kyc.InReview,
	}
	for _, v := range allowed {
		form.Props.Choice.Options = append(form.Props.Choice.Options, segment(v, in.Verdict))
	}
	form.Approve = reasonField(desk.Approve, in, f)
	form.Decline = reasonField(desk.Decline, in, f)
	form.Resubmit = reasonField(desk.Resubmit, in, f)
	form.Nodes = ui.CheckListProps{Name: "nodes", Legend: "What to ask for again", Hint: "Nothing chosen: everything that was not approved.", Options: nodeOptions(d, in), Error: f.faults["nodes"]}
	return form
}

func segment(v, chosen desk.Verdict) ui.Segment {
	s := ui.Segment{Value: string(v), Label: v.Label(), Checked: v == chosen}
	switch v {
	case desk.Approve:
		s.Icon, s.Tone, s.Key = "check", ui.Good, "a"
	case desk.Decline:
		s.Icon, s.Tone, s.Key = "x", ui.Bad, "d"
	case desk.Resubmit:
		s.Icon, s.Tone, s.Key = "undo-2", ui.Info, "r"
	}
	return s
}

func decisionFault(f sessionForms, field string) string {
	if f.decision == nil {
		return ""
	}
	return f.faults[field]
}

// reasonField has a name of its own for each verdict: without scripts all three
// are posted and the handler takes the one of the verdict.
func reasonField(v desk.Verdict, in desk.Decision, f sessionForms) ui.FieldProps {
	p := ui.FieldProps{Name: "reason_" + string(v), ID: "f-reason-" + string(v), Label: "Reason", Kind: "select", Options: []ui.Option{{Value: "", Label: "Choose a reason"}}}
	if in.Verdict == v {
		p.Value, p.Error = in.ReasonCode, decisionFault(f, "reason")
	}
	for _, reason := range desk.Reasons(v) {
		p.Options = append(p.Options, ui.Option{Value: reason.Code, Label: reason.Label})
	}
	return p
}

// nodeOptions are the steps that can be asked for again.
func nodeOptions(d *sessionData, in desk.Decision) []ui.Option {
	var out []ui.Option
	for _, n := range desk.Steps(d.decision.Doc) {
		value := n.Feature + "|" + n.NodeID
		out = append(out, ui.Option{Value: value, Label: kyc.ParseFeature(n.Feature).Label(), Selected: slices.ContainsFunc(in.Nodes, func(c desk.Node) bool { return c.NodeID == n.NodeID && c.Feature == n.Feature })})
	}
	return out
}

func (r *request) noteForm(d *sessionData, f sessionForms) *views.NoteForm {
	form := &views.NoteForm{
		Action: "/sessions/" + d.session.ID + "/note", Keep: []ui.Hidden{{Name: "nonce", Value: rand.Text()}},
		Field: ui.FieldProps{Name: "note", ID: "f-note", Label: "Add a note", HideLabel: true, Kind: "textarea", MaxLength: maxNote, Rows: 3, Guard: true, Key: "n", Required: true,
			Placeholder: "Customer called about the address; certificate follows by mail."},
	}
	if f.note != nil {
		form.Field.Value, form.Field.Error = f.note.Text, f.faults["note"]
		form.Faults = summaryFaults(f.faults, map[string]string{"note": "f-note"})
	}
	return form
}

// summaryFaults lists what is wrong with links to the controls; a fault of a form
// that is not this one stays out.
func summaryFaults(faults map[string]string, ids map[string]string) []ui.Fault {
	var out []ui.Fault
	for _, field := range sortedKeys(faults) {
		if id, ok := ids[field]; ok {
			out = append(out, ui.Fault{ID: id, Text: faults[field]})
		}
	}
	return out
}

// timeline is what happened, newest first: Didit's feed, and of our own actions
// those that Didit's feed does not show.
func (r *request) timeline(d *sessionData) []ui.TimelineItem {
	var out []ui.TimelineItem
	told := map[int64]bool{}
	for _, rev := range d.reviews {
		id := desk.ActionOf(rev.Comment)
		told[id] = id != 0
		out = append(out, r.reviewItem(rev, d))
	}
	for _, a := range d.actions {
		if !told[a.ID] {
			out = append(out, r.actionItem(a))
		}
	}
	out = append(out, ui.TimelineItem{Icon: "circle-dashed", Title: "Created", When: r.moment(d.session.CreatedAt)})
	slices.SortStableFunc(out, func(a, b ui.TimelineItem) int { return b.When.At.Compare(a.When.At) })
	return out
}

func (r *request) reviewItem(rev kyc.Review, d *sessionData) ui.TimelineItem {
	comment, staff := desk.Unsigned(rev.Comment)
	item := ui.TimelineItem{Icon: "message-square", Title: "Note", Who: rev.Actor, When: r.moment(rev.CreatedAt), Quote: comment}
	if !d.mask.open {
		item.Quote = d.mask.text(comment)
		item.Who = d.mask.email(rev.Actor)
		if !strings.Contains(rev.Actor, "@") {
			item.Who = rev.Actor
		}
	}
	if staff != "" {
		item.Who = staff
	}
	switch {
	case rev.To != "" && rev.From != "" && rev.To != rev.From:
		tone, icon := rev.To.Look()
		item.Title, item.Icon, item.Tone = string(rev.From)+" → "+string(rev.To), icon, ui.Tone(tone)
	case rev.Type == "STATUS_UPDATED" && rev.To != "" && comment == "":
		tone, icon := rev.To.Look()
		item.Title, item.Icon, item.Tone = string(rev.To), icon, ui.Tone(tone)
	case rev.Type != "" && rev.Type != "COMMENT" && rev.Type != "STATUS_UPDATED":
		item.Title, item.Icon = ui.Humane(strings.ToLower(rev.Type)), "info"
	}
	return item
}

func (r *request) actionItem(a store.Action) ui.TimelineItem {
	item := ui.TimelineItem{Icon: "user-round", Title: ui.Humane(actionWords(a.Kind)), Who: a.ActorName, When: r.moment(a.AskedAt)}
	switch a.State {
	case store.ActionRefused:
		item.Title, item.Tone, item.Quote = item.Title+": not carried out", ui.Bad, a.Words
	case store.ActionUnknown, store.ActionAsked:
		item.Title, item.Tone = item.Title+": outcome not known yet", ui.Warn
	}
	return item
}
