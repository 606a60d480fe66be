package flow

import (
	"encoding/json"
	"fmt"
	"slices"

	"diditdesk/internal/kyc"
)

// Step is one check of a workflow, in the order they run.
type Step struct {
	Feature kyc.Feature
	Wire    string // as requests name it: OCR, PHONE_VERIFICATION
	NodeID  string // in the graph, as sessions name it; "" when it is not told
	Label   string // internal name, may be ""
	Config  Config
}

// Title is the step in people's words.
func (s Step) Title() string { return StepLabel(s.Wire) }

// Steps lists them in order.
func (w *Workflow) Steps() []Step {
	items := w.items()
	steps := make([]Step, len(items))
	for i, it := range items {
		steps[i] = Step{Feature: kyc.ParseFeature(it.wire), Wire: it.wire, NodeID: it.node, Label: it.label, Config: Config{w, i}}
	}
	return steps
}

// Add puts a step before the at-th, at the end when at is the number of steps. In
// the first generation it sets the flag; ErrFixed when there is none.
func (w *Workflow) Add(wire string, at int) error {
	wire = wireName(wire)
	if w.form() == flagForm {
		return w.setFlag(wire, true)
	}
	if err := w.materialize(); err != nil {
		return err
	}
	one := &node{kind: Object}
	one.set("feature", textNode(wire))
	features := w.Doc.root.get("features")
	if at < 0 || at > len(features.kids) {
		return fmt.Errorf("a step at %d: %w", at, ErrPath)
	}
	features.insert(at, one)
	return nil
}

// Remove takes the i-th step away, with its settings; in the first generation the
// settings stay beside a flag that says no.
func (w *Workflow) Remove(i int) error {
	items := w.items()
	if i < 0 || i >= len(items) {
		return fmt.Errorf("step %d: %w", i, ErrPath)
	}
	if w.form() == flagForm {
		return w.setFlag(items[i].wire, false)
	}
	if err := w.materialize(); err != nil {
		return err
	}
	w.Doc.root.get("features").remove(i)
	return nil
}

// Move takes the i-th step to another place. ErrFixed in the first generation.
func (w *Workflow) Move(i, to int) error {
	if w.form() == flagForm {
		return fmt.Errorf("moving a step: %w", ErrFixed)
	}
	if err := w.materialize(); err != nil {
		return err
	}
	return w.Doc.Move("features", i, to)
}

// SetStepLabel names a step for ourselves; "" takes the name away.
func (w *Workflow) SetStepLabel(i int, label string) error {
	if err := w.editable(i); err != nil {
		return err
	}
	if label == "" {
		return w.Doc.Delete(At("features", i) + ".label")
	}
	return w.Doc.put(At("features", i)+".label", textNode(label))
}

func (w *Workflow) editable(i int) error {
	if w.form() == flagForm {
		return fmt.Errorf("this edit: %w", ErrFixed)
	}
	if i < 0 || i >= len(w.items()) {
		return fmt.Errorf("step %d: %w", i, ErrPath)
	}
	return w.materialize()
}

// materialize turns scattered steps into features[], the only form that is sent,
// before one of them is edited.
func (w *Workflow) materialize() error {
	if w.form() == listForm && w.Doc.root.get("features") != nil {
		return nil
	}
	if !w.complete() {
		return ErrIncomplete
	}
	w.Doc.root.set("features", w.featureList().clone())
	return nil
}

func (w *Workflow) setFlag(wire string, on bool) error {
	key := flagOf(wire)
	if key == "" {
		if slices.Contains(baseSteps(w.Type()), wire) {
			return fmt.Errorf("%s is what this type of workflow is for: %w", StepLabel(wire), ErrFixed)
		}
		return fmt.Errorf("%s comes with a type of workflow of its own: %w", StepLabel(wire), ErrFixed)
	}
	return w.set(key, boolNode(on))
}

// Config reads and writes the settings of one step by its place, wherever the
// form keeps them. It is a view: it means another step after Move.
type Config struct {
	w    *Workflow
	step int
}

// Config is the settings of the i-th step.
func (w *Workflow) Config(i int) Config { return Config{w, i} }

func (c Config) node() *node {
	items := c.w.items()
	if c.step < 0 || c.step >= len(items) {
		return nil
	}
	return items[c.step].config
}

// Get is one setting.
func (c Config) Get(key string) (Value, bool) {
	n := c.node().get(key)
	return Value{n}, n != nil
}

// All are the settings as one object; the zero Value when none are told.
func (c Config) All() Value { return Value{c.node()} }

// Keys lists the settings that are said, in the order they stand.
func (c Config) Keys() []string { return c.All().Keys() }

// Path is where a setting stands or would stand in the document.
func (c Config) Path(key string) string {
	if c.w.form() == flagForm {
		return Join("", key)
	}
	return Join(At("features", c.step)+".config", key)
}

// Set puts a JSON value; the rest of the document stays as it is.
func (c Config) Set(key string, value json.RawMessage) error {
	n, err := parse(value)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	n.forgetLines()
	return c.put(key, n)
}

func (c Config) put(key string, n *node) error {
	if c.w.form() == flagForm {
		return c.w.set(Join("", key), n)
	}
	if err := c.w.editable(c.step); err != nil {
		return err
	}
	one := c.w.Doc.root.get("features").kids[c.step]
	if config := one.get("config"); config == nil || config.kind != Object {
		one.set("config", &node{kind: Object})
	}
	return c.w.Doc.put(c.Path(key), n)
}

// Delete takes a setting away, which leaves it to the API.
func (c Config) Delete(key string) error {
	if c.w.form() == flagForm {
		return c.w.Doc.Delete(Join("", key))
	}
	if err := c.w.editable(c.step); err != nil {
		return err
	}
	return c.w.Doc.Delete(c.Path(key))
}
