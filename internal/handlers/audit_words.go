package handlers

import (
	"diditdesk/internal/audit"
	"diditdesk/internal/views/ui"
)

// actGroup is one part of the log's acts, in the order the filter offers them.
type actGroup struct {
	label string
	acts  [][2]string // act, words; the first is the whole group
}

// actGroups names every act the desk records. One it does not name (of another
// version) is shown as it is spelled.
func actGroups() []actGroup {
	return []actGroup{
		{"Sessions", [][2]string{
			{"session", "Everything about sessions"}, {"session.approve", "Approve session"}, {"session.decline", "Decline session"}, {"session.resubmit", "Ask again"},
			{"session.note", "Add note"}, {"session.create", "Create session"}, {"session.delete", "Delete session"}, {"sessions.delete", "Delete many sessions"},
		}},
		{"Approvals", [][2]string{
			{"approval", "Everything about approvals"}, {"approval.ask", "Ask for a second person"}, {"approval.approve", "Approve"}, {"approval.refuse", "Refuse"},
			{"approval.withdraw", "Take a request back"}, {"approval.expire", "Let a request expire"}, {"approval.stop", "Stop an approved request"}, {"policy.change", "Change a policy"},
		}},
		{"Workflows", [][2]string{
			{"workflow", "Everything about workflows"}, {"workflow.draft", "Begin a draft"}, {"workflow.discard", "Discard a draft"}, {"workflow.publish", "Publish workflow"},
			{"workflow.default", "Make workflow the default"}, {"workflow.delete", "Delete workflow"},
		}},
		{"Webhooks", [][2]string{{"webhook.refused", "Refuse forged webhook"}}},
		{"Reading", [][2]string{
			{"person", "Everything about reading a person"}, {"person.view", "View person"}, {"person.reveal", "Reveal person"}, {"list.view", "View list"},
			{"list.export", "Export list"}, {"media.view", "View pictures"}, {"report.view", "View report"}, {"audit.open", "Open sealed entry"},
		}},
		{"Staff", [][2]string{
			{"staff", "Everything about staff"}, {"staff.signin", "Sign in"}, {"staff.signout", "Sign out"}, {"staff.signout_others", "Sign out the others"},
			{"staff.signout_everywhere", "Sign out everywhere"}, {"staff.signin_ended", "End a sign-in"}, {"staff.add", "Add person"}, {"staff.role", "Change role"},
			{"staff.disable", "Take access away"}, {"staff.password", "Change password"}, {"staff.confirm", "Confirm who it is"}, {"staff.theme", "Change theme"}, {"staff.time_zone", "Change time zone"},
		}},
	}
}

func actWords() map[string]string {
	words := map[string]string{}
	for _, g := range actGroups() {
		for _, a := range g.acts {
			words[a[0]] = a[1]
		}
	}
	return words
}

func actOptions(chosen string) []ui.Option {
	out := []ui.Option{{Value: "", Label: "Anything"}}
	for _, g := range actGroups() {
		for _, a := range g.acts {
			out = append(out, ui.Option{Value: a[0], Label: a[1], Group: g.label, Selected: a[0] == chosen})
		}
	}
	return out
}

func outcomePill(o audit.Outcome) ui.PillProps {
	switch o {
	case audit.Asked:
		return ui.PillProps{Tone: ui.Info, Icon: "send", Word: "Asked"}
	case audit.Done:
		return ui.PillProps{Tone: ui.Good, Icon: "check", Word: "Done"}
	case audit.Refused:
		return ui.PillProps{Tone: ui.Bad, Icon: "x", Word: "Refused"}
	case audit.Unknown:
		return ui.PillProps{Tone: ui.Warn, Icon: "circle-help", Word: "Not known yet"}
	case audit.Noted:
		return ui.PillProps{Icon: "eye", Word: "Seen"}
	}
	return ui.PillProps{Icon: "circle-help", Word: string(o)}
}

func outcomeOptions(chosen audit.Outcome) []ui.Option {
	out := []ui.Option{{Value: "", Label: "Any"}}
	for _, o := range []audit.Outcome{audit.Asked, audit.Done, audit.Refused, audit.Unknown, audit.Noted} {
		out = append(out, ui.Option{Value: string(o), Label: outcomePill(o).Word, Selected: o == chosen})
	}
	return out
}
