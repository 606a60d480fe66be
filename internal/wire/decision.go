package wire

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

// Decision turns a decision of either generation into our words, and gives its raw
// JSON without links. The words are made from that clean JSON, so no link can be in
// them either. now is accepted for symmetry with Session and dates nothing yet.
func Decision(d *diditclient.Decision, _ time.Time) (kyc.Decision, json.RawMessage, error) {
	links, clean, err := withoutLinks(d.Raw)
	if err != nil {
		return kyc.Decision{}, nil, fmt.Errorf("reading a decision: %w", err)
	}
	var c diditclient.Decision
	if err := json.Unmarshal(clean, &c); err != nil {
		return kyc.Decision{}, nil, fmt.Errorf("reading a decision: %w", err)
	}
	t := translator{links: links}
	out := head(&c)
	t.identity(&out, &c)
	t.contacts(&out, &c)
	t.places(&out, &c)
	out.Features = decisionFeatures(&out, c.Features)
	return out, clean, nil
}

func head(c *diditclient.Decision) kyc.Decision {
	out := kyc.Decision{
		SessionID:   strings.ToLower(string(c.SessionID)),
		Number:      c.SessionNumber.Int(),
		Kind:        kindOf(string(c.SessionKind), c.Extra["registry_checks"] != nil),
		Status:      kyc.ParseStatus(string(c.Status)),
		WorkflowID:  string(c.WorkflowID),
		VendorData:  string(c.VendorData),
		Callback:    string(c.Callback),
		SessionURL:  string(c.SessionURL),
		ChipSkipped: string(c.NFCSkipReason),
		Environment: string(c.Environment),
		Expected:    c.Expected,
		Contact:     c.ContactDetails,
		Unknown:     unknown(c),
		CreatedAt:   c.CreatedAt.Time,
		ExpiresAt:   c.ExpiresAt.Time,
	}
	if len(c.Metadata) > 0 {
		out.Metadata, _ = json.Marshal(c.Metadata)
	}
	for _, r := range c.Reviews.Items {
		out.Reviews = append(out.Reviews, kyc.DecisionReview{User: string(r.User), Status: kyc.ParseStatus(string(r.NewStatus)),
			Comment: string(r.Comment), At: r.CreatedAt.Time})
	}
	return out
}

// unknown keeps every top-level field without a place in kyc.Decision, whole.
func unknown(c *diditclient.Decision) map[string]any {
	out := extra(c.Extra)
	for k, v := range map[string]string{"shared_from_session": string(c.SharedFrom), "sandbox_scenario": string(c.Scenario)} {
		if v == "" {
			continue
		}
		if out == nil {
			out = map[string]any{}
		}
		out[k] = v
	}
	return out
}

// translator turns blocks; it knows the links found in the answer.
type translator struct{ links []link }

// each walks the blocks of a kind under all the names it has had, with the path of
// each: "id_verifications.0" for lists, "kyc" for the single ones of before.
func each[T any](lists []named[T], do func(path string, block T)) {
	for _, l := range lists {
		for i, b := range l.list.Items {
			path := l.key
			if !l.list.Single {
				path += "." + strconv.Itoa(i)
			}
			do(path, b)
		}
	}
}

type named[T any] struct {
	key  string
	list diditclient.List[T]
}

// check fills what all blocks share.
func (t translator) check(path string, b diditclient.BlockHead, feature kyc.Feature) kyc.Check {
	c := kyc.Check{
		NodeID: string(b.NodeID),
		Status: string(b.Status),
		Media:  mediaUnder(t.links, path),
		Extra:  extra(b.Extra),
	}
	for _, w := range b.Warnings.Items {
		c.Warnings = append(c.Warnings, warning(w, feature, c))
	}
	for _, m := range b.Matches.Items {
		c.Matches = append(c.Matches, match(m))
	}
	return c
}

// warning falls back to the block for what the first generation does not say.
func warning(w diditclient.Warning, feature kyc.Feature, block kyc.Check) kyc.Warning {
	if w.Feature != "" {
		feature = kyc.ParseFeature(string(w.Feature))
	}
	data := map[string]any(w.Data)
	for k, v := range extra(w.Extra) {
		if data == nil {
			data = map[string]any{}
		}
		data[k] = v
	}
	return kyc.Warning{
		Code:    string(w.Risk),
		Feature: feature,
		Level:   level(string(w.LogType), block.Status),
		Short:   string(w.Short),
		Long:    string(w.Long),
		NodeID:  cmp.Or(string(w.NodeID), block.NodeID),
		Data:    data,
	}
}

// level falls back to the outcome of the block: what declined a step is an error,
// what sent it to review a warning (api/sessions.md §3.12).
func level(logType, blockStatus string) string {
	switch l := strings.ToLower(logType); l {
	case "error", "warning", "information":
		return l
	case "info":
		return "information"
	case "critical":
		return "error"
	}
	switch kyc.ParseStatus(blockStatus) {
	case kyc.Declined, "Rejected":
		return "error"
	case kyc.Approved:
		return "information"
	}
	return "warning"
}

func match(m diditclient.Match) kyc.Match {
	return kyc.Match{
		SessionID:   strings.ToLower(string(m.SessionID)),
		Number:      m.SessionNumber.Int(),
		VendorData:  string(m.VendorData),
		Name:        string(cmp.Or(m.User.FullName, m.User.Name)),
		Document:    strings.TrimSpace(DocumentType(string(m.User.DocumentType)) + " " + string(m.User.DocumentNumber)),
		Status:      string(m.Status),
		Date:        string(m.VerifiedOn),
		Source:      string(m.Source),
		Similarity:  m.Similarity.Float(),
		Blocklisted: bool(m.Blocklisted),
	}
}

// decisionFeatures gives each named feature the status of its block: a decision
// lists names alone. Features with a block that the list leaves out are added.
func decisionFeatures(d *kyc.Decision, refs diditclient.FeatureRefs) []kyc.FeatureStatus {
	statuses := blockStatuses(d)
	var out []kyc.FeatureStatus
	seen := map[kyc.Feature]bool{}
	add := func(f kyc.Feature, status string) {
		if f != "" && !seen[f] {
			seen[f] = true
			out = append(out, kyc.FeatureStatus{Feature: f, Status: status})
		}
	}
	for _, r := range refs {
		f := kyc.ParseFeature(string(r.Feature))
		add(f, cmp.Or(string(r.Status), statuses[f], "Not Finished"))
	}
	for _, f := range kyc.Features() {
		if s, ok := statuses[f]; ok {
			add(f, s)
		}
	}
	return out
}

// blockStatuses takes, per feature, the status of the block that needs most looking at.
func blockStatuses(d *kyc.Decision) map[kyc.Feature]string {
	out := map[kyc.Feature]string{}
	note := func(f kyc.Feature, c kyc.Check) {
		if old, ok := out[f]; !ok || gravity(c.Status) > gravity(old) {
			out[f] = c.Status
		}
	}
	for _, b := range d.Documents {
		note(kyc.IDVerification, b.Check)
	}
	for _, b := range d.Chips {
		note(kyc.NFC, b.Check)
	}
	for _, b := range d.Liveness {
		note(kyc.Liveness, b.Check)
	}
	for _, b := range d.Faces {
		note(kyc.FaceMatch, b.Check)
	}
	for _, b := range d.Addresses {
		note(kyc.ProofOfAddress, b.Check)
	}
	for _, b := range d.Phones {
		note(kyc.Phone, b.Check)
	}
	for _, b := range d.Emails {
		note(kyc.Email, b.Check)
	}
	for _, b := range d.Screenings {
		note(kyc.AML, b.Check)
	}
	for _, b := range d.Networks {
		note(kyc.IPAnalysis, b.Check)
	}
	for _, b := range d.Databases {
		note(kyc.DatabaseValidation, b.Check)
	}
	for _, b := range d.Questionnaires {
		note(kyc.Questionnaire, b.Check)
	}
	return out
}

func gravity(status string) int {
	switch kyc.ParseStatus(status) {
	case kyc.Declined, "Rejected":
		return 4
	case kyc.InReview:
		return 3
	case kyc.Approved:
		return 1
	case "":
		return 0
	}
	return 2
}
