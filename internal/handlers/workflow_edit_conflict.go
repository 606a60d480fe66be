package handlers

import (
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"diditdesk/internal/flow"
	"diditdesk/internal/views"
)

// digest tells of every setting in a few bytes what it was, so that a form that
// comes back late can say what somebody else changed meanwhile.
func digest(w *flow.Workflow) url.Values {
	out := url.Values{}
	var wires []string
	for _, key := range w.Doc.Root().Keys() {
		if v, _ := w.Doc.Root().Get(key); key != "features" {
			out.Set("."+key, fingerprint(v))
		}
	}
	if w.Generation() == flow.First {
		return out // the steps' settings stand at the top
	}
	for i, s := range w.Steps() {
		wires = append(wires, s.Wire)
		for _, key := range s.Config.Keys() {
			v, _ := s.Config.Get(key)
			out.Set(stepKey(wires, i)+"."+key, fingerprint(v))
		}
	}
	out.Set("steps", strings.Join(wires, " "))
	return out
}

// stepKey names the i-th step by what it is, so that moving is not changing.
func stepKey(wires []string, i int) string {
	n := 0
	for _, w := range wires[:i] {
		if w == wires[i] {
			n++
		}
	}
	return wires[i] + strings.Repeat("'", n)
}

func fingerprint(v flow.Value) string {
	h := fnv.New32a()
	_, _ = h.Write(v.Raw()) // never fails
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// clash shows the draft as somebody else left it, says what they changed, and
// keeps what was typed in its controls. Nothing is saved.
func (e *editor) clash(changed map[string]string) error {
	fresh, err := e.r.editor()
	if err != nil {
		return err
	}
	fresh.q, fresh.typed = e.q, changed
	fresh.conflict = &views.EditConflict{Who: fresh.draft.UpdatedBy, When: e.r.moment(fresh.draft.UpdatedAt), Changes: changesSince(parseValues(e.r.form("seen")), fresh.flow)}
	if fresh.draft.UpdatedByID == e.r.actor.StaffID {
		fresh.conflict.Who = "You, in another window,"
	}
	fresh.follow(e.r.form("wire"))
	if e.r.isAutosave() {
		fresh.conflict.Later = true
		p, err := fresh.props()
		if err != nil {
			return err
		}
		return e.r.write(http.StatusConflict, views.WorkflowClash(p))
	}
	return fresh.show(http.StatusConflict)
}

// follow finds the step the form was of, which may have moved or gone; values
// whose place is gone are told as they were typed.
func (e *editor) follow(wire string) {
	if s := e.step(); wire == "" || s != nil && s.Wire == wire {
		return
	}
	for i, s := range e.flow.Steps() {
		if s.Wire == wire {
			e.q.Step = i
			return
		}
	}
	e.q = e.q.step(-1)
	for _, name := range sortedKeys(e.typed) {
		k, _ := flow.KeyFor(wire, strings.TrimPrefix(name, forConfig))
		if k.Label != "" {
			e.conflict.Homeless = append(e.conflict.Homeless, flow.StepLabel(wire)+": "+k.Label+" "+e.typed[name])
		}
	}
}

// maxChanges is how many lines a conflict lists.
const maxChanges = 12

// changesSince says in words what differs from a digest.
func changesSince(seen url.Values, w *flow.Workflow) []string {
	var out []string
	now := digest(w)
	if was, is := seen.Get("steps"), now.Get("steps"); was != is {
		out = append(out, "The steps are now "+stepList(is)+".")
	}
	all := url.Values{}
	for _, v := range []url.Values{seen, now} {
		for name := range v {
			all.Set(name, "")
		}
	}
	for _, name := range sortedKeys(all) {
		if name == "steps" || seen.Get(name) == now.Get(name) {
			continue
		}
		step, key, _ := strings.Cut(name, ".")
		if step != "" && !(seen.Has(name) && now.Has(name)) && !strings.Contains(" "+seen.Get("steps")+" ", " "+strings.TrimRight(step, "'")+" ") {
			continue // the whole step is new
		}
		out = append(out, changeWords(w, step, key))
	}
	if len(out) > maxChanges {
		more := len(out) - maxChanges
		out = append(out[:maxChanges], "and "+strconv.Itoa(more)+" more.")
	}
	return out
}

func stepList(wires string) string {
	var names []string
	for wire := range strings.FieldsSeq(wires) {
		names = append(names, flow.StepLabel(wire))
	}
	return strings.Join(names, ", ")
}

func changeWords(w *flow.Workflow, step, key string) string {
	wire, where := strings.TrimRight(step, "'"), ""
	v, _ := w.Doc.Root().Get(key)
	if wire != "" {
		where = flow.StepLabel(wire) + ": "
		v = flow.Value{}
		for _, s := range w.Steps() {
			if s.Wire == wire {
				v, _ = s.Config.Get(key)
			}
		}
	}
	k, ok := flow.KeyFor(wire, key)
	if !ok {
		k = flow.Key{Name: key, Label: key}
	}
	switch {
	case !v.Exists() || v.Kind() == flow.Null:
		return where + k.Label + " is not set any more."
	case v.Kind() == flow.Object || v.Kind() == flow.Array:
		return where + k.Label + " was changed."
	}
	return where + k.Label + " is now " + shownWords(k, v) + "."
}

func shownWords(k flow.Key, v flow.Value) string {
	if k.Choice() {
		return strings.ToLower(choiceWords(strings.ToUpper(v.Text())))
	}
	if is, ok := v.Bool(); ok && k.Kind == flow.KindBool {
		if is {
			return "yes"
		}
		return "no"
	}
	return v.Text()
}

// parseValues reads a hidden field of ours; a broken one says nothing.
func parseValues(s string) url.Values {
	v, err := url.ParseQuery(s)
	if err != nil {
		return url.Values{}
	}
	return v
}
