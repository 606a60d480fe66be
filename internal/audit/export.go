package audit

import (
	"bufio"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"diditdesk/internal/kyc"
)

// format names what the first line of an exported file says it is.
const format = "didit-desk-audit/1"

// maxLine bounds a line of an exported file that is read back, in bytes.
const maxLine = 4 << 20

// line is one entry of an exported file: one JSON object a line.
type line struct {
	Seq      int64          `json:"seq"`
	At       time.Time      `json:"at"`
	ActorID  int64          `json:"actor_id"`
	Actor    string         `json:"actor"`
	Role     string         `json:"role"`
	SignIn   int64          `json:"signin,omitempty"`
	Address  string         `json:"address,omitempty"`
	Act      string         `json:"act"`
	Kind     string         `json:"object_kind,omitempty"`
	ObjectID string         `json:"object_id,omitempty"`
	Subject  []byte         `json:"subject,omitempty"`
	Outcome  Outcome        `json:"outcome"`
	Settles  int64          `json:"settles,omitempty"`
	Detail   map[string]any `json:"detail,omitempty"`
	Sealed   []byte         `json:"sealed,omitempty"`
	Prev     []byte         `json:"prev"`
	Hash     []byte         `json:"hash"`
}

func lineOf(e Entry) line {
	return line{e.Seq, e.At, e.Actor.StaffID, e.Actor.Name, string(e.Actor.Role), e.Actor.SignInID, e.Actor.Address,
		e.Act, e.ObjectKind, e.ObjectID, e.Subject, e.Outcome, e.Settles, e.Detail, e.Sealed, e.Prev, e.Hash}
}

func (l line) entry() Entry {
	return Entry{
		Seq: l.Seq, At: l.At, Act: l.Act, ObjectKind: l.Kind, ObjectID: l.ObjectID, Subject: l.Subject,
		Actor:   kyc.Actor{StaffID: l.ActorID, Name: l.Actor, Role: kyc.Role(l.Role), SignInID: l.SignIn, Address: l.Address},
		Outcome: l.Outcome, Settles: l.Settles, Detail: l.Detail, Sealed: l.Sealed, Prev: l.Prev, Hash: l.Hash,
	}
}

// ErrBroken says that a log cannot be exported because its own check failed.
var ErrBroken = errors.New("the audit log does not verify")

// Export writes a whole log as NDJSON: a first line with the format, a line an
// entry, a last line with the signed head. What it writes it checks; a log that
// does not end at head or does not verify gets no signature (ErrBroken).
func (s *Sealer) Export(w io.Writer, entries iter.Seq2[Entry, error], head Head, now time.Time) (Report, error) {
	out := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(out)
	if err := enc.Encode(map[string]string{"format": format}); err != nil {
		return Report{}, fmt.Errorf("write export: %w", err)
	}
	var failed error
	report, err := Verify(func(yield func(Entry, error) bool) {
		for e, err := range entries {
			if err == nil {
				failed = enc.Encode(lineOf(e))
			}
			if failed != nil || !yield(e, err) {
				return
			}
		}
	}, &head)
	if err := errors.Join(failed, err); err != nil {
		return report, fmt.Errorf("write export: %w", err)
	}
	if !report.OK() {
		_ = out.Flush() // what there is may be looked at; it is not signed
		return report, fmt.Errorf("%w: %s", ErrBroken, report.Fault)
	}
	if err := errors.Join(enc.Encode(s.SignHead(head, now)), out.Flush()); err != nil {
		return report, fmt.Errorf("write export: %w", err)
	}
	return report, nil
}

// VerifyExport checks an exported file without a database: every entry, that it
// ends at its signed head, and that the head was signed by key. known are heads
// kept elsewhere. Errors: ErrFormat, ErrSignature, or of reading.
func VerifyExport(r io.Reader, key ed25519.PublicKey, known ...Head) (Report, SignedHead, error) {
	file := bufio.NewScanner(r)
	file.Buffer(make([]byte, 64<<10), maxLine)
	if !file.Scan() || !isFormat(file.Bytes()) {
		return Report{}, SignedHead{}, errors.Join(ErrFormat, file.Err())
	}
	var signed SignedHead
	report, err := Verify(readEntries(file, &signed), nil, known...)
	if err != nil || !report.OK() {
		return report, signed, err
	}
	if signed.Signature == nil {
		return report, signed, fmt.Errorf("%w: the file ends without a signed head", ErrFormat)
	}
	if err := signed.Check(key); err != nil {
		return report, signed, err
	}
	report.Fault = endsAt(report.Head, &signed.Head, nil)
	return report, signed, nil
}

// ErrFormat says that a file is not a whole exported log.
var ErrFormat = errors.New("not an exported audit log")

func isFormat(first []byte) bool {
	var head struct {
		Format string `json:"format"`
	}
	return json.Unmarshal(first, &head) == nil && head.Format == format
}
