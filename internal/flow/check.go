package flow

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// Severity is how sure a finding is to matter.
type Severity string

// The severities.
const (
	Refused Severity = "refused" // the API will say no
	Warning Severity = "warning" // it may be meant, but look
)

// Finding is one thing that is wrong with a definition.
type Finding struct {
	Path     string // where in the document
	Step     int    // index of the step, -1 for the workflow itself
	Severity Severity
	Text     string // what is wrong and what to do, in plain words
}

// Check lists what the API would refuse or what is likely a mistake, from the top
// of the workflow down (api/workflows.md §3, §4). Steps and settings nobody has
// documented pass.
func Check(w *Workflow) []Finding {
	c := &checker{w: w, items: w.items(), first: w.form() == flagForm}
	c.workflow()
	for i, it := range c.items {
		c.order(i, it)
		c.settings(i, it)
		c.limits(i, it)
		c.special(i, it)
		c.rules(i, it)
	}
	return c.found
}

type checker struct {
	w     *Workflow
	items []item
	first bool
	found []Finding
}

func (c *checker) add(path string, step int, how Severity, format string, args ...any) {
	c.found = append(c.found, Finding{path, step, how, fmt.Sprintf(format, args...)})
}

// at is where a setting of a step stands.
func (c *checker) at(step int, key string) string {
	if c.first {
		return Join("", key)
	}
	return Join(At("features", step)+".config", key)
}

// labelMax is the longest workflow_label, in characters.
const labelMax = 50

func (c *checker) workflow() {
	if c.w.Branches() {
		c.add("workflow_graph", -1, Refused, "This workflow has branches, which the API does not take. Change it in the vendor's console.")
	}
	if n := utf8.RuneCountInString(c.w.Label()); n > labelMax {
		c.add("workflow_label", -1, Refused, "The name has %d characters; the API takes %d. Shorten it.", n, labelMax)
	}
	if len(c.items) == 0 {
		c.add("features", -1, Refused, "There is no step. Add at least one.")
	} else if !c.w.complete() {
		c.add("features", -1, Refused, "The steps are named without their settings. Write each as an object with feature and config.")
	}
	for i, k := range c.w.Doc.root.keys {
		known, ok := KeyFor("", k.key)
		switch {
		case ok && k.key != "features":
			c.value(k.key, -1, known, c.w.Doc.root.kids[i])
		case !ok && !c.first && !c.w.top("uuid").Exists() && !serverKey(k.key):
			c.add(Join("", k.key), -1, Warning, "The API takes no %q here, so it is not sent. Take it out, or move it into the step it belongs to.", k.key)
		}
	}
	c.company()
}

// company checks what may stand beside company steps.
func (c *checker) company() {
	if !c.isCompany() {
		return
	}
	beside := []string{"KYB_REGISTRY", "KYB_DOCUMENTS", "KYB_KEY_PEOPLE", "AML", "QUESTIONNAIRE", "PHONE_VERIFICATION", "EMAIL_VERIFICATION", "IP_ANALYSIS", "DOCUMENT_AI"}
	for i, it := range c.items {
		if known(it.wire) && !slices.Contains(beside, it.wire) {
			c.add(At("features", i), i, Refused, "%s cannot stand in a workflow for companies. Remove it, or verify people in a workflow of their own.", StepLabel(it.wire))
		}
	}
}

func (c *checker) isCompany() bool {
	return slices.ContainsFunc(c.items, func(it item) bool {
		return it.wire == "KYB_REGISTRY" || it.wire == "KYB_DOCUMENTS" || it.wire == "KYB_KEY_PEOPLE"
	})
}

func known(wire string) bool { return slices.Contains(Wires(), wire) }

// order checks what a step needs before it.
func (c *checker) order(i int, it item) {
	if it.wire == nameless {
		c.add(At("features", i), i, Refused, "Step %d names no feature. Name one, as OCR, or remove it.", i+1)
		return
	}
	if !known(it.wire) {
		c.add(At("features", i), i, Warning, "The desk does not know the step %s. It is kept as it is; whether it fits is for the API to say.", it.wire)
		return
	}
	if slices.ContainsFunc(c.items[:i], func(e item) bool { return e.wire == it.wire }) {
		c.add(At("features", i), i, Warning, "%s is there twice. Remove one, unless applicants are to go through it again.", StepLabel(it.wire))
	}
	need := c.needs(it)
	if need == "" || slices.ContainsFunc(c.items[:i], func(e item) bool { return e.wire == need }) {
		return
	}
	todo := fmt.Sprintf("Move it below %s, or remove it.", StepLabel(need))
	if !slices.ContainsFunc(c.items, func(e item) bool { return e.wire == need }) {
		todo = fmt.Sprintf("Add %s above it, or remove it.", StepLabel(need))
	}
	c.add(At("features", i), i, Refused, "%s needs %s before it. %s", StepLabel(it.wire), stepNoun(need), todo)
}

func stepNoun(wire string) string {
	if wire == "OCR" {
		return "a document step"
	}
	return "the step " + StepLabel(wire)
}

// needs is the step that must run earlier, "" for none (api/workflows.md §3).
func (c *checker) needs(it item) string {
	switch it.wire {
	case "FACE_MATCH":
		if c.first && c.w.Type() == "biometric_authentication" { // compares with a portrait sent along
			return ""
		}
		return "OCR"
	case "NFC", "DATABASE_VALIDATION":
		return "OCR"
	case "AML":
		named := it.config.get("aml_field_sources").get("full_name")
		if c.isCompany() || named != nil && named.kind == Object {
			return ""
		}
		return "OCR"
	case "KYB_DOCUMENTS", "KYB_KEY_PEOPLE":
		return "KYB_REGISTRY"
	}
	return ""
}

// settings checks each value against the catalogue.
func (c *checker) settings(i int, it item) {
	if it.source != nil {
		if config := it.source.get("config"); config != nil && config.kind != Object && config.kind != Null {
			c.add(At("features", i)+".config", i, Refused, "The settings of %s must be an object.", StepLabel(it.wire))
		}
	}
	if it.config == nil {
		return
	}
	for j, k := range it.config.keys {
		if known, ok := KeyFor(it.wire, k.key); ok {
			c.value(c.at(i, k.key), i, known, it.config.kids[j])
		}
	}
}
