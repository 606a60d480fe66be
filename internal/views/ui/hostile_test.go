package ui_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"diditdesk/internal/views/ui"
)

// payload would break out of an attribute, of text or of an address if any part forgot to guard one.
const payload = `javascript:alert(1)//"'></script><img src=x onerror=alert(1)><div hx-get="/x" hx-trigger=load style=x>`

// fill sets every text in a props value to the payload, every list to one entry and every switch to on.
func fill[T any]() T {
	var v T
	fillValue(reflect.ValueOf(&v).Elem())
	return v
}

func fillValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(payload)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(42)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		if v.Type() != reflect.TypeFor[[]ui.Node]() { // holds itself
			fillValue(v.Index(0))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1_788_000_000, 0)))
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fillValue(v.Field(i))
			}
		}
	}
}

func withKind(p ui.FieldProps, kind string) ui.FieldProps {
	p.Kind = kind
	return p
}

// hostile is every part filled with the payload.
func hostile() map[string]templ.Component {
	field := fill[ui.FieldProps]()
	return map[string]templ.Component{
		"avatar": ui.Avatar(payload), "banner": ui.Banner(fill[ui.BannerProps]()), "bulk": ui.Bulk(fill[ui.BulkProps]()),
		"button": ui.Button(fill[ui.ButtonProps]()), "link button": ui.LinkButton(fill[ui.LinkButtonProps]()),
		"card": ui.Card(fill[ui.CardProps]()), "bars": ui.BarChart(fill[ui.ChartProps]()), "area": ui.AreaChart(fill[ui.ChartProps]()),
		"spark": ui.Sparkline(fill[ui.ChartProps]()), "donut": ui.Donut(fill[ui.ChartProps]()), "checks": ui.CheckStrip(fill[[]ui.Check]()),
		"check list": ui.CheckList(fill[ui.CheckListProps]()), "chip": ui.ChipFilter(fill[ui.ChipFilterProps]()), "compare": ui.Compare(fill[ui.CompareProps]()),
		"dates":  ui.DateRange(ui.DateRangeProps{Legend: payload, FromName: "from", ToName: "to", From: payload, To: payload, Error: payload, Presets: fill[[]ui.Preset]()}),
		"decide": ui.Decide(fill[ui.DecideProps]()), "dialog": ui.Dialog(fill[ui.DialogProps]()), "diff": ui.Diff(fill[[]ui.DiffRow]()),
		"doc": ui.Doc(fill[ui.DocProps]()), "doc picture": ui.Doc(ui.DocProps{Src: ui.At("/media/{}", payload), Alt: payload, Caption: payload}),
		"empty": ui.Empty(fill[ui.EmptyProps]()), "faults": ui.ErrorSummary(fill[[]ui.Fault]()), "text": ui.Field(withKind(field, "text")),
		"textarea": ui.Field(withKind(field, "textarea")), "select": ui.Field(withKind(field, "select")), "kind": ui.Field(field),
		"fold": ui.Fold(payload, true), "figure": ui.Figure(fill[ui.FigureProps]()), "flags": ui.Flags(fill[[]ui.FlagItem]()), "flash": ui.Flashes(fill[[]ui.FlashProps]()),
		"head": ui.Head(fill[ui.HeadProps]()), "id": ui.ID(fill[ui.IDProps]()), "copy": ui.Copy(fill[ui.CopyProps]()), "kbd": ui.Kbd(payload),
		"kv": ui.KV(fill[[]ui.KVItem]()), "masked": ui.Masked(fill[ui.MaskedProps]()), "menu": ui.Menu(fill[ui.MenuProps]()),
		"menu link": ui.MenuLink(fill[ui.MenuLinkProps]()), "menu button": ui.MenuButton(fill[ui.MenuButtonProps]()), "outside": ui.Outside(payload, payload),
		"outside web": ui.Outside("https://example.com/?q="+payload, payload), "pager": ui.Pager(fill[ui.PagerProps]()), "pill": ui.Pill(fill[ui.PillProps]()),
		"status": ui.Status(payload), "progress": ui.Progress(fill[ui.ProgressProps]()), "range": ui.Range(fill[ui.RangeProps]()), "time": ui.RelTime(fill[ui.TimeProps]()),
		"score": ui.Score(fill[ui.ScoreProps]()), "segmented": ui.Segmented(fill[ui.SegmentedProps]()), "search list": ui.SelectSearch(field),
		"side": ui.SidePanel(fill[ui.SidePanelProps]()), "table": ui.Table(ui.TableProps{Caption: payload, Cards: true, Cols: fill[[]ui.Col]()}),
		"wide table": ui.Table(ui.TableProps{ID: payload, Caption: payload, Cols: []ui.Col{{Label: payload, SortHref: payload, Sort: ui.Ascending}}}),
		"tabs":       ui.Tabs(payload, fill[[]ui.Tab]()), "timeline": ui.Timeline(fill[[]ui.TimelineItem]()), "toggle": ui.Toggle(fill[ui.ToggleProps]()),
		"tree":  ui.Tree(ui.Node{Fields: []ui.Node{{Key: payload, Text: payload}, {Key: payload, Items: []ui.Node{{Text: payload}}}}}),
		"typed": ui.TypedConfirm(fill[ui.TypedConfirmProps]()), "icon": ui.Icon(payload), "icon tone": ui.IconTone("check", payload),
	}
}

// TestT1HostileText renders every part with a payload in every text: nothing of it may become markup, a handler, a style
// or an address that runs.
func TestT1HostileText(t *testing.T) {
	for name, part := range hostile() {
		t.Run(name, func(t *testing.T) {
			for _, n := range elements(t, part) {
				if n.Data == "script" || n.Data == "style" || (n.Data == "img" && attr(n, "alt") == "") {
					t.Errorf("<%s> came out of text", n.Data)
				}
				for _, a := range n.Attr {
					checkAttribute(t, n, a)
				}
			}
		})
	}
}

func checkAttribute(t *testing.T, n *html.Node, a html.Attribute) {
	t.Helper()
	key := strings.ToLower(a.Key)
	if strings.HasPrefix(key, "on") || strings.HasPrefix(key, "hx-") || key == "style" || key == "formaction" || key == "srcdoc" {
		t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
	}
	if slices.Contains([]string{"href", "src", "action"}, key) {
		value := strings.ToLower(strings.TrimSpace(a.Val))
		if strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") || strings.HasPrefix(value, "//") {
			t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
		}
	}
}

func elements(t *testing.T, part templ.Component) []*html.Node {
	t.Helper()
	var b bytes.Buffer
	if err := part.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	var all []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
