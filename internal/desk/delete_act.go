package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"diditdesk/internal/kyc"
)

// The acts that delete sessions.
const (
	ActDelete     = "session.delete"
	ActBulkDelete = "session.bulk_delete"
)

// target is one session to be deleted, as both people saw it.
type target struct {
	SessionID string     `json:"session_id"`
	Number    int64      `json:"session_number"`
	Status    kyc.Status `json:"status"`
}

// targetList is what a bulk deletion deletes.
type targetList struct {
	Sessions []target `json:"sessions"`
}

// targets reads either payload.
func targets(payload json.RawMessage) ([]target, error) {
	var one target
	var many targetList
	if err := json.Unmarshal(payload, &many); err != nil {
		return nil, kyc.Wrap(kyc.Internal, "desk.targets", err)
	}
	if many.Sessions != nil {
		return many.Sessions, nil
	}
	if err := json.Unmarshal(payload, &one); err != nil {
		return nil, kyc.Wrap(kyc.Internal, "desk.targets", err)
	}
	return []target{one}, nil
}

func targetIDs(list []target) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.SessionID
	}
	return out
}

func (d *Desk) deleteAct() Act {
	return Act{
		Name: ActDelete, Label: "Delete a session", Unit: "sessions", Permission: kyc.DeleteRecords, Default: deleteRules(),
		Title: deleteTitle, Describe: deleteLines, Version: d.targetsVersion, Concerns: d.targetsConcern, Recent: d.store.SessionsDeletedBy,
		Person: func(ctx context.Context, payload json.RawMessage) (string, error) {
			list, err := targets(payload)
			if err != nil {
				return "", err
			}
			session, err := d.store.Session(ctx, list[0].SessionID)
			return person(session), err
		},
		Execute: func(ctx context.Context, run Run) (Outcome, error) {
			list, err := targets(run.Payload)
			if err != nil {
				return Outcome{}, err
			}
			session, err := d.store.Session(ctx, list[0].SessionID)
			if err != nil {
				return Outcome{}, err
			}
			out, err := d.deleteSession(ctx, session, run)
			out.ApprovalID = run.ID
			return out, err
		},
	}
}

func (d *Desk) bulkDeleteAct() Act {
	return Act{
		Name: ActBulkDelete, Label: "Delete many sessions", Unit: "sessions", Permission: kyc.DeleteRecords, Default: deleteRules(), Includes: ActDelete,
		Title: deleteTitle, Describe: deleteLines, Version: d.targetsVersion, Concerns: d.targetsConcern, Recent: d.store.SessionsDeletedBy,
		Execute: func(ctx context.Context, run Run) (Outcome, error) {
			list, err := targets(run.Payload)
			if err != nil {
				return Outcome{}, err
			}
			return d.startBulk(ctx, list, run)
		},
	}
}

// deleteRules: administrators delete up to ten alone (design.md, Roles).
func deleteRules() map[kyc.Role]Rule {
	return map[kyc.Role]Rule{kyc.Admin: {Need: NeedAbove, Above: 10}, kyc.Compliance: {Need: NeedAlways}}
}

func deleteTitle(payload json.RawMessage) string {
	list, err := targets(payload)
	switch {
	case err != nil:
		return "Delete sessions"
	case len(list) == 1:
		return "Delete session " + strconv.FormatInt(list[0].Number, 10)
	}
	return fmt.Sprintf("Delete %d sessions", len(list))
}

func deleteLines(payload json.RawMessage) []Line {
	list, err := targets(payload)
	if err != nil {
		return nil
	}
	var out []Line
	for _, t := range list {
		out = append(out, Line{Label: "Session " + strconv.FormatInt(t.Number, 10), Value: string(t.Status), Session: t.SessionID})
	}
	return out
}

// targetsVersion changes when one of the sessions gets another status or is gone:
// that is what both people looked at.
func (d *Desk) targetsVersion(ctx context.Context, payload json.RawMessage) (string, error) {
	list, err := targets(payload)
	if err != nil {
		return "", err
	}
	states, err := d.store.SessionStates(ctx, targetIDs(list))
	if err != nil {
		return "", err
	}
	if len(states) == 0 {
		return "", kyc.E(kyc.NotFound, "desk.targetsVersion", "These sessions do not exist any more.")
	}
	sum := sha256.New()
	for _, t := range list {
		fmt.Fprintf(sum, "%s %s\n", t.SessionID, states[t.SessionID])
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

func (d *Desk) targetsConcern(ctx context.Context, payload json.RawMessage, address string) (bool, error) {
	list, err := targets(payload)
	if err != nil {
		return false, err
	}
	return d.store.ConcernAddress(ctx, targetIDs(list), address)
}
