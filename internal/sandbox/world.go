package sandbox

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Options say which world to make. The zero value is 400 sessions from seed 0,
// up to the present.
type Options struct {
	Sessions int              // how many, 400 when 0
	Seed     uint64           // the same seed and Now make the same world
	Now      time.Time        // the newest session is minutes before it; Clock's time when zero
	Clock    func() time.Time // for everything later; time.Now when nil
}

// streams keeps the random sequences of one seed apart.
const worldStream = 0x9e3779b97f4a7c15

// NewWorld invents a world: workflows, people, sessions, and what they share.
func NewWorld(o Options) *World {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Now.IsZero() {
		o.Now = o.Clock()
	}
	if o.Sessions == 0 {
		o.Sessions = 400
	}
	w := &World{
		seed:     o.Seed,
		start:    o.Now.UTC().Truncate(time.Microsecond),
		now:      o.Clock,
		rng:      rand.New(rand.NewPCG(o.Seed, worldStream)),
		sessions: make([]*Session, 0, o.Sessions),
		byID:     make(map[string]*Session, o.Sessions),
		byNumber: make(map[int]*Session, o.Sessions),
		byToken:  make(map[string]*Session, o.Sessions),
		byVendor: make(map[string]*Person, o.Sessions),
		traits:   make(map[trait][]*Person),
		deleted:  map[string]bool{},
		prices:   documentedPrices(),
	}
	w.workflows = w.inventWorkflows()
	w.inventSessions(o.Sessions)
	return w
}

// sessionLife is how long a session can be opened (api/sessions.md §3.0).
const sessionLife = 7 * 24 * time.Hour

// addSession makes a new session that nobody has opened. vendorData finds the
// person or makes one; without it the person is new and not a user entity. The
// caller holds the write lock.
func (w *World) addSession(wf *Workflow, vendorData string, now time.Time) *Session {
	person := w.byVendor[vendorData]
	if person == nil {
		person = w.inventPerson(vendorData, now)
		w.keepPerson(person)
	}
	s := w.newSession(wf, person, now)
	s.VendorData = vendorData
	s.Status = "Not Started"
	s.steps("Not Started")
	w.keepSession(s)
	return s
}

// newSession is a session with ids and a number, not yet in the world's indexes.
func (w *World) newSession(wf *Workflow, p *Person, at time.Time) *Session {
	at = at.UTC().Truncate(time.Microsecond)
	w.numbers++
	return &Session{
		ID: w.uuid(), Number: w.numbers, Token: w.token(), Person: p, VendorData: p.VendorData,
		Workflow: wf, CreatedAt: at, UpdatedAt: at, ExpiresAt: at.Add(sessionLife),
		seed: w.rng.Uint64(),
	}
}

func (w *World) keepSession(s *Session) {
	w.sessions = append(w.sessions, s)
	w.byID[s.ID] = s
	w.byNumber[s.Number] = s
	w.byToken[s.Token] = s
	s.Person.sessions = append(s.Person.sessions, s)
}

// removeSession takes a session out of every index; its person stays, as the
// API keeps the user entity. The caller holds the write lock.
func (w *World) removeSession(s *Session) {
	w.sessions = without(w.sessions, s)
	s.Person.sessions = without(s.Person.sessions, s)
	delete(w.byID, s.ID)
	delete(w.byNumber, s.Number)
	delete(w.byToken, s.Token)
}

// without returns the list less one session, in the same memory.
func without(list []*Session, s *Session) []*Session {
	for i := range list {
		if list[i] == s {
			return append(list[:i], list[i+1:]...)
		}
	}
	return list
}

// uuid draws a version 4 UUID from the world's stream.
func (w *World) uuid() string { return uuidFrom(w.rng) }

func uuidFrom(r *rand.Rand) string {
	hi, lo := r.Uint64(), r.Uint64()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(0xc<<60) | 0x8<<60
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&(1<<48-1))
}

// token draws the 12 URL-safe characters of a hosted page's address.
func (w *World) token() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var b [12]byte
	bits := w.rng.Uint64()
	for i := range b {
		if i == 10 {
			bits = w.rng.Uint64()
		}
		b[i] = letters[bits&63]
		bits >>= 6
	}
	return string(b[:])
}
