package audit

import (
	"bytes"
	"fmt"
	"iter"
)

// Why names what is wrong with a chain.
type Why string

// What Verify can find.
const (
	Gap      Why = "gap"   // an entry is missing before this one
	Order    Why = "order" // an entry stands where a later one should, or twice
	Link     Why = "link"  // it does not continue the entry before it
	Content  Why = "hash"  // its content is not what was sealed
	WrongEnd Why = "head"  // the chain does not end where, or hold what, a recorded head says
)

// Fault is the first thing wrong.
type Fault struct {
	Seq int64 // the entry at which it shows
	Why Why
}

// String is one line for people.
func (f Fault) String() string {
	switch f.Why {
	case Gap:
		return fmt.Sprintf("entry %d is missing", f.Seq)
	case Order:
		return fmt.Sprintf("entry %d is out of order", f.Seq)
	case Link:
		return fmt.Sprintf("entry %d does not continue the entry before it", f.Seq)
	case Content:
		return fmt.Sprintf("entry %d was changed after it was written", f.Seq)
	}
	return fmt.Sprintf("the log does not match the recorded head at entry %d", f.Seq)
}

// Report is what a check found.
type Report struct {
	Entries int64 // read, up to the fault
	Head    Head  // of what was read
	Fault   *Fault
}

// OK reports whether the chain is whole.
func (r Report) OK() bool { return r.Fault == nil }

// Verify reads a whole log, oldest first, and stops at the first fault. end is
// the head it must end at; nil asks for none, and then a cut tail cannot be seen.
// Each of known must lie on the chain: a log that was rewritten and sealed anew
// differs from a head kept elsewhere (T28). The error is one of reading only.
func Verify(entries iter.Seq2[Entry, error], end *Head, known ...Head) (Report, error) {
	report := Report{Head: Origin()}
	expected := make(map[int64][]byte, len(known))
	for _, head := range known {
		if was, twice := expected[head.Seq]; twice && !bytes.Equal(was, head.Hash) {
			report.Fault = &Fault{head.Seq, WrongEnd}
			return report, nil
		}
		expected[head.Seq] = head.Hash
	}
	for e, err := range entries {
		if err != nil {
			return report, fmt.Errorf("read entry after %d: %w", report.Head.Seq, err)
		}
		if report.Fault = follows(report.Head, e); report.Fault != nil {
			return report, nil
		}
		if hash, ok := expected[e.Seq]; ok && !bytes.Equal(hash, e.Hash) {
			report.Fault = &Fault{e.Seq, WrongEnd}
			return report, nil
		}
		report.Entries++
		report.Head = Head{Seq: e.Seq, Hash: e.Hash}
	}
	report.Fault = endsAt(report.Head, end, expected)
	return report, nil
}

func follows(head Head, e Entry) *Fault {
	switch {
	case e.Seq > head.Seq+1:
		return &Fault{head.Seq + 1, Gap}
	case e.Seq <= head.Seq:
		return &Fault{e.Seq, Order}
	case !bytes.Equal(e.Prev, head.Hash):
		return &Fault{e.Seq, Link}
	case !bytes.Equal(e.Hash, Hash(e.Prev, e)):
		return &Fault{e.Seq, Content}
	}
	return nil
}

func endsAt(last Head, end *Head, known map[int64][]byte) *Fault {
	if end != nil && (last.Seq != end.Seq || !bytes.Equal(last.Hash, end.Hash)) {
		return &Fault{min(last.Seq, end.Seq) + 1, WrongEnd}
	}
	var missing *Fault
	for seq := range known {
		if seq > last.Seq && (missing == nil || seq < missing.Seq) {
			missing = &Fault{seq, WrongEnd}
		}
	}
	return missing
}
