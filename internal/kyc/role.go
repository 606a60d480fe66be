package kyc

// Role is what a member of staff is hired for. One person has one role.
type Role string

// The five roles (design.md, Roles).
const (
	Admin      Role = "admin"
	Compliance Role = "compliance"
	Support    Role = "support"
	Finance    Role = "finance"
	Auditor    Role = "auditor"
)

// Roles lists them in the order of the permission table.
func Roles() []Role { return []Role{Admin, Compliance, Support, Finance, Auditor} }

// Label is the role in people's words.
func (r Role) Label() string {
	switch r {
	case Admin:
		return "Administrator"
	case Compliance:
		return "Compliance officer"
	case Support:
		return "Support"
	case Finance:
		return "Finance"
	case Auditor:
		return "Auditor"
	}
	return string(r)
}

// Valid reports whether r is one of the five.
func (r Role) Valid() bool {
	for _, k := range Roles() {
		if r == k {
			return true
		}
	}
	return false
}

// Permission is one thing a person may do. Every route names exactly one.
type Permission string

// The permissions. Public and SignedIn stand outside the role table.
const (
	Public          Permission = "public"           // no sign-in needed
	SignedIn        Permission = "signed in"        // any role: own settings, sign out, the overview shell
	SeeRecords      Permission = "see records"      // sessions, users, workflows, questionnaires, blocklist
	SeePersonal     Permission = "see personal"     // names, documents, pictures unmasked; see PersonalAccess
	AddNote         Permission = "add note"         //
	CreateSession   Permission = "create session"   // and send its link
	Decide          Permission = "decide"           // approve, decline, ask again
	Block           Permission = "block"            // and unblock
	EditUser        Permission = "edit user"        // status and metadata
	EditUserMeta    Permission = "edit user meta"   // metadata alone
	EditWorkflows   Permission = "edit workflows"   // and questionnaires
	DeleteRecords   Permission = "delete records"   // sessions, users
	SeeBalance      Permission = "see balance"      //
	TopUp           Permission = "top up"           //
	SeeOwnAudit     Permission = "see own audit"    //
	SeeAudit        Permission = "see audit"        // everybody's
	ManageStaff     Permission = "manage staff"     // staff, settings, keys
	SeeSyncHealth   Permission = "see sync health"  //
	ExportRecords   Permission = "export records"   // CSV, masked as on the screen
	SeeApprovals    Permission = "see approvals"    // what waits for a second person; each request only to those it concerns
	Approve         Permission = "approve"          // approve, refuse, take back; the act's own permission is asked too
	DemoOnly        Permission = "demo only"        // routes that exist in demo mode alone
	ReceiveWebhooks Permission = "receive webhooks" // signed by Didit, no cookie
)

// may is the one permission table (design.md, Roles). Whether an act needs a
// second person besides is said by desk's policies and by Alone.
func may() map[Permission][]Role {
	return map[Permission][]Role{
		SeeRecords:    {Admin, Compliance, Support, Auditor},
		SeePersonal:   {Admin, Compliance, Support},
		AddNote:       {Admin, Compliance, Support},
		CreateSession: {Admin, Compliance, Support},
		Decide:        {Admin, Compliance},
		Block:         {Admin, Compliance},
		EditUser:      {Admin, Compliance},
		EditUserMeta:  {Admin, Compliance, Support},
		EditWorkflows: {Admin, Compliance},
		DeleteRecords: {Admin, Compliance},
		SeeBalance:    {Admin, Compliance, Finance, Auditor},
		TopUp:         {Admin, Finance},
		SeeOwnAudit:   {Admin, Compliance, Support, Finance, Auditor},
		SeeAudit:      {Admin, Auditor},
		ManageStaff:   {Admin},
		SeeSyncHealth: {Admin, Compliance, Support, Finance, Auditor},
		ExportRecords: {Admin, Compliance, Auditor},
		SeeApprovals:  {Admin, Compliance, Finance, Auditor},
		Approve:       {Admin, Compliance, Finance},
		SignedIn:      {Admin, Compliance, Support, Finance, Auditor},
	}
}

// Can reports whether the role has the permission. Public and DemoOnly are open
// to every role; an unknown permission to none.
func (r Role) Can(p Permission) bool {
	if p == Public || p == DemoOnly {
		return true
	}
	for _, allowed := range may()[p] {
		if r == allowed {
			return true
		}
	}
	return false
}

// Alone reports whether the role may use the permission without a second person,
// as far as policies let it; a role that may not has every such act held.
func (r Role) Alone(p Permission) bool {
	return r.Can(p) && !(r == Compliance && p == DeleteRecords)
}

// With lists the roles that have the permission, in the table's order.
func (p Permission) With() []Role {
	var out []Role
	for _, r := range Roles() {
		if r.Can(p) {
			out = append(out, r)
		}
	}
	return out
}

// Permissions lists every permission of the role table, for the page that shows
// it and the test that walks it.
func Permissions() []Permission {
	return []Permission{SeeRecords, SeePersonal, AddNote, CreateSession, Decide, Block, EditUser, EditUserMeta, EditWorkflows,
		DeleteRecords, SeeBalance, TopUp, SeeOwnAudit, SeeAudit, ManageStaff, SeeSyncHealth, ExportRecords, SeeApprovals, Approve, SignedIn}
}

// PersonalAccess says how a role comes to see personal data.
type PersonalAccess int

// From never to at once; every step above Never leaves a trace in the audit log.
const (
	Never        PersonalAccess = iota // always masked
	RevealReason                       // masked, revealed with a stated reason
	Reveal                             // masked, revealed by one click
	Open                               // shown, and the viewing logged
)

// Personal gives the role's access to personal data.
func (r Role) Personal() PersonalAccess {
	switch r {
	case Compliance:
		return Open
	case Admin:
		return Reveal
	case Support:
		return RevealReason
	}
	return Never
}
