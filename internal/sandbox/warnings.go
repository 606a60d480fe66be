package sandbox

// The three log types of a warning (api/sessions.md §3.12): what the workflow
// does about it decides which.
const (
	levelInfo    = "information"
	levelReview  = "warning"
	levelDecline = "error"
)

// risk is one documented warning code and our own words for it.
type risk struct {
	code    string
	block   string // the step that raises it, list vocabulary
	feature string // the same in the warning vocabulary, which differs for some
	levels  string // which outcomes it may have: d decline, r review, i information
	weight  int    // how often it turns up compared with its neighbours; 0: rarely
	match   string // the trait another person must share for it, "" for none
	short   string
	long    string
}

// problem is a risk found in one session, with what the workflow does about it.
type problem struct {
	*risk
	level string
}

// can says whether a workflow may treat the risk with this level.
func (r *risk) can(level string) bool {
	letter := map[string]byte{levelDecline: 'd', levelReview: 'r', levelInfo: 'i'}[level]
	for i := range len(r.levels) {
		if r.levels[i] == letter {
			return true
		}
	}
	return false
}

// riskOf finds a risk by code and step; the same code can belong to two steps.
func riskOf(code, block string) *risk {
	for i := range risks {
		if risks[i].code == code && (block == "" || risks[i].block == block) {
			return &risks[i]
		}
	}
	return nil
}

// has says whether the session's checks found this code.
func (s *Session) has(code string) bool {
	for _, p := range s.problems {
		if p.code == code {
			return true
		}
	}
	return false
}

// warningsOf lists a block's warning objects, ready to encode; never nil.
func (w *World) warningsOf(s *Session, block, node string) []any {
	list := []any{}
	for _, p := range s.problems {
		if p.block != block {
			continue
		}
		list = append(list, map[string]any{
			"feature": p.feature, "risk": p.code, "additional_data": w.warningData(s, p),
			"log_type": p.level, "short_description": p.short, "long_description": p.long,
			"node_id": node,
		})
	}
	return list
}

// worst is the feature status the problems of a block lead to.
func worst(problems []problem, block string) string {
	status := "Approved"
	for _, p := range problems {
		if p.block != block {
			continue
		}
		switch p.level {
		case levelDecline:
			return "Declined"
		case levelReview:
			status = "In Review"
		}
	}
	return status
}
