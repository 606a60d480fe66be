package desk_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"diditdesk/internal/desk"
	"diditdesk/internal/flow"
	"diditdesk/internal/sandbox"
)

// Whatever is published reads back as the same definition: generated edits, in
// both generations, one after the other on one workflow.
func TestPublishedReadsBackTheSame(t *testing.T) {
	for _, api := range []string{sandbox.APICurrent, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = api })
			w := r.workflow()
			rnd := rand.New(rand.NewPCG(1, 2))
			for round := range 12 {
				draft := r.draft(w)
				body := scrambled(t, rnd, draft.Body, api == sandbox.APIFirst)
				saved, err := r.desk.SaveDraft(t.Context(), r.officer, draft.ID, draft.Version, body)
				must(t, err)
				out := r.publish(saved)
				sent, err := flow.ParseWorkflow(body)
				must(t, err)
				live, err := flow.ParseWorkflow(r.live(w.ID))
				must(t, err)
				if changes := flow.Diff(sent, live); len(changes) != 0 {
					t.Fatalf("round %d: sent and live differ in %v", round, changes)
				}
				if strings.Contains(out.Message, "did not keep") {
					t.Fatalf("round %d: %s", round, out.Message)
				}
			}
		})
	}
}

// firstSettings are what the first generation takes beside its flags (api/workflows.md §6).
const firstSettings = `face_liveness_score_decline_threshold face_liveness_score_review_threshold face_match_score_decline_threshold
	face_match_score_review_threshold duplicated_user_action is_age_restrictions_enabled`

// scrambled changes a few documented settings at random.
func scrambled(t *testing.T, rnd *rand.Rand, body json.RawMessage, first bool) json.RawMessage {
	t.Helper()
	w, err := flow.ParseWorkflow(body)
	must(t, err)
	must(t, w.SetLabel(fmt.Sprintf("Généré <%d> & “%d”", rnd.IntN(1000), rnd.IntN(1000))))
	retries := rnd.IntN(11)
	must(t, w.SetMaxRetryAttempts(&retries))
	for i, s := range w.Steps() {
		for _, key := range flow.CatalogueFor(s.Wire) {
			if rnd.IntN(3) > 0 || key.First || first && !slices.Contains(strings.Fields(firstSettings), key.Name) {
				continue
			}
			switch key.Kind {
			case flow.KindBool:
				must(t, w.Config(i).Set(key.Name, json.RawMessage(fmt.Sprint(rnd.IntN(2) == 0))))
			case flow.KindPercent:
				must(t, w.Config(i).Set(key.Name, json.RawMessage(fmt.Sprint(rnd.IntN(101)))))
			case flow.KindAction:
				must(t, w.Config(i).Set(key.Name, json.RawMessage([]string{`"NO_ACTION"`, `"REVIEW"`}[rnd.IntN(2)])))
			}
		}
	}
	return w.Doc.Raw()
}
