package sandbox

import (
	"math/rand/v2"
	"time"
)

// sessionRow is a row of the list (api/sessions.md §2).
type sessionRow struct {
	SessionID    string       `json:"session_id"`
	Number       int          `json:"session_number"`
	URL          string       `json:"session_url"`
	Portrait     any          `json:"portrait_image"`
	DocumentType any          `json:"document_type"`
	FullName     any          `json:"full_name"`
	Country      any          `json:"country"`
	Status       string       `json:"status"`
	VendorData   any          `json:"vendor_data"`
	CreatedAt    string       `json:"created_at"`
	Features     []rowFeature `json:"features"`
	Phone        *rowPhone    `json:"phone_number"`
	Email        *rowEmail    `json:"email_address"`
	*newerRow
}

// newerRow holds the fields that came after the first documents (D26b).
type newerRow struct {
	Kind       string `json:"session_kind"`
	User       any    `json:"didit_internal_id"`
	Additional any    `json:"additional_details"`
}

type rowFeature struct {
	Feature string `json:"feature"`
	Status  string `json:"status"`
}

type rowPhone struct {
	Number   string `json:"number"`
	Verified bool   `json:"is_verified"`
}

type rowEmail struct {
	Email    string `json:"email"`
	Verified bool   `json:"is_verified"`
}

// row writes one session for the list; the world is held. It derives no whole
// decision, so that a page of 200 stays a few milliseconds.
func (s *Server) row(sess *Session, base string, now time.Time) any {
	id := identityOf(sess)
	row := &sessionRow{
		SessionID: sess.ID, Number: sess.Number, URL: base + "/session/" + sess.Token,
		Portrait: s.portrait(sess, base, now), DocumentType: orNull(id.documentType),
		FullName: orNull(id.fullName), Country: orNull(id.country), Status: sess.Status,
		VendorData: orNull(sess.VendorData), CreatedAt: micros(sess.CreatedAt), Features: rowFeatures(sess),
	}
	if phone := phoneOf(sess); phone != "" {
		row.Phone = &rowPhone{phone, sess.statusOf("PHONE") == "Approved"}
	}
	if email := emailOf(sess); email != "" {
		row.Email = &rowEmail{email, sess.statusOf("EMAIL") == "Approved"}
	}
	if s.first() {
		row.DocumentType = orNull(id.documentCode)
	} else {
		row.newerRow = &newerRow{Kind: "user", Additional: s.scores(sess, base)}
		if sess.VendorData != "" {
			row.User = sess.Person.InternalID
		}
	}
	return s.patchRow(sess.ID, row)
}

func rowFeatures(sess *Session) []rowFeature {
	list := make([]rowFeature, 0, len(sess.Features))
	for _, f := range sess.Features {
		list = append(list, rowFeature{f.Feature, f.Status})
	}
	return list
}

// portrait is a link to the picture the ID step cut out, null before it ran.
func (s *Server) portrait(sess *Session, base string, now time.Time) any {
	if block, found := changedBlock(sess, "id_verifications"); found && block["portrait_image"] == nil {
		return nil
	}
	if !sess.ran("ID_VERIFICATION") || sess.has("PORTRAIT_IMAGE_NOT_DETECTED") {
		return nil
	}
	return s.media.sign(base, mediaPath+sess.ID+"/portrait", now)
}

// scores are the row's additional_details, null when none of the three ran.
func (s *Server) scores(sess *Session, base string) any {
	details := map[string]any{}
	if b := s.block(sess, "LIVENESS", base); b != nil {
		details["liveness"] = map[string]any{"method": b["method"], "score": b["score"]}
	}
	if b := s.block(sess, "FACE_MATCH", base); b != nil {
		details["face_match"] = map[string]any{"score": b["score"]}
	}
	if b := s.block(sess, "AML", base); b != nil {
		details["aml"] = map[string]any{"total_hits": b["total_hits"], "entity_type": b["entity_type"], "is_adverse_media_fetched": true}
	}
	return mapOrNull(emptyIsNil(details))
}

func emptyIsNil(m map[string]any) map[string]any {
	if len(m) == 0 {
		return nil
	}
	return m
}

// block derives one block of the decision alone, as decisionOf would.
func (s *Server) block(sess *Session, name, base string) map[string]any {
	for i, b := range blocks {
		if b.block != name {
			continue
		}
		if changed, found := changedBlock(sess, b.key); found {
			return changed
		}
		if !sess.ran(name) {
			return nil
		}
		m := &maker{w: s.world, s: sess, p: sess.Person, media: base + mediaPath + sess.ID + "/"}
		m.node, m.status = nodeOf(sess, name), sess.statusOf(name)
		m.r = rand.New(rand.NewPCG(sess.seed, uint64(i)+1))
		items, _ := m.build(name).([]any)
		if len(items) == 0 {
			return nil
		}
		item, _ := items[0].(map[string]any)
		return item
	}
	return nil
}
