package sandbox

// routeTable lists every call the emulator answers, in the order of api/*.md.
// Fixed words stand before a {parameter} that could swallow them.
func routeTable() []route {
	return []route{
		// api/sessions.md §1–§3
		{method: "POST", pattern: "/v3/session/", bucket: bucketCreate, handle: (*Server).createSession},
		{method: "GET", pattern: "/v3/sessions/", handle: (*Server).listSessions},
		{method: "GET", pattern: "/v3/session/{id}/decision/", bucket: bucketDecision, lookFirst: true, handle: (*Server).showDecision},
		// §4
		{method: "PATCH", pattern: "/v3/session/{id}/update-status/", handle: (*Server).updateStatus},
		{method: "PATCH", pattern: "/v3/session/{id}/update-data/", bucket: bucketEdit, handle: (*Server).updateData},
		{method: "PATCH", pattern: "/v3/session/{id}/features/{node}/update-status/", handle: (*Server).updateFeature},
		{method: "PATCH", pattern: "/v3/session/{id}/update-aml-hit-status/", handle: (*Server).updateHit},
		{method: "GET", pattern: "/v3/session/{id}/generate-pdf/", bucket: bucketPDF, handle: (*Server).generatePDF},
		// §5
		{method: "DELETE", pattern: "/v3/session/{id}/delete/", handle: (*Server).deleteSession},
		{method: "POST", pattern: "/v3/sessions/delete/", handle: (*Server).deleteSessions},
		{method: "GET", pattern: "/v3/sessions/delete/{job}/", handle: (*Server).showDeleteJob},
		{method: "GET", pattern: "/v3/sessions/{id}/reviews/", handle: (*Server).listReviews},
		{method: "POST", pattern: "/v3/sessions/{id}/reviews/", handle: (*Server).createReview},
		// api/workflows.md §1, api/users.md, api/billing.md, api/basics.md
		{method: "GET", pattern: "/v3/workflows/", management: true, handle: (*Server).listWorkflows},
		{method: "POST", pattern: "/v3/workflows/", management: true, handle: (*Server).createWorkflow},
		{method: "GET", pattern: "/v3/workflows/{uuid}/", management: true, handle: (*Server).showWorkflow},
		{method: "PATCH", pattern: "/v3/workflows/{uuid}/", management: true, handle: (*Server).updateWorkflow},
		{method: "DELETE", pattern: "/v3/workflows/{uuid}/", management: true, handle: (*Server).deleteWorkflow},
		{method: "GET", pattern: "/v3/users/", management: true, handle: (*Server).listUsers},
		{method: "GET", pattern: "/v3/users/{vendor_data}/", management: true, handle: (*Server).showUser},
		{method: "GET", pattern: "/v3/billing/balance/", management: true, handle: (*Server).showBalance},
		{method: "GET", pattern: "/v3/webhook/", management: true, handle: (*Server).showWebhook},
		{method: "PATCH", pattern: "/v3/webhook/", management: true, handle: (*Server).updateWebhook},
		{method: "POST", pattern: "/auth/v2/token/", open: true, handle: (*Server).createToken},
		// the applicant's side, and ours
		{method: "GET", pattern: "/session/{token}", open: true, handle: (*Server).showHosted},
		{method: "POST", pattern: "/session/{token}", open: true, handle: (*Server).stepHosted},
		{method: "GET", pattern: "/u/{slug}", open: true, handle: (*Server).openWorkflow},
		{method: "GET", pattern: mediaPath + "{session}/{name}", open: true, handle: (*Server).showMedia},
	}
}
