package handlers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// evidence turns a decision into cards. It is the only place that words the blocks
// of a decision; everything personal goes through its mask.
type evidence struct {
	r *request
	d *sessionData
}

func (e evidence) doc() *kyc.Decision { return &e.d.decision.Doc }

func (e evidence) flags() []ui.FlagItem {
	var out []ui.FlagItem
	for _, w := range e.doc().AllWarnings() {
		out = append(out, e.flag(w))
	}
	return out
}

func (e evidence) flag(w kyc.Warning) ui.FlagItem {
	f := ui.FlagItem{Tone: ui.Tone(w.Tone()), Title: w.Title(), Code: w.Code, Text: e.warningText(w)}
	if f.Tone == ui.Neutral {
		f.Tone = ui.Info
	}
	if id, _ := w.Data["duplicated_session_id"].(string); id != "" {
		f.Href, f.Link = ui.At("/sessions/{}", id).String(), "session "+fmt.Sprint(w.Data["duplicated_session_number"])
		f.Text = "Also seen in"
	}
	return f
}

// warningText adds what makes the code concrete: the scores against the limits,
// the names that differ, else what Didit says.
func (e evidence) warningText(w kyc.Warning) string {
	d := e.doc()
	switch w.Code {
	case "LOW_FACE_MATCH_SIMILARITY":
		if len(d.Faces) > 0 && d.Faces[0].Score != nil {
			return "Score " + number(*d.Faces[0].Score) + limitWords(e.d.limits.FaceDecline, e.d.limits.FaceReview) + "."
		}
	case "LOW_LIVENESS_SCORE":
		if len(d.Liveness) > 0 && d.Liveness[0].Score != nil {
			return "Score " + number(*d.Liveness[0].Score) + limitWords(e.d.limits.LivenessDecline, e.d.limits.LivenessReview) + "."
		}
	case "FULL_NAME_MISMATCH_WITH_PROVIDED":
		if len(d.Documents) > 0 {
			return "The document says " + e.d.mask.name(d.Documents[0].FullName) + ", expected was " + e.d.mask.name(expectedName(d.Expected)) + "."
		}
	case "COUNTRY_FROM_DOCUMENT_DOES_NOT_MATCH_COUNTRY_FROM_IP":
		doc, _ := w.Data["document_country_code"].(string)
		ip, _ := w.Data["ip_country_code"].(string)
		if doc != "" && ip != "" {
			return "Document from " + doc + ", address on the internet in " + ip + "."
		}
	case "POSSIBLE_MATCH_FOUND":
		if n := e.d.session.AMLHits; n > 0 {
			return ui.Count(n) + plural(n, " hit", " hits") + " on watch lists; see AML screening."
		}
	}
	if w.Long != "" {
		return w.Long
	}
	return w.Short
}

func limitWords(decline, review *float64) string {
	if decline == nil || review == nil {
		return ""
	}
	return "; declined under " + number(*decline) + ", reviewed under " + number(*review)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func expectedName(m map[string]any) string {
	return strings.TrimSpace(text(m["first_name"]) + " " + text(m["last_name"]))
}

// text reads a JSON value as words: a number as it came, nothing for null.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return yesNo(v)
	case float64:
		return number(v)
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = text(v[i])
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(v)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// related are the sessions the desk itself holds that share something.
func (e evidence) related() []views.RelatedRow {
	var out []views.RelatedRow
	sameNetwork := 0
	for _, rel := range e.d.related {
		if len(rel.Kinds) == 1 && rel.Kinds[0] == "ip" {
			if sameNetwork++; sameNetwork > networkMost {
				continue
			}
		}
		out = append(out, e.relatedRow(rel))
	}
	return out
}

// networkMost bounds the rows that share an IP address and nothing else: half a
// town may stand behind one, and they would bury what tells more.
const networkMost = 3

func (e evidence) relatedRow(rel store.Related) views.RelatedRow {
	var shares []string
	own := false
	for _, k := range rel.Kinds {
		if k == "vendor" || k == "person" {
			own = own || k == "vendor"
		}
		shares = append(shares, shareWords(k))
	}
	name := e.r.listMask().name(rel.Session.FullName)
	if name == "" {
		name = "—"
	}
	return views.RelatedRow{
		Href: "/sessions/" + rel.Session.ID, Number: strconv.FormatInt(rel.Session.Number, 10), Name: name,
		Shares: strings.Join(shares, ", "), Status: pill(rel.Session.Status), When: e.r.moment(rel.Session.CreatedAt), Own: own,
	}
}

func shareWords(kind string) string {
	switch kind {
	case "vendor":
		return "same account"
	case "person":
		return "same name and birth date"
	case "email":
		return "same e-mail"
	case "ip":
		return "same IP address"
	}
	return "same " + kind
}

// matches are those Didit found; some are of other applications or lists.
func (e evidence) matches(list []kyc.Match) []views.RelatedRow {
	var out []views.RelatedRow
	for _, m := range list {
		row := views.RelatedRow{Name: e.d.mask.name(m.Name), Shares: e.d.mask.tail(m.Document), When: e.r.moment(parseTime(m.Date))}
		if m.Number > 0 {
			row.Number = strconv.FormatInt(m.Number, 10)
		}
		if m.SessionID != "" {
			row.Href = ui.At("/sessions/{}", m.SessionID).String()
		}
		if row.Number == "" {
			row.Number = strings.ReplaceAll(m.Source, "_", " ")
		}
		if m.Similarity != nil {
			row.Shares = "face " + number(*m.Similarity) + " % alike"
		}
		if m.Blocklisted {
			row.Shares = strings.TrimPrefix(row.Shares+", on the blocklist", ", ")
		}
		if m.Status != "" {
			row.Status = pill(kyc.ParseStatus(m.Status))
		}
		out = append(out, row)
	}
	return out
}

// unknown is what the desk has no name for, for those who see personal data.
func (e evidence) unknown() *ui.Node {
	if len(e.doc().Unknown) == 0 || !e.d.mask.open {
		return nil
	}
	return tree(e.doc().Unknown)
}

func tree(m map[string]any) *ui.Node {
	if len(m) == 0 {
		return nil
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return nil
	}
	n, err := ui.ParseTree(raw)
	if err != nil {
		return nil
	}
	return &n
}

// card begins a card with what every check has: outcome, matches, pictures and
// the fields we have no name for.
func (e evidence) card(f kyc.Feature, i, of int, c kyc.Check) views.Evidence {
	v := views.Evidence{
		ID: strings.ToLower(string(f)) + "-" + strconv.Itoa(i), Title: f.Label(), Icon: f.Icon(), Pill: featurePill(c.Status), Matches: e.matches(c.Matches),
	}
	if of > 1 {
		v.Title += " " + strconv.Itoa(i+1) + " of " + strconv.Itoa(of)
	}
	for _, m := range orderedMedia(c.Media) {
		if secondary(m.Kind) {
			v.More = append(v.More, e.picture(m, f))
			continue
		}
		v.Docs = append(v.Docs, e.picture(m, f))
	}
	if e.d.mask.open {
		v.Extra = tree(c.Extra)
	}
	return v
}

// picture is a frame around one file, shown only to those who may see it.
func (e evidence) picture(m kyc.Media, f kyc.Feature) ui.DocProps {
	what := mediaWords(m.Kind)
	d := ui.DocProps{Alt: what, Caption: what, Tall: f == kyc.Liveness || f == kyc.FaceMatch || m.Kind == "portrait_image"}
	switch {
	case !e.d.mask.open:
		d.Missing = "Hidden until shown"
	case strings.Contains(m.Kind, "video"):
		d.Missing = "A video; open it in the raw decision at Didit"
	default:
		d.Src = ui.At("/media/{}/{}", e.d.session.ID, m.Path)
	}
	return d
}

// orderedMedia puts the pictures in the order in which people look at them.
func orderedMedia(list []kyc.Media) []kyc.Media {
	order := []string{"front_image", "back_image", "portrait_image", "source_image", "target_image", "reference_image"}
	rank := func(m kyc.Media) int {
		if i := slices.Index(order, m.Kind); i >= 0 {
			return i
		}
		return len(order)
	}
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b kyc.Media) int { return rank(a) - rank(b) })
	return out
}

// secondary pictures say again what others show: uncropped sides, videos, frames.
func secondary(kind string) bool {
	return strings.HasPrefix(kind, "full_") || strings.Contains(kind, "video") || strings.Contains(kind, "camera_front") || kind == "match_image_url"
}

func mediaWords(kind string) string {
	words := map[string]string{
		"front_image": "Front of the document", "back_image": "Back of the document", "portrait_image": "Portrait on the document",
		"full_front_image": "Front, uncropped", "full_back_image": "Back, uncropped", "reference_image": "Selfie", "source_image": "Reference face",
		"target_image": "Selfie", "document_file": "Proof of address", "signature_image": "Signature", "front_video": "Video of the front",
		"back_video": "Video of the back", "video_url": "Video of the selfie", "front_image_camera_front": "Face seen while the front was taken",
		"back_image_camera_front": "Face seen while the back was taken", "match_image_url": "Matching face", "files": "File", "extra_files": "Further file",
	}
	if w, ok := words[kind]; ok {
		return w
	}
	return ui.Humane(kind)
}
