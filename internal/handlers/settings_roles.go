package handlers

import (
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
)

// rolesShow draws the one permission table from kyc: what is shown is what is asked.
func rolesShow(r *request) error {
	return r.ok("Roles", "/settings", views.Roles(rolesTable(r.actor.Role)))
}

func rolesTable(yours kyc.Role) views.RolesProps {
	var p views.RolesProps
	for _, role := range kyc.Roles() {
		p.Roles = append(p.Roles, views.RoleCol{Label: role.Label(), Yours: role == yours})
	}
	for _, permission := range kyc.Permissions() {
		if permission == kyc.SignedIn { // everybody who reads this
			continue
		}
		label, note := permissionWords(permission)
		row := views.RoleRow{Label: label, Note: note}
		for _, role := range kyc.Roles() {
			row.Cells = append(row.Cells, roleCell(role, permission))
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

func roleCell(role kyc.Role, p kyc.Permission) string {
	switch {
	case !role.Can(p):
		return ""
	case p == kyc.SeePersonal:
		return personalWords(role.Personal())
	case !role.Alone(p):
		return "with a second person"
	}
	return "yes"
}

func personalWords(a kyc.PersonalAccess) string {
	switch a {
	case kyc.Open:
		return "at once, logged"
	case kyc.Reveal:
		return "on a press, logged"
	case kyc.RevealReason:
		return "with a reason, logged"
	}
	return ""
}

func permissionWords(p kyc.Permission) (label, note string) {
	words := map[kyc.Permission][2]string{
		kyc.SeeRecords:    {"See sessions and people", "with workflows, questionnaires and the blocklist; personal data masked"},
		kyc.SeePersonal:   {"See personal data", "names, documents and pictures unmasked"},
		kyc.AddNote:       {"Add a note", ""},
		kyc.CreateSession: {"Create a session", "and send its link"},
		kyc.Decide:        {"Decide about a session", "approve, decline, ask again"},
		kyc.Block:         {"Block and unblock", ""},
		kyc.EditUser:      {"Change a person's status", ""},
		kyc.EditUserMeta:  {"Change a person's metadata", ""},
		kyc.EditWorkflows: {"Change workflows", "and questionnaires"},
		kyc.DeleteRecords: {"Delete sessions and people", ""},
		kyc.SeeApprovals:  {"See requests for approval", ""},
		kyc.Approve:       {"Approve as the second person", "never what one asked for oneself"},
		kyc.SeeBalance:    {"See balance and spend", ""},
		kyc.TopUp:         {"Top up the balance", ""},
		kyc.SeeOwnAudit:   {"See one's own audit log", ""},
		kyc.SeeAudit:      {"See everybody's audit log", "check it and export it"},
		kyc.ManageStaff:   {"Manage staff and settings", ""},
		kyc.SeeSyncHealth: {"See sync health", ""},
		kyc.ExportRecords: {"Export lists", "masked as on the screen"},
	}[p]
	if words[0] == "" {
		return string(p), ""
	}
	return words[0], words[1]
}
