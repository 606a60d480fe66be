package audit_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
)

// reseal makes a changed log consistent again, as somebody with the database
// and this program could.
func reseal(log []audit.Entry) {
	prev := audit.Origin().Hash
	for i := range log {
		log[i].Seq, log[i].Prev = int64(i+1), prev
		log[i].Hash = audit.Hash(prev, log[i])
		prev = log[i].Hash
	}
}

// P4: whatever is done to a log, resealed or not, shows against its exported head.
func TestP4EveryTamperingIsSeen(t *testing.T) {
	const perCheck = 150
	s := newSealer(t, "k")
	tried := 0
	rapid.Check(t, func(r *rapid.T) {
		log := chain(t, s, rapid.IntRange(1, 24).Draw(r, "length"))
		head := headOf(log)
		for range perCheck {
			harmed := tamper(r, log)
			resealed := rapid.Bool().Draw(r, "resealed")
			if resealed {
				reseal(harmed)
			}
			if slices.EqualFunc(log, harmed, sameEntry) {
				continue
			}
			tried++
			report, err := audit.Verify(each(harmed), nil, head)
			if err != nil {
				r.Fatal(err)
			}
			if report.OK() && bytes.Equal(report.Head.Hash, head.Hash) {
				r.Fatalf("missed: %d entries became %d, resealed %t", len(log), len(harmed), resealed)
			}
		}
	})
	if tried < 10_000 {
		t.Errorf("only %d changes were tried", tried)
	}
}

// tamper does one to three things to a copy.
func tamper(r *rapid.T, log []audit.Entry) []audit.Entry {
	out := make([]audit.Entry, len(log))
	for i, e := range log {
		out[i] = clone(e)
	}
	for range rapid.IntRange(1, 3).Draw(r, "changes") {
		if len(out) == 0 {
			return out
		}
		i := rapid.IntRange(0, len(out)-1).Draw(r, "at")
		switch rapid.IntRange(0, 5).Draw(r, "how") {
		case 0, 1:
			edit(r, &out[i])
		case 2:
			out = slices.Insert(out, i, clone(out[rapid.IntRange(0, len(out)-1).Draw(r, "copied")]))
		case 3:
			out = slices.Delete(out, i, i+1)
		case 4:
			j := rapid.IntRange(0, len(out)-1).Draw(r, "with")
			out[i], out[j] = out[j], out[i]
		case 5:
			out = out[:i]
		}
	}
	return out
}

func edit(r *rapid.T, e *audit.Entry) {
	n := rapid.IntRange(1, 9).Draw(r, "by")
	switch rapid.IntRange(0, 15).Draw(r, "field") {
	case 0:
		e.Seq += int64(n)
	case 1:
		e.At = e.At.Add(time.Duration(n) * time.Microsecond)
	case 2:
		e.Actor.StaffID += int64(n)
	case 3:
		e.Actor.Name += "x"
	case 4:
		e.Actor.Role = kyc.Admin
	case 5:
		e.Actor.SignInID += int64(n)
	case 6:
		n = min(n, len(e.Act)) // the same bytes, cut elsewhere
		e.Actor.Address, e.Act = e.Actor.Address+e.Act[:n], e.Act[n:]
	case 7:
		n = min(n, len(e.ObjectID))
		e.ObjectKind, e.ObjectID = e.ObjectKind+e.ObjectID[:n], e.ObjectID[n:]
	case 8:
		e.Subject = []byte{byte(n)}
	case 9:
		e.Outcome = audit.Done
	case 10:
		e.Settles += int64(n)
	case 11:
		e.Detail["count"] = float64(-n)
	case 12:
		delete(e.Detail, "codes")
	case 13:
		e.Sealed = append(e.Sealed, byte(n))
	case 14:
		e.Prev[n] ^= 1
	case 15:
		e.Hash[n] ^= 1
	}
}

func clone(e audit.Entry) audit.Entry {
	detail := make(map[string]any, len(e.Detail))
	for key, value := range e.Detail {
		detail[key] = value
	}
	e.Detail = detail
	e.Subject, e.Sealed = bytes.Clone(e.Subject), bytes.Clone(e.Sealed)
	e.Prev, e.Hash = bytes.Clone(e.Prev), bytes.Clone(e.Hash)
	return e
}

// sameEntry is by value and independent of Hash.
func sameEntry(a, b audit.Entry) bool {
	count, codes := a.Detail["count"] == b.Detail["count"], len(a.Detail) == len(b.Detail)
	return a.Seq == b.Seq && a.At.Equal(b.At) && a.Actor == b.Actor && a.Act == b.Act && a.ObjectKind == b.ObjectKind &&
		a.ObjectID == b.ObjectID && bytes.Equal(a.Subject, b.Subject) && a.Outcome == b.Outcome && a.Settles == b.Settles &&
		count && codes && bytes.Equal(a.Sealed, b.Sealed) && bytes.Equal(a.Prev, b.Prev) && bytes.Equal(a.Hash, b.Hash)
}
