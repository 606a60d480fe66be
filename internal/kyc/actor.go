package kyc

// Actor is who does something: a signed-in member of staff, or the desk itself
// (background work, StaffID 0). It is always an argument, never in a context.
type Actor struct {
	StaffID  int64
	Name     string
	Role     Role
	SignInID int64  // the sign-in this act came through; 0 for background work and the command line
	Address  string // the client's address as the desk believes it
}

// System is the desk acting for itself.
func System() Actor { return Actor{Name: "Didit Desk"} }

// Can reports whether the actor has the permission.
func (a Actor) Can(p Permission) bool { return a.Role.Can(p) }

// Initials for the avatar: the first letters of the first two words.
func (a Actor) Initials() string { return initials(a.Name) }

func initials(name string) string {
	out := []rune{}
	start := true
	for _, r := range name {
		if r == ' ' {
			start = true
			continue
		}
		if start && len(out) < 2 {
			out = append(out, r)
		}
		start = false
	}
	return string(out)
}
