package handlers

import (
	"net/http"

	"diditdesk/internal/kyc"
)

// route is one line of the table: what is asked, who may, who answers.
type route struct {
	method, path string
	permission   kyc.Permission
	handle       func(*request) error
	stream       bool // takes as long as it takes
	anonymous    bool // answers without looking who asks: static files, health
}

// routes is every address of the desk. It reads as a security statement: a line
// without a permission does not start (T8), and a test walks every line with
// every role.
func (s *server) routes() []route {
	list := []route{
		{method: http.MethodGet, path: "/static/:file", permission: kyc.Public, handle: staticShow, anonymous: true},
		{method: http.MethodGet, path: "/healthz", permission: kyc.Public, handle: healthShow, anonymous: true},
		{method: http.MethodGet, path: "/readyz", permission: kyc.Public, handle: readyShow, anonymous: true},
		{method: http.MethodGet, path: "/signin", permission: kyc.Public, handle: signInShow},
		{method: http.MethodPost, path: "/signin", permission: kyc.Public, handle: signInCreate},
		{method: http.MethodPost, path: "/signout", permission: kyc.SignedIn, handle: signOutCreate},

		{method: http.MethodGet, path: "/", permission: kyc.SignedIn, handle: overviewShow},
		{method: http.MethodGet, path: "/queue", permission: kyc.SeeRecords, handle: queueShow},
		{method: http.MethodPost, path: "/search", permission: kyc.SeeRecords, handle: searchCreate},

		{method: http.MethodGet, path: "/sessions", permission: kyc.SeeRecords, handle: sessionList},
		{method: http.MethodGet, path: "/sessions.csv", permission: kyc.ExportRecords, handle: sessionCSV, stream: true},
		{method: http.MethodGet, path: "/sessions/new", permission: kyc.CreateSession, handle: sessionNew},
		{method: http.MethodPost, path: "/sessions", permission: kyc.CreateSession, handle: sessionCreate},
		{method: http.MethodPost, path: "/sessions/views", permission: kyc.SeeRecords, handle: viewCreate},
		{method: http.MethodPost, path: "/sessions/views/:view/delete", permission: kyc.SeeRecords, handle: viewDelete},
		{method: http.MethodPost, path: "/sessions/bulk", permission: kyc.DeleteRecords, handle: bulkConfirm},
		{method: http.MethodPost, path: "/sessions/bulk/delete", permission: kyc.DeleteRecords, handle: bulkCreate},
		{method: http.MethodGet, path: "/sessions/bulk/:job", permission: kyc.DeleteRecords, handle: bulkShow},
		{method: http.MethodGet, path: "/sessions/:id", permission: kyc.SeeRecords, handle: sessionShow},
		{method: http.MethodPost, path: "/sessions/:id/decision", permission: kyc.Decide, handle: decisionCreate},
		{method: http.MethodPost, path: "/sessions/:id/note", permission: kyc.AddNote, handle: noteCreate},
		{method: http.MethodPost, path: "/sessions/:id/reveal", permission: kyc.SeePersonal, handle: revealCreate},
		{method: http.MethodGet, path: "/sessions/:id/pdf", permission: kyc.SeePersonal, handle: pdfShow, stream: true},
		{method: http.MethodGet, path: "/sessions/:id/delete", permission: kyc.DeleteRecords, handle: deleteShow},
		{method: http.MethodPost, path: "/sessions/:id/delete", permission: kyc.DeleteRecords, handle: deleteCreate},
		{method: http.MethodGet, path: "/workflows", permission: kyc.SeeRecords, handle: workflowList},
		{method: http.MethodGet, path: "/workflows/new", permission: kyc.EditWorkflows, handle: workflowNew},
		{method: http.MethodPost, path: "/workflows/drafts", permission: kyc.EditWorkflows, handle: draftCreate},
		{method: http.MethodGet, path: "/workflows/drafts/:draft", permission: kyc.EditWorkflows, handle: draftShow},
		{method: http.MethodPost, path: "/workflows/drafts/:draft", permission: kyc.EditWorkflows, handle: draftUpdate},
		{method: http.MethodPost, path: "/workflows/drafts/:draft/discard", permission: kyc.EditWorkflows, handle: draftDiscard},
		{method: http.MethodGet, path: "/workflows/drafts/:draft/try", permission: kyc.EditWorkflows, handle: draftTry},
		{method: http.MethodGet, path: "/workflows/drafts/:draft/publish", permission: kyc.EditWorkflows, handle: publishShow},
		{method: http.MethodPost, path: "/workflows/drafts/:draft/merge", permission: kyc.EditWorkflows, handle: draftMerge},
		{method: http.MethodPost, path: "/workflows/drafts/:draft/publish", permission: kyc.EditWorkflows, handle: publishCreate},
		{method: http.MethodGet, path: "/workflows/:id", permission: kyc.SeeRecords, handle: workflowShow},
		{method: http.MethodGet, path: "/workflows/:id/versions/:version", permission: kyc.SeeRecords, handle: versionShow},
		{method: http.MethodPost, path: "/workflows/:id/versions/:version/revert", permission: kyc.EditWorkflows, handle: revertCreate},
		{method: http.MethodGet, path: "/workflows/:id/delete", permission: kyc.EditWorkflows, handle: workflowDeleteShow},
		{method: http.MethodPost, path: "/workflows/:id/delete", permission: kyc.EditWorkflows, handle: workflowDeleteCreate},
		{method: http.MethodPost, path: "/workflows/:id/default", permission: kyc.EditWorkflows, handle: workflowDefaultCreate},
		{method: http.MethodGet, path: "/media/:id/:path", permission: kyc.SeePersonal, handle: mediaShow},
	}
	list = append(list, staffRoutes()...)
	if s.Demo { // these lines do not exist outside the demo
		list = append(list,
			route{method: http.MethodPost, path: "/demo/signin", permission: kyc.DemoOnly, handle: demoSignIn},
			route{method: http.MethodGet, path: "/settings/style", permission: kyc.SignedIn, handle: settingsStyleShow},
		)
	}
	if s.hooks != nil { // without the secret nothing could be verified
		list = append(list,
			route{method: http.MethodPost, path: WebhookPath, permission: kyc.ReceiveWebhooks, handle: s.hooks.create, anonymous: true},
			route{method: http.MethodGet, path: WebhookPath, permission: kyc.ReceiveWebhooks, handle: webhookOther, anonymous: true},
		)
	}
	return list
}

// staffRoutes are the part of the table about the desk itself: who may, who did,
// who agreed.
func staffRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/approvals", permission: kyc.SeeApprovals, handle: approvalList},
		{method: http.MethodGet, path: "/approvals/:approval", permission: kyc.SeeApprovals, handle: approvalShow},
		{method: http.MethodPost, path: "/approvals/:approval/decision", permission: kyc.Approve, handle: approvalDecision},
		{method: http.MethodPost, path: "/approvals/:approval/withdrawal", permission: kyc.Approve, handle: approvalWithdrawal},

		{method: http.MethodGet, path: "/audit", permission: kyc.SeeOwnAudit, handle: auditList},
		{method: http.MethodGet, path: "/audit/export", permission: kyc.SeeAudit, handle: auditExport, stream: true},
		{method: http.MethodGet, path: "/audit/verify", permission: kyc.SeeAudit, handle: auditVerify, stream: true},
		{method: http.MethodGet, path: "/audit/:seq", permission: kyc.SeeOwnAudit, handle: auditShow},
		{method: http.MethodPost, path: "/audit/:seq/open", permission: kyc.SeePersonal, handle: auditOpen},

		{method: http.MethodGet, path: "/staff", permission: kyc.ManageStaff, handle: staffList},
		{method: http.MethodPost, path: "/staff", permission: kyc.ManageStaff, handle: staffCreate},
		{method: http.MethodGet, path: "/staff/new", permission: kyc.ManageStaff, handle: staffNew},
		{method: http.MethodGet, path: "/staff/:staff", permission: kyc.ManageStaff, handle: staffShow},
		{method: http.MethodPost, path: "/staff/:staff/role", permission: kyc.ManageStaff, handle: staffRoleUpdate},
		{method: http.MethodPost, path: "/staff/:staff/disable", permission: kyc.ManageStaff, handle: staffDisable},
		{method: http.MethodPost, path: "/staff/:staff/signout", permission: kyc.ManageStaff, handle: staffSignOut},
		{method: http.MethodPost, path: "/staff/:staff/password", permission: kyc.ManageStaff, handle: staffPasswordCreate},

		{method: http.MethodGet, path: "/settings", permission: kyc.SignedIn, handle: settingsShow},
		{method: http.MethodPost, path: "/settings/theme", permission: kyc.SignedIn, handle: settingsThemeUpdate},
		{method: http.MethodPost, path: "/settings/timezone", permission: kyc.SignedIn, handle: settingsZoneUpdate},
		{method: http.MethodPost, path: "/settings/password", permission: kyc.SignedIn, handle: settingsPasswordUpdate},
		{method: http.MethodPost, path: "/settings/signins/:signin/end", permission: kyc.SignedIn, handle: settingsSignInEnd},
		{method: http.MethodPost, path: "/settings/signins/end-others", permission: kyc.SignedIn, handle: settingsSignInsEndOthers},
		{method: http.MethodPost, path: "/settings/signins/end-all", permission: kyc.SignedIn, handle: settingsSignInsEndAll},
		{method: http.MethodGet, path: "/settings/roles", permission: kyc.SignedIn, handle: rolesShow},
		{method: http.MethodGet, path: "/settings/policies", permission: kyc.ManageStaff, handle: policyShow},
		{method: http.MethodPost, path: "/settings/policies/:act", permission: kyc.ManageStaff, handle: policyUpdate},
		{method: http.MethodGet, path: "/settings/sync", permission: kyc.SeeSyncHealth, handle: syncShow},
	}
}

// staticShow serves the embedded files by their hashed names (T30).
func staticShow(r *request) error {
	r.server.Assets.ServeHTTP(r.Response(), r.Request())
	return nil
}
