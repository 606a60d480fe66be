package mirror

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// applyEvent writes what an event tells into the mirror: the decision, when it
// brings one in today's shape, else the status alone.
func (m *Mirror) applyEvent(ctx context.Context, tx *store.Tx, w store.Webhook, s kyc.Session) error {
	told := store.StatusTold{SessionID: w.SessionID, Status: kyc.ParseStatus(w.Status), At: m.asOf(w)}
	if told.Status != s.Status && !w.SignedAt.Before(s.CreatedAt) && !w.SignedAt.After(told.At) {
		told.Since = w.SignedAt
	}
	save, ok := decisionTold(w, s, told)
	var changed bool
	var err error
	if ok {
		changed, err = tx.SaveDecision(ctx, save)
	} else {
		changed, err = tx.ApplyStatus(ctx, told)
	}
	if err != nil || !changed {
		return err
	}
	return tx.Notify(ctx, store.ChannelSessions, w.SessionID)
}

// decisionTold reads the decision of an event; ok is false when there is none, or
// when it cannot stand for the one that the API would give.
func decisionTold(w store.Webhook, s kyc.Session, told store.StatusTold) (save store.DecisionSave, ok bool) {
	var event struct {
		Decision map[string]any `json:"decision"`
	}
	if err := decodeNumbers(w.Payload, &event); err != nil || len(event.Decision) == 0 || olderShape(event.Decision) {
		return save, false
	}
	raw, err := json.Marshal(relink("", event.Decision))
	if err != nil {
		return save, false
	}
	var d diditclient.Decision
	if err := json.Unmarshal(raw, &d); err != nil || !strings.EqualFold(string(d.SessionID), w.SessionID) {
		return save, false
	}
	doc, clean, err := wire.Decision(&d, told.At)
	if err != nil || doc.Status != told.Status {
		return save, false
	}
	wire.ApplyDecision(&s, &doc)
	return store.DecisionSave{Session: s, Doc: doc, Raw: clean, Traits: traits(&doc), At: told.At, Since: told.Since}, true
}

func decodeNumbers(raw json.RawMessage, into any) error {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	return d.Decode(into)
}

// olderShape reports the single blocks of webhooks v1 and v2. The API gives lists
// for the same session: their paths, by which pictures are asked for, would differ.
func olderShape(decision map[string]any) bool {
	for _, key := range []string{
		"id_verification", "kyc", "nfc", "liveness", "face", "face_match", "phone", "email", "poa", "aml",
		"ip_analysis", "database_validation", "questionnaire",
	} {
		if _, has := decision[key]; has {
			return true
		}
	}
	return false
}

// relink puts a link that opens nothing where a stored event has the mark of a
// media link, so that wire finds the pictures, by their place in the decision.
func relink(path string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = relink(path+"."+key, v[key])
		}
	case []any:
		for i := range v {
			v[i] = relink(path+"."+strconv.Itoa(i), v[i])
		}
	case string:
		if v == "media:decision"+path {
			return "https://media.invalid/?sig=none"
		}
	}
	return v
}
