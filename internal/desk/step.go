package desk

import (
	"slices"

	"diditdesk/internal/kyc"
)

// Node is one step of a session as the API wants it named
// (nodes_to_resubmit, api/sessions.md §4.1).
type Node struct {
	NodeID  string `json:"node_id"`
	Feature string `json:"feature"` // workflow vocabulary: OCR, PROOF_OF_ADDRESS …
}

// Step is one step of a session that can be asked for again.
type Step struct {
	Node
	Label     string // "Document"
	Status    string // as it came
	Suggested bool   // not passed: ticked when the form opens
}

// Steps lists what can be asked for again, in page order. Sessions of the first
// generation name no nodes: the list is empty, and Didit picks by itself.
func Steps(d kyc.Decision) []Step {
	var out []Step
	add := func(f kyc.Feature, c kyc.Check) {
		node := Node{NodeID: c.NodeID, Feature: f.NodeFeature()}
		if node.NodeID == "" || slices.ContainsFunc(out, func(s Step) bool { return s.Node == node }) {
			return
		}
		out = append(out, Step{Node: node, Label: f.Label(), Status: c.Status, Suggested: kyc.ParseStatus(c.Status) != kyc.Approved})
	}
	for _, b := range d.Documents {
		add(kyc.IDVerification, b.Check)
	}
	for _, b := range d.Chips {
		add(kyc.NFC, b.Check)
	}
	for _, b := range d.Liveness {
		add(kyc.Liveness, b.Check)
	}
	for _, b := range d.Faces {
		add(kyc.FaceMatch, b.Check)
	}
	for _, b := range d.Addresses {
		add(kyc.ProofOfAddress, b.Check)
	}
	for _, b := range d.Phones {
		add(kyc.Phone, b.Check)
	}
	for _, b := range d.Emails {
		add(kyc.Email, b.Check)
	}
	for _, b := range d.Screenings {
		add(kyc.AML, b.Check)
	}
	for _, b := range d.Networks {
		add(kyc.IPAnalysis, b.Check)
	}
	for _, b := range d.Databases {
		add(kyc.DatabaseValidation, b.Check)
	}
	for _, b := range d.Questionnaires {
		add(kyc.Questionnaire, b.Check)
	}
	return out
}

// chosen checks the picked steps against the session's own: an id from another
// session, or a feature that is not the node's, never reaches Didit. Nothing
// picked means every step that was not approved.
func chosen(steps []Step, picked []Node) ([]Node, error) {
	if len(picked) == 0 {
		return suggested(steps)
	}
	var out []Node
	for _, p := range picked {
		i := slices.IndexFunc(steps, func(s Step) bool {
			return s.NodeID == p.NodeID && (p.Feature == "" || s.Feature == p.Feature || kyc.ParseFeature(p.Feature) == kyc.ParseFeature(s.Feature))
		})
		if i < 0 {
			return nil, kyc.Invalidf("nodes", "One of the chosen steps is not part of this session. Reload the page and choose again.")
		}
		if !slices.Contains(out, steps[i].Node) {
			out = append(out, steps[i].Node)
		}
	}
	return out, nil
}

func suggested(steps []Step) ([]Node, error) {
	var out []Node
	for _, s := range steps {
		if s.Suggested {
			out = append(out, s.Node)
		}
	}
	if len(steps) > 0 && len(out) == 0 {
		return nil, kyc.Invalidf("nodes", "Every step was approved. Choose at least one to ask for again.")
	}
	return out, nil
}
