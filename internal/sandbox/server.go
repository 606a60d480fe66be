package sandbox

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"
)

// Generations of the API an emulator can speak (design.md, "Two API generations").
const (
	APIBoth    = "both"    // today's answers; either form accepted
	APICurrent = "current" // today's answers, today's strictness
	APIFirst   = "first"   // the shapes of the first v3 documents
)

// Config says which application is emulated and how strictly. The zero value
// works: 400 sessions of seed 0, key "sandbox", the real clock.
type Config struct {
	Key           string // the x-api-key that is accepted
	ClientID      string // for the token endpoint
	ClientSecret  string // empty: the same string as Key, as the real service does
	ApplicationID string // uuid, told in webhooks

	Sessions int
	Seed     uint64
	API      string // both, current or first; empty is both

	RefuseDeleteAll   bool // a request with delete_all ends the run (T10)
	NoLimits          bool // no rate limits
	CapCount          bool // "count" stops at 100 (api/basics.md, Pagination)
	IgnoreUserFilters bool // the users list cannot be filtered, as in G3
	UnknownKey401     bool // 401 for an unknown key on session routes too
	DefaultWorkflow   bool // a session without workflow_id runs the default one (api/workflows.md §12)
	FullDocuments     bool // workflows store a written-out copy of "every document", some 157 KB

	WebhookURL     string
	WebhookSecret  string
	WebhookVersion string          // v1, v2 or v3; empty is v3
	WebhookRetry   []time.Duration // waits before the repeats; nil is 1 and 4 minutes

	Now       time.Time        // "now" of the seeded world; zero asks Clock
	Clock     func() time.Time // nil is time.Now
	PublicURL string           // origin in links, no trailing slash; empty takes the request's Host

	Log   *slog.Logger
	Fatal func(string) // called on delete_all with RefuseDeleteAll; nil logs and exits with 1
}

// Server is the emulator: an http.Handler, safe for concurrent use.
type Server struct {
	cfg    Config
	world  *World
	log    *slog.Logger
	routes []route
	keys   map[string]configKeys // of workflow steps

	limits  *limiter
	faults  *faultBox
	tampers *tamperBox
	calls   *callRing
	tokens  *tokenBox
	hooks   *hookSender
	media   *mediaSigner
	state   *serverState
	journal *journal // nil: a restart forgets

	done    context.Context
	stop    context.CancelFunc
	running sync.WaitGroup // background work: deletion jobs
}

// serverState is what the HTTP half remembers beside the world.
type serverState struct {
	mu      sync.Mutex
	patches map[string]patch // by session id, see control.go
	walks   map[string]*walk // by session token, see hosted.go
	jobs    map[string]*deleteJob
	reruns  map[string]time.Time // last backend-only resubmission, by session id
	users   *userIndex
}

// New makes the world and a server for it. Call Close when done.
func New(cfg Config) *Server {
	cfg = cfg.withDefaults()
	s := &Server{
		cfg:     cfg,
		world:   NewWorld(Options{Sessions: cfg.Sessions, Seed: cfg.Seed, Now: cfg.Now, Clock: cfg.Clock}),
		log:     cfg.Log,
		limits:  newLimiter(cfg.API == APIFirst),
		faults:  newFaultBox(),
		tampers: &tamperBox{},
		calls:   newCallRing(callsKept),
		tokens:  newTokenBox(),
		media:   newMediaSigner(cfg.Key),
		state: &serverState{
			patches: map[string]patch{},
			walks:   map[string]*walk{},
			jobs:    map[string]*deleteJob{},
			reruns:  map[string]time.Time{},
		},
	}
	s.done, s.stop = context.WithCancel(context.Background())
	s.hooks = newHookSender(s.done, cfg, s.sessionLives)
	s.routes = compileRoutes(routeTable())
	s.keys = compileKeys(configTable)
	s.writeOutDocuments()
	return s
}

func (c Config) withDefaults() Config {
	setDefault(&c.Key, "sandbox")
	setDefault(&c.ClientID, "sandbox-client")
	setDefault(&c.ClientSecret, c.Key)
	setDefault(&c.ApplicationID, "5b1f6c1e-0d3a-4f0e-9a55-0c6a3f8f1a10")
	setDefault(&c.API, APIBoth)
	setDefault(&c.WebhookVersion, "v3")
	if c.Sessions == 0 {
		c.Sessions = 400
	}
	if c.WebhookRetry == nil {
		c.WebhookRetry = []time.Duration{time.Minute, 4 * time.Minute} // api/sessions.md §8.5
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Now.IsZero() {
		c.Now = c.Clock()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Fatal == nil {
		c.Fatal = func(why string) {
			c.Log.Error(why)
			os.Stderr.WriteString(why + "\n")
			os.Exit(1)
		}
	}
	return c
}

func setDefault(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// Close stops webhook deliveries and background work, and lets go of every
// request a fault keeps hanging.
func (s *Server) Close() {
	s.stop()
	s.hooks.wait()
	s.running.Wait()
}

// ServeHTTP routes on the escaped path, so that a vendor_data holding "/" or
// ".." stays the one segment it was sent as (T13).
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, err := s.newRequest(w, r)
	if err != nil {
		s.write(w, failure(err))
		return
	}
	if isControl(req.path) {
		s.write(w, s.control(req))
		return
	}
	settle := s.calls.begin(req)
	if s.cfg.RefuseDeleteAll && req.asksDeleteAll() {
		s.cfg.Fatal("sandbox: refused: " + r.Method + " " + req.path + " asks for delete_all")
		s.write(w, failure(detail(http.StatusInternalServerError, "delete_all is refused here.")))
		settle(http.StatusInternalServerError, "")
		return
	}
	if f, ok := s.faults.match(r.Method, req.path); ok {
		settle(s.serveFaulty(w, req, f), f.Mode)
		return
	}
	a := s.answer(req)
	settle(a.status, "")
	s.write(w, a)
}

// answer carries a request out and returns what the API would say.
func (s *Server) answer(r *request) answer {
	a, err := s.dispatch(r)
	if err != nil {
		a = failure(err)
	} else if err := s.journal.keep(r, a.status); err != nil {
		s.log.Error("sandbox: the journal was not written; a restart forgets this", "err", err)
	}
	return s.tampers.apply(r, a)
}

// first tells whether the first documents' shapes are asked for.
func (s *Server) first() bool { return s.cfg.API == APIFirst }

// read runs fn with the world held for reading.
func (s *Server) read(fn func()) {
	s.world.mu.RLock()
	defer s.world.mu.RUnlock()
	fn()
}

// change runs fn with the world held for writing, and forgets what was
// computed from the state before.
func (s *Server) change(fn func()) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	defer s.forgetUsers()
	fn()
}
